"""Inverted percentiles within 0.1% of values worked out another way; sums, joins, cuts, retries."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg, stats

from sysdesign.formulas.delays import Delay, constant, mixture, series, spread, waiting
from sysdesign.formulas.fitting import by_p99
from sysdesign.formulas.joins import cut, fastest, hedged, kth, retried, slowest
from sysdesign.formulas.laws import CONSTANT, EXPONENTIAL, Shape, gamma, hyperexponential
from sysdesign.formulas.readings import mean_within, percentiles, share_above
from sysdesign.formulas.rounds import repeated
from sysdesign.formulas.stations import erlang_c, wait_mg
from sysdesign.formulas.tables import Uniform, lognormal
from sysdesign.formulas.tails import variance_of
from tests.quick import examples

from . import exact

SHARES = (0.5, 0.9, 0.95, 0.99, 0.999)


def sojourn(load: Any, servers: int, shape: Shape) -> Delay:
    """Wait and service at a station; service mean 1."""
    mean = wait_mg(load * servers, 1.0, servers, shape.scv)
    wait = waiting(erlang_c(load * servers, servers), mean, load, shape)
    return series([wait, spread(shape, 1.0)])


@pytest.mark.parametrize("load", [0.01, 0.3, 0.7, 0.95, 0.99])
@pytest.mark.parametrize("servers", [1, 2, 8, 32])
def test_m_m_c(load: float, servers: int) -> None:
    true = [
        exact.percentile(
            lambda t: exact.sojourn_above_m_m_c(t, load * servers, 1.0, servers), share, 1.0
        )
        for share in SHARES
    ]
    assert percentiles(sojourn(load, servers, EXPONENTIAL), SHARES) == pytest.approx(true, rel=1e-3)


@pytest.mark.parametrize("load", [0.3, 0.7, 0.95])
@pytest.mark.parametrize(
    ("shape", "phases"),
    [(gamma(1 / k), exact.erlang(k)) for k in (2, 4)]
    + [(hyperexponential(v), exact.hyperexponential(v)) for v in (2.0, 4.0, 10.0)],
)
def test_m_ph_1(load: float, shape: Shape, phases: exact.Phases) -> None:
    true = [
        exact.percentile(lambda t: exact.sojourn_above_m_ph_1(t, load, phases), share, 1.0)
        for share in SHARES
    ]
    assert percentiles(sojourn(load, 1, shape), SHARES) == pytest.approx(true, rel=1e-3)


@pytest.mark.parametrize("load", [0.3, 0.7, 0.9])
def test_m_d_1(load: float) -> None:
    """Erlang's own sum for the wait (1909)."""

    def above(t: float) -> float:
        terms = (
            (-load * (t - k)) ** k / math.factorial(k) * math.exp(load * (t - k))
            for k in range(int(t) + 1)
        )
        return 1 - (1 - load) * math.fsum(terms)

    found = percentiles(sojourn(load, 1, CONSTANT), (0.5, 0.9, 0.95, 0.99))
    for time, share in zip(found, (0.5, 0.9, 0.95, 0.99), strict=True):
        if above(0.0) > 1 - share:
            true = 1 + exact.percentile(above, share, 1.0)
            assert time == pytest.approx(true, rel=1e-3)
        else:  # so many do not wait at all
            assert time == 1.0


@pytest.mark.parametrize("load", [0.3, 0.7])
@pytest.mark.parametrize(
    ("shape", "known"),
    [
        (lognormal(1.0), stats.lognorm(math.log(2) ** 0.5, scale=0.5**0.5)),
        (lognormal(0.1), stats.lognorm(math.log(1.1) ** 0.5, scale=1.1**-0.5)),
    ],
)
def test_m_g_1_by_numeric_integration(load: float, shape: Shape, known: Any) -> None:
    times, above = exact.sojourn_grid_m_g_1(load, known, 30.0, 6000)
    true = [float(np.interp(share - 1, -above, times)) for share in (0.5, 0.95, 0.99)]
    assert percentiles(sojourn(load, 1, shape), (0.5, 0.95, 0.99)) == pytest.approx(true, rel=1e-3)


