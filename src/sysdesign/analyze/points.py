"""Points of the load curve: how busy all is, at once; times of operations, when they are wanted."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from sysdesign.analyze.analyze import answered_of, lost_of
from sysdesign.analyze.arrivals import busy, rates_of, waits_tell_from
from sysdesign.analyze.loads import Load
from sysdesign.analyze.result import NO_TIMES, LoadPoint, Times, times_of
from sysdesign.analyze.solve import Settled, agree, going_on, settle
from sysdesign.analyze.traffic import Traffic, traffic
from sysdesign.analyze.trees import nodes_of
from sysdesign.network import Network, Visit
from sysdesign.records import cached_property, dataclass

T = TypeVar("T")
_PRECISION = 1e-4
_FEW, _SOME = 2, 12


def points_of(
    state: Settled,
    factors: Sequence[float],
    asked: Sequence[str],
    added: Sequence[float] = (),
    good: Settled | None = None,
) -> tuple[LoadPoint, ...]:
    """Points at factors on the peak, with times of the operations asked for; in rising order.

    `good` is a state at more load than `state`, where one is known.
    """
    peak = traffic(state.network.flows, state.clock.fates)
    ways = {name: frozenset(visited(state.network, name)) for name in asked}
    ordered = sorted({*factors, *added})
    telling = waits_tell_from(state.network)
    places = [_place(state, factor, peak, ways, waits=factor > telling) for factor in ordered]
    states = _States(state, peak, places, good)
    return tuple(
        _point(states, number, tuple(asked), is_added=place.factor not in factors)
        for number, place in enumerate(places)
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """What is known of a point before times are: operations whose way is overloaded have none.

    `calm` meet no queue, `free` meet none that is overloaded; `waits` tells whether users who wait
    for an answer bring notably less.
    """

    factor: float
    loads: Mapping[str, Load]
    overloaded: tuple[str, ...]
    calm: tuple[str, ...]
    free: tuple[str, ...]
    waits: bool


def _place(
    state: Settled, factor: float, peak: Traffic, ways: Mapping[str, frozenset[str]], *, waits: bool
) -> _Place:
    stations, come = state.network.stations, peak.times(factor)
    loads: Mapping[str, Load]
    if waits:  # the longer calls take, the fewer there are
        settled = settle(state.network, factor, state.clock.fates, _PRECISION,
                         state.network.closed, brief=True)  # fmt: skip
        loads = settled.loads
    else:
        loads = busy(stations, come)
        if any(load.refused > 0 for load in loads.values()):  # and goes no further
            flows = [replace(f, rate_per_s=f.rate_per_s * factor) for f in state.network.flows]
            _, loads = rates_of(stations, flows, going_on(state.clock.fates), come)
    over = _over(loads)
    calm = tuple(name for name, way in ways.items() if not way)
    free = tuple(name for name, way in ways.items() if way and way.isdisjoint(over))
    return _Place(factor, loads, over, calm, free, waits)


def _over(loads: Mapping[str, Load]) -> tuple[str, ...]:
    return tuple(n for n, load in loads.items() if load.queues and load.utilisation >= 1)


class _States:
    """States of a network at some points, each looked for when it is first wanted.

    Where guards and refusals leave the load as it is, they do at less load; there it is enough to
    know what comes to each station. The last such point is found by bisection.
    """

    def __init__(
        self,
        before: Settled,
        peak: Traffic,
        places: Sequence[_Place],
        good: Settled | None = None,
    ) -> None:
        self.before = before
        self.good = good
        self.places = places
        self._peak = peak
        self._known: dict[int, Settled] = {}

    def of(self, number: int) -> Settled:
        """The state at a point."""
        if number not in self._known:
            plain = number < self._plain
            if number not in self._known:  # the search may have come by
                self._known[number] = self._settled(number, plain=plain)
        return self._known[number]

    def _settled(self, number: int, *, plain: bool = False) -> Settled:
        place, before = self.places[number], self.before
        if place.factor == before.factor:
            return before
        rounds = _FEW if place.overloaded else _SOME  # beyond an overload retries may never rest
        followed = () if plain else place.free
        begun = self._peak.times(place.factor)
        fates = before.clock.fates
        return settle(before.network, place.factor, fates, _PRECISION, followed, rounds, begun)

    @cached_property
    def _plain(self) -> int:
        """Number of points, from the first on, at which guards leave the load as it is."""
        if not self._rises:
            return 0
        first = self.places[0].free
        low, high = 0, sum(place.free == first for place in self.places)
        if self.good is not None and _is_plain(self.good):
            calm = sum(place.factor <= self.good.factor for place in self.places)
            low = min(calm, high)
        while low < high:
            middle = (low + high) // 2
            found = self._known[middle] = self._settled(middle)
            low, high = (middle + 1, high) if _is_plain(found) else (low, middle)
        return low

    @property
    def _rises(self) -> bool:
        """Whether less load never makes a call fare worse."""
        network = self.before.network
        return (
            _is_plain(self.before)
            and not self.places[-1].waits
            and all(one.autoscale is None for one in network.stations.values())
        )


def _is_plain(state: Settled) -> bool:
    """Whether guards and refusals leave the load as it is."""
    return state.settles and agree(state.network, {}, state.clock.fates, _PRECISION)


def _point(states: _States, number: int, asked: tuple[str, ...], *, is_added: bool) -> LoadPoint:
    place = states.places[number]
    loads = place.loads
    if place.free and len(place.free) == len(states.before.network.operations()):
        loads = states.of(number).loads
    use: dict[str, float] = {}
    for load in loads.values():
        if load.station.queues:
            name = load.station.component
            use[name] = max(use.get(name, 0.0), load.utilisation)
    times, lost = _Times(states, number, asked), _Lost(states, number, asked)
    return LoadPoint(place.factor, use, times, _over(loads), is_added, lost)


class _Read(Mapping[str, T]):
    """What there is of the operations asked for at a point, each read when it is first wanted."""

    def __init__(self, states: _States, number: int, asked: tuple[str, ...]) -> None:
        self._states, self._number, self._asked = states, number, asked
        self._known: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        if name not in self._known:
            if name not in self._asked:
                raise KeyError(name)
            self._known[name] = self._read(name, self._states.places[self._number])
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._asked)

    def __len__(self) -> int:
        return len(self._asked)

    @abstractmethod
    def _read(self, name: str, place: _Place) -> T:
        """That of one operation."""


class _Times(_Read[Times]):
    """Times of operations."""

    def _read(self, name: str, place: _Place) -> Times:
        if name in place.calm:
            return read_times(self._states.before, name)
        return read_times(self._states.of(self._number), name) if name in place.free else NO_TIMES


class _Lost(_Read[float]):
    """Shares of calls that fail, or go without something optional."""

    def _read(self, name: str, place: _Place) -> float:
        if name not in place.free:
            return 0.0
        state = self._states.of(self._number)
        flows = [flow for flow in state.flows if flow.operation == name]
        return lost_of(flows, state.clock)


def read_times(state: Settled, operation: str) -> Times:
    """Times of an operation in a state."""
    flows = [flow for flow in state.flows if flow.operation == operation]
    answered = answered_of(flows, state.clock)
    return NO_TIMES if answered is None else times_of(answered)


def visited(network: Network, operation: str) -> tuple[str, ...]:
    """Stations with queues that an operation waits for."""
    roots = [flow.root for flow in network.flows if flow.operation == operation]
    nodes = (node for root in roots for node in nodes_of(root, sends=False))
    names = dict.fromkeys(node.station for node in nodes if isinstance(node, Visit))
    return tuple(name for name in names if network.stations[name].queues)
