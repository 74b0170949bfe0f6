"""Out of bounds from when to when, worst value, time to be back: on series whose truth is known."""

from dataclasses import replace

import numpy as np
import pytest

from sysdesign.simulate.outcome import Moments, outcome
from sysdesign.simulate.result import Bound

EDGES = np.array([0.0, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2])


def moments(slow, calls=2000, replications=3, odd=()):
    """Sixty seconds at 0.05 s a call; slow ones at 1.2 s, in `odd` of one replication alone."""
    counts = np.zeros((replications, 60, 6))
    counts[:, :, 0] = calls
    counts[:, slow, 0], counts[:, slow, 4] = 0, calls
    for place in odd:
        counts[0, place, 0], counts[0, place, 4] = 0, calls
    total = counts @ np.array([0.05, 0.15, 0.3, 0.6, 1.2, 2.4])
    return Moments(
        list(range(60)), 1.0, counts, EDGES, counts.sum(axis=2), np.zeros((replications, 60)), total
    )


P99 = Bound("go", "p99", "<", 0.5)


def test_out_of_bounds_from_the_first_window_to_the_last():
    found = outcome(P99, moments(range(20, 32)), 20.0, 25.0)
    assert found.held is False
    assert (found.out_s, found.first_s, found.last_s) == (12.0, 20, 32.0)
    assert found.back_s == pytest.approx(7.0)
    assert found.worst == pytest.approx(1.59, abs=0.02)
    assert found.usual == pytest.approx(0.1, abs=0.01)


def test_what_was_out_when_the_story_was_cut_stays_out_until_it_goes_on():
    made = moments(range(20, 32))
    cut = replace(made, at_s=[t if t < 32 else t + 300.0 for t in range(60)])
    found = outcome(P99, cut, 20.0, 332.0)
    assert (found.out_s, found.first_s, found.last_s) == (312.0, 20, 332.0)


def test_in_bounds_all_the_time():
    found = outcome(P99, moments([]), 20.0, 25.0)
    assert found.held is True
    assert found.out_s == 0.0
    assert found.back_s == 0.0


def test_what_is_out_at_the_end_is_not_back():
    assert outcome(P99, moments(range(40, 60)), 20.0, 25.0).back_s is None


def test_what_one_odd_replication_does_is_chance():
    assert outcome(P99, moments([], odd=[30, 31]), 20.0, 25.0).held is True


def test_few_calls_make_longer_windows_and_too_few_tell_nothing():
    found = outcome(P99, moments(range(20, 40), calls=50), 20.0, 25.0)
    assert found.window_s == 7.0
    assert found.held is False
    assert outcome(P99, moments(range(20, 40), calls=1), 20.0, 25.0).held is None


def test_errors_and_means_have_bounds_too():
    one = moments(range(20, 22))
    one.failed[:, 10:13] = 100
    found = outcome(Bound("go", "errors", "<=", 0.01), one, 5.0, 6.0)
    assert (found.held, found.out_s) == (False, 3.0)
    assert found.worst == pytest.approx(100 / 2100)
    assert outcome(Bound("go", "mean", "<", 0.06), one, 5.0, 6.0).out_s == 2.0


def test_calls_that_are_not_answered_at_all_are_out_of_bounds():
    one = moments([])
    one.counts[:, 30:33] = 0
    assert outcome(P99, one, 20.0, 25.0).out_s == 3.0
