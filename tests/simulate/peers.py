"""The four workloads of the benchmark as networks, and as models of SimPy and Ciw.

(a) M/M/1 at 0.8. (b) M/M/4, M/M/8, M/M/2 in a row at 0.5, 0.7, 0.8. (c) 1,000 calls/s in turn over 4
servers of 8 workers (lognormal, mean 10 ms, scv 1); 80% hit a cache that takes 0.5 ms, the others a
database of 16 connections (exponential, 20 ms) with a timeout of 1 s and 2 retries. (d) The same with 3
connections. An attempt that is given up stays in line at the database and is worked on.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from itertools import cycle
from math import log, sqrt
from random import Random
from typing import Any

from sysdesign.network import (
    Attempts,
    Branch,
    Call,
    Choice,
    Delay,
    Network,
    Policy,
    Retry,
    Sequence,
)
from tests.analyze.networks import constant, network, station, visit

ROW = ((4, 2.0), (8, 5.6), (2, 1.6))
"""Servers and mean work of the stations in a row, for one call a second."""


@dataclass
class Peer:
    """What another simulator met after the warm-up."""

    times: list[float] = field(default_factory=list)
    failed: int = 0
    timeouts: int = 0


def workload(which: str) -> Network:
    """A workload as a network."""
    if which == "a":
        return network(station("a"), op=(0.8, visit("a")))
    if which == "b":
        stations = [station(n, servers=float(c)) for n, (c, _) in zip("abc", ROW, strict=True)]
        parts = tuple(visit(n, work) for n, (_, work) in zip("abc", ROW, strict=True))
        return network(*stations, op=(1.0, Sequence(parts)))
    guard = Attempts(timeout_s=1.0, retry=Retry(2))
    miss = Call("app", "db", visit("db", 0.02), guard)
    hit = Delay(constant(0.0005))
    return network(
        station("app", instances=4.0, servers=8.0, policy=Policy.ROUND_ROBIN),
        station("db", servers=16.0 if which == "c" else 3.0),
        op=(
            1000.0,
            Sequence(
                (
                    visit("app", 0.01, family="lognormal", scv=1.0),
                    Choice((Branch(0.2, miss), Branch(0.8, hit)), "miss", "cache"),
                )
            ),
        ),
    )


# -- SimPy ----------------------------------------------------------------------------------------


def simpy_run(which: str, length_s: float, warm_up_s: float, seed: int) -> Peer:
    """A run of SimPy."""
    import simpy

    env, dice, peer = simpy.Environment(), Random(f"simpy {which} {seed}"), Peer()
    end = warm_up_s + length_s
    model = _row(env, dice, which) if which in "ab" else _web(env, dice, which, peer, warm_up_s)
    rate = {"a": 0.8, "b": 1.0}.get(which, 1000.0)

    def one() -> Generator[Any, Any, Any]:
        began = env.now
        well = yield from model()
        if began >= warm_up_s and well:
            peer.times.append(env.now - began)
        elif began >= warm_up_s:
            peer.failed += 1

    def arrivals() -> Generator[Any, Any, Any]:
        while True:
            yield env.timeout(dice.expovariate(rate))
            env.process(one())

    env.process(arrivals())
    env.run(until=end)
    return peer


def _row(env: Any, dice: Random, which: str) -> Any:
    import simpy

    row = ((1, 1.0),) if which == "a" else ROW
    stations = [(simpy.Resource(env, servers), work) for servers, work in row]

    def call() -> Generator[Any, Any, Any]:
        for resource, work in stations:
            with resource.request() as turn:
                yield turn
                yield env.timeout(dice.expovariate(1 / work))
        return True

    return call


def _web(env: Any, dice: Random, which: str, peer: Peer, warm_up_s: float) -> Any:
    import simpy

    apps = cycle([simpy.Resource(env, 8) for _ in range(4)])
    db = simpy.Resource(env, 16 if which == "c" else 3)
    sigma = sqrt(log(2.0))

    def query() -> Generator[Any, Any, Any]:
        with db.request() as turn:
            yield turn
            yield env.timeout(dice.expovariate(1 / 0.02))

    def call() -> Generator[Any, Any, Any]:
        counted = env.now >= warm_up_s
        with next(apps).request() as turn:
            yield turn
            yield env.timeout(0.01 * dice.lognormvariate(-(sigma**2) / 2, sigma))
        if dice.random() < 0.8:
            yield env.timeout(0.0005)
            return True
        for _ in range(3):
            asked = env.process(query())
            yield asked | env.timeout(1.0)
            if asked.processed:
                return True
            peer.timeouts += counted
        return False

    return call


# -- Ciw ------------------------------------------------------------------------------------------


def ciw_run(which: str, length_s: float, warm_up_s: float, seed: int) -> Peer:
    """A run of Ciw; it cannot work on what was given up, so (c) has no timeouts, which never come."""
    import ciw

    ciw.seed(seed)
    simulation = ciw.Simulation(_ciw_network(ciw, which))
    simulation.simulate_until_max_time(warm_up_s + length_s)
    began: dict[int, float] = {}
    ended: dict[int, float] = {}
    left: set[int] = set()
    for record in simulation.get_all_records():
        one = record.id_number
        began[one] = min(began.get(one, record.arrival_date), record.arrival_date)
        ended[one] = max(ended.get(one, 0.0), record.exit_date)
        if record.destination == -1:
            left.add(one)
    return Peer([ended[one] - began[one] for one in left if began[one] >= warm_up_s])


def _ciw_network(ciw: Any, which: str) -> Any:
    law = ciw.dists.Exponential
    if which in "ab":
        row = ((1, 1.0),) if which == "a" else ROW
        none = [None] * (len(row) - 1)
        onward = [[float(j == i + 1) for j in range(len(row))] for i in range(len(row))]
        return ciw.create_network(
            arrival_distributions=[law(0.8 if which == "a" else 1.0), *none],
            service_distributions=[law(1 / work) for _, work in row],
            number_of_servers=[servers for servers, _ in row],
            routing=onward,
        )
    sigma = sqrt(log(2.0))
    app = ciw.dists.Lognormal(log(0.01) - sigma**2 / 2, sigma)
    start, route = ciw.dists.Deterministic(0.0), ciw.routing
    after_app = route.Probabilistic(destinations=[6, 7], probs=[0.8, 0.2])
    return ciw.create_network(
        arrival_distributions=[law(1000.0)] + [None] * 6,
        service_distributions=[start, *[app] * 4, ciw.dists.Deterministic(0.0005), law(50.0)],
        number_of_servers=[float("inf"), 8, 8, 8, 8, float("inf"), 16],
        routing=route.NetworkRouting(
            routers=[
                route.Cycle(cycle=[2, 3, 4, 5]), *[after_app] * 4, route.Leave(), route.Leave(),
            ]
        ),
    )  # fmt: skip
