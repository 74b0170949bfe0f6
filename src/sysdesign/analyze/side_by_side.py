"""Joins of calls that come to one queue together: they share its wait, and wait for each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from sysdesign.analyze.bunches import Bunches
from sysdesign.analyze.loads import Load, Queue, queue_of, same_queue, waited_law, waiting_most
from sysdesign.analyze.outcome import Join, Outcome, remembered
from sysdesign.analyze.waits import Waits
from sysdesign.formulas.batches import (
    MOST_SERVERS,
    Ahead,
    BatchJoin,
    Part,
    ahead_of_batch,
    join_batch,
)
from sysdesign.formulas.bursts import wait_in_bursts
from sysdesign.formulas.delays import Delay, mixture, series
from sysdesign.formulas.tails import joined
from sysdesign.network import Node, Policy

_SIDE_BY_SIDE = 1 + 1e-9


class _Beginning(NamedTuple):
    """A part of a join: the station that it meets first, with how many calls, and what follows."""

    station: str
    calls: int
    answered: Delay
    waits: Waits
    rest: Delay


class SideBySide:
    """Joins at the loads of some stations; each node is looked at once and has to stay."""

    def __init__(self, loads: Mapping[str, Load]) -> None:
        self._loads = loads
        self._bunches = Bunches()
        self._known: dict[int, _Beginning | None] = {}
        self._batches: dict[str, _Batch | None] = {}

    def join(self, nodes: Sequence[Node], outcomes: Sequence[Outcome], needed: int) -> Join | None:
        """A join of parts, until so many have ended; None where no two of them share a queue."""
        groups: dict[str, list[_Beginning]] = {}
        alone: list[Delay] = []
        for node, outcome in zip(nodes, outcomes, strict=True):
            one = self._beginning(node, outcome)
            if one is None:
                alone.append(outcome.answered)
            else:
                groups.setdefault(one.station, []).append(one)
        shared = {s: b for s, some in groups.items() if len(some) > 1 and (b := self._batch(s))}
        if not shared:
            return None
        if len(groups) == 1 and not alone:
            ((station, batch),) = shared.items()
            return batch.join(groups[station], needed)
        if 1 < needed < len(nodes):
            return None  # some of one queue and some of others: not followed
        for station, some in groups.items():
            if station in shared:
                mine = len(some) if needed > 1 else 1
                alone.append(shared[station].join(some, mine).answered)
            else:
                alone.extend(one.answered for one in some)
        return Join(joined(alone, len(alone) if needed > 1 else 1)[0].delay)

    def _beginning(self, node: Node, outcome: Outcome) -> _Beginning | None:
        if id(node) not in self._known:
            self._known[id(node)] = self._begins(node, outcome)
        return self._known[id(node)]

    def _begins(self, node: Node, outcome: Outcome) -> _Beginning | None:
        if not outcome.waits:
            return None
        met, passes = self._bunches.of(node)
        if len(met) != 1 or passes > 0:
            return None
        ((station, calls),) = met.items()
        waits = outcome.waits.get(station)
        if waits is None or calls != int(calls):
            return None
        later = [one.delay for name, one in outcome.waits.items() if name != station]
        if waits.times > 1:
            later.append(waits.without_first.delay)
        rest = outcome.without_waits
        if later:
            rest = remembered(series([rest, *later]))
        return _Beginning(station, int(calls), outcome.answered, waits, rest)

    def _batch(self, station: str) -> _Batch | None:
        if station not in self._batches:
            self._batches[station] = _batch_at(self._loads[station])
        return self._batches[station]


class _Batch:
    """A queue that calls come to together."""

    def __init__(self, load: Load, queue: Queue, ahead: Ahead) -> None:
        self.load = load
        self.queue = queue
        self.ahead = ahead

    @cached_property
    def behind_own_s(self) -> float:
        """What a call waits for others of its own batch, on average, in seconds."""
        load = replace(self.load, together=self.load.abreast)
        abreast = queue_of(load, load.hottest).together
        arrival, _, _, servers, service = self.queue
        ahead = ahead_of_batch(arrival * service, servers, abreast)
        each = wait_in_bursts(arrival * service, 1.0, servers, abreast).mean_s
        return (each - ahead.mean_departures / servers) * service

    def join(self, some: Sequence[_Beginning], needed: int) -> Join:
        """Parts that begin here, as far as they meet the same of the station's queues."""
        calls = sum(one.calls for one in some)
        width = self._at_one_queue(calls)
        if width >= calls - 1e-9:
            return self._told(some, self._joined(some, needed))
        if 1 < needed < len(some):
            shares = [(width - 1) / (calls - 1), (calls - width) / (calls - 1)]
            together = self._joined(some, needed).whole
            independent = joined([one.answered for one in some], needed)[0].delay
            return Join(mixture(shares, [together, independent]))
        low = int(width + 1e-9)
        high = width - low
        delays = [self._in_groups(some, low, needed)]
        if high <= 1e-9:
            return Join(delays[0])
        return Join(mixture([1 - high, high], [*delays, self._in_groups(some, low + 1, needed)]))

    def _at_one_queue(self, calls: int) -> float:
        """How many of so many calls meet the same queue, on average over them."""
        if self.load.station.policy is Policy.ROUND_ROBIN:
            return queue_of(replace(self.load, together=calls), self.load.hottest).together
        return 1 + (calls - 1) * same_queue(self.load)[1]

    def _in_groups(self, some: Sequence[_Beginning], width: int, needed: int) -> Delay:
        """Groups of so many parts at a queue each; all or the first of them is waited for."""
        if width == 1:
            delays = [one.answered for one in some]
        else:
            groups = [some[i : i + width] for i in range(0, len(some), width)]
            delays = [
                self._joined(few, len(few) if needed > 1 else 1).whole
                if len(few) > 1
                else few[0].answered
                for few in groups
            ]
        return joined(delays, len(delays) if needed > 1 else 1)[0].delay

    def _joined(self, some: Sequence[_Beginning], needed: int) -> BatchJoin:
        parts, place = [], 0
        for one in some:
            parts.append(Part(one.rest, place))
            place += one.calls
        _, _, _, servers, service = self.queue
        first = float(some[0].waits.wait.mean_s) - self.behind_own_s
        law = waited_law(self.load.shape, servers)
        return join_batch(parts, needed, self.ahead, service, servers, first, law)

    def _told(self, some: Sequence[_Beginning], found: BatchJoin) -> Join:
        if self.load.again <= 1:
            return Join(found.whole)
        waits = some[0].waits._replace(wait=found.wait, times=1)
        return Join(found.whole, {some[0].station: waits}, found.rest)


def _batch_at(load: Load) -> _Batch | None:
    """None where calls do not come together to a queue whose length is known."""
    if load.together <= _SIDE_BY_SIDE or waiting_most(load.station) is not None:
        return None
    policy = load.station.policy
    if policy is Policy.POWER_OF_TWO:
        if load.instances > 2:
            return None
        load = replace(load, station=replace(load.station, policy=Policy.LEAST_CONNECTIONS))
    queue = queue_of(load, load.hottest)
    offered = queue.arrival_per_s * queue.service_s
    if queue.servers > MOST_SERVERS or not 0 < offered < queue.servers:
        return None
    return _Batch(load, queue, ahead_of_batch(offered, queue.servers, queue.together))
