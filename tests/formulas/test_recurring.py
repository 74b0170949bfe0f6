"""Waits at one queue again and again, against the exact birth and death chain."""

from __future__ import annotations

import numpy as np
import pytest

from sysdesign.formulas.delays import spread
from sysdesign.formulas.laws import EXPONENTIAL
from sysdesign.formulas.readings import percentiles
from sysdesign.formulas.recurring import (
    correlation,
    mean_correlation,
    relaxation_s,
    stretched,
    waits_at_one_queue,
)
from sysdesign.formulas.tails import tail_of


def exact_correlation(load: float, servers: int, seconds: float) -> float:
    """Of the departures that a call would wait for, now and later (M/M/c), by eigenvectors."""
    most = servers + int(14 / -np.log(load)) + 5
    rates = np.zeros((most, most))
    share = np.ones(most)
    for n in range(1, most):
        rates[n - 1, n] = load * servers
        rates[n, n - 1] = min(n, servers)
        share[n] = share[n - 1] * load * servers / min(n, servers)
    share /= share.sum()
    rates -= np.diag(rates.sum(1))
    root = np.sqrt(share)
    values, vectors = np.linalg.eigh(root[:, None] * rates / root[None, :])
    waits = np.maximum(np.arange(most) - servers + 1.0, 0.0)
    parts = vectors.T @ (root * waits)
    mean = share @ waits
    both = (parts * np.exp(values * seconds) * parts).sum() - mean**2
    return float(both / (share @ waits**2 - mean**2))


@pytest.mark.parametrize("times", [0.0, 0.05, 0.2, 1.0, 3.0])
@pytest.mark.parametrize(
    ("load", "servers", "off"), [(0.5, 1, 0.015), (0.9, 1, 0.003), (0.8, 4, 0.03), (0.9, 16, 0.04)]
)
@pytest.mark.mostly_slow(6)
def test_a_queue_forgets_as_the_chain_does(load, servers, off, times):
    seconds = relaxation_s(load, 1.0, servers, 1.0, 1.0)
    exact = exact_correlation(load, servers, times * seconds)
    assert correlation(times) == pytest.approx(exact, abs=off)


def test_correlation_falls_from_one_to_none():
    found = [correlation(times) for times in np.linspace(0.0, 80.0, 400)]
    assert found[0] == 1.0
    assert found == sorted(found, reverse=True)
    assert found[-1] == 0.0


def test_many_looks_are_close_to_their_integral():
    few, many = mean_correlation(32, 0.1), mean_correlation(33, 0.1)
    assert many == pytest.approx(few, rel=0.05)
    assert mean_correlation(1, 0.1) == 0.0
    assert mean_correlation(10**9, 1.0) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("alike", [0.0, 0.3, 1.0])
def test_mean_and_variance_of_the_sum_are_exact(alike):
    """k + k(k-1) r for unit variance."""
    whole = waits_at_one_queue(spread(EXPONENTIAL, 1.0), 4, alike)
    assert whole.mean_s == pytest.approx(4.0)
    assert tail_of(whole).scv_beyond * 16 == pytest.approx(4 + 12 * alike, rel=0.01)


def test_a_stretched_delay_has_stretched_percentiles():
    one = spread(EXPONENTIAL, 1.0)
    shares = [0.5, 0.99]
    tripled = percentiles(stretched(one, 3.0), shares)
    assert tripled == pytest.approx([3 * value for value in percentiles(one, shares)], rel=1e-3)
