"""A station under its calls: how busy it is, what it refuses, which queues calls meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from math import sqrt
from typing import NamedTuple

from sysdesign.analyze.traffic import Stream
from sysdesign.formulas.arrivals import split
from sysdesign.formulas.bursts import wait_in_bursts
from sysdesign.formulas.fitting import law
from sysdesign.formulas.forkjoin import harmonic
from sysdesign.formulas.laws import EXPONENTIAL, Shape
from sysdesign.formulas.mixing import mixed, summed
from sysdesign.formulas.recurring import correlation, relaxation_s
from sysdesign.formulas.stations import refused
from sysdesign.formulas.usl import speedup
from sysdesign.network import Policy, Spread, Station
from sysdesign.records import cached_property, dataclass

_SIDE_BY_SIDE = 1 + 1e-9
_AGAIN = 1.01
_MANY = 1e9
_ONE_QUEUE = (Policy.SHARED, Policy.LEAST_CONNECTIONS)


class Spaced(NamedTuple):
    """A promise: of so many calls and the next one, the first and last are `seconds` apart."""

    calls: int
    seconds: float


class Pieces(NamedTuple):
    """Kinds of work: how often each comes, its mean and its law."""

    rates_per_s: Sequence[float]
    means_s: Sequence[float]
    shapes: Sequence[Shape]


_NO_PIECES = Pieces((), (), ())


@dataclass(frozen=True)
class Load:
    """A station and what comes to it.

    `work_s` is of all work together, slowed down by contention (`stretch`).
    `hottest` is the share of the hottest of the groups, `instances` those of one group.
    `abreast` is how many pieces of work a piece of work comes with, itself included; `again` how
    often its call comes one after the other, about `apart_s` from time to time; `together` is what
    these make of bursts: independent ones of so many make as long a queue. `batches` is how many
    always come together, 0 where that differs.
    """

    station: Station
    arrival_per_s: float
    accepted_per_s: float
    arrival_scv: float
    together: float
    work_s: float
    stretch: float
    instances: float
    hottest: float
    spaced: Spaced | None = None
    again: float = 1.0
    apart_s: float = 0.0
    pieces: Pieces = _NO_PIECES
    abreast: float = 1.0
    batches: int = 0

    def with_arrivals(self, scv: float, spaced: Spaced | None) -> Load:
        """The same, with arrivals that are more or less irregular; how busy it is stays known."""
        made = self._copy()
        made.__dict__.pop("queue", None)
        made.__dict__.update(arrival_scv=scv, spaced=spaced)
        return made

    def with_shape(self, shape: Shape) -> Load:
        """The same, with another law of the work."""
        made = self._copy()
        made.__dict__["shape"] = shape
        return made

    def _copy(self) -> Load:
        """The same, with all that was worked out of it."""
        made = object.__new__(Load)
        made.__dict__.update(self.__dict__)
        return made

    @cached_property
    def shape(self) -> Shape:
        """The law of all work together, of mean 1."""
        return mixed(*self.pieces) if self.work_s > 0 else EXPONENTIAL

    @cached_property
    def servers(self) -> float:
        """Servers of one group."""
        return self.instances * float(self.station.servers)

    @cached_property
    def groups(self) -> float:
        """Groups that hold different keys."""
        return max(float(self.station.shards), 1.0)

    @cached_property
    def utilisation(self) -> float:
        """Of the hottest group; from 1 on calls pile up."""
        return self.accepted_per_s * self.work_s * self.hottest / self.servers

    @property
    def mean_utilisation(self) -> float:
        """Of all groups."""
        return self.accepted_per_s * self.work_s / (self.servers * self.groups)

    @property
    def utilisation_at_most(self) -> float:
        """Utilisation, before what a cap refuses, with all instances that autoscaling may add."""
        scale = self.station.autoscale
        most = max(self.instances, most_useful(self.station)) if scale else self.instances
        slower = _stretch(self.station, most) / self.stretch
        return self.utilisation * self.instances / most * slower * self._asked

    @property
    def _asked(self) -> float:
        return self.arrival_per_s / self.accepted_per_s if self.accepted_per_s > 0 else 1.0

    @property
    def cap_used(self) -> float | None:
        """Calls over the documented cap, at the hottest of its groups; None without a cap."""
        cap = self.station.cap_per_s
        if cap is None:
            return None
        busiest = self.arrival_per_s * self.hottest * self.groups
        return busiest / float(cap) if cap > 0 else float(busiest > 0)

    @property
    def capacity_per_s(self) -> float | None:
        """Most calls a second that the whole can work off; None where nothing limits it."""
        cap = self.station.cap_per_s
        limits = [] if cap is None else [float(cap) / (self.hottest * self.groups)]
        if self.queues:
            limits.append(self.servers / (self.work_s * self.hottest))
        return min(limits, default=None)

    @cached_property
    def refused(self) -> float:
        """Share of the work that is turned away: beyond the documented cap, or no place to wait."""
        if self.arrival_per_s <= 0:
            return 0.0
        return 1 - self.answered_per_s / self.arrival_per_s

    @property
    def answered_per_s(self) -> float:
        """Rate that is worked on."""
        return self.accepted_per_s * (1 - _blocked(self))

    @cached_property
    def queues(self) -> bool:
        """Whether work can wait here at all."""
        return self.station.queues and self.work_s > 0

    @cached_property
    def queue(self) -> Queue:
        """The queue that a call meets in the hottest group."""
        return queue_of(self, self.hottest)


class Queue(NamedTuple):
    """One queue in front of whole servers; `service_s` makes up for what rounding took."""

    arrival_per_s: float
    arrival_scv: float
    together: float
    servers: int
    service_s: float


def load_of(station: Station, streams: Sequence[Stream]) -> Load:
    """What streams of calls make of a station."""
    rates, means, shapes = list[float](), list[float](), list[Shape]()
    rate = work = together = again = apart = gathered = 0.0
    for stream in streams:
        here, items = float(stream.arrival_per_s), float(stream.items)
        mean = float(stream.work.mean_s) * items
        rates.append(here)
        means.append(mean)
        shapes.append(shape_of(stream.work, items))
        rate += here
        work += here * mean
        together += here * float(stream.together)
        again += here * float(stream.again)
        apart += here * float(stream.apart_s)
        gathered += here * float(stream.gathered)
    if rate > 0:
        work, together, again = work / rate, together / rate, again / rate
        apart, gathered = apart / rate, gathered / rate
    else:
        work = together = again = apart = gathered = 0.0
    groups = max(float(station.shards), 1.0)
    hottest = max(1 / groups, float(station.hottest or 0.0))
    accepted = _accepted(station, rate, groups, hottest)
    instances = _instances(station, accepted, work)
    stretch = _stretch(station, instances)
    load = Load(
        station=station,
        arrival_per_s=rate,
        accepted_per_s=accepted,
        arrival_scv=1.0,
        together=max(together, 1.0),
        work_s=work * stretch,
        stretch=stretch,
        instances=instances,
        hottest=hottest,
        again=max(again, 1.0),
        apart_s=apart,
        pieces=Pieces(rates, means, shapes),
        abreast=max(together, 1.0),
        batches=_always(streams) if together > _SIDE_BY_SIDE and again < _AGAIN else 0,
    )
    return load if together <= _SIDE_BY_SIDE or again < _AGAIN else _gathering(load, gathered)


def _always(streams: Sequence[Stream]) -> int:
    """How many calls come together in all streams, 0 where that differs or is not whole."""
    sizes = {round(float(stream.together), 9) for stream in streams if stream.arrival_per_s > 0}
    size = sizes.pop()
    return 0 if sizes or size != int(size) else int(size)


def _gathering(load: Load, gathered: float) -> Load:
    """The load where bursts are followed by visits of the same calls.

    As far as the queue is still the same when they come, they all make it longer: `gathered` calls
    at once would as much. They come after the wait and the slowest of the burst.
    """
    if not load.queues or load.utilisation >= 1:
        return load
    seconds, _ = same_queue(load)
    queue = load.queue
    wait = wait_in_bursts(queue.arrival_per_s, queue.service_s, queue.servers, queue.together)
    longest = float(harmonic(round(load.together)))  # of exponential work
    slowest = 1 + (longest - 1) * min(sqrt(max(load.shape.scv, 0.0)), 1.0)
    apart = (load.apart_s * slowest + wait.mean_s) / seconds
    kept = correlation(apart) * meets(load, load.hottest)
    return replace(load, together=max(load.together + kept * (gathered - load.together), 1.0))


def _accepted(station: Station, rate: float, groups: float, hottest: float) -> float:
    """Calls a second that the documented cap lets pass: of each group, its part of it."""
    if station.cap_per_s is None:
        return rate
    each = float(station.cap_per_s) / groups
    others = rate * (1 - hottest)
    return min(rate * hottest, each) + min(others, each * (groups - 1))


def shape_of(piece: Spread, items: float = 1.0) -> Shape:
    """Law of the sum of so many pieces of work, of mean 1.

    Raises: ValueError if there is no such law, saying what to write instead.
    """
    return _shape(piece.family, piece.scv, piece.p99_over_mean, max(1, round(items)))


@lru_cache(maxsize=4096)
def _shape(family: str, scv: float | None, p99_over_mean: float | None, items: int) -> Shape:
    return summed(law(family or None, scv, p99_over_mean), items)


def _instances(station: Station, rate_per_s: float, work_s: float) -> float:
    """Instances of one group: as many as stated, or as autoscaling makes of this load.

    What follows a backlog or a lag grows until it keeps up.
    """
    if station.autoscale is None:
        return max(float(station.instances), 1e-9)
    each = rate_per_s / max(float(station.shards), 1.0)
    return station.autoscale.makes(each, each * work_s / float(station.servers))


def most_useful(station: Station) -> float:
    """Instances that autoscaling may add, but for those that only slow it; no limit: very many."""
    from sysdesign.formulas.usl import best_workers

    limit = min(float(best_workers(station.sigma, station.kappa)), _MANY)
    most = limit if station.autoscale is None else station.autoscale.most
    return min(float(most), limit)


def speed_of(station: Station, instances: float) -> float:
    """Instances' worth of work that so many do when they contend (universal scalability law)."""
    if not (station.sigma or station.kappa) or instances <= 1:
        return instances
    return float(speedup(instances, station.sigma, station.kappa))


