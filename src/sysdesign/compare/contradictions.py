"""Where the reason of a decision and the numbers do not agree."""

import re
from collections.abc import Iterator, Mapping

from sysdesign.design.later import Decision
from sysdesign.source import Span
from sysdesign.study.compared import Contradiction, Row


def contradictions(decision: Decision, rows: Mapping[str, Row]) -> Iterator[Contradiction]:
    """What the numbers say against the pick; `rows` are the options that could be run.

    The file as it stands is the chosen option, so that one must have no `change` of its own.
    """
    chosen = str(decision.chosen or "")
    if not chosen or chosen not in decision.options:
        return
    picked = decision.options[chosen]
    where = decision.at("because") if decision.because else decision.at("chosen")
    if picked.change is not None:
        said = f"{chosen} is chosen, but has a change: the file as it stands is another option"
        yield Contradiction("DIV-11", said, decision.at("chosen"))
        return
    mine = rows.get(chosen)
    if mine is None:
        return
    others = {name: row for name, row in rows.items() if name != chosen}
    for name, other in others.items():
        yield from _named(decision, chosen, mine, name, other, where)
        yield from _dominated(decision, chosen, mine, name, other, where)


def _named(
    decision: Decision, chosen: str, mine: Row, name: str, other: Row, where: Span
) -> Iterator[Contradiction]:
    """A requirement that the reason names fails with the pick, and another option meets it."""
    words = set(re.findall(r"[a-z][a-z0-9_]*", str(decision.because or "")))
    for requirement in mine.failed:
        if requirement in words and requirement in other.met:
            said = (
                f"the reason names {requirement}, which fails with {chosen} and holds with {name}"
            )
            yield Contradiction("DIV-05", said, where)


def _dominated(
    decision: Decision, chosen: str, mine: Row, name: str, other: Row, where: Span
) -> Iterator[Contradiction]:
    """Another option is better by a criterion, worse by none, and loses no requirement."""
    criteria = [one.text for one in decision.criteria if one.text in mine.values]
    if not criteria or set(mine.met) - set(other.met):
        return
    pairs = [(mine.values[one], other.values[one]) for one in criteria]
    better = [b for a, b in pairs if b.beats(a)]
    known = all(b.sign and b.value is not None and not b.doubted for _, b in pairs)
    if better and known and not any(a.beats(b) for a, b in pairs):
        first = better[0]
        said = (
            f"{name} is worse by none of the criteria, and better by {first.name}: "
            f"{first.shown} against {mine.values[first.name].shown} of {chosen}"
        )
        yield Contradiction("DIV-05", said, where)
