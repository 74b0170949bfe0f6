"""Service laws: transforms against numeric integration, fits that meet what they were asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from sysdesign.formulas.fitting import LARGEST_LOGNORMAL, by_p99, law
from sysdesign.formulas.inversion import Grid
from sysdesign.formulas.laws import CONSTANT, EXPONENTIAL, Gammas, Shape, by_scv, gamma
from sysdesign.formulas.special import gamma_above, gamma_above_one
from sysdesign.formulas.tables import Lognormal, Pareto, Uniform, Weibull, lognormal


def reference(shape: Shape) -> Any:
    """The same law from scipy."""
    match shape:
        case Lognormal(sigma):
            return stats.lognorm(sigma, scale=np.exp(-(sigma**2) / 2))
        case Uniform(half_width):
            return stats.uniform(1 - half_width, 2 * half_width)
        case Weibull(power):
            return stats.weibull_min(1 / power, scale=1 / stats.weibull_min(1 / power).mean())
        case Pareto(index):
            return stats.pareto(index, scale=1 - 1 / index)
        case Gammas((branch,)):
            return stats.gamma(1 / branch.scv, scale=branch.scv)
    raise AssertionError(shape)


NAMED = [
    gamma(0.3),
    gamma(5.0),
    EXPONENTIAL,
    lognormal(0.3),
    lognormal(4.0),
    Uniform(1.0),
    Uniform(0.3),
    Weibull(0.5),
    Weibull(2.0),
    Pareto(2.5),
    Pareto(4.0),
]


@pytest.mark.parametrize("shape", NAMED, ids=str)
def test_moments_and_tail_are_those_of_scipy(shape: Shape) -> None:
    known = reference(shape)
    assert known.mean() == pytest.approx(1)
    assert shape.scv == pytest.approx(known.var(), rel=1e-9)
    for t in (0.2, 0.8, 1.1, 2.0, 7.0):
        assert shape.above(t) == pytest.approx(known.sf(t), abs=1e-12)


def slow_transform(above: Any, s: complex, end: float) -> complex:
    """E[exp(-sX)] = 1 - s ∫ P(X > t) exp(-st) dt, by brute force in log t."""
    t = np.exp(np.linspace(-25, np.log(end), 200_001))
    values = above(t) * np.exp(-s * t) * t
    return complex(1 - s * (t[0] + integrate.simpson(values, x=np.log(t))))


@pytest.mark.parametrize("shape", NAMED, ids=str)
@pytest.mark.parametrize("k", [0, 1, 5, 20])
@pytest.mark.mostly_slow(5)
def test_transforms_are_those_of_the_tail(shape: Shape, k: int) -> None:
    known = reference(shape)
    grid = Grid(10.0)
    s = complex(grid.points[k])
    mean = 1.7
    slow = slow_transform(lambda t: known.sf(t / mean), s, 40.0)
    assert complex(shape.transform(grid, mean)[k]) == pytest.approx(slow, abs=1e-3)
    closed = isinstance(shape, Gammas)
    residual = (1 - slow) / (s * mean)
    assert complex(shape.residual(grid, mean)[k]) == pytest.approx(
        residual, abs=1e-6 if closed else 1e-3
    )


@pytest.mark.parametrize("shape", [*NAMED, CONSTANT, by_p99(50.0)], ids=str)
def test_a_law_finer_than_the_grid_keeps_its_mean(shape: Shape) -> None:
    """Near s = 0 the transform is 1 - s mean, and that of the residual 1 - s mean (1 + scv)/2."""
    mean = 1e-5
    grid = Grid(1.0)
    s = grid.points[:3]
    assert np.allclose((1 - shape.transform(grid, mean)[:3]) / s, mean, rtol=2e-2)
    half = mean * (1 + shape.scv) / 2
    assert np.allclose((1 - shape.residual(grid, mean)[:3]) / s, half, rtol=2e-2)


@given(st.floats(0.01, 30.0))
def test_the_law_for_an_scv_has_it(scv: float) -> None:
    assert by_scv(scv).scv == pytest.approx(scv, rel=1e-9)


@pytest.mark.parametrize("name", ["lognormal", "gamma", "weibull", "pareto", "uniform"])
@given(scv=st.floats(0.01, 0.33))
def test_a_named_law_has_the_scv_asked_for(name: str, scv: float) -> None:
    assert law(name, scv=scv).scv == pytest.approx(scv, rel=1e-6)


@given(st.floats(1.001, 98.9))
def test_the_law_for_a_p99_has_it(ratio: float) -> None:
    assert by_p99(ratio).above(ratio) == pytest.approx(0.01, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "ratio"),
    [
        ("lognormal", 14.9),
        ("gamma", 1.5),
        ("gamma", 28.0),
        ("weibull", 1.2),
        ("weibull", 18.7),
        ("pareto", 1.1),
        ("pareto", 4.8),
        ("uniform", 1.97),
    ],
)
def test_a_named_law_has_the_p99_asked_for(name: str, ratio: float) -> None:
    assert law(name, p99_over_mean=ratio).above(ratio) == pytest.approx(0.01, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "ratio"),
    [("lognormal", 15.0), ("gamma", 28.5), ("weibull", 18.8), ("pareto", 4.9), ("uniform", 1.99)],
)
def test_what_no_such_law_can_be_is_said(name: str, ratio: float) -> None:
    with pytest.raises(ValueError, match=r"at most .* leave out the distribution"):
        law(name, p99_over_mean=ratio)


def test_the_lognormal_ends_where_its_largest_ratio_is() -> None:
    ratios = [
        float(stats.lognorm(s, scale=np.exp(-s * s / 2)).ppf(0.99)) for s in (2.2, 2.3263, 2.5)
    ]
    assert max(ratios) == pytest.approx(LARGEST_LOGNORMAL, rel=1e-4)
    assert isinstance(by_p99(14.9), Lognormal)
    assert isinstance(by_p99(15.0), Gammas)


@pytest.mark.parametrize("ratio", [0.5, 0.0, 99.5, float("nan"), float("inf")])
def test_an_impossible_p99_is_refused(ratio: float) -> None:
    with pytest.raises(ValueError, match="from 1 to 99"):
        by_p99(ratio)


def test_little_known_of_a_law() -> None:
    assert law() == EXPONENTIAL == law("exponential", scv=1.0)
    assert law(p99_over_mean=1.0) == CONSTANT == law(scv=0.0) == law("gamma", scv=0.0)
    assert law("uniform") == Uniform(1.0)
    assert law("pareto").scv == pytest.approx(1)
    with pytest.raises(ValueError, match="choose of"):
        law("normal")
    with pytest.raises(ValueError, match="at most 1/3"):
        law("uniform", scv=0.5)
    with pytest.raises(ValueError, match="from 0 up"):
        law(scv=-1.0)
    with pytest.raises(ValueError, match="not below the mean"):
        law("gamma", p99_over_mean=0.9)


@pytest.mark.parametrize("servers", [1, 2, 7, 40])
@pytest.mark.parametrize("shape", [s for s in NAMED if not isinstance(s, Gammas)], ids=str)
def test_light_load_of_tables_is_the_first_of_the_residuals(shape: Any, servers: int) -> None:
    t = np.concatenate([[0.0], np.geomspace(1e-6, 1e4, 40_001)])
    above, first = shape.moments_above(t, 1)
    slow = servers * integrate.trapezoid(np.clip(first - t * above, 0, 1) ** servers, t)
    if servers == 1:  # a Pareto tail reaches further than the grid
        slow = (1 + reference(shape).var()) / 2
    assert shape.light_load_ratio(servers) == pytest.approx(slow, rel=2e-3)


@pytest.mark.parametrize("shape", [0.1, 0.5, 1.0, 3.3, 30.0, 1000.0])
def test_incomplete_gamma_is_that_of_scipy(shape: float) -> None:
    from scipy import special

    x = np.concatenate([[0.0], np.geomspace(1e-6, 4 * shape + 50, 200)])
    true = special.gammaincc(shape, x)
    assert np.allclose(gamma_above(shape, x), true, atol=1e-12)
    assert np.allclose([gamma_above_one(shape, float(one)) for one in x], true, atol=1e-12)
