"""One flow with some regions lost: its tree, solved over all states of the zones and ways.

Given which zones and ways are up, pools fail by themselves: so many independent instances, of which
so many are needed. That leaves a small diagram over pools and providers, which is read for all
states at once. It is exact: enumeration of what is shared, binomials, a diagram for the rest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import Any

from sysdesign.availability.pools import Pools, any_of_groups, down_of, too_few
from sysdesign.availability.structure import (
    Needs,
    Parts,
    alone_name,
    together_name,
    way_name,
    zone_name,
)
from sysdesign.availability.trees import Diagram, Fault, Tree, any_of, faults_of, replaced
from sysdesign.formulas.number import numpy_module
from sysdesign.records import cached_property, dataclass

MOST_SHARED = 12
"""Zones and ways of which all states are looked at; of more, those with at most `FEW` down."""

FEW = 3

ONE_SHARD = " of one shard"
"""What follows the name of a pool where a single group of it is meant."""


@dataclass(frozen=True)
class Shared:
    """States of what several instances share: for each, whether a zone or way is down.

    `weight` are their probabilities; `missing` that of the states left out.
    """

    names: tuple[str, ...]
    down: Any
    weight: Any
    missing: float

    def of(self, name: str) -> Any:
        """Where a zone or way is down: 0 or 1 for each state."""
        return self.down[self.names.index(name)]


@dataclass(frozen=True, slots=True)
class Cause:
    """What a part does to the calls of a flow.

    `birnbaum` is how the share of failing calls follows the share of time that the part is down;
    `saved` the share of calls that fail, and would not if the part never failed; `down` the share
    of time that it is down by itself, of `number` like parts each.
    """

    part: str
    birnbaum: float
    saved: float
    down: float
    number: int


class Scene:
    """A tree with the chances of everything in it."""

    def __init__(self, tree: Tree, pools: Pools, parts: Parts) -> None:
        self.pools, self.parts = pools, parts
        self.tree = _chained(tree)
        self.faults = faults_of(self.tree)
        self.needs = [fault for fault in self.faults if isinstance(fault, Needs)]

    @cached_property
    def diagram(self) -> Diagram:
        """The tree as a diagram over pools, providers, moments and chances."""
        return Diagram(self.tree)

    # -- what is shared ------------------------------------------------------------------------

    @cached_property
    def sharing(self) -> dict[str, float]:
        """Zones and ways that matter, each with the share of the time that it is down."""
        network, found = self.pools.network, dict[str, float]()
        for needs in self.needs:
            for pool in needs.pools:
                place = network.places.get(pool.place)
                down = down_of(place.zone_fails) if place else 0.0
                found.update({zone_name(s.zone): down for s in pool.stands if s.zone})
        ways = {way_name(way.a, way.b): down_of(way.fails) for way in network.ways}
        used = [fault.name for fault in self.faults if fault.name in ways]
        used += [way for needs in self.needs for way in needs.behind if way]
        found.update({name: ways[name] for name in used})
        return found

    @cached_property
    def states(self) -> Shared:
        """Every state of what is shared, or those with few failures."""
        np = numpy_module()
        names = tuple(name for name, down in self.sharing.items() if down > 0)
        most = len(names) if len(names) <= MOST_SHARED else FEW
        rows = [set(some) for n in range(most + 1) for some in combinations(names, n)]
        down = np.array([[float(name in row) for row in rows] for name in self.sharing])
        down = down.reshape(len(self.sharing), len(rows))
        weight = np.ones(len(rows))
        for name, one in zip(self.sharing, down, strict=True):
            p = self.sharing[name]
            weight = weight * np.where(one > 0, p, 1 - p)
        missing = 0.0 if most == len(names) else max(1.0 - float(weight.sum()), 0.0)
        return Shared(tuple(self.sharing), down, weight, missing)

    def broken(self, some: Sequence[frozenset[str]]) -> Shared:
        """One state for each set of failures that are sure, all else up."""
        np = numpy_module()
        names = tuple(self.sharing)
        down = np.array([[float(name in one) for one in some] for name in names])
        return Shared(names, down.reshape(len(names), len(some)), np.ones(len(some)), 0.0)

    # -- chances -------------------------------------------------------------------------------

    @cached_property
    def usual(self) -> dict[str, Any]:
        """The chance of each variable, in each state."""
        return {name: self._chance(name, self.states) for name in self.diagram.names}

    @cached_property
    def _by_name(self) -> dict[str, Fault]:
        return {fault.name: fault for fault in self.faults}

    def _chance(self, name: str, states: Shared) -> Any:
        fault = self._by_name.get(name)
        if isinstance(fault, Needs):
            return self.failing(fault, states)
        return states.of(name) if name in states.names else self.alone.get(name, 0.0)

    @cached_property
    def alone(self) -> dict[str, float]:
        """Chances of what nobody shares: providers, common failures, moments, ways taken."""
        pools = self.pools
        found = {alone_name(name): down for name, down in pools.alone.items()}
        found |= {together_name(p.component): p.together for p in pools.by_place.values()}
        return {**found, **self.parts.moments, **self.parts.chances}

    def counts(self, needs: Needs, states: Shared) -> Any:
        """Instances of a group that are not cut off, in each state."""
        whole: Any = 0.0
        for pool, way in zip(needs.pools, needs.behind, strict=True):
            here: Any = 0.0
            for stand in pool.stands:
                name = zone_name(stand.zone)
                lost = states.of(name) if stand.zone else 0.0
                here = here + stand.count * (1 - lost)
            whole = whole + here * (1 - (states.of(way) if way else 0.0))
        return whole + 0.0 * states.weight

    def failing(self, needs: Needs, states: Shared, k: int = 0, lost: int = 0,
                down: float | None = None) -> Any:  # fmt: skip
        """Chance that too few of a group are up in each state; of several groups, in any."""
        np = numpy_module()
        down = needs.pools[0].down if down is None else down
        counts = self.counts(needs, states).tolist()
        known: dict[float, float] = {}
        for count in set(counts):
            one = _too_few(needs, int(count) - lost, k or needs.k, down)
            if isinstance(needs, Step) and needs.before:
                before = _too_few(needs, int(count) - lost, needs.before, down)
                one = 0.0 if before >= 1 else (one - before) / (1 - before)
            known[count] = one
        return np.array([known[count] for count in counts])

    # -- answers -------------------------------------------------------------------------------

    @cached_property
    def fails(self) -> float:
        """Share of calls that fail, for the states that were looked at."""
        found = self.diagram.bdd.probability(self.diagram.root, self._list(self.usual))
        return float((self.states.weight * found).sum())

    def _list(self, of: Mapping[str, Any]) -> list[Any]:
        return [of[name] for name in self.diagram.names]

    def fail_with(self, some: Sequence[frozenset[str]]) -> list[float]:
        """Share of calls that fail with each set of failures, everything else up."""
        if not some:
            return []
        np, states = numpy_module(), self.broken(some)
        of: dict[str, Any] = {}
        for name in self.diagram.names:
            fault = self._by_name.get(name)
            if isinstance(fault, Needs):
                of[name] = np.array(self._lost(fault, some, states))
            elif name in self.parts.chances:
                of[name] = self.parts.chances[name]
            elif name in states.names:
                of[name] = states.of(name)
            else:
                of[name] = np.array([float(name in one) for one in some])
        found = self.diagram.bdd.probability(self.diagram.root, self._list(of))
        return [float(x) for x in found + 0.0 * states.weight]

    def _lost(self, needs: Needs, some: Sequence[frozenset[str]], states: Shared) -> list[float]:
        """Chance that a call finds too few in each of some states with sure failures."""
        counts = self.counts(needs, states).tolist()
        labels = {pool.name: pool.count for pool in needs.pools}
        labels[_names(needs)] = sum(labels.values())
        found = []
        for left, broken in zip(counts, some, strict=True):
            lost = 0
            for name in broken:
                count, label = _counted(name)
                if label in labels and count == "all":
                    left -= labels[label]
                elif label in labels and (count == "one" or count.isdecimal()):
                    lost += 1 if count == "one" else int(count)
            if left < needs.k or not lost or left - lost >= needs.k:
                found.append(float(left < needs.k))
            else:
                found.append(min(needs.keys / needs.pools[0].shards, 1.0))
        return found

    def apart(self, place_down: Mapping[str, float]) -> float:
        """Share of calls that would fail if nothing were shared: each instance by itself."""
        of: dict[str, float] = {}
        for name in self.diagram.names:
            fault = self._by_name.get(name)
            if not isinstance(fault, Needs):
                of[name] = self.sharing.get(name, self.alone.get(name, 0.0))
                continue
            pool = fault.pools[0]
            stand = pool.stands[0]
            zone = self.sharing.get(zone_name(stand.zone), 0.0)
            up = (1 - pool.down) * (1 - zone) * (1 - place_down.get(pool.place, 0.0))
            count = sum(one.count for one in fault.pools)
            of[name] = _too_few(fault, count, fault.k, 1 - up)
        return self.diagram.probability(of)

    def importance(self) -> Iterator[Cause]:
        """What each part does to the calls of this flow.

        An instance stands for all like it, in all groups and zones.
        """
        found, slopes = self.diagram.bdd.derivatives(self.diagram.root, self._list(self.usual))
        whole = self.states.weight * found
        for name, down in self.sharing.items():
            if down > 0:
                lost = self.states.of(name)
                slope = (whole * lost).sum() / down - (whole * (1 - lost)).sum() / (1 - down)
                yield Cause(name, float(slope), float(slope) * down, down, 1)
        by_part: dict[str, dict[str, Any]] = {}
        for i, slope in slopes.items():
            name = self.diagram.names[i]
            if name not in self.sharing and name not in self.parts.chances:
                by_part.setdefault(self._part_of(name), {})[name] = slope
        for part, mine in by_part.items():
            yield self._cause(part, mine)

    def _part_of(self, name: str) -> str:
        """Whose failures a variable is about: a pool's instances are asked for in several ways."""
        fault = self._by_name.get(name)
        if isinstance(fault, Needs):
            return f"instance {_names(fault)}"
        told = self.parts.component_of.get(name)
        return f"moment {told}" if told else name

    def _cause(self, part: str, slopes: Mapping[str, Any]) -> Cause:
        """A part of all variables that are about it, each with how the failing calls follow it."""
        weight, birnbaum, down, number = self.states.weight, 0.0, 0.0, 1
        for name, slope in slopes.items():
            fault = self._by_name.get(name)
            if isinstance(fault, Needs):
                slope = slope * self._slope_of_one(fault)
                down = fault.pools[0].down
                number = round(sum(pool.count for pool in fault.pools) * fault.pools[0].shards)
            else:
                down = max(down, self.alone.get(name, 0.0))
            birnbaum += float((weight * slope).sum())
        return Cause(part, birnbaum, self._saved(slopes), down, number)

    def _saved(self, slopes: Mapping[str, Any]) -> float:
        """Share of the calls that fail now, and would not if some variables had no failures."""
        never = {name: self._never(name) for name in slopes}
        if len(never) == 1:  # failing calls follow each variable in a straight line
            ((name, least),) = never.items()
            change = slopes[name] * (self.usual[name] - least)
            return float((self.states.weight * change).sum())
        of = self._list({**self.usual, **never})
        left = self.diagram.bdd.probability(self.diagram.root, of)
        return self.fails - float((self.states.weight * left).sum())

    def _never(self, name: str) -> Any:
        """Chance of a variable if its part never failed by itself: zones still take instances."""
        fault = self._by_name.get(name)
        return self.failing(fault, self.states, down=0.0) if isinstance(fault, Needs) else 0.0

    def _slope_of_one(self, needs: Needs) -> Any:
        """How the chance of too few follows that of one instance; the mean over all of them."""
        groups, states = needs.pools[0].shards, self.states
        one = replace(needs, keys=1.0)
        whole, lost = self.failing(one, states), self.failing(one, states, needs.k, 1)
        kept = self.failing(one, states, needs.k - 1, 1) if needs.k > 1 else 0.0
        here = self.counts(needs, states) / max(sum(pool.count for pool in needs.pools), 1)
        return needs.keys * (1 - whole) ** (needs.keys - 1) / groups * (lost - kept) * here


