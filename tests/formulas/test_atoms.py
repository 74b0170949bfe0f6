"""Times that many calls take exactly: percentiles, means and joins beside independent arithmetic."""

from math import exp, inf, log

import pytest

from sysdesign.formulas.delays import constant, mixture, series, spread, waiting
from sysdesign.formulas.laws import EXPONENTIAL
from sysdesign.formulas.readings import percentiles, share_above
from sysdesign.formulas.tails import joined, tail_of

EXACT = 1e-3
SHARES = (0.5, 0.9, 0.95, 0.99, 0.999)


def _root(below, low: float, high: float, share: float) -> float:
    """The time that a share does not exceed, by bisection."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if below(middle) >= share else (middle, high)
    return high


@pytest.mark.parametrize("mean", [2.0, 8.0, 20.0, 60.0])
def test_an_optional_call_cut_by_its_timeout(mean: float):
    """It takes 50 at most, and many take just that."""
    limit = 50.0
    late = exp(-limit / mean)
    in_time, share = tail_of(spread(EXPONENTIAL, mean)).within(limit)
    assert share == pytest.approx(late, rel=EXACT, abs=1e-9)
    found = mixture([1 - late, late], [in_time.delay, constant(limit)])
    for share, time in zip(SHARES, percentiles(found, SHARES), strict=True):
        assert time == pytest.approx(min(-mean * log(1 - share), limit), rel=EXACT)


@pytest.mark.parametrize("mean", [2.0, 20.0])
@pytest.mark.parametrize("own", [0.1, 1.0, 10.0])
def test_work_after_a_call_that_was_cut(mean: float, own: float):
    """An exponential time more: the law of both by hand."""
    limit = 50.0
    late = exp(-limit / mean)
    in_time, _ = tail_of(spread(EXPONENTIAL, mean)).within(limit)
    cut = mixture([1 - late, late], [in_time.delay, constant(limit)])
    found = series([cut, spread(EXPONENTIAL, own)])

    def below(t: float) -> float:  # ∫ over the first time, then the second
        end = min(t, limit)
        gap = 1 / own - 1 / mean
        early = 1 - exp(-end / mean) - exp(-t / own) * (exp(gap * end) - 1) / (gap * mean)
        return early + (late * (1 - exp(-(t - limit) / own)) if t > limit else 0.0)

    for share, time in zip(SHARES, percentiles(found, SHARES), strict=True):
        assert time == pytest.approx(_root(below, 0.0, 500.0, share), rel=EXACT)


@pytest.mark.parametrize("rare", [0.02, 0.012, 0.2, 0.5])
def test_a_constant_branch(rare: float):
    """Some calls take 30 more, exactly; the others an exponential time of mean 1."""
    found = mixture([1 - rare, rare], [spread(EXPONENTIAL, 1.0), constant(30.0)])

    def below(t: float) -> float:
        return (1 - rare) * (1 - exp(-t)) + rare * (t >= 30.0)

    for share, time in zip(SHARES, percentiles(found, SHARES), strict=True):
        assert time == pytest.approx(_root(below, 0.0, 100.0, share), rel=EXACT)
    assert share_above(found, 29.999) == pytest.approx(1 - below(29.999), rel=EXACT)
    assert share_above(found, 30.001) == pytest.approx(1 - below(30.001), abs=1e-9)


def test_constants_alone():
    found = mixture([0.9, 0.09, 0.01], [constant(1.0), constant(7.0), constant(20.0)])
    assert percentiles(found, [0.5, 0.9, 0.95, 0.989, 0.995]) == [1.0, 1.0, 7.0, 7.0, 20.0]


@pytest.mark.parametrize("shares", [(0.3, 0.9), (0.5, 0.5)])
def test_two_of_them_one_after_the_other(shares: tuple[float, float]):
    """Sums of exact times are exact."""
    one, other = (mixture([share, 1 - share], [constant(1.0), constant(5.0)]) for share in shares)
    a, b = shares
    found = series([one, other])
    assert dict(found.atoms) == pytest.approx(
        {2.0: a * b, 6.0: a * (1 - b) + b * (1 - a), 10.0: (1 - a) * (1 - b)}
    )
    assert percentiles(found, [a * b / 2, 1 - (1 - a) * (1 - b) / 2]) == [2.0, 10.0]


@pytest.mark.parametrize("needed", [1, 2])
def test_a_join_with_a_branch_of_a_fixed_time(needed: int):
    """The later, or the sooner, of 3 exactly and of an exponential time of mean 2 and 1 more."""
    slow = series([constant(1.0), spread(EXPONENTIAL, 2.0)])
    found = joined([constant(3.0), slow], needed)[0].delay
    early = 1 - exp(-1.0)  # the slow one by 3

    def below(t: float) -> float:
        if needed == 2:
            return 1 - exp(-(t - 1) / 2) if t >= 3.0 else 0.0
        return 1.0 if t >= 3.0 else 1 - exp(-max(t - 1, 0.0) / 2)

    mean = 3 + 2 * exp(-1.0) if needed == 2 else 1 + 2 * early
    assert found.mean_s == pytest.approx(mean, rel=EXACT)
    for share, time in zip(SHARES, percentiles(found, SHARES), strict=True):
        assert time == pytest.approx(_root(below, 0.0, 100.0, share), rel=EXACT)


def test_those_that_need_not_wait_take_just_their_work():
    """M/D/1 at 40%: six of ten wait for nothing, so the median is the work itself."""
    wait = waiting(0.4, 0.4 / (2 * 0.6), 0.4, EXPONENTIAL)
    found = series([wait, constant(1.0)])
    assert percentiles(found, [0.1, 0.5, 0.59]) == [1.0, 1.0, 1.0]
    assert percentiles(found, [0.61])[0] > 1.0


@pytest.mark.parametrize("own", [1e-4, 8e-3, 0.05])
def test_who_never_ends_is_late_however_short_the_others_are(own: float):
    """3% wait without end; a table for the limit has steps about as long as the work of the rest."""
    never = mixture([0.03, 0.97], [waiting(1.0, inf, 1.0, EXPONENTIAL), constant(0.0)])
    work = [constant(0.091), spread(EXPONENTIAL, own / 2), spread(EXPONENTIAL, own / 2)]
    _, late = tail_of(series([never, *work]), 1.0).within(1.0)
    assert late == pytest.approx(0.03, rel=EXACT)
