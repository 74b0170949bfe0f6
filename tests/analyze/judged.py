"""The networks that formulas are judged by: one for each thing a network can hold, and random ones.

Every station is as busy as its name's load says, by first attempts.
"""

from __future__ import annotations

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
)
from tests.analyze.family import drawn_network, loaded
from tests.analyze.networks import constant, station, visit

DRAWN = 64
HARD: dict[str, Any] = {"family": "", "scv": 4.0}
LAWS: dict[str, dict[str, Any]] = {
    "exponential": {"family": "exponential"},
    "constant": {"family": "constant"},
    "gamma_0.5": {"family": "gamma", "scv": 0.5},
    "lognormal_2": {"family": "lognormal", "scv": 2.0},
    "lognormal_4": {"family": "lognormal", "scv": 4.0},
    "lognormal_9": {"family": "lognormal", "scv": 9.0},
}


def judged_networks() -> dict[str, Network]:
    """By name; the drawn ones are the same for ever."""
    found = {**_stations(), **_shapes(), **_policies(), **_guards(), **_pools()}
    drawn = {f"judged {i}": drawn_network(f"judged {i}") for i in range(DRAWN)}
    return found | drawn


def busy(load: float, *stations: Station, **operations: tuple[float, Node] | Flow) -> Network:
    """All stations at one load."""
    flows = tuple(
        made if isinstance(made, Flow) else Flow(name, "", made[0], made[1])
        for name, made in operations.items()
    )
    names = {one.name: one for one in stations}
    return loaded(Network(names, flows), dict.fromkeys(names, load))


def in_turn(*parts: Node) -> Sequence:
    return Sequence(parts)


def _stations() -> dict[str, Network]:
    found = {}
    cases = [
        (1, 0.3, "exponential"), (4, 0.6, "exponential"), (16, 0.9, "exponential"),
        (1, 0.8, "constant"), (4, 0.8, "constant"), (16, 0.95, "constant"),
        (4, 0.8, "gamma_0.5"), (1, 0.6, "gamma_0.5"),
        (1, 0.8, "lognormal_2"), (4, 0.3, "lognormal_2"), (4, 0.8, "lognormal_2"),
        (16, 0.8, "lognormal_2"), (8, 0.8, "lognormal_4"), (2, 0.6, "lognormal_4"),
        (1, 0.8, "lognormal_4"), (16, 0.9, "lognormal_4"),
        (1, 0.6, "lognormal_9"), (4, 0.8, "lognormal_9"), (16, 0.6, "lognormal_9"),
    ]  # fmt: skip
    for servers, load, law in cases:
        made = busy(load, station("a", servers=float(servers)), op=(1.0, visit("a", **LAWS[law])))
        found[f"{servers} servers at {load}, {law}"] = made
    return found


def _shapes() -> dict[str, Network]:
    four = [station(name, servers=4.0) for name in "abcde"]
    one = [station(name) for name in "abcde"]
    many = [station(f"s{i}", servers=4.0) for i in range(20)]
    alike = visit("a", family="constant")
    miss = Choice((Branch(0.2, visit("b")), Branch(0.8, Nothing())), "miss")
    write = in_turn(visit("a", 0.5), Send(Call("a", "b", visit("b"))))
    worker = Flow("work", "", 1.0, in_turn(visit("c"), visit("d")), "b", ("op",))
    return {
        "tandem of five": busy(0.8, *four, op=(1.0, in_turn(*map(visit, "abcde")))),
        "tandem of five, one server each": busy(0.7, *one, op=(1.0, in_turn(*map(visit, "abcde")))),
        "tandem of bursty work": busy(
            0.8, *four, op=(1.0, in_turn(*(visit(n, **LAWS["lognormal_2"]) for n in "abc")))
        ),
        "fan-out to 2": busy(0.8, *four, op=(1.0, Parallel((visit("a"), visit("b"))))),
        "fan-out to 5": busy(0.7, *four, op=(1.0, Parallel(tuple(map(visit, "abcde"))))),
        "fan-out to 20": busy(
            0.6, *many, op=(1.0, Parallel(tuple(visit(s.name) for s in many)))
        ),
        "quorum of 2 of 3": busy(0.7, *four, op=(1.0, Parallel(tuple(map(visit, "abc")), 2))),
        "cache and store": busy(0.7, *four[:2], op=(1.0, in_turn(visit("a", 0.1), miss))),
        "three calls in turn": busy(0.8, *four[:1], op=(1.0, Repeat(visit("a"), 3.0))),
        "five calls in turn, one server": busy(0.6, *one[:1], op=(1.0, Repeat(visit("a"), 5.0))),
        "five bursty calls in turn": busy(
            0.7, *four[:1], op=(1.0, Repeat(visit("a", **HARD), 5.0))
        ),
        "calls that come back later": busy(
            0.8, *four[:2], op=(1.0, in_turn(visit("a"), visit("b"), visit("a"), visit("b")))
        ),
        "four at once": busy(0.5, *four[:1], op=(1.0, Repeat(visit("a"), 4.0, 4.0))),
        "four alike at once": busy(
            0.5, *four[:1], op=(1.0, Repeat(visit("a", family="constant"), 4.0, 4.0))
        ),
        "two alike at once": busy(
            0.75, *four[:1], op=(1.0, Parallel((alike, alike)))
        ),
        "three alike at once": busy(0.7, *four[:1], op=(1.0, Repeat(alike, 3.0, 3.0))),
        "ten alike at once, three enough": busy(
            0.6, *four[:1], op=(1.0, Parallel((alike,) * 10, 3))
        ),
        "alike at once, of two operations": busy(
            0.7, *four[:1], one=(1.0, Repeat(alike, 2.0, 2.0)), two=(0.5, Repeat(alike, 3.0, 3.0))
        ),
        "alike at once and then one": busy(
            0.7, *four[:1], op=(1.0, in_turn(Repeat(alike, 4.0, 4.0), alike))
        ),
        "alike at once, far away": busy(
            0.8, *four[:2],
            op=(1.0, in_turn(visit("b"), Repeat(in_turn(alike, Delay(Spread(1.0))), 4.0, 4.0))),
        ),
        "two at once, then one": busy(
            0.7, *four[:1], op=(1.0, in_turn(Parallel((visit("a"), visit("a"))), visit("a")))
        ),
        "first of two, then one": busy(
            0.7, *four[:1], op=(1.0, in_turn(Parallel((visit("a"), visit("a")), 1), visit("a")))
        ),
        "six, two at once": busy(0.7, *four[:1], op=(1.0, Repeat(visit("a"), 6.0, 2.0))),
        "ten, five at once, of many": busy(
            0.5, station("a", servers=32.0), op=(1.0, Repeat(visit("a"), 10.0, 5.0))
        ),
        "unlike calls at once": busy(
            0.6, *four[:1], op=(1.0, Parallel((visit("a"), visit("a", 2.0), visit("a"))))
        ),
        "send and worker": busy(0.7, *four[:4], op=(1.0, write), work=worker),
        "two operations": busy(
            0.8, *four[:2], one=(1.0, in_turn(visit("a"), visit("b"))), two=(3.0, visit("b", 0.3))
        ),
        "network time": busy(
            0.8, *four[:1], op=(1.0, in_turn(Delay(constant(0.5)), visit("a"), Delay(constant(0.5))))
        ),
    }  # fmt: skip