def _stretch(station: Station, instances: float) -> float:
    """How much slower work is because instances contend."""
    return instances / speed_of(station, instances)


def whole(servers: float) -> int:
    """Servers as a whole number, at least one."""
    return max(1, int(servers + 1e-9))


def queue_of(load: Load, share: float) -> Queue:
    """The queue that a call meets in a group which gets this share of the calls."""
    policy, parts = load.station.policy, load.instances
    if policy in _ONE_QUEUE or parts <= 1:
        parts = 1.0
    arrivals = load.accepted_per_s * share / parts
    if policy is Policy.ROUND_ROBIN:
        abreast = min(1 + (load.abreast - 1) * share, parts)  # each instance gets one of them
        scv = (split(load.arrival_scv, share) + abreast - 1) / parts
        together = max(1.0, (1 + (load.together - 1) * share) / parts)
    else:
        scv = split(load.arrival_scv, share / parts)
        together = 1 + (load.together - 1) * share / parts
    servers = load.servers / parts
    count = whole(servers)
    return Queue(arrivals, float(scv), together, count, load.work_s * count / servers)


def same_queue(load: Load) -> tuple[float, float]:
    """Seconds in which a queue forgets its length, and how often two calls meet the same queue."""
    queue = load.queue
    rho = min(queue.arrival_per_s * queue.service_s / queue.servers, 1 - 1e-9)
    irregular = queue.arrival_scv + queue.together - 1
    scv = max(load.shape.scv, 0.0)
    seconds = relaxation_s(rho, queue.service_s, queue.servers, scv, irregular)
    if load.again > _AGAIN and seconds > 0:  # calls that come back keep a long queue long
        more = (load.again - 1) * meets(load, load.hottest) * correlation(load.apart_s / seconds)
        seconds = relaxation_s(rho, queue.service_s, queue.servers, scv, irregular + more)
    other = (1 - load.hottest) ** 2 / (load.groups - 1) if load.groups > 1 else 0.0
    return max(seconds, 1e-300), min(meets(load, load.hottest**2 + other), 1.0)


