"""Waits between regular arrivals: exact results of one server, and a short simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

from sysdesign.formulas.delays import constant, mixture, spread
from sysdesign.formulas.laws import by_scv
from sysdesign.formulas.readings import percentiles
from sysdesign.formulas.regular import wait_between_regular
from tests.formulas import exact


@pytest.mark.parametrize("turns", [2, 4, 10])
@pytest.mark.parametrize("load", [0.6, 0.8, 0.9])
def test_turns_at_constant_work_are_one_queue(turns, load):
    """Every n-th of Poisson calls to each of n servers: as all of them in one line (M/D/n)."""
    found = wait_between_regular(load, 1.0, 1, 0.0, 1 / turns)
    assert 1 + found.mean_s == pytest.approx(1 + exact.wait_m_d_c(load, turns), rel=0.005)
    pooled = wait_between_regular(load, 2.0, turns, 0.0, 1.0)
    assert pooled.probability == pytest.approx(found.probability, rel=1e-6)
    assert pooled.mean_s == pytest.approx(2 * found.mean_s, rel=1e-6)


@pytest.mark.parametrize("stages", [1, 2, 5])
@pytest.mark.parametrize("load", [0.5, 0.8])
def test_exponential_work_at_one_server(stages, load):
    """G/M/1: who arrives finds all busy with the root s of s = A(1 - s)."""
    rate = stages * load

    def beyond(s: float) -> float:
        return float((rate / (rate + 1 - s)) ** stages - s)

    root = optimize.brentq(beyond, 0.0, 1 - 1e-6)
    found = wait_between_regular(load, 1.0, 1, 1.0, 1 / stages)
    assert found.probability == pytest.approx(root, abs=0.045)
    assert 1 + found.mean_s == pytest.approx(1 / (1 - root), rel=0.03)


def simulated(turns: int, load: float, servers: int, scv: float, count: int = 60_000):
    """Waits of every n-th of Poisson calls at one station, first come first served."""
    dice = np.random.Generator(np.random.PCG64(3))
    gaps = dice.gamma(turns, 1 / (turns * servers * load), count)
    work = dice.gamma(1 / scv, scv, count)
    free = [0.0] * servers
    waits = np.empty(count)
    for i, (now, one) in enumerate(zip(gaps.cumsum().tolist(), work.tolist(), strict=True)):
        first = min(range(servers), key=free.__getitem__)
        begin = max(now, free[first])
        free[first], waits[i] = begin + one, begin - now
    return waits[500:]


@pytest.mark.parametrize(
    ("turns", "load", "servers", "scv"), [(10, 0.8, 4, 0.2), (2, 0.8, 8, 0.5), (5, 0.8, 1, 0.2)]
)
def test_turns_at_regular_work(turns, load, servers, scv):
    waits = simulated(turns, load, servers, scv)
    chance, mean, above = wait_between_regular(load, 1.0, servers, scv, 1 / turns)
    assert chance == pytest.approx((waits > 0).mean(), abs=0.05)
    assert 1 + mean == pytest.approx(1 + waits.mean(), rel=0.03)
    law = mixture([1 - chance, chance], [constant(0.0), spread(by_scv(above), mean / chance)])
    found = 1 + percentiles(law, [0.99])[0]
    assert found == pytest.approx(1 + np.quantile(waits, 0.99), rel=0.07)


def test_nothing_to_wait_for():
    assert wait_between_regular(0.5, 1.0, 1, 0.0, 0.0).mean_s == 0
    assert wait_between_regular(0.1, 1.0, 16, 0.0, 0.05).mean_s == pytest.approx(0, abs=1e-12)
    with pytest.raises(ValueError, match="known between 0 and 1"):
        wait_between_regular(1.0, 1.0, 1, 0.5, 0.5)
