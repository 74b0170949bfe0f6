"""A slice of a large system: fewer calls on fewer instances and shards, which wait as long.

A thousandth of the calls on a thousandth of the servers are as busy, but a small pool makes calls
wait longer than a large one. So a slice is only as thin as the formulas say that no operation
would notice: not at the load as it is, nor at half as much again with what a lost zone leaves.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from math import ceil, isfinite, isinf

from sysdesign.formulas.balancing import least_connections_wait, power_of_two_wait
from sysdesign.formulas.stations import wait_mg
from sysdesign.network import (
    Autoscale,
    Bounds,
    Delay,
    Flow,
    Network,
    Number,
    Policy,
    Station,
    Visit,
    expected,
)
from sysdesign.records import dataclass

TOLERANCE = 0.005
"""Most that the mean of an operation may change by."""
ROUGH = 0.02
"""The same where there is no time for a better slice of a story: still less than is told of it."""
_THICKER = 1.5
"""Factor on the load at which a slice has to be like the whole, too."""
MOST = 64
"""Parts of the thinnest slice that is tried."""
_USUAL_SCV = 1.0

_Waits = Mapping[str, float]
"""Mean wait at each station."""
_Brought = Mapping[str, tuple[float, float]]
"""Calls a second at each station, and seconds of work a second."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A network with 1/`parts` of the calls, and how much it changes means at most, by formulas."""

    network: Network
    parts: int
    changed: float = 0.0

    @property
    def said(self) -> str:
        """What has to be said of it; "" for the whole."""
        if self.parts == 1:
            return ""
        return (
            f"a slice of the system: one of {self.parts} calls, on as many fewer instances and "
            f"shards; by formulas it changes the mean of an operation by {self.changed:.1%} at most"
        )


def thick_enough(
    network: Network, wanted: float, load: float = 1.0,
    allowed: Callable[[Network], bool] = lambda _: True, tolerance: float = TOLERANCE,
) -> Slice:  # fmt: skip
    """As `Slices.thick_enough`, where a slice is wanted once."""
    return Slices(network, load).thick_enough(wanted, allowed, tolerance)


class Slices:
    """Slices of a network, each looked at once; `load` is the largest factor they have to bear.

    What flows bring is linear in their rates, so they are followed once for all slices.
    """

    def __init__(self, network: Network, load: float = 1.0) -> None:
        self.network = network
        self.load = load
        self.zones = {name: _zones(network, one) for name, one in network.stations.items()}
        self.of_calls = _brought([flow for flow in network.flows if not _is_clock(flow)])
        self.of_clocks = _brought([flow for flow in network.flows if _is_clock(flow)])
        self.ways = _ways(network)
        here = _sum(self.of_calls, self.of_clocks, 1.0)
        self.now = {name: _scaled(one, *here.get(name, (0.0, 0.0)))
                    for name, one in network.stations.items()}  # fmt: skip
        self.before = self._loaded(1, network.stations)
        self.changed = cache(self._changed)

    def thick_enough(
        self, wanted: float, allowed: Callable[[Network], bool] = lambda _: True,
        tolerance: float = TOLERANCE,
    ) -> Slice:  # fmt: skip
        """The thickest slice of at least `wanted` parts that changes no mean beyond `tolerance`.

        The thinnest that does not where no such is as thin; the whole where none does. `allowed` is
        a further condition.
        """
        least = min(ceil(wanted), MOST)
        tried = (*range(least, MOST + 1), *range(least - 1, 1, -1)) if wanted > 1 else ()
        for parts in tried:
            changed = self.changed(parts)
            if changed <= tolerance:
                found = self.sliced(parts)
                if allowed(found):
                    return Slice(found, parts, changed)
        return Slice(self.network, 1)

    def sliced(self, parts: int) -> Network:
        """The network with 1/`parts` of the calls of each flow, and of all there is in numbers.

        Instances stand in each zone that had one; a station that cannot be made smaller stays.
        Autoscaling makes as many fewer: what it watches of one instance is that much less where
        instances are fewer than calls.
        """
        whole = self.network
        flows = tuple(_thinner(flow, parts) for flow in whole.flows)
        return replace(
            whole, flows=flows, stations=self._stations(parts), parts=whole.parts * parts
        )

    def _stations(self, parts: int) -> dict[str, Station]:
        stations = self.network.stations
        return {
            name: _smaller(one, parts, self.zones[name], self.now[name])
            for name, one in stations.items()
        }

    def _changed(self, parts: int) -> float:
        return _changed(self.ways, self.before, self._loaded(parts, self._stations(parts)))

    def _loaded(self, parts: int, stations: Mapping[str, Station]) -> tuple[_Waits, ...]:
        brought = _sum(self.of_calls, self.of_clocks, 1 / parts)
        whole = self.network.stations
        running = {
            name: one if one.autoscale is None
            else replace(one, instances=self.now[name] * one.instances / whole[name].instances)
            for name, one in stations.items()
        }  # fmt: skip
        return _loaded(running, brought, self.load)