def meets(load: Load, share: float) -> float:
    """Probability to come to the same queue again, for calls that come back with this share."""
    one = load.station.policy in _ONE_QUEUE or load.instances <= 1
    return share if one else share / load.instances


def _blocked(load: Load) -> float:
    """Share turned away because as many wait as may; of the hottest and the other groups."""
    if waiting_most(load.station) is None or not load.queues or load.accepted_per_s <= 0:
        return 0.0
    groups = load.groups
    rest = (1 - load.hottest) / (groups - 1) if groups > 1 else 0.0
    lost = 0.0
    for share, weight in ((load.hottest, load.hottest), (rest, 1 - load.hottest)):
        if weight > 1e-12:
            queue = queue_of(load, share)
            lost += weight * float(refused(*blocking(load, queue)))
    return min(lost, 1.0)


def waiting_most(station: Station) -> float | None:
    """Calls that may wait for a server; where slots are held, calls wait for those instead."""
    return None if station.waiting is None or station.slots is not None else float(station.waiting)


def blocking(load: Load, queue: Queue) -> tuple[float, float, int, int]:
    """Arguments of the loss formula; instances with one queue pool their places to wait."""
    pooled = load.instances if load.station.policy in _ONE_QUEUE else 1.0
    places = int((waiting_most(load.station) or 0.0) * pooled)
    return queue.arrival_per_s, queue.service_s, queue.servers, places
