"""The same answers for a network of draws: one design in each draw.

Use of stations and the load carried are worked out for every draw. Times are solved for a few
draws, spread over the range of how long calls take, and read for all others from a curve through
these: seconds over a rough time that is quick to work out for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Many
from dataclasses import fields, is_dataclass
from functools import reduce
from typing import Any

from sysdesign.analyze.analyze import FULL
from sysdesign.analyze.chain import chain_of, way_of
from sysdesign.analyze.drawn import Drawer
from sysdesign.analyze.points import read_times
from sysdesign.analyze.result import Times
from sysdesign.analyze.solve import Settled, settle
from sysdesign.analyze.traffic import Traffic, traffic
from sysdesign.analyze.trees import nodes_of
from sysdesign.formulas.number import limited, numpy_module
from sysdesign.formulas.usl import best_workers
from sysdesign.network import (
    Call,
    Choice,
    Delay,
    Hold,
    Network,
    Node,
    Parallel,
    Repeat,
    Sequence,
    Station,
    Visit,
)
from sysdesign.quantity.draws import median
from sysdesign.records import cached_property

Asked = str | tuple[str, str]
"""An operation, or a chain by its first and its last."""

SOLVED = 3
"""Draws whose times are solved; nine gave ends of the interval within 5% of these."""

_PRECISION = 1e-4
_TINY = 1e-200
_MANY = 1e9  # instances
_FOR_A_LINE, _FOR_A_PARABOLA = 3, 5


class DrawsResult:
    """Arrays with one value for each draw; inf is overload.

    `utilisation` of stations (hottest group), and `carries` (factor on the peak). Times of what was
    asked for are solved, for some of the draws, when they are first wanted.
    """

    def __init__(
        self,
        network: Network,
        full: float,
        solved: int,
        asked: tuple[Asked, ...],
        slots_used: Mapping[str, float | None],
    ) -> None:
        found = traffic(network.flows)
        stations = network.stations
        rates = tuple(flow.rate_per_s for flow in network.flows)  # where arrays are met soonest
        draws = self.draws = _length((rates, network))
        offered = {name: _offered(name, found) for name in stations}
        bare = {name: _use(s, found, offered[name]) for name, s in stations.items()}
        use = {name: _spread_out(one, draws) for name, one in bare.items()}
        quick = _Rough(network, found, bare, offered)
        slots = {name: _spread_out(quick.slots(name), draws) for name in found.holds}
        slots = _calibrated(slots, slots_used)
        self.utilisation = {n: u for n, u in use.items() if stations[n].queues}
        self.carries = _carries(network, use, slots, found, offered, full)
        self.asked = asked
        self._network = network
        self._solved = solved
        self._ways = {one: _way(network, one) for one in asked}
        self._rough = {
            one: sum(quick.operation(name, draws) for name in way)
            for one, way in self._ways.items()
        }
        self._over = {
            one: _overloaded(network, way, use, slots, draws) for one, way in self._ways.items()
        }

    @property
    def network(self) -> Network:
        """The network of draws."""
        return self._network

    def estimated(self, asked: Asked, at_medians: float) -> Any:
        """Seconds in each draw, from those at the medians and how a rough time changes.

        Some 10% off where it is the mean that is uncertain, more where only rare calls are.

        Raises: KeyError if it was not asked for.
        """
        np = numpy_module()
        rough = self._rough[asked]
        return np.where(self._over[asked], np.inf, at_medians * rough / median(rough))

    def seconds(self, asked: Asked, measure: str) -> Any:
        """Seconds of a measure (mean_s, p99_s, ...) of an operation or a chain, in each draw.

        Raises: KeyError if it was not asked for.
        """
        solved = [getattr(times[asked], measure) for times in self._times]
        return _curve(self._rough[asked], self.chosen, solved, self._over[asked])

    def endless(self, asked: Asked) -> float:
        """Share of the draws in which something on the way is overloaded: known without solving.

        Raises: KeyError if it was not asked for.
        """
        return float(numpy_module().mean(self._over[asked]))

    @cached_property
    def chosen(self) -> Any:
        """Draws that are solved: evenly spread over the ranks of how long calls take."""
        return _chosen(list(self._rough.values()), self.draws, self._solved)

    @cached_property
    def _times(self) -> list[dict[Asked, Times]]:
        """Times of all that was asked for, in the chosen draws."""
        met = tuple(dict.fromkeys(name for way in self._ways.values() for name in way))
        drawer = Drawer(self._network)
        states = [
            settle(drawer.network(i), 1.0, None, _PRECISION, met) for i in self.chosen.tolist()
        ]
        return [{one: _read(state, one) for one in self.asked} for state in states]


def analyze_draws(
    network: Network,
    full: float = FULL,
    solved: int = SOLVED,
    asked: Many[Asked] | None = None,
    slots_used: Mapping[str, float | None] | None = None,
) -> DrawsResult:
    """Answers for every draw of a network whose numbers are arrays, all of one length.

    Times are those of `asked`: operations, and chains (first, last); all operations where None.
    Each takes its time. Utilisations count first attempts. The rough time is work and waits one
    after another, by Sakasegawa (1977); the curve is a parabola over logarithms, and exact where
    calls do not queue. `slots_used` at the medians, where known, sets the level of those of the
    draws.

    Raises: ValueError if fewer than 3 draws are to be solved.
    """
    if solved < 3:
        raise ValueError(f"{solved} draws to solve: give 3 or more")
    wanted = network.operations() if asked is None else tuple(asked)
    return DrawsResult(network, full, solved, wanted, slots_used or {})


def _way(network: Network, asked: Asked) -> tuple[str, ...]:
    """Operations whose time is asked for."""
    return (asked,) if isinstance(asked, str) else tuple(way_of(network.flows, *asked))


def _read(state: Settled, asked: Asked) -> Times:
    """Times of an operation or a chain."""
    if not isinstance(asked, str):
        return chain_of(state, *asked).times
    return read_times(state, asked)


def _chosen(rough: Many[Any], draws: int, solved: int) -> Any:
    """Draws evenly spread over the ranks of how long calls take, the outermost left out."""
    np = numpy_module()
    if not rough:
        return np.zeros(0, int)
    order = np.argsort(sum(time / median(time) for time in rough), kind="stable")
    places = np.linspace(0, draws - 1, min(solved, draws) + 2)[1:-1].round().astype(int)
    return order[sorted(set(places.tolist()))]


def _calibrated(slots: Mapping[str, Any], used: Mapping[str, float | None]) -> dict[str, Any]:
    """Slots of the draws, moved so that the median is what was found for the medians."""
    moved = {}
    for name, rough in slots.items():
        level, known = median(rough), used.get(name)
        moved[name] = rough * (known / level) if known is not None and level > 0 else rough
    return moved


def _length(value: Any) -> int:
    """Number of draws: the length of the first array, 1 without any."""
    return next((len(array) for array in _arrays(value)), 1)


def _arrays(value: Any) -> Iterable[Any]:
    if hasattr(value, "shape") and value.shape:
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _arrays(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from _arrays(part)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _arrays(getattr(value, field.name))


def _spread_out(value: Any, draws: int) -> Any:
    np = numpy_module()
    return np.broadcast_to(np.asarray(value, float), (draws,))


def _offered(name: str, found: Traffic) -> Any:
    """Seconds of work that come in a second."""
    streams = found.streams.get(name, ())
    return sum(s.arrival_per_s * s.work.mean_s * s.items for s in streams) if streams else 0.0


def _servers(station: Station, offered: Any, found: Traffic, *, most: bool = False) -> Any:
    """Servers of one group, slowed by contention."""
    np = numpy_module()
    count = _instances(station, offered, found, most=most)
    contended = station.sigma * (count - 1) + station.kappa * count * (count - 1)
    return count * station.servers / (1 + np.maximum(contended, 0.0))


def _instances(station: Station, offered: Any, found: Traffic, *, most: bool = False) -> Any:
    """Instances of one group; autoscaled ones as this load makes them, or as `most` may be."""
    np = numpy_module()
    count, scale = station.instances, station.autoscale
    best = min(float(best_workers(station.sigma, station.kappa)), _MANY)
    if scale is not None:
        rate = sum(s.arrival_per_s for s in found.streams.get(station.name, ()))
        asked = rate if scale.by == "rate" else offered / station.servers
        wanted = np.ceil(asked / station.shards / scale.of_one - 1e-9)
        count = np.maximum(limited(wanted, scale.least, scale.most), 1.0)
        count = np.maximum(count, np.minimum(scale.most, best)) if most else count
    return count


def _use(station: Station, found: Traffic, offered: Any, *, most: bool = False) -> Any:
    """Utilisation of the hottest group."""
    return offered * _hottest(station) / _servers(station, offered, found, most=most)


def _hottest(station: Station) -> Any:
    """Share of the hottest group."""
    np = numpy_module()
    return np.maximum(1 / np.maximum(station.shards, 1.0), station.hottest or 0.0)


def _carries(
    network: Network,
    use: Mapping[str, Any],
    slots: Mapping[str, Any],
    found: Traffic,
    offered: Mapping[str, Any],
    full: float,
) -> Any:
    """Largest factor on the peak; inf where nothing limits it."""
    np = numpy_module()
    pressure = reduce(np.maximum, [held / full for held in slots.values()], np.zeros(1))
    for name, station in network.stations.items():
        if station.queues:
            scaled = use[name]
            if station.autoscale is not None:
                scaled = _use(station, found, offered[name], most=True)
            pressure = np.maximum(pressure, scaled / full)
        if station.cap_per_s is not None:
            rate = sum(s.arrival_per_s for s in found.streams.get(name, ()))
            cap = np.maximum(station.cap_per_s, _TINY)  # a limit of none is passed by any call
            hot = np.maximum(1.0, (station.hottest or 0.0) * np.maximum(station.shards, 1.0))
            pressure = np.maximum(pressure, rate * hot / cap)
    draws = max((len(one) for one in use.values()), default=1)
    pressure = np.broadcast_to(pressure, (draws,))
    return np.divide(1.0, pressure, out=np.full(draws, np.inf), where=pressure > 0)


class _Rough:
    """Rough seconds of nodes: work and waits, the longest of parallel parts, rounds of repeats."""

    def __init__(
        self,
        network: Network,
        found: Traffic,
        use: Mapping[str, Any],
        offered: Mapping[str, Any],
    ) -> None:
        self.network = network
        self.found = found
        self.use = use
        self.offered = offered
        self.stretch: dict[str, Any] = {}
        self.known: dict[int, Any] = {}

    def operation(self, name: str, draws: int) -> Any:
        """Seconds of a call, flows by their rates; never 0."""
        np = numpy_module()
        flows = [flow for flow in self.network.flows if flow.operation == name]
        weights = [np.maximum(flow.rate_per_s, 1e-12) for flow in flows]
        parts = [weight * self.node(f.root) for weight, f in zip(weights, flows, strict=True)]
        return _spread_out(sum(parts) / sum(weights) + 1e-9, draws)

    def slots(self, name: str) -> Any:
        """Share of the slots of the hottest group that are taken; 0 where there is no limit."""
        station = self.network.stations[name]
        if station.slots is None:
            return 0.0
        in_hand = sum(
            held.rate_per_s * self.node(held.node.inner) for held in self.found.holds[name]
        )
        keeps_up = station.autoscale is not None and station.autoscale.keeps_up
        count = _instances(station, self.offered.get(name, 0.0), self.found, most=keeps_up)
        return in_hand * _hottest(station) / (station.slots * count)

    def _stretched(self, name: str) -> Any:
        """Work and wait over the work; at 99% where it is overloaded."""
        if name not in self.stretch:
            self.stretch[name] = self._stretch(self.network.stations[name])
        return self.stretch[name]

    def _stretch(self, station: Station) -> Any:
        np = numpy_module()
        if not station.queues:
            return 1.0
        use = np.minimum(self.use[station.name], 0.99)
        offered = self.offered[station.name]
        servers = np.maximum(_servers(station, offered, self.found), 1.0)
        return 1 + use ** np.sqrt(2 * (servers + 1)) / np.maximum(use, 1e-9) / (1 - use) / servers

    def node(self, node: Node) -> Any:
        """Rough seconds of a node, worked out once."""
        if id(node) not in self.known:
            self.known[id(node)] = self._node(node)
        return self.known[id(node)]

    def _node(self, node: Node) -> Any:
        np = numpy_module()
        match node:
            case Delay():
                return node.spread.mean_s
            case Visit():
                return node.work.mean_s * node.items * self._stretched(node.station)
            case Sequence():
                return sum(self.node(part) for part in node.parts)
            case Parallel() if node.parts:
                return reduce(np.maximum, [self.node(part) for part in node.parts])
            case Choice():
                return sum(branch.share * self.node(branch.inner) for branch in node.branches)
            case Repeat():
                rounds = np.maximum(node.times / node.at_once, np.minimum(node.times, 1.0))
                return rounds * self.node(node.inner)
            case Call() | Hold():
                return self.node(node.inner)
        return 0.0


def _overloaded(
    network: Network,
    way: Many[str],
    use: Mapping[str, Any],
    slots: Mapping[str, Any],
    draws: int,
) -> Any:
    """Draws in which a station on the way cannot keep up, or has no slots left."""
    np = numpy_module()
    over = np.zeros(draws, bool)
    for flow in network.flows:
        if flow.operation in way:
            for node in nodes_of(flow.root, sends=False):
                if isinstance(node, Visit) and network.stations[node.station].queues:
                    over |= use[node.station] >= 1
                elif isinstance(node, Hold):
                    over |= slots[node.station] >= 1
    return over


def _curve(rough: Any, chosen: Any, solved: Many[float | None], over: Any) -> Any:
    """Seconds for all draws, from those of some; inf where overloaded.

    A parabola through log seconds over log rough seconds, by least squares; straight where few
    are known, and held at the ends of what was solved.
    """
    np = numpy_module()
    over = over | _endless(rough, chosen, solved, over)
    known = [(float(rough[i]), s) for i, s in zip(chosen, solved, strict=True) if s]
    if not known:
        return np.where(over, np.inf, rough)
    x, y = np.log(np.array(known)).T
    span = float(np.ptp(x))
    if len(known) < _FOR_A_LINE or span < 1e-9:
        return np.where(over, np.inf, rough * np.exp(median(y - x)))
    fit = np.polynomial.Polynomial.fit(x, y - x, 2 if len(known) >= _FOR_A_PARABOLA else 1)
    place = np.log(rough)
    return np.where(over, np.inf, np.exp(place + fit(np.clip(place, x.min(), x.max()))))


def _endless(rough: Any, chosen: Any, solved: Many[float | None], over: Any) -> Any:
    """Draws whose nearest solved one has no end that use of servers and slots does not explain."""
    np = numpy_module()
    pairs = [(i, s) for i, s in zip(chosen.tolist(), solved, strict=True) if not over[i]]
    order = sorted((float(rough[i]), s is None) for i, s in pairs)
    if not any(endless for _, endless in order):
        return np.zeros(len(rough), bool)
    places = np.array([place for place, _ in order])
    nearest = np.searchsorted((places[1:] + places[:-1]) / 2, rough)
    return np.array([endless for _, endless in order])[nearest]
