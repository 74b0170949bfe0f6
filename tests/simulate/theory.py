"""Networks of which the exact answer is known, each with its source.

A `Case` says what is exact of one operation: its mean time, its 99th percentile, or the share of its
calls that fail. Loads and lengths are such that a run says something; mean work is 1 s.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from math import exp, log

from sysdesign.network import (
    Attempts,
    Branch,
    Call,
    Choice,
    Delay,
    Failing,
    Flow,
    Hold,
    Network,
    Nothing,
    Parallel,
    Policy,
    Repeat,
    Retry,
    Sequence,
)
from tests.analyze.networks import constant, exponential, network, station, visit


@dataclass(frozen=True)
class Case:
    """A network, and what is exact: `mean_s`, `p99_s` and `failed` of an operation."""

    network: Network
    mean_s: float | None = None
    p99_s: float | None = None
    failed: float | None = None
    operation: str = "op"
    failures: bool = False

    @property
    def rate_per_s(self) -> float:
        """Calls of all operations."""
        return sum(float(flow.rate_per_s) for flow in self.network.flows)


# -- formulas -------------------------------------------------------------------------------------


def erlang_b(servers: int, offered: float) -> float:
    """Share of calls that find all servers busy and go (Erlang 1917)."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = offered * blocked / (n + offered * blocked)
    return blocked


def erlang_c(servers: int, offered: float) -> float:
    """Share of calls that have to wait in M/M/c (Erlang 1917)."""
    b, use = erlang_b(servers, offered), offered / servers
    return b / (1 - use * (1 - b))


def mmc(servers: int, rate: float, work_s: float = 1.0) -> float:
    """Mean time in M/M/c."""
    offered = rate * work_s
    return work_s + erlang_c(servers, offered) * work_s / (servers - offered)


def mg1(rate: float, scv: float, work_s: float = 1.0) -> float:
    """Mean time in M/G/1 (Pollaczek 1930, Khinchine 1932)."""
    use = rate * work_s
    return work_s + use * work_s * (1 + scv) / (2 * (1 - use))


def gim1_root(transform) -> float:
    """The share of arrivals that find GI/M/1 busy; work of mean 1 (Kendall 1953)."""
    low, high = 0.0, 1 - 1e-9
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if transform(1 - middle) > middle else (low, middle)
    return low


def mmck(servers: int, places: int, rate: float) -> tuple[float, float]:
    """Blocked share and mean time of those let in, M/M/c/K with work of mean 1 (birth and death)."""
    weights = [1.0]
    for n in range(1, places + 1):
        weights.append(weights[-1] * rate / min(n, servers))
    whole = sum(weights)
    blocked = weights[-1] / whole
    inside = sum(n * w for n, w in enumerate(weights)) / whole
    return blocked, inside / (rate * (1 - blocked))


@cache
def closed(users: int, think_s: float, works_s: tuple[float, ...]) -> float:
    """Mean time of a call through single servers in turn, with so many users who think in between.

    Exact mean value analysis (Reiser and Lavenberg 1980).
    """
    inside = [0.0] * len(works_s)
    whole = 0.0
    for n in range(1, users + 1):
        times = [w * (1 + q) for w, q in zip(works_s, inside, strict=True)]
        whole = sum(times)
        rate = n / (think_s + whole)
        inside = [rate * t for t in times]
    return whole


def repairmen(users: int, servers: int, think_s: float) -> float:
    """Mean time of a call of the machine repair model M/M/c//N, work of mean 1 (Palm 1947)."""
    weights = [1.0]
    for n in range(1, users + 1):
        weights.append(weights[-1] * (users - n + 1) / think_s / min(n, servers))
    whole = sum(weights)
    inside = sum(n * w for n, w in enumerate(weights)) / whole
    rate = sum((users - n) * w for n, w in enumerate(weights)) / whole / think_s
    return inside / rate


def catastrophes(rate: float, fails: float, repairs: float) -> tuple[float, float]:
    """Failed share and mean time of the answered calls of M/M/1 with work of mean 1 whose server
    loses all calls when it fails, and fails calls at once until it is repaired.

    While it is up the number of calls has P(n) = (1 - r) r^n with r the smaller root of
    r² - (rate + 1 + fails) r + rate = 0 (Towsley and Tripathi 1991; Kumar and Arivudainambi 2000). A
    call that meets n others is answered if n + 1 pieces of work end before the server fails.
    """
    b = rate + 1 + fails
    r = (b - (b * b - 4 * rate) ** 0.5) / 2
    q = 1 / (1 + fails)
    answered = repairs / (fails + repairs) * (1 - r) * q / (1 - r * q)
    return 1 - answered, 1 / ((1 - r * q) * (1 + fails))