@pytest.mark.parametrize("scale", [1e-9, 1e-3, 1e6])
@pytest.mark.parametrize("scv", [0.05, 1.0, 4.0, 200.0])
def test_a_lognormal_law_alone(scale: float, scv: float) -> None:
    sigma = math.log(1 + scv) ** 0.5
    true = stats.lognorm(sigma, scale=scale * math.exp(-(sigma**2) / 2)).ppf(SHARES)
    found = percentiles(spread(lognormal(scv), scale), SHARES)
    assert found == pytest.approx(true.tolist(), rel=1e-3)


def phase_percentiles(start: list[float], generator: list[list[float]]) -> list[float]:
    """Of a phase law, by the matrix exponential."""
    matrix = np.array(generator)
    return [
        exact.percentile(
            lambda t: float((np.array(start) @ linalg.expm(matrix * t)).sum()), share, 1.0
        )
        for share in SHARES
    ]


def test_series_with_a_join_and_a_fixed_time() -> None:
    """The longest of five exponentials takes rates 5, 4, 3, 2, 1; then one more, then 3 s."""
    one = spread(EXPONENTIAL, 1.0)
    path = series([slowest([one] * 5), one, constant(3.0)])
    rates = [5.0, 4.0, 3.0, 2.0, 1.0, 1.0]
    generator = np.diag([-r for r in rates]) + np.diag(rates[:-1], 1)
    true = phase_percentiles([1.0] + [0.0] * 5, generator.tolist())
    assert percentiles(path, SHARES) == pytest.approx([3 + t for t in true], rel=1e-3)
    assert path.mean_s == pytest.approx(3 + 137 / 60 + 1, rel=1e-4)


def test_a_hit_or_a_miss() -> None:
    path = mixture([0.8, 0.2], [spread(EXPONENTIAL, 0.1), spread(EXPONENTIAL, 1.0)])
    true = phase_percentiles([0.8, 0.2], [[-10.0, 0.0], [0.0, -1.0]])
    assert percentiles(path, SHARES) == pytest.approx(true, rel=1e-3)
    assert path.mean_s == pytest.approx(0.28)


@pytest.mark.parametrize("needed", [1, 2, 3, 5])
def test_quorums_of_equal_copies(needed: int) -> None:
    """The k-th of n answers is below t if k of n are: a binomial."""
    answer = kth([spread(EXPONENTIAL, 1.0)] * 5, needed)
    true = [
        exact.percentile(
            lambda t: float(stats.binom.cdf(needed - 1, 5, -math.expm1(-t))), share, 1.0
        )
        for share in SHARES
    ]
    assert percentiles(answer, SHARES) == pytest.approx(true, rel=1e-3)
    assert answer.mean_s == pytest.approx(sum(1 / (5 - i) for i in range(needed)), rel=1e-3)


def test_quorum_of_unlike_copies() -> None:
    """Two of three with rates 1, 2, 4, by inclusion and exclusion."""
    rates = (1.0, 2.0, 4.0)
    answer = kth([spread(EXPONENTIAL, 1 / rate) for rate in rates], 2)
    pairs = 1 / 3 + 1 / 5 + 1 / 6
    assert answer.mean_s == pytest.approx(pairs - 2 / 7, rel=1e-3)


def test_joins_with_fixed_parts_count_them_exactly() -> None:
    late = series([constant(0.5), spread(EXPONENTIAL, 1.0)])
    both = slowest([late, constant(2.0)])
    assert both.mean_s == pytest.approx(2 + math.exp(-1.5), rel=1e-4)
    assert percentiles(both, (0.5, 0.99)) == pytest.approx([2.0, 0.5 - math.log(0.01)], rel=1e-3)
    first = fastest([late, constant(2.0)])
    assert first.mean_s == pytest.approx(0.5 + 1 - math.exp(-1.5), rel=1e-3)
    assert percentiles(first, (0.5, 0.99)) == pytest.approx([0.5 + math.log(2), 2.0], rel=3e-3)


