"""What a call goes through, carried as a transform: fixed times, services, waits, their sums.

Percentiles are never added: a path is put together here and in `joins`, and read once, at the
end, in `readings`. A delay that may never end (overload) has the mean inf; its transform then
counts only the calls that do end. Delays of one expression are independent of each other.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

from sysdesign.formulas.inversion import Grid, ones_on
from sysdesign.formulas.laws import Constant, Shape
from sysdesign.formulas.number import column, is_one, limited, numpy_module, sum_of, where

if TYPE_CHECKING:
    from sysdesign.formulas.inversion import Complex, Reals
    from sysdesign.formulas.number import Number


Atoms = tuple[tuple[float, float], ...]
_MOST_ATOMS = 24
_RARE = 1e-7  # less is not told apart
_ALIKE = 1e-12
_NO_REST = 1e-9
_AN_EDGE = 5e-5
_PLAIN = (float, int)


class Delay(NamedTuple):
    """A random time: a fixed part `shift_s`, and the rest by its transform on any grid.

    `mean_s` counts the fixed part too; it may be an array over samples. `atoms` are seconds that
    it takes exactly, and with which probability, so far as they are known; `rest` counts them too.
    `edges` are seconds just after which many end: exact times before something short.
    """

    mean_s: Number
    rest: Callable[[Grid], Complex]
    shift_s: float = 0.0
    atoms: Atoms = ()
    edges: tuple[float, ...] = ()

    @property
    def is_fixed(self) -> bool:
        """Whether it is the same for every call."""
        mean_s = self.mean_s
        return isinstance(mean_s, _PLAIN) and mean_s == self.shift_s

    def transform(self, grid: Grid, base_s: float = 0.0) -> Complex:
        """E[exp(-s (X - base))] at the points of the grid; `base_s` is at most `shift_s`."""
        later = self.shift_s - base_s
        if not later:
            return self.rest(grid)
        moved = numpy_module().exp(grid.points * -later)
        return moved if self.is_fixed else self.rest(grid) * moved  # type: ignore[no-any-return]

    def above(self, grid: Grid, base_s: float = 0.0) -> Reals:
        """Probability to be above each time of the grid, counted from `base_s`."""
        if self.atoms:
            smooth, share = without_atoms(self)
            steps = above_atoms(self.atoms, grid.times + base_s)
            return steps + share * smooth.above(grid, base_s) if share else steps  # type: ignore[no-any-return]
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
    return Delay(seconds, ones_on, seconds, ((seconds, 1.0),))


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

    known = is_one(chance) and is_one(stable) and stable * (1 - chance) > _RARE
    return Delay(mean_s, rest, 0.0, ((0.0, float(stable * (1 - chance))),) if known else ())


def series(delays: Sequence[Delay]) -> Delay:
    """One after the other."""
    moving = [delay for delay in delays if not delay.is_fixed]
    mean_s: Number = 0.0
    shift_s = 0.0
    for mean, _, shift, _, _ in delays:
        mean_s, shift_s = mean_s + mean, shift_s + shift
    atoms, edges = _summed(moving, shift_s)
    if len(moving) == 1:
        return Delay(mean_s, moving[0].rest, shift_s, atoms, edges)

    def rest(grid: Grid) -> Complex:
        if not moving:
            return ones_on(grid)
        return reduce(operator.mul, [delay.rest(grid) for delay in moving])

    return Delay(mean_s, rest, shift_s, atoms, edges)


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

    atoms: Atoms = ()
    if all(is_one(share) for share, _ in chosen):
        atoms = gathered((at, float(share) * mass) for share, d in chosen for at, mass in d.atoms)
    edges = tuple(sorted({at for _, delay in chosen for at in delay.edges}))
    return Delay(sum(share * delay.mean_s for share, delay in chosen), rest, base, atoms, edges)


def _summed(moving: Sequence[Delay], shift_s: float) -> tuple[Atoms, tuple[float, ...]]:
    """Exact times of a sum, one exact time of each; edges where something else comes on top."""
    exact = [delay for delay in moving if delay.atoms]
    if not exact and not any(delay.edges for delay in moving):
        return (), ()
    edges = {at + shift_s - delay.shift_s for delay in moving for at in delay.edges}
    if not exact:
        return (), tuple(sorted(edges))
    if len(exact) < len(moving) and all(_begins(delay) for delay in exact):
        return (), tuple(sorted(edges)[:_MOST_ATOMS])
    found: Atoms = ((shift_s, 1.0),)
    for delay in exact:
        found = gathered(
            (at + more - delay.shift_s, mass * other)
            for at, mass in found for more, other in delay.atoms
        )  # fmt: skip
    if len(exact) == len(moving):
        return found, tuple(sorted(edges))
    edges |= {at for at, mass in found if mass > _AN_EDGE and at > shift_s}
    return (), tuple(sorted(edges)[:_MOST_ATOMS])


def _begins(delay: Delay) -> bool:
    """Whether its only exact time is its fixed part, as of a wait that is none for some."""
    return len(delay.atoms) == 1 and delay.atoms[0][0] == delay.shift_s


def gathered(some: Iterable[tuple[float, float]]) -> Atoms:
    """Exact times in order, equal ones together; the most likely where they are many."""
    found: list[tuple[float, float]] = []
    for at, mass in sorted(some):
        if found and at - found[-1][0] <= _ALIKE * at:
            found[-1] = (found[-1][0], found[-1][1] + mass)
        elif mass > 0:
            found.append((at, mass))
    likely = [one for one in found if one[1] > _RARE]
    if len(likely) > _MOST_ATOMS:
        least = sorted(mass for _, mass in likely)[-_MOST_ATOMS]
        likely = [one for one in likely if one[1] >= least][:_MOST_ATOMS]
    return tuple(likely)


def above_atoms(atoms: Atoms, times: Any) -> Any:
    """Probability of an exact time above each of some times, in seconds."""
    return sum_of(mass * (times < at) for at, mass in atoms)


def without_atoms(delay: Delay) -> tuple[Delay, float]:
    """The law of all other times, and the share of calls that it is of."""
    share = 1 - sum(mass for _, mass in delay.atoms)
    if share < _NO_REST:
        return constant(delay.shift_s), 0.0
    mean = (delay.mean_s - sum(at * mass for at, mass in delay.atoms)) / share

    def rest(grid: Grid) -> Complex:
        known = transform_of_atoms(delay.atoms, grid, delay.shift_s)
        return (delay.rest(grid) - known) / share

    return Delay(max(mean, delay.shift_s), rest, delay.shift_s, (), delay.edges), share


def transform_of_atoms(atoms: Atoms, grid: Grid, base_s: float) -> Complex:
    """The part of a transform that exact times make."""
    np = numpy_module()
    return sum_of(mass * np.exp(-grid.points * (at - base_s)) for at, mass in atoms)  # type: ignore[no-any-return]


def _is_whole(shares: Sequence[Number]) -> bool:
    total: Any = sum(shares)
    if is_one(total):
        return abs(total - 1) < 1e-9
    return bool(numpy_module().all(abs(total - 1) < 1e-9))
