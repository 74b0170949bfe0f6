"""A slow, obvious simulation of a network: the judge of the formulas. Plain Python, one heap.

A call is followed event by event. `done(ok)` is what happens after a node.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from math import gamma, inf
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

    @property
    def in_hand(self) -> int:
        return self.busy + len(self.waiting) + self.held + len(self.wanting)


class Place:
    """A station: groups of instances."""

    def __init__(self, station: Station) -> None:
        self.station = station
        shared = station.policy is Policy.SHARED
        count = 1 if shared else int(station.instances)
        width = int(station.servers * (station.instances if shared else 1))
        slots = (
            inf if station.slots is None else station.slots * (station.instances if shared else 1)
        )
        self.groups = [
            [Instance(width, slots) for _ in range(count)] for _ in range(int(station.shards))
        ]
        self.turn = [0] * len(self.groups)
        self.arrivals = 0

    def choose(self, dice: random.Random) -> Instance:
        group = self._group(dice)
        instances = self.groups[group]
        match self.station.policy:
            case Policy.ROUND_ROBIN:
                self.turn[group] = (self.turn[group] + 1) % len(instances)
                return instances[self.turn[group]]
            case Policy.LEAST_CONNECTIONS:
                least = min(instance.in_hand for instance in instances)
                return dice.choice([i for i in instances if i.in_hand == least])
            case Policy.POWER_OF_TWO if len(instances) > 1:
                return min(dice.sample(instances, 2), key=lambda instance: instance.in_hand)
        return dice.choice(instances)

    def _group(self, dice: random.Random) -> int:
        if len(self.groups) == 1:
            return 0
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

    def __init__(self, network: Network, seed: int = 1) -> None:
        self.network = network
        self.dice = random.Random(seed)
        self.places = {name: Place(station) for name, station in network.stations.items()}
        self.now = 0.0
        self.heap: list[Any] = []
        self.number = 0
        self.seen: dict[str, Seen] = {name: Seen() for name in network.operations()}

    def run(self, calls: int) -> dict[str, Seen]:
        rates = [float(flow.rate_per_s) for flow in self.network.flows]
        self.end = calls / sum(rates)
        for flow, rate in zip(self.network.flows, rates, strict=True):
            if rate > 0:
                self.later(self.dice.expovariate(rate), partial(self.arrive, flow, rate))
        while self.heap:
            self.now, _, action = heapq.heappop(self.heap)
            if self.now > 3 * self.end:
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
        match node:
            case Nothing():
                done(True)
            case Delay():
                self.later(self.draw(node.spread), lambda: done(True))
            case Visit():
                self.visit(node, call, done)
            case Sequence():
                self.sequence(node.parts, call, done)
            case Parallel():
                self.parallel(node, call, done)
            case Choice():
                shares = [branch.share for branch in node.branches]
                if node.why == "fallback":
                    missing = call.pop(("missing", node.component), False)
                    shares = [float(missing), float(not missing)]
                branch = self.dice.choices(node.branches, shares)[0]
                self.do(branch.inner, call, done)
            case Repeat():
                self.repeat(node, self.count(node), call, done)
            case Send():
                self.do(node.inner, {}, lambda _: None)
                done(True)
            case Hold():
                self.hold(node, call, done)
            case Call():
                self.call(node, call, done)

    def visit(self, node: Visit, call: dict[Any, Any], done: Done) -> None:
        place = self.places[node.station]
        place.arrivals += 1
        work = sum(self.draw(node.work) for _ in range(max(round(node.items), 1)))
        if not place.station.queues:
            self.later(work, lambda: done(True))
            return
        instance = call.get(node.station) or place.choose(self.dice)
        most = (
            inf if place.station.waiting is None or place.station.slots else place.station.waiting
        )
        if place.station.policy is Policy.SHARED:
            most *= place.station.instances
        if instance.busy < instance.servers:
            instance.busy += 1
            self.work(instance, work, done)
        elif len(instance.waiting) < most:
            instance.waiting.append((work, done))
        else:
            done(False)

    def work(self, instance: Instance, seconds: float, done: Done) -> None:
        def ended() -> None:
            if instance.waiting:
                self.work(instance, *instance.waiting.popleft())
            else:
                instance.busy -= 1
            done(True)

        self.later(seconds, ended)

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

        waiting = place.station.waiting
        if instance.held < instance.slots:
            begin()
        elif waiting is None or len(instance.wanting) < waiting:
            instance.wanting.append(begin)
        else:
            done(False)

    def sequence(self, parts: tuple[Node, ...], call: dict[Any, Any], done: Done) -> None:
        if not parts:
            done(True)
            return
        self.do(
            parts[0], call, lambda ok: self.sequence(parts[1:], call, done) if ok else done(False)
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
        times = float(node.times)
        if node.varies is not None:
            times *= self.draw(node.varies)
        return int(times) + (self.dice.random() < times - int(times))

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
        shape, mean, dice = _law(spread), float(spread.mean_s), self.dice
        match shape:
            case Constant():
                return mean
            case Gammas():
                branch = dice.choices(shape.branches, [b.share for b in shape.branches])[0]
                return mean * branch.mean * branch.scv * dice.gammavariate(1 / branch.scv, 1.0)
            case Lognormal():
                return mean * dice.lognormvariate(-(shape.sigma**2) / 2, shape.sigma)
            case Uniform():
                return mean * dice.uniform(1 - shape.half_width, 1 + shape.half_width)
            case Weibull():
                return mean * dice.weibullvariate(1 / gamma(1 + shape.power), 1 / shape.power)
            case Pareto():
                return mean * (1 - 1 / shape.index) * dice.paretovariate(shape.index)
        raise NotImplementedError(shape)


_laws: dict[Any, Any] = {}


def _law(spread: Spread):
    key = (spread.family, spread.scv, spread.p99_over_mean)
    if key not in _laws:
        _laws[key] = law(spread.family or None, spread.scv, spread.p99_over_mean)
    return _laws[key]


def share_below(times: list[float], share: float) -> float:
    """Percentile of a sample."""
    ordered = sorted(times)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
