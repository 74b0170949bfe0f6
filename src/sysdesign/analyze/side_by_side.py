"""Joins of calls that come to one queue together: they share its wait, and wait for each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import NamedTuple

from sysdesign.analyze.bunches import Bunches
from sysdesign.analyze.loads import Load, Queue, queue_of, same_queue, waiting_most
from sysdesign.analyze.outcome import Join, Outcome, remembered, without
from sysdesign.analyze.waiting import steps_of, waited_law
from sysdesign.analyze.waits import Waits
from sysdesign.formulas.batches import (
    MOST_SERVERS,
    BatchJoin,
    Part,
    ahead_of_batch,
    join_batch,
    join_in_order,
    wait_of_first,
)
from sysdesign.formulas.bursts import wait_in_bursts
from sysdesign.formulas.delays import Delay, mixture, series
from sysdesign.formulas.in_step import InStep
from sysdesign.formulas.tails import Tail, joined, tail_of
from sysdesign.network import Node, Policy, Send
from sysdesign.records import cached_property

_SIDE_BY_SIDE = 1 + 1e-9
_UNFELT = 2e-3  # of the work: it does not matter with whom so short a wait is shared


class _Beginning(NamedTuple):
    """A part of a join: the station that it meets first, with how many calls, and what follows."""

    station: str
    calls: int
    answered: Delay
    waits: Waits
    rest: Delay


class SideBySide:
    """Joins at the loads of some stations; each node is looked at once and has to stay.

    `wait` tells the wait of a call at a station, on average over all of them.
    """

    def __init__(self, loads: Mapping[str, Load], wait: Callable[[str], Delay]) -> None:
        self._loads = loads
        self._wait = wait
        self._bunches = Bunches()
        self._known: dict[int, _Beginning | None] = {}
        self._batches: dict[str, _Batch | None] = {}
        self._singles: dict[str, _Batch | None] = {}
        self._lefts: dict[int, Mapping[str, float]] = {}

    def first_wait(self, station: str) -> Delay:
        """Wait of a call that comes by itself, or before the others of its batch."""
        batch = self._batch(station)
        return batch.first_wait if batch else self._wait(station)

    def again(
        self, before: Sequence[Node], ended: Outcome, node: Node, outcome: Outcome
    ) -> Join | None:
        """A part that meets work of the same call; None where it does not.

        What was sent just `before` it begins together with it; what a quorum before that did not
        wait for may still run; and the longer the part that has just `ended` stayed at the same
        station, the more calls of others came meanwhile.
        """
        one = self._beginning(node, outcome)
        batch = self._batch_or_single(one.station) if one else None
        if one is None or batch is None:
            return None
        met = 0.0
        for part in before:
            found = self._bunches.of(part).met if isinstance(part, Send) else self._left(part)
            met += found.get(one.station, 0.0)
        longer = 1.0
        if one.station in ended.waits and batch.abreast > _SIDE_BY_SIDE:
            longer = batch.after(float(ended.answered.mean_s))
        return batch.behind(one, met, longer) if met > 0 or longer != 1 else None

    def _left(self, node: Node) -> Mapping[str, float]:
        if id(node) not in self._lefts:
            self._lefts[id(node)] = self._bunches.left(node)
        return self._lefts[id(node)]

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
            return self._one_and_others(groups, alone, needed)
        if len(groups) == 1 and not alone:
            ((station, batch),) = shared.items()
            return batch.join(groups[station], needed)
        if 1 < needed < len(nodes):
            return Join(self._so_many(groups, alone, needed))
        found = {
            s: b.join(groups[s], len(groups[s]) if needed > 1 else 1) for s, b in shared.items()
        }
        alone += [one.answered for s, some in groups.items() if s not in shared for one in some]
        answered = _of_all([*alone, *(join.answered for join in found.values())], needed)
        if len(found) > 1:
            return Join(answered)
        ((join,),) = (found.values(),)
        return _told_apart(join, alone, answered, needed)

    def _one_and_others(
        self, groups: Mapping[str, Sequence[_Beginning]], alone: Sequence[Delay], needed: int
    ) -> Join | None:
        """The join of one part that waits with others that do not, so that its wait is told."""
        if len(groups) != 1 or not alone or needed not in (1, len(alone) + 1):
            return None
        ((one, *more),) = groups.values()
        if more or self._batch(one.station) is None:
            return None
        answered = _of_all([one.answered, *alone], needed)
        join = Join(one.answered, {one.station: one.waits._replace(times=1)}, one.rest)
        return _told_apart(join, alone, answered, needed)

    def _so_many(
        self, groups: Mapping[str, Sequence[_Beginning]], alone: Sequence[Delay], needed: int
    ) -> Delay:
        """The first so many of all, some of them at one queue and some at others."""
        ordered = [[one] for one in alone]
        for station, some in groups.items():
            batch = self._batch(station)
            if batch is None or len(some) < 2:
                ordered += [[one.answered] for one in some]
            else:
                ordered.append([batch.join(some, n).answered for n in range(1, len(some) + 1)])
        return join_in_order(ordered, needed)

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
        rest = without(outcome, [station])
        if waits.times > 1:
            rest = series([rest, waits.without_first.delay])
        if rest is not outcome.without_waits:
            rest = remembered(rest)
        return _Beginning(station, int(calls), outcome.answered, waits, rest)

    def _batch_or_single(self, station: str) -> _Batch | None:
        if station not in self._singles:
            single = _batch_at(self._loads[station], self._wait, 1.0)
            self._singles[station] = self._batch(station) or single
        return self._singles[station]

    def _batch(self, station: str) -> _Batch | None:
        if station not in self._batches:
            self._batches[station] = _batch_at(self._loads[station], self._wait)
        return self._batches[station]


def _of_all(delays: Sequence[Delay], needed: int) -> Delay:
    """The last of all, or the first where one is enough."""
    return joined(delays, len(delays) if needed > 1 else 1)[0].delay


def _told_apart(join: Join, others: Sequence[Delay], answered: Delay, needed: int) -> Join:
    """A join with others too: its wait is told apart as if it always counted."""
    if join.rest is None:
        return Join(answered)
    waited = sum(float(one.wait.mean_s) for one in join.waits.values())
    rest = _of_all([join.rest, *others], needed)
    left = float(answered.mean_s) - waited
    if not rest.shift_s <= left < inf:
        return Join(answered)
    return Join(answered, join.waits, rest._replace(mean_s=left))


class _Batch:
    """A queue that calls come to together."""

    def __init__(
        self, load: Load, queue: Queue, abreast: float, wait: Callable[[str], Delay]
    ) -> None:
        self.load = load
        self.queue = queue
        self.abreast = abreast
        offered = queue.arrival_per_s * queue.service_s
        self.ahead = ahead_of_batch(offered, queue.servers, queue.together)
        self.law = waited_law(load.shape, queue.servers)
        self.steps = steps_of(load)
        self._wait = wait
        self._known: dict[tuple[object, ...], BatchJoin] = {}
        self._tails: dict[int, tuple[Delay, Tail]] = {}

    @cached_property
    def first_s(self) -> float:
        """Mean wait of the first of a batch, in seconds."""
        mean = float(self._wait(self.load.station.name).mean_s)
        return max(mean - self.behind_own_s, 0.0)

    @property
    def wait_s(self) -> float:
        """Mean wait of a call of a batch, in seconds."""
        return self.first_s + self.behind_own_s

    @cached_property
    def first_wait(self) -> Delay:
        """Wait of the first of a batch."""
        if self.steps:
            return self.steps.wait(0)
        _, _, _, servers, service = self.queue
        return wait_of_first(self.ahead, service, servers, self.first_s, self.law)

    def after(self, stayed_s: float) -> float:
        """Wait, over that of any call, of one that has just stayed here for so long.

        Where calls end in the order in which they came, it finds those that came meanwhile.
        For exponential work it finds what any call finds, as in a product form; between them it is
        taken to be straight in the scv.
        """
        usual = float(self._wait(self.load.station.name).mean_s) + self.load.work_s
        regular = min(max(1 - self.load.shape.scv, 0.0), 1.0)
        return max(1 + regular * (stayed_s / usual - 1), 0.0)

    def behind(self, one: _Beginning, before: float, longer: float) -> Join:
        """A part with so many calls of its own before it, on average, whose wait is `longer`."""
        place = 1 + before
        before = self._at_one_queue(place) - 1
        low = int(before + 1e-9)
        found = [self._joined([one], 1, place, longer) for place in (low, low + 1)]
        if before - low < 1e-9:
            return self._told([one], found[0])
        shares = [1 - before + low, before - low]
        whole, rest = (mixture(shares, [f[i] for f in found]) for i in (0, 1))
        return self._told([one], BatchJoin(whole, rest, found[0].wait))

    @cached_property
    def behind_own_s(self) -> float:
        """What a call waits for others of its own batch, on average, in seconds."""
        arrival, _, _, servers, service = self.queue
        ahead = ahead_of_batch(arrival * service, servers, self.abreast)
        each = wait_in_bursts(arrival * service, 1.0, servers, self.abreast).mean_s
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
        if high * self.wait_s <= _UNFELT * self.queue.service_s:
            return Join(delays[0])
        return Join(mixture([1 - high, high], [*delays, self._in_groups(some, low + 1, needed)]))

    def _at_one_queue(self, calls: float) -> float:
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
        if needed > 1 and all(delay is delays[0] for delay in delays):
            return self._tail(delays[0]).longest(len(delays)).delay
        return _of_all(delays, needed)

    def _tail(self, delay: Delay) -> Tail:
        """The table of a delay that is asked for with several numbers of others like it."""
        if id(delay) not in self._tails:
            self._tails[id(delay)] = delay, tail_of(delay)  # which stays, and its id() with it
        return self._tails[id(delay)][1]

    def _joined(
        self, some: Sequence[_Beginning], needed: int, place: int = 0, longer: float = 1.0
    ) -> BatchJoin:
        """A join, once for parts that are alike: equal parts of a network are one object."""
        key = (tuple([(id(one.rest), one.calls) for one in some]), needed, place, longer)
        if key not in self._known:
            self._known[key] = self._new(some, needed, place, longer)
        return self._known[key]

    def _new(self, some: Sequence[_Beginning], needed: int, place: int, longer: float) -> BatchJoin:
        if self.steps and place == 0 and longer == 1:
            return self._in_step(self.steps, some, needed)
        parts = []
        for one in some:
            parts.append(Part(one.rest, place))
            place += one.calls
        _, _, _, servers, service = self.queue
        wait_s = self.first_s * longer
        return join_batch(parts, needed, self.ahead, service, servers, wait_s, self.law)

    def _in_step(self, steps: InStep, some: Sequence[_Beginning], needed: int) -> BatchJoin:
        """A join of calls that keep in step: it waits as long as the last that it needs."""
        wait = steps.wait(sum(one.calls for one in some[:needed]) - 1)
        rest = joined([one.rest for one in some], needed)[0].delay
        return BatchJoin(series([wait, rest]), rest, wait)

    def _told(self, some: Sequence[_Beginning], found: BatchJoin) -> Join:
        waits = some[0].waits._replace(wait=found.wait, times=1)
        return Join(found.whole, {some[0].station: waits}, found.rest)


def _batch_at(
    load: Load, wait: Callable[[str], Delay], least: float = _SIDE_BY_SIDE
) -> _Batch | None:
    """None where fewer than so many calls come together to a queue whose length is known.

    Or where these hardly wait.
    """
    if load.abreast < least or waiting_most(load.station) is not None:
        return None
    policy = load.station.policy
    if policy is Policy.POWER_OF_TWO:
        if load.instances > 2:
            return None
        load = replace(load, station=replace(load.station, policy=Policy.LEAST_CONNECTIONS))
    queue = queue_of(load, load.hottest)
    abreast = queue_of(replace(load, together=load.abreast), load.hottest).together
    offered = queue.arrival_per_s * queue.service_s
    if abreast < least or queue.servers > MOST_SERVERS or not 0 < offered < queue.servers:
        return None
    batch = _Batch(load, queue, abreast, wait)
    return batch if batch.wait_s > _UNFELT * queue.service_s else None
