"""Stations: tables, limits, exact chains; irregular arrivals."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from sysdesign.formulas import arrivals
from sysdesign.formulas.stations import (
    erlang_b,
    erlang_c,
    light_load_ratio,
    refused,
    utilisation,
    wait_md,
    wait_mg,
    wait_mm,
)

from . import exact

LOADS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
FEW_AND_MANY = (1, 2, 3, 4, 6, 8, 12, 16, 32)

loads = st.floats(0.01, 0.99)
servers = st.integers(1, 300)


@pytest.mark.parametrize(
    ("offered", "lines", "blocked"),
    [
        (4.461, 10, 0.01),
        (12.03, 20, 0.01),
        (37.90, 50, 0.01),
        (84.06, 100, 0.01),
        (0.0204, 1, 0.02),
    ],
)
def test_erlang_b_is_that_of_the_printed_tables(offered: float, lines: int, blocked: float) -> None:
    assert erlang_b(offered, lines) == pytest.approx(blocked, rel=2e-3)


@given(st.floats(0.01, 1.5), st.integers(1, 1500))
def test_erlang_b_is_the_poisson_share(load: float, lines: int) -> None:
    offered = load * lines
    share = stats.poisson.logpmf(lines, offered) - stats.poisson.logcdf(lines, offered)
    assert erlang_b(offered, lines) == pytest.approx(math.exp(share), rel=1e-7, abs=1e-300)


@pytest.mark.parametrize("load", [0.01, 0.5, 0.95, 1.0, 1.05, 3.0, 100.0])
@pytest.mark.parametrize("lines", [201, 1000, 20_000])
def test_the_integral_for_many_servers_is_the_recursion(load: float, lines: int) -> None:
    blocked = 1.0
    for busy in range(1, lines + 1):
        blocked = load * lines * blocked / (busy + load * lines * blocked)
    assert erlang_b(load * lines, lines) == pytest.approx(blocked, rel=1e-10)


@given(loads, st.integers(1, 60))
def test_wait_of_m_m_c_is_that_of_its_chain(load: float, c: int) -> None:
    weights = [1.0]
    for n in range(1, c + 1):
        weights.append(weights[-1] * load * c / n)
    last = weights[-1] / (1 - load)
    waits = last / (sum(weights[:-1]) + last)
    assert erlang_c(load * c, c) == pytest.approx(waits, rel=1e-9)
    queued = waits * load / (1 - load)
    assert wait_mm(load * c * 7, 1 / 7, c) == pytest.approx(queued / (load * c * 7), rel=1e-9)


@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize("c", FEW_AND_MANY)
@pytest.mark.mostly_slow(5)
def test_wait_of_constant_service(load: float, c: int) -> None:
    assert wait_md(load * c, 1.0, c) == pytest.approx(exact.wait_m_d_c(load, c), rel=0.06, abs=1e-8)


@pytest.mark.slow
def test_wait_of_general_service_within_six_percent_and_one_and_a_half_on_average() -> None:
    laws = [(exact.erlang(k), 1 / k) for k in (2, 4)]
    laws += [(exact.hyperexponential(scv), scv) for scv in (1.5, 2.0, 3.0, 4.0)]
    errors: dict[tuple[float, int, float], float] = {}
    for law, scv in laws:
        for c in FEW_AND_MANY if len(law.rates) == 2 else (1, 2, 3, 4, 6):
            for load in LOADS:
                true = exact.wait_m_ph_c(load * c, law, c)
                if true > 1e-8:  # below, the exact solution is mostly rounding
                    wait: Any = wait_mg(load * c, 1.0, c, scv)
                    errors[scv, c, load] = abs(wait / true - 1)
    worst = max(errors, key=errors.__getitem__)
    assert errors[worst] < 0.06, worst
    assert sum(errors.values()) / len(errors) < 0.015
    assert len(errors) > 300


@given(loads, st.floats(0, 20))
def test_one_server_is_pollaczek_khinchine(load: float, scv: float) -> None:
    assert wait_mg(load / 3, 3.0, 1, scv) == pytest.approx(
        3 * load / (1 - load) * (1 + scv) / 2, rel=1e-12
    )


@given(loads, servers, st.floats(0, 10), st.floats(0, 10))
def test_more_spread_waits_longer(load: float, c: int, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert wait_mg(load * c, 1.0, c, low) <= wait_mg(load * c, 1.0, c, high) * (1 + 1e-12)


@given(loads, loads, servers, st.floats(0, 10))
def test_more_load_waits_longer(one: float, other: float, c: int, scv: float) -> None:
    low, high = sorted((one, other))
    assert wait_mg(low * c, 1.0, c, scv) <= wait_mg(high * c, 1.0, c, scv) * (1 + 1e-9)


@pytest.mark.parametrize("scv", [0.0, 0.5, 1.0, 4.0])
def test_close_to_full_load_only_the_spread_counts(scv: float) -> None:
    waits = wait_mg(0.9999 * 8, 1.0, 8, scv) / wait_mm(0.9999 * 8, 1.0, 8)
    assert waits == pytest.approx((1 + scv) / 2, rel=1e-3)


@pytest.mark.parametrize("c", [1, 2, 5, 30, 64, 65])
@pytest.mark.parametrize("scv", [1.0, 2.0, 4.0])
def test_light_load_is_the_first_of_the_residuals(c: int, scv: float) -> None:
    fast = (1 + ((scv - 1) / (scv + 1)) ** 0.5) / 2

    def above(t: float) -> float:
        return float(np.exp(-2 * fast * t) + np.exp(-2 * (1 - fast) * t)) / 2

    first, _ = integrate.quad(lambda t: above(t) ** c, 0, np.inf)
    assert light_load_ratio(scv, c) == pytest.approx(c * first, rel=1e-6 if c <= 64 else 1e-3)


@pytest.mark.parametrize("load", [0.2, 0.8, 1.0, 1.5, 40.0])
@pytest.mark.parametrize(("c", "places"), [(1, 0), (1, 5), (4, 0), (4, 30), (50, 2)])
def test_refused_calls_of_m_m_c_k(load: float, c: int, places: int) -> None:
    weights = [1.0]
    for n in range(1, c + places + 1):
        weights.append(weights[-1] * load * c / min(n, c))
    assert refused(load * c * 3, 1 / 3, c, places) == pytest.approx(weights[-1] / sum(weights))


def test_a_huge_backlog_neither_overflows_nor_loses_the_excess() -> None:
    assert refused(2.0, 1.0, 1, 1_000_000) == pytest.approx(0.5)
    assert refused(0.5, 1.0, 1, 1_000_000) == 0


@pytest.mark.parametrize(
    "wait",
    [
        wait_mm,
        wait_md,
        wait_mg,
        lambda rate, s, c: wait_mg(rate, s, c, scv=4.0, arrival_scv=0.25),
        lambda rate, s, c: wait_mg(rate, s, c, scv=0.0, arrival_scv=0.0),
    ],
)
@pytest.mark.parametrize("c", [1, 3, 250])
def test_arrays_are_number_by_number_and_overload_is_inf(wait, c: int) -> None:
    rates = np.array([0.0, 0.3, 0.9, 1.0, 1.7, 1e9]) * c
    waits = wait(rates, 1.0, c)
    assert waits.tolist() == pytest.approx([wait(float(rate), 1.0, c) for rate in rates])
    assert waits[0] == 0
    assert np.isinf(waits[3:]).all()


def test_service_without_variance_waits_for_ever() -> None:
    assert wait_mg(0.5, 1.0, 2, math.inf) == math.inf
    assert wait_mg(0.0, 1.0, 2, math.inf) == 0


@pytest.mark.parametrize("c", [0, -1])
def test_a_station_without_servers_is_refused(c: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        utilisation(1.0, 1.0, c)
    with pytest.raises(ValueError, match="at least one"):
        erlang_b(1.0, c)


def test_negative_rates_are_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        wait_mm(-1.0, 1.0, 1)
    with pytest.raises(ValueError, match="0 or more"):
        wait_mm(np.array([1.0, -1.0]), 1.0, 1)
    with pytest.raises(ValueError, match="0 or more"):
        refused(1.0, 1.0, 1, -1)


@pytest.mark.parametrize("load", [0.5, 0.7, 0.9])
@pytest.mark.parametrize("turns", [2, 4])
def test_regular_arrivals_wait_as_in_the_exact_gi_m_1(load: float, turns: int) -> None:
    """Every n-th call of a Poisson stream: Erlang arrivals, solved by the root of GI/M/1."""

    def transform(s: float) -> float:
        return (turns * load / (turns * load + s)) ** turns

    found = optimize.brentq(lambda x: transform(1 - x) - x, 0.0, 1 - 1e-9)
    waits = wait_mg(load, 1.0, 1, arrival_scv=1 / turns)
    assert waits == pytest.approx(found / (1 - found), rel=0.1)
    assert waits >= found / (1 - found)


class TestArrivals:
    """Merging, splitting, departing."""

    @given(loads, st.integers(1, 50), st.floats(0, 1))
    def test_poisson_stays_poisson(self, load: float, c: int, share: float) -> None:
        assert arrivals.departing(1.0, 1.0, load, c) == pytest.approx(1)
        assert arrivals.split(1.0, share) == pytest.approx(1)
        assert arrivals.merged([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], load) == pytest.approx(1)

    def test_a_split_of_erlang_arrivals_is_exact(self) -> None:
        """A geometric number of Erlang-2 gaps, mean 1 and scv 1/2 each: variance by hand."""
        share = 0.3
        mean_gaps, variance_gaps = 1 / share, (1 - share) / share**2
        variance = mean_gaps * 0.5 + variance_gaps
        assert arrivals.split(0.5, share) == pytest.approx(variance / mean_gaps**2)

    @given(st.lists(st.floats(0.1, 9), min_size=2, max_size=6), loads)
    def test_merging_lies_between_poisson_and_the_mixture(
        self, scvs: list[float], load: float
    ) -> None:
        mixed = sum(scvs) / len(scvs)
        low, high = sorted((1.0, mixed))
        merged = arrivals.merged([2.0] * len(scvs), scvs, load)
        assert low - 1e-9 <= merged <= high + 1e-9

    def test_departures_at_the_ends(self) -> None:
        assert arrivals.departing(3.0, 0.5, 0.0, 1) == 3.0  # no queue: as they came
        assert arrivals.departing(3.0, 0.5, 1.0, 1) == pytest.approx(0.5)  # as they are served

    def test_no_calls_at_all(self) -> None:
        assert arrivals.merged([0.0, 0.0], [4.0, 4.0], 0.0) == 1.0
        with pytest.raises(ValueError, match="one for each"):
            arrivals.merged([1.0], [], 0.5)

    def test_samples(self) -> None:
        rates = np.array([1.0, 2.0])
        merged: Any = arrivals.merged(
            [rates, np.array([0.0, 2.0])], [4.0, 9.0], np.array([0.9, 1.0])
        )
        assert merged.tolist() == pytest.approx([4.0, 6.5])
