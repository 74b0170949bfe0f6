"""The engine as the statistics use it: one replication in slices, counted interval by interval."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from sysdesign.network import Network
from sysdesign.network.scenario import Scenario
from sysdesign.records import cached_property, dataclass
from sysdesign.simulate.counts import (
    Array,
    Counts,
    OperationCounts,
    PairCounts,
    QueueCounts,
    StationCounts,
)
from sysdesign.simulate.holding import refilled_s
from sysdesign.simulate.replications import Replication, Work
from sysdesign.simulate.statistics import Reals

if TYPE_CHECKING:
    from sysdesign.simulate.tables import Tables
    from sysdesign.simulate.tally import FlowTally, Tally

_FOLDED = 4  # buckets of the whole that are one of an interval


class Options(Protocol):
    """What of a simulation the engine is told."""

    @property
    def seed(self) -> int: ...  # noqa: D102
    @property
    def interpreted(self) -> bool: ...  # noqa: D102
    @property
    def trace_of(self) -> str: ...  # noqa: D102
    @property
    def chains(self) -> tuple[tuple[str, str], ...]: ...  # noqa: D102


def prepared(network: Network, scenario: Scenario | None, wanted: Options) -> Work:
    """A network ready to be run.

    Raises
    ------
    SimulateError
        where no simulation can be made of it.
    """
    from sysdesign.simulate import compiling
    from sysdesign.simulate.engine import prepare

    known = set(network.operations())
    chains = [pair for pair in wanted.chains if known.issuperset(pair)]
    tables = prepare(network, scenario, chains)
    compiling.kernel(interpreted=wanted.interpreted or not compiling.is_available())
    return _Engine(tables, network, wanted.seed, wanted.interpreted, wanted.trace_of)


@dataclass(frozen=True)
class _Snapshot:
    """Cumulative counts of an operation at the end of an interval."""

    started: int
    completed: int
    failed: int
    seconds: float
    times: Array
    backlog_s: float


@dataclass(frozen=True)
class _Engine:
    tables: "Tables"
    network: Network
    seed: int
    interpreted: bool
    trace_of: str = ""

    def run(self, wanted: Replication, keep_going: Callable[[float], bool]) -> Counts:
        """One replication; see `replications.Work`."""
        from sysdesign.simulate.engine import Run
        from sysdesign.simulate.plan import Plan
        from sysdesign.simulate.tracing import traces_of

        count = max(round(wanted.length_s / wanted.interval_s), 1)
        interval = wanted.length_s / count
        warm_up = ceil(wanted.warm_up_s / interval - 1e-9) * interval
        plan = Plan(warm_up, wanted.length_s, self.seed, wanted.number, interval,
                    traces=wanted.traces, trace_of=self.trace_of,
                    interpreted=self.interpreted)  # fmt: skip
        one = Run(self.tables, plan)
        keep_going(0.0)
        snapshots: list[dict[str, _Snapshot]] = []
        for share in one.slices(count):
            snapshots.append(_snapshot(one.flows()))
            if not keep_going(share * plan.warm_up_s + share * plan.length_s):
                break
        counted = self.counts(one.tally(), snapshots, interval, warm_up)
        return replace(counted, traces=traces_of(self.tables, one.machine))

    @cached_property
    def refilled_s(self) -> Mapping[str, float]:
        """How long caches by key take to be full again, by component."""
        found: dict[str, float] = {}
        for held in self.tables.holding:
            name = held.words.component
            found[name] = max(found.get(name, 0.0), refilled_s(held))
        return found

    def counts(
        self, tally: "Tally", snapshots: Sequence[dict[str, _Snapshot]], interval: float,
        warm_up: float,
    ) -> Counts:  # fmt: skip
        """What a replication counted."""
        ends = _edges()
        folded = ends[::_FOLDED]
        if (len(ends) - 1) % _FOLDED:
            folded = np.append(folded, ends[-1])
        rows = min(len(snapshots), len(tally.series.ends_s))
        first = round(warm_up / interval)
        groups: dict[str, list[FlowTally]] = defaultdict(list)
        for flow in tally.flows:
            groups[flow.operation].append(flow)
        operations = {name: _operation(some, [s[name] for s in snapshots])
                      for name, some in groups.items()}  # fmt: skip
        stations = {}
        for place, station in enumerate(tally.stations):
            series = tally.series.stations[first : first + rows, place]
            busy, waiting, _, up = series.T if len(series) else np.zeros((4, 0))
            instances = float(up.mean()) if len(up) else 0.0
            servers, running = station.servers, max(station.servers, 1e-12)
            if self.network.stations[station.station].autoscale and instances > 0:
                each = float(self.network.stations[station.station].servers)
                busy_mean = station.busy_s / max(tally.length_s, 1e-12)  # some leave only then
                servers = max(each * instances, busy_mean)
                running = np.maximum(each * np.maximum(up, 1.0), busy)
            stations[station.station] = StationCounts(
                station.arrivals, station.done, station.refused, station.failed,
                station.busy_s, servers, station.waiting_s, float(station.deepest), instances,
                busy / running, waiting, up,
            )  # fmt: skip
        pairs: dict[tuple[str, str], PairCounts] = {}
        for pair in tally.pairs:
            key = (pair.caller, pair.target)
            was = pairs.get(key, PairCounts(0, 0, 0, 0, 0))
            pairs[key] = PairCounts(
                was.calls + pair.calls, was.retries + pair.retries, was.timeouts + pair.timeouts,
                was.errors + pair.errors, was.refused_by_breaker + pair.opened,
            )  # fmt: skip
        caches = tally.series.caches[first : first + rows]
        hits: dict[str, tuple[int, int]] = {}
        hits_at: dict[str, Array] = {}
        for place, cache in enumerate(tally.caches):
            was_at, was_hits = hits_at.get(cache.component, 0), hits.get(cache.component, (0, 0))
            hits[cache.component] = (was_hits[0] + cache.hits, was_hits[1] + cache.misses)
            hits_at[cache.component] = was_at + caches[:, place]
        open_at: dict[tuple[str, str], Array] = {}
        for place, switch in enumerate(self.tables.switches):
            now = tally.series.switches[first : first + rows, place]
            key = (switch.caller, switch.target)
            open_at[key] = np.maximum(open_at.get(key, 0.0), now)
        return Counts(
            tally.length_s, interval, ends, folded, operations, stations,
            _queues(groups, snapshots, self.network, interval), pairs,
            hits, hits_at, open_at,
            {(chain.first, chain.last): (chain.times, chain.seconds) for chain in tally.chains},
            visits=sum(s.arrivals for s in tally.stations),
            compiled=not self.interpreted and _compiles(), notes=(*tally.notes, *_ended(tally)),
            refilled_s=self.refilled_s,
        )  # fmt: skip


def _ended(tally: "Tally") -> tuple[str, ...]:
    """Why a run ended before its time, in words."""
    inside = sum(flow.inside for flow in tally.flows)
    why = {
        "full": f"{inside:,} calls were inside at once, and memory for them is bounded",
        "busy": f"{tally.events:,} things had happened, more than are allowed",
    }.get(tally.state)
    return (f"a run was ended after {tally.until_s:.4g} s: {why}",) if why else ()


def _compiles() -> bool:
    from sysdesign.simulate import compiling

    return compiling.is_available()


def _edges() -> Reals:
    """Ends of the buckets, the lowest first: one more than there are buckets."""
    from sysdesign.simulate.tally import edges

    upper = edges()
    whole: Reals = np.concatenate([[0.0], upper])
    return whole


def _snapshot(flows: "Sequence[FlowTally]") -> dict[str, _Snapshot]:
    found: dict[str, Any] = {}
    for flow in flows:
        was = found.get(flow.operation)
        times = _fold(flow.times)
        if was is None:
            found[flow.operation] = _Snapshot(flow.started, flow.completed, flow.failed,
                                              flow.seconds, times, flow.backlog_s)  # fmt: skip
        else:
            found[flow.operation] = _Snapshot(
                was.started + flow.started, was.completed + flow.completed,
                was.failed + flow.failed, was.seconds + flow.seconds, was.times + times,
                was.backlog_s + flow.backlog_s,
            )  # fmt: skip
    return found


def _fold(counts: Array) -> Array:
    """Four buckets as one; what does not come out even is one more."""
    folded: Array = np.add.reduceat(counts, np.arange(0, len(counts), _FOLDED))
    return folded


def _operation(flows: "Sequence[FlowTally]", at: Sequence[_Snapshot]) -> OperationCounts:
    def total(name: str) -> int:
        return int(sum(getattr(flow, name) for flow in flows))

    def steps(values: Sequence[Any]) -> Array:
        return np.diff(np.asarray(values), axis=0, prepend=np.zeros_like(np.asarray(values)[:1]))

    return OperationCounts(
        total("started"), total("completed"), total("failed"), total("refused"),
        total("timed_out"), total("degraded"), total("retried"), total("inside"),
        float(sum(flow.seconds for flow in flows)), np.sum([flow.times for flow in flows], axis=0),
        steps([s.started for s in at]), steps([s.completed for s in at]),
        steps([s.failed for s in at]), steps([s.seconds for s in at]),
        steps([s.times for s in at]),
    )  # fmt: skip


def _queues(
    groups: "Mapping[str, Sequence[FlowTally]]", at: Sequence[dict[str, _Snapshot]],
    network: Network, interval: float,
) -> dict[str, QueueCounts]:  # fmt: skip
    """Queues and streams, for each group of operations that takes from them."""
    takers: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for flow in network.flows:
        if flow.trigger:
            takers[flow.trigger][flow.group + flow.join][flow.operation] = None
    found: dict[str, QueueCounts] = {}
    for queue, by_group in takers.items():
        for operations in by_group.values():
            some = [flow for name in operations for flow in groups.get(name, ()) if len(flow.age)]
            if not some:
                continue
            backlog = sum(
                np.diff([s[name].backlog_s for s in at], prepend=0.0) / interval
                for name in operations
            )
            name = queue if len(by_group) == 1 else f"{queue} for {' and '.join(operations)}"
            found[name] = QueueCounts(
                sum(flow.handed for flow in some),
                sum(flow.started for flow in some),
                sum(flow.dropped for flow in some), sum(flow.dead for flow in some),
                float(sum(flow.backlog_s for flow in some)),
                np.sum([flow.age for flow in some], axis=0), np.asarray(backlog),
                sum(flow.turned_away for flow in some),
            )  # fmt: skip
    return found
