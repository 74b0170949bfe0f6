"""What is given up and what is won with each option that was not chosen, in a sentence."""

from collections.abc import Iterator, Mapping, Sequence

from sysdesign.design.later import Decision
from sysdesign.source import listed
from sysdesign.study.compared import Row, Value

_FEW = 3


def tradeoffs(decision: Decision, rows: Mapping[str, Row]) -> Iterator[str]:
    """A sentence for each other option: better by what, worse by what, which requirements fail."""
    chosen = str(decision.chosen or "")
    mine = rows.get(chosen)
    for name, other in rows.items() if mine is not None else ():
        if name != chosen:
            assert mine is not None
            yield f"{name} {_weighed(mine, other)}"


def _weighed(mine: Row, other: Row) -> str:
    pairs = [(mine.values[n], v) for n, v in other.values.items()
             if n in mine.values and v.shown != mine.values[n].shown]  # fmt: skip
    better = [_against(a, b) for a, b in pairs if b.beats(a)]
    worse = [_against(a, b) for a, b in pairs if a.beats(b)]
    lost = [n for n in other.failed if n not in mine.failed]
    unsure = [n for n in mine.met if n not in other.met and n not in other.failed]
    won = [n for n in mine.failed if n in other.met]
    words = [f"is better by {_listed(better)}"] if better else []
    words += [f"meets {_listed(won)}"] if won else []
    bad = [f"fails {_listed(lost)}"] if lost else []
    bad += [f"is not sure to meet {_listed(unsure)}"] if unsure else []
    bad += [f"is worse by {_listed(worse)}"] if worse else []
    if not words and not bad:
        return "comes to the same"
    told = " and ".join(words) or "is better by nothing here"
    return told + (f"{', but' if words else '; it'} {'; it '.join(bad)}" if bad else "")


def _against(mine: Value, other: Value) -> str:
    """A measure with both values, the unit once."""
    first, second = other.shown, mine.shown
    unit = first.partition(" ")[2]
    if unit and second.endswith(f" {unit}"):
        second = second.removesuffix(f" {unit}")
    return f"{mine.name} ({first} against {second})"


def _listed(some: Sequence[str]) -> str:
    shown = list(some[:_FEW])
    if len(some) > _FEW:
        shown.append(f"{len(some) - _FEW} more")
    return listed(shown)
