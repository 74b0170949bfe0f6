"""How much of the time each operation is up: over regions lost, origins, zones, instances.

A region that fails moves its calls to the nearest other: its operations then follow the paths of
the network without it, and calls fail until they are moved (`failover`). Regions, zones, ways,
providers and instances fail by themselves and are repaired by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import combinations
from math import prod

from sysdesign.availability.chains import share_before
from sysdesign.availability.cutting import Cut, CutCount, cut_sets
from sysdesign.availability.pools import Pools, down_of
from sysdesign.availability.scene import Scene
from sysdesign.availability.structure import Parts, place_name, tree_of
from sysdesign.availability.trees import ALWAYS, Between
from sysdesign.network import Call, Flow, Hold, Network, Node, Visit, below
from sysdesign.records import cached_property, dataclass

MOST_REGIONS = 4
"""Regions of which all states are looked at; of more, those with at most two lost."""

Lost = frozenset[str]
NONE: Lost = frozenset()


@dataclass(frozen=True, slots=True)
class Loss:
    """What the loss of one part does: share of the calls that fail, and that lack something.

    `part` is a name such as "zone eu-a", "one tweets@eu", "provider edge_lb".
    """

    part: str
    fails: float
    degraded: float


@dataclass(frozen=True, slots=True)
class Importance:
    """How much a part matters.

    `birnbaum` is how the share of failing calls follows the part's own. `critical` is the share of
    failures that the part is a cause of: those calls that would not fail if it never did, all else
    as it is. Of `number` like parts both are told once: `birnbaum` of each, `critical` of all of
    them together, so of a pool that is short of two instances its failures count once. None is over
    1; their sum may be, where several causes are needed at once, or below it, where any will do.

    Source: of one part `critical` is its criticality importance, Birnbaum's times the share of the
    time that it is down over that of the failures. Birnbaum, On the Importance of Different
    Components in a Multicomponent System (1969); Lambert, Fault Trees for Decision Making in
    Systems Analysis (1975). Of several it is the fractional contribution of a group, 1 - 1 / its
    risk reduction worth: Vesely et al., Measures of Risk Importance (NUREG/CR-3385, 1983).
    """

    part: str
    birnbaum: float
    critical: float
    down: float
    number: int


@dataclass(frozen=True)
class OperationUp:
    """How much of the time an operation is up.

    `up` is the share of calls that are answered, between bounds where it is not exact. `apart` is
    what it would be if nothing were shared: the product of parts that people work out by hand.
    `moving` is the share of calls that fail until they are moved away from a lost region.
    """

    operation: str
    up: Between
    apart: float
    origins: Mapping[str, float]
    moving: float

    @property
    def down(self) -> float:
        """Share of calls that fail; the worse of two bounds."""
        return 1 - self.up.low


@dataclass
class Model:
    """A network with how its parts fail; `without` gives the pools where regions are lost.

    `without` returns None where no operation works.
    """

    pools: Pools
    without: Callable[[Lost], Pools | None]
    _pools: dict[Lost, Pools | None] = field(default_factory=dict)
    _scenes: dict[tuple[str, str, Lost, bool], Scene | None] = field(default_factory=dict)
    _met: dict[tuple[str, str, Lost], tuple[Lost, tuple[str, ...]]] = field(default_factory=dict)
    _felt_by: dict[tuple[str, str, Lost], Lost] = field(default_factory=dict)

    @property
    def network(self) -> Network:
        """The network with nothing lost."""
        return self.pools.network

    @cached_property
    def regions(self) -> dict[str, float]:
        """Regions, each with the share of the time that it is lost."""
        return {name: down_of(place.fails) for name, place in self.network.places.items()}

    def flows(self, operation: str) -> Iterator[tuple[float, Flow]]:
        """Flows of an operation, each with its share of the calls."""
        some = [flow for flow in self.network.flows if flow.operation == operation]
        whole = sum(float(flow.rate_per_s) for flow in some)
        for flow in some:
            yield (float(flow.rate_per_s) / whole if whole > 0 else 1 / len(some)), flow

    # -- scenes --------------------------------------------------------------------------------

    def pools_in(self, lost: Lost) -> Pools | None:
        """Pools where regions are lost; None where nothing is left."""
        if not lost:
            return self.pools
        if lost not in self._pools:
            known = set(self.network.places)
            self._pools[lost] = None if known and known <= lost else self.without(lost)
        return self._pools[lost]

    def scene(self, operation: str, origin: str, lost: Lost, *, whole: bool = False
              ) -> Scene | None:  # fmt: skip
        """What a flow needs where regions are lost; None where it finds no place at all."""
        lost = self._felt(operation, origin, lost)
        key = (operation, origin, lost, whole)
        if key not in self._scenes:
            pools, scene = self.pools_in(lost), None
            flow = _flow(pools.network, operation, origin) if pools else None
            if pools and flow:
                parts = Parts()
                tree = tree_of(flow, pools, parts, whole=whole)
                scene = None if tree is ALWAYS else Scene(tree, pools, parts)
            self._scenes[key] = scene
        return self._scenes[key]

    def _felt(self, operation: str, origin: str, lost: Lost) -> Lost:
        """Of the lost regions those that a flow meets, on its way or on the way around."""
        key, felt = (operation, origin, lost), NONE
        if key not in self._felt_by:
            while not (met := self.met(operation, origin, felt)[0] & lost) <= felt:
                felt = felt | met
            self._felt_by[key] = felt
        return self._felt_by[key]

    def met(self, operation: str, origin: str, lost: Lost = NONE) -> tuple[Lost, tuple[str, ...]]:
        """Places and stations on the way of a flow where regions are lost."""
        key = (operation, origin, lost)
        if key not in self._met:
            pools = self.pools_in(lost)
            flow = _flow(pools.network, operation, origin) if pools else None
            places, stations = _met(flow.root) if flow else (set(), {})
            known = self.network.stations
            places |= {known[name].place for name in stations if name in known}  # of copies
            self._met[key] = (frozenset(places & self.network.places.keys()), tuple(stations))
        return self._met[key]

    def losses(self) -> Iterator[tuple[Lost, float]]:
        """Sets of lost regions, each with its probability; not those that cannot happen."""
        some = [name for name, down in self.regions.items() if down > 0]
        most = len(some) if len(some) <= MOST_REGIONS else 2
        for count in range(most + 1):
            for names in combinations(some, count):
                yield (
                    frozenset(names),
                    prod(self.regions[n] if n in names else 1 - self.regions[n] for n in some),
                )

    def moving(self, flow: Flow, lost: Lost) -> float:
        """Part of the loss of regions in which calls have not been moved yet."""
        felt = self._felt(flow.operation, flow.origin, lost)
        stations = self.network.stations
        names = self.met(flow.operation, flow.origin)[1] if felt else ()
        some = [stations[n] for n in names if n in stations and stations[n].place in (*felt, "")]
        late = max((float(s.failover.mean_s) for s in some if s.failover), default=0.0)
        shares = []
        for place in felt & self.network.places.keys():
            fails = self.network.places[place].fails
            repair = fails.repair if fails else None
            shares.append(share_before(late, float(repair.mean_s)) if repair else 0.0)
        return 1 - prod(1 - share for share in shares)

    # -- answers -------------------------------------------------------------------------------

    def up(self, operation: str) -> OperationUp:
        """How much of the time an operation is up.

        Raises: KeyError if there is no such operation.
        """
        flows = list(self.flows(operation))
        if not flows:
            raise KeyError(operation)
        fails = [0.0, 0.0]
        apart = moving = 0.0
        origins: dict[str, float] = {}
        for share, flow in flows:
            here, late = self._fails(flow, whole=False)
            fails = [fails[0] + share * here[0], fails[1] + share * here[1]]
            moving += share * late
            origins[flow.origin] = 1 - here[1]
            scene = self.scene(operation, flow.origin, NONE)
            apart += share * (scene.apart(self.regions) if scene else 1.0)
        return OperationUp(operation, _up(fails), 1 - apart, origins, moving)

    def complete(self, operation: str) -> Between:
        """Share of the calls that are answered and lack nothing optional."""
        lacks = [0.0, 0.0]
        for share, flow in self.flows(operation):
            here, _ = self._fails(flow, whole=True)
            lacks = [lacks[0] + share * here[0], lacks[1] + share * here[1]]
        return _up(lacks)

    def _fails(self, flow: Flow, *, whole: bool) -> tuple[tuple[float, float], float]:
        """Bounds of the share of failing calls, and the part of it while calls are moved."""
        low = late = seen = missing = 0.0
        for lost, chance in self.losses():
            seen += chance
            scene = self.scene(flow.operation, flow.origin, lost, whole=whole)
            moving = self.moving(flow, lost) if lost else 0.0
            fails = scene.fails if scene else 1.0
            low += chance * (moving + (1 - moving) * fails)
            late += chance * moving
            missing += chance * (scene.states.missing if scene else 0.0)
        missing += max(1 - seen, 0.0) if len(self.regions) > MOST_REGIONS else 0.0
        return (low, min(low + missing, 1.0)), late

    def after(self, operation: str, broken: Lost, *, whole: bool = False) -> float:
        """Share of the calls that fail with some parts down and everything else up.

        Lost regions are told by `place eu`; calls have been moved by then.
        """
        return self.each(operation, [broken], whole=whole)[0]

    def singles(self, operation: str) -> tuple[Loss, ...]:
        """What the loss of each single part does, the worst first; without what does nothing."""
        names = self.parts(operation)
        some = [frozenset([name]) for name in names]
        fails = self.each(operation, some)
        lacks = self.each(operation, some, whole=True)
        found = [Loss(n, f, w - f) for n, f, w in zip(names, fails, lacks, strict=True)]
        return tuple(sorted((x for x in found if x.fails > 0 or x.degraded > 1e-12),
                            key=lambda x: (-x.fails, -x.degraded)))  # fmt: skip

    def each(self, operation: str, some: Sequence[Lost], *, whole: bool = False) -> list[float]:
        """Share of the calls that fail with each of these sets of parts down; see `after`."""
        by_lost: dict[Lost, list[int]] = {}
        for i, broken in enumerate(some):
            lost = frozenset(n.removeprefix("place ") for n in broken if n.startswith("place "))
            by_lost.setdefault(lost, []).append(i)
        found = [0.0] * len(some)
        for share, flow in self.flows(operation):
            for lost, numbers in by_lost.items():
                scene = self.scene(operation, flow.origin, lost, whole=whole)
                here = [some[i] for i in numbers]
                values = scene.fail_with(here) if scene else [1.0] * len(here)
                for i, value in zip(numbers, values, strict=True):
                    found[i] += share * value
        return found

    def parts(self, operation: str) -> list[str]:
        """Names of all that can break on the way of an operation."""
        return list(dict.fromkeys(
            name for _, flow in self.flows(operation) for name in self._parts(flow)
        ))  # fmt: skip

    def _parts(self, flow: Flow) -> Iterator[str]:
        """Names of what can break on the way of a flow."""
        scene = self.scene(flow.operation, flow.origin, NONE, whole=True)
        if scene is None:
            return
        yield from scene.sharing
        for place in self.met(flow.operation, flow.origin)[0]:
            yield place_name(place)
        for fault in scene.faults:
            if fault.name.startswith(("provider ", "together ")):
                yield fault.name
        for needs in scene.needs:
            for pool in needs.pools:
                yield f"one {pool.name}"
                yield f"all {pool.name}"

    def importance(self, operation: str) -> tuple[Importance, ...]:
        """What matters most, by the share of failures that it is a cause of."""
        birnbaum: dict[str, float] = {}
        causes: dict[str, float] = {}
        known: dict[str, tuple[float, int]] = {}
        for share, flow in self.flows(operation):
            values: dict[Lost, float] = {}
            for lost, chance in self.losses():
                scene = self.scene(operation, flow.origin, lost)
                moving = self.moving(flow, lost) if lost else 0.0
                values[lost] = moving + (1 - moving) * (scene.fails if scene else 1.0)
                weight = share * chance * (1 - moving)
                for one in scene.importance() if scene else ():
                    birnbaum[one.part] = birnbaum.get(one.part, 0.0) + weight * one.birnbaum
                    causes[one.part] = causes.get(one.part, 0.0) + weight * one.saved
                    known[one.part] = (one.down, one.number)
            for place, down in self.regions.items():
                if down > 0:
                    name = place_name(place)
                    value = _difference(place, values, dict(self.losses()), down)
                    birnbaum[name] = birnbaum.get(name, 0.0) + share * value
                    causes[name] = causes.get(name, 0.0) + share * value * down
                    known[name] = (down, 1)
        whole = self.up(operation).down
        found = [
            Importance(p, b, causes[p] / whole if whole > 0 else 0.0, *known[p])
            for p, b in birnbaum.items() if b > 0
        ]  # fmt: skip
        return tuple(sorted(found, key=lambda one: (-one.critical, -one.birnbaum, one.part)))

    def cuts(self, operation: str, most_size: int = 2) -> tuple[tuple[Cut, ...], CutCount]:
        """Minimal cut sets of an operation: the smallest, and how many there are."""
        origins = []
        for share, flow in self.flows(operation):
            scene = self.scene(operation, flow.origin, NONE)
            moved = {
                place: self.scene(operation, flow.origin, frozenset([place]))
                for place in sorted(self.met(flow.operation, flow.origin)[0])
            }
            origins.append((share, scene, moved))
        return cut_sets(origins, most_size)


def _difference(
    place: str, values: Mapping[Lost, float], chances: Mapping[Lost, float], down: float
) -> float:
    """Failing calls where a region is lost, less those where it is not."""
    lost = sum(chances[s] * v for s, v in values.items() if place in s) / down
    kept = sum(chances[s] * v for s, v in values.items() if place not in s) / (1 - down)
    return lost - kept


def _up(fails: list[float]) -> Between:
    low, high = 1 - fails[1], 1 - fails[0]
    return Between(low, high) if fails[1] > fails[0] else Between(low, low)


def _flow(network: Network, operation: str, origin: str) -> Flow | None:
    some = [flow for flow in network.flows if flow.operation == operation]
    return next((flow for flow in some if flow.origin == origin), some[0] if some else None)


def _met(root: Node) -> tuple[set[str], dict[str, None]]:
    """Places of the calls of a flow, and the stations on its way."""
    places: set[str] = set()
    stations: dict[str, None] = {}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        match node:
            case Call() if node.place:
                places.add(node.place)
            case Visit() | Hold():
                stations[node.station] = None
        waiting.extend(below(node))
    return places, stations
