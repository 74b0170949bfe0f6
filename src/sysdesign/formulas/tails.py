"""A delay as a table: worked out once on a grid that suits it, then read, cut and joined there.

A tree of calls has delays of microseconds within seconds. Each join or timeout is tabled at its
own scale; whoever contains it reads the table, or where that is far finer than his own grid, its
mean and variance.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import field, replace
from functools import lru_cache, reduce
from math import ceil, exp, inf, isfinite, log, log2, sqrt
from typing import TYPE_CHECKING, Any

from sysdesign.formulas.delays import (
    Atoms,
    Delay,
    above_atoms,
    constant,
    gathered,
    transform_of_atoms,
)
from sysdesign.formulas.inversion import Grid
from sysdesign.formulas.laws import by_scv
from sysdesign.formulas.number import numpy_module, sum_of
from sysdesign.records import cached_property, dataclass

if TYPE_CHECKING:
    from sysdesign.formulas.inversion import Complex, Reals

_STEPS = 512
_MEANS = 16.0  # in a span, at least
_WIDER = 8.0
_ENDED = 1e-6  # a tail below is rounding
_TOO_HEAVY = 2e-4  # what may be left beyond a span
_MOST_WIDER = 2
_FINE = 8.0  # steps in a standard deviation, to be read from a table
_FINEST = 2**15  # steps
_RESOLVED = 2.0  # steps of a grid in a standard deviation, to be read as a table there
_MOST_COMPARED = 12
_SOONEST = 0.25
_NO_TIME = 1e-150  # seconds: its square is below what floats hold


@dataclass(frozen=True)
class Tail:
    """Probability `above` each time of a grid, counted from `base_s`; beyond it falls on as it did.

    `atoms` are exact times as in a delay.

    `mean_s` counts the base; it may be inf where calls never end, which the table then says too.
    """

    base_s: float
    mean_s: float
    grid: Grid
    above: Reals = field(repr=False)
    atoms: Atoms = ()

    @cached_property
    def smooth(self) -> Reals:
        """The part of the table that exact times have no part in."""
        if not self.atoms:
            return self.above
        steps = above_atoms(self.atoms, self.times + self.base_s)
        return numpy_module().maximum(self.above - steps, 0.0)  # type: ignore[no-any-return]

    @property
    def times(self) -> Reals:
        """Seconds after the base, one for each entry of the table."""
        return self.grid.times[: self.grid.steps + 1]

    @cached_property
    def _decay(self) -> float:
        """Steps by which the tail falls e-fold at the end of the table; 0 where it has ended."""
        back = len(self.smooth) // 8
        last, before = float(self.smooth[-1]), float(self.smooth[-1 - back])
        if last <= _ENDED or not isfinite(self.mean_s):
            return 0.0
        return back / max(log(before / last), 1e-3)

    def at(self, times: Reals) -> Reals:
        """Probability to be above times, counted from the base."""
        np = numpy_module()
        read = np.interp(times, self.times, self.smooth)
        if self._decay and times[-1] > self.grid.span_s:
            late = np.maximum(times - self.grid.span_s, 0.0) / self.grid.step_s
            read = read * np.exp(-late / self._decay)
        elif isfinite(self.mean_s):
            read = np.where(times > self.grid.span_s, 0.0, read)
        if self.atoms:
            read = read + above_atoms(self.atoms, times + self.base_s)
        return np.where(times < 0, 1.0, read) if times[0] < 0 else read  # type: ignore[no-any-return]

    def share_above(self, t: float) -> float:
        """Probability to take longer than t seconds; straight in its logarithm between times."""
        if self.atoms:
            rest = replace(self, above=self.smooth, atoms=())
            steps = float(above_atoms(self.atoms, t))
            return steps + rest.share_above(t) if t >= self.base_s else 1.0
        place = (t - self.base_s) / self.grid.step_s
        if place < 0:
            return 1.0
        if place >= self.grid.steps:
            last = float(self.above[-1])
            if not isfinite(self.mean_s):
                return last
            return last * exp(-(place - self.grid.steps) / self._decay) if self._decay else 0.0
        low = int(place)
        high, less = float(self.above[low]), float(self.above[low + 1])
        part = place - low
        if less <= high / 8:
            return high + part * (less - high)
        return float(high ** (1 - part) * less**part)

    @cached_property
    def scv_beyond(self) -> float:
        """Variance over the squared mean, both of what is beyond the base."""
        beyond = self.mean_s - self.base_s
        if beyond < _NO_TIME or not isfinite(beyond):
            return 0.0
        np = numpy_module()
        step, away = self.grid.step_s, self.times - beyond
        share = 1 - sum(mass for _, mass in self.atoms)
        # about the mean: a difference of large moments would keep little of a small variance
        spread = 2 * _area(np.where(away > 0, self.smooth, self.smooth - share) * away, step)
        spread += sum(mass * (at - self.mean_s) ** 2 for at, mass in self.atoms)
        if self._decay:  # an exponential from the end on
            rest = self._decay * step
            spread += 2 * float(self.above[-1]) * rest * (self.grid.span_s - beyond + rest)
        return max(spread / beyond**2, 0.0)

    @cached_property
    def delay(self) -> Delay:
        """The delay with this tail."""
        beyond = self.mean_s - self.base_s
        if beyond < _NO_TIME:
            return constant(self.base_s)
        return Delay(self.mean_s, self._rest, self.base_s, self.atoms)

    def _rest(self, grid: Grid) -> Complex:
        beyond = self.mean_s - self.base_s
        if isfinite(beyond) and sqrt(self.scv_beyond) * beyond < _RESOLVED * grid.step_s:
            return by_scv(self.scv_beyond).transform(grid, beyond)
        if not self.atoms:
            return grid.transform_of(self.at(grid.times))
        share = 1 - sum(mass for _, mass in self.atoms)
        smooth = replace(self, above=self.smooth, atoms=()).at(grid.times)
        exact = transform_of_atoms(self.atoms, grid, self.base_s)
        return grid.transform_of(smooth) - (1 - share) + exact

    def within(self, limit_s: float) -> tuple[Tail, float]:
        """Those that take no longer than a limit, and the share of the others."""
        late = self.share_above(limit_s)
        left = limit_s - self.base_s
        if late >= 1 or left <= 0:
            return _fixed(min(limit_s, self.base_s)), late
        if left >= self.grid.span_s and isfinite(self.mean_s):
            return self, late
        np = numpy_module()
        finer = Grid(left, self.grid.steps)  # the limit is its last time
        times = finer.times[: finer.steps + 1]
        exact = tuple((at, mass / (1 - late)) for at, mass in self.atoms if at <= limit_s)
        smooth = replace(self, above=self.smooth, atoms=())
        after = late - float(above_atoms(self.atoms, limit_s)) if self.atoms else late
        in_time = np.clip((smooth.at(times) - after) / (1 - late), 0.0, 1.0)
        # the time next to the limit keeps as much of its probability as means need
        kept = np.clip(left / finer.step_s - np.arange(len(times)) + 0.5, 0.0, 1.0)
        table = in_time * kept
        area = float(table.sum() - (table[0] + table[-1]) / 2) * finer.step_s
        area += sum(mass * (at - self.base_s) for at, mass in exact)
        if exact:
            table = table + above_atoms(exact, times + self.base_s)
        return Tail(self.base_s, self.base_s + area, finer, table, exact), late

    def longest(self, count: int) -> Tail:
        """The longest of so many of them.

        Source: David and Nagaraja, Order Statistics (2003), chapter 2.
        """
        np = numpy_module()
        below = np.log1p(-np.minimum(self.above, 1 - 1e-16))
        table = -np.expm1(count * below)
        tables, exact = [self.above] * count, [self.atoms] * count
        atoms = _joined_atoms(tables, exact, count, self.grid, self.base_s)
        beyond = count * (self.mean_s - self.base_s)
        if isfinite(beyond):
            known = count * _area_of(self.above, self.atoms, self.grid, self.base_s)
            beyond -= known - _area_of(table, atoms, self.grid, self.base_s)
        return Tail(self.base_s, self.base_s + max(beyond, 0.0), self.grid, table, atoms)


def _fixed(seconds: float) -> Tail:
    np = numpy_module()
    return Tail(seconds, seconds, Grid(1.0, 2), np.zeros(3))


def tail_of(delay: Delay, scale_s: float | None = None) -> Tail:
    """Table of a delay; `scale_s` is what matters of one that may never end.

    Spans are powers of two, so that what different tables contain is worked out once. What was
    read from a table is that table.
    """
    owner = getattr(delay.rest, "__self__", None)
    if isinstance(owner, Tail) and (owner.mean_s, owner.base_s) == (delay.mean_s, delay.shift_s):
        return owner
    beyond = float(delay.mean_s) - delay.shift_s
    if delay.is_fixed or beyond <= 0:
        return _fixed(delay.shift_s)
    if not isfinite(beyond):
        beyond = max(scale_s or 1.0, 1e-9) / 4
    grid, _, table = _wide_enough([delay], 1, delay.shift_s, beyond)
    return Tail(delay.shift_s, float(delay.mean_s), grid, table, delay.atoms)


def variance_of(delay: Delay) -> float:
    """Variance of a delay in seconds squared, from a table that is fine enough for it.

    Of a sum of many small parts the deviation is a small part of the mean: less than a step of the
    table that holds the tail. Inf where the delay has no end.
    """
    if delay.is_fixed:
        return 0.0
    if not isfinite(delay.mean_s):
        return inf
    tail = tail_of(delay)
    while True:
        spread = tail.scv_beyond * (tail.mean_s - tail.base_s) ** 2
        steps = tail.grid.steps * 4
        if sqrt(spread) >= _FINE * tail.grid.step_s or steps > _FINEST:
            return spread
        grid = Grid(tail.grid.span_s, steps)
        tail = replace(tail, grid=grid, above=delay.above(grid, tail.base_s)[: steps + 1])


def _wide_enough(
    delays: Sequence[Delay], needed: int, base_s: float, scale_s: float
) -> tuple[Grid, list[Reals], Reals]:
    """A grid that holds nearly all of the tail of a join, the tails of its parts, and its own.

    Rare slow calls among fast ones lie many means out: then it gets wider and finer.
    """
    endless = any(not isfinite(delay.mean_s) for delay in delays)
    alike = {id(delay): delay for delay in delays}  # equal parts of a network are one object
    span, steps = _span(scale_s, _MEANS), _STEPS
    for attempt in range(_MOST_WIDER + 1):
        grid = Grid(span, steps)
        known = {id(delay): _from(delay, grid, base_s) for delay in alike.values()}
        tables = [known[id(delay)] for delay in delays]
        raw = _fewer_than(needed, tables)
        table = numpy_module().minimum.accumulate(raw)
        if endless:  # at the end the ripples of a coarse grid are gone: that share never ends
            table = numpy_module().maximum(table, raw[-1])
        if table[-1] < _TOO_HEAVY or endless or attempt == _MOST_WIDER:
            break
        span, steps = span * _WIDER, steps * 2
    return grid, tables, table


def _span(scale_s: float, means: float) -> float:
    return float(2.0 ** ceil(log2(means * scale_s) - 1e-9))


def joined(delays: Sequence[Delay], needed: int) -> tuple[Tail, list[float]]:
    """All at once, until so many have ended; and how often it is each of them that is waited for.

    Raises: ValueError unless 1 <= needed <= number of delays.
    Source: David and Nagaraja, Order Statistics (2003), chapter 5.
    """
    if not 1 <= needed <= len(delays):
        raise ValueError(f"{needed} of {len(delays)} answers: ask for 1 to {len(delays)}")
    base = sorted(delay.shift_s for delay in delays)[needed - 1]
    lengths = [float(delay.mean_s) - min(delay.shift_s, base) for delay in delays]
    scale = sorted(lengths)[needed - 1]
    endless = not isfinite(scale)
    if endless:
        scale = max((length for length in lengths if isfinite(length)), default=0.0) or 1.0
    if scale <= 0:
        return _fixed(base), [1 / len(delays)] * len(delays)
    sooner = max(needed / len(delays), _SOONEST)  # the first of many takes a part of their mean
    grid, tables, table = _wide_enough(delays, needed, base, scale * sooner)
    if endless:
        never = [float(not isfinite(length)) for length in lengths]
        return Tail(base, inf, grid, table), [share / sum(never) for share in never]
    exact = [delay.atoms for delay in delays]
    atoms = _joined_atoms(tables, exact, needed, grid, base)
    mean = base + max(_mean_beyond(delays, tables, table, needed, grid, base, atoms), 0.0)
    return Tail(base, mean, grid, table, atoms), _waited_for(tables, needed)


def _joined_atoms(
    tables: Sequence[Reals], exact: Sequence[Atoms], needed: int, grid: Grid, base_s: float
) -> Atoms:
    """Exact times of a join: those of its parts, as likely as it is these that are waited for."""
    places = sorted({at for atoms in exact for at, _ in atoms if at >= base_s})
    if not places:
        return ()
    np = numpy_module()
    times = np.array(places)
    after, before = [], []
    known: dict[int, tuple[Reals, Reals]] = {}  # equal parts have equal tables
    for table, atoms in zip(tables, exact, strict=True):
        if id(table) not in known:
            single = Tail(base_s, base_s, grid, table, atoms)
            mass = sum_of([0.0 * times, *(m * (times == at) for at, m in atoms)])
            above = single.at(times - base_s)
            known[id(table)] = above, np.minimum(above + mass, 1.0)
        after.append(known[id(table)][0])
        before.append(known[id(table)][1])
    masses = _fewer_than(needed, before) - _fewer_than(needed, after)
    return gathered(zip(places, map(float, masses), strict=True))


def _from(delay: Delay, grid: Grid, base_s: float) -> Reals:
    """Tail of a delay on a grid that begins at some time."""
    if delay.shift_s < base_s:
        return tail_of(delay, base_s).at(grid.times[: grid.steps + 1] + (base_s - delay.shift_s))
    return delay.above(grid, base_s)[: grid.steps + 1]


def _mean_beyond(
    delays: Sequence[Delay],
    tables: list[Reals],
    table: Reals,
    needed: int,
    grid: Grid,
    base_s: float,
    atoms: Atoms,
) -> float:
    """Area under the tail.

    When all must end, the tail far out is the sum of the tails. Only the difference to that sum
    is integrated; the means, known exactly, give the rest.
    """
    area = _area_of(table, atoms, grid, base_s)
    if needed < len(delays):
        return area
    for delay, single in zip(delays, tables, strict=True):
        if delay.shift_s >= base_s:
            area += float(delay.mean_s) - base_s - _area_of(single, delay.atoms, grid, base_s)
    return area


def _area_of(table: Reals, atoms: Atoms, grid: Grid, base_s: float) -> float:
    """Area under a table up to the end of its grid; what exact times add is known exactly."""
    if not atoms:
        return _area(table, grid.step_s)
    times = grid.times[: len(table)] + base_s
    area = _area(table - above_atoms(atoms, times), grid.step_s)
    return area + sum(mass * min(max(at - base_s, 0.0), grid.span_s) for at, mass in atoms)


def _area(table: Any, step_s: float) -> float:
    """Simpson's rule."""
    return float(table @ _simpson(len(table))) * step_s


