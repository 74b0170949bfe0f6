"""What holds in every run of every network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import partial
from math import isfinite
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sysdesign.network import (
    Delay,
    Flow,
    Network,
    Node,
    Repeat,
    Sequence,
    Spread,
    Station,
    Visit,
)
from sysdesign.simulate.engine import SimulateError, prepare, run
from sysdesign.simulate.plan import Plan
from sysdesign.simulate.tally import Tally
from tests.analyze.anything import EVERYDAY, EXTREME, networks
from tests.analyze.networks import constant, station
from tests.analyze.networks import network as network_of

CALM = replace(EVERYDAY, rates=(0.0, 0.01, 3.0, 20.0), times=(0.0, 0.3, 1.0, 2.5))
"""Rates at which a run takes some thousand events, also where nobody counts them."""
ANY = networks(CALM)


def everywhere(*strategies: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Any]:
    """The test runs for a few networks interpreted, and for hundreds compiled."""

    def wrapped(test: Callable[..., None]) -> Any:
        @pytest.mark.slow
        @pytest.mark.parametrize("how", ["interpreted", "compiled"])
        def run_it(how: str) -> None:
            def one(drawn: tuple[Any, ...]) -> None:
                test(partial(ran, interpreted=how == "interpreted"), *drawn)

            many = settings(
                max_examples=6 if how == "interpreted" else 150,
                deadline=None, derandomize=True, database=None,
                suppress_health_check=list(HealthCheck),
                phases=(Phase.explicit, Phase.generate),  # making a network smaller takes minutes
            )  # fmt: skip
            many(given(st.tuples(*strategies))(one))()

        run_it.__doc__ = test.__doc__
        return run_it

    return wrapped


def ran(network: Network, length_s: float = 5.0, **plan: Any) -> Tally | None:
    """A run of some thousand events; None where the network cannot be simulated, and it is said."""
    words = {"warm_up_s": 1.0, "most_events": 1_500, "interval_s": 2.0, **plan}
    try:
        tables = prepare(network)
    except SimulateError:
        return None
    return run(tables, Plan(length_s=length_s, **words))


def numbers_in(value: Any) -> list[float]:
    """Every number of a record and of what it holds."""
    if is_dataclass(value):
        return [n for f in fields(value) for n in numbers_in(getattr(value, f.name))]
    if isinstance(value, tuple | list):
        return [n for one in value for n in numbers_in(one)]
    if isinstance(value, np.ndarray):
        return [float(n) for n in value.ravel()]
    return [float(value)] if isinstance(value, int | float) else []


def same(a: Any, b: Any) -> bool:
    """Equal to the last bit."""
    if is_dataclass(a):
        return all(same(getattr(a, f.name), getattr(b, f.name)) for f in fields(a))
    if isinstance(a, tuple | list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, np.ndarray):
        return bool(np.array_equal(a, b))
    return bool(a == b)


@everywhere(ANY)
def test_what_comes_in_is_done_or_failed_or_inside(ran, network):
    tally = ran(network)
    if tally is None:
        return
    for flow in tally.flows:
        assert flow.inside >= 0
        assert flow.refused + flow.timed_out <= flow.failed
        assert flow.degraded <= flow.completed == flow.times.sum()
    for at in tally.stations:
        assert at.arrivals >= 0
        one = network.stations[at.station]
        if one.queues and one.autoscale is None:  # the others have as many servers as come
            assert at.busy_s <= at.servers * tally.length_s * (1 + 1e-9)


@everywhere(ANY)
def test_every_number_is_one(ran, network):
    tally = ran(network)
    if tally is not None:
        assert all(n == n and n >= -1e-9 for n in numbers_in(tally.flows))
        assert all(isfinite(n) and n >= -1e-9 for n in numbers_in((tally.pairs, tally.series)))


@everywhere(ANY, st.integers(0, 2**31))
def test_the_same_seed_gives_the_same_answer(ran, network, seed):
    first, second = ran(network, seed=seed), ran(network, seed=seed)
    assert (first is None and second is None) or same(first, second)


@everywhere(ANY)
def test_without_load_nothing_happens(ran, network):
    quiet = replace(
        network, flows=tuple(replace(f, rate_per_s=0.0, users=None) for f in network.flows)
    )
    tally = ran(quiet)
    if tally is not None:
        assert all(flow.started == 0 for flow in tally.flows)
        assert all(at.arrivals == 0 and at.busy_s == 0 for at in tally.stations)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True, database=None,
          suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate))  # fmt: skip
@given(networks(EXTREME))
def test_numbers_at_the_ends_of_what_floats_hold_end_too(network):
    ran(network, length_s=3.0, most_inside=50_000)


@pytest.mark.slow
@settings(max_examples=100, deadline=None, derandomize=True, database=None,
          suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate))  # fmt: skip
@given(ANY, st.integers(0, 1000))
def test_compiled_is_interpreted_bit_for_bit(network, seed):
    pytest.importorskip("numba")
    first = ran(network, seed=seed, interpreted=True)
    second = ran(network, seed=seed)
    assert (first is None and second is None) or same(first, second)


# -- time in other units ---------------------------------------------------------------------------

FACTOR = 4.0
"""A power of two: multiplying by it is exact."""


def slower(value: Any) -> Any:
    """A record with all times four times as long."""
    if isinstance(value, Flow):
        value = replace(value, rate_per_s=value.rate_per_s / FACTOR)
    if isinstance(value, Station) and value.cap_per_s is not None:
        value = replace(value, cap_per_s=None)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {}
        for one in fields(value):
            inner = getattr(value, one.name)
            timed = one.name.endswith("_s") and not one.name.endswith("per_s")
            if timed and isinstance(inner, float | int):
                changed[one.name] = inner * FACTOR
            else:
                changed[one.name] = slower(inner)
        return replace(value, **changed)
    if isinstance(value, tuple):
        return tuple(slower(one) for one in value)
    if isinstance(value, dict):
        return {key: slower(one) for key, one in value.items()}
    return value


UNSCALED = replace(CALM, caps=(1e9,), budgets=(1e9,))


@everywhere(networks(UNSCALED))
def test_all_times_four_times_as_long_give_times_four_times_as_long(ran, network):
    """Exactly, since the draws are the same."""
    plain = replace(
        network,
        stations={
            n: replace(s, cap_per_s=None, autoscale=None) for n, s in network.stations.items()
        },
    )
    usual = ran(plain)
    longer = ran(slower(plain), length_s=20.0, warm_up_s=4.0, interval_s=8.0)
    if usual is None or longer is None:
        assert usual is longer is None
        return
    for a, b in zip(usual.flows, longer.flows, strict=True):
        assert (a.started, a.completed, a.failed, a.retried) == (
            b.started, b.completed, b.failed, b.retried,
        )  # fmt: skip
        assert b.seconds == pytest.approx(FACTOR * a.seconds, rel=1e-12)
    for x, y in zip(usual.stations, longer.stations, strict=True):
        assert y.busy_s == pytest.approx(FACTOR * x.busy_s, rel=1e-12)


# -- Little's law ---------------------------------------------------------------------------------

PIECES = st.one_of(
    st.builds(Visit, st.sampled_from("abc"), st.builds(Spread, st.sampled_from((0.1, 0.5)))),
    st.builds(Delay, st.builds(constant, st.sampled_from((0.25, 1.0)))),
)
PARTS = st.recursive(
    PIECES,
    lambda inner: (
        st.builds(Sequence, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(Repeat, inner, st.sampled_from((1.0, 2.0, 3.0)))
    ),
    max_leaves=5,
)
STATIONS = st.tuples(
    *(
        st.builds(
            station,
            st.just(name),
            servers=st.sampled_from((1.0, 3.0)),
            order=st.sampled_from(("fifo", "lifo", "ps")),
        )
        for name in "abc"
    )
)


def pauses(node: Node) -> float:
    """Seconds of all delays of a call."""
    match node:
        case Delay():
            return float(node.spread.mean_s)
        case Sequence():
            return sum(map(pauses, node.parts))
        case Repeat():
            return float(node.times) * pauses(node.inner)
    return 0.0


@everywhere(STATIONS, st.lists(PARTS, min_size=1, max_size=2))
def test_little_s_law_holds_at_the_stations(ran, stations, roots):
    """Time in calls is time at stations and in pauses: to the last call, where all have ended."""
    flows = {f"op{i}": (0.7, root) for i, root in enumerate(roots)}
    made = network_of(*stations, **flows)
    tally = ran(made, length_s=30.0, warm_up_s=0.0, most_events=100_000)
    assert tally is not None
    if any(flow.inside for flow in tally.flows):
        return
    at_stations = sum(at.in_hand_s for at in tally.stations)
    paused = sum(flow.completed * pauses(made.flows[i].root) for i, flow in enumerate(tally.flows))
    assert sum(f.seconds for f in tally.flows) == pytest.approx(at_stations + paused, rel=1e-9)
