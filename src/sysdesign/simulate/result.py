"""What a simulation says: numbers with intervals, series over time, how far to trust them."""

from collections.abc import Mapping
from dataclasses import field

from sysdesign.records import dataclass
from sysdesign.simulate.statistics import Estimate

PERCENTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999}
"""Percentiles that are given, as shares of answered calls."""

STEADY = "steady"
OVERLOADED = "overloaded"
UNSETTLED = "unsettled"


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds a call takes, of answered calls; None where there were none."""

    mean_s: Estimate | None
    p50_s: Estimate | None
    p90_s: Estimate | None
    p95_s: Estimate | None
    p99_s: Estimate | None
    p999_s: Estimate | None


@dataclass(frozen=True, slots=True)
class OperationRun:
    """Calls of one operation, all origins and replications together.

    started = completed + failed + inside; `refused` and `timed_out` are parts of `failed`.
    `failed_share` is of the calls that ended. `is_narrow` says whether the intervals of mean and
    p99 are as narrow as was asked for.
    """

    operation: str
    rate_per_s: float
    started: int
    completed: int
    failed: int
    refused: int
    timed_out: int
    degraded: int
    retried: int
    inside: int
    failed_share: Estimate
    degraded_share: Estimate
    times: Times
    is_narrow: bool


@dataclass(frozen=True, slots=True)
class StationRun:
    """How a station fared: shares of the time, means over it.

    `waiting` counts calls, `wait_s` is the mean wait of one; `utilisation` is None for a pure
    delay. Of a slice, rates and counts are those of the whole.
    """

    station: str
    component: str
    arrival_per_s: float
    utilisation: Estimate | None
    waiting: Estimate
    wait_s: float
    most_waiting: float
    refused_share: float
    failed_share: float
    instances: float


@dataclass(frozen=True, slots=True)
class QueueRun:
    """A queue or stream: messages a second in and out, how many lie there, how old they get.

    `messages` came in all runs together. Of them `dropped` were too old or too many, and runs of
    `dead` ones failed as often as they may. `refused` found no room, and count for each attempt.
    """

    component: str
    in_per_s: float
    out_per_s: float
    dropped: int
    dead: int
    backlog: Estimate
    age_p99_s: float | None
    refused: int = 0
    messages: int = 0

    @property
    def dropped_share(self) -> float:
        """Part of the messages that were dropped."""
        return self.dropped / self.messages if self.messages else 0.0

    @property
    def refused_share(self) -> float:
        """Part of the attempts to hand a message over that were refused."""
        asked = self.refused + self.messages
        return self.refused / asked if asked else 0.0


@dataclass(frozen=True, slots=True)
class PairRun:
    """Calls between two components: attempts a second, and shares of them."""

    caller: str
    target: str
    calls_per_s: float
    retries_share: float
    timeouts_share: float
    errors_share: float
    breaker_share: float


@dataclass(frozen=True, slots=True)
class OperationSeries:
    """An operation over time: one value for each interval, all replications together.

    `p99_low_s` and `p99_high_s` are the least and the most of any replication. Times are None where
    no call was answered.
    """

    started_per_s: tuple[float, ...]
    completed_per_s: tuple[float, ...]
    failed_share: tuple[float, ...]
    mean_s: tuple[float | None, ...]
    p50_s: tuple[float | None, ...]
    p95_s: tuple[float | None, ...]
    p99_s: tuple[float | None, ...]
    p99_low_s: tuple[float | None, ...]
    p99_high_s: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class StationSeries:
    """A station over time: one value for each interval, the mean over replications."""

    utilisation: tuple[float, ...]
    waiting: tuple[float, ...]
    up: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """All that is known by time; `at_s` are starts of intervals, on the clock of the story.

    `hits` are hit ratios of caches by key (None where nobody asked), `open` the share of the
    replications in which the breaker of a call A -> B is open at the end of the interval.
    """

    interval_s: float
    at_s: tuple[float, ...]
    operations: Mapping[str, OperationSeries]
    stations: Mapping[str, StationSeries]
    backlog: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    hits: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    open: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One thing that happened to a sampled call: when, what, where, and how long it took.

    Times in seconds, `at_s` from the start of the call; what takes no time is a mark.
    """

    at_s: float
    what: str
    where: str
    took_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Trace:
    """One sampled call."""

    operation: str
    started_s: float
    steps: tuple[TraceStep, ...]


