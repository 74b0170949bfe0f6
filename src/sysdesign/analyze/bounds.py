"""How long a call takes at most, quickly: enough to know that slots are far from taken."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Protocol

from sysdesign.analyze.loads import Load, shape_of
from sysdesign.analyze.waiting import slowed
from sysdesign.formulas.delays import Delay
from sysdesign.network import (
    Attempts,
    Call,
    Choice,
    Hold,
    Node,
    Parallel,
    Repeat,
    Sequence,
    Visit,
)
from sysdesign.network import (
    Delay as Pause,
)


class Waits(Protocol):
    """What is known of stations and their slots."""

    loads: Mapping[str, Load]

    def wait(self, station: str) -> Delay:
        """Wait of a call at a station."""

    def slot_wait_s(self, station: str) -> float:
        """Mean wait for a slot of a station, inf where some are refused."""


class Longest:
    """Bounds on the mean seconds until calls of nodes end, answered or not.

    Parts at the same time count as if one came after the other. A call is tried again at most as
    often as Markov's inequality allows it to fail; where something refuses calls no bound is told.
    """

    def __init__(self, waits: Waits) -> None:
        self._waits = waits
        self._known: dict[int, float] = {}
        self._refuses = any(load.refused > 0 for load in waits.loads.values())

    def of(self, node: Node) -> float:
        """Mean seconds of a node at most; inf where nothing is known."""
        found = self._known.get(id(node))
        if found is None:
            found = self._known[id(node)] = inf if self._refuses else self._of(node)
        return found

    def _of(self, node: Node) -> float:
        match node:
            case Visit():
                load = self._waits.loads[node.station]
                work = float(node.work.mean_s) * float(node.items) * load.stretch * slowed(load)
                shape_of(node.work, float(node.items))  # there has to be such a law
                return work + float(self._waits.wait(node.station).mean_s)
            case Sequence() | Parallel():
                return sum([self.of(part) for part in node.parts])
            case Choice():
                if node.why == "fallback":
                    return sum([self.of(branch.inner) for branch in node.branches])
                return sum([max(float(b.share), 0.0) * self.of(b.inner) for b in node.branches])
            case Repeat():
                return float(node.times) * self.of(node.inner)
            case Call():
                return _guarded(self.of(node.inner), node.guard)
            case Hold():
                return self._waits.slot_wait_s(node.station) + self.of(node.inner)
            case Pause():
                return float(node.spread.mean_s)
        return 0.0


def _guarded(inner_s: float, guard: Attempts) -> float:
    """Of all attempts, with the pauses between; each is given up at its time limit."""
    limit = min((float(t) for t in (guard.timeout_s, guard.deadline_s) if t is not None),
                default=inf)  # fmt: skip
    each = min(inner_s, limit)
    if guard.retry is None or limit == inf:
        return each
    chance = min(inner_s / limit, 1.0) if limit > 0 else 1.0
    whole, weight, pause = 0.0, 1.0, float(guard.retry.backoff_s)
    for _ in range(guard.retry.count + 1):
        whole += weight * each
        weight *= chance
        whole += weight * pause
        pause *= guard.retry.growth
        if weight <= 0:
            break
    return whole
