"""Designs side by side: one as a row of numbers, a decision with its options run."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import log10

from sysdesign.design import MeasureName
from sysdesign.design.later import Decision
from sysdesign.design.names import CHAIN_MEASURES
from sysdesign.records import dataclass
from sysdesign.source import Problem, Span, Verdict

LOWER = {
    *CHAIN_MEASURES, "cost", "cost_per_call", "utilisation", "errors", "lag", "age", "backlog",
    "disk_used", "memory_used", "connections_used", "stored", "rpo", "rto",
}  # fmt: skip
"""Measures of which less is better; of the others more is, or neither."""
_NEVER = 1e-15  # share of the time below which nobody tells it from none
HIGHER = {"carries", "availability", "hit"}


@dataclass(frozen=True, slots=True)
class Value:
    """A number of a design: in base units at the medians, and as people read it.

    `value` is None where it is not known, or a time has no end; `shown` says which.
    """

    name: str
    value: float | None
    shown: str
    between: str = ""
    doubted: bool = False

    @property
    def sign(self) -> int:
        """-1 where less is better, 1 where more is, 0 where neither."""
        measure = self.name.rpartition(".")[2] if "." in self.name else self.name
        if self.name.startswith("cost_per_call."):
            measure = "cost"
        return -1 if measure in LOWER else 1 if measure in HIGHER else 0

    def beats(self, other: "Value") -> bool:
        """Whether it is better than the same number of another design, by more than 1%."""
        mine, theirs = self.rank, other.rank
        if mine is None or theirs is None or not self.sign:
            return False
        if theirs == float("-inf"):  # any end is better than none
            return mine > theirs
        return mine > theirs and abs(mine - theirs) > 0.01 * max(abs(mine), abs(theirs))

    @property
    def rank(self) -> float | None:
        """The larger the better; None where it is not known."""
        if self.value is None:
            return float("-inf") if self.shown == "without end" else None
        if self.name.endswith("availability"):  # nines tell how much better one is
            return -log10(max(1 - self.value, _NEVER))
        return self.sign * self.value


@dataclass(frozen=True, slots=True)
class Row:
    """A design among others.

    `values` by name; `bottleneck` is the busiest component, `parts` how many components there are;
    `verdicts` of each quality requirement: it fails where one of its tests fails.
    """

    name: str
    values: Mapping[str, Value]
    bottleneck: str
    parts: int
    verdicts: Mapping[str, Verdict]

    @property
    def met(self) -> tuple[str, ...]:
        """Requirements that hold."""
        return tuple(n for n, v in self.verdicts.items() if v is Verdict.HOLDS)

    def of(self, name: str, measures: Sequence[MeasureName]) -> "Row":
        """The same design under another name, by some of its measures."""
        return replace(
            self, name=name, values={one.text: self.values[one.text] for one in measures}
        )

    @property
    def failed(self) -> tuple[str, ...]:
        """Requirements that fail."""
        return tuple(n for n, v in self.verdicts.items() if v is Verdict.FAILS)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What does not agree, where it stands, and the check that it belongs to."""

    rule: str
    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Compared:
    """A decision with its options run.

    `rows` are the options that could be run, the chosen one first; `broken` those whose change does
    not fit the file, with what is wrong; `asked` those without a change to run; `front` the options
    that none beats in p99 and cost together. `tradeoffs` say of each other option what it wins and
    what it gives up against the chosen one.
    """

    name: str
    decision: Decision
    measures: tuple[str, ...]
    rows: Mapping[str, Row]
    broken: Mapping[str, tuple[Problem, ...]]
    asked: tuple[str, ...]
    contradictions: tuple[Contradiction, ...]
    front: tuple[str, ...]
    tradeoffs: tuple[str, ...] = ()