@dataclass(frozen=True, slots=True)
class State:
    """Whether there is a steady state: `kind` is steady, overloaded or unsettled.

    `about` names what grows or does not settle, `said` is a sentence about it.
    """

    kind: str
    about: tuple[str, ...] = ()
    said: str = ""

    @property
    def is_steady(self) -> bool:
        """Whether means and percentiles are of something that lasts."""
        return self.kind == STEADY


@dataclass(frozen=True, slots=True)
class Bound:
    """A statement that is held against a simulation by time: an operation's measure and its bound.

    `measure` is mean, p50, p90, p95, p99, p999 or errors; times in seconds, shares 0..1.
    """

    operation: str
    measure: str
    comparison: str
    bound: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a bound fared in a scenario, window by window; times on the clock of the story.

    `held` is None where too few calls came to tell. `out_s` is how long it was out of bounds, from
    `first_s` to `last_s`; `worst` is the worst value of a window and `usual` that before the first
    event. `back_s` is how long after the last event it was in bounds for good (0: at once, None:
    not within the run).
    """

    held: bool | None
    out_s: float = 0.0
    first_s: float | None = None
    last_s: float | None = None
    worst: float | None = None
    usual: float | None = None
    back_s: float | None = 0.0
    window_s: float = 1.0


@dataclass(frozen=True, slots=True)
class Recovery:
    """Whether a system comes back by itself once all that happened is over.

    `back_s` is how long after the last event it is as it was before; None: not within the run.
    `is_stuck` says that it stays down with nothing left that holds it down. `comes_back_below` is
    the largest factor on the load found at which it does come back; `tried` are the factors with
    what was found.
    """

    back_s: float | None
    is_stuck: bool = False
    comes_back_below: float | None = None
    tried: tuple[tuple[float, bool], ...] = ()
    said: str = ""


@dataclass(frozen=True)
class Simulated:
    """One simulation: in steady state (`scenario` is "") or through a scenario.

    `measured_s` is what was counted of each of the `replications`, after `warm_up_s`; `parts` says
    that a slice of 1/parts was run. `refilled_s` is how long caches by key take, by formulas, to
    answer about as many calls as before when they were emptied. `stopped` is "" where the precision
    was reached, else why the run ended: time, interrupted. `notes` say what was shortened or left
    out, `defaults` on which unstated values it rests. `lacks` are the ways of unknown length that
    calls of an operation take while a place is lost. It `is_unsettled` where a stretch was cut
    while things still grew worse: what follows may be told too well.
    """

    scenario: str
    seed: int
    replications: int
    warm_up_s: float
    measured_s: float
    precision: tuple[float, float]
    state: State
    operations: Mapping[str, OperationRun]
    stations: Mapping[str, StationRun]
    queues: Mapping[str, QueueRun]
    pairs: tuple[PairRun, ...]
    hits: Mapping[str, Estimate]
    series: Series
    chains: Mapping[tuple[str, str], Times] = field(default_factory=dict)
    traces: tuple[Trace, ...] = ()
    events: tuple[tuple[float, str], ...] = ()
    outcomes: Mapping[Bound, Outcome] = field(default_factory=dict)
    recovery: Recovery | None = None
    parts: int = 1
    stopped: str = ""
    compiled: bool = True
    visits: int = 0
    notes: tuple[str, ...] = ()
    defaults: tuple[str, ...] = ()
    refilled_s: Mapping[str, float] = field(default_factory=dict)
    lacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_unsettled: bool = False
