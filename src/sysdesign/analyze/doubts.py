"""Where formulas are not to be trusted: reasons to run the simulator instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isinf, sqrt

from sysdesign.analyze.doubts_again import again_doubts, left_behind_doubts
from sysdesign.analyze.loads import Load, queue_of
from sysdesign.analyze.result import Doubt
from sysdesign.analyze.times import Clock
from sysdesign.analyze.trees import nodes_of
from sysdesign.analyze.waiting import meets_no_queue, steps_of
from sysdesign.formulas.bursts import wait_in_bursts
from sysdesign.network import (
    Call,
    Choice,
    Flow,
    Hold,
    Node,
    Parallel,
    Policy,
    Repeat,
    Station,
    Visit,
    expected,
)
from sysdesign.network import Sequence as InOrder

SATURATED = 0.95
_RARELY = 5.0  # standard deviations
_ALONE = 0.1  # so little used that users hardly meet
_FEW_OF_ALL = 0.01  # calls: how they come changes nothing
_BURSTY_WORK = 10.0
_BURSTY_FOR_CHOICE = 1.5
_BURSTY_IN_BATCHES = 2.0
_NOTABLE_LOAD = 0.3
_SHARED_LOAD = 0.5  # sharing of servers stretches all work alike only up to here
_FEW_SERVERS = 8
_SEVERAL = 4  # servers that even arrivals out
_UNEVEN = 0.15  # |arrival scv - 1| rho²
_UNEVEN_FOR_SEVERAL = 0.6
_REGULAR_WORK = 0.2  # scv
_UNEVEN_FOR_REGULAR = 0.03
_TRACE = 1e-3  # of the mean time of a call: then few calls wait a notable part of it (Markov)
_NOTABLE_WAIT = 0.1  # of the work
_NOTABLY_REFUSED = 0.001


def station_doubts(load: Load) -> Iterator[Doubt]:
    """What is doubtful at a station, whoever calls it."""
    name, station, use = load.station.name, load.station, load.utilisation
    if not load.queues or load.accepted_per_s <= 0:
        return
    if SATURATED < use < 1:
        yield Doubt(name, f"{use:.1%} busy: so near to overload small errors grow large")
    if load.shape.scv > _BURSTY_WORK:
        why = f"its work differs too much from call to call (scv {load.shape.scv:.0f})"
        yield Doubt(name, why, waits=True)
    if station.order not in ("fifo", "ps") or (station.order == "ps" and use > _SHARED_LOAD):
        yield Doubt(name, f"formulas take calls in the order they come, not {station.order}")
    if load.refused > _NOTABLY_REFUSED and station.waiting is not None:
        yield Doubt(name, f"{load.refused:.1%} of the calls find no place to wait")
    if station.autoscale is not None and station.autoscale.keeps_up:
        yield Doubt(name, f"it scales by {station.autoscale.by}, which only grows with time")
    if use < 1:
        yield from _arrival_doubts(load, station)


def _arrival_doubts(load: Load, station: Station) -> Iterator[Doubt]:
    queue = queue_of(load, load.hottest)
    rho = queue.arrival_per_s * queue.service_s / queue.servers
    uneven = abs(load.arrival_scv - 1) * rho * rho
    most = _UNEVEN if queue.servers < _SEVERAL else _UNEVEN_FOR_SEVERAL
    if load.shape.scv < _REGULAR_WORK and load.arrival_scv < 1:
        most = 0.0 if meets_no_queue(load) else _UNEVEN_FOR_REGULAR
    if uneven > most > 0:
        how = "in bunches" if load.arrival_scv > 1 else "at a regular beat"
        yield Doubt(station.name, f"calls come to it {how} from the station before")
    if queue.together > 1:
        rate, service, servers = queue.arrival_per_s, queue.service_s, queue.servers
        alone = wait_in_bursts(rate, service, servers, 1.0).mean_s
        more = wait_in_bursts(rate, service, servers, queue.together).mean_s - alone
        usual = _REGULAR_WORK <= load.shape.scv <= _BURSTY_IN_BATCHES
        if more > _NOTABLE_WAIT * load.work_s and not usual and steps_of(load) is None:
            yield Doubt(station.name, f"calls come {queue.together:.3g} at a time")
    picked = station.policy in (Policy.POWER_OF_TWO, Policy.LEAST_CONNECTIONS)
    blind = picked and load.instances > 1 and station.servers < _FEW_SERVERS
    if blind and rho > _NOTABLE_LOAD and load.shape.scv > _BURSTY_FOR_CHOICE:
        yield Doubt(station.name, "calls cannot see how much work the queue they join holds")


def flow_doubts(flow: Flow, clock: Clock, known: Mapping[str, Sequence[Doubt]]) -> Iterator[Doubt]:
    """What is doubtful about the time of a flow; `known` are the doubts of stations."""
    stations: dict[str, None] = {}
    quorums: list[Parallel] = []
    for node in nodes_of(flow.root, sends=False):
        match node:
            case Visit():
                stations[node.station] = None
            case Hold():
                why = clock.pool(node.station).doubt
                if why:
                    yield Doubt(node.station, why)
            case Call() if _opens(node, flow, clock):
                yield Doubt(node.target, f"{node.caller or 'the caller'} stops calling it at times")
            case Call() if node.guard.hedge is not None and _waits(node, clock):
                yield Doubt(node.target, "the second of two calls waits in the same long queue")
            case Parallel() if node.wait is not None and node.wait < len(node.parts):
                quorums.append(node)
        if id(node) in clock.doubts:
            yield clock.doubts[id(node)]
    if flow.users is not None and any(_shows(n, flow, clock) for n in stations):
        yield Doubt(flow.operation, "its users wait for their answers: calls are no Poisson stream")
    for name in _held_again(flow.root, ()) if clock.traffic.holds else ():
        yield Doubt(name, "calls that hold a slot ask for another of the same: they may all wait")
    if any(clock.loads[name].again > 1 for name in stations):
        yield from again_doubts(flow, clock)
    yield from left_behind_doubts(flow, quorums, clock)
    for name in stations:
        if known[name]:
            felt = _are_felt(name, flow, clock)
            yield from (doubt for doubt in known[name] if felt or not doubt.waits)


def _shows(station: str, flow: Flow, clock: Clock) -> bool:
    """Whether the calls of a flow are a notable share of those at a station where some wait."""
    load = clock.loads[station]
    if load.utilisation <= _ALONE:
        return False
    return float(flow.rate_per_s) * _visits(flow, station) > _FEW_OF_ALL * load.arrival_per_s


def _visits(flow: Flow, station: str) -> float:
    """Visits of a station by each call of a flow."""
    return sum(float(n) for one, n in expected(flow.root)
               if isinstance(one, Visit) and one.station == station)  # fmt: skip


def _are_felt(station: str, flow: Flow, clock: Clock) -> bool:
    """Whether waits at a station, roughly as they are, are more than a trace of a flow's time."""
    mean = float(clock.of(flow.root).answered.mean_s)
    return isinf(mean) or (
        float(clock.wait(station).mean_s) * _visits(flow, station) > _TRACE * mean
    )