@cache
def _counted(name: str) -> tuple[str, str]:
    """How many are broken ("all", "one", a number), and of which pool; or another kind of part."""
    count, _, label = name.partition(" ")
    return count, label.removeprefix("of ").removesuffix(ONE_SHARD)


def _too_few(needs: Needs, count: int, k: int, down: float) -> float:
    return any_of_groups(too_few(count, k, down), needs.keys)


def _chained(tree: Tree) -> Tree:
    """The same where one pool is asked for different numbers: more fail only where fewer do not.

    Left as it is unless a pool without shards is needed in several numbers.
    """
    asked: dict[str, set[int]] = {}
    for fault in faults_of(tree):
        if isinstance(fault, Needs) and fault.pools[0].shards <= 1:
            asked.setdefault(_names(fault), set()).add(fault.k)
    if all(len(ks) == 1 for ks in asked.values()):
        return tree

    def more(fault: Fault) -> Tree:
        if not isinstance(fault, Needs) or fault.pools[0].shards > 1:
            return fault
        below = sorted(k for k in asked[_names(fault)] if k <= fault.k)
        steps = [Step(f"{_names(fault)} {k}", fault.pools, k, 1.0, fault.behind, before)
                 for before, k in zip([0, *below], below, strict=False)]  # fmt: skip
        return any_of(*steps)

    return replaced(tree, more)


def _names(needs: Needs) -> str:
    return " + ".join(pool.name for pool in needs.pools)


@dataclass(frozen=True)
class Step(Needs):
    """Too few for `k`, where there are enough for `before`."""

    before: int = 0
