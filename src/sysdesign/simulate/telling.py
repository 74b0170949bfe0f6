"""From the arrays of a run to what it counted."""

from __future__ import annotations

from typing import Any

from sysdesign.records import dataclass
from sysdesign.simulate.holding import Held
from sysdesign.simulate.kernel import layout as at
from sysdesign.simulate.laws import one
from sysdesign.simulate.machine import Machine
from sysdesign.simulate.plan import Plan
from sysdesign.simulate.tables import Tables
from sysdesign.simulate.tally import (
    CacheTally,
    ChainTally,
    FlowTally,
    PairTally,
    Series,
    StationTally,
    Tally,
)

_INTEGRALS = ((at.SF_BUSY, at.S_BUSY), (at.SF_WAITING, at.S_WAITING), (at.SF_HAND, at.S_HAND))


@dataclass(frozen=True)
class Base:
    """Counts and integrals at the moment from which on they count."""

    at_s: float
    ins: Any
    inf: Any
    hist: Any

    @staticmethod
    def of(tables: Tables, machine: Machine) -> Base:
        """The counts of this moment; the deepest queue is the one of now."""
        import numpy as np

        for k in range(len(tables.stations)):
            row = tables.station_row(k)
            machine.ins[row + at.S_DEEPEST] = machine.ins[row + at.S_WAITING]
        copies = (np.array(a) for a in (machine.ins, machine.inf, machine.hist))
        return Base(machine.clk[at.C_NOW], *copies)


