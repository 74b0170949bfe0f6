"""What a run has counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sysdesign.records import dataclass
from sysdesign.simulate.kernel import layout as at

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Counts = NDArray[numpy.int64]
    Floats = NDArray[numpy.float64]


@dataclass(frozen=True)
class FlowTally:
    """Calls of an operation from one origin, those that came after the warm-up.

    `started = completed + failed + inside`; `refused` and `timed_out` are among the failed,
    `degraded` among the completed. `retried` counts attempts after the first, anywhere below, and
    messages delivered again: one counts as failed once it is dead, whatever its runs did before.
    `seconds` and `squares` sum the times of completed calls, `times` counts them by bucket (see
    `edges`). `age` counts messages by the time from their hand-over to their taking; empty where
    calls come by themselves. `backlog_s` is the integral of the messages that wait to be started;
    `dropped` are those that did so for too long or were too many, `turned_away` those that were
    refused, once for each attempt.
    """

    operation: str
    origin: str
    started: int
    completed: int
    failed: int
    refused: int
    timed_out: int
    degraded: int
    retried: int
    seconds: float
    squares: float
    times: Counts
    age: Counts
    handed: int = 0
    backlog_s: float = 0.0
    dead: int = 0
    dropped: int = 0
    turned_away: int = 0

    @property
    def inside(self) -> int:
        """Calls that are not over at the end."""
        return self.started - self.completed - self.failed


@dataclass(frozen=True)
class StationTally:
    """What a station did after the warm-up; integrals over the time that counts, in seconds.

    `busy_s` sums over servers, `waiting_s` and `in_hand_s` over calls. Arrivals are visits of work.
    """

    station: str
    component: str
    arrivals: int
    done: int
    refused: int
    failed: int
    busy_s: float
    waiting_s: float
    in_hand_s: float
    deepest: int
    servers: float


@dataclass(frozen=True)
class PairTally:
    """Calls of a component by another, from one place, after the warm-up; retries are calls, too.

    `opened` counts calls that a breaker did not let through.
    """

    caller: str
    target: str
    from_place: str
    calls: int
    retries: int
    timeouts: int
    errors: int
    refused: int
    opened: int


@dataclass(frozen=True)
class CacheTally:
    """Calls that asked a cache for a key; so many of the misses `joined` another that fetched."""

    name: str
    component: str
    hits: int
    misses: int
    joined: int

    @property
    def hit(self) -> float:
        """Share that was answered; 0 where none asked."""
        return self.hits / max(self.hits + self.misses, 1)


@dataclass(frozen=True)
class ChainTally:
    """Seconds from the call of an operation to the end of another that it set off, by bucket.

    Only of calls that came after the warm-up, and of ends that went well.
    """

    first: str
    last: str
    seconds: float
    times: Counts


@dataclass(frozen=True)
class Series:
    """One row for each interval, from the start of the warm-up; `ends_s` are their ends.

    flows: (intervals, flows, 5): calls that came, completed, failed in it, warm-up included; median
    and p99 in seconds of those completed, to 4%, 0 where there are none. stations: (intervals,
    stations, 4): busy servers, calls waiting, calls in hand (means over it), instances up at its
    end. caches: (intervals, caches by key, 2): hits and misses.
    switches: (intervals, calls with a breaker): 1 where it is open at the end of the interval.
    """

    ends_s: Floats
    flows: Floats
    stations: Floats
    caches: Floats
    switches: Floats


@dataclass(frozen=True)
class Tally:
    """What one replication counted.

    `state`: done; busy where it took more events than allowed, full where calls piled up beyond
    what is allowed; then the time that counts ends there.
    """

    flows: tuple[FlowTally, ...]
    stations: tuple[StationTally, ...]
    pairs: tuple[PairTally, ...]
    caches: tuple[CacheTally, ...]
    chains: tuple[ChainTally, ...]
    series: Series
    from_s: float
    until_s: float
    events: int
    state: str = "done"
    notes: tuple[str, ...] = ()
    sizes: Mapping[str, int] | None = None

    @property
    def length_s(self) -> float:
        """The time that counts."""
        return self.until_s - self.from_s

    def operation(self, name: str) -> FlowTally:
        """All origins of an operation together."""
        found = [flow for flow in self.flows if flow.operation == name]
        if not found:
            raise KeyError(name)
        whole = found[0]
        for other in found[1:]:
            whole = _together(whole, other)
        return whole


def _together(a: FlowTally, b: FlowTally) -> FlowTally:
    fields = {
        name: getattr(a, name) + getattr(b, name)
        for name in FlowTally.__dataclass_fields__
        if name not in ("operation", "origin")
    }
    return FlowTally(operation=a.operation, origin="", **fields)


def edges() -> Floats:
    """Upper ends of the buckets, in seconds; a bucket holds times from the end before it."""
    import numpy as np

    k = np.arange(1, at.BINS + 1)
    octave, part = np.divmod(k, at.PARTS)
    result: Floats = np.ldexp(1 + part / at.PARTS, octave + at.LEAST)
    return result
