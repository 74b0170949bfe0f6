"""Put the answers of one load together: operations, stations, bottleneck, what is carried."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite

from sysdesign.analyze.carry import Carried, carries
from sysdesign.analyze.doubts import all_station_doubts, flow_doubts
from sysdesign.analyze.doubts_again import fed_less_doubts, given_up, given_up_doubts
from sysdesign.analyze.loads import Load, waiting_most
from sysdesign.analyze.outcome import Outcome, by_chance
from sysdesign.analyze.pools import ended
from sysdesign.analyze.result import (
    Analysis,
    ComponentResult,
    Doubt,
    Metastable,
    OperationResult,
    OriginResult,
    StationResult,
)
from sysdesign.analyze.sharing import shared
from sysdesign.analyze.solve import Settled, settle
from sysdesign.analyze.stuck import stuck_stations
from sysdesign.analyze.times import Clock
from sysdesign.analyze.traffic import traffic
from sysdesign.analyze.trees import nodes_of
from sysdesign.formulas.delays import Delay
from sysdesign.network import Flow, Hold, Network, Visit
from sysdesign.network.turns import with_turns

_ROUNDING = 1e-12
_NEARLY = 0.95
_MOSTLY = 0.99  # answered: what is overloaded is done without
FULL = 0.95
"""Utilisation up to which load counts as carried."""


def analyze(network: Network, load: float = 1.0, full: float = FULL) -> Analysis:
    """Work out a network at `load` times its peak, by formulas.

    Raises: ValueError if the load is negative or `full` is not between 0 and 1; or for a spread
    that no law has.
    Source: traffic by Whitt's QNA (1983), waits by Kimura (1986), their laws by transforms, one
    inversion an operation by Abate and Whitt (1992).
    """
    if not load >= 0 or not isfinite(load):
        raise ValueError(f"a load of {load} times the peak: give 0 or more")
    if not 0 < full <= 1:
        raise ValueError(f"full at a utilisation of {full}: give a share above 0 and up to 100%")
    network = with_turns(shared(network))
    plain = traffic(network.flows, {})
    state = settle(network, load, begun=plain.times(load))
    as_asked = state.clock.traffic is plain
    carried = carries(network, full, plain, state.loads if as_asked else None)
    stuck = metastable(state, carried)
    stations = {name: _station(name, state.clock) for name in network.stations}
    known = all_station_doubts(state.clock)
    lost = given_up(state.flows, state.clock)
    operations = {}
    for name, flows in _by_operation(state.flows).items():
        doubts = [doubt for flow in flows for doubt in flow_doubts(flow, state.clock, known)]
        doubts += [doubt for flow in flows for doubt in given_up_doubts(flow, lost, state.clock)]
        for flow in flows:
            doubts += fed_less_doubts(flow, state.flows, state.clock)
        operations[name] = _operation(name, flows, state, doubts + _stuck(flows, stuck))
    full_at = carried.full_at
    bottleneck = min(full_at, key=lambda name: full_at[name], default=None)
    felt = {doubt for result in operations.values() for doubt in result.doubts}
    doubts = [d for some in known.values() for d in some if not d.waits or d in felt]
    doubts += [doubt for result in operations.values() for doubt in result.doubts]
    return Analysis(
        load=load,
        full=full,
        operations=operations,
        stations=stations,
        components=_components(stations.values()),
        bottleneck=bottleneck,
        carries=carried.factor,
        full_at=full_at,
        plain=carried.plain,
        metastable=stuck,
        doubts=tuple(dict.fromkeys(doubts)),
        state=state,
        carried=carried.state,
    )


def _by_operation(flows: Iterable[Flow]) -> dict[str, list[Flow]]:
    found: dict[str, list[Flow]] = {}
    for flow in flows:
        found.setdefault(flow.operation, []).append(flow)
    return found


def _operation(
    name: str, flows: Sequence[Flow], state: Settled, doubts: list[Doubt]
) -> OperationResult:
    outcomes = [outcome_of(flow, state.clock) for flow in flows]
    whole = _together(flows, outcomes)
    overs = [_overloaded(flow, state.clock) for flow in flows]
    over = dict.fromkeys(name for one in overs for name in one)
    origins = tuple(map(_origin, flows, outcomes, overs))
    if not state.settles:
        doubts.append(Doubt(name, "retries and load do not settle"))
    return OperationResult(
        operation=name,
        rate_per_s=sum(float(flow.rate_per_s) for flow in flows),
        answered=_answered(whole, over),
        failed=_failed(whole),
        degraded=whole.degraded,
        shares=_shares(whole.parts),
        origins=origins,
        overloaded=tuple(over),
        doubts=tuple(dict.fromkeys(doubts)),
    )


def _origin(flow: Flow, outcome: Outcome, overloaded: Mapping[str, None]) -> OriginResult:
    return OriginResult(
        origin=flow.origin,
        rate_per_s=float(flow.rate_per_s),
        answered=_answered(outcome, overloaded),
        failed=_failed(outcome),
        degraded=outcome.degraded,
    )


def answered_of(flows: Sequence[Flow], clock: Clock) -> Delay | None:
    """Time of the answered calls of flows, by their rates; none where calls pile up."""
    outcomes = [outcome_of(flow, clock) for flow in flows]
    over = dict.fromkeys(name for flow in flows for name in _overloaded(flow, clock))
    return _answered(_together(flows, outcomes), over)


def lost_of(flows: Sequence[Flow], clock: Clock) -> float:
    """Share of calls of flows that fail, or are answered without something optional."""
    whole = _together(flows, [outcome_of(flow, clock) for flow in flows])
    return 1 - whole.share * (1 - whole.degraded)


def _together(flows: Sequence[Flow], outcomes: Sequence[Outcome]) -> Outcome:
    if len(outcomes) == 1:
        return outcomes[0]
    rates = [float(flow.rate_per_s) for flow in flows]
    rate = sum(rates)
    weights = [r / rate for r in rates] if rate > 0 else [1 / len(flows)] * len(flows)
    return by_chance(weights, outcomes)


def outcome_of(flow: Flow, clock: Clock) -> Outcome:
    """How a flow ends; one that messages set off is timed from the taking of a message."""
    return clock.of(flow.root, taken=bool(flow.trigger))


def _answered(outcome: Outcome, overloaded: Mapping[str, None]) -> Delay | None:
    """Time of the answered; none where overload leaves many without an answer."""
    if outcome.share <= _ROUNDING or (overloaded and outcome.share < _MOSTLY):
        return None
    return outcome.answered


def _failed(outcome: Outcome) -> float:
    """Share of calls without an answer; what is below rounding is none."""
    failed = 1 - outcome.share
    return failed if failed > _ROUNDING else 0.0


def _shares(parts: Mapping[str, float]) -> dict[str, float]:
    """Shares of the mean; without any where it is not known."""
    whole = sum(parts.values())
    if not isfinite(whole) or whole <= 0:
        return {}
    return {name: seconds / whole for name, seconds in parts.items() if seconds > 0}


def _overloaded(flow: Flow, clock: Clock) -> dict[str, None]:
    """Stations on the way that cannot keep up."""
    found: dict[str, None] = {}
    for node in nodes_of(flow.root, sends=False):
        match node:
            case Visit() if _is_over(clock.loads[node.station]):
                found[node.station] = None
            case Hold() if (clock.pool(node.station).used or 0) >= 1:
                found[node.station] = None
    return found


def _is_over(load: Load) -> bool:
    return load.queues and load.utilisation >= 1 and waiting_most(load.station) is None


def metastable(state: Settled, carried: Carried) -> Metastable | None:
    """Whether bursts leave retries that keep stations down, at loads that are carried otherwise.

    It is told from the last good state, so that it is said at every load. What comes back by
    itself up to nearly all that is carried is no more than overload.
    """
    if carried.state is None or not carried.factor:
        return None
    found = stuck_stations(carried.state)
    if not found:
        return None
    safe = min(found.values())
    if safe > _NEARLY * carried.factor:
        return None
    now = "safe" if state.factor < safe * (1 - _ROUNDING) else "at risk"
    if any(state.loads[name].utilisation >= 1 for name in found):
        now = "down"
    return Metastable(tuple(found), safe, carried.factor, now)


def _stuck(flows: Sequence[Flow], stuck: Metastable | None) -> list[Doubt]:
    if stuck is None or stuck.state != "at risk":
        return []
    visited = {
        node.station for f in flows for node in nodes_of(f.root, sends=False)
        if isinstance(node, Visit)
    }  # fmt: skip
    why = "retries would keep it down after a burst; these are the times before one"
    return [Doubt(name, why) for name in stuck.stations if name in visited]


def _station(name: str, clock: Clock) -> StationResult:
    load = clock.loads[name]
    station = load.station
    wait = float(clock.wait(name).mean_s)
    held_per_s, held_s = _held(name, clock)
    slot_wait = float(clock.pool(name).extra.mean_s)
    return StationResult(
        station=name,
        component=station.component,
        arrival_per_s=load.arrival_per_s,
        utilisation=load.utilisation if load.station.queues else None,
        mean_utilisation=load.mean_utilisation if load.station.queues else None,
        capacity_per_s=load.capacity_per_s,
        cap_used=load.cap_used,
        slots_used=clock.pool(name).used,
        instances=load.instances,
        shards=load.groups,
        wait_s=wait if isfinite(wait) else None,
        refused=load.refused,
        arrival_scv=load.arrival_scv,
        work_s=load.work_s,
        held_per_s=held_per_s,
        held_s=held_s,
        slot_wait_s=slot_wait if isfinite(slot_wait) else None,
    )


def _held(name: str, clock: Clock) -> tuple[float, float]:
    """Calls a second that take a slot, and the mean time that each keeps it."""
    holds = [one for one in clock.traffic.holds.get(name, ()) if float(one.rate_per_s) > 0]
    rate = sum(float(one.rate_per_s) for one in holds)
    times = [float(one.rate_per_s) * float(ended(clock.of(one.node.inner)).mean_s) for one in holds]
    seconds = sum(times) / rate if rate > 0 else 0.0
    return rate, seconds if isfinite(seconds) else 0.0


def _components(stations: Iterable[StationResult]) -> dict[str, ComponentResult]:
    found: dict[str, ComponentResult] = {}
    for station in stations:
        known = found.get(station.component)
        use, before = station.utilisation, known.utilisation if known else None
        if known is None or (use is not None and (before is None or use > before)):
            found[station.component] = ComponentResult(station.component, use, station.station)
    return found
