"""Words for what a station needs, and what the file says of a component that fills up."""

import re
from collections.abc import Iterator, Sequence

from sysdesign.analyze import Need
from sysdesign.review.rule import says
from sysdesign.study import Study


def more(study: Study, need: Need) -> str:
    """What would do instead of what there is: "15 instances instead of 12".

    Copies of a store are no instances that share all its work: it is split, or gets more cores.
    """
    part = study.design.components.get(need.component)
    copied = part is not None and part.copies is not None and part.replicas is None
    if need.groups is not None:
        return f"{need.groups:,} shards instead of {need.groups_now:,g}"
    if copied or need.groups_now > 1 or need.instances is None:
        return f"{need.servers:,} cores each{' or shards' if need.groups_now <= 1 else ''}"
    return f"{need.instances:,} instances instead of {max(need.now, need.most or 0.0):,g}"


def element_of(component: str) -> str:
    """Element of a finding: the component, or a link in one word."""
    return component.replace(" -> ", "@").replace(" <-> ", "@")


def named_by(study: Study, component: str, factor: str = "") -> str:
    """What of the file speaks of a component as a limit; empty where nothing does.

    A decision about it or that names it, a shortcoming, a parked point, or the text that says when
    so much growth (2x, 10x) will come.
    """
    ends = [word for word in re.split(r" <?-> ", component) if word]
    for title, about, texts in _said(study, factor):
        if all(end in about or any(_has(text, end) for text in texts) for end in ends):
            return title
    return ""


def _said(study: Study, factor: str) -> Iterator[tuple[str, list[str], list[str]]]:
    design = study.design
    for name, decision in design.decisions.items():
        options = [text for one in decision.options.values() for text in (*one.pros, *one.cons)]
        texts = [decision.question, decision.because, *options]
        yield f"decision {name}", list(map(str, decision.about)), _texts(texts)
    for name, flaw in design.shortcomings.items():
        yield f"shortcoming {name}", [], _texts([flaw.what, flaw.trigger])
    for name, point in design.parked.items():
        yield f"parked point {name}", [], _texts([point.point, point.answer])
    growth = design.problem.growth.others if design.problem.growth else {}
    if says(growth.get(factor), 1):
        yield f"growth to {factor}", [], [str(growth[factor])]


def _texts(some: Sequence[str | None]) -> list[str]:
    return [str(text) for text in some if text]


def _has(text: str, word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None
