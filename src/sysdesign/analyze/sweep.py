"""What happens as the load grows, and what a target needs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from math import ceil, inf, isfinite

from sysdesign.analyze.analyze import answered_of
from sysdesign.analyze.arrivals import loads_of
from sysdesign.analyze.carry import pressures
from sysdesign.analyze.loads import Load, speed_of
from sysdesign.analyze.points import points_of, visited
from sysdesign.analyze.result import SHARE_OF, Analysis, LoadCurve, Need, Plan
from sysdesign.analyze.solve import Settled
from sysdesign.analyze.times import Clock
from sysdesign.formulas.readings import percentiles
from sysdesign.network import Flow, Station

FACTORS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0, 20.0, 30.0, 50.0, 100.0)
KNEE = (0.85, 0.97)
"""Shares of the first overload at which the curve is looked at more closely."""

_MOST = 10_000_000
_HALVINGS = 9
_HARDLY = 1e-6  # times the peak: nobody waits, nothing is refused
_IDLE = 0.02  # so little used, nobody waits


def sweep(
    analysis: Analysis,
    factors: Sequence[float] = FACTORS,
    operations: Sequence[str] | None = None,
) -> LoadCurve:
    """The load curve, and which stations are full at which factor on the peak.

    Times are those of `operations`, all where None; each takes its time when it is first read.
    Points are added where the first of their stations is nearly overloaded. Factors of saturation
    take attempts for each call, and slots held, as they are now.

    Raises: ValueError if a factor is not above 0.
    """
    if not all(factor > 0 and isfinite(factor) for factor in factors):
        raise ValueError("factors on the load are numbers above 0")
    state: Settled = analysis.state
    known = analysis.operations
    asked = [name for name in known if operations is None or name in operations]
    first = _first_over(state, asked)
    more = tuple(first * share for share in KNEE if isfinite(first))
    points = points_of(state, factors, asked, more, analysis.carried)
    return LoadCurve(points, saturates(analysis))


def saturates(analysis: Analysis) -> tuple[tuple[str, float], ...]:
    """Stations in the order they fill up, each with the factor on the peak at which it is full.

    Takes attempts for each call, and slots held, as they are where the first is full.
    """
    order = sorted((factor, name) for name, factor in analysis.full_at.items())
    return tuple((name, factor) for factor, name in order)


def idle_time(analysis: Analysis, operation: str, measure: str = "mean_s") -> float | None:
    """A time (mean_s, p99_s, ...) of an operation while nobody waits: work and network alone.

    Raises: ValueError if there is no such operation.
    """
    state: Settled = analysis.state
    if operation not in analysis.operations:
        raise ValueError(f"no operation {operation}: choose of {', '.join(analysis.operations)}")
    factor = _HARDLY / state.factor if state.factor > 0 else 1.0
    flows = [replace(flow, rate_per_s=flow.rate_per_s * factor) for flow in state.flows]
    found, loads = loads_of(state.network.stations, flows, {})
    return time_of(flows, operation, Clock(loads, found), measure)


def _first_over(state: Settled, operations: Sequence[str]) -> float:
    """Factor on the peak at which the first station on the way of operations is overloaded."""
    uses = pressures(state)
    names = {name for one in operations for name in visited(state.network, one)}
    return min((state.factor / use for name, use in uses.items() if name in names), default=inf)


def time_of(flows: Sequence[Flow], operation: str, clock: Clock, measure: str) -> float | None:
    """A time (mean_s, p99_s, ...) of the answered calls; None where they pile up."""
    answered = answered_of([flow for flow in flows if flow.operation == operation], clock)
    if answered is None or not isfinite(float(answered.mean_s)):
        return None
    if measure == "mean_s":
        return float(answered.mean_s)
    return percentiles(answered, [SHARE_OF[measure]])[0]


def load_for(curve: LoadCurve, operation: str, measure: str, seconds: float) -> float | None:
    """Largest factor on the peak at which a time (mean_s, p99_s, ...) of an operation is met.

    Read from a load curve: between its points one over the time changes evenly with the load, as
    it does for M/M/1. None where it is not met at the first point; inf where it is met at the last
    and no overload follows.

    Raises: KeyError if the curve does not tell of the operation.
    """
    points = curve.points

    def time_at(number: int) -> float | None:
        time: float | None = getattr(points[number].times[operation], measure)
        return time

    def is_missed(number: int) -> bool:
        time = time_at(number)
        return time is None or time > seconds

    every = range(len(points))
    if curve.rises:  # so do times: few of them are read
        crossed = bisect_left(every, True, key=is_missed)
    else:
        crossed = next((number for number in every if is_missed(number)), len(points))
    if crossed == len(points):
        return points[-1].load if any(point.is_added for point in points) else inf
    if crossed == 0:
        return None
    low, high = time_at(crossed - 1), time_at(crossed)
    before, after = points[crossed - 1].load, points[crossed].load
    if low is None or high is None:
        return before
    return _between((before, low), (after, high), seconds)


def _between(one: tuple[float, float], other: tuple[float, float], seconds: float) -> float:
    """Factor at which a time is reached between two points of a curve."""
    if one[1] <= 0:
        return one[0]
    part = (1 / one[1] - 1 / seconds) / (1 / one[1] - 1 / other[1])
    return one[0] + (other[0] - one[0]) * part


def needs(analysis: Analysis, utilisation: float) -> tuple[Need, ...]:
    """Instances each station needs to be used no more than so much, at the load analysed.

    They are those for all that is asked, as if nobody was turned away or waited for a turn.

    Raises: ValueError if the utilisation is not above 0 and below 1.
    """
    if not 0 < utilisation < 1:
        raise ValueError(f"a utilisation of {utilisation}: give a share between 0 and 100%")
    state: Settled = analysis.state
    return tuple(_need(one, utilisation) for one in state.asked.values() if one.queues)


def _need(load: Load, utilisation: float) -> Need:
    station = load.station
    count = _instances_for(load, utilisation)
    alone = load.utilisation * float(station.servers)
    return Need(
        station=station.name,
        component=station.component,
        now=load.instances,
        instances=count,
        servers=max(1, ceil(alone / utilisation - 1e-9)),
        groups=_groups_for(load, utilisation),
        groups_now=load.groups,
        most=None if station.autoscale is None else float(station.autoscale.most),
    )


def _groups_for(load: Load, utilisation: float) -> int | None:
    """Least number of shards; what the hottest key brings beyond its shard stays with it."""
    if load.groups <= 1 or load.utilisation <= 0:
        return None
    extra = max(load.hottest - 1 / load.groups, 0.0)
    rest = load.hottest * utilisation / load.utilisation - extra
    if rest <= 0:
        return None
    return max(int(load.groups) if rest >= 1 / load.groups else ceil(1 / rest - 1e-9), 1)


def _instances_for(load: Load, utilisation: float) -> int | None:
    """Least number of instances of a group, by bisection; None where contention forbids it."""
    station = load.station
    work = load.accepted_per_s * load.hottest * load.work_s / load.stretch
    if work <= 0:
        return 1

    def use(count: int) -> float:
        return work / (speed_of(station, count) * float(station.servers))

    best = _best(station)
    if use(best) > utilisation:
        return None
    low, high = 0, best
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if use(middle) <= utilisation else (middle, high)
    return high


def _best(station: Station) -> int:
    """Number of instances beyond which more make it slower."""
    from sysdesign.formulas.usl import best_workers

    best = best_workers(station.sigma, station.kappa)
    return int(best) if isfinite(best) else _MOST


def needs_for(analysis: Analysis, operation: str, seconds: float, measure: str = "p99_s") -> Plan:
    """Instances that bring a time of an operation below a target, all its stations alike used.

    Found by bisection over the utilisation that all stations on its way may have.

    Raises: ValueError if there is no such operation, or the target is not above 0.
    """
    state: Settled = analysis.state
    if operation not in analysis.operations:
        raise ValueError(f"no operation {operation}: choose of {', '.join(analysis.operations)}")
    if not seconds > 0:
        raise ValueError(f"a time of {seconds} s: give one above 0")
    on_the_way = visited(state.network, operation)
    now = time_of(state.flows, operation, state.clock, measure)
    if now is not None and now <= seconds:
        return Plan(operation, seconds, reached=True, seconds=now, needs=())
    low, high = _IDLE, 1.0
    best = _with(state, operation, on_the_way, low, measure)
    if best is None or best > seconds:
        return Plan(operation, seconds, reached=False, seconds=best, needs=())
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        found = _with(state, operation, on_the_way, middle, measure)
        if found is not None and found <= seconds:
            low, best = middle, found
        else:
            high = middle
    wanted = (_need(state.loads[name], low) for name in on_the_way)
    more = tuple(need for need in wanted if need.instances is None or need.instances > need.now)
    return Plan(operation, seconds, reached=True, seconds=best, needs=more)


def _with(
    state: Settled, operation: str, visited: Sequence[str], utilisation: float, measure: str
) -> float | None:
    """Time if stations had as many more instances as keep them below a utilisation."""
    stations = {name: load.station for name, load in state.loads.items()}
    for name in visited:
        count = _instances_for(state.loads[name], utilisation)
        if count is not None:
            more = max(float(count), state.loads[name].instances)
            stations[name] = replace(stations[name], instances=more, autoscale=None)
    found, loads = loads_of(stations, state.flows, state.clock.fates)
    return time_of(state.flows, operation, Clock(loads, found), measure)
