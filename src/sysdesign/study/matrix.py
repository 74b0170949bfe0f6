"""The failure matrix: every single part in turn, and pairs."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import combinations

from sysdesign.availability import Pool, places_beside
from sysdesign.availability.breaking import emptied, in_zone, slower, without
from sysdesign.availability.parting import Gone
from sysdesign.network import Attempts, Call, Network, Station, expected
from sysdesign.records import dataclass
from sysdesign.source import listed
from sysdesign.study.failures import SOME, Breaker, Effect
from sysdesign.study.study import Study
from sysdesign.study.uptime import at_peak, model_of, network_without, part_words
from sysdesign.study.words import shown_time

SLOW = 10.0
"""How many times as long the work of a slow component takes, where nobody says otherwise."""


Row = tuple[tuple[str, ...], Callable[[], Effect]]
"""Names by which a row is asked for, and what it comes to."""


def matrix(
    study: Study, breaker: Breaker | None = None, only: str | None = None
) -> Iterator[Effect]:
    """Every instance, component, zone, region, provider, way and link in turn; then each one slow.

    With `only`, those that are about one name.
    """
    for effect in rows(study, breaker or Breaker(study), only):
        yield effect()


def rows(study: Study, breaker: Breaker, only: str | None = None) -> list[Callable[[], Effect]]:
    """What works out each row of the matrix; no row hangs on another."""
    return [row for names, row in _rows(study, breaker) if only is None or only in names]


def parts_of(study: Study) -> frozenset[str]:
    """Names that rows are about."""
    return frozenset(name for names, _ in _rows(study, Breaker(study)) for name in names)


def _rows(study: Study, breaker: Breaker) -> Iterator[Row]:
    for pool in model_of(study).pools.by_place.values():
        yield (pool.component, pool.name), partial(instance_lost, breaker, pool)
    components = list(dict.fromkeys(s.component for s in study.network.stations.values()))
    components = [name for name in components if _is_part(study, name)]
    for name in components:
        yield (name,), partial(component_down, breaker, name)
    for place in study.network.places.values():
        for zone in place.zones:
            yield (zone,), partial(zone_lost, breaker, zone)
    for name in study.network.places:
        yield (name,), partial(region_lost, breaker, name)
    for way in study.network.ways:
        if way.a != way.b:
            yield (f"{way.a} <-> {way.b}",), partial(way_cut, breaker, way.a, way.b)
    for caller, target in _links(study):
        yield (f"{caller} -> {target}",), partial(link_cut, breaker, caller, target)
    for name in components:
        yield (name,), partial(component_slow, breaker, name, SLOW)


def _is_part(study: Study, name: str) -> bool:
    return name in study.design.components and name in study.reached


def _links(study: Study) -> list[tuple[str, str]]:
    """Calls between components, each pair once."""
    found: dict[tuple[str, str], None] = {}
    for flow in study.network.flows:
        for node, _ in expected(flow.root):
            if isinstance(node, Call) and node.caller and node.target in study.design.components:
                found[node.caller, node.target] = None
    return list(found)


# -- rows ------------------------------------------------------------------------------------------


def instance_lost(breaker: Breaker, pool: Pool) -> Effect:
    """One instance of a group is lost."""
    if pool.count == 1 and pool.shards > 1:
        return _shard_lost(breaker, pool)
    network = breaker.fewer({(pool.component, pool.place): 1.0})
    where = " of each shard" if pool.shards > 1 else ""
    words = f"{pool.one}{where} of {pool.name}"
    broken = frozenset([f"one {pool.name}"])
    back = _instance_back(breaker.study, pool)
    if pool.count > 1 and any(
        breaker.lost(name, broken)[0] >= SOME for name in breaker.study.network.operations()
    ):
        back = f"too few are left for some calls; {back}"
    return breaker.effect(f"one {pool.name}", "instance", words, network,
                          broken=broken, recovers=back)  # fmt: skip


def _shard_lost(breaker: Breaker, pool: Pool) -> Effect:
    """The only copy of one shard, the hottest: a cache misses what it held, else its calls fail."""
    network, share = breaker.study.network, hottest_of(breaker.study, pool)
    words = f"one of {pool.shards:g} shards of {pool.name}, the only copy of it"
    around = [one for one in _around(breaker, pool.component) if one.startswith("what it held")]
    recovers = "; ".join([*around, _instance_back(breaker.study, pool)])
    return breaker.effect(f"one {pool.name}", "instance", words,
                          emptied(network, pool.component, share, pool.place),
                          broken=frozenset([f"one {pool.name}"]), recovers=recovers)  # fmt: skip


def hottest_of(study: Study, pool: Pool) -> float:
    """Share of the calls of a pool that the most wanted of its shards gets."""
    shares = [s.hottest for s in study.network.stations.values()
              if s.component == pool.component and s.place == pool.place]  # fmt: skip
    return max([1 / pool.shards, *(float(one) for one in shares if one is not None)])


def component_down(breaker: Breaker, name: str) -> Effect:
    """A whole component is down, everywhere."""
    study = breaker.study
    stations = [s for s in study.network.stations.values() if s.component == name]
    pools = [p.name for p in model_of(study).pools.by_place.values() if p.component == name]
    broken = {f"all {one}" for one in pools}
    broken |= {f"provider {s.name}" for s in stations if not s.queues}
    gone = Gone(frozenset(s.name for s in stations))
    words = f"{name}, all of it" if pools else f"{name}, which somebody else runs"
    kind = "component" if pools else "provider"
    recovers = "; ".join([*_around(breaker, name), _repaired(stations)])
    return breaker.effect(name, kind, words, without(study.network, gone),
                          broken=frozenset(broken), recovers=recovers)  # fmt: skip


def _around(breaker: Breaker, name: str) -> list[str]:
    """How calls go on without a component."""
    found = _instead([node.guard for _, node in breaker.calls.get(name, ())])
    if any(node.why == "miss" and node.instead for node in breaker.choices.get(name, ())):
        found.append("what it held is asked for where it came from")
    return found


def _instead(guards: Sequence[Attempts]) -> list[str]:
    """What callers do where a call fails."""
    texts = dict.fromkeys(guard.fallback for guard in guards if guard.fallback)
    found = [f"callers fall back: {listed(texts)}"] if texts else []
    without = [guard.optional and not guard.fallback for guard in guards]
    if any(without):
        found.append("callers do without it" if all(without) else "some callers do without it")
    return found


def zone_lost(breaker: Breaker, zone: str) -> Effect:
    """A zone is lost, with all that stands in it."""
    study = breaker.study
    network = breaker.fewer(in_zone(at_peak(study, study.network), zone))
    place = next((p for p in study.network.places.values() if zone in p.zones), None)
    fails = place.zone_fails if place else None
    back = f"; the zone is back after {shown_time(float(fails.repair.mean_s))}" if (
        fails and fails.repair) else ""  # fmt: skip
    return breaker.effect(zone, "zone", f"zone {zone}", network,
                          broken=frozenset([f"zone {zone}"]),
                          recovers=f"the other zones go on{back}")  # fmt: skip


def region_lost(breaker: Breaker, name: str) -> Effect:
    """A region is lost, and its calls have been moved to the nearest other."""
    study = breaker.study
    others = [one for one in study.network.places if one != name]
    broken = frozenset([f"place {name}"])
    if not others:
        gone = Gone(frozenset(s.name for s in study.network.stations.values()))
        network: Network = without(study.network, gone)
    else:
        network = network_without(study, frozenset([name]))
    late = max((float(s.failover.mean_s) for s in study.network.stations.values() if s.failover),
               default=0.0)  # fmt: skip
    when = f"within {shown_time(late)}" if late else "at once, as no failover time is stated"
    moved = f"calls move to {' and '.join(others)} {when}" if others else (
        "nothing until it is back: it is the only region")  # fmt: skip
    return breaker.effect(name, "region", f"region {name}", network, broken=broken,
                          recovers=moved)  # fmt: skip


def way_cut(breaker: Breaker, a: str, b: str) -> Effect:
    """The way between two regions is cut."""
    network = without(breaker.study.network, Gone(ways=frozenset([(a, b)])))
    name = f"way {min(a, b)} <-> {max(a, b)}"
    recovers = "calls within a region go on; copies catch up afterwards"
    return breaker.effect(f"{a} <-> {b}", "way", f"the way between {a} and {b}", network,
                          broken=frozenset([name]), recovers=recovers)  # fmt: skip


def link_cut(breaker: Breaker, caller: str, target: str) -> Effect:
    """Calls from one component to another do not arrive."""
    study = breaker.study
    gone = Gone(ways=frozenset([(caller, target)]))
    network = without(study.network, gone)
    seen = breaker.look(network)
    felt = tuple(
        breaker.felt(
            name, seen, breaker.share(name, gone), breaker.lacks(name, caller, target), network
        )
        for name in study.network.operations()
    )
    event = f"{caller} -> {target}"
    return breaker.told(event, "link", f"calls from {caller} to {target}", felt, seen,
                        _guarded(breaker, target, caller))  # fmt: skip


def component_slow(breaker: Breaker, name: str, factor: float, caller: str | None = None) -> Effect:
    """The own work of a component takes longer."""
    network = slower(breaker.study.network, name, factor, caller)
    where = f" for {caller}" if caller else ""
    event = f"{caller} -> {name}" if caller else name
    return breaker.effect(f"slow {event}", "slow", f"{name} {factor:g} times as slow{where}",
                          network, recovers=_guarded(breaker, name, caller),
                          slow=frozenset([name]))  # fmt: skip


# -- what recovers it ------------------------------------------------------------------------------


def _instance_back(study: Study, pool: Pool) -> str:
    stations = [s for s in study.network.stations.values()
                if s.component == pool.component and s.place == pool.place]  # fmt: skip
    first = stations[0]
    words = []
    if pool.count == 1:
        others = places_beside(study.network, pool)
        whole = f" before all of {pool.place} is lost" if others else ""
        words.append(f"nothing takes over{whole}")
    elif first.health:
        seconds = float(first.health.every_s) * float(first.health.fails)
        words.append(f"health checks take it out within {shown_time(seconds)}")
    elif first.failover:
        late = float(first.failover.mean_s)
        words.append(
            f"another copy takes over {f'within {shown_time(late)}' if late else 'at once'}"
        )
    else:
        words.append("the others go on")
    back = _repaired(stations)
    return "; ".join([*words, *([back] if back else [])])


def _repaired(stations: list[Station]) -> str:
    repairs = [s.fails.repair for s in stations if s.fails and s.fails.repair]
    if repairs:
        return f"back after {shown_time(float(repairs[0].mean_s))}"
    return "back when its provider has mended it"


def _guarded(breaker: Breaker, name: str, caller: str | None = None) -> str:
    """What keeps slow calls from holding their callers, or one of them."""
    guards = [node.guard for _, node in breaker.calls.get(name, ())
              if caller in (None, node.caller)]  # fmt: skip
    timeouts = sorted({float(g.timeout_s) for g in guards if g.timeout_s is not None})
    words = []
    if timeouts:
        words.append(f"calls are given up after {shown_time(timeouts[-1])}")
    if any(guard.breaker for guard in guards):
        words.append("a breaker opens")
    return "; ".join([*words, *_instead(guards)]) or "nothing: callers wait as long as it takes"


# -- pairs -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pair:
    """Two parts that do more harm together than either alone: share of the calls that fail."""

    parts: tuple[str, str]
    words: str
    operation: str
    fails: float
    alone: float


def pairs(study: Study, operations: tuple[str, ...] = ()) -> list[Pair]:
    """Any two parts at once, where that is worse than each alone; the worst first.

    Up means able to carry the peak, as everywhere in availability.
    """
    model = model_of(study)
    found: list[Pair] = []
    for operation in operations or study.network.operations():
        names = [n for n in model.parts(operation) if not n.startswith("all ")]
        names = list(dict.fromkeys(names))
        single = dict(zip(names, model.each(operation, [frozenset([n]) for n in names]),
                          strict=True))  # fmt: skip
        both = [frozenset(pair) for pair in combinations(names, 2)]
        for pair, fails in zip(combinations(names, 2), model.each(operation, both), strict=True):
            alone = max(single[one] for one in pair)
            if fails > alone + 1e-3 and fails > 1.0001 * sum(single[one] for one in pair):
                words = " and ".join(part_words(study, _named(one)) for one in pair)
                found.append(Pair(pair, words, operation, fails, alone))
    return sorted(found, key=lambda one: (-one.fails, one.operation, one.parts))


def _named(part: str) -> str:
    return part.replace("one ", "instance ", 1) if part.startswith("one ") else part
