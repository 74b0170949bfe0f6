"""What is read from a delay in the end: percentiles, the share above a target, the part within."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite, log
from typing import TYPE_CHECKING, Any

from sysdesign.formulas.delays import Delay, above_atoms, without_atoms
from sysdesign.formulas.inversion import STEPS, Grid
from sysdesign.formulas.number import numpy_module

if TYPE_CHECKING:
    from sysdesign.formulas.inversion import Reals
    from sysdesign.formulas.number import Number

_NO_TIME = 1e-200  # seconds; spans of less are below what floats hold
_SPAN = 12.0  # means in the first grid: p99.9 of an exponential lies at 6.9
_ZOOM = 8.0
_ZOOMS = 10  # each way: nine orders of magnitude around the mean
_LEAST_INDEX = 10  # what lies nearer to the start of a grid is looked for on a finer one
_FINE_ENOUGH = 1e-4  # of the fixed part
_STEEP = 1.5  # at a jump the tail falls more than by this factor within three steps,
_STEEPER = 2.0  # and (in logarithms) more than so many times as fast as just before
_STEPS_AT_A_JUMP = 4096
_STEPS_AT_AN_EDGE = 8192
_STEPS_AROUND = 8  # of an edge
_RIPPLES = 0.02  # of a tail: so much they are where it falls within a few steps
_NARROW = 16  # steps in which a law that is all but fixed falls
_NEARLY_ALL = 0.9


def share_above(delay: Delay, t: float) -> Number:
    """Probability to take longer than t seconds; an array where the delay has samples.

    The grid is laid such that t is one of its times.
    """
    if delay.atoms and not delay.is_fixed:
        smooth, share = without_atoms(delay)
        return float(above_atoms(delay.atoms, t)) + share * share_above(smooth, t)
    left = t - delay.shift_s
    if left < 0 or delay.is_fixed:
        return float(left < 0)
    if left == 0:
        left = 1e-9 * (delay.shift_s or 1.0)
    grid = Grid(2 * left)
    return _plain(grid.above(delay.rest(grid))[..., grid.steps // 2])


def mean_within(delay: Delay, t: float) -> Number:
    """E[min(X, t)] in seconds: the area under the tail up to t, from the area's own transform."""
    left = t - delay.shift_s
    if left <= 0 or delay.is_fixed:
        return min(t, delay.shift_s)
    np = numpy_module()
    grid = Grid(2 * left)
    tail = (1 - delay.rest(grid)) / grid.points
    area = grid.original(tail / grid.points, np.zeros(1))[..., grid.steps // 2]
    return delay.shift_s + _plain(np.clip(area, 0.0, left))


def percentiles(delay: Delay, shares: Sequence[float], steps: int = STEPS) -> list[float]:
    """Times that these shares of the calls do not exceed, in seconds; inf where some never end.

    For one delay, not for arrays of samples: ask those for `share_above` the target. The error is
    below 0.1%, except close to a jump that is not known to the delay, where it is 0.3%.

    Raises: ValueError unless each share is between 0 and 1.
    """
    if not all(0 < share < 1 for share in shares):
        raise ValueError("a percentile's share lies between 0 and 1")
    if delay.is_fixed:
        return [delay.shift_s] * len(shares)
    beyond = float(delay.mean_s) - delay.shift_s
    if beyond < _NO_TIME:
        return [delay.shift_s] * len(shares)
    if delay.atoms:
        return _between_atoms(delay, shares, steps)
    start = _SPAN * beyond if isfinite(beyond) else 1.0
    found: dict[float, float] = {}
    finer, coarser = _look(delay, Grid(start, steps), shares, found)
    for zoom in range(1, _ZOOMS + 1):
        if finer:
            finer, _ = _look(delay, Grid(start * _ZOOM**-zoom, steps), finer, found)
        if coarser:
            _, coarser = _look(delay, Grid(start * _ZOOM**zoom, steps), coarser, found)
    return [delay.shift_s + found.get(share, inf) for share in shares]


def _between_atoms(delay: Delay, shares: Sequence[float], steps: int) -> list[float]:
    """At each exact time the distribution jumps; between them the law of all others tells."""
    smooth, rest = without_atoms(delay)
    known = 0.0  # share of exact times before
    jumps: list[tuple[float, float, float, float]] = []  # time, shares before and after it, known
    for at, mass in delay.atoms:
        before = known + rest * (1 - float(share_above(smooth, at)) if rest else 0.0)
        jumps.append((at, before, before + mass, known))
        known += mass
    found: dict[float, float] = {}
    asked: dict[float, tuple[float, float, float]] = {}
    for share in shares:
        passed = [jump for jump in jumps if jump[1] < share]
        if passed and (share <= passed[-1][2] or not rest):
            found[share] = passed[-1][0]
            continue
        below = sum(mass for _, mass in delay.atoms[: len(passed)])
        low = passed[-1][0] if passed else delay.shift_s
        high = jumps[len(passed)][0] if len(passed) < len(jumps) else inf
        asked[share] = (min(max((share - below) / rest, 1e-12), 1 - 1e-12), low, high)
    times = percentiles(smooth, [target for target, _, _ in asked.values()], steps)
    for (share, (_, low, high)), time in zip(asked.items(), times, strict=True):
        found[share] = min(max(time, low), high)
    return [found[share] for share in shares]


def _look(
    delay: Delay, grid: Grid, shares: Sequence[float], found: dict[float, float]
) -> tuple[list[float], list[float]]:
    """Note what this grid tells; return the shares for a finer and for a coarser one."""
    transform = delay.rest(grid)
    table = grid.above(transform)
    finer, coarser = [], []
    for share in shares:
        after = _first_below(table, 1 - share)
        if after > grid.steps:
            coarser.append(share)
            continue
        place = _crossing(table, after, 1 - share) * grid.step_s
        found[share] = place
        if after < _LEAST_INDEX:
            if grid.at_zero(transform) >= share:
                found[share] = 0.0
            if grid.step_s * _LEAST_INDEX > _FINE_ENOUGH * delay.shift_s:
                finer.append(share)
        elif grid.steps < _STEPS_AT_A_JUMP and (
            _at_a_jump(table, after)
            or (1 - share < _RIPPLES and _is_narrow(table, after))
            or _at_an_edge(delay, place, grid)
        ):
            finest = _STEPS_AT_AN_EDGE if delay.edges else _STEPS_AT_A_JUMP
            _look(delay, Grid(2 * place, finest), [share], found)
    return finer, coarser


def _first_below(table: Reals, target: float) -> int:
    """Index from which on the tail is at most the target; ripples before it do not count."""
    higher = (table[: len(table) // 2 + 1] > target).nonzero()[0]
    return int(higher[-1]) + 1 if higher.size else 0


def _at_a_jump(table: Reals, after: int) -> bool:
    first, start, end = (max(float(table[after + i]), 1e-12) for i in (-5, -2, 1))
    fall = log(start / end)
    return fall > log(_STEEP) and fall > _STEEPER * log(first / start)


def _is_narrow(table: Reals, after: int) -> bool:
    """Whether nearly all of the law lies within some steps, where ripples hide how it ends."""
    return after >= _NARROW and float(table[after - _NARROW]) > _NEARLY_ALL


def _at_an_edge(delay: Delay, place_s: float, grid: Grid) -> bool:
    near = _STEPS_AROUND * grid.step_s
    return any(abs(at - delay.shift_s - place_s) < near for at in delay.edges)


def _crossing(table: Reals, after: int, target: float) -> float:
    """Place in steps at which the tail meets the target, straight in its logarithm."""
    if after == 0:
        return 0.0
    high, low = float(table[after - 1]), float(table[after])
    if low < target / 2:
        return after - 1 + (high - target) / (high - low)
    return after - 1 + log(high / target) / log(high / low)


def _plain(value: Any) -> Number:
    return float(value) if value.shape == () else value
