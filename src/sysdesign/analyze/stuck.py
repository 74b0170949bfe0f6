"""Stations that stay down once a burst has brought them down, since every call is made again."""

from __future__ import annotations

from collections.abc import Collection
from math import prod

from sysdesign.analyze.arrivals import busy
from sysdesign.analyze.guards import failing, most_attempts
from sysdesign.analyze.solve import Settled
from sysdesign.analyze.traffic import Fate, at_least, traffic
from sysdesign.analyze.trees import nodes_of
from sysdesign.network import Call, Choice, Hold, Node, Parallel, Repeat, Sequence, Visit

_ROUNDS = 10


def stuck_stations(good: Settled) -> dict[str, float]:
    """Stations that a burst would leave overloaded by retries, in this good state.

    Each with the largest factor on the peak at which it recovers by itself. What waits for a
    station that is down ends at its time limit; so the stations that keep each other down are
    those that are left when all others have come up again.
    Source: Bronson and others, "Metastable failures in distributed systems" (HotOS 2021).
    """
    calls = [node for flow in good.flows for node in nodes_of(flow.root) if isinstance(node, Call)]
    most = {id(node): most_attempts(node.guard) for node in calls
            if node.guard.retry or node.guard.hedge}  # fmt: skip
    if not most:
        return {}
    use = _use(good, {**good.clock.fates, **most})
    down = [name for name in use if good.loads[name].utilisation < 1 <= use[name]]
    for _ in range(_ROUNDS):
        if not down:
            return {}
        told = _Down(down, good)
        for flow in good.flows:
            for node in nodes_of(flow.root):
                if isinstance(node, Call):
                    told.of(node)
        use = _use(good, told.fates)
        still = [name for name in down if use.get(name, 0.0) >= 1]
        if still == down:
            break
        down = still
    return {name: good.factor / use[name] for name in down}


def _use(good: Settled, fates: dict[int, Fate]) -> dict[str, float]:
    loads = busy(good.network.stations, traffic(good.flows, fates))
    return {name: load.utilisation for name, load in loads.items() if load.queues}


class _Down:
    """How calls fare while some stations are down; whoever waits for one waits without end."""

    def __init__(self, down: Collection[str], good: Settled) -> None:
        self.down = down
        self.fates = dict(good.clock.fates)
        self._known: dict[int, tuple[float, float]] = {}

    def of(self, node: Node) -> tuple[float, float]:
        """Shares of its calls that end with an error, and that do not end."""
        found = self._known.get(id(node))
        if found is None:
            found = self._known[id(node)] = self._of(node)
        return found

    def _of(self, node: Node) -> tuple[float, float]:
        match node:
            case Visit():
                return 0.0, float(node.station in self.down)
            case Hold() | Repeat():
                return self.of(node.inner)
            case Sequence():
                return _first([self.of(part) for part in node.parts])
            case Choice():
                ends = [(float(b.share), self.of(b.inner)) for b in node.branches]
                return sum(s * e for s, (e, _) in ends), sum(s * n for s, (_, n) in ends)
            case Parallel() if node.parts:
                ways = [self.of(part) for part in node.parts]
                needed = len(ways) if node.wait is None else node.wait
                ended = at_least(needed, [1 - never for _, never in ways])
                good = at_least(needed, [1 - error - never for error, never in ways])
                return float(ended - good), float(1 - ended)
            case Call():
                return self._call(node)
        return 0.0, 0.0

    def _call(self, node: Call) -> tuple[float, float]:
        error, never = self.of(node.inner)
        if error + never <= 0:
            return 0.0, 0.0
        guard = node.guard
        if guard.timeout_s is not None or guard.deadline_s is not None:
            error, never = error + never, 0.0
        self.fates[id(node)], error = failing(guard, error)
        return error, never


def _first(ways: list[tuple[float, float]]) -> tuple[float, float]:
    """One after the other, until one does not end well."""
    error = never = 0.0
    for place, (failed, endless) in enumerate(ways):
        reached = prod(1 - sum(way) for way in ways[:place])
        error, never = error + reached * failed, never + reached * endless
    return error, never
