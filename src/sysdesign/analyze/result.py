"""What an analysis says: times of operations, use of stations, and where not to trust it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from itertools import accumulate, pairwise
from math import inf, isfinite
from typing import Any, Final

from sysdesign.formulas.delays import Delay
from sysdesign.formulas.readings import percentiles
from sysdesign.records import cached_property, dataclass

OVERLOADED: Final = "overloaded"
"""The word for a time that grows without end; its numbers are None."""

SHARES: Final = (0.5, 0.9, 0.95, 0.99, 0.999)
"""Percentiles that are given, as shares of calls."""

SHARE_OF: Final = dict(zip(("p50_s", "p90_s", "p95_s", "p99_s", "p999_s"), SHARES, strict=True))
"""Share of calls that a percentile of `Times` is of."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Where formulas are not to be trusted and the simulator is needed: of what, and why.

    `waits`: it is how waits spread that may be wrong, which matters where these are felt.
    """

    about: str
    why: str
    waits: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds a call takes; None where calls pile up without end."""

    mean_s: float | None
    p50_s: float | None
    p90_s: float | None
    p95_s: float | None
    p99_s: float | None
    p999_s: float | None


NO_TIMES: Final = Times(None, None, None, None, None, None)


class _Read(Times):
    """Times that are read from a law when they are wanted: the first alone, a second with all."""

    def __init__(self, mean_s: float, delay: Delay) -> None:
        self.__dict__["mean_s"], self.__dict__["_delay"] = mean_s, delay

    def _read(self, name: str) -> float | None:
        known = self.__dict__
        if name not in known:
            first = not known.keys() & SHARE_OF.keys()
            known.update(_told(known["_delay"], (SHARE_OF[name],) if first else SHARES))
        value: float | None = known[name]
        return value

    def _plain(self) -> Times:
        return Times(self.mean_s, *(self._read(name) for name in SHARE_OF))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Times) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash(self._plain())

    def __repr__(self) -> str:
        return repr(self._plain())

    def __reduce__(self) -> tuple[Any, ...]:
        return Times, (self.mean_s, *(self._read(name) for name in SHARE_OF))

    mean_s = property(lambda self: self.__dict__["mean_s"])
    p50_s = property(lambda self: self._read("p50_s"))
    p90_s = property(lambda self: self._read("p90_s"))
    p95_s = property(lambda self: self._read("p95_s"))
    p99_s = property(lambda self: self._read("p99_s"))
    p999_s = property(lambda self: self._read("p999_s"))


@dataclass(frozen=True)
class _Timed:
    """What has times: they are read from the law of the answered calls when they are wanted."""

    answered: Delay | None = field(repr=False, compare=False, kw_only=True)

    @cached_property
    def times(self) -> Times:
        """Times of answered calls; none where there are hardly any."""
        return NO_TIMES if self.answered is None else times_of(self.answered)


def times_of(delay: Delay) -> Times:
    """What is told of a time; nothing where it may never end."""
    mean = float(delay.mean_s)
    if not isfinite(mean):
        return NO_TIMES
    return _Read(mean, delay)


def _told(delay: Delay, shares: Sequence[float]) -> dict[str, float | None]:
    rising = accumulate(percentiles(delay, shares), max)  # close to a jump they may err by 0.3%
    names = (name for name, share in SHARE_OF.items() if share in shares)
    return {
        name: value if isfinite(value) else None for name, value in zip(names, rising, strict=True)
    }


@dataclass(frozen=True)
class OriginResult(_Timed):
    """Calls of an operation from one place; see `OperationResult`."""

    origin: str
    rate_per_s: float
    failed: float
    degraded: float


@dataclass(frozen=True)
class OperationResult(_Timed):
    """How calls of one operation fare, all origins together.

    `times` are those of answered calls, degraded ones included. `failed` is the share of calls
    that end without an answer, `degraded` the share of answers that lack something optional.
    `shares` says how much of the mean each component causes ("" is the network); it sums to 1.
    Where times are None, `overloaded` names the stations that cannot keep up. An operation set
    off by messages counts from the taking of a message.
    """

    operation: str
    rate_per_s: float
    failed: float
    degraded: float
    shares: Mapping[str, float]
    origins: tuple[OriginResult, ...]
    overloaded: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class StationResult:
    """How busy a station is.

    `utilisation` is that of its hottest group and may pass 1; it is None for a pure delay.
    `instances` are those of one group (shard), autoscaled where they follow the load.
    `capacity_per_s` is what the whole station can work off, with its keys spread as they are;
    None where no work is known to come, or nothing limits it. `slots_used` is the share of the
    calls it can have in hand that it has to have, None without a limit; `held_per_s` calls take
    one of its slots, each for `held_s`, after `slot_wait_s` (None where that has no end).
    """

    station: str
    component: str
    arrival_per_s: float
    utilisation: float | None
    mean_utilisation: float | None
    capacity_per_s: float | None
    cap_used: float | None
    slots_used: float | None
    instances: float
    shards: float
    wait_s: float | None
    refused: float
    arrival_scv: float
    work_s: float
    held_per_s: float = 0.0
    held_s: float = 0.0
    slot_wait_s: float | None = None


