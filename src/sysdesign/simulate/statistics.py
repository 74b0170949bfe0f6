"""How sure a number of a simulation is: warm-up, replications, intervals of means and percentiles.

Replications are independent; calls within one are not. So an interval never comes from the number
of calls, always from how replications differ.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import atan, cos, inf, isfinite, pi, sin, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sysdesign.records import dataclass

Reals = NDArray[np.float64]

CONFIDENCE = 0.95
_BATCH = 5


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval of confidence; `low` and `high` are None where none is known."""

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def width(self) -> float:
        """Half of the interval over the value; infinite where the interval is not known."""
        if self.low is None or self.high is None:
            return inf
        if self.value == 0:
            return 0.0 if self.low == self.high else inf
        return (self.high - self.low) / 2 / abs(self.value)

    def times(self, factor: float) -> "Estimate":
        """The same in another unit."""
        low, high = (None if x is None else x * factor for x in (self.low, self.high))
        return Estimate(self.value * factor, low, high)


# -- Student's t -----------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def t_quantile(free: int, confidence: float = CONFIDENCE) -> float:
    """The t with `free` degrees of freedom that |t| stays below with this probability.

    Raises: ValueError if `free` is below 1 or the confidence is not in (0, 1).

    >>> round(t_quantile(9), 4)
    2.2622
    """
    if free < 1 or not 0 < confidence < 1:
        raise ValueError("at least one degree of freedom, a confidence between 0 and 1")
    low, high = 0.0, 1.0
    while _within(high, free) < confidence:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if _within(middle, free) < confidence:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _within(t: float, free: int) -> float:
    """Probability that |t| stays below `t`: Abramowitz and Stegun (1964), 26.7.3 and 26.7.4."""
    angle = atan(t / sqrt(free))
    square = cos(angle) ** 2
    term, total = 1.0, 1.0
    for k in range(2 if free % 2 == 0 else 3, free - 1, 2):
        term *= (k - 1) / k * square
        total += term
    if free % 2 == 0:
        return sin(angle) * total
    more = sin(angle) * cos(angle) * total if free > 1 else 0.0
    return 2 / pi * (angle + more)


# -- intervals -------------------------------------------------------------------------------------


def ratio(above: Sequence[float] | Reals, below: Sequence[float] | Reals) -> Estimate:
    """A mean over all replications: the sum of `above` over that of `below`, by replication.

    The interval is that of a ratio of means. Source: Law, Simulation Modeling and Analysis (2015),
    9.5.3, with the classical variance of a ratio estimator (Cochran, Sampling Techniques,
    1977, 6.3).
    """
    up, down = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
    whole = float(down.sum())
    if not whole > 0:
        return Estimate(0.0)
    value = float(up.sum()) / whole
    if np.count_nonzero(down) < 2:  # one alone lies off nothing
        return Estimate(value)
    half = _half(up - value * down, whole)
    return Estimate(value) if half is None else Estimate(value, value - half, value + half)


def _half(residuals: Reals, whole: float) -> float | None:
    """Half of the interval of a ratio, from what each replication lies off it."""
    count = len(residuals)
    if count < 2:
        return None
    error = sqrt(count * float((residuals**2).sum()) / (count - 1)) / whole
    return t_quantile(count - 1) * error


def share(parts: Sequence[float] | Reals, wholes: Sequence[float] | Reals) -> Estimate:
    """A share of calls, kept within 0..1.

    Where none was seen the upper end is that of the rule of three (3 / n at 95%; Hanley and
    Lippman-Hand, JAMA 249, 1983), which takes calls for independent.
    """
    found = ratio(parts, wholes)
    calls = float(np.sum(wholes))
    if found.value == 0 and calls > 0:
        return Estimate(0.0, 0.0, min(3 / calls, 1.0))
    if found.low is None or found.high is None:
        return found
    return Estimate(found.value, max(found.low, 0.0), min(found.high, 1.0))


