"""Twice the peak is carried, or the file names what fills up first; so with limits ten times away.

Why
---
Growth comes with a date, and the first thing to fill up decides whether it is met. Machines can be
bought in a day; a contract, a lock or a limit of somebody else cannot.

Flawed
------
    sysdesign: 1
    problem: {growth: {2x: 2029-06, 10x: if launched in India}}
    operations: {go: {rate: 500 req/s, path: [web]}}
    components: {web: {kind: service, replicas: 4, cores: 1, work: 5 ms}}

Sound
-----
    sysdesign: 1
    problem: {growth: {2x: 2029-06, 10x: if launched in India}}
    operations: {go: {rate: 500 req/s, path: [web]}}
    components: {web: {kind: service, replicas: 8, cores: 1, work: 5 ms}}

False alarms
------------
What is not carried at 2x is enough if a decision, a shortcoming, a parked point or the text of
`problem.growth` names the component that fills up first. At 10x it is enough that more instances
or shards would carry it; only what no number of them lifts, such as the documented limit of a
provider, has to be named. All at the medians of the ranges, with scaling up to its most. What is
full today is BOT-01 and not told twice. Where growth to 2x is `not expected`, nothing is asked.

Source
------
criteria: "Design the solution for scale, i.e. would more transactions seamlessly work."
"""

from sysdesign.analyze import Need, saturates
from sysdesign.review.lacks import any_gap, open_for
from sysdesign.review.room import more, named_by
from sysdesign.review.rule import Outcome, Outcomes, defined, fails, holds, listed, rule
from sysdesign.source import Span, Verdict
from sysdesign.study import Study
from sysdesign.study.plans import too_busy, walls

TWICE, TENFOLD = 2.0, 10.0
_ROUNDING = 0.99  # of a factor; nobody plans to the percent


@rule("BOT-03", needs=("components", "operations"), nothing="nothing fills up: no load is known")
def no_next_step(study: Study) -> Outcomes:
    """Look at what fills up first, and at what stands in the way of ten times the peak."""
    lacking = any_gap(study)
    if lacking:
        yield open_for("2x", lacking)
        return
    order = saturates(study.analysis)
    if order:
        twice = _excused(study, "2x") or _twice(study, *order[0])
        if order[0][1] >= 1:
            yield twice
        open_ = twice.verdict is Verdict.FAILS
        told = study.network.stations[order[0][0]].component if open_ else ""
        yield _excused(study, "10x") or _tenfold(study, *order[0], told)


def _excused(study: Study, factor: str) -> Outcome | None:
    growth = study.design.problem.growth
    said = str(growth.others.get(factor) or "") if growth else ""
    if "not expected" not in said:
        return None
    return holds(factor, f"growth to {factor} is not expected", study.design.problem.at("growth"))


def _twice(study: Study, first: str, factor: float) -> Outcome:
    component = study.network.stations[first].component
    need = _need(study, first, TWICE)
    said = f"{first} fills up first, at {_times(factor)} the peak"
    step = f"; {_more_of(study, need)} at 2x" if need else ""
    if factor >= _ROUNDING * TWICE:
        return holds("2x", f"{said}{step}", _where(study, component))
    title = named_by(study, component, "2x")
    if title:
        return holds("2x", f"{said}; {title} names it", _where(study, component))
    instead = f"plan for {_more_of(study, need)} at 2x, or " if need else ""
    return fails(
        "2x",
        f"twice the peak is not carried: {said}, and no next step is named",
        _where(study, component),
        f"{instead}name {component} and what comes next under decisions or shortcomings",
    )


def _tenfold(study: Study, first: str, factor: float, told: str) -> Outcome:
    """What no machine lifts; without the one that 2x has told of."""
    found = {c: at for c, at in walls(study, TENFOLD).items() if c != told}
    open_ = {c: at for c, at in found.items() if not named_by(study, c, "10x")}
    if open_:
        told = listed([f"{name} at {_times(at)}" for name, at in open_.items()])
        return fails(
            "10x",
            f"more machines do not carry ten times the peak, and nothing says so: "
            f"the limit of {told}",
            _where(study, next(iter(open_))),
            f"name {next(iter(open_))} and what comes next under shortcomings or decisions",
        )
    where = _where(study, study.network.stations[first].component)
    named = [f"{c} ends at {_times(at)}, {named_by(study, c, '10x')}" for c, at in found.items()]
    if named:
        return holds("10x", "; ".join(named), where)
    if factor >= _ROUNDING * TENFOLD:
        return holds("10x", f"{first} fills up first, at {_times(factor)} the peak", where)
    need = _need(study, first, TENFOLD)
    step = _more_of(study, need) if need else f"more of {first}"
    return holds("10x", f"more of the same does: {step}", where)


def _need(study: Study, station: str, factor: float) -> Need | None:
    """What a station needs; links have no instances."""
    if study.network.stations[station].component not in study.design.components:
        return None
    return next((need for need in too_busy(study, factor) if need.station == station), None)


def _more_of(study: Study, need: Need) -> str:
    return f"{need.station} with {more(study, need)}"


def _times(factor: float) -> str:
    return f"{factor:.3g}x" if factor < 100 else f"{factor:,.0f}x"


def _where(study: Study, component: str) -> Span:
    known = component in study.design.components
    return defined(study, component if known else component.partition(" ")[0])
