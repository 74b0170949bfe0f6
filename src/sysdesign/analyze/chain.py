"""From the call of one operation to the end of another, through the messages between them."""

from __future__ import annotations

from collections.abc import Sequence

from sysdesign.analyze.doubts import all_station_doubts, flow_doubts
from sysdesign.analyze.outcome import Outcome, by_chance, in_turn
from sysdesign.analyze.result import NO_TIMES, Analysis, ChainResult, Doubt, times_of
from sysdesign.analyze.solve import Settled
from sysdesign.analyze.times import Clock
from sysdesign.network import Call, Choice, Flow, Hold, Node, Parallel, Repeat, Send
from sysdesign.network import Sequence as InOrder
from sysdesign.network.turns import without_turn


def chain(analysis: Analysis, first: str, last: str) -> ChainResult:
    """Time from the call of `first` until `last`, which its messages set off, has ended.

    It is made of the time until the message is handed over, the wait for a consumer, and the time
    of what the consumer does, for every operation on the way.

    Raises: ValueError if no message leads from the one to the other.
    """
    return chain_of(analysis.state, first, last)


def chain_of(state: Settled, first: str, last: str) -> ChainResult:
    """The same, read from a settled state."""
    way = way_of(state.flows, first, last)
    known = all_station_doubts(state.clock)
    pieces: list[Outcome] = []
    doubts: list[Doubt] = []
    for i, name in enumerate(way):
        flows = [flow for flow in state.flows if flow.operation == name]
        after = [flow.trigger for flow in state.flows if flow.operation in way[i + 1 : i + 2]]
        target = after[0] if after else ""
        outcomes = [_piece(flow, target, state.clock, waits=i > 0) for flow in flows]
        rates = [max(float(flow.rate_per_s), 1e-300) for flow in flows]
        pieces.append(by_chance([rate / sum(rates) for rate in rates], outcomes))
        doubts += [doubt for flow in flows for doubt in flow_doubts(flow, state.clock, known)]
        if any(flow.join for flow in flows):
            doubts.append(Doubt(name, "it waits until all messages of a call have come"))
    whole = in_turn(pieces)
    times = times_of(whole.answered) if whole.share > 0 else NO_TIMES
    return ChainResult(tuple(way), times, tuple(dict.fromkeys(doubts)))


def way_of(flows: Sequence[Flow], first: str, last: str) -> list[str]:
    """Operations from one to the other, each set off by the one before; the shortest way."""
    senders = {flow.operation: flow.from_operations for flow in flows}
    ways, seen = [[last]], {last}
    while ways:
        way = ways.pop(0)
        if way[0] == first and len(way) > 1:
            return way
        for sender in senders.get(way[0], ()):
            if sender not in seen or sender == first:
                seen.add(sender)
                ways.append([sender, *way])
    known = ", ".join(name for name, some in senders.items() if first in some)
    reaches = f"it sets off {known}" if known else "it sets off nothing"
    raise ValueError(f"no message leads from {first} to {last}: {reaches}")


def _piece(flow: Flow, target: str, clock: Clock, *, waits: bool) -> Outcome:
    """Time of a flow, until it hands a message over to the target if there is one."""
    root = flow.root if waits else without_turn(flow.root)
    reached = until(root, target, clock) if target else None
    return clock.of(root) if reached is None else reached


def until(node: Node, target: str, clock: Clock) -> Outcome | None:
    """Time until the call of a target has ended; None where it is not called."""
    match node:
        case Call() if node.target == target and not node.do.startswith("read"):
            return clock.of(node)
        case Call() | Send() | Repeat():
            return until(node.inner, target, clock)
        case Hold():
            inner = until(node.inner, target, clock)
            if inner is None:
                return None
            extra = clock.pool(node.station).extra
            component = clock.loads[node.station].station.component
            return in_turn([Outcome(extra, parts={component: float(extra.mean_s)}), inner])
        case InOrder():
            for i, part in enumerate(node.parts):
                found = until(part, target, clock)
                if found is not None:
                    return in_turn([*(clock.of(before) for before in node.parts[:i]), found])
        case Parallel():
            ways = (until(part, target, clock) for part in node.parts)
            return next((way for way in ways if way is not None), None)
        case Choice():
            tried = [(float(b.share), until(b.inner, target, clock)) for b in node.branches]
            some = [(share, way) for share, way in tried if way is not None and share > 0]
            whole = sum(share for share, _ in some)
            if whole > 0:
                return by_chance([share / whole for share, _ in some], [way for _, way in some])
    return None
