"""Pools of slots: closed networks by hand, and a whole Markov chain solved with scipy."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse import linalg

from sysdesign.formulas.pools import Held, pool, throughputs
from sysdesign.formulas.stations import erlang_c, wait_mm


@given(st.integers(1, 6), st.floats(1e-6, 1e6))
def test_equal_single_servers(stations: int, demand: float) -> None:
    """A balanced network: n / (n + k - 1) of what one server does (Lazowska 1984)."""
    speeds = throughputs([Held(demand, 1)] * stations, 30)
    calls = np.arange(1, 31)
    assert np.allclose(speeds * demand, calls / (calls + stations - 1), rtol=1e-9)


HELD = st.builds(Held, st.floats(1e-6, 1e2), st.sampled_from([1.0, 2.0, 8.0, 64.0, 500.0, inf]))


@given(HELD, HELD, st.integers(1, 200))
def test_two_stations_term_by_term(one: Held, other: Held, slots: int) -> None:
    """A convolution with logarithms, as Buzen's algorithm has it."""

    def logs(held: Held) -> Any:
        steps = np.log(held.demand_s / np.minimum(np.arange(1, slots + 1), held.servers))
        return np.concatenate(([0.0], np.cumsum(steps)))

    a, b = logs(one), logs(other)
    whole = np.array([np.logaddexp.reduce(a[: n + 1] + b[n::-1]) for n in range(slots + 1)])
    if one.servers == inf == other.servers:  # delays are one delay
        whole = logs(Held(one.demand_s + other.demand_s))
    assert np.allclose(throughputs([one, other], slots), np.exp(-np.diff(whole)), rtol=1e-9)


def exact_mva(demands: list[float], delay: float, most: int) -> list[float]:
    """Mean value analysis of single servers and a delay (Reiser and Lavenberg 1980)."""
    queues = [0.0] * len(demands)
    speeds = []
    for n in range(1, most + 1):
        times = [d * (1 + q) for d, q in zip(demands, queues, strict=True)]
        speeds.append(n / (delay + sum(times)))
        queues = [speeds[-1] * t for t in times]
    return speeds


def test_single_servers_and_a_delay_by_mean_values() -> None:
    demands, delay = [0.010, 0.004, 0.0005], 0.080
    held = [*(Held(d, 1) for d in demands), Held(0.03), Held(0.05)]
    assert throughputs(held, 300).tolist() == pytest.approx(exact_mva(demands, delay, 300))


def test_many_servers_stay_stable_where_the_recursion_breaks() -> None:
    """20 servers of 0.1 s behind 100 slots: 200 calls a second, never less as n grows."""
    speeds = throughputs([Held(0.1, 20), Held(0.5)], 1000)
    assert speeds[-1] == pytest.approx(200, rel=1e-9)
    assert (np.diff(speeds) > -1e-9).all()


def test_a_single_station_that_many_servers_serve() -> None:
    assert throughputs([Held(0.5, 3)], 5).tolist() == pytest.approx([2.0, 4.0, 6.0, 6.0, 6.0])


@pytest.mark.parametrize("load", [0.1, 0.7, 0.99])
def test_slots_held_for_a_plain_time_are_servers(load: float) -> None:
    slots, hold = 25, 0.2
    rate = load * slots / hold
    result = pool(rate, slots, [Held(hold)])
    assert result.capacity_per_s == pytest.approx(slots / hold)
    assert result.wait_s == pytest.approx(wait_mm(rate, hold, slots))
    assert result.waiting == pytest.approx(erlang_c(rate * hold, slots))
    assert result.hold_s == pytest.approx(hold)
    assert result.taken == pytest.approx(load)


@pytest.mark.parametrize("load", [0.3, 0.8, 0.97])
def test_more_slots_than_servers_behind_change_nothing_in_all(load: float) -> None:
    """Wait for a slot and wait behind it together are the wait of M/M/2."""
    rate = load * 2 / 0.1
    result = pool(rate, 6, [Held(0.1, 2)])
    together = result.wait_s + result.hold_s
    assert together == pytest.approx(wait_mm(rate, 0.1, 2) + 0.1, rel=1e-9)