def cobham(rates: tuple[float, ...], works_s: tuple[float, ...], which: int) -> float:
    """Mean time of one class of M/M/1 with priorities, work not interrupted (Cobham 1954)."""
    left = sum(r * w * w for r, w in zip(rates, works_s, strict=True))
    loads = [r * w for r, w in zip(rates, works_s, strict=True)]
    above, with_own = sum(loads[:which]), sum(loads[: which + 1])
    return works_s[which] + left / ((1 - above) * (1 - with_own))


def tries(timeout_s: float, mean_s: float, attempts: int, pause_s: float) -> tuple[float, float]:
    """Failed share and mean time of answered calls: exponential delays, given up at a timeout."""
    late = exp(-timeout_s / mean_s)
    in_time = mean_s - timeout_s * late / (1 - late)
    shares = [(1 - late) * late**k for k in range(attempts)]
    times = [k * (timeout_s + pause_s) + in_time for k in range(attempts)]
    good = sum(shares)
    return 1 - good, sum(s * t for s, t in zip(shares, times, strict=True)) / good


# -- cases ----------------------------------------------------------------------------------------


def cases() -> dict[str, Case]:
    """By name; open and closed, at loads where waiting matters."""
    return {**_stations(), **_shapes(), **_pools(), **_guards(), **_breaking()}


def light() -> dict[str, Case]:
    """Those by which intervals are judged, at loads where runs of some thousand calls suffice."""
    whole = cases()
    blocked, let_in = mmck(2, 5, 1.8)
    return {
        "M/M/1": Case(one(0.6), mg1(0.6, 1.0)),
        "M/M/4": Case(one(2.8, servers=4.0), mmc(4, 2.8)),
        "M/D/1": Case(one(0.7, family="constant"), mg1(0.7, 0.0)),
        "M/G/1": Case(one(0.5, family="lognormal", scv=2.0), mg1(0.5, 2.0)),
        "M/M/2/5": Case(one(1.8, servers=2.0, waiting=3.0), let_in, failed=blocked),
        "sharing": Case(one(0.6, order="ps", family="gamma", scv=0.5), 1 / 0.4),
        "fork and join": Case(at_once(0.5), (12 - 0.5) / 8 / (1 - 0.5)),
        "in turn": Case(one(1.2, instances=2.0, policy=Policy.ROUND_ROBIN), _in_turn(2, 0.6)),
        "first class of two": _classes(0.3, 0.3, "op"),
        "second class of two": _classes(0.3, 0.3, "other"),
        **{name: whole[name] for name in ("three stations in a row", "a server that breaks",
                                          "users of two stations", "machines and two who repair",
                                          "half of the calls come back")},
    }  # fmt: skip


def at_once(rate: float) -> Network:
    """Each call asks two stations together."""
    two = (station("a"), station("b"))
    return network(*two, op=(rate, Parallel((visit("a"), visit("b")))))


def _classes(first: float, second: float, which: str) -> Case:
    """Two classes of calls, the first ahead of the second."""
    made = network(
        station("a", order="priority"),
        op=Flow("op", "", first, visit("a"), priority=1.0),
        other=Flow("other", "", second, visit("a"), priority=2.0),
    )
    return Case(
        made, cobham((first, second), (1.0, 1.0), 0 if which == "op" else 1), operation=which
    )


def _breaking() -> dict[str, Case]:
    failed, mean = catastrophes(0.7, 1 / 50, 1 / 10)
    made = one(0.7, fails=Failing(50.0, exponential(10.0)))
    return {
        "a server that breaks": Case(made, mean, failed=failed, failures=True),
        "first class of two": _classes(0.4, 0.4, "op"),
        "second class of two": _classes(0.4, 0.4, "other"),
    }


def _stations() -> dict[str, Case]:
    blocked, let_in = mmck(2, 5, 1.8)
    return {
        "M/M/1": Case(one(0.8), 5.0, 5.0 * log(100)),
        "M/M/4": Case(one(3.2, servers=4.0), mmc(4, 3.2)),
        "M/M/8, light": Case(one(4.0, servers=8.0), mmc(8, 4.0)),
        "M/D/1": Case(one(0.8, family="constant"), mg1(0.8, 0.0)),
        "M/G/1, lognormal of scv 2": Case(one(0.7, family="lognormal", scv=2.0), mg1(0.7, 2.0)),
        "M/G/1, gamma of scv 0.5": Case(one(0.8, family="gamma", scv=0.5), mg1(0.8, 0.5)),
        "M/G/1, two kinds of calls, scv 4": Case(one(0.6, family="", scv=4.0), mg1(0.6, 4.0)),
        "M/G/1, uniform": Case(one(0.8, family="uniform"), mg1(0.8, 1 / 3)),
        "M/G/1, weibull of scv 2": Case(one(0.7, family="weibull", scv=2.0), mg1(0.7, 2.0)),
        "M/M/2/5": Case(one(1.8, servers=2.0, waiting=3.0), let_in, failed=blocked),
        "M/M/1, last come first served": Case(one(0.7, order="lifo"), mg1(0.7, 1.0)),
        "sharing of one server, scv 4": Case(one(0.6, order="ps", family="", scv=4.0), 1 / 0.4),
        "sharing of four servers": Case(one(3.2, order="ps", servers=4.0), mmc(4, 3.2)),
        "random over 4": Case(
            one(2.8, instances=4.0, policy=Policy.RANDOM), 1 / (1 - 0.7)
        ),
        "in turn over 2": Case(one(1.6, instances=2.0, policy=Policy.ROUND_ROBIN), _in_turn(2, 0.8)),
        "in turn over 4": Case(one(3.2, instances=4.0, policy=Policy.ROUND_ROBIN), _in_turn(4, 0.8)),
        "shards, one of them hot": Case(
            one(2.0, shards=5.0, hottest=0.4), 0.4 / 0.2 + 0.6 / (1 - 0.3)
        ),
    }  # fmt: skip


