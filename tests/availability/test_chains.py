"""Small Markov chains against closed forms."""

from math import comb, exp

import pytest

from sysdesign.availability.chains import (
    down_share,
    number_down,
    share_before,
    steady,
    taking_over,
    time_to_loss,
)

EVERY, REPAIR = 1000.0, 10.0


def test_two_states() -> None:
    """Up and down."""
    assert steady([[0, 1 / EVERY], [1 / REPAIR, 0]])[1] == pytest.approx(down_share(EVERY, REPAIR))


def test_a_crew_for_each_is_binomial() -> None:
    """Repaired by themselves, things are down by themselves."""
    down = down_share(EVERY, REPAIR)
    expected = [comb(5, n) * down**n * (1 - down) ** (5 - n) for n in range(6)]
    assert number_down(5, EVERY, REPAIR) == pytest.approx(expected, rel=1e-9)


def test_one_crew_doubles_the_time_both_are_down() -> None:
    """Two things, one crew: 2 l^2 / (m^2 + 2 l m + 2 l^2)."""
    fail, mend = 1 / EVERY, 1 / REPAIR
    expected = 2 * fail**2 / (mend**2 + 2 * fail * mend + 2 * fail**2)
    shared, own = number_down(2, EVERY, REPAIR, 1)[2], number_down(2, EVERY, REPAIR)[2]
    assert shared == pytest.approx(expected)
    assert 1.9 < shared / own < 2.0


def test_the_mirrored_disk() -> None:
    """Patterson, Gibson and Katz: every^2 / (2 repair) for a pair, where repair is short."""
    exact = EVERY**2 / (2 * REPAIR) + 1.5 * EVERY
    assert time_to_loss(2, EVERY, REPAIR) == pytest.approx(exact)
    assert time_to_loss(1, EVERY, REPAIR) == EVERY


def test_moments() -> None:
    """Taking over, and the part of an outage before something is done."""
    assert taking_over(EVERY, 0.0) == 0
    assert taking_over(EVERY, 1.0) == pytest.approx(1 / 1001)
    assert share_before(60.0, 14400.0) == pytest.approx(1 - exp(-60 / 14400))
    assert share_before(0.0, 14400.0) == 0
