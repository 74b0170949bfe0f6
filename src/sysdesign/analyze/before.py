"""What of a network is as it was when it was worked out before, so that it need not be again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from sysdesign.analyze.loads import Load, same_queue
from sysdesign.analyze.outcome import AT_ONCE, Outcome
from sysdesign.analyze.pools import PoolUse
from sysdesign.analyze.traffic import Fate, Held, Traffic
from sysdesign.analyze.trees import Met, met_by
from sysdesign.formulas.recurring import correlation
from sysdesign.network import Node

_ALIKE = 1e-7
_UNSEEN = 1e-3  # of a wait


class Clock(Protocol):
    """Times that were worked out before."""

    loads: Mapping[str, Load]
    traffic: Traffic
    fates: dict[int, Fate]
    pools: dict[str, PoolUse]
    mets: dict[int, Met]

    @property
    def outcomes(self) -> Mapping[tuple[int, bool], Outcome]:
        """Outcomes by the id() of a node."""


class Before:
    """An earlier clock beside the loads of now."""

    def __init__(self, clock: Clock, loads: Mapping[str, Load]) -> None:
        self.clock = clock
        self._now = loads
        self._same: dict[str, bool] = {}

    def met(self, node: Node) -> Met:
        """What a node meets; found once for each clock."""
        known = self.clock.mets
        if id(node) not in known:
            known[id(node)] = met_by(node)
        return known[id(node)]

    def is_same(self, met: Met) -> bool:
        """Whether all stations are as they were, and slots were free."""
        if not all(map(self._is_same, met.visits)):
            return False
        pools = (self.clock.pools.get(name) for name in met.holds)
        return all(p is not None and p.extra is AT_ONCE and p.refused <= 0 for p in pools)

    def pool(self, station: str, holding: Sequence[Held]) -> PoolUse | None:
        """Slots of a station that the same calls hold for as long; None where they do not."""
        known, held = self.clock.pools.get(station), self.clock.traffic.holds.get(station, ())
        if known is None or known.is_bound or len(held) != len(holding):
            return None
        there, here = self.clock.loads[station].station, self._now[station].station
        if not self._is_same(station) or (here is not there and here != there):
            return None
        for one, other in zip(held, holding, strict=True):
            a, b = float(one.rate_per_s), float(other.rate_per_s)
            if one.node is not other.node or abs(a - b) > _ALIKE * (a + b):
                return None
        return known if all(self.is_same(self.met(one.node.inner)) for one in held) else None

    def _is_same(self, station: str) -> bool:
        found = self._same.get(station)
        if found is None:
            one, other = self.clock.loads.get(station), self._now[station]
            found = self._same[station] = one is not None and _are_alike(one, other)
        return found


def _are_alike(one: Load, other: Load) -> bool:
    """Whether calls take as long and fare as well at a station under two loads."""
    if one is other:
        return True
    if not one.queues and not other.queues:
        return one.refused == other.refused and one.stretch == other.stretch
    if one.station is not other.station and one.station != other.station:
        return False
    if one.shape != other.shape or one.spaced != other.spaced:
        return False
    pairs = (
        (one.arrival_per_s, other.arrival_per_s), (one.accepted_per_s, other.accepted_per_s),
        (one.arrival_scv, other.arrival_scv), (one.together, other.together),
        (one.work_s, other.work_s), (one.stretch, other.stretch),
        (one.instances, other.instances), (one.hottest, other.hottest),
        (one.again, other.again),
    )  # fmt: skip
    return all(abs(a - b) <= _ALIKE * (a + b) for a, b in pairs) and _meet_alike(one, other)


def _meet_alike(one: Load, other: Load) -> bool:
    """Whether calls that come again meet the queue that they met before as often."""
    if abs(one.apart_s - other.apart_s) <= _ALIKE * (one.apart_s + other.apart_s):
        return True
    share = 1 - 1 / max(one.again, 1.0)
    seconds, _ = same_queue(one)
    meet = (correlation(load.apart_s / seconds) for load in (one, other))
    return share * abs(next(meet) - next(meet)) <= _UNSEEN
