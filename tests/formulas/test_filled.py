"""Items in batches: whole ones by hand, those that vary against numbers that were drawn."""

from math import exp

import numpy as np
import pytest

from sysdesign.formulas.filled import batches, batches_that_vary
from sysdesign.formulas.fitting import law


@pytest.mark.parametrize(
    ("items", "batch", "calls"),
    [(30, 30, 1), (30, 20, 2), (30, 100, 1), (30, 10, 3), (31, 10, 4), (1, 8, 1), (0, 8, 0),
     (0.5, 8, 0.5), (20.5, 20, 1.5), (2.4, 2, 1.4), (19.4, 20, 1), (0.3 * 10, 3, 1)],
)  # fmt: skip
def test_whole_items_fill_whole_batches_and_means_are_between_them(items, batch, calls):
    assert batches(float(items), float(batch)) == pytest.approx(calls)
    many = batches(np.full(3, float(items)), np.full(3, float(batch)))
    assert many == pytest.approx(np.full(3, calls))


LAWS = {
    "exponential": (law("exponential"), lambda dice, n: dice.exponential(size=n)),
    "gamma": (law("gamma", scv=0.25), lambda dice, n: dice.gamma(4.0, 0.25, n)),
    "uniform": (law("uniform", scv=1 / 12), lambda dice, n: dice.uniform(0.5, 1.5, n)),
    "lognormal": (
        law("lognormal", scv=exp(1.0) - 1), lambda dice, n: dice.lognormal(-0.5, 1.0, n),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("items", [0.4, 3.0, 30.0, 700.0, 5000.0])
def test_items_that_vary_fill_as_many_batches_as_those_that_are_drawn(name, items):
    """A mean of 400,000 draws is within 1% (0.2% by chance), an scv within 3%."""
    shape, draw = LAWS[name]
    dice = np.random.default_rng(1)
    drawn = items * draw(dice, 400_000)
    whole = np.floor(drawn) + (dice.random(len(drawn)) < drawn % 1)
    calls = np.ceil(whole / 20.0)
    mean, scv = batches_that_vary(items, 20.0, shape)
    assert mean == pytest.approx(calls.mean(), rel=0.01)
    assert scv == pytest.approx(calls.var() / calls.mean() ** 2, rel=0.03, abs=1e-3)
    assert batches(items, 20.0, shape) == mean


def test_many_are_close_to_each_alone():
    shape = law(p99_over_mean=8.0)
    items, batch = np.geomspace(0.2, 4000.0, 301), np.full(301, 50.0)
    alone = [batches(float(n), 50.0, shape) for n in items]
    assert batches(items, batch, shape) == pytest.approx(np.array(alone), rel=0.01)
