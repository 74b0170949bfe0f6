"""Calls that come together: closed forms, and chains solved as linear equations."""

from __future__ import annotations

import numpy as np
import pytest

from sysdesign.formulas.bursts import wait_in_bursts
from sysdesign.formulas.stations import erlang_c, wait_mm


def chain(offered: float, servers: int, sizes: dict[int, float], most: int = 500):
    """Probability, mean and scv of the wait; `sizes` gives the part of calls in bursts of a size."""
    matrix = np.zeros((most + 1, most + 1))
    for n in range(most + 1):
        for size, part in sizes.items():
            matrix[n, min(n + size, most)] += offered * part / size
        if n:
            matrix[n, n - 1] += min(n, servers)
        matrix[n, n] -= matrix[n].sum()
    matrix[:, 0] = 1.0
    right = np.zeros(most + 1)
    right[0] = 1.0
    share = np.linalg.solve(matrix.T, right)
    above = first = second = 0.0
    for n, there in enumerate(share):
        for size, part in sizes.items():
            for place in range(1, size + 1):
                weight, ahead = there * part / size, n + place - servers
                if ahead > 0:  # a sum of so many exponential times
                    above += weight
                    first += weight * ahead / servers
                    second += weight * ahead * (ahead + 1) / servers**2
    return above, first, second / above / (first / above) ** 2 - 1


@pytest.mark.parametrize("load", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("servers", [1, 3, 8])
@pytest.mark.parametrize("size", [2, 5, 20])
@pytest.mark.mostly_slow(7)
def test_bursts_of_one_size_are_those_of_their_chain(load, servers, size):
    found = wait_in_bursts(load * servers, 1.0, servers, float(size))
    most = 500 if load < 0.9 else 2000
    assert found == pytest.approx(chain(load * servers, servers, {size: 1.0}, most), rel=1e-6)


def test_bursts_of_two_sizes():
    found = wait_in_bursts(2.4, 1.0, 4, 3.25)
    assert found == pytest.approx(chain(2.4, 4, {3: 0.75, 4: 0.25}), rel=1e-9)


@pytest.mark.parametrize("servers", [1, 4, 50])
def test_bursts_of_one_call_are_none(servers):
    found = wait_in_bursts(0.8 * servers, 2.0, 2 * servers, 1.0)
    assert found.probability == pytest.approx(erlang_c(1.6 * servers, 2 * servers))
    assert found.mean_s == pytest.approx(wait_mm(0.8 * servers, 2.0, 2 * servers))
    nearly = wait_in_bursts(0.8 * servers, 2.0, 2 * servers, 1 + 1e-6)
    assert nearly == pytest.approx(found, rel=1e-4)


@pytest.mark.parametrize("size", [3, 40])
@pytest.mark.parametrize("load", [0.3, 0.95])
def test_one_server_has_a_closed_form(load, size):
    """Kleinrock, Queueing Systems I (1975), section 4.5: (rho + (size - 1) / 2) / (1 - rho)."""
    mean = wait_in_bursts(load, 1.0, 1, float(size)).mean_s
    assert mean == pytest.approx((load + (size - 1) / 2) / (1 - load), rel=1e-6)


def test_very_many_servers_are_close_to_fewer_faster_ones():
    few, many = wait_in_bursts(380.0, 1.0, 400, 8.0), wait_in_bursts(399.0, 1.0, 420, 8.4)
    assert many.mean_s == pytest.approx(few.mean_s, rel=0.01)


def test_overload_and_nothing_at_all():
    assert wait_in_bursts(2.0, 1.0, 2, 3.0).mean_s == float("inf")
    assert wait_in_bursts(0.0, 1.0, 2, 3.0).mean_s == 0
    with pytest.raises(ValueError, match="give 1 or more"):
        wait_in_bursts(1.0, 1.0, 2, 0.5)
