"""Intervals hold the truth as often as they say, on data whose truth is known."""

# What may be None is not in these tests.
# mypy: disable-error-code="union-attr,operator,attr-defined,arg-type,override"

import numpy as np
import pytest
from scipy import signal, stats

from sysdesign.simulate.statistics import (
    Estimate,
    drifts,
    mean_of,
    percentile,
    ratio,
    read_at,
    share,
    t_quantile,
    warm_up,
)

EDGES = np.concatenate([[0.0], 2.0 ** np.arange(-8, 12, 1 / 64)])


@pytest.mark.parametrize("free", [1, 2, 3, 4, 5, 9, 10, 29, 120, 999])
@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
def test_students_t_is_that_of_scipy(free, confidence):
    exact = stats.t.ppf((1 + confidence) / 2, free)
    assert t_quantile(free, confidence) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize(("free", "confidence"), [(0, 0.95), (3, 0.0), (3, 1.0)])
def test_students_t_wants_some_freedom(free, confidence):
    with pytest.raises(ValueError):
        t_quantile(free, confidence)


def dependent(rng, replications, calls):
    """Calls whose logarithms hang on the one before: each exponential alone, mean 1."""
    steps = rng.normal(size=(replications, calls))
    keep = 0.9
    steps[:, 1:] *= np.sqrt(1 - keep**2)
    state = signal.lfilter([1.0], [1.0, -keep], steps)  # each is 0.9 of the one before and a step
    return -np.log(stats.norm.sf(state))


def histograms(samples):
    return np.stack([np.histogram(row, EDGES)[0] for row in samples])


def test_intervals_of_dependent_calls_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(1)
    held = {"mean": 0, 0.5: 0, 0.9: 0, 0.99: 0}
    seeds = 400
    for _ in range(seeds):
        samples = dependent(rng, 10, 2000)
        lengths = np.full(10, 2000.0)
        mean = ratio(samples.sum(axis=1), lengths)
        held["mean"] += mean.low <= 1.0 <= mean.high
        counts = histograms(samples)
        for at in (0.5, 0.9, 0.99):
            found = percentile(counts, EDGES, at)
            held[at] += found.low <= -np.log(1 - at) <= found.high
    for what, number in held.items():
        # 95% of 400 is 380 with a spread of 4.4; three of them below is where chance ends
        assert number >= 366, (what, number)
        assert number < seeds, what


def test_a_ratio_of_unequal_replications_is_that_of_the_whole():
    found = ratio([10.0, 30.0, 20.0], [1.0, 3.0, 2.0])
    assert found == Estimate(10.0, 10.0, 10.0)
    assert ratio([5.0], [2.0]) == Estimate(2.5)
    assert ratio([], []) == Estimate(0.0)


def test_one_replication_has_no_interval():
    assert percentile(np.array([[0, 4, 4]]), np.array([0.0, 1, 2, 3]), 0.5).low is None
    assert mean_of([3.0]).high is None
    assert Estimate(1.0).width == float("inf")


def test_a_percentile_close_to_the_last_call_has_no_upper_end():
    counts = np.array([[50, 1], [49, 0], [50, 0]])
    assert percentile(counts, np.array([0.0, 1, 2]), 0.999).high is None


def test_a_share_that_was_never_seen_is_bounded_by_the_rule_of_three():
    assert share([0, 0], [1000, 2000]) == Estimate(0.0, 0.0, 0.001)
    assert share([999, 990], [1000, 1000]).high <= 1.0


def test_a_percentile_lies_on_a_line_within_its_bucket():
    pooled = np.array([0.0, 10.0, 0.0, 10.0])
    edges = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    assert read_at(pooled, edges, 0.25) == pytest.approx(1.5)
    assert read_at(pooled, edges, 0.75) == pytest.approx(3.5)
    assert read_at(pooled, edges, 0.0) == pytest.approx(0.0, abs=1.0)
    assert read_at(pooled, edges, 1.0) == pytest.approx(4.0)


def test_the_warm_up_of_a_series_that_settles_is_found():
    rng = np.random.default_rng(2)
    found = []
    for _ in range(50):
        series = rng.normal(10, 1, 400) - 10 * np.exp(-np.arange(400) / 15)
        found.append(warm_up(series))
    assert all(cut is not None for cut in found)
    assert 20 <= np.median(found) <= 120
    left = [10 * np.exp(-cut / 15) * 15 / (400 - cut) for cut in found]
    assert np.mean(left) < 0.05  # of the spread 1 that the mean of the rest still has


def test_a_series_that_does_not_settle_says_so():
    assert warm_up(np.arange(100.0)) is None
    assert warm_up([1.0, 2.0]) is None
    assert warm_up(np.ones(100)) == 0


def test_growth_without_end_is_told_from_noise():
    rng = np.random.default_rng(3)
    wrong = sum(drifts(np.abs(rng.normal(10, 3, 400))) for _ in range(200))
    grown = sum(drifts(np.arange(400.0) + rng.normal(0, 20, 400)) for _ in range(200))
    assert wrong <= 2
    assert grown == 200
    walks = sum(drifts(np.abs(np.cumsum(rng.normal(0, 1, 400)))) for _ in range(50))
    assert walks < 50
    assert not drifts([1.0, 2.0, 3.0])


def test_one_replication_that_saw_calls_has_no_interval():
    """It lies off itself by nothing, which says nothing of how far others would."""
    assert ratio([0.0, 3.0, 0.0], [0, 1, 0]) == Estimate(3.0)
    assert ratio([1.0, 3.0, 0.0], [1, 1, 0]).low is not None
