"""Batches of constant work: closed forms, the line of every n-th call, and a short simulation."""

from __future__ import annotations

import numpy as np
import pytest

from sysdesign.formulas.in_step import InStep, in_step
from sysdesign.formulas.regular import wait_between_regular
from tests.formulas import exact


def known(load: float, service_s: float, servers: int, calls: int) -> InStep:
    found = in_step(load, service_s, servers, calls)
    assert found is not None
    return found


@pytest.mark.parametrize("servers", [1, 2, 5, 16])
@pytest.mark.parametrize("load", [0.3, 0.8, 0.95])
def test_batches_of_one_are_m_d_c(servers, load):
    found = known(load, 1.0, servers, 1)
    assert found.wait(0).mean_s == pytest.approx(
        exact.wait_m_d_c(load, servers), rel=1e-6, abs=1e-9
    )


@pytest.mark.parametrize("calls", [2, 3, 7])
@pytest.mark.parametrize("load", [0.4, 0.8])
def test_one_server_works_batches_off_whole(calls, load):
    """M/D/1 of batches (Pollaczek and Khinchine): who is later in it waits for those before."""
    found = known(load, 0.5, 1, calls)
    first = 0.5 * calls * load / (2 * (1 - load))
    for place in range(calls):
        assert found.wait(place).mean_s == pytest.approx(first + 0.5 * place, rel=1e-7)
    assert found.of_any(calls).mean_s == pytest.approx(first + 0.25 * (calls - 1), rel=1e-7)


@pytest.mark.parametrize("calls", [2, 5, 10])
def test_a_batch_that_divides_the_servers_waits_as_one(calls):
    """Each server gets one of every 10 / k batches."""
    found = known(0.7, 1.0, 10, calls)
    assert len({found.wait(place).mean_s for place in range(calls)}) == 1
    turns = wait_between_regular(0.7, 1.0, 1, 0.0, calls / 10)
    assert found.waits[0].mean_s == pytest.approx(turns.mean_s, rel=0.01)
    assert found.waits[0].probability == pytest.approx(turns.probability, rel=0.01)


@pytest.mark.parametrize(("servers", "calls"), [(4, 3), (4, 10), (6, 4), (3, 2)])
@pytest.mark.mostly_slow(4, first=3)
def test_each_place_of_a_batch_is_met_by_a_simulation(servers, calls):
    load, count = 0.6, 20_000
    dice = np.random.default_rng(7)
    found, met = known(load, 1.0, servers, calls), []
    for _ in range(10):
        at = np.cumsum(dice.exponential(calls / (load * servers), count))
        free, waits, turn = [0.0] * servers, np.empty((count, calls)), 0
        for batch, now in enumerate(at):
            for place in range(calls):
                start = max(free[turn], now)
                free[turn], waits[batch, place] = start + 1, start - now
                turn = (turn + 1) % servers
        met.append([waits.mean(0), (waits > 1e-9).mean(0), (waits**2).mean(0)])
    error = 4.5 * np.std(met, axis=0, ddof=1) / np.sqrt(len(met)) + 1e-9
    means = np.mean(met, axis=0)
    for place in range(calls):
        rounds, first = divmod(place, servers)
        wait = found.waits[first // found.alike]
        mean = wait.mean_s + rounds
        waited = 1.0 if rounds else wait.probability
        above = wait.mean_s**2 * (1 + wait.scv) / wait.probability
        square = above + 2 * rounds * wait.mean_s + rounds**2
        truth = np.array([mean, waited, square])
        assert np.all(np.abs(means[:, place] - truth) < error[:, place]), (place, truth)


def test_what_cannot_be_told_apart_is_told():
    assert in_step(0.9999, 1.0, 37, 8) is None
    for load in (0.0, 1.0, 1.5):
        with pytest.raises(ValueError, match="between 0 and 1"):
            in_step(load, 1.0, 4, 4)
