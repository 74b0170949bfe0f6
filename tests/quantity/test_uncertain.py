"""Uncertain numbers against theory: closed forms, independent integration, the same draws always."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import integrate, stats

from sysdesign.quantity import (
    ArithmeticTrouble,
    DivisionByZero,
    Uncertain,
    add,
    between,
    ceil,
    divide,
    exact,
    floor,
    independent_sum,
    maximum,
    minimum,
    multiply,
    nearest_whole,
    normal_between,
    normal_percentile,
    normal_share_below,
    percentiles,
    power,
    share_between,
    sqrt,
    subtract,
    total,
    uniform,
)

Z95 = stats.norm.ppf(0.95)
SAMPLES = 10_000

sizes = st.floats(0.001, 1000)
ranges = st.tuples(sizes, st.floats(1.01, 30)).map(lambda t: (t[0], t[0] * t[1]))


def lognormal(low: float, high: float) -> stats.rv_continuous:
    return stats.lognorm(math.log(high / low) / (2 * Z95), scale=math.sqrt(low * high))


def sampling_error(share: float) -> float:
    """Half the 99.9% interval of a share of the samples."""
    return float(stats.norm.ppf(0.9995)) * math.sqrt(share * (1 - share) / SAMPLES)


@given(st.floats(1e-300, 1 - 1e-15))
def test_normal_percentiles_are_scipys(share: float) -> None:
    assert normal_percentile(share) == pytest.approx(stats.norm.ppf(share), rel=1e-12, abs=1e-15)
    assert normal_share_below(normal_percentile(share)) == pytest.approx(share, rel=1e-9)


@given(ranges)
def test_a_range_is_the_lognormal_through_its_ends(ends: tuple[float, float]) -> None:
    number, theory = between(*ends, "a"), lognormal(*ends)
    assert number.is_closed
    assert (number.low, number.high) == pytest.approx(ends, rel=1e-12)
    assert number.median == pytest.approx(theory.median(), rel=1e-12)
    assert number.mean == pytest.approx(theory.mean(), rel=1e-12)
    assert number.sd == pytest.approx(theory.std(), rel=1e-9)
    assert number.quantile(0.99) == pytest.approx(theory.ppf(0.99), rel=1e-9)
    assert number.probability_above(ends[1]) == pytest.approx(0.05, rel=1e-9)


@given(ranges, ranges, ranges)
def test_products_are_closed_and_exact(
    a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]
) -> None:
    result = between(*a, "a") * between(*b, "b") * 3 / between(*c, "c") ** 2
    sigmas = [math.log(high / low) / (2 * Z95) for low, high in (a, b, c)]
    weights = [sigmas[0], sigmas[1], 2 * sigmas[2]]
    median = 3 * math.sqrt(a[0] * a[1] * b[0] * b[1]) / (c[0] * c[1])
    assert result.is_closed
    assert result.median == pytest.approx(median, rel=1e-12)
    assert result.high / result.low == pytest.approx(
        math.exp(2 * Z95 * math.hypot(*weights)), rel=1e-11
    )
    shares = {n: w**2 / sum(x**2 for x in weights) for n, w in zip("abc", weights, strict=True)}
    assert dict(result.contributions()) == pytest.approx(shares, rel=1e-9)
    ranked = [share for _, share in result.contributions()]
    assert ranked == sorted(ranked, reverse=True)


@given(ranges)
def test_one_name_is_one_draw(ends: tuple[float, float]) -> None:
    x, y = between(*ends, "x"), between(1, 7, "y")
    assert x / x == exact(1)
    assert x - x == exact(0)
    assert (x * y / y).median == pytest.approx(x.median, rel=1e-14)
    assert (x * x).high == pytest.approx(x.high**2, rel=1e-12)
    assert (x + x).high == pytest.approx(2 * x.high, rel=1e-12)
    assert (x + 2 * x).is_closed
    mixed = x + y
    assert (mixed - mixed).is_exact
    assert (mixed / mixed).median == 1


def exact_share_below(t: float, a: tuple[float, float], b: tuple[float, float]) -> float:
    """P(X + Y <= t) for independent lognormals, by integrating over X."""
    x, y = lognormal(*a), lognormal(*b)
    inner: Callable[[float], float] = lambda z: (  # noqa: E731
        y.cdf(t - x.ppf(stats.norm.cdf(z))) * stats.norm.pdf(z)
    )
    return float(integrate.quad(inner, -8, 8, limit=200)[0])


@pytest.mark.parametrize(
    ("a", "b"),
    [((1, 4), (2, 3)), ((0.1, 10), (5, 6)), ((100, 400), (300, 900)), ((1, 20), (1, 20))],
)
@pytest.mark.mostly_slow(2)
def test_a_sum_has_the_percentiles_of_the_convolution(
    a: tuple[float, float], b: tuple[float, float]
) -> None:
    result = between(*a, "first") + between(*b, "second")
    assert not result.is_closed
    for share, value in ((0.05, result.low), (0.5, result.median), (0.95, result.high)):
        assert exact_share_below(value, a, b) == pytest.approx(share, abs=sampling_error(share))
    mean = lognormal(*a).mean() + lognormal(*b).mean()
    sd = math.hypot(lognormal(*a).std(), lognormal(*b).std())
    assert result.mean == pytest.approx(mean, abs=4 * sd / math.sqrt(SAMPLES))
    share_above = 1 - exact_share_below(b[1], a, b)
    assert result.probability_above(b[1]) == pytest.approx(
        share_above, abs=sampling_error(share_above) + 1e-4
    )


def test_sums_keep_the_correlation_of_what_they_share() -> None:
    load, one, two = between(10, 40, "load"), between(1, 2, "one"), between(3, 9, "two")
    both = load * one + load * two
    assert np.allclose(both.samples(), (load * (one + two)).samples(), rtol=1e-12)
    assert (both / load).contributions()[0][0] == "two"


def test_contributions_of_samples_are_those_of_theory() -> None:
    # The logarithm of a product plus next to nothing is that of the product.
    closed = between(1, 9, "a") * between(1, 3, "b")
    sampled = closed + between(1e-9, 2e-9, "c")
    assert not sampled.is_closed
    assert dict(sampled.contributions())["a"] == pytest.approx(
        dict(closed.contributions())["a"], abs=0.02
    )
    assert sum(share for _, share in sampled.contributions()) == pytest.approx(1)
    assert sampled.contributions()[-1][0] == "c"
    assert sampled.contributions()[-1][1] < 0.001
    # A difference: normal a - normal b, variances 4 to 1.
    difference = normal_between(10, 14, "a") - normal_between(1, 3, "b")
    assert dict(difference.contributions())["a"] == pytest.approx(0.8, abs=0.02)


def test_draws_of_different_names_are_independent() -> None:
    draws = np.array([normal_between(-1, 1, f"name{i}").samples() for i in range(30)])
    correlation = np.corrcoef(draws) - np.eye(30)
    assert np.abs(correlation).max() < 5 / math.sqrt(SAMPLES)


def test_each_draw_is_stratified() -> None:
    values = np.sort(uniform(0, 1, "any").samples())
    assert np.allclose(values, (np.arange(SAMPLES) + 0.5) / SAMPLES, rtol=0, atol=1e-15)


PROBE = """
from sysdesign.quantity import *
total_ = between(1, 4, "rate") + between(2, 3, "size") * between(1, 2, "zürich")
print(repr([total_.low, total_.median, total_.high, total_.mean, total_.contributions()]))
"""


def probe(hash_seed: str) -> str:
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-c", PROBE]
    run = subprocess.run(command, env=environment, capture_output=True, check=True)
    return run.stdout.decode()


def test_two_processes_draw_the_same() -> None:
    assert probe("1") == probe("2")


def test_the_draws_of_a_name_never_change() -> None:
    result = between(1, 4, "rate") + between(2, 3, "size")
    pinned = [3.3573973020651233, 4.480949952093463, 6.535492555622216]
    assert [result.low, result.median, result.high] == pytest.approx(pinned, rel=1e-12)


def test_exact_numbers_do_not_load_numpy() -> None:
    code = (
        "import sys; from sysdesign.quantity import *; u = Units()\n"
        "e = parse('ceil(max(daily * 2, 3 user) / 5k) as server', u)\n"
        "q = evaluate(e, lambda n: Quantity(exact(2e6), u.parse('user').dimension), u, 'q')\n"
        "show(q)\n"
        "(between(1, 3, 'a') * between(1, 2, 'b')).probability_above(2)\n"
        "assert 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@given(st.floats(0.01, 0.9), st.floats(1.05, 20))
def test_a_share_stays_a_share(low: float, ratio: float) -> None:
    assume(low * ratio <= 1)
    share = share_between(low, low * ratio, "share")
    assert share.low == pytest.approx(low, rel=1e-3)
    assert share.high == pytest.approx(low * ratio, rel=1e-3)
    assert share.samples().max() <= 1
    assert 0 < share.low <= share.median <= share.high <= 1


def test_a_small_share_stays_closed() -> None:
    assert share_between(0.05, 0.15, "s").is_closed
    assert not share_between(0.4, 0.9, "s").is_closed
    with pytest.raises(ArithmeticTrouble):
        share_between(0.5, 1.1, "s")


def test_other_shapes_pass_through_what_is_given() -> None:
    normal = normal_between(70, 130, "n")
    assert (normal.low, normal.median, normal.high) == pytest.approx((70, 100, 130), rel=1e-6)
    flat = uniform(70, 95, "u")
    assert (flat.low, flat.median, flat.high) == pytest.approx((71.25, 82.5, 93.75), rel=1e-9)
    peak = percentiles({90: 3, 10: 1.5}, "p")
    assert (peak.quantile(0.1), peak.quantile(0.9)) == pytest.approx((1.5, 3), rel=1e-12)
    assert peak.median == pytest.approx(math.sqrt(1.5 * 3), rel=1e-12)
    skewed = percentiles({50: 10, 99: 80}, "p")
    assert (skewed.median, skewed.quantile(0.99)) == pytest.approx((10, 80), rel=1e-12)
    bell = percentiles({25: -1, 75: 1}, "b", "normal")
    assert bell.sd == pytest.approx(1 / stats.norm.ppf(0.75), rel=1e-3)
    wide = percentiles({25: 10, 75: 20}, "w", "uniform")
    assert (wide.quantile(0.25), wide.quantile(0.75)) == pytest.approx((10, 20), rel=1e-4)
    assert between(5, 5, "e") == uniform(5, 5, "e") == percentiles({5: 5, 95: 5}, "e") == exact(5)


@pytest.mark.parametrize(
    "make",
    [
        lambda: between(0, 5, "a"),
        lambda: between(-1, 5, "a"),
        lambda: between(5, 4, "a"),
        lambda: between(1, math.inf, "a"),
        lambda: between(1e-300, 1e300, "a"),
        lambda: uniform(2, 1, "a"),
        lambda: uniform(0, math.inf, "a"),
        lambda: normal_between(-1e308, 1e308, "a"),
        lambda: percentiles({50: 1}, "a"),
        lambda: percentiles({0: 1, 50: 2}, "a"),
        lambda: percentiles({10: 2, 90: 1}, "a"),
        lambda: percentiles({10: -2, 90: 1}, "a"),
        lambda: percentiles({98: 1e-300, 99: 1e300}, "a"),
        lambda: exact(math.nan),
        lambda: exact(math.inf),
        lambda: exact(1e200) * 1e200,
        lambda: exact(-8) ** 0.5,
        lambda: exact(10) ** 400,
        lambda: sqrt(normal_between(-1, 1, "a")),
        lambda: between(1, 2, "a") ** 1e10,
        lambda: (between(1, 2, "a") + between(1, 2, "b")) ** 1e5,
        lambda: independent_sum(exact(1), 0, "a"),
        lambda: uniform(0, 1e200, "a") * uniform(0, 1e200, "b"),
    ],
)
def test_what_has_no_result_is_refused(make: Callable[[], Uncertain]) -> None:
    with pytest.raises(ArithmeticTrouble):
        make()


@pytest.mark.parametrize(
    "divisor", [exact(0), uniform(-1, 1, "a"), normal_between(-3, 3, "a"), exact(2) - exact(2)]
)
def test_what_may_be_zero_divides_nothing(divisor: Uncertain) -> None:
    with pytest.raises(DivisionByZero):
        divide(1.0, divisor)


def test_a_sum_of_independent_draws_is_narrower_than_a_multiple() -> None:
    one = between(3, 9, "repair")
    for draws in (20, 64, 65, 400):
        whole = independent_sum(one, draws, "incidents")
        assert whole.mean == pytest.approx(draws * one.mean, rel=0.005)
        assert whole.sd == pytest.approx(math.sqrt(draws) * one.sd, rel=0.05)
        assert whole.inputs == {"incidents"}
        assert whole.contributions() == (("incidents", 1.0),)
        multiple = one * draws
        narrower = (multiple.high - multiple.low) / (whole.high - whole.low)
        assert narrower == pytest.approx(math.sqrt(draws), rel=0.05)


def test_drawn_and_matched_sums_meet() -> None:
    one = between(1, 8, "a")
    drawn, matched = independent_sum(one, 64, "s"), independent_sum(one, 65, "s")
    for share in (0.05, 0.5, 0.95):
        assert drawn.quantile(share) / 64 == pytest.approx(matched.quantile(share) / 65, rel=0.015)
    balance = independent_sum(normal_between(-2, 4, "b"), 100, "s")
    assert (balance.mean, balance.sd) == pytest.approx((100, 10 * 3 / Z95), rel=0.01)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6))
def test_exact_numbers_are_floats(values: list[float]) -> None:
    numbers = [exact(v) for v in values]
    assert total(numbers).median == pytest.approx(math.fsum(values), rel=1e-9, abs=1e-6)
    assert maximum(numbers) == exact(max(values))
    assert minimum(numbers).median == min(values)
    first = values[0]
    assert add(first, 2).median == first + 2
    assert subtract(first, 2).median == first - 2
    assert multiply(first, 2).median == first * 2
    assert divide(first, 2).median == first / 2
    assert power(first, 2).median == pytest.approx(first**2)
    assert all(n.is_exact and n.low == n.median == n.high == n.mean for n in numbers)


@given(st.integers(-(10**9), 10**9), st.floats(0.001, 0.999))
def test_rounding_is_exact_but_for_float_noise(whole: int, part: float) -> None:
    assert ceil(whole).median == floor(whole).median == nearest_whole(whole).median == whole
    assert (ceil(whole + part).median, floor(whole + part).median) == (whole + 1, whole)
    assert ceil(whole * (1 + 1e-15)).median == floor(whole * (1 - 1e-15)).median == whole


def test_rounding_samples() -> None:
    servers = ceil(between(1.5, 9.5, "s"))
    assert set(np.unique(servers.samples() % 1)) == {0}
    assert (servers.samples() >= between(1.5, 9.5, "s").samples()).all()
    assert ceil(uniform(2.1, 2.9, "s")) == exact(3)
    assert nearest_whole(2.5) == exact(3)


def test_the_greater_of_two() -> None:
    a, b = between(1, 10, "a"), between(2, 8, "b")
    assert maximum([a, 0.0001]) == a
    assert minimum([a, 0]) == exact(0)
    assert maximum([a, a]) == a
    # P(max <= t) = P(a <= t) P(b <= t)
    greater = maximum([a, b])
    median = greater.median
    share = float(lognormal(1, 10).cdf(median) * lognormal(2, 8).cdf(median))
    assert share == pytest.approx(0.5, abs=sampling_error(0.5))
    assert np.allclose(minimum([a, b]).samples() + greater.samples(), (a + b).samples())


def test_probabilities() -> None:
    a, b = between(1, 10, "a"), between(2, 8, "b")
    ratio = math.log(10) / (2 * Z95), math.log(4) / (2 * Z95)
    exact_share = stats.norm.cdf((math.log(10) / 2 - math.log(16) / 2) / math.hypot(*ratio))
    assert a.probability_above(b) == pytest.approx(exact_share, rel=1e-12)
    assert a.probability_above(b) + b.probability_above(a) == pytest.approx(1, rel=1e-12)
    assert (a + 0.0).probability_above(-3) == 1
    assert (-a).probability_above(0) == 0
    assert (-a).probability_above(-10) == pytest.approx(0.95, rel=1e-9)
    assert a.probability_above(a) == 0
    assert (2 * a).probability_above(a) == 1
    assert exact(3).probability_above(2) == 1
    assert exact(2).probability_above(2) == 0
    assert (a + b).probability_above(a) == 1


@given(ranges, st.floats(-5, 5).filter(lambda x: abs(x) > 0.01))
def test_low_median_and_high_are_in_order(ends: tuple[float, float], factor: float) -> None:
    a, b = between(*ends, "a"), between(1, 2, "b")
    for number in (a * factor, factor - a, a * factor + b, -(a + b), 1 / (a + b)):
        assert number.low <= number.median <= number.high
