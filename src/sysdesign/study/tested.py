"""Requirements held against a simulation: in steady state by intervals, in a scenario by time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sysdesign.design import Statement
from sysdesign.study.study import Study

if TYPE_CHECKING:
    from sysdesign.simulate.result import Outcome, Simulated
    from sysdesign.simulate.statistics import Estimate

TIMES = ("mean", "p50", "p90", "p95", "p99", "p999")


@dataclass(frozen=True, slots=True)
class Tested:
    """One statement of a requirement in one simulation.

    `value` is what was found over all of it, `outcome` how it went over time (scenarios only).
    `holds` is None where it is not known, and `said` says what was found.
    """

    requirement: str
    statement: Statement
    holds: bool | None
    value: "Estimate | None"
    outcome: "Outcome | None"
    said: str


def bound_of(study: Study, test: Statement) -> float | None:
    """The median of what a statement is held against, in base units."""
    term = study.estimate.ledger.amount(test.bound)
    return None if term is None else float(term.value.median)


def found(simulated: "Simulated", test: Statement) -> "Estimate | None":
    """The number that a statement is about, if a simulation gives it."""
    from sysdesign.simulate.statistics import Estimate

    name = test.measure
    if name.until:
        chain = simulated.chains.get((name.owner, name.until))
        return getattr(chain, f"{name.measure}_s", None) if chain else None
    operation = simulated.operations.get(name.owner)
    if operation is not None:
        if name.measure in TIMES:
            time: Estimate | None = getattr(operation.times, f"{name.measure}_s")
            return time
        if name.measure == "errors":
            return operation.failed_share
    if name.measure == "utilisation":
        uses = [one.utilisation for one in simulated.stations.values()
                if one.component == name.owner and one.utilisation is not None]  # fmt: skip
        return max(uses, key=lambda use: use.value, default=None)
    if name.measure in ("backlog", "age", "lag"):
        queue = simulated.queues.get(name.owner)
        if queue is not None and name.measure == "backlog":
            return queue.backlog
        if queue is not None and queue.age_p99_s is not None:
            return Estimate(queue.age_p99_s)
    if name.measure == "hit":
        return simulated.hits.get(name.owner)
    return None


def compare(value: float, comparison: str, bound: float) -> bool:
    """Whether a comparison is true."""
    return {"<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound}[
        comparison
    ]


def decided(value: "Estimate", comparison: str, bound: float) -> bool | None:
    """Whether a statement is true of a number, or None where its interval holds the bound."""
    ends = [value.value, *(end for end in (value.low, value.high) if end is not None)]
    true = {compare(end, comparison, bound) for end in ends}
    return true.pop() if len(true) == 1 else None


def statements_of(study: Study, scenario: str = "") -> Iterator[tuple[str, Statement]]:
    """Statements of quality requirements: all in steady state, those of a scenario in it.

    A scenario that no requirement names is held against all of them that are about performance.
    """
    quality = study.design.requirements.quality
    named = {name for name, one in quality.items() if scenario in one.also_in}
    for name, one in quality.items():
        if not scenario or not named or name in named:
            for test in one.expect:
                yield name, test


def asked_operations(study: Study) -> Sequence[str]:
    """Operations whose intervals have to be narrow: the first, and those of requirements."""
    from sysdesign.study.asked import asked, names_of, primary

    known = study.network.operations()
    names = [name for one in asked(study.design, known) for name in names_of(one)]
    first = primary(study.design, known)
    return tuple(dict.fromkeys([*([first] if first else []), *names]))