def percentile(counts: NDArray[Any], edges: Reals, at: float) -> Estimate:
    """A percentile of the pooled calls, with an interval from how replications differ.

    Parameters
    ----------
    counts
        Calls by replication and bucket, shape (replications, buckets).
    edges
        Ends of the buckets, shape (buckets + 1,), rising.
    at
        Share of calls below it, 0..1.

    The share of each replication's calls below the pooled value gives an interval of that share;
    its ends are read back on the pooled histogram, so no density has to be guessed. An end beyond
    the last call is None. Source: Woodruff, Confidence intervals for medians and other position
    measures, JASA 47 (1952), with the ratio of `ratio`.
    """
    rows = np.asarray(counts, dtype=float)
    pooled = rows.sum(axis=0)
    whole = float(pooled.sum())
    if not whole > 0:
        return Estimate(0.0)
    value = read_at(pooled, edges, at)
    below = _below(rows, edges, value)
    half = _half(below - at * rows.sum(axis=1), whole)
    if half is None:
        return Estimate(value)
    low = read_at(pooled, edges, max(at - half, 0.0))
    high = read_at(pooled, edges, at + half) if at + half < 1 - 0.5 / whole else None
    return Estimate(value, low, high)


def read_at(pooled: Reals, edges: Reals, at: float) -> float:
    """The value with this share of the calls below it, on a straight line within its bucket."""
    rising = np.cumsum(pooled)
    target = at * rising[-1]
    place = int(np.searchsorted(rising, target))
    place = min(place, len(pooled) - 1)
    while pooled[place] == 0 and place > 0:  # an end that lies on an empty bucket
        place -= 1
    before = rising[place] - pooled[place]
    part = min(max((target - before) / pooled[place], 0.0), 1.0) if pooled[place] > 0 else 0.0
    return float(edges[place] + part * (edges[place + 1] - edges[place]))


def _below(rows: Reals, edges: Reals, value: float) -> Reals:
    """Calls of each replication below a value, on a straight line within its bucket."""
    place = min(max(int(np.searchsorted(edges, value, side="right")) - 1, 0), rows.shape[1] - 1)
    width = edges[place + 1] - edges[place]
    part = min(max((value - edges[place]) / width, 0.0), 1.0) if width > 0 else 1.0
    found: Reals = rows[:, :place].sum(axis=1) + part * rows[:, place]
    return found


def mean_of(values: Sequence[float] | Reals) -> Estimate:
    """The mean of one number a replication, with the interval of Student's t."""
    return ratio(values, np.ones(len(values)))


# -- warm-up ---------------------------------------------------------------------------------------


def warm_up(series: Sequence[float] | Reals) -> int | None:
    """How many values at the start to leave out; None where the run is too short to tell.

    MSER-5: means of five values each; of all cuts in the first half the one after which the mean
    is known best. A cut at the very end of that half says that nothing has settled. Source: White,
    Cobb and Spratt, A comparison of five steady-state truncation heuristics, WSC 2000.
    """
    values = np.asarray(series, dtype=float)
    means = values[: len(values) // _BATCH * _BATCH].reshape(-1, _BATCH).mean(axis=1)
    count = len(means)
    if count < 4:
        return None
    left = np.arange(count, 0, -1)
    sums = np.cumsum(means[::-1])[::-1]
    squares = np.cumsum((means - means.mean())[::-1] ** 2)[::-1]
    off = sums / left - means.mean()
    errors = np.maximum(squares / left - off**2, 0.0) / left
    half = count // 2
    best = int(np.argmin(errors[: half + 1]))
    return None if best >= half and errors[best] > 0 else best * _BATCH


def drifts(series: Sequence[float] | Reals) -> bool:
    """Whether the later half of a series goes on growing: more than chance explains.

    Means of ten pieces of it; a straight line through them whose slope is above zero at 99.9% and
    adds at least a fifth of the mean over the half. A noisy queue that is stable does neither.
    """
    values = np.asarray(series, dtype=float)
    later = values[len(values) // 2 :]
    pieces = 10
    if len(later) < pieces:
        return False
    means = later[: len(later) // pieces * pieces].reshape(pieces, -1).mean(axis=1)
    at = np.arange(pieces) - (pieces - 1) / 2
    slope = float((at * means).sum() / (at**2).sum())
    rest = means - means.mean() - slope * at
    error = sqrt(float((rest**2).sum()) / (pieces - 2) / float((at**2).sum()))
    grown = slope * pieces
    return grown > 0.2 * abs(float(means.mean())) and slope > t_quantile(pieces - 2, 0.998) * error


def is_narrow(estimate: Estimate, most: float) -> bool:
    """Whether half of the interval is at most this share of the value."""
    return isfinite(estimate.width) and estimate.width <= most
