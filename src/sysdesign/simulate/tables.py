"""From a network to the tables of the kernel; made once, read by each run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf, isfinite
from typing import TYPE_CHECKING, Any

from sysdesign.network import Call, Flow, Network, Policy, Station, expected
from sysdesign.simulate.kernel import layout as at
from sysdesign.simulate.laws import one
from sysdesign.simulate.program import Pair, Program, Route

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Ints = NDArray[numpy.int64]
    Floats = NDArray[numpy.float64]

MOST_INSTANCES = 2_000_000
UNLIMITED = 1 << 60

_POLICIES = {
    Policy.SHARED: at.P_SHARED,
    Policy.RANDOM: at.P_RANDOM,
    Policy.ROUND_ROBIN: at.P_ROUND,
    Policy.LEAST_CONNECTIONS: at.P_LEAST,
    Policy.POWER_OF_TWO: at.P_TWO,
}
_ORDERS = {"fifo": at.O_FIFO, "lifo": at.O_LIFO, "priority": at.O_PRIORITY, "ps": at.O_PS}
_FULL = {"refuse": at.FULL_REFUSE, "block": at.FULL_BLOCK, "drop_oldest": at.FULL_DROP}


class SimulateError(Exception):
    """A network that cannot be simulated; the message names a component or an operation."""


@dataclass(frozen=True)
class Tables:
    """All that runs of a network read; the arrays are copied by each.

    Flow k is row k * FLOW of `ins`, then come the stations, then the pairs; `kernel.layout` tells
    what lies where. `streams` names the random streams in their order, `notes` what was left out
    or assumed.
    """

    network: Network
    flows: tuple[Flow, ...]
    stations: tuple[Station, ...]
    pairs: tuple[Pair, ...]
    code: Ints
    real: Floats
    ins: Ints
    inf: Floats
    streams: tuple[str, ...]
    sizes: Mapping[str, int]
    notes: tuple[str, ...] = ()

    def station_row(self, index: int) -> int:
        """Where a station lies in `ins`."""
        return len(self.flows) * at.FLOW + index * at.STATION

    def pair_row(self, index: int) -> int:
        """Where a pair lies in `ins`."""
        return self.station_row(len(self.stations)) + index * at.PAIR


def tables_of(network: Network) -> Tables:
    """The tables of a network.

    Raises
    ------
    SimulateError
        where a number of it cannot be, or nothing is left to simulate.
    """
    return _Tables(network).tables()


class _Tables:
    def __init__(self, network: Network) -> None:
        self.network = network
        self.flows = network.flows
        self.stations = tuple(network.stations.values())
        if not self.flows:
            raise SimulateError("no operation has a load: state the rate of one")
        first = len(self.flows) * at.FLOW
        rows = {s.name: first + k * at.STATION for k, s in enumerate(self.stations)}
        self.rows = rows
        self.program = Program(network, rows, first + len(rows) * at.STATION)
        self.ins: list[int] = [0] * (first + len(rows) * at.STATION)
        self.inf: list[float] = [0.0] * (len(self.ins) // 2)
        self.hists = 0  # counts of all histograms

    def tables(self) -> Tables:
        """Flows, stations, pairs, groups and instances, in this order."""
        import numpy as np

        self.program.hands = self.hands()
        for k, flow in enumerate(self.flows):
            self.flow(k, flow)
        self.ins += [0] * (len(self.program.pairs) * at.PAIR)
        self.inf += [0.0] * (len(self.program.pairs) * at.PAIR // 2)
        self.pairs()
        for station in self.stations:
            self.station(station)
        self.program.settle()
        program = self.program
        return Tables(
            self.network, self.flows, self.stations, tuple(program.pairs),
            np.array(program.code, np.int64), np.array(program.real, np.float64),
            np.array(self.ins, np.int64), np.array(self.inf, np.float64),
            tuple(program.streams),
            {"holds": program.most[0], "counters": program.most[1], "guards": program.most[2],
             "widest": program.widest, "bins": self.hists},
        )  # fmt: skip

    # -- flows -----------------------------------------------------------------------------------

    def flow(self, k: int, flow: Flow) -> None:
        """A row of a flow, and its program."""
        row, ins = k * at.FLOW, self.ins
        name = f"{flow.operation} from {flow.origin}" if flow.origin else flow.operation
        rate = one(flow.rate_per_s)
        if not (isfinite(rate) and rate >= 0):
            raise SimulateError(f"{flow.operation}: a rate of {rate} calls a second")
        limit = UNLIMITED if flow.at_once is None else max(int(one(flow.at_once)), 1)
        cut = not flow.trigger and flow.users is None
        ins[row + at.FL_ENTRY] = self.program.flow(k, name, flow.root, cut=cut)
        ins[row + at.FL_STREAM] = self.program.stream(f"arrivals of {name}")
        ins[row + at.FL_OPEN] = int(not flow.trigger and not flow.join and flow.users is None)
        ins[row + at.FL_ID] = k
        ins[row + at.FL_AT_ONCE] = limit
        ins[row + at.FL_HEAD] = -1
        ins[row + at.FL_HIST] = self.histogram(at.BINS)
        ins[row + at.FL_ROUGH] = self.histogram(at.ROUGH_BINS)
        if flow.trigger:
            ins[row + at.FL_TRIGGERED] = 1
            ins[row + at.FL_AGE] = self.histogram(at.BINS)
        self.inf[row // 2 + at.FF_RATE] = rate

    def histogram(self, bins: int) -> int:
        """Where a new histogram begins."""
        self.hists += bins
        return self.hists - bins

    def hands(self) -> dict[tuple[str, str], tuple[Route, ...]]:
        """To which flows calls of an operation hand messages over, by target@place."""
        found: dict[tuple[str, str], list[Route]] = {}
        for k, flow in enumerate(self.flows):
            if not flow.trigger:
                continue
            key = f"{flow.trigger}@{flow.origin}"
            sent = sum(self.messages(f, flow) for f in self.flows
                       if f.operation in flow.from_operations)  # fmt: skip
            if sent <= 0:
                continue
            gain = one(flow.rate_per_s) / sent
            for operation in flow.from_operations:
                found.setdefault((operation, key), []).append(Route(k * at.FLOW, gain))
        return {key: tuple(routes) for key, routes in found.items()}

    def messages(self, sender: Flow, flow: Flow) -> float:
        """Messages a second that a flow hands over to another."""
        each = sum(
            one(count) * one(node.items)
            for node, count in expected(sender.root)
            if isinstance(node, Call) and node.target == flow.trigger
            and node.place == flow.origin and node.do.partition("_")[0] != "read"
        )  # fmt: skip
        return each * one(sender.rate_per_s)

    # -- pairs -----------------------------------------------------------------------------------

    def pairs(self) -> None:
        """Rows of pairs: budgets of retries."""
        budgets: dict[int, float] = {}
        calls: dict[int, float] = {}
        for flow in self.flows:
            for node, count in expected(flow.root):
                if isinstance(node, Call) and node.target:
                    row = self.program.pair(node)
                    calls[row] = calls.get(row, 0.0) + one(count) * one(flow.rate_per_s)
                    retry = node.guard.retry
                    if retry is not None and retry.budget is not None:
                        budgets[row] = one(retry.budget)
        for row in calls:
            budget = budgets.get(row)
            f = row // 2
            self.inf[f + at.PF_BUDGET] = inf if budget is None else budget
            most = 10 * (budget or 0.0) * calls[row]
            self.inf[f + at.PF_MOST] = self.inf[f + at.PF_TOKENS] = max(most, 1.0)

    # -- stations --------------------------------------------------------------------------------

    def station(self, station: Station) -> None:
        """A row of a station, its groups and its instances."""
        row = self.rows[station.name]
        ins, program = self.ins, self.program
        counts = self.counts(station)
        groups, each = counts
        if groups * each > MOST_INSTANCES:
            raise SimulateError(
                f"{station.component}: {groups * each:,} instances; {MOST_INSTANCES:,} at most"
            )
        ins[row + at.S_GROUPS] = groups
        ins[row + at.S_POLICY] = _POLICIES[station.policy]
        ins[row + at.S_WORK] = program.stream(f"work of {station.name}")
        ins[row + at.S_ROUTE] = program.stream(f"routing of {station.name}")
        ins[row + at.S_ORDER] = _ORDERS[station.order]
        ins[row + at.S_FULL] = _FULL[station.when_full]
        ins[row + at.S_INSTANCES] = each
        ins[row + at.S_UP] = groups * each
        f = row // 2
        self.inf[f + at.SF_HOT] = (
            one(station.hottest) if station.hottest is not None else 1 / groups
        )
        self.inf[f + at.SF_SLOW] = 1.0
        if station.cap_per_s is not None:
            ins[row + at.S_CAPPED] = 1
            self.inf[f + at.SF_CAP] = self.inf[f + at.SF_TOKENS] = one(station.cap_per_s)
            self.inf[f + at.SF_TOKENS] = max(one(station.cap_per_s), 1.0)
        self.groups(station, row, groups, each)

    def counts(self, station: Station) -> tuple[int, int]:
        """Groups, and instances of each; a common queue is one instance."""
        groups = max(round(one(station.shards)), 1)
        each = max(round(one(station.instances)), 1)
        return groups, 1 if station.policy is Policy.SHARED else each

    def groups(self, station: Station, row: int, groups: int, each: int) -> None:
        """Rows of groups, then lists of instances, then instances."""
        ins = self.ins
        first = len(ins)
        ins[row + at.S_FIRST] = first
        lists = first + groups * at.GROUP
        width = each + each % 2
        instances = lists + groups * width
        ins += [0] * (instances - first + groups * each * at.INSTANCE)
        self.inf += [0.0] * (len(ins) // 2 - len(self.inf))
        for k in range(groups):
            g = first + k * at.GROUP
            ins[g + at.K_LISTED] = each
            ins[g + at.K_LIST] = lists + k * width
            ins[g + at.K_TURN] = each - 1
            for j in range(each):
                i = instances + (k * each + j) * at.INSTANCE
                ins[lists + k * width + j] = i
                self.instance(station, row, g, i)

    def instance(self, station: Station, row: int, group: int, i: int) -> None:
        """A row of an instance."""
        ins = self.ins
        pooled = max(one(station.instances), 1.0) if station.policy is Policy.SHARED else 1.0
        waiting, slots = station.waiting, station.slots
        ins[i + at.I_STATION] = row
        ins[i + at.I_SERVERS] = max(round(one(station.servers) * pooled), 1)
        ins[i + at.I_MOST] = _most(waiting, pooled)
        ins[i + at.I_SLOTS] = _most(slots, pooled)
        for field in (at.I_HEAD, at.I_TAIL, at.I_SHEAD, at.I_STAIL, at.I_NO):
            ins[i + field] = -1
        ins[i + at.I_UP] = 1
        ins[i + at.I_GROUP] = group
        self.inf[i // 2 + at.IF_SLOW] = 1.0


def _most(number: Any, pooled: float) -> int:
    if number is None or one(number) == inf:
        return UNLIMITED
    return max(round(one(number) * pooled), 0)


def named(tables: Tables) -> Iterator[tuple[int, Station]]:
    """Stations with their rows."""
    for k, station in enumerate(tables.stations):
        yield tables.station_row(k), station