def sliced(network: Network, parts: int) -> Network:
    """As `Slices.sliced`."""
    return Slices(network).sliced(parts)


def _is_clock(flow: Flow) -> bool:
    """Whether a clock begins it, which strikes as often for a slice."""
    return flow.every_s is not None


def _thinner(flow: Flow, parts: int) -> Flow:
    if _is_clock(flow):
        return flow
    return replace(
        flow,
        rate_per_s=flow.rate_per_s / parts,
        users=None if flow.users is None else flow.users / parts,
        at_once=None if flow.at_once is None else max(flow.at_once / parts, 1.0),
        bounds=_less(flow.bounds, parts),
    )


def _less(bounds: Bounds | None, parts: int) -> Bounds | None:
    """Room for so many fewer messages."""
    if bounds is None or bounds.most is None:
        return bounds
    return replace(bounds, most=max(bounds.most / parts, 1.0))


def _zones(network: Network, one: Station) -> int:
    """In how many zones a station stands; a device stands with its component's instances."""
    alike = (
        other for other in network.stations.values()
        if other.component == one.component and other.place == one.place
        and float(other.instances) == float(one.instances)
    )  # fmt: skip
    return max([len(one.zones), *(len(other.zones) for other in alike)])


def _fewer(count: float, parts: int, zones: int) -> float:
    """1/parts of a number; as many in each zone where they were, and one in each at least."""
    if zones > 1 and count >= zones and count % zones == 0:
        return float(max(round(count / parts / zones), 1) * zones)
    return float(max(round(count / parts), min(count, max(zones, 1))))


def _scaled(one: Station, calls_per_s: float, busy: float) -> float:
    """Instances that autoscaling makes of the load, or that there are."""
    if one.autoscale is None:
        return float(one.instances)
    return one.autoscale.makes(calls_per_s, busy / float(one.servers))


def _smaller(one: Station, parts: int, zones: int, now: float) -> Station:
    """A station for 1/`parts` of the calls, of which so many instances run `now`."""
    cap = None if one.cap_per_s is None else one.cap_per_s / parts
    if not one.queues:
        slots = None if one.slots is None else max(one.slots / parts, 1.0)
        return replace(one, cap_per_s=cap, slots=slots)
    groups, instances = float(one.shards), float(one.instances)
    if groups > 1:
        fewer = _fewer(groups, parts, zones)
        hottest = None if one.hottest is None else _hottest(float(one.hottest), groups, fewer)
        return replace(one, shards=float(fewer), hottest=hottest, cap_per_s=cap)
    if one.autoscale is None:
        return replace(one, instances=_fewer(instances, parts, zones), cap_per_s=cap)
    fewer = float(ceil(instances * _fewer(now, parts, zones) / now - 1e-9))
    scale = _less_scaled(one.autoscale, fewer, fewer / instances, parts)
    return replace(one, instances=fewer, autoscale=scale, cap_per_s=cap)


def _less_scaled(scale: Autoscale, fewer: float, share: float, parts: int) -> Autoscale:
    """The same for a share of the instances, each of which has its part of fewer calls."""
    most = scale.most if isinf(float(scale.most)) else max(scale.most * share, fewer)
    target = scale.target if scale.by == "lag" else scale.target / (share * parts)
    return replace(scale, least=max(scale.least * share, 1.0), most=most, target=target)


def _hottest(share: float, groups: float, fewer: float) -> float:
    """Share of the hottest group among fewer ones, so that it is as busy as it was."""
    return min(share * groups / fewer, 1.0) if fewer > 1 else 1.0


# -- how much it changes ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Way:
    """A flow: seconds that a call takes without waits, and how often it is at each station."""

    own_s: float
    visits: Mapping[str, float]


