"""Instances that stand in for each other, and what takes several of them at once."""

from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache
from math import exp, expm1, floor, lgamma, log, log1p

from sysdesign.availability.chains import down_share, taking_over
from sysdesign.network import Failing, Network, Station
from sysdesign.records import dataclass

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Used:
    """How busy a station is: instances of a group at work, and the most used of cores and slots.

    `use` is the mean over its groups, as a share of what counts as full; `fixed` the part of it
    that every instance does whatever happens to the others (writes to all copies).
    """

    instances: float
    use: float
    fixed: float = 0.0


@dataclass(frozen=True, slots=True)
class Stand:
    """So many instances of a group in one zone of one place; "" where it is not known."""

    place: str
    zone: str
    count: int


@dataclass(frozen=True, eq=False)
class Pool:
    """Instances of a component at a place that do the same: of one group (shard), all alike.

    `down` is the share of the time that one is down by itself, `together` that all of the component
    are. `enough` of them carry the peak. For a share of the time calls fail until another instance
    takes the lead (`leads`), or a dead one is found out (`found`; a second attempt gets around it).
    """

    name: str
    component: str
    place: str
    stands: tuple[Stand, ...]
    down: float
    together: float
    shards: float
    enough: int
    leads: float = 0.0
    found: float = 0.0
    full_already: bool = False

    @property
    def count(self) -> int:
        """Instances of one group."""
        return sum(stand.count for stand in self.stands)

    @property
    def one(self) -> str:
        """Words for one instance of a group: "one of 4 instances"."""
        return "the only instance" if self.count == 1 else f"one of {self.count} instances"


@dataclass(frozen=True)
class Pools:
    """Pools by component and place; `alone` are the shares of time that providers are down.

    `silent` are components that say nothing of how they fail, counted as never down.
    """

    network: Network
    by_place: Mapping[tuple[str, str], Pool]
    of_station: Mapping[str, Pool]
    alone: Mapping[str, float]
    silent: tuple[str, ...] = ()


def pools_of(network: Network, used: Mapping[str, Used]) -> Pools:
    """Pools of a network, with what is known of the use of its stations at peak."""
    groups: dict[tuple[str, str], list[Station]] = {}
    alone: dict[str, float] = {}
    silent: dict[str, None] = {}
    for station in network.stations.values():
        if not station.queues:
            if station.fails is not None:
                alone[station.name] = down_of(station.fails)
        elif station.fails is None and not station.zones:
            continue  # a link, a lock, a line: nothing that breaks by itself
        else:
            groups.setdefault((station.component, station.place), []).append(station)
            if station.fails is None:
                silent[station.component] = None
    pools = {key: _pool(key, some, network, used) for key, some in groups.items()}
    of_station = {s.name: pools[key] for key, some in groups.items() for s in some}
    return Pools(network, pools, of_station, alone, tuple(silent))


def down_of(fails: Failing | None) -> float:
    """Share of the time that something is down."""
    if fails is None:
        return 0.0
    if fails.availability is not None:
        return min(max(1.0 - float(fails.availability), 0.0), 1.0)
    if fails.every_s is None or fails.repair is None:
        return 0.0
    return down_share(float(fails.every_s), float(fails.repair.mean_s))


def rate_of(fails: Failing | None) -> float:
    """Failures a second; 0 where they are not known."""
    if fails is None or fails.every_s is None or not float(fails.every_s) > 0:
        return 0.0
    return 1.0 / float(fails.every_s)


def _pool(
    key: tuple[str, str], stations: list[Station], network: Network, used: Mapping[str, Used]
) -> Pool:  # fmt: skip
    component, place = key
    counts = [_count(s, used) for s in stations]
    first = stations[0]
    zones = first.zones or ("",)
    each, more = divmod(sum(counts), len(zones))
    stands = [each + (i < more) for i in range(len(zones))]
    down = down_of(first.fails)
    share = float(first.fails.together) if first.fails else 0.0
    where = network.places.get(place)
    lost_per_s = rate_of(first.fails) + rate_of(where.zone_fails if where else None)
    enough = _enough(counts, [used.get(s.name) for s in stations])
    looks = first.health
    leads = len(stations) > 1 and looks is None  # where all work, `failover` is that of a place
    failover = float(first.failover.mean_s) if leads and first.failover else 0.0
    found = float(looks.every_s) * float(looks.fails) if looks else 0.0
    several = sum(counts) > 1
    return Pool(
        f"{component}@{place}" if place else component, component, place,
        tuple(Stand(place, zone, n) for zone, n in zip(zones, stands, strict=True) if n),
        down * (1 - share), down * share, max(float(first.shards), 1.0),
        min(enough, sum(counts)),
        taking_over(1 / lost_per_s, failover) if lost_per_s and several else 0.0,
        found * lost_per_s if several else 0.0,
        full_already=enough > sum(counts),
    )  # fmt: skip


def _count(station: Station, used: Mapping[str, Used]) -> int:
    known = used.get(station.name)
    return max(floor((known.instances if known else float(station.instances)) + 0.5), 1)


def _enough(counts: list[int], used: list[Used | None]) -> int:
    """Fewest instances that carry the peak; more than there are where even all of them do not."""
    whole = sum(counts)
    return bisect_left(
        range(1, whole + 1), True, key=lambda n: _use_of(n, counts, used) <= 1 + _ROUNDING
    ) + 1  # fmt: skip


def _use_of(left: int, counts: list[int], used: list[Used | None]) -> float:
    """Use of the busiest of those that are left; one that leads is followed by another."""
    if len(counts) == 1:
        return _shared(used[0], counts[0], left)
    leads = used[0].use if used[0] else 0.0
    follows = used[1] if len(used) > 1 else None
    if left > 1:
        return max(leads, _shared(follows, counts[1], left - 1))
    return leads + (follows.use * (1 - follows.fixed) * counts[1] if follows else 0.0)


def _shared(used: Used | None, count: int, left: int) -> float:
    if used is None:
        return 0.0
    return used.use * (used.fixed + (1 - used.fixed) * count / left)


@lru_cache(maxsize=4096)
def too_few(count: int, needed: int, down: float) -> float:
    """Probability that fewer than `needed` of `count` are up, each down by itself."""
    if needed <= 0:
        return 0.0
    if needed > count or down >= 1:
        return 1.0
    if down <= 0:
        return 0.0
    odds, up = log(down), log1p(-down)
    return min(
        sum(
            exp(lgamma(count + 1) - lgamma(lost + 1) - lgamma(count - lost + 1)
                + lost * odds + (count - lost) * up)
            for lost in range(count - needed + 1, count + 1)
        ),
        1.0,
    )  # fmt: skip


def any_of_groups(failing: float, keys: float) -> float:
    """Probability that one of so many groups fails, each by itself."""
    if keys == 1 or failing <= 0:
        return failing
    return 1.0 if failing >= 1 else -expm1(keys * log1p(-failing))


def distinct(items: float, groups: float) -> float:
    """How many of the groups so many items touch, on average; 1 at least."""
    if groups <= 1 or items <= 1:
        return 1.0
    return -groups * expm1(items * log1p(-1 / groups))


def places_beside(network: Network, pool: Pool) -> tuple[str, ...]:
    """Other places with instances of the same component; these take over with the whole place."""
    beside = (s.place for s in network.stations.values() if s.component == pool.component)
    return tuple(dict.fromkeys(place for place in beside if place not in ("", pool.place)))