def _policies() -> dict[str, Network]:
    found = {}
    for policy in list(Policy)[1:]:
        for count, load in ((2.0, 0.7), (10.0, 0.8)):
            made = station("a", instances=count, servers=1.0, policy=policy)
            found[f"{policy.value} over {count:.0f}"] = busy(load, made, op=(1.0, visit("a")))
        many = station("a", instances=5.0, servers=4.0, policy=policy)
        found[f"{policy.value} over 5 of 4 servers"] = busy(0.8, many, op=(1.0, visit("a")))
    hot = station("a", servers=4.0, shards=8.0, hottest=0.3)
    even = station("a", servers=4.0, shards=8.0)
    places = station("a", servers=4.0, waiting=5.0)
    return found | {
        "a hot shard": busy(0.8, hot, op=(1.0, visit("a"))),
        "even shards": busy(0.8, even, op=(1.0, visit("a"))),
        "few places to wait": busy(0.9, places, op=(1.0, visit("a"))),
        "sharing of servers": busy(
            0.5, station("a", servers=4.0, order="ps"), op=(1.0, visit("a"))
        ),
        "sharing of one busy server": busy(0.8, station("a", order="ps"), op=(1.0, visit("a"))),
    }


def _guards() -> dict[str, Network]:
    stations = [station("a", servers=8.0), station("b", servers=4.0)]

    def guarded(load: float, guard: Attempts, then: Node | None = None) -> Network:
        call = Call("", "a", visit("a"), guard)
        return busy(load, *stations, op=(1.0, call if then is None else in_turn(call, then)))

    instead = Choice((Branch(0.0, visit("b")), Branch(1.0, Nothing())), "fallback", "a")
    backoff = Retry(2, backoff_s=1.0, jitter=True)
    return {
        "timeout and retries": guarded(0.5, Attempts(timeout_s=4.0, retry=backoff)),
        "tight timeout": guarded(0.3, Attempts(timeout_s=2.0, retry=Retry(1))),
        "timeouts at a busy queue": guarded(0.75, Attempts(timeout_s=5.0, retry=Retry(1))),
        "deadline": guarded(0.6, Attempts(timeout_s=3.0, deadline_s=5.0, retry=Retry(2))),
        "hedge": guarded(0.4, Attempts(hedge=Hedge(after_s=3.0))),
        "optional with fallback": guarded(0.6, Attempts(timeout_s=4.0, optional=True), instead),
        "optional without": guarded(0.6, Attempts(timeout_s=4.0, optional=True), visit("b")),
    }  # fmt: skip


def _pools() -> dict[str, Network]:
    def held(slots: float, load: float, law: dict[str, Any], servers: float = 4.0) -> Network:
        way = Hold("w", in_turn(visit("w", 0.5), visit("a", **law), Delay(constant(0.5))))
        made = busy(load, station("w", servers=4.0), station("a", servers=servers), op=(1.0, way))
        stations = {**made.stations, "w": replace(made.stations["w"], slots=slots)}
        return Network(stations, made.flows)

    inner = Hold("x", in_turn(visit("x", 0.2), visit("a")))
    nested = Hold("w", in_turn(visit("w", 0.2), inner))
    both = busy(
        0.5, station("w", servers=4.0), station("x", servers=4.0), station("a", servers=8.0),
        op=(1.0, nested),
    )  # fmt: skip
    slots = {"w": 16.0, "x": 12.0, "a": None}
    two = {name: replace(one, slots=slots[name]) for name, one in both.stations.items()}
    alone = Network(
        {"w": station("w", slots=8.0, queues=False)},
        (Flow("op", "", 6.0, Hold("w", Delay(Spread(1.0, family="exponential")))),),
    )
    return {
        "a wide pool": held(40.0, 0.6, LAWS["exponential"]),
        "a narrow pool": held(8.0, 0.6, LAWS["exponential"]),
        "a pool before a busy store": held(12.0, 0.8, LAWS["exponential"], 2.0),
        "a pool before bursty work": held(8.0, 0.6, LAWS["lognormal_4"]),
        "nested pools": Network(two, both.flows),
        "a pool of delays": alone,
    }