def difference(whole: Network, part: Network, load: float = 1.0) -> float:
    """Largest change of the mean of an operation, by formulas; inf where a station overflows.

    Looked at the load as it is and at half as much again.
    """
    before, after = (_loaded(one.stations, _brought(one.flows), load) for one in (whole, part))
    return _changed(_ways(whole), before, after)


def _ways(network: Network) -> list[_Way]:
    found = []
    for flow in network.flows:
        own, visits = 0.0, dict[str, float]()
        for node, count in expected(flow.root):
            if isinstance(node, Delay):
                own += float(count) * float(node.spread.mean_s)
            elif isinstance(node, Visit):
                own += float(count) * _work_s(node)
                visits[node.station] = visits.get(node.station, 0.0) + float(count)
        found.append(_Way(own, visits))
    return found


def _work_s(visit: Visit) -> float:
    return float(visit.work.mean_s) * float(visit.items)


def _changed(ways: Sequence[_Way], before: Sequence[_Waits], after: Sequence[_Waits]) -> float:
    """Largest change of the mean of any of the ways, at any of the loads."""
    return max(
        (_difference(way, a, b) for way in ways for a, b in zip(before, after, strict=True)),
        default=0.0,
    )


def _difference(way: _Way, before: _Waits, after: _Waits) -> float:
    whole, changed = way.own_s, 0.0
    for station, count in way.visits.items():
        was, is_ = before[station], after[station]
        if isfinite(was) != isfinite(is_):
            return float("inf")
        if isfinite(was):
            whole += count * was
            changed += count * abs(is_ - was)
    return changed / whole if whole > 0 else 0.0


def _brought(flows: Iterable[Flow]) -> _Brought:
    """What flows bring to each station."""
    found: dict[str, tuple[float, float]] = {}
    for flow in flows:
        runs = float(flow.rate_per_s)
        for node, count in expected(flow.root):
            if isinstance(node, Visit):
                calls, busy = found.get(node.station, (0.0, 0.0))
                more = runs * float(count)
                found[node.station] = (calls + more, busy + more * _work_s(node))
    return found


def _sum(one: _Brought, other: _Brought, share: float) -> _Brought:
    """A share of what one brings, and all that another does."""
    found = dict(other)
    for name, (calls, busy) in one.items():
        more, busier = found.get(name, (0.0, 0.0))
        found[name] = (calls * share + more, busy * share + busier)
    return found


def _loaded(stations: Mapping[str, Station], brought: _Brought, load: float) -> tuple[_Waits, ...]:
    """Mean wait at each station at the load, and at half as much again; inf where it overflows."""
    return tuple(
        {name: _wait(one, *brought.get(name, (0.0, 0.0)), factor) for name, one in stations.items()}
        for factor in (load, load * _THICKER)
    )


def _wait(station: Station, calls_per_s: float, busy: float, load: float) -> float:
    """Mean wait of all its calls together; `busy` servers would be at work at a load of one."""
    groups = max(round(float(station.shards)), 1)
    if not station.queues or calls_per_s <= 0 or busy <= 0:
        return 0.0
    work_s = busy / calls_per_s
    if groups == 1:
        return _group_wait(station, calls_per_s * load, work_s)
    hottest = 1 / groups if station.hottest is None else float(station.hottest)
    others = (1 - hottest) / (groups - 1)
    hot = _group_wait(station, calls_per_s * load * hottest, work_s)
    rest = _group_wait(station, calls_per_s * load * others, work_s)
    return hottest * hot + (1 - hottest) * rest if hottest > 0 else rest


def _group_wait(station: Station, calls_per_s: float, work_s: float) -> float:
    instances, servers = _some(station.instances), _some(station.servers)
    if calls_per_s * work_s >= instances * servers:
        return float("inf")
    match station.policy:
        case Policy.SHARED:
            found = wait_mg(calls_per_s, work_s, instances * servers, _USUAL_SCV)
        case Policy.LEAST_CONNECTIONS:
            found = least_connections_wait(calls_per_s, work_s, instances, servers, _USUAL_SCV)
        case Policy.POWER_OF_TWO if servers == 1:
            found = power_of_two_wait(calls_per_s, work_s, instances, _USUAL_SCV)
        case Policy.ROUND_ROBIN:
            found = wait_mg(calls_per_s / instances, work_s, servers, _USUAL_SCV, 1 / instances)
        case _:
            found = wait_mg(calls_per_s / instances, work_s, servers, _USUAL_SCV)
    return float(found)


def _some(count: Number) -> int:
    return max(round(float(count)), 1)
