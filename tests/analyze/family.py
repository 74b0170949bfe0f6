"""Random networks made of all that a network can hold: the same one for the same name, for ever."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sysdesign.network import (
    Attempts,
    Branch,
    Call,
    Choice,
    Delay,
    Flow,
    Hedge,
    Hold,
    Network,
    Node,
    Nothing,
    Parallel,
    Policy,
    Repeat,
    Retry,
    Send,
    Sequence,
    Spread,
    Station,
    Visit,
    expected,
)

LAWS: tuple[dict[str, Any], ...] = (
    {"family": "exponential"},
    {"family": "exponential"},
    {"family": "constant"},
    {"family": "gamma", "scv": 0.5},
    {"family": "lognormal", "scv": 0.5},
    {"family": "lognormal", "scv": 2.0},
    {"family": "lognormal", "scv": 4.0},
    {"scv": 2.0},
    {"scv": 4.0},
    {"scv": 9.0},
    {"p99_over_mean": 3.0},
    {"p99_over_mean": 8.0},
    {"family": "uniform", "scv": 0.2},
)
LOADS = (0.3, 0.5, 0.6, 0.7, 0.8, 0.8, 0.9, 0.95)
_CALM = LAWS[:6] + LAWS[7:8] + LAWS[10:11]


def loaded(network: Network, loads: Mapping[str, float]) -> Network:
    """The same network with all work scaled so that stations are so busy, by first attempts.

    Timeouts and pauses, given in times of the work below a call, become seconds.
    """
    asked = dict.fromkeys(network.stations, 0.0)
    for flow in network.flows:
        for node, count in expected(flow.root):
            if isinstance(node, Visit):
                work = float(node.work.mean_s * node.items)
                asked[node.station] += flow.rate_per_s * count * work
    factors = {}
    for name, station in network.stations.items():
        hottest = max(1 / station.shards, station.hottest or 0.0)
        busy = asked[name] * hottest / (station.servers * station.instances)
        factors[name] = loads[name] / busy if busy > 0 else 1.0
    flows = [replace(flow, root=_scaled(flow.root, factors)) for flow in network.flows]
    return Network(network.stations, tuple(flows))


def _scaled(node: Node, factors: Mapping[str, float]) -> Node:
    match node:
        case Visit():
            return replace(node, work=_times(node.work, factors[node.station]))
        case Sequence() | Parallel():
            return replace(node, parts=tuple(_scaled(part, factors) for part in node.parts))
        case Choice():
            ways = tuple(Branch(b.share, _scaled(b.inner, factors)) for b in node.branches)
            return replace(node, branches=ways)
        case Call():
            inner = _scaled(node.inner, factors)
            return replace(node, inner=inner, guard=_in_seconds(node.guard, _work(inner)))
        case Hold() | Repeat() | Send():
            return replace(node, inner=_scaled(node.inner, factors))
    return node


def _times(spread: Spread, factor: float) -> Spread:
    return replace(spread, mean_s=float(f"{spread.mean_s * factor:.9g}"))


def _work(node: Node) -> float:
    """Seconds of work and pauses below a node, for each call."""
    total = 0.0
    for one, count in expected(node):
        if isinstance(one, Visit):
            total += count * one.work.mean_s * one.items
        elif isinstance(one, Delay):
            total += count * one.spread.mean_s
    return total


def _in_seconds(guard: Attempts, unit_s: float) -> Attempts:
    def seconds(times: float | None) -> float | None:
        return None if times is None else float(f"{times * unit_s:.9g}")

    retry, hedge = guard.retry, guard.hedge
    return replace(
        guard,
        timeout_s=seconds(guard.timeout_s),
        deadline_s=seconds(guard.deadline_s),
        retry=retry and replace(retry, backoff_s=seconds(retry.backoff_s)),
        hedge=hedge and replace(hedge, after_s=seconds(hedge.after_s)),
    )


def drawn_network(name: str) -> Network:
    """A random network, by its name."""
    return _Maker(random.Random(name)).network()


class _Maker:
    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.calm = dice.random() < 0.4  # what ordinary designs look like
        self.laws: dict[str, dict[str, Any]] = {}
        self.names: list[str] = []
        self.pool = ""

    def network(self) -> Network:
        dice = self.dice
        self.names = list("abcd"[: dice.randint(1, 4)])
        stations = {name: self.station(name) for name in self.names}
        loads = {name: min(dice.choice(LOADS), 0.8 if self.calm else 1.0) for name in self.names}
        if not self.calm and dice.random() < 0.25:
            self.pool = dice.choice(self.names)
        flows = []
        for operation in ("look", "buy", "list")[: dice.randint(1, 2 if self.calm else 3)]:
            root: Node = Sequence(tuple(self.part(2) for _ in range(dice.randint(1, 4))))
            if not _visits(root):
                root = Sequence((self.visit(), root))
            if self.pool:
                root = Hold(self.pool, Sequence((self.visit(self.pool), root)))
            flows.append(Flow(operation, "", dice.choice([0.3, 1.0, 1.0, 3.0]), root))
        made = loaded(Network(stations, tuple(flows)), loads)
        return self.with_slots(made) if self.pool else made

    def with_slots(self, made: Network) -> Network:
        """As many slots as make a pool 40 to 85% used by work alone, waits not counted."""
        busy = sum(flow.rate_per_s * _work(flow.root) for flow in made.flows)
        station = made.stations[self.pool]
        used = self.dice.choice([0.4, 0.6, 0.75, 0.85])
        slots = max(round(busy / used / station.instances), int(station.servers), 1)
        stations = {**made.stations, self.pool: replace(station, slots=float(slots), shards=1.0)}
        return Network(stations, made.flows)

    def station(self, name: str) -> Station:
        dice = self.dice
        self.laws[name] = dice.choice(_CALM if self.calm else LAWS)
        servers = dice.choice([4.0, 8.0, 16.0] if self.calm else [1.0, 2.0, 4.0, 8.0, 16.0])
        plain = Station(name, name, servers=servers)
        kind = dice.random()
        if kind < 0.2:
            policy = dice.choice(list(Policy)[1:])
            return replace(plain, instances=dice.choice([2.0, 3.0, 5.0, 10.0]), policy=policy)
        if kind < 0.3:
            return replace(plain, shards=4.0, hottest=dice.choice([None, 0.3, 0.45]))
        if kind < 0.38 and not self.calm:
            return replace(plain, waiting=dice.choice([0.0, 2.0, 10.0, 50.0]))
        if kind < 0.42 and not self.calm:
            return replace(plain, order="ps")
        return plain

    def visit(self, name: str = "") -> Visit:
        name = name or self.dice.choice(self.names)
        mean = self.dice.choice([0.5, 1.0, 1.0, 2.0]) if self.dice.random() < 0.3 else 1.0
        return Visit(name, Spread(mean, **self.laws[name]))

    def part(self, depth: int) -> Node:
        dice = self.dice
        kind = dice.random()
        if depth == 0 or kind < 0.5:
            return self.visit()
        if kind < 0.57:
            return Delay(Spread(dice.choice([0.05, 0.3]), **dice.choice(LAWS[:6])))
        if kind < 0.68:
            count = dice.choice([2, 2, 3, 5])
            wait = dice.choice([None, None, max(count - 1, 1), 1])
            return Parallel(tuple(self.part(depth - 1) for _ in range(count)), wait)
        if kind < 0.78:
            share = dice.choice([0.05, 0.2, 0.5])
            other = self.part(depth - 1) if dice.random() < 0.3 else Nothing()
            return Choice((Branch(share, self.part(depth - 1)), Branch(1 - share, other)), "miss")
        if kind < 0.86:
            times = dice.choice([2.0, 3.0, 5.0, 1.5])
            return Repeat(self.part(0), times, dice.choice([1.0, 1.0, 2.0, times]))
        if kind < 0.9:
            return Send(self.part(depth - 1))
        return Call("", "x", self.part(depth - 1), self.guard())

    def guard(self) -> Attempts:
        dice = self.dice
        if dice.random() < 0.2:
            return Attempts(hedge=Hedge(after_s=dice.choice([2.0, 4.0, 8.0])))
        retry = dice.choice([None, Retry(1), Retry(2, backoff_s=1.0, jitter=True)])
        timeout = dice.choice([4.0, 8.0, 15.0])
        return Attempts(timeout_s=timeout, retry=retry, optional=dice.random() < 0.3)


def _visits(root: Node) -> bool:
    return any(isinstance(node, Visit) for node, _ in expected(root))
