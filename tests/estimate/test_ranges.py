"""Ranges against theory: products in closed form, sums by integration, limits, what causes spread."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import norm

from tests.estimate.working import DAY, Z95, bench, near

SIGMAS = 5e-3  # relative error of 10,000 stratified draws in a percentile between 5 and 95


def lognormal(low: float, high: float) -> tuple[float, float]:
    """Logarithm of the median, and spread, of the lognormal with this 90% interval."""
    return (math.log(low) + math.log(high)) / 2, math.log(high / low) / (2 * Z95)


def test_a_chain_of_products_is_exact() -> None:
    figure = bench("""
assumptions: {users: 2M .. 6M user, calls: 3 .. 9 req/user/day, size: 1 .. 2 kB/req}
operations: {a: {rate: users * calls, peak: 2, response: size * 1 req, path: [web]}}
""").figures["a.peak_egress"]  # fmt: skip
    parts = [lognormal(2e6, 6e6), lognormal(3, 9), lognormal(1e3, 2e3)]
    mu, sigma = sum(m for m, _ in parts), math.hypot(*(s for _, s in parts))
    value = figure.quantity.value
    assert value.is_closed
    assert value.median == near(2 * math.exp(mu) / DAY)
    assert value.low == near(2 * math.exp(mu - Z95 * sigma) / DAY)
    assert value.high == near(2 * math.exp(mu + Z95 * sigma) / DAY)
    assert dict(figure.contributions) == {
        name: near(s**2 / sigma**2)
        for name, (_, s) in zip(("users", "calls", "size"), parts, strict=True)
    }


@pytest.mark.slow
def test_a_sum_is_the_convolution_of_its_parts() -> None:
    figure = bench("""
assumptions: {x: 100 .. 400 req/s, y: 50 .. 900 req/s}
operations: {a: {rate: x, path: [web]}, b: {rate: y, path: [web]}}
""").figures["system.rate"]
    (m1, s1), (m2, s2) = lognormal(100, 400), lognormal(50, 900)

    def below(total: float) -> float:
        def density(x: float) -> float:
            weight = norm.pdf((math.log(x) - m1) / s1) / (s1 * x)
            return float(weight * norm.cdf((math.log(total - x) - m2) / s2))

        return float(quad(density, 1e-9, total, limit=200)[0])

    value = figure.quantity.value
    for share, found in ((0.05, value.low), (0.5, value.median), (0.95, value.high)):
        exact = brentq(lambda t, s=share: below(t) - s, 50, 20_000, xtol=1e-6)
        assert found == pytest.approx(exact, rel=2 * SIGMAS)


def test_one_name_is_one_draw() -> None:
    figures = bench("""
assumptions: {x: 100 .. 400 req/s}
operations: {a: {rate: x, path: [web]}, b: {rate: 2 * x, path: [web]}}
estimates: {ratio: b.rate / a.rate, rest: b.rate - a.rate - x}
""").figures
    assert figures["ratio"].quantity.value.is_exact
    assert figures["ratio"].median == near(2)
    value = figures["system.rate"].quantity.value
    assert (value.low, value.high) == (near(300), near(1200))


def test_the_longest_of_parallel_calls_is_taken_draw_by_draw() -> None:
    figure = bench(
        "operations: {a: {rate: 1 req/s, path: [parallel: [x, y]]}}",
        "  x: {kind: service, work: 2 .. 8 ms}\n  y: {kind: service, work: 3 .. 5 ms}",
    ).figures["a.own_time"]
    (m1, s1), (m2, s2) = lognormal(2e-3, 8e-3), lognormal(3e-3, 5e-3)

    def below(log_t: float) -> float:
        return float(norm.cdf((log_t - m1) / s1) * norm.cdf((log_t - m2) / s2))

    value = figure.quantity.value
    for share, found in ((0.05, value.low), (0.5, value.median), (0.95, value.high)):
        exact = math.exp(brentq(lambda t, s=share: below(t) - s, -10, 0))
        assert found == pytest.approx(exact, rel=2 * SIGMAS)


def test_an_own_estimate_passes_its_limit_with_the_probability_of_theory() -> None:
    limits = bench("""
assumptions: {x: 100 .. 400 req/s, y: 20 .. 30}
estimates:
  a: {formula: x * y, limit: {max: 9000 req/s, min: 2000 req/s}}
  b: {formula: x, limit: {max: 30 req/s * y}}
  c: {formula: 5 req/s, limit: 6 req/s}
""").study.estimate.limits
    (m1, s1), (m2, s2) = lognormal(100, 400), lognormal(20, 30)
    mu, sigma = m1 + m2, math.hypot(s1, s2)
    expected = [
        norm.sf((math.log(9000) - mu) / sigma),
        norm.cdf((math.log(2000) - mu) / sigma),
        norm.sf((math.log(30) + m2 - m1) / sigma),
        0.0,
    ]
    assert [limit.exceeded for limit in limits] == [pytest.approx(p, abs=1e-12) for p in expected]


def test_independent_draws_narrow_a_sum() -> None:
    figures = bench("""
assumptions:
  one: {value: 2 h .. 8 h}
  many: {value: 2 h .. 8 h, draws: 400}
estimates: {all: 400 * one}
""").figures
    mu, sigma = lognormal(2 * 3600, 8 * 3600)
    mean = math.exp(mu + sigma**2 / 2)
    sd = mean * math.sqrt(math.expm1(sigma**2))
    many = figures["many"].quantity.value
    assert many.median == pytest.approx(400 * mean, rel=0.01)
    assert (many.high - many.low) / (2 * Z95) == pytest.approx(20 * sd, rel=0.03)
    whole = figures["all"].quantity.value
    assert whole.high / whole.low == near(4)


def test_a_range_may_be_given_by_other_percentiles_or_hard_ends() -> None:
    figures = bench("""
assumptions:
  a: {p10: 20, p90: 80}
  b: {min: 10, max: 30}
  c: {p25: 4, p75: 6, shape: normal}
""").figures
    mu, sigma = math.log(40), math.log(2) / norm.ppf(0.9)
    assert figures["a"].quantity.value.high == near(math.exp(mu + Z95 * sigma))
    assert figures["b"].quantity.value.low == pytest.approx(11, rel=1e-3)
    assert figures["b"].quantity.value.median == pytest.approx(20, rel=1e-3)
    sd = 1 / norm.ppf(0.75)
    assert figures["c"].quantity.value.high == pytest.approx(5 + Z95 * sd, rel=1e-3)


def test_shares_of_the_spread_add_up_to_one_and_name_inputs_alone() -> None:
    figures = bench("""
assumptions: {x: 100 .. 400 req/s, y: 50 .. 90 req/s, z: 7 req/s}
operations: {a: {rate: x + z, path: [web]}, b: {rate: y, path: [web]}}
""").figures
    shares = dict(figures["system.rate"].contributions)
    assert set(shares) == {"x", "y"}
    assert sum(shares.values()) == near(1)
    draws = np.random.Generator(np.random.PCG64(3)).standard_normal((2, 400_000))
    (m1, s1), (m2, s2) = lognormal(100, 400), lognormal(50, 90)
    log = np.log(np.exp(m1 + s1 * draws[0]) + 7 + np.exp(m2 + s2 * draws[1]))
    squared = [np.corrcoef(log, d)[0, 1] ** 2 for d in draws]
    assert shares["x"] == pytest.approx(squared[0] / sum(squared), abs=0.01)
