"""A slow, obvious simulation of a network: the judge of the formulas. Plain Python, one heap.

A call is followed event by event. `done(ok)` is what happens after a node. Of the package it knows
the words of a network and the parameters of a law of work; no wait, load or time comes from there.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from math import ceil, gamma, inf
from typing import Any

from sysdesign.formulas.fitting import law
from sysdesign.formulas.laws import Constant, Gammas
from sysdesign.formulas.tables import Lognormal, Pareto, Uniform, Weibull
from sysdesign.network import (
    Call,
    Choice,
    Delay,
    Flow,
    Hold,
    Network,
    Node,
    Nothing,
    Parallel,
    Policy,
    Repeat,
    Send,
    Sequence,
    Spread,
    Station,
    Visit,
)

Done = Callable[[bool], None]


@dataclass
class Instance:
    """Servers with a queue of work, slots with a queue of calls."""

    servers: int
    slots: float
    busy: int = 0
    waiting: deque[Any] = field(default_factory=deque)
    held: int = 0
    wanting: deque[Any] = field(default_factory=deque)
    loose: int = 0
    sharing: list[Any] = field(default_factory=list)
    at: float = 0.0
    turn: int = 0

    @property
    def in_hand(self) -> int:
        """Calls here: with a slot, waiting for one, or come without."""
        return self.held + len(self.wanting) + self.loose


class Place:
    """A station: groups of instances."""

    def __init__(self, station: Station) -> None:
        self.station = station
        self.policy = station.policy
        shared = station.policy is Policy.SHARED
        pooled = station.instances if shared else 1.0
        count = 1 if shared else int(station.instances)
        width = int(station.servers * pooled)
        slots = inf if station.slots is None else station.slots * pooled
        self.most = inf if station.waiting is None else station.waiting * pooled
        self.groups = [
            [Instance(width, slots) for _ in range(count)] for _ in range(int(station.shards))
        ]
        self.turn = [0] * len(self.groups)
        self.arrivals = 0
        self.worked_s = 0.0

    def choose(self, dice: random.Random) -> Instance:
        group = 0 if len(self.groups) == 1 else self._group(dice)
        instances = self.groups[group]
        if len(instances) == 1:
            return instances[0]
        if self.policy is Policy.ROUND_ROBIN:
            self.turn[group] = (self.turn[group] + 1) % len(instances)
            return instances[self.turn[group]]
        if self.policy is Policy.LEAST_CONNECTIONS:
            least = min(instance.in_hand for instance in instances)
            return dice.choice([i for i in instances if i.in_hand == least])
        if self.policy is Policy.POWER_OF_TWO:
            return min(dice.sample(instances, 2), key=lambda instance: instance.in_hand)
        return dice.choice(instances)

    def _group(self, dice: random.Random) -> int:
        hottest = self.station.hottest or 1 / len(self.groups)
        return 0 if dice.random() < hottest else dice.randrange(1, len(self.groups))


@dataclass
class Seen:
    """What calls of one operation met."""

    times: list[float] = field(default_factory=list)
    calls: int = 0
    failed: int = 0
    degraded: int = 0


class Oracle:
    """Simulates so many calls in all; the first fifth is not counted."""

    def __init__(self, network: Network, seed: int | str = 1) -> None:
        self.network = network
        self.dice = random.Random(seed)
        self.places = {name: Place(station) for name, station in network.stations.items()}
        self.now = 0.0
        self.heap: list[Any] = []
        self.number = 0
        self.seen: dict[str, Seen] = {name: Seen() for name in network.operations()}
        self.drawers: dict[int, Callable[[], float]] = {}
        self.ways: dict[type[Node], Any] = {
            Nothing: lambda node, call, done: done(True),
            Delay: self.delay,
            Visit: self.visit,
            Sequence: self.sequence,
            Parallel: self.parallel,
            Choice: self.choice,
            Repeat: lambda node, call, done: self.repeat(node, self.count(node), call, done),
            Send: self.send,
            Hold: self.hold,
            Call: self.call,
        }

    def run(self, calls: int, most_events: float = inf) -> dict[str, Seen]:
        """Follow so many calls; what takes more events than `most_events` is given up."""
        rates = [float(flow.rate_per_s) for flow in self.network.flows]
        self.end = calls / sum(rates)
        for flow, rate in zip(self.network.flows, rates, strict=True):
            if rate > 0:
                self.later(self.dice.expovariate(rate), partial(self.arrive, flow, rate))
        last, heap = 3 * self.end, self.heap
        while heap and self.number < most_events:
            self.now, _, action = heapq.heappop(heap)
            if self.now > last:
                break
            action()
        return self.seen

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        self.number += 1
        heapq.heappush(self.heap, (self.now + seconds, self.number, action))

    def arrive(self, flow: Flow, rate: float) -> None:
        if self.now > self.end:
            return
        self.later(self.dice.expovariate(rate), lambda: self.arrive(flow, rate))
        began, seen = self.now, self.seen[flow.operation]
        counted = began > self.end / 5
        call: dict[Any, Any] = {}

        def taken() -> None:
            nonlocal began
            began = self.now

        if flow.trigger:
            call["taken"] = taken

        def done(ok: bool) -> None:
            if counted:
                seen.calls += 1
                seen.failed += not ok
                seen.degraded += ok and bool(call.get("degraded"))
                if ok:
                    seen.times.append(self.now - began)

        self.do(flow.root, call, done)

    # -- nodes -----------------------------------------------------------------------------------

    def do(self, node: Node, call: dict[Any, Any], done: Done) -> None:
        self.ways[type(node)](node, call, done)

    def delay(self, node: Delay, call: dict[Any, Any], done: Done) -> None:
        self.later(self.draw(node.spread), lambda: done(True))

    def send(self, node: Send, call: dict[Any, Any], done: Done) -> None:
        self.do(node.inner, {}, lambda _: None)
        done(True)

    def choice(self, node: Choice, call: dict[Any, Any], done: Done) -> None:
        shares = [branch.share for branch in node.branches]
        if node.why == "fallback":
            missing = call.pop(("missing", node.component), False)
            shares = [float(missing), float(not missing)]
        branch = self.dice.choices(node.branches, shares)[0]
        self.do(branch.inner, call, done)

    def visit(self, node: Visit, call: dict[Any, Any], done: Done) -> None:
        place = self.places[node.station]
        place.arrivals += 1
        work = self.draw(node.work)
        for _ in range(round(node.items) - 1):
            work += self.draw(node.work)
        place.worked_s += work
        if not place.station.queues:
            self.later(work, lambda: done(True))
            return
        instance = call.get(node.station)
        if instance is None:
            instance = place.choose(self.dice)
            instance.loose += 1
            inner = done

            def done(ok: bool) -> None:
                instance.loose -= 1
                inner(ok)

        most = inf if place.station.slots else place.most
        if place.station.order == "ps":
            self.share(instance, work, done)
        elif instance.busy < instance.servers:
            instance.busy += 1
            self.work(instance, work, done, call.pop("taken", None))
        elif len(instance.waiting) < most:
            instance.waiting.append((work, done, call.pop("taken", None)))
        else:
            done(False)

    def work(
        self, instance: Instance, seconds: float, done: Done, taken: Callable[[], None] | None
    ) -> None:
        """A server works; a message counts from here on."""
        if taken is not None:
            taken()

        def ended() -> None:
            if instance.waiting:
                self.work(instance, *instance.waiting.popleft())
            else:
                instance.busy -= 1
            done(True)

        self.later(seconds, ended)

    def share(self, instance: Instance, seconds: float, done: Done) -> None:
        """Join those that share the servers: each gets one, or all get an equal part of them."""
        self.shared_so_far(instance)
        instance.sharing.append([seconds, done])
        self.next_ends(instance)

    def shared_so_far(self, instance: Instance) -> None:
        if instance.sharing:
            done = (self.now - instance.at) * min(1.0, instance.servers / len(instance.sharing))
            for one in instance.sharing:
                one[0] -= done
        instance.at = self.now

    def next_ends(self, instance: Instance) -> None:
        instance.turn += 1  # what was foreseen before is void
        if not instance.sharing:
            return
        turn, next_one = instance.turn, min(instance.sharing, key=lambda one: one[0])

        def ended() -> None:
            if turn == instance.turn:
                self.shared_so_far(instance)
                instance.sharing.remove(next_one)
                self.next_ends(instance)
                next_one[1](True)

        speed = min(1.0, instance.servers / len(instance.sharing))
        self.later(max(next_one[0], 0.0) / speed, ended)

    def hold(self, node: Hold, call: dict[Any, Any], done: Done) -> None:
        place = self.places[node.station]
        instance = place.choose(self.dice)
        mine = {**call, node.station: instance}

        def begin() -> None:
            instance.held += 1
            self.do(node.inner, mine, ended)

        def ended(ok: bool) -> None:
            instance.held -= 1
            if mine.get("degraded"):
                call["degraded"] = True
            if instance.wanting:
                instance.wanting.popleft()()
            done(ok)

        if instance.held < instance.slots:
            begin()
        elif len(instance.wanting) < place.most:
            instance.wanting.append(begin)
        else:
            done(False)

    def sequence(self, node: Sequence, call: dict[Any, Any], done: Done, at: int = 0) -> None:
        if at == len(node.parts):
            done(True)
            return
        self.do(
            node.parts[at],
            call,
            lambda ok: self.sequence(node, call, done, at + 1) if ok else done(False),
        )

    def parallel(self, node: Parallel, call: dict[Any, Any], done: Done) -> None:
        needed = len(node.parts) if node.wait is None else node.wait
        state = {"good": 0, "left": len(node.parts), "over": False}

        def one(ok: bool) -> None:
            state["good"] += ok
            state["left"] -= 1
            if state["over"]:
                return
            if state["good"] >= needed:
                state["over"] = True
                done(True)
            elif state["good"] + state["left"] < needed:
                state["over"] = True
                done(False)

        for part in node.parts:
            self.do(part, call, one)

    def count(self, node: Repeat) -> int:
        times, batch, varies = float(node.times), 1, node.varies
        if node.filled is not None:
            times, batch = float(node.filled.items), round(float(node.filled.batch))
            varies = node.filled.varies
        if varies is not None:
            times *= self.draw(varies)
        return ceil((int(times) + (self.dice.random() < times - int(times))) / batch)

    def repeat(self, node: Repeat, left: int, call: dict[Any, Any], done: Done) -> None:
        if left <= 0:
            done(True)
            return
        width = min(left, max(int(node.at_once), 1))

        def after(ok: bool) -> None:
            if ok:
                self.repeat(node, left - width, call, done)
            else:
                done(False)

        self.parallel(Parallel((node.inner,) * width), call, after)

    def call(self, node: Call, call: dict[Any, Any], done: Done) -> None:
        guard = node.guard
        state = {"over": False}
        began = self.now

        def finish(ok: bool) -> None:
            if state["over"]:
                return
            state["over"] = True
            if not ok:
                call["missing", node.target] = True
                if guard.optional:
                    call["degraded"] = True
            done(ok or guard.optional)

        def attempt(number: int) -> None:
            ended = {"over": False}

            def end(ok: bool) -> None:
                if ended["over"] or state["over"]:
                    return
                ended["over"] = True
                retry = guard.retry
                if ok or retry is None or number >= retry.count:
                    finish(ok)
                    return
                pause = retry.backoff_s * retry.growth**number
                pause *= self.dice.random() if retry.jitter else 1.0
                self.later(pause, lambda: None if state["over"] else attempt(number + 1))

            self.do(node.inner, call, end)
            if guard.timeout_s is not None:
                self.later(guard.timeout_s, lambda: end(False))

            def again() -> None:
                if not ended["over"]:
                    self.do(node.inner, call, end)

            if guard.hedge is not None:
                self.later(float(guard.hedge.after_s or 0.0), again)

        attempt(0)
        if guard.deadline_s is not None:
            self.later(began + guard.deadline_s - self.now, lambda: finish(False))

    # -- laws ------------------------------------------------------------------------------------

    def draw(self, spread: Spread) -> float:
        drawer = self.drawers.get(id(spread))
        if drawer is None:
            drawer = self.drawers[id(spread)] = self.drawer(spread)
        return drawer()

    def drawer(self, spread: Spread) -> Callable[[], float]:
        """What draws the length of a piece of work."""
        shape, mean, dice = _law(spread), float(spread.mean_s), self.dice
        match shape:
            case Constant():
                return lambda: mean
            case Gammas() if len(shape.branches) == 1:
                scv = shape.branches[0].scv
                if scv == 1:
                    return lambda: dice.expovariate(1.0) * mean
                return lambda: mean * scv * dice.gammavariate(1 / scv, 1.0)
            case Gammas():
                shares = [b.share for b in shape.branches]

                def mixed() -> float:
                    one = dice.choices(shape.branches, shares)[0]
                    return mean * one.mean * one.scv * dice.gammavariate(1 / one.scv, 1.0)

                return mixed
            case Lognormal():
                sigma = shape.sigma
                return lambda: mean * dice.lognormvariate(-(sigma**2) / 2, sigma)
            case Uniform():
                half = shape.half_width
                return lambda: mean * dice.uniform(1 - half, 1 + half)
            case Weibull():
                power = shape.power
                return lambda: mean * dice.weibullvariate(1 / gamma(1 + power), 1 / power)
            case Pareto():
                index = shape.index
                return lambda: mean * (1 - 1 / index) * dice.paretovariate(index)
        raise NotImplementedError(shape)


def _law(spread: Spread):
    return law(spread.family or None, spread.scv, spread.p99_over_mean)


def share_below(times: list[float], share: float) -> float:
    """Percentile of a sample."""
    ordered = sorted(times)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
