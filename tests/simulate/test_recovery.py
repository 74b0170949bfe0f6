"""What comes back, what is stuck, and the load below which it would come back."""

import pytest

from sysdesign.simulate.recovery import after, recovery, threshold
from sysdesign.simulate.result import OperationSeries, PairRun, Series


def series(p99, fails):
    n = len(p99)
    even = tuple(100.0 for _ in range(n))
    one = OperationSeries(even, even, tuple(fails), tuple(p99), tuple(p99), tuple(p99), tuple(p99),
                          tuple(p99), tuple(p99))  # fmt: skip
    return Series(1.0, tuple(float(i) for i in range(n)), {"go": one}, {})


def judged(p99, fails=None, pairs=()):
    some = series(p99, fails or [0.0] * len(p99))
    return recovery(after(some, ["go"], 20.0, 30.0), pairs)


def test_what_is_back_says_when():
    found = judged([0.1] * 20 + [2.0] * 17 + [0.1] * 63)
    assert found.back_s == pytest.approx(7.0)
    assert not found.is_stuck


def test_what_never_left_is_back_at_once():
    assert judged([0.1] * 100).back_s == 0.0


def test_what_stays_down_is_stuck_and_retries_are_named():
    found = judged([0.1] * 20 + [2.0] * 80, [0.0] * 20 + [0.8] * 80,
                   [PairRun("shop", "db", 2000.0, 0.7, 0.9, 0.0, 0.0)])  # fmt: skip
    assert found.is_stuck
    assert found.back_s is None
    assert "does not come back by itself" in found.said
    assert "70% of the calls from shop to db are retries" in found.said


def test_what_is_on_its_way_back_is_not_stuck():
    fails = [0.0] * 20 + [0.9] * 10 + [0.9 - i * 0.01 for i in range(70)]
    found = judged([0.1] * 20 + [2.0] * 80, fails)
    assert not found.is_stuck
    assert found.back_s is None


@pytest.mark.parametrize("truth", [0.1, 0.357, 0.62, 0.97])
def test_the_load_below_which_it_comes_back_is_found_by_halving(truth):
    below, tried = threshold(lambda factor: factor < truth)
    assert truth - 0.05 <= below <= truth
    assert len(tried) <= 6


def test_no_load_and_no_time_say_so():
    assert threshold(lambda _: False)[0] is None
    assert threshold(lambda _: None) == (None, ())
