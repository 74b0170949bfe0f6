"""Retries: fixed points found another way, both states, what recovers and how long it takes."""

from __future__ import annotations

from itertools import pairwise
from math import exp, inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from sysdesign.formulas.retries import is_metastable, recovery_s, safe_load, with_retries


def late(timeout: float) -> Any:
    """Share of M/M/1 sojourns above a timeout; service mean 1."""
    return lambda rate: np.exp(-timeout * np.maximum(1 - rate, 0.0))


def solutions(calls: float, timeout: float, retries: int) -> list[float]:
    """All rates at which attempts and timeouts agree, by a scan for changes of sign."""

    def gap(rate: float) -> float:
        share = float(late(timeout)(rate))
        return calls * sum(share**k for k in range(retries + 1)) - rate

    scan = np.linspace(calls, calls * (retries + 1) + 1e-3, 20_001).tolist()
    return [
        optimize.brentq(gap, low, high, xtol=1e-14)
        for low, high in pairwise(scan)
        if (gap(low) > 0) != (gap(high) > 0)
    ]


@pytest.mark.parametrize("calls", [0.1, 0.24, 0.4, 0.6])
@pytest.mark.parametrize("timeout", [3.0, 10.0, 20.0])
@pytest.mark.parametrize("retries", [1, 3])
@pytest.mark.mostly_slow(5)
def test_both_ends_are_the_outermost_solutions(calls: float, timeout: float, retries: int) -> None:
    found = with_retries(calls, late(timeout), retries)
    true = solutions(calls, timeout, retries)
    assert found.attempts_per_s == pytest.approx(true[0], rel=1e-6)
    assert found.stuck_attempts_per_s == pytest.approx(true[-1], rel=1e-6)
    assert bool(found.has_two_states) == (len(true) > 1)


def test_a_burst_leaves_a_loaded_station_full_of_retries() -> None:
    found = with_retries(0.6, late(20.0), 3)
    assert found.amplification == pytest.approx(1.0, abs=1e-3)
    assert found.stuck_amplification == 4.0
    assert found.stuck_late == 1.0
    assert is_metastable(0.6, 3)
    assert not with_retries(0.2, late(20.0), 3).has_two_states
    assert not is_metastable(0.2, 3)


@given(st.floats(0.01, 0.99), st.integers(0, 5), st.floats(0, 3))
def test_a_budget_bounds_the_amplification(calls: float, retries: int, budget: float) -> None:
    found = with_retries(calls, late(2.0), retries, budget)
    assert found.stuck_amplification <= 1 + min(retries, budget) + 1e-9
    assert found.attempts_per_s <= found.stuck_attempts_per_s * (1 + 1e-6)
    assert calls <= found.attempts_per_s * (1 + 1e-12)


@given(st.integers(0, 10), st.floats(0.01, 5))
def test_below_the_safe_load_it_recovers_and_above_it_does_not(retries: int, budget: float) -> None:
    edge = safe_load(retries, budget)
    assert not is_metastable(edge * 0.999, retries, budget)
    assert is_metastable(edge * 1.001, retries, budget)
    assert recovery_s(100.0, 0.1, 5, edge * 0.999, retries, budget) < inf
    assert recovery_s(100.0, 0.1, 5, edge * 1.001, retries, budget) == inf


def test_recovery_by_hand() -> None:
    """300 calls of 0.1 s are 30 s of work; of 10 servers, 10 (1 - 0.3 * 2) = 4 are spare."""
    assert recovery_s(300.0, 0.1, 10, 0.3, 1) == pytest.approx(7.5)


def test_no_retries_and_no_calls() -> None:
    plain = with_retries(0.9, late(1.0), 0)
    assert (plain.attempts_per_s, plain.amplification) == (0.9, 1.0)
    assert plain.late == pytest.approx(exp(-0.1))
    assert with_retries(0.0, late(1.0), 3).amplification == 1.0


def test_samples() -> None:
    calls = np.array([0.0, 0.2, 0.6])
    many: Any = with_retries(calls, late(20.0), 3)
    assert many.stuck_amplification.tolist() == pytest.approx([1.0, 1.0, 4.0], abs=1e-3)
    assert is_metastable(calls, 3).tolist() == [False, False, True]
    assert many.has_two_states.tolist() == [False, False, True]


def test_negative_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        with_retries(1.0, late(1.0), -1)
    with pytest.raises(ValueError, match="0 or more"):
        with_retries(1.0, late(1.0), 1, -0.5)
