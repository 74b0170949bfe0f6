"""How busy the rest is when an instance, or all instances of a zone, are lost.

What is lost takes no calls any more and nothing is added: the minutes before anything scales or is
replaced. Calls that any of several instances answers are shared by those that are left; what every
copy of a store does, each goes on doing. A copy that leads is followed by one that did not.
"""

from collections.abc import Iterator
from math import ceil, inf, sqrt

from sysdesign.analyze import StationResult
from sysdesign.formulas.usl import speedup
from sysdesign.kinds.copies import followers_of
from sysdesign.lower.geography import Geography
from sysdesign.records import dataclass
from sysdesign.study.numbers import Medians
from sysdesign.study.study import Study

_ROUNDING = 1e-9
_MOST = 20  # times the instances there are; more are no answer


@dataclass(frozen=True, slots=True)
class Left:
    """A station at peak after a loss: `lost` of `count` instances of each group (shard).

    `utilisation` is that of the rest, all groups alike. `wanted` is how many instances would keep
    the rest below what counts as full, the lost ones included; None where no number does.
    """

    station: str
    lost: int
    count: float
    utilisation: float
    wanted: int | None


def after_instance(study: Study, component: str) -> tuple[Left, ...]:
    """Stations of a component after the loss of one instance; none where it was the only one."""

    def make() -> tuple[Left, ...]:
        return tuple(_left(study, one, 1, 0) for one in _several(study, component, 1))

    return study.once(("after_instance", component), make)


def after_zone(study: Study, component: str) -> tuple[Left, ...]:
    """Stations of a component after the loss of the zone that holds most of its instances.

    None of a region in which it stands in one zone alone: with that the region is lost.
    """
    zones = zones_of(study, component)
    found = []
    for place, count in zones.items():
        if count > 1:
            for one in _several(study, component, 1, place):
                lost = _lost(_group(study, one), count)
                if lost < _group(study, one):
                    found.append(_left(study, one, lost, count))
    return tuple(found)


def added_by_instance(study: Study, operation: str, component: str) -> float | None:
    """Seconds by which the mean time of an operation grows, roughly, with one instance lost.

    Waits are scaled by how those of Poisson calls grow (Sakasegawa, 1977): no network is solved.
    None where what is left is full, or nothing is known of its waits; 0 where nothing changes.
    """
    result = study.analysis.operations.get(operation)
    if result is None or result.times.mean_s is None:
        return None
    spent, worst = result.shares.get(component, 0.0) * result.times.mean_s, 1.0
    for left in after_instance(study, component) if spent > 0 else ():
        one = study.analysis.stations[left.station]
        uneven = (one.utilisation or 0.0) / (one.mean_utilisation or 1.0)
        use = left.utilisation * max(uneven, 1.0)
        stuck = one.wait_s is None or (one.slots_used or 0.0) > 1
        if use > study.analysis.full or stuck or one.wait_s is None:
            return None
        servers = float(study.network.stations[left.station].servers)
        before = _wait(one.utilisation or 0.0, one.instances * servers)
        after = _wait(use, max(one.instances - left.lost, 1.0) * servers)
        wait = one.wait_s * after / before if before > 0 else 0.0
        worst = max(worst, (one.work_s + wait) / (one.work_s + one.wait_s or 1.0))
    return spent * (worst - 1)


def _wait(use: float, servers: float) -> float:
    """Mean wait over mean work, of Poisson calls of exponential work (Sakasegawa, 1977)."""
    return use ** (sqrt(2 * (servers + 1)) - 1) / (servers * (1 - use)) if use < 1 else inf


def zones_of(study: Study, component: str) -> dict[str, int]:
    """How many zones a component stands in, by region ("" where the file names none)."""
    part = study.design.components[component]
    geography = Geography(study.design, Medians(study.estimate))
    return {
        place: len(geography.zones_of(part, place)) for place in geography.places_of(part) or ("",)
    }


def group_size(study: Study, component: str) -> dict[str, float]:
    """Instances by region: of one shard, those that lead and those that follow together."""
    found: dict[str, float] = {}
    for name in _of(study, component):
        if _is_main(name, component):
            place = study.network.stations[name].place
            found[place] = _group(study, study.analysis.stations[name])
    return found


