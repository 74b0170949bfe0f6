"""Replications put together: each number with its interval, each series over all of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

import numpy as np

from sysdesign.network import Network
from sysdesign.records import dataclass
from sysdesign.simulate.counts import Array, Counts, OperationCounts
from sysdesign.simulate.outcome import Moments
from sysdesign.simulate.result import (
    PERCENTILES,
    OperationRun,
    OperationSeries,
    PairRun,
    QueueRun,
    Series,
    StationRun,
    StationSeries,
    Times,
)
from sysdesign.simulate.statistics import (
    Estimate,
    Reals,
    is_narrow,
    percentile,
    ratio,
    read_at,
    share,
)

NO_TIMES = Times(None, None, None, None, None, None)
_EVEN = 1e-9
_LEAST = 20  # answered calls for a percentile to be told


@dataclass(frozen=True, slots=True)
class Scale:
    """How what was run is told: `parts` of a slice, narrowness asked for, the clock of the story.

    `rooms` says how many times too much room a station of the slice has that cannot be made as
    small as its share of the calls: it is that much less busy than the whole.
    """

    parts: int = 1
    precision: tuple[float, float] = (0.01, 0.03)
    story: Callable[[float], float] = float
    rooms: Mapping[str, float] = field(default_factory=dict)

    def room(self, station: str) -> float:
        """Factor on the use of a station that gives that of the whole."""
        return self.rooms.get(station, 1.0)


def rooms(whole: Network, part: Network, parts: int) -> dict[str, float]:
    """Servers of a slice over its share of those of the whole, where they differ."""
    found = {}
    for name, station in whole.stations.items():
        ours, theirs = (
            float(one.instances) * float(one.servers) * float(one.shards)
            for one in (part.stations[name], station)
        )
        if station.queues and theirs > 0 and abs(ours * parts / theirs - 1) > _EVEN:
            found[name] = ours * parts / theirs
    return found


# -- operations ------------------------------------------------------------------------------------


def operations(runs: Sequence[Counts], scale: Scale) -> dict[str, OperationRun]:
    """All operations, every replication counted."""
    return {name: _operation(name, runs, scale) for name in runs[0].operations}


def _operation(name: str, runs: Sequence[Counts], scale: Scale) -> OperationRun:
    some = [run.operations[name] for run in runs]
    seconds = sum(run.measured_s for run in runs)
    times = times_of(
        np.stack([one.histogram for one in some]), runs[0].edges, [one.total_s for one in some]
    )
    ended = [one.completed + one.failed for one in some]
    narrow = times.mean_s is None or (
        is_narrow(times.mean_s, scale.precision[0])
        and times.p99_s is not None and is_narrow(times.p99_s, scale.precision[1])
    )  # fmt: skip

    def total(read: Callable[[OperationCounts], int]) -> int:
        return sum(read(one) for one in some)

    return OperationRun(
        name, total(lambda o: o.started) / seconds * scale.parts if seconds > 0 else 0.0,
        total(lambda o: o.started), total(lambda o: o.completed), total(lambda o: o.failed),
        total(lambda o: o.refused), total(lambda o: o.timed_out), total(lambda o: o.degraded),
        total(lambda o: o.retried), total(lambda o: o.inside),
        share([one.failed for one in some], ended),
        share([one.degraded for one in some], [one.completed for one in some]), times, narrow,
    )  # fmt: skip


def times_of(histograms: Array, edges: Reals, totals: Sequence[float]) -> Times:
    """Mean and percentiles of answered calls, by replication and bucket."""
    answered = histograms.sum(axis=1)
    if answered.sum() < 1:
        return NO_TIMES
    mean = ratio(totals, answered)
    if answered.sum() < _LEAST:
        return Times(mean, None, None, None, None, None)
    return Times(mean, *(percentile(histograms, edges, at) for at in PERCENTILES.values()))


# -- stations, queues, pairs -----------------------------------------------------------------------


def stations(runs: Sequence[Counts], network: Network, scale: Scale) -> dict[str, StationRun]:
    """All stations, every replication counted; of a slice, rates are those of the whole."""
    seconds = [run.measured_s for run in runs]
    found: dict[str, StationRun] = {}
    for name in runs[0].stations:
        some = [run.stations[name] for run in runs]
        station = network.stations[name]
        arrivals = sum(one.arrivals for one in some)
        offered = [one.servers * s for one, s in zip(some, seconds, strict=True)]
        use = None
        if station.queues:
            use = ratio([one.busy_s for one in some], offered).times(scale.room(name))
        waiting = ratio([one.waiting_s for one in some], seconds)
        found[name] = StationRun(
            name, station.component, arrivals / max(sum(seconds), 1e-12) * scale.parts, use,
            waiting.times(scale.parts),
            sum(one.waiting_s for one in some) / arrivals if arrivals else 0.0,
            max(one.most_waiting for one in some),
            sum(one.refused for one in some) / arrivals if arrivals else 0.0,
            sum(one.failed for one in some) / arrivals if arrivals else 0.0,
            float(np.mean([one.instances for one in some])) * scale.parts / scale.room(name),
        )  # fmt: skip
    return found


def queues(runs: Sequence[Counts], scale: Scale) -> dict[str, QueueRun]:
    """All queues and streams."""
    seconds = [run.measured_s for run in runs]
    whole = max(sum(seconds), 1e-12)
    found: dict[str, QueueRun] = {}
    for name in runs[0].queues:
        some = [run.queues[name] for run in runs]
        age = np.sum([one.age for one in some], axis=0).astype(float)
        old = read_at(age, runs[0].edges, 0.99) if age.sum() >= _LEAST else None
        found[name] = QueueRun(
            name, sum(one.taken_in for one in some) / whole * scale.parts,
            sum(one.taken_out for one in some) / whole * scale.parts,
            sum(one.dropped for one in some), sum(one.dead for one in some),
            ratio([one.backlog_s for one in some], seconds).times(scale.parts), old,
            sum(one.turned_away for one in some), sum(one.taken_in for one in some),
        )  # fmt: skip
    return found


def pairs(runs: Sequence[Counts], scale: Scale) -> tuple[PairRun, ...]:
    """All calls between components."""
    whole = max(sum(run.measured_s for run in runs), 1e-12)
    found = []
    for pair in runs[0].pairs:
        some = [run.pairs[pair] for run in runs]
        calls = sum(one.calls for one in some)
        parts = (
            sum(one.retries for one in some), sum(one.timeouts for one in some),
            sum(one.errors for one in some), sum(one.refused_by_breaker for one in some),
        )  # fmt: skip
        shares = [part / calls if calls else 0.0 for part in parts]
        found.append(PairRun(*pair, calls / whole * scale.parts, *shares))
    return tuple(found)


def hits(runs: Sequence[Counts]) -> dict[str, Estimate]:
    """Hit ratios of caches."""
    return {
        name: share([run.hits[name][0] for run in runs], [sum(run.hits[name]) for run in runs])
        for name in runs[0].hits
    }


def chains(runs: Sequence[Counts]) -> dict[tuple[str, str], Times]:
    """Times from the call of one operation to the end of another that it sets off."""
    return {
        pair: times_of(np.stack([run.chains[pair][0] for run in runs]), runs[0].edges,
                       [run.chains[pair][1] for run in runs])
        for pair in runs[0].chains
    }  # fmt: skip


# -- by time ---------------------------------------------------------------------------------------


def series(runs: Sequence[Counts], scale: Scale) -> Series:
    """Everything by interval; as many intervals as every replication has.

    Replications of later rounds are longer, with longer intervals: they are left out.
    """
    runs = [run for run in runs if run.interval_s == runs[0].interval_s]
    count = min(_intervals(run) for run in runs)
    interval = runs[0].interval_s
    at = tuple(scale.story(i * interval) for i in range(count))
    return Series(
        interval, at,
        {name: _operation_series(name, runs, count, scale) for name in runs[0].operations},
        {name: _station_series(name, runs, count, scale) for name in runs[0].stations},
        {name: tuple((np.mean([run.queues[name].backlog_at[:count] for run in runs], axis=0)
                      * scale.parts).tolist()) for name in runs[0].queues},
        {name: _hits_at([run.hits_at[name][:count] for run in runs]) for name in runs[0].hits_at},
        {f"{a} -> {b}": tuple(np.mean([run.open_at[a, b][:count] for run in runs], axis=0).tolist())
         for a, b in runs[0].open_at},
    )  # fmt: skip


def _hits_at(counts: Sequence[Array]) -> tuple[float | None, ...]:
    """Hit ratio of each interval, all replications together."""
    return tuple(float(hits / (hits + misses)) if hits + misses > 0 else None
                 for hits, misses in np.sum(counts, axis=0))  # fmt: skip


def _intervals(run: Counts) -> int:
    lengths = [len(one.started_at) for one in run.operations.values()]
    lengths += [len(one.waiting_at) for one in run.stations.values()]
    return min(lengths, default=0)


def _operation_series(
    name: str, runs: Sequence[Counts], count: int, scale: Scale
) -> OperationSeries:
    some = [run.operations[name] for run in runs]
    interval = runs[0].interval_s * len(runs) / scale.parts
    started = np.sum([one.started_at[:count] for one in some], axis=0)
    completed = np.sum([one.completed_at[:count] for one in some], axis=0)
    failed = np.sum([one.failed_at[:count] for one in some], axis=0)
    total = np.sum([one.total_at[:count] for one in some], axis=0)
    each = np.stack([one.histogram_at[:count] for one in some]).astype(float)
    pooled = each.sum(axis=0)
    edges = runs[0].coarse
    ended = completed + failed
    p99 = [[_read(one[i], edges, 0.99) for one in each] for i in range(count)]
    return OperationSeries(
        tuple((started / interval).tolist()), tuple((completed / interval).tolist()),
        tuple(np.divide(failed, ended, out=np.zeros(count), where=ended > 0).tolist()),
        tuple(float(t / n) if n > 0 else None
              for t, n in zip(total, pooled.sum(axis=1), strict=True)),
        tuple(_read(pooled[i], edges, 0.5) for i in range(count)),
        tuple(_read(pooled[i], edges, 0.95) for i in range(count)),
        tuple(_read(pooled[i], edges, 0.99) for i in range(count)),
        tuple(min((p for p in one if p is not None), default=None) for one in p99),
        tuple(max((p for p in one if p is not None), default=None) for one in p99),
    )  # fmt: skip


def _read(counts: Reals, edges: Reals, at: float) -> float | None:
    return read_at(counts, edges, at) if counts.sum() > 0 else None


def _station_series(name: str, runs: Sequence[Counts], count: int, scale: Scale) -> StationSeries:
    some = [run.stations[name] for run in runs]

    def mean(read: Callable[[int], Array], factor: float = 1.0) -> tuple[float, ...]:
        rows = [read(place)[:count] for place in range(len(some))]
        return tuple((np.mean(rows, axis=0) * factor).tolist())

    return StationSeries(
        mean(lambda i: some[i].utilisation_at, scale.room(name)),
        mean(lambda i: some[i].waiting_at, scale.parts),
        mean(lambda i: some[i].up_at, scale.parts / scale.room(name)),
    )


def moments(name: str, runs: Sequence[Counts], scale: Scale) -> Moments:
    """Calls of an operation by replication and interval, for verdicts over time."""
    some = [run.operations[name] for run in runs]
    count = min(len(one.started_at) for one in some)
    interval = runs[0].interval_s
    return Moments(
        [scale.story(i * interval) for i in range(count)], interval,
        np.stack([one.histogram_at[:count] for one in some]), runs[0].coarse,
        np.stack([one.started_at[:count] for one in some]),
        np.stack([one.failed_at[:count] for one in some]),
        np.stack([one.total_at[:count] for one in some]),
    )  # fmt: skip


def in_hand(runs: Sequence[Counts]) -> Mapping[str, Reals]:
    """Calls at each station by interval, at work or waiting, the mean over replications."""
    found = {}
    for name in runs[0].stations:
        rows = []
        for run in runs:
            one = run.stations[name]
            rows.append(one.waiting_at + one.utilisation_at * one.servers)
        count = min(len(row) for row in rows)
        found[name] = np.mean([row[:count] for row in rows], axis=0)
    return found


def backlog(runs: Sequence[Counts]) -> Mapping[str, Reals]:
    """Messages in each queue by interval, the mean over replications; one may have ended early."""
    rows = {name: [run.queues[name].backlog_at for run in runs] for name in runs[0].queues}
    counts = {name: min(map(len, some)) for name, some in rows.items()}
    return {
        name: np.mean([row[: counts[name]] for row in some], axis=0) for name, some in rows.items()
    }