@dataclass(frozen=True, slots=True)
class ComponentResult:
    """A component as its busiest station."""

    component: str
    utilisation: float | None
    station: str


@dataclass(frozen=True, slots=True)
class Metastable:
    """Retries that would keep stations down once a burst has brought them down.

    `safe_load` is the largest factor on the peak at which all of them recover by themselves;
    `good_until` the one up to which there is a good state at all. `state` tells of the load that
    was analysed: "safe", "at risk" of a burst, or "down" already.
    """

    stations: tuple[str, ...]
    safe_load: float
    good_until: float
    state: str = "safe"

    @property
    def warns(self) -> bool:
        """Whether it matters at the load that was analysed."""
        return self.state != "safe"


@dataclass(frozen=True, slots=True)
class Analysis:
    """All answers at one load.

    `full_at` is the factor on the peak at which each station is full, `bottleneck` the first, and
    `carries` the largest factor at which no utilisation passes `full` and no documented cap is
    passed; None without load. `plain` is what it would be if each call was made once; None where
    that is the same. `state` is what `chain` reads on from, `carried` the good state at the end of
    what is carried; None where utilisation follows the load in a straight line.
    """

    load: float
    full: float
    operations: Mapping[str, OperationResult]
    stations: Mapping[str, StationResult]
    components: Mapping[str, ComponentResult]
    bottleneck: str | None
    carries: float | None
    metastable: Metastable | None
    doubts: tuple[Doubt, ...]
    full_at: Mapping[str, float] = field(default_factory=dict)
    plain: float | None = None
    state: Any = field(default=None, repr=False, compare=False)
    carried: Any = field(default=None, repr=False, compare=False)

    @property
    def overloaded(self) -> tuple[str, ...]:
        """Stations that cannot keep up."""
        return tuple(dict.fromkeys(self._overloaded()))

    def _overloaded(self) -> Iterator[str]:
        for name, station in self.stations.items():
            if (station.utilisation or 0) >= 1 or (station.slots_used or 0) >= 1:
                yield name


@dataclass(frozen=True, slots=True)
class ChainResult:
    """From the call of one operation to the end of another that it sets off, queues included.

    `operations` are all on the way, the first and the last included.
    """

    operations: tuple[str, ...]
    times: Times
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadPoint:
    """A network at a factor on its peak: use of components, times of operations.

    Times are None where a station on the way is overloaded. `lost` is the share of calls of each
    operation that fail or go without something optional: times are those of the others, and may
    fall where it grows. `is_added` tells points that were not asked for, close to the first
    overload.
    """

    load: float
    utilisation: Mapping[str, float]
    times: Mapping[str, Times]
    overloaded: tuple[str, ...]
    is_added: bool = False
    lost: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class LoadCurve:
    """What happens as the load grows; `saturates` names stations in the order they fill up.

    Each comes with the factor on the peak at which it is full.
    """

    points: tuple[LoadPoint, ...]
    saturates: tuple[tuple[str, float], ...]

    @cached_property
    def rises(self) -> bool:
        """Whether nothing is less busy at more load, as autoscaling makes it."""
        return all(
            use <= after.utilisation.get(name, inf)
            for before, after in pairwise(self.points)
            for name, use in before.utilisation.items()
        )


@dataclass(frozen=True, slots=True)
class Need:
    """Instances of a station that a target needs, in each of its groups (shards).

    `instances` is None where no number of them helps. `servers` is how many an instance would
    need instead, their number staying; `groups` how many shards, None where there is one, or the
    hottest key alone is too much. `most` is what autoscaling may add by itself.
    """

    station: str
    component: str
    now: float
    instances: int | None
    servers: int | None
    groups: int | None = None
    groups_now: float = 1.0
    most: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether there are enough, autoscaling included."""
        return self.instances is not None and self.instances <= max(self.now, self.most or 0.0)


@dataclass(frozen=True, slots=True)
class Plan:
    """What brings a time of an operation below a target: stations it visits, and what they give.

    Where `reached` is False `seconds` is the least that more instances can do: work and network.
    """

    operation: str
    target_s: float
    reached: bool
    seconds: float | None
    needs: tuple[Need, ...]
