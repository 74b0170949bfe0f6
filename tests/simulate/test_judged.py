"""The kernel meets what the oracle has met, in each feature and pair of features."""

from __future__ import annotations

from math import sqrt

import pytest
from scipy.stats import t as students_t

from tests.simulate.features import features
from tests.simulate.judging import RUNS, kept, over_runs, stamp
from tests.simulate.kernel_runs import measured, runs

FEATURES = features()
TIMES = 24
"""Runs of the kernel; those of the oracle are fewer, and so are its degrees of freedom."""
KEPT = kept()


def test_each_network_was_met_by_the_oracle_as_it_is():
    """Else: python -m tests.simulate.judging."""
    assert {name: seal for name, (seal, _) in KEPT.items()} == {
        name: stamp(feature) for name, feature in FEATURES.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", FEATURES)
def test_the_kernel_agrees_with_the_oracle(name):
    """All measures of a network lie within what 99.9% allows for them together."""
    wrong = differences(name)
    assert wrong == []


def differences(name: str) -> list[str]:
    feature, (_, oracle) = FEATURES[name], KEPT[name]
    tallies = runs(feature.network, feature.length_s, feature.warm_up_s, TIMES,
                   scenario=feature.scenario, failures=feature.failures)  # fmt: skip
    found = over_runs(measured(tally) for tally in tallies)
    both = [word for word in oracle if word in found]
    allowed = float(students_t.ppf(1 - 0.0005 / len(both), RUNS - 1))
    wrong = []
    for word in both:
        (mean, error), (other, other_error) = oracle[word], found[word]
        off = abs(mean - other)
        if off > allowed * sqrt(error**2 + other_error**2) + 1e-5 * abs(mean):
            sigmas = off / max(sqrt(error**2 + other_error**2), 1e-300)
            wrong.append(f"{word}: oracle {mean:.5g}, kernel {other:.5g} ({sigmas:.1f} sigma)")
    return wrong