def _in_turn(instances: int, load: float) -> float:
    """Each instance is E_n/M/1."""
    each = load * instances
    busy = gim1_root(lambda s: (each / (each + s)) ** instances)
    return 1 / (1 - busy)


def _shapes() -> dict[str, Case]:
    two = (station("a"), station("b"))
    three = (station("a", servers=4.0), station("b", servers=8.0), station("c", servers=2.0))
    row = Sequence((visit("a", 2.0), visit("b", 5.6), visit("c", 1.6)))
    users = exponential(10.0)
    call = Sequence((visit("a", 1.0), visit("b", 0.5)))
    back = Sequence(
        (visit("a", 0.5), Choice((Branch(0.4, Sequence((visit("b"), visit("a", 0.5)))),
                                  Branch(0.6, Nothing()))))
    )  # fmt: skip
    return {
        "three stations in a row": Case(
            network(*three, op=(1.0, row)),
            mmc(4, 1.0, 2.0) + mmc(8, 1.0, 5.6) + mmc(2, 1.0, 1.6),
        ),
        "half of the calls come back": Case(
            network(*two, op=(1.0, back)), 1.4 * 0.5 / (1 - 0.7) + 0.4 / (1 - 0.4)
        ),
        "two at once": Case(at_once(0.7), (12 - 0.7) / 8 / (1 - 0.7)),
        "batches of three": Case(
            network(station("a"), op=(0.2, Repeat(visit("a"), 3.0, 3.0))), _last_of_batch(3, 0.2)
        ),
        "users of two stations": Case(
            network(*two, op=Flow("op", "", 12 / 11.5, call, users=12.0, think=users)),
            closed(12, 10.0, (1.0, 0.5)),
        ),
        "machines and two who repair": Case(
            network(
                station("a", servers=2.0),
                op=Flow("op", "", 15 / 11, visit("a"), users=15.0, think=users),
            ),
            repairmen(15, 2, 10.0),
        ),
    }


def _last_of_batch(size: int, rate: float) -> float:
    """Time until the last of a batch is done: M/G/1 whose work is the whole batch."""
    return mg1(rate, 1 / size, float(size))


def _pools() -> dict[str, Case]:
    made = network(
        station("w", slots=8.0, queues=False), op=(6.0, Hold("w", Delay(exponential(1.0))))
    )
    lost = network(
        station("w", slots=8.0, waiting=0.0, queues=False),
        op=(6.0, Hold("w", Delay(exponential(1.0)))),
    )
    return {
        "a pool of connections": Case(made, mmc(8, 6.0)),
        "calls that find no connection are lost": Case(lost, 1.0, failed=erlang_b(8, 6.0)),
    }


def _guards() -> dict[str, Case]:
    guard = Attempts(timeout_s=1.5, retry=Retry(2, backoff_s=0.5, growth=1.0))
    failed, mean = tries(1.5, 1.0, 3, 0.5)
    call = Call("", "a", Delay(exponential(1.0)), guard)
    jitter = replace(call, guard=replace(guard, retry=Retry(2, 1.0, growth=1.0, jitter=True)))
    fixed = Call("", "a", Delay(constant(2.0)), replace(guard, optional=True))
    return {
        "timeouts and retries": Case(network(op=(5.0, call)), mean, failed=failed),
        "retries after a random pause": Case(network(op=(5.0, jitter)), mean, failed=failed),
        "what is optional fails in vain": Case(network(op=(5.0, fixed)), 3 * 1.5 + 2 * 0.5),
    }


def one(rate: float, **facts) -> Network:
    """One station, one operation; words of its law among those of the station."""
    law = {word: facts.pop(word) for word in ("family", "scv") if word in facts}
    return network(station("a", **facts), op=(rate, visit("a", **law)))