def _several(study: Study, component: str, least: int, place: str | None = None
             ) -> Iterator[StationResult]:  # fmt: skip
    """Stations with work whose groups have more than so many instances."""
    for name in _of(study, component):
        one = study.analysis.stations[name]
        ours = place in (None, study.network.stations[name].place)
        if ours and one.mean_utilisation and _group(study, one) > least + _ROUNDING:
            yield one


def _of(study: Study, component: str) -> tuple[str, ...]:
    """Names of the stations of a component, in order."""

    def make() -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for name, one in study.network.stations.items():
            found.setdefault(one.component, []).append(name)
        return {one: tuple(names) for one, names in found.items()}

    return study.once("stations of components", make).get(component, ())


def _is_main(name: str, component: str) -> bool:
    return name == component or name.startswith(f"{component}@")


def _follows(name: str, component: str) -> bool:
    return name.partition("@")[0] == followers_of(component)


def _sibling(study: Study, one: StationResult) -> StationResult | None:
    """Of the copies that lead those that follow at the same place, and the other way round."""
    place, follows = study.network.stations[one.station].place, _follows(one.station, one.component)
    if not follows and not _is_main(one.station, one.component):
        return None
    return next(
        (
            study.analysis.stations[name]
            for name in _of(study, one.component)
            if study.network.stations[name].place == place
            and (_is_main if follows else _follows)(name, one.component)
        ),
        None,
    )  # fmt: skip


def _group(study: Study, one: StationResult) -> float:
    """Instances of one group at a place: those that lead and those that follow."""
    other = _sibling(study, one)
    return one.instances + (other.instances if other else 0.0)


def _lost(count: float, zones: int) -> int:
    """Instances in the fullest of so many zones, when they are spread evenly; 1 without zones."""
    return ceil(count / zones - _ROUNDING) if zones else 1


def _left(study: Study, one: StationResult, lost: int, zones: int) -> Left:
    count = _group(study, one)
    return Left(one.station, lost, count, _use(study, one, lost), _wanted(study, one, zones))


def _use(study: Study, one: StationResult, lost: int) -> float:
    """Use of what is left; the worse of losing one that leads and one that follows."""
    other = _sibling(study, one)
    if other is None:
        return _spread(study, one, one.instances - lost)
    if _follows(one.station, one.component):
        rest = one.instances - lost
        return _spread(study, one, rest) if rest > 0 else 0.0
    use = one.mean_utilisation or 0.0
    if other.instances - lost > 0:
        return use
    reads = (other.mean_utilisation or 0.0) * _shared(study, other) * other.instances
    return use + reads  # none is left that follows: it reads for all


def _spread(study: Study, one: StationResult, count: float) -> float:
    """Use if so many instances shared what any of them can do."""
    shared, use = _shared(study, one), one.mean_utilisation or 0.0
    slower = _speed(study, one, one.instances) / _speed(study, one, count)
    return use * ((1 - shared) + shared * slower)


def _wanted(study: Study, one: StationResult, zones: int) -> int | None:
    """Least number of instances of which enough are left; None where copies have roles."""
    if _sibling(study, one) is not None:
        return None

    def is_enough(count: int) -> bool:
        rest = count - _lost(count, zones)
        return rest > 0 and _spread(study, one, rest) <= study.analysis.full

    low = ceil(one.instances - _ROUNDING)
    high = _MOST * low
    if is_enough(low) or not is_enough(high):
        return low if is_enough(low) else None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def _speed(study: Study, one: StationResult, count: float) -> float:
    """Instances' worth of work that so many do (universal scalability law)."""
    station = study.network.stations[one.station]
    if not (station.sigma or station.kappa) or count <= 1:
        return count
    return float(speedup(count, station.sigma, station.kappa))


def _shared(study: Study, one: StationResult) -> float:
    """Share of the work that falls on whichever instances are left; the rest all copies do."""
    part = study.design.components[one.component]
    copied = part.copies is not None or "copies" in part.defaults
    role = _is_main(one.station, one.component) or _follows(one.station, one.component)
    if not copied or part.replicas is not None or not role:
        return 1.0
    some = study.served.get(one.station, ())
    whole = sum(each.busy for each in some)
    return sum(each.busy for each in some if each.reads) / whole if whole > 0 else 1.0
