"""The service law of a station where different kinds of work come, or several pieces of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from sysdesign.formulas.laws import CONSTANT, Branch, Gammas, Shape, by_scv, gamma, power
from sysdesign.formulas.number import numpy_module, sum_of
from sysdesign.formulas.stations import light_load_ratio
from sysdesign.records import dataclass

if TYPE_CHECKING:
    from sysdesign.formulas.inversion import Complex, Grid
    from sysdesign.formulas.number import Number

_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Kind:
    """Calls of one kind: their share, and their law with its mean over the mean of all."""

    share: float
    mean: float
    shape: Shape


@dataclass(frozen=True, slots=True)
class Mixed:
    """A mixture of laws; the means of its kinds, by share, sum to 1."""

    kinds: tuple[Kind, ...]
    scv: float = field(init=False, repr=False, compare=False)
    """From the second moments of the kinds; asked for often."""

    def __post_init__(self) -> None:
        second = sum(k.share * k.mean * k.mean * (1 + k.shape.scv) for k in self.kinds)
        object.__setattr__(self, "scv", second - 1)

    def transform(self, grid: Grid, mean_s: Number) -> Complex:
        """Kinds by share."""
        return sum_of(  # type: ignore[no-any-return]
            k.share * (k.shape.transform(grid, k.mean * mean_s) if k.mean > 0 else 1.0)
            for k in self.kinds
        )

    def residual(self, grid: Grid, mean_s: Number) -> Complex:
        """Kinds by their share of the work: a random moment falls into long calls more often."""
        return sum_of(  # type: ignore[no-any-return]
            k.share * k.mean * k.shape.residual(grid, k.mean * mean_s)
            for k in self.kinds
            if k.mean > 0
        )

    def above(self, t: float) -> float:
        """Kinds by share."""
        return sum(k.share * k.shape.above(t / k.mean) for k in self.kinds if k.mean > 0)

    def light_load_ratio(self, servers: int) -> float:
        """By scv."""
        return light_load_ratio(max(self.scv, 0.0), servers)


def mixed(shares: Sequence[float], means_s: Sequence[float], shapes: Sequence[Shape]) -> Shape:
    """Law of all calls together, where kinds of calls come with these shares, means and laws.

    The kinds of gamma laws (exponential ones among them) stay one closed form.

    Raises: ValueError if there are no kinds, or no work in any.

    >>> from sysdesign.formulas.laws import EXPONENTIAL
    >>> round(mixed([0.9, 0.1], [1.0, 11.0], [EXPONENTIAL, EXPONENTIAL]).scv, 9)
    5.5
    """
    whole = sum(shares)
    mean = sum(share * mean for share, mean in zip(shares, means_s, strict=True))
    if whole <= 0 or mean <= 0:
        raise ValueError("give at least one kind of work that comes and takes time")
    if len(shapes) == 1:
        return shapes[0]
    kinds: dict[tuple[float, Shape], float] = {}
    for share, mean_s, shape in zip(shares, means_s, shapes, strict=True):
        key = (mean_s * whole / mean, shape)
        kinds[key] = kinds.get(key, 0.0) + share / whole
    known = tuple(Kind(share, ratio, shape) for (ratio, shape), share in kinds.items() if share > 0)
    if len(known) == 1:
        return known[0].shape
    branches: list[Branch] = []
    for kind in known:
        if not isinstance(kind.shape, Gammas) or kind.mean <= 0:
            return Mixed(known)
        branches.extend(
            Branch(kind.share * b.share, kind.mean * b.mean, b.scv) for b in kind.shape.branches
        )
    return Gammas(tuple(branches))


@dataclass(frozen=True, slots=True)
class Sum:
    """So many pieces of work of one law after each other."""

    piece: Shape
    count: int

    @property
    def scv(self) -> float:
        """Variances add."""
        return self.piece.scv / self.count

    def transform(self, grid: Grid, mean_s: Number) -> Complex:
        """The power of that of a piece."""
        return power(self.piece.transform(grid, mean_s / self.count), self.count)

    def residual(self, grid: Grid, mean_s: Number) -> Complex:
        """What is left of the piece at work, and any number of whole pieces after it."""
        mean = mean_s / self.count
        piece = self.piece.transform(grid, mean)
        gap = 1 - piece
        tiny = abs(gap) < _TINY
        after = numpy_module().where(
            tiny, self.count, (1 - power(piece, self.count)) / (gap + tiny)
        )
        after = after / self.count
        return self.piece.residual(grid, mean) * after  # type: ignore[no-any-return]

    def above(self, t: float) -> float:
        """As the law that stands for all with this scv."""
        return by_scv(self.scv).above(t)

    def light_load_ratio(self, servers: int) -> float:
        """By scv."""
        return light_load_ratio(self.scv, servers)


def summed(piece: Shape, count: int) -> Shape:
    """Law of the sum of so many independent pieces; of gamma laws in closed form.

    Raises: ValueError if there is no piece.

    >>> from sysdesign.formulas.laws import EXPONENTIAL
    >>> summed(EXPONENTIAL, 4)
    Gammas(branches=(Branch(share=1.0, mean=1.0, scv=0.25),))
    """
    if count < 1:
        raise ValueError(f"a sum of {count} pieces: give 1 or more")
    if count == 1 or piece == CONSTANT:
        return piece
    if isinstance(piece, Gammas) and len(piece.branches) == 1:
        return gamma(piece.scv / count)
    return Sum(piece, count)
