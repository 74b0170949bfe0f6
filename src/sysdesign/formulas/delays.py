"""What a call goes through, carried as a transform: fixed times, services, waits, their sums.

Percentiles are never added: a path is put together here and in `joins`, and read once, at the
end, in `readings`. A delay that may never end (overload) has the mean inf; its transform then
counts only the calls that do end. Delays of one expression are independent of each other.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

from sysdesign.formulas.inversion import Grid
from sysdesign.formulas.laws import Constant, Shape
from sysdesign.formulas.number import column, is_one, limited, numpy_module, sum_of, where

if TYPE_CHECKING:
    from sysdesign.formulas.inversion import Complex, Reals
    from sysdesign.formulas.number import Number


class Delay(NamedTuple):
    """A random time: a fixed part `shift_s`, and the rest by its transform on any grid.

    `mean_s` counts the fixed part too; it may be an array over samples.
    """

    mean_s: Number
    rest: Callable[[Grid], Complex]
    shift_s: float = 0.0

    @property
    def is_fixed(self) -> bool:
        """Whether it is the same for every call."""
        return is_one(self.mean_s) and bool(self.mean_s == self.shift_s)

    def transform(self, grid: Grid, base_s: float = 0.0) -> Complex:
        """E[exp(-s (X - base))] at the points of the grid; `base_s` is at most `shift_s`."""
        later = self.shift_s - base_s
        rest = self.rest(grid)
        return rest * numpy_module().exp(-grid.points * later) if later else rest

    def above(self, grid: Grid, base_s: float = 0.0) -> Reals:
        """Probability to be above each time of the grid, counted from `base_s`."""
        later = self.shift_s - base_s
        if later >= 0:
            return _between(grid.above(self.rest(grid)), grid, -later)
        wider = Grid(grid.span_s - later, grid.steps)
        return _between(wider.above(self.rest(wider)), grid, -later, wider)


def _between(table: Reals, grid: Grid, ahead_s: float, known: Grid | None = None) -> Reals:
    """Read a table, of the grid `known`, so far ahead of each time; before its start it is 1."""
    if ahead_s == 0:
        return table
    np = numpy_module()
    place = (grid.times + ahead_s) / (known or grid).step_s
    left = np.clip(place, 0, len(place) - 2).astype(int)
    part = np.clip(place - left, 0.0, 1.0)
    moved = table[..., left] * (1 - part) + table[..., left + 1] * part
    return np.where(place < 0, 1.0, moved)  # type: ignore[no-any-return]


def constant(seconds: float) -> Delay:
    """Always as long."""
    return Delay(seconds, lambda grid: numpy_module().ones(grid.steps + 1, complex), seconds)


def spread(shape: Shape, mean_s: Number) -> Delay:
    """A time of this law and mean, such as the service of a call."""
    if is_one(mean_s) and (mean_s == 0 or isinstance(shape, Constant)):
        return constant(mean_s)
    return Delay(mean_s, lambda grid: shape.transform(grid, mean_s))


def waiting(probability: Number, mean_s: Number, load: Number, shape: Shape) -> Delay:
    """Wait before a station: a geometric number of residual services, if the call waits at all.

    Parameters
    ----------
    probability
        That the call waits (`erlang_c`).
    mean_s
        Of all calls, inf in overload (`wait_mg`); the residuals are stretched to meet it.
    load
        Utilisation; from 1 on the wait never ends.

    Exact for M/G/1 and M/M/c.
    Source: Hokstad, Operations Research 26(3), 1978; Tijms, Stochastic Models (1994):
    while all servers are busy, they are one server c times as fast.
    """
    if is_one(mean_s) and mean_s == 0:
        return constant(0.0)
    stable = where(load < 1, 1.0, 0.0)
    busy = where(load < 1, load, 0.0)
    chance = where(load < 1, limited(probability, 1e-300, 1.0), 1.0)
    conditional = where(load < 1, mean_s, 1.0) / chance
    # a wait is 1 / (1 - load) residuals on average, a residual (1 + scv) / 2 services
    stretched = conditional * (1 - busy) * (2 / (1 + shape.scv))

    waits, at_once = column(stable * chance * (1 - busy)), column(stable * (1 - chance))
    again = column(busy)

    def rest(grid: Grid) -> Complex:
        left = shape.residual(grid, stretched)
        return waits * left / (1 - again * left) + at_once  # type: ignore[no-any-return]

    return Delay(mean_s, rest)


def series(delays: Sequence[Delay]) -> Delay:
    """One after the other."""
    moving = [delay for delay in delays if not delay.is_fixed]
    mean_s, shift_s = sum(d.mean_s for d in delays), sum(d.shift_s for d in delays)
    if len(moving) == 1:
        return Delay(mean_s, moving[0].rest, shift_s)

    def rest(grid: Grid) -> Complex:
        if not moving:
            return numpy_module().ones(grid.steps + 1, complex)  # type: ignore[no-any-return]
        return reduce(operator.mul, [delay.rest(grid) for delay in moving])

    return Delay(mean_s, rest, shift_s)


def mixture(shares: Sequence[Number], delays: Sequence[Delay]) -> Delay:
    """One of them by chance, as on a hit or a miss.

    Raises: ValueError if there is not one share for each delay, or they do not sum to 1.
    """
    if len(shares) != len(delays) or not _is_whole(shares):
        raise ValueError("give each delay a share, and shares that sum to 1")
    chosen = [
        (share, delay)
        for share, delay in zip(shares, delays, strict=True)
        if not (is_one(share) and share == 0)
    ]
    base = min(delay.shift_s for _, delay in chosen)

    def rest(grid: Grid) -> Complex:
        parts = (column(share) * delay.transform(grid, base) for share, delay in chosen)
        return sum_of(parts)  # type: ignore[no-any-return]

    return Delay(sum(share * delay.mean_s for share, delay in chosen), rest, base)


def _is_whole(shares: Sequence[Number]) -> bool:
    total: Any = sum(shares)
    return bool(numpy_module().all(abs(total - 1) < 1e-9))