class _Counts:
    """What was counted since the base; integrals up to now."""

    def __init__(self, machine: Machine, base: Base) -> None:
        import numpy as np

        self.now_s = machine.clk[at.C_NOW]
        self.base = base
        self.ins = np.asarray(machine.ins)
        self.inf = np.asarray(machine.inf)
        self.hist = np.asarray(machine.hist)

    def count(self, place: int) -> int:
        return int(self.ins[place] - self.base.ins[place])

    def sum(self, row: int, field: int) -> float:
        return float(self.inf[row // 2 + field] - self.base.inf[row // 2 + field])

    def integral(self, row: int, field: int, number: int) -> float:
        """Integral of a number over the time that counts."""
        more = self.ins[row + number] * self.now_s - self.base.ins[row + number] * self.base.at_s
        return self.sum(row, field) + float(more)

    def histogram(self, place: int) -> Any:
        first = int(self.ins[place])
        part = slice(first, first + at.BINS)
        return self.hist[part] - self.base.hist[part]


def flows_of(tables: Tables, machine: Machine, base: Base) -> tuple[FlowTally, ...]:
    """What each flow has counted up to now."""
    counts = _Counts(machine, base)
    return tuple(_flow(tables, counts, k) for k in range(len(tables.flows)))


def tally_of(tables: Tables, plan: Plan, machine: Machine, base: Base, state: str) -> Tally:
    """What a run has counted up to now."""
    counts = _Counts(machine, base)
    return Tally(
        tuple(_flow(tables, counts, k) for k in range(len(tables.flows))),
        tuple(_station(tables, counts, k) for k in range(len(tables.stations))),
        tuple(_pair(tables, counts, k) for k, pair in enumerate(tables.pairs) if pair.is_call),
        tuple(_cache(counts, held) for held in tables.holding),
        tuple(_chain(counts, pair, row) for pair, row in tables.chains.items()),
        _series(tables, plan, machine), base.at_s, counts.now_s, int(machine.num[at.N_EVENTS]),
        state, tables.notes,
    )  # fmt: skip


def _flow(tables: Tables, counts: _Counts, k: int) -> FlowTally:
    row, flow = k * at.FLOW, tables.flows[k]
    fields = (at.FL_STARTED, at.FL_COMPLETED, at.FL_FAILED, at.FL_REFUSED, at.FL_TIMED_OUT,
              at.FL_DEGRADED, at.FL_RETRIED)  # fmt: skip
    started, completed, failed, refused, timed_out, degraded, retried = (
        counts.count(row + field) for field in fields
    )
    return FlowTally(
        flow.operation, flow.origin, started, completed, failed, refused, timed_out, degraded,
        retried,
        seconds=counts.sum(row, at.FF_SUM), squares=counts.sum(row, at.FF_SQUARES),
        times=counts.histogram(row + at.FL_HIST),
        age=counts.histogram(row + at.FL_AGE) if flow.trigger or flow.join else counts.hist[:0],
        handed=counts.count(row + at.FL_IN),
        backlog_s=counts.integral(row, at.FF_BACKLOG, at.FL_BACKLOG),
        dead=counts.count(row + at.FL_DEAD),
        dropped=counts.count(row + at.FL_DROPPED), turned_away=counts.count(row + at.FL_TURNED),
    )  # fmt: skip


def _station(tables: Tables, counts: _Counts, k: int) -> StationTally:
    row, station = tables.station_row(k), tables.stations[k]
    fields = (at.S_ARRIVALS, at.S_DONE, at.S_REFUSED, at.S_FAILED)
    arrivals, done, refused, failed = (counts.count(row + field) for field in fields)
    busy_s, waiting_s, in_hand_s = (counts.integral(row, *names) for names in _INTEGRALS)
    servers = one(station.servers) * one(station.instances) * one(station.shards)
    return StationTally(
        station.name, station.component, arrivals, done, refused, failed, busy_s, waiting_s,
        in_hand_s, int(counts.ins[row + at.S_DEEPEST]), servers,
    )  # fmt: skip


def _pair(tables: Tables, counts: _Counts, k: int) -> PairTally:
    row, pair = tables.pair_row(k), tables.pairs[k]
    calls, retries, timeouts, errors, refused, opened = (
        counts.count(row + field) for field in range(at.PR_CALLS, at.PR_OPEN + 1)
    )
    return PairTally(
        pair.caller, pair.target, pair.from_place, calls, retries, timeouts, errors, refused, opened
    )


def _cache(counts: _Counts, held: Held) -> CacheTally:
    hits, misses, joined = (
        counts.count(held.row + field) for field in (at.CA_HITS, at.CA_MISSES, at.CA_JOINED)
    )
    return CacheTally(held.words.name, held.words.component, hits, misses, joined)


def _chain(counts: _Counts, pair: tuple[str, str], row: int) -> ChainTally:
    return ChainTally(*pair, counts.sum(row, at.CHF_SUM), counts.histogram(row + at.CHN_HIST))


def _series(tables: Tables, plan: Plan, machine: Machine) -> Series:
    import numpy as np

    rows, width = int(machine.num[at.N_TICK]), int(machine.num[at.N_WIDTH])
    kept: Any = np.asarray(machine.series)[: rows * width].reshape(rows, width)
    steps: Any = np.diff(kept, axis=0, prepend=0.0)
    flows, stations = len(tables.flows), len(tables.stations)
    cut = at.FLOW_COLUMNS * flows
    last = cut + at.STATION_COLUMNS * stations
    by_flow = steps[:, :cut].reshape(rows, flows, at.FLOW_COLUMNS)
    by_flow[:, :, 3:] = kept[:, :cut].reshape(rows, flows, at.FLOW_COLUMNS)[:, :, 3:]
    by_station = steps[:, cut:last].reshape(rows, stations, at.STATION_COLUMNS) / plan.interval_s
    by_station[:, :, 3] = kept[:, cut:last].reshape(rows, stations, at.STATION_COLUMNS)[:, :, 3]
    ends_s: Any = np.arange(1, rows + 1) * plan.interval_s
    end = last + at.CACHE_COLUMNS * len(tables.holding)
    caches: Any = steps[:, last:end].reshape(rows, len(tables.holding), at.CACHE_COLUMNS)
    return Series(ends_s, by_flow, by_station, caches, kept[:, end:])
