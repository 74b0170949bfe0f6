"""From a network to the tables of the kernel; made once, read by each run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from sysdesign.network import Choice, Contents, Flow, Network, Station, expected
from sysdesign.network.outages import Outage, outages
from sysdesign.network.scenario import Detour, Scenario
from sysdesign.records import dataclass
from sysdesign.simulate.chances import Around, Breaking, Chances
from sysdesign.simulate.errors import SimulateError
from sysdesign.simulate.happening import Changes
from sysdesign.simulate.holding import Held, Holding
from sysdesign.simulate.kernel import layout as at
from sysdesign.simulate.laws import one
from sysdesign.simulate.messages import Messages
from sysdesign.simulate.program import Program
from sysdesign.simulate.scope import Happening
from sysdesign.simulate.sound import flow_sound, sound
from sysdesign.simulate.standing import Standing
from sysdesign.simulate.steps import Pair

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Ints = NDArray[numpy.int64]
    Short = NDArray[numpy.int32]
    Floats = NDArray[numpy.float64]


MOST_USERS = 1_000_000


@dataclass(frozen=True)
class Tables:
    """All that runs of a network read; the arrays are copied by each.

    Flow k is row k * FLOW of `ins`, then come the stations, then the pairs; `kernel.layout` tells
    what lies where. `holding` are caches by key, `switches` calls with a
    breaker, `chains` their rows. `streams` names the random streams in their order,
    `notes` what was left out or assumed. With `failures` they hold what breaks by chance,
    `breaking` tells what that is.
    """

    network: Network
    flows: tuple[Flow, ...]
    stations: tuple[Station, ...]
    pairs: tuple[Pair, ...]
    code: Short
    real: Floats
    ins: Ints
    inf: Floats
    streams: tuple[str, ...]
    sizes: Mapping[str, int]
    notes: tuple[str, ...] = ()
    holding: tuple[Held, ...] = ()
    switches: tuple[Pair, ...] = ()
    chains: Mapping[tuple[str, str], int] = field(default_factory=dict)
    failures: bool = False
    breaking: tuple[Breaking, ...] = ()

    def station_row(self, index: int) -> int:
        """Where a station lies in `ins`."""
        return len(self.flows) * at.FLOW + index * at.STATION

    def pair_row(self, index: int) -> int:
        """Where a pair lies in `ins`."""
        return self.station_row(len(self.stations)) + index * at.PAIR


def tables_of(
    network: Network, scenario: Scenario | None = None, chains: Sequence[tuple[str, str]] = (),
    *, failures: bool = False, around: Around | None = None,
) -> Tables:  # fmt: skip
    """The tables of a network under a scenario, with the chains that are asked for.

    With `failures` they hold what breaks by chance, and `around` the flows where places are lost.

    Raises
    ------
    SimulateError
        where a number of it cannot be, or nothing is left to simulate.
    """
    broken = tuple(outages(network)) if failures else None
    return _Tables(network, scenario, tuple(dict.fromkeys(chains)), broken, around or {}).tables()


class _Tables(Standing):
    """Flows and what happens to them; the stations are those of `Standing`."""

    def __init__(
        self, network: Network, scenario: Scenario | None, chains: tuple[tuple[str, str], ...],
        broken: tuple[Outage, ...] | None, around: Around,
    ) -> None:  # fmt: skip
        if not network.flows:
            raise SimulateError("no operation has a load: state the rate of one")
        sound(network)
        self.flows = network.flows
        self.scenario = scenario
        self.chains = chains
        self.others: list[Flow] = []  # flows of detours
        stations = tuple(network.stations.values())
        first = len(self.flows) * at.FLOW
        rows = {s.name: first + k * at.STATION for k, s in enumerate(stations)}
        end = first + len(rows) * at.STATION
        program = Program(network, rows, end, Happening.of(scenario, network, broken))
        super().__init__(network, stations, rows, program, end)
        self.chances = None if broken is None else Chances(self, broken, self.ways(around))

    def tables(self) -> Tables:
        """Flows, stations, pairs, groups and instances, changes, in this order."""
        import numpy as np

        program = self.program
        messages = Messages(self)
        program.hands = messages.hands()
        for k, flow in enumerate(self.flows):
            self.flow(k, flow)
        self.detours = self.detoured()
        if self.chances is not None:
            self.others += self.chances.detoured(self.entry)
        self.pairs([*self.flows, *self.others])
        for station in self.stations:
            self.station(station)
        for station in self.stations:
            self.leading(station)
        boxes = messages.boxes()
        program.asks_per_s = asked(self.flows)
        caches = len(self.ins)
        self.holding = Holding(self).rows()
        for step in program.lookups:
            program.code[step + at.A] = caches + at.CACHE * program.code[step + at.A]
        self.notes += [held.said for held in self.holding if held.said]
        chained = self.chained()
        happening = Changes(self)
        happening.prepare()
        later = len(self.ins)
        changes = happening.rows()
        scales = sum(self.scale(station) for station in self.stations)
        self.cut = happening.cut
        breaking = self.chances.rows() if self.chances is not None else ()
        program.settle()
        holds, keys, counters, guards = program.most
        heads = list(dict.fromkeys(first for first, _ in self.chains))
        self.starting(heads, at.F_REGS + 4 * guards, chained)
        switches = tuple(p for p, k in program.pairs.items()
                         if self.ins[program.pairs_from + k * at.PAIR + at.PR_BREAKER])  # fmt: skip
        sizes = {
            "holds": holds, "keys": keys, "counters": counters, "guards": guards,
            "later": later, "changes": changes, "scales": scales, "breaks": len(breaking),
            "widest": program.widest, "largest": self.largest, "bins": self.bins, "caches": caches,
            "starts": len(heads), "boxes": boxes,
            "switches": program.list_of([program.pair_row(pair) for pair in switches]),
        }  # fmt: skip
        return Tables(
            self.network, self.flows, self.stations, tuple(program.pairs),
            np.array(program.code, np.int32), np.array(program.real, np.float64),
            np.array(self.ins, np.int64), np.array(self.inf, np.float64),
            tuple(program.streams), sizes, tuple(dict.fromkeys(self.notes)), self.holding, switches,
            chained, self.chances is not None, breaking,
        )  # fmt: skip

    # -- flows -----------------------------------------------------------------------------------

    def flow(self, k: int, flow: Flow) -> None:
        """A row of a flow, and its program."""
        row, ins = k * at.FLOW, self.ins
        rate = one(flow.rate_per_s)
        comes = not flow.trigger and not flow.join
        limit = at.UNLIMITED if flow.at_once is None else max(round(one(flow.at_once)), 1)
        ins[row + at.FL_ENTRY] = self.entry(k, flow)
        ins[row + at.FL_STREAM] = self.program.stream(f"arrivals of {name_of(flow)}")
        ins[row + at.FL_OPEN] = int(comes and flow.users is None)
        ins[row + at.FL_PERIODIC] = int(comes and flow.every_s is not None)
        ins[row + at.FL_ID] = k
        ins[row + at.FL_AT_ONCE] = limit
        ins[row + at.FL_ATTEMPTS] = max(flow.attempts, 1)
        ins[row + at.FL_PRIORITY] = round(flow.priority)
        ins[row + at.FL_HEAD] = -1
        ins[row + at.FL_HIST] = self.histogram(at.BINS)
        ins[row + at.FL_ROUGH] = self.histogram(at.ROUGH_BINS)
        ins[row + at.FL_THINK] = -1
        if flow.users is not None and comes:
            ins[row + at.FL_USERS] = self.users(flow)
            if flow.think is not None:
                ins[row + at.FL_THINK] = self.program.laws.row(flow.think)
        if not comes:
            ins[row + at.FL_TRIGGERED] = 1
            ins[row + at.FL_AGE] = self.histogram(at.BINS)
        self.joins(row, flow)
        self.inf[row // 2 + at.FF_RATE] = rate
        self.inf[row // 2 + at.FF_EVERY] = max(one(flow.every_s or 0.0), 1e-6)

    def users(self, flow: Flow) -> int:
        """Users of a flow, each of whom is followed."""
        users = one(flow.users)
        if not 0 <= users <= MOST_USERS:
            raise SimulateError(
                f"{flow.operation}: {users:,.0f} users, {MOST_USERS:,} at most are followed one by "
                "one: state a rate instead"
            )
        return round(users)

    def entry(self, k: int, flow: Flow) -> int:
        """The first step of a flow, or of its detour."""
        comes = not flow.trigger and not flow.join
        joined = any(other.join == flow.operation for other in self.flows)
        cut = comes and flow.users is None and not joined
        return self.program.flow(k, name_of(flow), flow.root, cut=cut)

    def joins(self, row: int, flow: Flow) -> None:
        """Flows that start once all that a call of this one set off is over."""
        values: list[int] = []
        for k, other in enumerate(self.flows):
            if other.join and other.join == flow.operation:
                rate = sum(one(f.rate_per_s) for f in self.flows if f.operation == other.join)
                gain = one(other.rate_per_s) / rate if rate else 0.0
                values += [k * at.FLOW, int(gain), self.program.numbers(gain - int(gain))]
        self.ins[row + at.FL_ROUTES] = self.program.list_of(values)
        self.ins[row + at.FL_JOINS] = len(values) // 3

    def chained(self) -> dict[tuple[str, str], int]:
        """A row for each chain, and which end with each flow."""
        rows = {}
        for pair in self.chains:
            rows[pair] = self.more(at.CHAIN)
            self.ins[rows[pair] + at.CHN_HIST] = self.histogram(at.BINS)
        for k, flow in enumerate(self.flows):
            mine = [row for (_, last), row in rows.items() if last == flow.operation]
            self.ins[k * at.FLOW + at.FL_CHAINS] = self.program.list_of(mine)
            self.ins[k * at.FLOW + at.FL_CHAINED] = len(mine)
        return rows

    def starting(self, heads: list[str], first: int, rows: dict[tuple[str, str], int]) -> None:
        """Where a token keeps the beginnings of chains."""
        for k, flow in enumerate(self.flows):
            if flow.operation in heads:
                place = first + heads.index(flow.operation)
                self.ins[k * at.FLOW + at.FL_STARTS_CHAIN] = place
        for (head, _), row in rows.items():
            self.ins[row + at.CHN_START] = first + heads.index(head)

    def detoured(self) -> dict[int, list[int]]:
        """For each detour, by its place among the changes, flows with their other first step."""
        found: dict[int, list[int]] = {}
        for n, change in enumerate(self.scenario.changes if self.scenario else ()):
            if not isinstance(change, Detour):
                continue
            ways = {(flow.operation, flow.origin): flow for flow in change.flows}
            found[n] = []
            for k, flow in enumerate(self.flows):
                other = ways.get((flow.operation, flow.origin))
                if other is not None:
                    flow_sound(other, self.network)
                    self.others.append(other)
                    found[n] += [k * at.FLOW, self.entry(k, other)]
        return found

    def ways(self, around: Around) -> Around:
        """Flows around lost places; a scenario that loses one itself says where calls go."""
        changes = self.scenario.changes if self.scenario else ()
        if around and any(isinstance(change, Detour) for change in changes):
            self.notes.append("calls of places that fail by chance go nowhere else: the scenario "
                              "says where calls go")  # fmt: skip
            return {}
        return around


def asked(flows: Iterable[Flow]) -> dict[Contents, float]:
    """Calls a second that ask for keys, of each cache."""
    found: dict[Contents, float] = {}
    for flow in flows:
        for node, count in expected(flow.root):
            if isinstance(node, Choice) and node.contents is not None:
                more = one(count) * one(flow.rate_per_s)
                found[node.contents] = found.get(node.contents, 0.0) + more
    return found


def name_of(flow: Flow) -> str:
    """The name of the random streams of a flow."""
    return f"{flow.operation} from {flow.origin}" if flow.origin else flow.operation
