"""Messages: to which flows calls hand them over, and where they lie until work begins."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Any

from sysdesign.network import Bounds, Call, Flow, Number, expected
from sysdesign.simulate.errors import SimulateError
from sysdesign.simulate.kernel import layout as at
from sysdesign.simulate.laws import one
from sysdesign.simulate.scope import Route

_FULL = {"refuse": at.FULL_REFUSE, "block": at.FULL_BLOCK, "drop_oldest": at.FULL_DROP}
_ALL = 1 + 1e-9

Sharing = tuple[str, str, str]
"""Trigger, origin and group of flows that share messages."""

Sent = tuple[str, str, str]
"""Operation, target and place of calls that hand messages over."""


class Messages:
    """Messages of flows; `tables` is what is being made."""

    def __init__(self, tables: Any) -> None:
        self.tables = tables
        self.sharing: dict[Sharing, list[int]] = {}
        for k, flow in enumerate(tables.flows):
            if flow.trigger and not flow.join:
                key = (flow.trigger, flow.origin, flow.group)
                self.sharing.setdefault(key, []).append(k)

    # -- who gets them ---------------------------------------------------------------------------

    def hands(self) -> dict[Sent, tuple[Route, ...]]:
        """To which flows calls hand messages over."""
        found: dict[Sent, list[Route]] = {}
        for members in self.sharing.values():
            by_call: dict[Sent, dict[int, float]] = {}
            for k in members:
                for key, gain in self.gains(self.tables.flows[k]):
                    by_call.setdefault(key, {})[k] = gain
            for key, gains in by_call.items():
                found.setdefault(key, []).extend(self.routes(gains))
        return {key: tuple(routes) for key, routes in found.items()}

    def gains(self, flow: Flow) -> Iterator[tuple[Sent, float]]:
        """Messages of a flow for each item of the calls that send them."""
        tables = self.tables
        sent = [(f.operation, node, one(count) * one(node.items) * one(f.rate_per_s))
                for f in tables.flows if f.operation in flow.from_operations
                for node, count in expected(f.root)
                if isinstance(node, Call) and hands_over(node, flow)]  # fmt: skip
        whole = sum(rate for _, _, rate in sent)
        if whole <= 0:
            if one(flow.rate_per_s) > 0:
                tables.notes.append(f"{flow.operation}: no call hands it a message")
            return
        for key in dict.fromkeys((op, node.target, node.place) for op, node, _ in sent):
            yield key, one(flow.rate_per_s) / whole

    def routes(self, gains: dict[int, float]) -> Iterator[Route]:
        """One for flows of which each message goes to one; else one for each flow."""
        flows = self.tables.flows
        bounded = any(_refuses(flows[k].bounds) for k in gains)
        whole = sum(gains.values())
        if len(gains) > 1 and 0 < whole <= _ALL:
            shares = tuple(gain / whole for gain in gains.values())
            yield Route(tuple(k * at.FLOW for k in gains), min(whole, 1.0), shares, bounded)
            return
        for k, gain in gains.items():
            yield Route((k * at.FLOW,), gain, bounded=bounded)

    # -- where they lie --------------------------------------------------------------------------

    def boxes(self) -> int:
        """A row for each box whose messages are bounded; their number."""
        count = 0
        for members in self.sharing.values():
            bounds = next((b for k in members if (b := self.tables.flows[k].bounds)), None)
            if bounds is not None:
                row = self.box(self.tables.flows[members[0]].trigger, bounds)
                for k in members:
                    self.tables.ins[k * at.FLOW + at.FL_BOX] = row
                count += 1
        return count

    def box(self, name: str, bounds: Bounds) -> int:
        """A row of a box."""
        tables = self.tables
        row = int(tables.more(at.BOX))
        keep = inf if bounds.keep_s is None else one(bounds.keep_s)
        if not keep > 0:
            raise SimulateError(f"{name}: messages are kept for {keep:g} s: give a time above 0 s")
        tables.ins[row + at.BX_MOST] = _most(name, bounds.most)
        tables.ins[row + at.BX_FULL] = _FULL[bounds.when_full]
        for field in (at.BX_HEAD, at.BX_TAIL, at.BX_FIRST, at.BX_LAST):
            tables.ins[row + field] = -1
        tables.inf[row // 2 + at.BXF_KEEP] = keep
        return row


def _most(name: str, most: Number | None) -> int:
    if most is None or one(most) == inf:
        return at.UNLIMITED
    if not one(most) >= 0:
        raise SimulateError(f"{name}: a backlog of {one(most):g} messages")
    return max(round(one(most)), 1)


def _refuses(bounds: Bounds | None) -> bool:
    return bounds is not None and bounds.most is not None and bounds.when_full != "drop_oldest"


def hands_over(node: Call, flow: Flow) -> bool:
    """Whether the items of a call go to a flow: a write or a send, at its place."""
    here = not node.place or not flow.origin or node.place == flow.origin
    return node.target == flow.trigger and node.do.partition("_")[0] != "read" and here
