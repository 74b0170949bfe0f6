"""How a statement fares through a scenario: out of bounds from when to when, when it is back."""

from collections.abc import Sequence
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sysdesign.records import dataclass
from sysdesign.simulate.result import PERCENTILES, Bound, Outcome
from sysdesign.simulate.statistics import Reals, read_at

_CALLS = {"mean": 100, "errors": 100, "p50": 100, "p90": 100, "p95": 200, "p99": 1000,
          "p999": 10_000}  # fmt: skip
"""Answered calls that a window needs, so that ten lie beyond the percentile (mean, errors: 100)."""


@dataclass(frozen=True, slots=True)
class Moments:
    """Calls of one operation by replication and interval.

    `counts` has shape (replications, intervals, buckets), `edges` (buckets + 1,); `started`,
    `failed` and `total_s` (replications, intervals); `at_s` are starts of the intervals in the
    story.
    """

    at_s: Sequence[float]
    interval_s: float
    counts: NDArray[Any]
    edges: Reals
    started: NDArray[Any]
    failed: NDArray[Any]
    total_s: NDArray[Any]


def measures(measure: str) -> bool:
    """Whether a measure is told by time."""
    return measure in _CALLS


def outcome(bound: Bound, moments: Moments, first_s: float, last_s: float) -> Outcome:
    """How a bound fared; events lie from `first_s` to `last_s` of the story.

    A window counts as out of bounds where all replications together are, and more than half of
    them alone: what one odd replication does is chance. Before a cut of the story it stands for
    what was not run as well.
    """
    size = _window(bound.measure, moments)
    if size is None:
        return Outcome(None)
    starts = range(0, len(moments.at_s) - size + 1, size)
    values = [_value(bound, moments, start, size) for start in starts]
    at = [moments.at_s[start] for start in starts]
    window_s = size * moments.interval_s
    ends = [*at[1:], at[-1] + window_s]
    out = [i for i, start in enumerate(starts) if _is_out(bound, moments, start, size, values[i])]
    usual = [v for v, end in zip(values, ends, strict=True) if v is not None and end <= first_s]
    known = [v for v in values if v is not None]
    worst = (max if bound.comparison.startswith("<") else min)(known, default=None)
    usually = float(np.median(usual)) if usual else None
    if not out:
        return Outcome(True, worst=worst, usual=usually, window_s=window_s)
    last = ends[out[-1]]
    is_back = out[-1] < len(values) - 1
    back = max(last - last_s, 0.0) if is_back else None
    out_s = sum(ends[i] - at[i] for i in out)
    return Outcome(False, out_s, at[out[0]], last, worst, usually, back, window_s)


def _window(measure: str, moments: Moments) -> int | None:
    """Intervals of a window: as many as give it enough calls; None where all of them do not."""
    replications, intervals = moments.started.shape
    calls = float(np.median(moments.started.sum(axis=0))) if intervals else 0.0
    if calls <= 0 or replications == 0:
        return None
    size = max(ceil(_CALLS[measure] / calls), 1)
    return size if size <= max(intervals // 2, 1) else None


def _value(
    bound: Bound, moments: Moments, start: int, size: int, replication: int | None = None
) -> float | None:
    """The measure in a window; None where no call ended."""
    rows = slice(None) if replication is None else slice(replication, replication + 1)
    window = slice(start, start + size)
    if bound.measure == "errors":
        failed = float(moments.failed[rows, window].sum())
        ended = failed + float(moments.counts[rows, window].sum())
        return failed / ended if ended > 0 else None
    counts = moments.counts[rows, window].sum(axis=(0, 1)).astype(float)
    answered = float(counts.sum())
    if answered <= 0:
        return None
    if bound.measure == "mean":
        return float(moments.total_s[rows, window].sum()) / answered
    return read_at(counts, moments.edges, PERCENTILES[bound.measure])


def _is_out(bound: Bound, moments: Moments, start: int, size: int, value: float | None) -> bool:
    """Whether a window is out of bounds; one in which calls come and none is answered is, too."""
    if value is None:
        return bool(moments.started[:, start : start + size].sum() > 0)
    if _holds(value, bound):
        return False
    count = int(moments.started.shape[0])
    each = [_value(bound, moments, start, size, replication) for replication in range(count)]
    off = sum(1 for one in each if one is None or not _holds(one, bound))
    return 2 * off > count


def _holds(value: float, bound: Bound) -> bool:
    return {"<": value < bound.bound, "<=": value <= bound.bound, ">": value > bound.bound,
            ">=": value >= bound.bound}[bound.comparison]  # fmt: skip