def _held_again(node: Node, held: tuple[str, ...]) -> Iterator[str]:
    """Stations of which a call wants a second slot while it has one."""
    match node:
        case Hold():
            if node.station in held:
                yield node.station
            yield from _held_again(node.inner, (*held, node.station))
        case InOrder() | Parallel():
            for part in node.parts:
                yield from _held_again(part, held)
        case Choice():
            for branch in node.branches:
                yield from _held_again(branch.inner, held)
        case Call() | Repeat():
            yield from _held_again(node.inner, held)


def _opens(node: Call, flow: Flow, clock: Clock) -> bool:
    """Whether so many calls fail that the breaker of one caller opens, by chance once in 10^6.

    Its calls of one window are taken as independent.
    """
    guard = node.guard
    if guard.breaker is None or id(node) not in clock.fates:
        return False
    tries = 1 + (guard.retry.count if guard.retry else 0)
    failing = max(clock.fates[id(node)].missing, 0.0) ** (1 / tries)
    callers = [one for one in clock.loads.values() if one.station.component == node.caller]
    count = max(sum(one.instances * one.groups for one in callers), 1.0)
    seen = max(float(flow.rate_per_s) * float(guard.breaker.over_s) / count, 1.0)
    most = failing + _RARELY * sqrt(failing * (1 - failing) / seen)
    return bool(most >= float(guard.breaker.errors))


def _waits(node: Call, clock: Clock) -> bool:
    """Whether waits are a notable part of what a call does."""
    inside = {n.station for n in nodes_of(node.inner, sends=False) if isinstance(n, Visit)}
    waited = [float(clock.wait(name).mean_s) for name in sorted(inside)]
    return sum(waited) > _NOTABLE_WAIT * float(clock.of(node.inner).answered.mean_s)


def all_station_doubts(clock: Clock) -> dict[str, tuple[Doubt, ...]]:
    """What is doubtful at each station."""
    return {name: tuple(station_doubts(load)) for name, load in clock.loads.items()}