@lru_cache(maxsize=8)
def _simpson(count: int) -> Reals:
    """Weights of so many values."""
    weights = numpy_module().full(count, 2 / 3)
    weights[1:-1:2] = 4 / 3
    weights[0] = weights[-1] = 1 / 3
    return weights  # type: ignore[no-any-return]


def _fewer_than(needed: int, above: list[Reals]) -> Reals:
    """Probability that fewer than `needed` have ended, from that of each not to have ended."""
    np = numpy_module()
    if needed == len(above):
        ends = [np.log1p(-np.minimum(table, 1 - 1e-16)) for table in above]
        return -np.expm1(reduce(operator.add, ends))  # type: ignore[no-any-return]
    return reduce(operator.add, (_exactly(done, above) for done in range(needed)))


def _exactly(count: int, above: Sequence[Reals]) -> Reals:
    """Probability that exactly so many have ended."""
    if count == len(above):
        return reduce(operator.mul, [1 - table for table in above])
    ended = [above[0] * 0 + 1] + [above[0] * 0] * count
    for table in above:
        for done in range(count, 0, -1):
            ended[done] = ended[done] * table + ended[done - 1] * (1 - table)
        ended[0] = ended[0] * table
    return ended[count]


def _waited_for(tables: list[Reals], needed: int) -> list[float]:
    """Probability of each to be the one whose end is waited for; of very many, alike."""
    if len(tables) == 1 or len(tables) > _MOST_COMPARED:
        return [1 / len(tables)] * len(tables)
    found = []
    for i, table in enumerate(tables):
        before = _exactly(needed - 1, tables[:i] + tables[i + 1 :])
        ended = (table[:-1] - table[1:]) * (before[1:] + before[:-1]) / 2
        found.append(max(float(ended.sum() + (1 - table[0]) * before[0]), 0.0))
    whole = sum(found)
    return [share / whole for share in found] if whole > 0 else [1 / len(tables)] * len(tables)
