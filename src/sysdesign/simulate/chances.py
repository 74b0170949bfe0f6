"""Failures by chance as rows of the kernel: instances and providers, zones, places, ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

from sysdesign.formulas.fitting import law
from sysdesign.network import Failing, Flow, Number, Spread, Station
from sysdesign.network.outages import Outage
from sysdesign.records import dataclass
from sysdesign.simulate.kernel import layout as at
from sysdesign.simulate.laws import one

OUTAGE = Spread(300.0, family="exponential")
"""How long something is away where only its availability is known. Assumption."""

MOST_PLACES = 8
"""Places whose calls go elsewhere: what is done is kept for each set of them."""


@dataclass(frozen=True, slots=True)
class Breaking:
    """A row of what fails by chance: its part, and how often and for how long that fails."""

    row: int
    name: str
    every_s: float
    repair_s: float
    repair_scv: float

    def part(self, state: int) -> str:
        """What is down, in the words of `availability`; all instances at once are another part."""
        kind, _, of = self.name.partition(" ")
        return f"together {of}" if kind == "instance" and state == 2 else self.name

    @property
    def per_s(self) -> float:
        """Failures a second."""
        return 1 / (self.every_s + self.repair_s)

    @property
    def at_first(self) -> float:
        """The chance to fail at a moment that makes up for a repair that is under way there.

        What is left of one is (1 + scv) / 2 of its mean (Cox, Renewal Theory, 1962, 5.3).
        """
        return self.repair_s * self.per_s * (1 + self.repair_scv) / 2


Around = Mapping[frozenset[str], Sequence[Flow]]
"""Flows where places are lost, those that differ from the usual ones."""


class Chances:
    """Writes the rows of what fails by chance; `tables` is what is being made."""

    def __init__(self, tables: Any, outages: Sequence[Outage], around: Around) -> None:
        self.tables = tables
        self.outages = outages
        self.around = around
        self.places = [o.place for o in outages if o.place][:MOST_PLACES]
        self.breaking: list[Breaking] = []
        self.ways: list[int] = []

    # -- calls that go elsewhere -----------------------------------------------------------------

    def detoured(self, entry: Any) -> list[Flow]:
        """Steps of the flows around lost places; `entry` compiles one. Those flows."""
        tables, others = self.tables, []
        found: dict[frozenset[str], dict[int, int]] = {}
        numbers = {(f.operation, f.origin): k for k, f in enumerate(tables.flows)}
        for lost, flows in self.around.items():
            found[lost] = {}
            for flow in flows:
                k = numbers.get((flow.operation, flow.origin))
                if k is not None and lost <= set(self.places):
                    found[lost][k] = entry(k, flow)
                    others.append(flow)
        some = sorted({k for steps in found.values() for k in steps})
        rows = [k * at.FLOW for k in some]
        for mask in range(1 << len(self.places)):
            gone = frozenset(p for n, p in enumerate(self.places) if mask >> n & 1)
            steps = _nearest(found, gone)
            rows += [steps.get(k, tables.ins[k * at.FLOW + at.FL_ENTRY]) for k in some]
        self.ways = [tables.program.list_of(rows), len(some)] if some else []
        return others

    # -- rows ------------------------------------------------------------------------------------

    def rows(self) -> tuple[Breaking, ...]:
        """All rows."""
        for station in self.tables.stations:
            self.station(station)
        for outage in self.outages:
            self.outage(outage)
        return tuple(self.breaking)

    def station(self, station: Station) -> None:
        """Each instance of a station by itself, or with all others."""
        fails = station.fails
        if fails is None:
            return
        count = len(self.tables.members[station.name]) if station.queues else 1
        first, length = self.tables.listed(station.name, range(count))
        part = f"{'instance' if station.queues else 'provider'} {station.name}"
        for k in range(count):
            row = self.row(part, f"{station.name} {k}", fails, fails.together)
            if row < 0:
                return
            self.tables.ins[row + at.B_LIST], self.tables.ins[row + at.B_COUNT] = first, length
            self.tables.ins[row + at.B_INSTANCE] = k

    def outage(self, outage: Outage) -> None:
        """What is down as a whole, and who goes elsewhere then."""
        tables, ins = self.tables, self.tables.ins
        row = self.row(outage.name, outage.name, outage.fails, 1.0)
        if row < 0:
            return
        place, count = tables.listed_all(outage.down)
        ins[row + at.B_LIST], ins[row + at.B_COUNT] = place, count
        cuts = [pair for cut in outage.cuts for pair in tables.cut(cut)]
        ins[row + at.B_CUTS], ins[row + at.B_CUT_COUNT] = tables.program.list_of(cuts), len(cuts)
        if outage.place in self.places and self.ways:
            ins[row + at.B_BIT] = 1 << self.places.index(outage.place)
            ins[row + at.B_FLOWS], ins[row + at.B_FLOW_COUNT] = self.ways
            tables.inf[row // 2 + at.BF_LATE] = outage.failover_s

    def row(self, part: str, name: str, fails: Failing, together: Number) -> int:
        """A row of a part that fails so often, by a stream of that name; -1 where it never does."""
        repair, every = fails.repair, fails.every_s
        if fails.availability is not None:
            share = one(fails.availability)
            if share >= 1:
                return -1
            repair, every = OUTAGE, one(OUTAGE.mean_s) * share / (1 - share)
        if every is None or repair is None or not 0 < one(every) < inf:
            return -1
        tables = self.tables
        row = int(tables.more(at.BREAK))
        tables.ins[row + at.B_LAW] = tables.program.laws.row(repair)
        tables.ins[row + at.B_STREAM] = tables.program.stream(f"failures of {name}")
        tables.inf[row // 2 + at.BF_EVERY] = one(every)
        tables.inf[row // 2 + at.BF_TOGETHER] = one(together)
        scv = law(repair.family or None, repair.scv, repair.p99_over_mean).scv
        self.breaking.append(Breaking(row, part, one(every), one(repair.mean_s), scv))
        return row


def _nearest(
    found: Mapping[frozenset[str], dict[int, int]], lost: frozenset[str]
) -> dict[int, int]:
    """What is known for the most of some lost places."""
    known = [some for some in found if some <= lost]
    return found[max(known, key=len)] if known else {}
