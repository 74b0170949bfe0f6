"""What parts of a flow are about: who is called, what may fail, which stations they go to."""

from __future__ import annotations

from collections.abc import Iterator

from sysdesign.network import (
    Attempts,
    Call,
    Choice,
    Delay,
    Hold,
    Node,
    Nothing,
    Parallel,
    Repeat,
    Retry,
    Sequence,
    Visit,
    below,
)
from sysdesign.network.scenario import Cut
from sysdesign.simulate.kernel import layout as at


def is_bare(guard: Attempts) -> bool:
    """Whether a guard can do nothing: such a call costs no more than its inside."""
    return (
        guard.timeout_s is None and guard.deadline_s is None and guard.retry is None
        and guard.hedge is None and guard.breaker is None
    )  # fmt: skip


def when(retry: Retry) -> int:
    """Bits of the failures that are repeated; an open breaker is not."""
    bits = {"error": at.WHY_ERROR, "refused": at.WHY_REFUSED, "timeout": at.WHY_TIMEOUT}
    return sum(1 << bits[word] for word in retry.when or bits)


def is_cut(cut: Cut, call: Call) -> bool:
    """Whether a way that is cut lies between caller and target."""
    if cut.places and not cut.a:
        return cut.b == call.place != call.from_place
    if cut.places:
        return {cut.a, cut.b} == {call.from_place, call.place}
    return cut.a in (call.caller, "any") and cut.b in (call.target, "any")


def misses(node: Node) -> frozenset[str]:
    """The component whose call before this part of a sequence may fail: a miss, then."""
    inner = node.inner if isinstance(node, Repeat) else node
    if isinstance(inner, Choice) and inner.why == "miss" and inner.instead:
        return frozenset((inner.component,))
    return frozenset()


def asks(node: Node) -> frozenset[str]:
    """The component that a part of a sequence calls."""
    inner = node.inner if isinstance(node, Repeat) else node
    if isinstance(inner, Call):
        return frozenset((inner.target,))
    if isinstance(inner, Choice) and inner.why == "place":
        return frozenset((inner.component,))
    return frozenset()


def own_miss(node: Node, target: str) -> Node | None:
    """What a call of a cache that passes calls on does on a miss, where it can do without it."""
    match node:
        case Choice(why="miss", instead=True) if node.component == target:
            return node.branches[0].inner
        case Sequence():
            found = (own_miss(part, target) for part in node.parts)
            return next((inner for inner in found if inner is not None), None)
        case Hold():
            return own_miss(node.inner, target)
    return None


def way_of(call: Call) -> Node:
    """The network time of a call: what its inner part begins with."""
    first = call.inner.parts[0] if isinstance(call.inner, Sequence) else call.inner
    return first if isinstance(first, Delay) else Nothing()


def stations_of(node: Node) -> Iterator[str]:
    """Stations that a part goes to by itself, not by calls of others."""
    match node:
        case Visit():
            yield node.station
        case Sequence() | Parallel():
            for part in below(node):
                yield from stations_of(part)
        case Choice():
            for branch in node.branches:
                yield from stations_of(branch.inner)
        case Repeat():
            yield from stations_of(node.inner)
        case Hold():
            yield node.station
            yield from stations_of(node.inner)
