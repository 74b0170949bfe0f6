"""Connections that are lost in a scenario, and what calls again for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sysdesign.network.scenario import Change, Deploy, Disconnect, Down
from sysdesign.simulate.errors import SimulateError
from sysdesign.simulate.kernel import layout as at
from sysdesign.simulate.laws import one

Lost = tuple[float, int]
"""When connections are lost, and the row that says how many."""


class Dropping:
    """Rows for the connections that each change drops; `tables` is what is being made."""

    def __init__(self, tables: Any) -> None:
        self.tables = tables

    def of(self, change: Change, batches: list[tuple[float, str, int]]) -> list[Lost]:
        """All that a change drops; `batches` are the instances that a deploy takes down."""
        match change:
            case Disconnect():
                if not 0 <= change.share <= 1:
                    raise SimulateError(
                        f"{change.component}: {change.share:g} of the connections: give a share"
                    )
                return list(self.rows(change.component, change.at_s, change.share))
            case Down():
                return list(self.down(change))
            case Deploy():
                return [row for begin, name, count in batches
                        for row in self.instances(begin, name, count)]  # fmt: skip
        return []

    def down(self, change: Down) -> Iterator[Lost]:
        """Instances die with the connections that they hold."""
        members = self.tables.members.get(change.station, ())
        count = len(members) if change.instances is None else len(change.instances)
        yield from self.instances(change.at_s, change.station, count)

    def instances(self, at_s: float, name: str, count: int) -> Iterator[Lost]:
        """So many instances of a station, of all that hold connections of its component."""
        stations = self.tables.network.stations
        if name not in stations:
            return
        component = stations[name].component
        whole = sum(len(self.tables.members[s.name]) for s in stations.values()
                    if s.component == component)  # fmt: skip
        yield from self.rows(component, at_s, min(count / max(whole, 1), 1.0))

    def rows(self, component: str, at_s: float, share: float) -> Iterator[Lost]:
        """A row for each flow that opens connections there."""
        tables = self.tables
        for words in tables.network.connections:
            if words.component != component:
                continue
            for k, flow in enumerate(tables.flows):
                if flow.operation != words.operation:
                    continue
                row = tables.more(at.CONNECTIONS)
                tables.ins[row + at.CN_FLOW] = k * at.FLOW
                tables.ins[row + at.CN_STREAM] = tables.program.stream(f"lost of {component} {k}")
                f = row // 2
                tables.inf[f + at.CNF_LOST] = share * one(flow.rate_per_s) * one(words.lifetime_s)
                tables.inf[f + at.CNF_AFTER] = one(words.after_s)
                tables.inf[f + at.CNF_SPREAD] = one(words.spread_s)
                yield at_s, row
