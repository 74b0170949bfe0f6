"""Networks that cannot be run: numbers that are none, stations that are not there, unknown laws."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, isfinite

from sysdesign.formulas.fitting import law
from sysdesign.network import (
    Attempts,
    Call,
    Choice,
    Delay,
    Flow,
    Hold,
    Network,
    Node,
    Number,
    Repeat,
    Spread,
    Station,
    Visit,
    expected,
)
from sysdesign.simulate.errors import SimulateError
from sysdesign.simulate.laws import one

MOST_TIMES = 1e9
"""A call made more often than so from one place is a slip of the pen."""


def sound(network: Network) -> None:
    """Refuse a network of which a number cannot be, or a name is not known.

    Raises
    ------
    SimulateError
        naming the component or operation, and what is wrong.
    """
    for station in network.stations.values():
        _station(station)
    for flow in network.flows:
        flow_sound(flow, network)


def flow_sound(flow: Flow, network: Network) -> None:
    """Refuse a flow, one of a detour too; see `sound`."""
    _flow(flow)
    for node, _ in expected(flow.root):
        for wrong in _wrong(node, network):
            raise SimulateError(f"{flow.operation}: {wrong}")


def _station(station: Station) -> None:
    """A station is at least one server of one instance."""
    name = station.component
    for what, number in (
        ("instances", station.instances), ("servers", station.servers), ("shards", station.shards)
    ):  # fmt: skip
        value = one(number)
        if not value > 0 or not isfinite(value):
            raise SimulateError(f"{name}: {value:g} {what} do no work: give one or more")
    for what, bound in (
        ("slots", station.slots), ("waiting", station.waiting), ("limit", station.cap_per_s),
        ("hottest", station.hottest),
    ):  # fmt: skip
        if bound is not None and not one(bound) >= 0:
            raise SimulateError(f"{name}: {what} of {one(bound):g}: give a number from 0 up")
    if station.hottest is not None and one(station.hottest) > 1:
        raise SimulateError(f"{name}: hottest of {one(station.hottest):g}: give a share up to 1")
    if not (_is_time(station.sigma) and _is_time(station.kappa)):
        raise SimulateError(f"{name}: scalability of {station.sigma:g}, {station.kappa:g}")


def _flow(flow: Flow) -> None:
    """Loads of a flow."""
    name = flow.operation
    rate = one(flow.rate_per_s)
    if not _is_time(rate):
        raise SimulateError(f"{name}: a rate of {rate:g} calls a second")
    if flow.every_s is not None and not (one(flow.every_s) > 0 and isfinite(one(flow.every_s))):
        raise SimulateError(f"{name}: every {one(flow.every_s):g} s: give a time above 0 s")
    if flow.users is not None and not _is_time(one(flow.users)):
        raise SimulateError(f"{name}: {one(flow.users):g} users")
    if flow.think is not None:
        for wrong in _law(flow.think, "a pause of users"):
            raise SimulateError(f"{name}: {wrong}")


def _wrong(node: Node, network: Network) -> Iterator[str]:
    """What cannot be of a part of a flow, in words."""
    match node:
        case Visit():
            if node.station not in network.stations:
                yield f"no station {node.station} to work at"
            yield from _law(node.work, f"work at {node.station}")
            yield from _count(node.items, f"items of work at {node.station}")
        case Hold():
            if node.station not in network.stations:
                yield f"no station {node.station} to hold a slot of"
        case Delay():
            yield from _law(node.spread, f"time of {node.component or 'the network'}")
        case Repeat():
            yield from _count(node.times, "calls of the same")
            yield from _count(node.at_once, "calls at once")
            if node.varies is not None:
                yield from _law(node.varies, "a number of calls")
            if node.filled is not None:
                yield from _count(node.filled.items, "items")
                yield from _count(node.filled.batch, "items of a batch")
                yield from _law(node.filled.varies, "a number of items")
        case Choice():
            for branch in node.branches:
                if not 0 <= one(branch.share) <= 1 + 1e-9:
                    yield f"a share of {one(branch.share):g}: give one from 0 to 1"
        case Call():
            yield from _count(node.items, f"items of a call of {node.target}")
            yield from _guard(node.guard, node.target)


def _guard(guard: Attempts, target: str) -> Iterator[str]:
    """Times of a guard: none is below zero, some may be without end."""
    retry, hedge, breaker = guard.retry, guard.hedge, guard.breaker
    times: dict[str, Number | None] = {"timeout": guard.timeout_s, "deadline": guard.deadline_s}
    if retry is not None:
        times |= {"backoff": retry.backoff_s, "longest backoff": retry.most_s,
                  "budget of retries": retry.budget, "growth": retry.growth}  # fmt: skip
        if not retry.count >= 0:
            yield f"{retry.count} retries of {target}"
    if hedge is not None:
        times["hedge"] = hedge.after_s
        if hedge.percentile is not None and not 0 <= hedge.percentile <= 1:
            yield f"a hedge at {hedge.percentile:g}: give a percentile as a share"
    if breaker is not None:
        times |= {"errors of a breaker": breaker.errors, "window of a breaker": breaker.over_s,
                  "open time of a breaker": breaker.open_s}  # fmt: skip
    for what, number in times.items():
        if number is not None and not one(number) >= 0:
            yield f"{what} of {one(number):g} for {target}: give a number from 0 up"


def _law(spread: Spread, what: str) -> Iterator[str]:
    """A law of times: a mean that can be, a shape that is known."""
    mean = one(spread.mean_s)
    if not _is_time(mean):
        yield f"{what} of {mean:g} s: give a time from 0 s up"
        return
    try:
        law(spread.family or None, spread.scv, spread.p99_over_mean)
    except (KeyError, ValueError, NotImplementedError, OverflowError) as error:
        yield f"{what}: {error.args[0] if error.args else spread.family}"


def _count(number: Number, what: str) -> Iterator[str]:
    value = one(number)
    if not 0 <= value <= MOST_TIMES:
        yield f"{value:g} {what}: give a number from 0 to {MOST_TIMES:g}"


def _is_time(number: float) -> bool:
    return 0 <= number < inf
