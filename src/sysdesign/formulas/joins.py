"""Delays that start together, are cut off, or are repeated: the algebra of distributions."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from math import inf, isfinite
from typing import TYPE_CHECKING, Any

from sysdesign.formulas.delays import Delay, constant
from sysdesign.formulas.inversion import STEPS, Grid
from sysdesign.formulas.number import column, limited, numpy_module, sum_of
from sysdesign.formulas.readings import mean_within, share_above

if TYPE_CHECKING:
    from sysdesign.formulas.inversion import Complex, Reals
    from sysdesign.formulas.number import Number

_SPAN = 16.0  # means in the grid on which the mean of a join is integrated
_STEPS_WITH_JUMPS = 4096


def slowest(delays: Sequence[Delay]) -> Delay:
    """All at once, waiting for the last: the product of the distribution functions."""
    return kth(delays, len(delays))


def fastest(delays: Sequence[Delay]) -> Delay:
    """All at once, the first answer counts."""
    return kth(delays, 1)


def kth(delays: Sequence[Delay], needed: int) -> Delay:
    """All at once, until so many have answered, as in a quorum; delays may differ.

    Raises: ValueError unless 1 <= needed <= number of delays.
    Source: David and Nagaraja, Order Statistics (2003), chapter 5.
    """
    if not 1 <= needed <= len(delays):
        raise ValueError(f"{needed} of {len(delays)} answers: ask for 1 to {len(delays)}")
    if len(delays) == 1:
        return delays[0]
    base = sorted(delay.shift_s for delay in delays)[needed - 1]

    def rest(grid: Grid) -> Complex:
        return grid.transform_of(_fewer_than(needed, [d.above(grid, base) for d in delays]))

    return Delay(base + _mean_beyond(delays, needed, base), rest, base)


def _fewer_than(needed: int, above: list[Reals]) -> Reals:
    """Probability that fewer than `needed` have ended, from that of each not to have ended."""
    if needed == len(above):
        return 1 - reduce(operator.mul, (1 - table for table in above))
    ended: list[Any] = [1.0] + [0.0] * (needed - 1)  # probability of so many
    for table in above:
        for count in range(needed - 1, 0, -1):
            ended[count] = ended[count] * table + ended[count - 1] * (1 - table)
        ended[0] = ended[0] * table
    return sum_of(ended)  # type: ignore[no-any-return]


def _mean_beyond(delays: Sequence[Delay], needed: int, base: float) -> Number:
    """Mean beyond the base: the area under the tail.

    When all must answer, the tail far out is the sum of the tails. Only the difference to that
    sum is integrated; the means, known exactly, give the rest.
    """
    np = numpy_module()
    scales = sorted(float(np.max(d.mean_s)) - min(d.shift_s, base) for d in delays)
    scale = scales[needed - 1] or max((x for x in scales if isfinite(x)), default=0.0)
    if scale == 0 or not isfinite(scale):
        return scale
    jumps = any(delay.shift_s != base for delay in delays)
    grid = Grid(_SPAN * scale, _STEPS_WITH_JUMPS if jumps else STEPS)
    tables = [delay.above(grid, base) for delay in delays]
    tail = _fewer_than(needed, tables)
    if needed < len(delays):
        return _area(tail, grid)
    beyond: Number = sum(d.mean_s - mean_within(d, base) for d in delays)
    return limited(beyond - _area(sum(tables) - tail, grid), 0.0, inf)


def _area(table: Any, grid: Grid) -> Number:
    """Simpson's rule over one span."""
    odd, even = table[..., 1 : grid.steps : 2].sum(-1), table[..., 2 : grid.steps : 2].sum(-1)
    ends = table[..., 0] + table[..., grid.steps]
    area = (4 * odd + 2 * even + ends) * (grid.step_s / 3)
    return float(area) if area.shape == () else area


def hedged(first: Delay, second: Delay, after_s: float) -> Delay:
    """Ask again when no answer has come after some time; the first answer of both counts.

    Source: Dean and Barroso, "The tail at scale", Communications of the ACM 56(2), 2013.
    """
    return fastest([first, Delay(second.mean_s + after_s, second.rest, second.shift_s + after_s)])


def cut(delay: Delay, timeout_s: float) -> Delay:
    """No longer than a timeout: the caller goes on then, with the answer or without it."""
    if timeout_s <= delay.shift_s or delay.is_fixed:
        return constant(min(timeout_s, delay.shift_s))
    left = timeout_s - delay.shift_s
    return Delay(mean_within(delay, timeout_s), _cutter(delay.rest, left), delay.shift_s)


def _cutter(rest: Callable[[Grid], Complex], left_s: float) -> Callable[[Grid], Complex]:
    def cut_rest(grid: Grid) -> Complex:
        np = numpy_module()
        table = grid.above(rest(grid))
        # the time of the grid next to the timeout keeps as much of its probability as means need
        kept = np.clip(left_s / grid.step_s - np.arange(table.shape[-1]) + 0.5, 0.0, 1.0)
        return grid.transform_of(table * kept)

    return cut_rest


def retried(delay: Delay, timeout_s: float, retries: int, backoff_s: float = 0.0) -> Delay:
    """Each attempt is given up at the timeout and, after a pause, made anew, so many times.

    The last attempt too ends at the timeout, with an error. Attempts fare alike, each on its own.

    Raises: ValueError if a number is negative.
    """
    if timeout_s < 0 or retries < 0 or backoff_s < 0:
        raise ValueError("timeout, retries and backoff are 0 or more")
    attempt = cut(delay, timeout_s)
    late = share_above(delay, timeout_s)
    attempts: Number = sum(late**made for made in range(retries + 1))
    mean = attempt.mean_s * attempts + backoff_s * (attempts - 1)

    def rest(grid: Grid) -> Complex:
        np = numpy_module()
        whole = attempt.transform(grid, attempt.shift_s)
        given_up = column(late) * np.exp(-grid.points * (timeout_s - attempt.shift_s))
        again = given_up * np.exp(-grid.points * (backoff_s + attempt.shift_s))
        total = whole
        for _ in range(retries):  # it ends in time, or all that follows comes after it
            total = whole - given_up + again * total
        return total

    return Delay(mean, rest, attempt.shift_s)