def test_hedging() -> None:
    """S(t) S(t - d) of an exponential falls twice as fast after d."""
    one = spread(EXPONENTIAL, 1.0)
    asked_again = hedged(one, one, 1.0)
    assert asked_again.mean_s == pytest.approx(1 - math.exp(-1) / 2, rel=1e-3)
    true = [t if t < 1 else (t + 1) / 2 for t in (-math.log(1 - share) for share in SHARES)]
    assert percentiles(asked_again, SHARES) == pytest.approx(true, rel=1e-3)


@given(st.floats(0.01, 20.0))
def test_a_timeout_cuts_the_mean_and_the_share(timeout: float) -> None:
    one = spread(EXPONENTIAL, 1.0)
    assert share_above(one, timeout) == pytest.approx(math.exp(-timeout), abs=1e-4)
    assert mean_within(one, timeout) == pytest.approx(-math.expm1(-timeout), rel=1e-3)
    assert cut(one, timeout).mean_s == mean_within(one, timeout)


def test_percentiles_stop_at_a_timeout() -> None:
    found = percentiles(cut(spread(EXPONENTIAL, 1.0), 2.0), (0.5, 0.8, 0.9, 0.999))
    assert found == pytest.approx([math.log(2), math.log(5), 2.0, 2.0], rel=3e-3)
    assert percentiles(cut(constant(1.0), 0.3), (0.5,)) == [0.3]


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_retries_one_after_the_other(retries: int) -> None:
    """Attempt k starts after k timeouts and pauses, with probability p^k."""
    late, timeout, pause = math.exp(-1.0), 1.0, 0.5
    path = retried(spread(EXPONENTIAL, 1.0), timeout, retries, pause)
    attempts = sum(late**k for k in range(retries + 1))
    assert path.mean_s == pytest.approx((1 - late) * attempts + pause * (attempts - 1), rel=1e-3)

    def above(t: float) -> float:
        made, within = divmod(t, timeout + pause)
        if made > retries or (made == retries and within >= timeout):
            return 0.0
        return late ** int(made) * math.exp(-min(within, timeout))

    for t in (0.5, 0.9, 1.7, 2.2, 3.1):
        assert share_above(path, t) == pytest.approx(above(t), abs=2e-3)


def test_overload_never_ends() -> None:
    stuck, fine = sojourn(1.2, 2, EXPONENTIAL), spread(EXPONENTIAL, 1.0)
    assert stuck.mean_s == math.inf
    assert percentiles(series([fine, stuck]), SHARES) == [math.inf] * 5
    some = mixture([0.97, 0.03], [fine, stuck])
    found = percentiles(some, SHARES)
    assert found[2] == pytest.approx(-math.log(1 - 0.95 / 0.97), rel=1e-3)
    assert found[3:] == [math.inf, math.inf]
    assert slowest([fine, stuck]).mean_s == math.inf
    assert fastest([fine, stuck]).mean_s == pytest.approx(1.0, rel=1e-3)
    assert percentiles(cut(stuck, 3.0), (0.5,)) == pytest.approx([3.0], rel=3e-3)


def test_samples_side_by_side() -> None:
    """M/M/1 sojourns are exponential with rate 1 - load; with and without overload in a sample."""
    loads = np.array([0.0, 0.2, 0.5, 0.9, 1.0, 1.7])
    above = share_above(sojourn(loads, 1, EXPONENTIAL), 5.0)
    assert np.allclose(above, np.exp(-5 * np.maximum(1 - loads, 0)), atol=1e-4)
    both = slowest([sojourn(loads, 1, EXPONENTIAL), constant(1.0)])
    assert np.allclose(share_above(both, 5.0), above, atol=1e-3)


