"""One design as a row of numbers: measures by name, and which requirements it meets."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sysdesign.design import MeasureName
from sysdesign.design.names import CHAIN_MEASURES
from sysdesign.quantity import show
from sysdesign.records import dataclass
from sysdesign.review.statements import judge
from sysdesign.source import NOWHERE, Verdict
from sysdesign.study import Study, measured, shown_measure, told_range
from sysdesign.study.measures import figure_name, primary_operation

LOWER = {
    *CHAIN_MEASURES, "cost", "cost_per_call", "utilisation", "errors", "lag", "age", "backlog",
    "disk_used", "memory_used", "connections_used", "stored", "rpo", "rto",
}  # fmt: skip
"""Measures of which less is better; of the others more is, or neither."""
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
        return mine > theirs and abs(mine - theirs) > 0.01 * max(abs(mine), abs(theirs))

    @property
    def rank(self) -> float | None:
        """The larger the better; None where it is not known."""
        if self.value is None:
            return float("-inf") if self.shown == "without end" else None
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


def usual(study: Study) -> tuple[MeasureName, ...]:
    """What designs are always compared by: load carried, p99, availability, cost."""
    first = primary_operation(study)
    own = [_named(first, "p99"), _named(first, "availability")] if first else []
    return (_named("", "carries"), *own, _named("", "cost"))


def _named(owner: str, measure: str) -> MeasureName:
    text = ".".join(filter(None, (owner, measure)))
    return MeasureName(text, NOWHERE, owner, measure)


def row(name: str, study: Study, measures: Sequence[MeasureName]) -> Row:
    """The numbers of a study."""
    values = {one.text: value_of(study, one) for one in measures}
    bottleneck = study.analysis.bottleneck
    station = study.analysis.stations[bottleneck].component if bottleneck else ""
    return Row(name, values, station, len(study.design.components), dict(_verdicts(study)))


def _verdicts(study: Study) -> Iterator[tuple[str, Verdict]]:
    """The worst verdict of each requirement that is tested; what a person is asked is left out."""
    rank = (Verdict.HOLDS, Verdict.UNKNOWN, Verdict.FAILS)
    found: dict[str, Verdict] = {}
    quality = study.design.requirements.quality
    for name, one in quality.items():
        verdicts = [judge(study, name, test).verdict for test in one.expect]
        if verdicts:
            found[name] = max(verdicts, key=rank.index)
    yield from found.items()


def value_of(study: Study, name: MeasureName) -> Value:
    """A number of any engine by its name."""
    missing = Value(name.text, None, "not known")
    try:
        found = measured(study, name)
    except KeyError:
        return missing
    if found is not None:
        shown = shown_measure(study, found.value, found.unit)
        return Value(name.text, found.value, shown, told_range(study, found), bool(found.doubts))
    figure = study.figure(figure_name(name))
    if figure is None:
        return missing
    shown = show(figure.quantity, unit=figure.unit, digits=3)
    return Value(name.text, figure.median, shown, figure.shown_range)
