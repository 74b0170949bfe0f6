"""Minimal cut sets in parts that people know: zones, regions, providers, so many of a pool."""

from collections.abc import Sequence

from sysdesign.availability.bdd import TooLargeError
from sysdesign.availability.scene import ONE_SHARD, Scene
from sysdesign.availability.structure import Needs, place_name, zone_name
from sysdesign.availability.trees import (
    AtLeast,
    Chosen,
    Diagram,
    Fault,
    Tree,
    all_of,
    any_of,
    replaced,
)
from sysdesign.records import dataclass

MOST_INSTANCES = 40
"""Pools of more instances are told as one: too many of them down at once."""

MOST_NODES = 300_000
_MOST_TOLD = 5_000
_WHOLE = ("zone ", "way ", "place ", "provider ", "together ")


@dataclass(frozen=True, slots=True)
class Cut:
    """Parts that bring calls down together and of which none can be spared.

    `parts` names each, with how many of it. `number` is how many sets of single instances look
    like this, `calls` the share of the calls that fail.
    """

    parts: tuple[tuple[str, int], ...]
    number: int
    calls: float

    @property
    def size(self) -> int:
        """How many parts have to fail."""
        return sum(count for _, count in self.parts)


@dataclass(frozen=True, slots=True)
class CutCount:
    """How many minimal cut sets there are by size; empty where they could not be counted.

    `lumped` are pools so large that their instances were taken as one.
    """

    by_size: dict[int, int]
    lumped: tuple[str, ...]

    @property
    def whole(self) -> int:
        """All of them."""
        return sum(self.by_size.values())


def cut_sets(
    origins: Sequence[tuple[float, Scene | None, dict[str, Scene | None]]], most_size: int
) -> tuple[tuple[Cut, ...], CutCount]:
    """Minimal cut sets of calls from all origins, each with the scenes in which a region is lost.

    A cut set is one by which some calls fail; those of a way that few calls take come with their
    share. Lists those of at most so many parts, the smallest first.
    """
    lumped: dict[str, None] = {}
    branches: list[Tree] = []
    for _, scene, moved in origins:
        branches.append(_opened(scene, lumped) if scene else AtLeast(0, ()))
        for place, other in moved.items():
            there = _opened(other, lumped) if other else AtLeast(0, ())
            branches.append(all_of(Fault(place_name(place)), there))
    try:
        diagram = Diagram(any_of(*branches), most=MOST_NODES)
        counts = diagram.cut_sets.by_size()
        found: dict[tuple[tuple[str, int], ...], int] = {}
        for i, cut in enumerate(diagram.smallest_cuts(most_size)):
            if i >= _MOST_TOLD:
                break
            told: dict[str, int] = {}
            for name in cut:
                kind = name.partition("#")[0]
                told[kind] = told.get(kind, 0) + 1
            key = tuple(sorted(told.items()))
            found[key] = found.get(key, 0) + 1
    except TooLargeError:
        return (), CutCount({}, tuple(lumped))
    cuts = [Cut(key, number, _calls(key, origins)) for key, number in found.items()]
    cuts.sort(key=lambda cut: (cut.size, -cut.calls, cut.parts))
    return tuple(cuts), CutCount(counts, tuple(lumped))


def _opened(scene: Scene, lumped: dict[str, None]) -> Tree:
    """A tree with every instance, and each way that some calls take as if all took it."""

    def opened(fault: Fault) -> Tree:
        if fault.name.startswith("moment "):
            return AtLeast(1, ())
        if not isinstance(fault, Needs):
            return fault
        return _instances(fault, lumped)

    return replaced(_all_ways(scene.tree), opened)


def _all_ways(tree: Tree) -> Tree:
    match tree:
        case Chosen():
            return any_of(_all_ways(tree.yes), _all_ways(tree.no))
        case AtLeast():
            return AtLeast(tree.k, tuple(map(_all_ways, tree.parts)))
    return tree


def _instances(needs: Needs, lumped: dict[str, None]) -> Tree:
    whole = sum(pool.count for pool in needs.pools)
    too_many = whole - needs.k + 1
    label = " + ".join(dict.fromkeys(pool.name for pool in needs.pools))
    if needs.pools[0].shards > 1:
        label += ONE_SHARD
    if whole > MOST_INSTANCES:
        lumped[label] = None
        zones = tuple(
            part for pool in needs.pools for stand in pool.stands if stand.zone
            for part in (Fault(zone_name(stand.zone)),) * stand.count
        )  # fmt: skip
        alone = Fault(f"{too_many} of {label}")
        return any_of(alone, AtLeast(too_many, zones)) if too_many <= len(zones) else alone
    if too_many <= 0:
        return AtLeast(1, ())
    parts: list[Tree] = []
    for pool, way in zip(needs.pools, needs.behind, strict=True):
        for stand in pool.stands:
            for _ in range(stand.count):
                own = Fault(f"{label}#{len(parts)}")
                zone = [Fault(zone_name(stand.zone))] if stand.zone else []
                parts.append(any_of(own, *zone, *([Fault(way)] if way else [])))
    return AtLeast(too_many, tuple(parts))


def _calls(
    key: tuple[tuple[str, int], ...],
    origins: Sequence[tuple[float, Scene | None, dict[str, Scene | None]]],
) -> float:
    """Share of the calls that fail where these are down."""
    broken = frozenset(
        name if name[0].isdigit() or name.startswith(_WHOLE) else f"{count} {name}"
        for name, count in key
    )
    found = 0.0
    for share, scene, moved in origins:
        lost = [n.removeprefix("place ") for n in broken if n.startswith("place ")]
        here = moved.get(lost[0], scene) if lost else scene
        found += share * (here.fail_with([broken])[0] if here else 1.0)
    return found