def test_fixed_delays() -> None:
    fixed = series([constant(1.0), slowest([constant(2.0), constant(3.0)])])
    assert (fixed.mean_s, percentiles(fixed, (0.5, 0.999))) == (4.0, [4.0, 4.0])
    assert (share_above(fixed, 3.99), share_above(fixed, 4.0)) == (1.0, 0.0)
    assert percentiles(spread(EXPONENTIAL, 0.0), (0.5,)) == [0.0]
    assert percentiles(sojourn(0.0, 4, CONSTANT), (0.99,)) == [1.0]


def test_two_constants_by_chance() -> None:
    either = mixture([0.6, 0.4], [constant(0.001), constant(1.0)])
    assert percentiles(either, (0.5, 0.9)) == pytest.approx([0.001, 1.0], rel=3e-3)


def test_a_law_with_edges() -> None:
    true = [2 * share for share in SHARES]
    assert percentiles(spread(Uniform(1.0), 1.0), SHARES) == pytest.approx(true, rel=1e-3)


@pytest.mark.parametrize("pieces", [100, 300, 1_000, 10_000, 200_000])
def test_many_pieces_in_turn_are_all_but_fixed(pieces: int) -> None:
    """The sum of so many exponentials is a gamma law; nothing is longer than that by its grid."""
    whole = repeated(spread(EXPONENTIAL, 1.0), pieces)
    true = [float(stats.gamma.ppf(share, pieces)) for share in SHARES]
    assert percentiles(whole, SHARES) == pytest.approx(true, rel=1e-3)


def test_bad_questions_are_refused() -> None:
    one = spread(EXPONENTIAL, 1.0)
    with pytest.raises(ValueError, match="between 0 and 1"):
        percentiles(one, (1.0,))
    with pytest.raises(ValueError, match="1 to 2"):
        kth([one, one], 3)
    with pytest.raises(ValueError, match="sum to 1"):
        mixture([0.5, 0.4], [one, one])
    with pytest.raises(ValueError, match="0 or more"):
        retried(one, 1.0, -1)


@settings(max_examples=examples(60))
@given(
    load=st.sampled_from([0.0, 1e-9, 0.3, 0.999999, 1.0, 7.0]),
    servers=st.sampled_from([1, 3, 40, 500]),
    ratio=st.floats(1.0, 99.0),
    scale=st.sampled_from([1e-7, 1.0, 1e4]),
)
def test_any_station_gives_rising_numbers(
    load: float, servers: int, ratio: float, scale: float
) -> None:
    """No warning, no NaN; inf in overload only."""
    shape = by_p99(ratio)
    rate = load * servers / scale
    mean = wait_mg(rate, scale, servers, shape.scv, light=shape.light_load_ratio(servers))
    wait = waiting(erlang_c(rate * scale, servers), mean, load, shape)
    path = series([wait, spread(shape, scale), constant(scale / 10)])
    found = percentiles(path, SHARES)
    assert all(time > 0 for time in found)
    assert all(low <= high for low, high in pairwise(found))
    assert math.isinf(found[-1]) == (load >= 1)
    assert 0 <= share_above(path, 3 * scale) <= 1
    assert 0 < mean_within(path, 3 * scale) <= 3 * scale


@pytest.mark.parametrize("count", [1, 16, 400, 10_000])
def test_a_variance_is_right_however_small_beside_the_mean(count):
    """An Erlang law of n parts: n times the variance of one (Kleinrock 1975, section 4.2)."""
    parts = spread(gamma(1 / count), 1.0)
    assert variance_of(parts) == pytest.approx(1 / count, rel=0.02)
    assert variance_of(series([parts, constant(3.0)])) == pytest.approx(1 / count, rel=0.02)