def chain(
    rate: float, slots: int, think: float, demand: float, servers: int
) -> tuple[float, float]:
    """Wait for a slot and time held, of the chain (calls waiting or inside, of these thinking)."""
    most = slots + 600
    pairs = [(n, k) for n in range(most + 1) for k in range(min(n, slots) + 1)]
    states = {pair: number for number, pair in enumerate(pairs)}
    # k of those inside are thinking; after that they go to the servers
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []

    def flow(start: tuple[int, int], end: tuple[int, int], speed: float) -> None:
        rows.extend((states[end], states[start]))
        columns.extend((states[start], states[start]))
        values.extend((speed, -speed))

    for n, k in states:
        inside = min(n, slots)
        if n < most:
            flow((n, k), (n + 1, k + (n < slots)), rate)
        if k:
            flow((n, k), (n, k - 1), k / think)
        if inside > k:  # done; who waits for the slot starts to think
            flow((n, k), (n - 1, k + (n > slots)), min(inside - k, servers) / demand)
    matrix = sparse.coo_matrix((values, (rows, columns)), shape=(len(states),) * 2).tolil()
    matrix[0, :] = 1.0
    right = np.zeros(len(states))
    right[0] = 1.0
    stationary = linalg.spsolve(matrix.tocsc(), right)
    waiting = sum(p * max(n - slots, 0) for (n, _), p in zip(states, stationary, strict=True))
    held = sum(p * min(n, slots) for (n, _), p in zip(states, stationary, strict=True))
    return waiting / rate, held / rate


@pytest.mark.parametrize("part", [0.7, 0.85, 0.95])
@pytest.mark.parametrize(
    ("slots", "think", "demand", "servers"),
    [(4, 0.1, 0.02, 1), (8, 0.1, 0.02, 1), (8, 0.05, 0.05, 4), (12, 0.02, 0.08, 6)],
)
@pytest.mark.mostly_slow(7)
def test_wait_and_hold_are_close_to_the_whole_chain(
    part: float, slots: int, think: float, demand: float, servers: int
) -> None:
    held = [Held(think), Held(demand, servers)]
    rate = part * float(throughputs(held, slots)[-1])
    result = pool(rate, slots, held)
    wait, hold = chain(rate, slots, think, demand, servers)
    assert result.wait_s + result.hold_s == pytest.approx(wait + hold, rel=0.05)


@given(st.floats(0, 3), st.integers(1, 40), st.integers(1, 9))
def test_littles_law(load: float, slots: int, servers: int) -> None:
    held = [Held(0.1), Held(0.03, servers)]
    rate = load * float(throughputs(held, slots)[-1])
    result: Any = pool(rate, slots, held)
    if load >= 1:
        assert (result.wait_s, result.waiting, result.taken) == (inf, 1.0, 1.0)
    elif rate > 1e-6:
        assert rate * result.hold_s == pytest.approx(result.taken * slots, rel=1e-9)


def test_idle_and_sampled() -> None:
    held = [Held(0.1), Held(0.02, 1)]
    idle = pool(0.0, 5, held)
    assert (idle.wait_s, idle.taken) == (0.0, 0.0)
    assert idle.hold_s == pytest.approx(0.12)
    rates = np.array([0.0, 10.0, 30.0, 1e6])
    many: Any = pool(rates, 5, held)
    alone: Any = [pool(float(rate), 5, held) for rate in rates]
    assert many.wait_s.tolist() == pytest.approx([one.wait_s for one in alone])
    assert many.hold_s.tolist() == pytest.approx([one.hold_s for one in alone])


def test_spread_of_the_hold_counts_where_nothing_behind_is_the_limit() -> None:
    slots = 10
    plain: Any = pool(80.0, slots, [Held(0.1)])
    regular: Any = pool(80.0, slots, [Held(0.1, scv=0.0)])
    wide: Any = pool(80.0, slots, [Held(0.1)], hold_scv=3.0)
    assert wide.wait_s == pytest.approx(2 * plain.wait_s)
    assert regular.wait_s == pytest.approx(plain.wait_s / 2)


def test_impossible_pools_are_refused() -> None:
    with pytest.raises(ValueError, match="1 or more"):
        pool(1.0, 0, [Held(0.1)])
    with pytest.raises(ValueError, match="demand above 0"):
        pool(1.0, 3, [Held(0.0)])
    with pytest.raises(ValueError, match="0 or more"):
        pool(-1.0, 3, [Held(0.1)])
    with pytest.raises(ValueError, match="at least one server"):
        pool(1.0, 3, [Held(0.1, 0)])
