"""A scenario as rows of the kernel: each change begins at a time, and most end at one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf
from typing import Any

from sysdesign.network import Call, Flow, expected
from sysdesign.network.scenario import (
    Change,
    Cold,
    Cut,
    Deploy,
    Detour,
    Disconnect,
    Down,
    Errors,
    Hot,
    Lasting,
    Load,
    Slow,
    Stop,
)
from sysdesign.simulate.dropping import Dropping, Lost
from sysdesign.simulate.errors import SimulateError
from sysdesign.simulate.kernel import layout as at
from sysdesign.simulate.laws import one
from sysdesign.simulate.standing import worker_of
from sysdesign.simulate.steps import SLOWED, way_pair
from sysdesign.simulate.trees import is_cut


class Changes:
    """Writes the rows of a scenario; `tables` is what is being made."""

    def __init__(self, tables: Any) -> None:
        self.tables = tables
        self.count = 0
        self.changes = tables.scenario.changes if tables.scenario else ()
        self.lost: list[list[Lost]] = []

    def rows(self) -> int:
        """All rows; their number."""
        for n, change in enumerate(self.changes):
            self.change(n, change)
            for at_s, row in self.lost[n]:
                self.row(at_s, at.CH_DISCONNECT, [row])
        return self.count

    def prepare(self) -> None:
        """Rows of what is not a change itself: connections that each of them drops."""
        dropping = Dropping(self.tables)
        for change in self.changes:
            deployed = [(begin + change.drain_s, name, len(which))
                        for begin, name, which in self.batches(change)
                        ] if isinstance(change, Deploy) else []  # fmt: skip
            self.lost.append(dropping.of(change, deployed))

    def row(
        self, at_s: float, kind: int, rows: list[int], value: float = 0.0, *, more: int = 0,
        place: int = -1, count: int = -1,
    ) -> None:  # fmt: skip
        """One thing that happens at a time."""
        if at_s == inf:
            return
        if not at_s >= 0:
            raise SimulateError(f"a change at {at_s} s: give a time from 0 s up")
        tables = self.tables
        row = tables.more(at.CHANGE)
        tables.ins[row + at.CH_KIND] = kind
        tables.ins[row + at.CH_LIST] = tables.program.list_of(rows) if place < 0 else place
        tables.ins[row + at.CH_COUNT] = len(rows) if count < 0 else count
        tables.ins[row + at.CH_MORE] = more
        tables.inf[row // 2 + at.CHF_AT] = at_s
        tables.inf[row // 2 + at.CHF_VALUE] = value
        self.count += 1

    def both(self, change: Lasting, kind: int, rows: list[int], on: float, off: float) -> None:
        """What begins with one value and ends with another."""
        self.row(change.at_s, kind, rows, on)
        self.row(change.until_s, kind, rows, off)

    def counted(self, change: Lasting, kind: int, rows: list[int]) -> None:
        """What several changes can do at the same time."""
        self.row(change.at_s, kind, rows, more=1)
        self.row(change.until_s, kind, rows, more=-1)

    def change(self, n: int, change: Change) -> None:
        """The rows of one change."""
        match change:
            case Down():
                self.down(change)
            case Slow():
                self.slow(change)
            case Errors():
                share = change.share
                if change.call is None:
                    self.both(change, at.CH_ERRORS, [self.station(change.station)], share, 0.0)
                else:
                    self.both(change, at.CH_ERRORS_CALL, self.calls(change.call), share, 0.0)
            case Cut():
                self.counted(change, at.CH_CUT, self.cut(change))
            case Hot():
                station = self.station(change.station)
                usual = self.tables.network.stations[change.station].hottest
                off = -1.0 if usual is None else one(usual)
                self.both(change, at.CH_HOT, [station], change.share, off)
            case Stop():
                rows = [k * at.FLOW for k, flow in enumerate(self.tables.flows)
                        if stops(change.component, flow)]  # fmt: skip
                self.counted(change, at.CH_STOP, rows)
            case Load():
                self.load(change)
            case Detour():
                self.detour(change, self.tables.detours[n])
            case Deploy():
                self.deploy(change)
            case Cold():
                self.cold(change)
            case Disconnect():
                if not self.lost[n]:
                    self.tables.notes.append(
                        f"{change.component}: lost connections are left out: no operation `opens` "
                        "any there, or their `lifetime` is not stated"
                    )

    def station(self, name: str) -> int:
        """The row of a station."""
        if name not in self.tables.rows:
            raise SimulateError(f"{name}: no station has this name")
        return int(self.tables.rows[name])

    def calls(self, call: tuple[str, str]) -> list[int]:
        """Rows of the calls of a pair, from all places."""
        program = self.tables.program
        return [program.pair_row(p) for p in list(program.pairs) if (p.caller, p.target) == call]

    def slow(self, change: Slow) -> None:
        """Factors multiply, and are divided away again."""
        name, factor = change.station, change.factor
        if not 0 < factor < inf:
            raise SimulateError(f"{name}: slower by a factor of {factor}: give one above 0")
        if change.call is not None:
            self.both(change, at.CH_SLOW_CALL, self.calls(change.call), factor, 1 / factor)
        elif name in self.tables.rows:
            self.both(change, at.CH_SLOW, [self.station(name)], factor, 1 / factor)
        else:
            self.both(change, at.CH_SLOW_CALL, self.calls((SLOWED, name)), factor, 1 / factor)

    def cut(self, change: Cut) -> list[int]:
        """Rows of the calls, and of ways to copies, that do not arrive."""
        found: dict[int, None] = {}
        flows = [*self.tables.flows, *self.tables.others]
        for flow in flows:
            for node, _ in expected(flow.root):
                if isinstance(node, Call) and node.target and is_cut(change, node):
                    found[self.tables.program.pair(node)] = None
        program = self.tables.program
        way = way_pair(change.a, change.b)
        if change.places and way in program.pairs:
            found[program.pair_row(way)] = None
        return list(found)

    def down(self, change: Down) -> None:
        """Instances that stand still."""
        self.station(change.station)
        every = range(len(self.tables.members[change.station]))
        which = every if change.instances is None else change.instances
        place, count = self.tables.listed(change.station, which)
        self.row(change.at_s, at.CH_DOWN, [], place=place, count=count)
        self.row(change.until_s, at.CH_UP, [], place=place, count=count)

    def cold(self, change: Cold) -> None:
        """Caches that are emptied; one of which no keys are known stays as it was."""
        rows = [held.row for held in self.tables.holding
                if held.words.component == change.component
                and change.place in ("", held.words.place)]  # fmt: skip
        if not rows:
            self.tables.notes.append(
                f"{change.component}: an emptied cache is left out: how many keys are asked for "
                "is not known; state `popularity` of what it holds"
            )
        self.row(change.at_s, at.CH_COLD, rows)

    def load(self, change: Load) -> None:
        """Factors on the rates of the flows that come by themselves."""
        if not 0 <= change.factor < inf:
            raise SimulateError(f"{change.operation or 'load'}: a factor of {change.factor}")
        rows = [k * at.FLOW for k, flow in enumerate(self.tables.flows)
                if change.operation in (None, flow.operation)
                and not flow.trigger and not flow.join]  # fmt: skip
        factor = max(change.factor, 1e-12)
        self.both(change, at.CH_LOAD, rows, factor, 1 / factor)

    def detour(self, change: Detour, ways: list[int]) -> None:
        """Flows with another first step, and then with their own."""
        ins = self.tables.ins
        back = [ins[ways[k - 1] + at.FL_ENTRY] if k % 2 else w for k, w in enumerate(ways)]
        self.row(change.at_s, at.CH_DETOUR, ways)
        self.row(change.until_s, at.CH_DETOUR, back)

    def deploy(self, change: Deploy) -> None:
        """So many at a time: no new calls, time to finish, then the new version.

        Copies that follow come before the one that leads.
        """
        if change.how == "blue_green":
            return
        for begin, name, which in self.batches(change):
            members = self.tables.members[name]
            place, length = self.tables.listed(name, which)
            if len(set(members)) == len(members):
                self.row(begin, at.CH_UNLIST, [], place=place, count=length)
            self.row(begin + change.drain_s, at.CH_DOWN, [], place=place, count=length)
            self.row(begin + change.drain_s, at.CH_UP, [], place=place, count=length)

    def batches(self, change: Deploy) -> Iterator[tuple[float, str, range]]:
        """Instances that are replaced together: when, at which station, which."""
        for station in sorted(self.tables.stations, key=lambda one: bool(one.followers)):
            if station.component != change.component or not station.queues:
                continue
            members = self.tables.members[station.name]
            each = self.at_once(change, members)
            after = self.tables.members.get(station.followers, ())
            before = len(range(0, len(after), self.at_once(change, after)))
            for n, first in enumerate(range(0, len(members), each), before):
                which = range(first, min(first + each, len(members)))
                yield change.at_s + n * change.drain_s, station.name, which

    def at_once(self, change: Deploy, members: Sequence[int]) -> int:
        """How many instances of a station are replaced at a time."""
        count, whole = change.at_once, len(members)
        if count == inf or change.how == "stop":
            return max(whole, 1)
        return max(int(count * whole if count < 1 else count), 1)


def stops(component: str, flow: Flow) -> bool:
    """Whether a stopped component is the worker of a flow, or what its messages lie in."""
    return bool(flow.trigger or flow.join) and component in (flow.trigger, worker_of(flow))
