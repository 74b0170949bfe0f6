"""Makes uncertain numbers from what people know: a range, two percentiles, hard ends."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

from sysdesign.quantity.draws import (
    SAMPLES,
    normal_draws,
    numpy_module,
    order,
    ranks_of,
    uniform_draws,
)
from sysdesign.quantity.normal import Z95, normal_percentile
from sysdesign.quantity.trouble import ArithmeticTrouble
from sysdesign.quantity.uncertain import LARGEST_LOG, NEGLIGIBLE, Uncertain, closed, exact, sampled

OWN_DRAWS = 64


def between(low: float, high: float, name: str) -> Uncertain:
    """Return the lognormal with this 5th and 95th percentile; `name` owns its draws."""
    if low == high:
        return exact(low)
    if not 0 < low < high < math.inf:
        raise ArithmeticTrouble(
            "a range runs from a number above zero to a larger one; "
            "for one that reaches zero give min and max, or a shape"
        )
    sigma = (math.log(high) - math.log(low)) / (2 * Z95)
    return closed(math.sqrt(low) * math.sqrt(high), {name: sigma})


def share_between(low: float, high: float, name: str) -> Uncertain:
    """Return a share (0..1) with this 5th and 95th percentile: lognormal, cut off at 1.

    It stays in closed form while less than 1e-9 of the probability is cut off.
    """
    if high > 1:
        raise ArithmeticTrouble("a share is at most 100%")
    share = between(low, high, name)
    if share.probability_above(1.0) < NEGLIGIBLE:
        return share
    return sampled(lambda: numpy_module().minimum(share.samples(), 1.0), {name})


def normal_between(low: float, high: float, name: str) -> Uncertain:
    """Return the normal with this 5th and 95th percentile."""
    return percentiles({5: low, 95: high}, name, "normal")


def uniform(least: float, most: float, name: str) -> Uncertain:
    """Return a number that is anywhere between hard ends with equal probability."""
    if not least <= most:
        raise ArithmeticTrouble("the minimum is above the maximum")
    return sampled(lambda: least + (most - least) * uniform_draws(name), {name})


def percentiles(
    values: Mapping[float, float],
    name: str,
    shape: Literal["lognormal", "normal", "uniform"] = "lognormal",
) -> Uncertain:
    """Return the distribution of this shape through two percentiles, as in {10: 1.5, 90: 3}.

    Raises
    ------
    ArithmeticTrouble
        Unless there are two percentiles between 0 and 100, and the values rise with them.
    """
    if len(values) != 2 or not all(0 < percentile < 100 for percentile in values):
        raise ArithmeticTrouble("two percentiles between 0 and 100 are needed, as in p10 and p90")
    (first, low), (second, high) = sorted(values.items())
    if low > high:
        raise ArithmeticTrouble("the higher percentile has the lower value")
    if low == high:
        return exact(low)
    if shape == "uniform":
        slope = (high - low) / (second - first)
        return uniform(low - slope * first, high + slope * (100 - second), name)
    z_low, z_high = normal_percentile(first / 100), normal_percentile(second / 100)
    if shape == "normal":
        sd = (high - low) / (z_high - z_low)
        return sampled(lambda: low + sd * (normal_draws(name) - z_low), {name})
    if low <= 0:
        raise ArithmeticTrouble("a lognormal has no values at or below zero; use shape normal")
    sigma = (math.log(high) - math.log(low)) / (z_high - z_low)
    log_median = math.log(low) - sigma * z_low
    if abs(log_median) > LARGEST_LOG:
        raise ArithmeticTrouble("the range is too wide or too large")
    return closed(math.exp(log_median), {name: sigma})


def independent_sum(value: Uncertain, draws: int, name: str) -> Uncertain:
    """Return the sum of `draws` independent copies of a number; `name` owns the result's draws.

    Up to 64 copies are drawn one by one. Beyond, the sum is the lognormal (the normal, where the
    value can be negative) with the same mean and variance: by the central limit theorem the two
    hardly differ then (Fenton 1960).
    """
    if draws < 1:
        raise ArithmeticTrouble("at least one draw is needed")
    if value.is_exact:
        return value * draws
    np = numpy_module()
    ordered = np.sort(value.samples())
    if draws <= OWN_DRAWS:
        whole = np.zeros(SAMPLES)
        for copy in range(draws):
            whole += ordered[order(f"{name}/{copy}")]
        # In the order of the name's own draws, so that it shows among the contributions.
        return sampled(lambda: np.sort(whole)[ranks_of(name)], {name})
    mean, sd = draws * value.mean, math.sqrt(draws) * value.sd
    if ordered[0] > 0:
        variance = math.log1p((sd / mean) ** 2)
        return closed(mean * math.exp(-variance / 2), {name: math.sqrt(variance)})
    return sampled(lambda: mean + sd * normal_draws(name), {name})
