"""What replications counted, as the statistics read it."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from numpy.typing import NDArray

from sysdesign.records import dataclass
from sysdesign.simulate.result import Trace
from sysdesign.simulate.statistics import Reals

Array = NDArray[Any]


@dataclass(frozen=True)
class OperationCounts:
    """Calls of one operation in one replication, from the end of the warm-up.

    `histogram` has shape (buckets,) of answered calls; by interval `started_at`, `completed_at`,
    `failed_at`, `total_at` (seconds of the answered) have shape (intervals,) and `histogram_at`
    (intervals, coarse buckets).
    """

    started: int
    completed: int
    failed: int
    refused: int
    timed_out: int
    degraded: int
    retried: int
    inside: int
    total_s: float
    histogram: Array
    started_at: Array
    completed_at: Array
    failed_at: Array
    total_at: Array
    histogram_at: Array


@dataclass(frozen=True)
class StationCounts:
    """One station in one replication; integrals are over the measured time.

    `servers` is the mean number of servers that were up; `utilisation_at`, `waiting_at` and `up_at`
    have one mean for each interval, shape (intervals,).
    """

    arrivals: int
    done: int
    refused: int
    failed: int
    busy_s: float
    servers: float
    waiting_s: float
    most_waiting: float
    instances: float
    utilisation_at: Array
    waiting_at: Array
    up_at: Array


@dataclass(frozen=True)
class QueueCounts:
    """Messages of one queue or stream; `backlog_s` is the integral, `backlog_at` by interval."""

    taken_in: int
    taken_out: int
    dropped: int
    dead: int
    backlog_s: float
    age: Array
    backlog_at: Array
    turned_away: int = 0


@dataclass(frozen=True)
class PairCounts:
    """Calls from one component to another."""

    calls: int
    retries: int
    timeouts: int
    errors: int
    refused_by_breaker: int


@dataclass(frozen=True)
class Counts:
    """One replication. `measured_s` is what was counted; `visits` counts work at stations.

    `hits` are hits and misses of caches by key, `hits_at` those of each interval, shape (intervals,
    2); `open_at` is 1 where a breaker is open at the end of an interval, shape (intervals,).
    `refilled_s` is how long each of them takes by formulas to be full again.
    """

    measured_s: float
    interval_s: float
    edges: Reals
    coarse: Reals
    operations: Mapping[str, OperationCounts]
    stations: Mapping[str, StationCounts]
    queues: Mapping[str, QueueCounts] = field(default_factory=dict)
    pairs: Mapping[tuple[str, str], PairCounts] = field(default_factory=dict)
    hits: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    hits_at: Mapping[str, Array] = field(default_factory=dict)
    open_at: Mapping[tuple[str, str], Array] = field(default_factory=dict)
    chains: Mapping[tuple[str, str], tuple[Array, float]] = field(default_factory=dict)
    traces: Sequence[Trace] = ()
    visits: int = 0
    notes: Sequence[str] = ()
    refilled_s: Mapping[str, float] = field(default_factory=dict)
    compiled: bool = True
