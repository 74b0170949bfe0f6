"""The oracle of the simulation is held to theory, too: a judge that is wrong judges nothing."""

from __future__ import annotations

from math import sqrt
from statistics import fmean, stdev

import pytest

from tests.simulate.oracle import simulate
from tests.simulate.theory import Case, cases

RUNS = 10
T_999 = 4.781
"""Two-sided 99.9% of Student's t with 9 degrees of freedom."""
CASES = cases()
CALLS = {"shards, one of them hot": 30_000}
"""Calls of a run, where fewer are not enough."""


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_the_oracle_agrees_with_theory(name):
    """Within a 99.9% interval of ten runs, which is not wider than 25% to each side."""
    case = CASES[name]
    for wanted, found in measured(case, CALLS.get(name, 6_000)):
        half = T_999 * stdev(found) / sqrt(RUNS)
        assert abs(fmean(found) - wanted) <= half + 1e-9 * wanted
        assert half <= 0.25 * wanted or wanted < 0.05


def measured(case: Case, calls: int) -> list[tuple[float, list[float]]]:
    length = calls / case.rate_per_s
    runs = [
        simulate(case.network, length, length / 10, seed, failures=case.failures)
        for seed in range(RUNS)
    ]
    seen = [run.operations[case.operation] for run in runs]
    pairs = []
    if case.mean_s is not None:
        pairs.append((case.mean_s, [one.mean_s for one in seen]))
    if case.failed is not None:
        pairs.append((case.failed, [one.failed / (one.failed + one.completed) for one in seen]))
    return pairs
