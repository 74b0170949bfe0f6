"""How much of the time operations are up, what brings the first down, data at risk."""

from collections.abc import Iterator

from sysdesign.report.document import Block, Code, Line, Paragraph, Section, Soft, Strong, Table
from sysdesign.report.lines import NONE, columns, filled
from sysdesign.report.subject import Part, Subject
from sysdesign.study import Study, primary_operation
from sysdesign.study.kept import kept
from sysdesign.study.uptime import (
    cause_words,
    cut_words,
    model_of,
    part_words,
    shown_down,
    shown_up,
    spread_of,
    uptime,
)
from sysdesign.study.words import shown_share, shown_time

_MOST = 6
_NOTICED = 0.005
_CUT = 2  # parts at most in a set that is listed
_SECOND = 3e-8  # of a year


def write(subject: Subject) -> Iterator[Block | Section]:
    """A row for each operation; causes; what becomes of data."""
    study = subject.study
    names = study.network.operations()
    if not names:
        return
    yield Paragraph(
        "Share of the time in which calls are answered, summed exactly over all states of "
        "regions, zones, instances and providers. Up means able to carry the peak."
    )
    rows: tuple[tuple[Line, ...], ...] = tuple(
        ((Code(name),), *_row(study, name)) for name in names
    )
    heads = columns("Operation", "Up", "90% between", "Down a year", "Degraded a year",
                    "If nothing were shared", right=(1, 2, 3, 4, 5))  # fmt: skip
    yield filled(Table("Availability of operations", heads, rows))
    name = primary_operation(study)
    if name in names and name:
        yield from _causes(study, name)
    yield from _data(study)


def _row(study: Study, name: str) -> tuple[str, ...]:
    found = uptime(study, name)
    assert found is not None
    up = shown_up(found.up.low)
    if not found.up.is_exact:
        up = f"{up} – {shown_up(found.up.high)}, bounds"
    lacks = max(found.up.low - model_of(study).complete(name).low, 0.0)
    degraded = shown_down(study, lacks) if lacks > _SECOND else NONE
    down = shown_down(study, found.down)
    return up, _between(study, name), down, degraded, shown_up(found.apart)


def _between(study: Study, name: str) -> str:
    """Over what is not known; told of what requirements name and of the first operation alone."""
    quality = study.design.requirements.quality.values()
    named = {t.measure.owner for q in quality for t in q.expect
             if t.measure.measure == "availability"}  # fmt: skip
    draws = spread_of(study, name) if name in named | {primary_operation(study)} else None
    if draws is None:
        return NONE
    low, high = shown_up(float(min(draws))), shown_up(float(max(draws)))
    return NONE if low == high else f"{low} – {high}"


def _causes(study: Study, name: str) -> Iterator[Block]:
    found = [one for one in model_of(study).importance(name) if one.critical >= _NOTICED]
    if not found:
        return
    rows = tuple(
        (cause_words(study, one), f"{one.critical:.1%}",
         f"{shown_down(study, one.down)}{' each' if one.number > 1 else ''}")
        for one in found[:_MOST]
    )  # fmt: skip
    heads = columns(
        "Part", "A cause in so many of the failures", "Down a year by itself", right=(1, 2)
    )
    yield Table(f"What brings {name} down", heads, rows)
    singles = [one for one in model_of(study).singles(name)
               if one.fails >= _NOTICED and not one.part.startswith("all ")]  # fmt: skip
    told = ", ".join(part_words(study, one.part.replace("one ", "instance ", 1)) for one in singles)
    yield Paragraph((Strong("Single points of failure: "), f"{told or 'none'}."))
    yield from _cuts(study, name)


def _cuts(study: Study, name: str) -> Iterator[Block]:
    """The smallest sets of parts that bring calls down together."""
    cuts, count = model_of(study).cuts(name, _CUT)
    told = [cut for cut in cuts if cut.calls >= _NOTICED] or list(cuts)
    rows = tuple((cut_words(study, cut), shown_share(cut.calls)) for cut in told[:_MOST])
    if not rows or not count.by_size:
        return
    heads = columns("Down together", "Calls that fail", right=(1,))
    yield Table(f"Smallest sets of failures that bring {name} down", heads, rows)
    sizes = ", ".join(f"{n:,} of {size}" for size, n in list(count.by_size.items())[:_MOST])
    yield Paragraph((Soft(f"{count.whole:,} minimal sets in all: {sizes} and larger."),))


def _data(study: Study) -> Iterator[Block]:
    some = [found for entity in study.design.data if (found := kept(study, entity))]
    rows = tuple(
        ((Code(one.entity),), (Code(one.store),), _gone(one.rpo_s), _time(one.rto_s),
         _gone(one.deleted_rpo_s), _time(one.deleted_rto_s))
        for one in some
    )  # fmt: skip
    if rows:
        heads = columns("Entity", "In", "A part lost: loses", "Back after", "Deleted: loses",
                        "Back after", right=(2, 3, 4, 5))  # fmt: skip
        yield Table("Data at risk", heads, rows)


def _gone(seconds: float | None) -> str:
    return "all of it" if seconds == float("inf") else _time(seconds, "nothing")


def _time(seconds: float | None, none: str = "at once") -> str:
    if seconds is None:
        return "not stated"
    return "never" if seconds == float("inf") else shown_time(seconds) if seconds else none


PART = Part("availability", "Availability", "scenarios", write)
