"""Requirements held against a simulation: in steady state by intervals, in a scenario by time."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from sysdesign.design import Statement
from sysdesign.records import dataclass
from sysdesign.study.measures import measured, shown_measure
from sysdesign.study.story import clock, lasts
from sysdesign.study.study import Study
from sysdesign.study.unknown_ways import not_stated

if TYPE_CHECKING:
    from sysdesign.simulate.result import Bound, Outcome, Simulated
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


@dataclass(frozen=True, slots=True)
class Run:
    """One simulation, the design it was of (a scenario may change it), and requirements in it."""

    study: Study
    simulated: "Simulated"
    tests: tuple[Tested, ...]


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
        queues = [queue for said, queue in simulated.queues.items()
                  if said == name.owner or said.startswith(f"{name.owner} for ")]  # fmt: skip
        if queues and name.measure == "backlog":
            return max((queue.backlog for queue in queues), key=lambda one: one.value)
        ages = [queue.age_p99_s for queue in queues if queue.age_p99_s is not None]
        if ages:
            return Estimate(max(ages))
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


def bounds_of(study: Study, scenario: str) -> "tuple[Bound, ...]":
    """What is held against a scenario window by window."""
    return tuple(
        bound for _, test in statements_of(study, scenario)
        if (bound := as_bound(study, test)) is not None
    )  # fmt: skip


def as_bound(study: Study, test: Statement) -> "Bound | None":
    """A statement as a bound; None for what is not told by time."""
    from sysdesign.simulate.outcome import measures
    from sysdesign.simulate.result import Bound

    name, limit = test.measure, bound_of(study, test)
    if name.until or name.owner not in study.design.operations or limit is None:
        return None
    if name.measure == "availability":
        turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}[test.comparison]
        return Bound(name.owner, "errors", turned, 1 - limit)
    return (
        Bound(name.owner, name.measure, test.comparison, limit) if measures(name.measure) else None
    )


def tested(study: Study, run: "Simulated") -> tuple[Tested, ...]:
    """Every statement that a simulation can say something of."""
    found = (_tested(study, run, name, test)
             for name, test in statements_of(study, run.scenario))  # fmt: skip
    return tuple(one for one in found if one is not None)


def _tested(study: Study, run: "Simulated", name: str, test: Statement) -> Tested | None:
    bound = as_bound(study, test)
    outcome = run.outcomes.get(bound) if bound is not None else None
    if outcome is not None and bound is not None:
        lacks = _lacks(study, run, test, outcome.held)
        said = lacks or _told_over_time(study, bound, outcome)
        return Tested(name, test, None if lacks else outcome.held, None, outcome, said)
    value, limit = found(run, test), bound_of(study, test)
    if test.measure.measure == "availability" or limit is None:
        return None  # only outages bring it down, and those are left to `failures`
    if value is None:
        return _untold(run, name, test)
    if not run.scenario and not run.state.is_steady:
        return Tested(
            name, test, False if _grows(test) else None, value, None, "there is no steady state"
        )
    holds = decided(value, test.comparison, limit)
    lacks = _lacks(study, run, test, holds)
    told = lacks or _told(study, test, value, holds)
    return Tested(name, test, None if lacks else holds, value, None, told)


def _untold(run: "Simulated", name: str, test: Statement) -> Tested | None:
    """A time that no call, or too few, gave; None for what no simulation tells."""
    end = test.measure.until or test.measure.owner
    operation = run.operations.get(end)
    if operation is None or test.measure.measure not in TIMES:
        return None
    if operation.failed and not operation.completed:
        holds = False if _grows(test) else None
        return Tested(name, test, holds, None, None, f"no call of {end} is answered")
    return Tested(name, test, None, None, None, f"too few calls of {end} were answered to tell")


def _lacks(study: Study, run: "Simulated", test: Statement, holds: bool | None) -> str:
    """For want of what a verdict is not sure: round trips that take no time, what was cut."""
    if run.is_unsettled and holds:
        return "a stretch was cut while things still grew worse; --whole runs all of it"
    known = measured(study, test.measure, ranged=False)
    if holds is None or known is None:
        return ""
    lacks = known.lacks
    if ways := run.lacks.get(test.measure.owner, ()):
        lacks = lacks or f"calls go another way while a place is lost, and {not_stated(ways)}"
    return "" if replace(known, lacks=lacks).is_sure(test.comparison, holds) else lacks


def _grows(test: Statement) -> bool:
    """Whether calls that pile up break a statement for sure: times and errors that must be low."""
    return test.comparison.startswith("<")


def _unit(measure: str) -> str:
    return {"errors": "%", "utilisation": "%", "hit": "%", "backlog": ""}.get(measure, "s")


def _shown(study: Study, value: float, measure: str) -> str:
    unit = _unit(measure)
    if measure == "errors":
        return f"{value:.2%}" if value < 0.1 else f"{value:.0%}"
    return f"{value:,.3g}" if not unit else shown_measure(study, value, unit)


def _told(study: Study, test: Statement, value: "Estimate", holds: bool | None) -> str:
    measure = test.measure.measure
    ends = [end for end in (value.low, value.high) if end is not None]
    told = [_shown(study, end, measure) for end in ends]
    between = " .. ".join(told)
    said = f"it is {_shown(study, value.value, measure)}"
    if measure == "errors" and value.value == 0:
        return "no call failed"
    said += f" ({between})" if len(told) == 2 and told[0] != told[1] else ""
    return said if holds is not None else f"{said}: too close to tell, ask for more --precision"


def _told_over_time(study: Study, bound: "Bound", outcome: "Outcome") -> str:
    if outcome.held is None:
        return "too few calls came, or the run was cut short"
    worst = "-" if outcome.worst is None else _shown(study, outcome.worst, bound.measure)
    window = f"over {lasts(outcome.window_s)}" if outcome.window_s >= 2 else "in a second"
    if bound.measure == "errors":  # also of availability, told by what fails
        worst = f"{worst} of the calls fail" if outcome.worst else _NONE_FAILS
    if outcome.held:
        few = outcome.worst is not None and not compare(
            outcome.worst, bound.comparison, bound.bound
        )
        chance = ", but in less than half of the runs" if few else ""
        return worst if worst == _NONE_FAILS else f"at worst {worst} {window}{chance}"
    said = f"out of bounds for {lasts(outcome.out_s)}"
    if outcome.first_s is not None:
        said += f", first at {clock(outcome.first_s)}, {worst} at worst"
    if outcome.back_s is None:
        return f"{said}; not back within the run"
    if outcome.back_s == 0:
        return f"{said}; back before the last event"
    return f"{said}; back {lasts(outcome.back_s)} after the last event"


_NONE_FAILS = "no call fails"


def asked_operations(study: Study) -> tuple[str, ...]:
    """Operations whose intervals have to be narrow: the first, and those of requirements."""
    from sysdesign.study.asked import asked, names_of, primary

    known = study.network.operations()
    names = [name for one in asked(study.design, known) for name in names_of(one)]
    first = primary(study.design, known)
    return tuple(dict.fromkeys([*([first] if first else []), *names]))
