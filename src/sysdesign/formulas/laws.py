"""How the time of a call is spread: laws of mean 1, stretched to the mean that is asked for.

A shape knows its scv and, at the points of a grid, the transform of itself and of its equilibrium
residual (what is left of a call at a random moment) for any mean. Source of the residual:
Kleinrock, Queueing Systems I (1975), section 5.2.
"""

from __future__ import annotations

from dataclasses import field
from math import inf, sqrt
from typing import TYPE_CHECKING, Any, Protocol

from sysdesign.formulas.number import column, numpy_module, sum_of
from sysdesign.formulas.special import gamma_above_one
from sysdesign.formulas.stations import light_load_ratio
from sysdesign.records import dataclass

if TYPE_CHECKING:
    from sysdesign.formulas.inversion import Complex, Grid
    from sysdesign.formulas.number import Number

_MOST_STAGES = 256
_SMALL = 1e-6  # below, 1 - transform is mostly rounding


class Shape(Protocol):
    """The spread of a positive time around a mean of 1."""

    @property
    def scv(self) -> float:
        """Squared coefficient of variation, variance over mean squared."""

    def transform(self, grid: Grid, mean_s: Number) -> Complex:
        """E[exp(-sX)] at the points of the grid."""

    def residual(self, grid: Grid, mean_s: Number) -> Complex:
        """The same of the equilibrium residual, of mean `mean_s * (1 + scv) / 2`."""

    def above(self, t: float) -> float:
        """Probability to be above t means."""

    def light_load_ratio(self, servers: int) -> float:
        """Wait at light load over that of exponential service; see `stations`."""


@dataclass(frozen=True, slots=True)
class Constant:
    """Every call takes as long."""

    @property
    def scv(self) -> float:
        """No spread."""
        return 0.0

    def transform(self, grid: Grid, mean_s: Number) -> Complex:
        """A delay."""
        return numpy_module().exp(-grid.points * column(mean_s))  # type: ignore[no-any-return]

    def residual(self, grid: Grid, mean_s: Number) -> Complex:
        """Uniform from 0 to the time itself."""
        return _residual(self.transform(grid, mean_s), grid.points * column(mean_s), self.scv)

    def above(self, t: float) -> float:
        """All or none."""
        return float(t < 1)

    def light_load_ratio(self, servers: int) -> float:
        """The first of `servers` uniform residuals."""
        return light_load_ratio(0.0, servers)


@dataclass(frozen=True, slots=True)
class Branch:
    """A part of the calls and its gamma law; scv 1 is exponential."""

    share: float
    mean: float
    scv: float


@dataclass(frozen=True, slots=True)
class Gammas:
    """A mixture of gamma laws: gamma, Erlang, exponential and hyperexponential are of its kind."""

    branches: tuple[Branch, ...]
    scv: float = field(init=False, repr=False, compare=False)
    """From the second moments of the branches; asked for often."""

    def __post_init__(self) -> None:
        second = sum(b.share * b.mean**2 * (1 + b.scv) for b in self.branches)
        object.__setattr__(self, "scv", second - 1)

    def transform(self, grid: Grid, mean_s: Number) -> Complex:
        """Sum of (1 + s m scv) ** (-1/scv)."""
        z = grid.points * column(mean_s)
        return sum_of(b.share * _gamma_transform(z, b.mean, b.scv) for b in self.branches)  # type: ignore[no-any-return]

    def residual(self, grid: Grid, mean_s: Number) -> Complex:
        """From the transform itself; what is left of an exponential time is as long as it."""
        z = grid.points * column(mean_s)
        if all(b.scv == 1 for b in self.branches):
            return sum_of(b.share * b.mean / (1 + z * b.mean) for b in self.branches)  # type: ignore[no-any-return]
        return _residual(self.transform(grid, mean_s), z, self.scv)

    def above(self, t: float) -> float:
        """Sum of the branches."""
        return sum(
            b.share * gamma_above_one(1 / b.scv, t / (b.mean * b.scv)) for b in self.branches
        )

    def light_load_ratio(self, servers: int) -> float:
        """By scv: exact for the exponential and two exponentials of balanced means."""
        return light_load_ratio(self.scv, servers)


def _gamma_transform(z: Any, mean: float, scv: float) -> Any:
    stretched = 1 + z * (mean * scv)
    if scv == 1:
        return 1 / stretched
    stages = 1 / scv
    if stages == round(stages) <= _MOST_STAGES:  # an Erlang law: products cost less
        return power(1 / stretched, round(stages))
    np = numpy_module()
    return np.exp(np.log(stretched) * -stages)  # as a power it warns where it vanishes


def power(transform: Complex, count: int) -> Complex:
    """Power of a transform; by squares, which quietly become 0 where a logarithm would warn."""
    whole, square = numpy_module().ones_like(transform), transform
    while count:
        if count % 2:
            whole = whole * square
        square, count = square * square, count // 2
    return whole  # type: ignore[no-any-return]


def _residual(transform: Complex, z: Complex, scv: float) -> Complex:
    """(1 - transform) / z; its series where z is small."""
    if not (z[..., 0].real < _SMALL).any():
        return (1 - transform) / z
    np = numpy_module()
    small = np.abs(z) < _SMALL
    series = 1 - z * ((1 + scv) / 2)
    return np.where(small, series, (1 - transform) / np.where(small, 1.0, z))  # type: ignore[no-any-return]


CONSTANT = Constant()
EXPONENTIAL = Gammas((Branch(1.0, 1.0, 1.0),))


def gamma(scv: float) -> Shape:
    """Gamma law of this scv; with 1/scv a whole number it is an Erlang law."""
    return Gammas((Branch(1.0, 1.0, scv),)) if scv > 0 else CONSTANT


def hyperexponential(scv: float) -> Shape:
    """Two exponentials that carry half of the work each (balanced means), for scv above 1.

    Source: Whitt, Operations Research 30(1), 1982.
    """
    share = (1 + sqrt((scv - 1) / (scv + 1))) / 2
    rare = 1 / (scv + 1) / (2 * share)  # 1 - share, also where share is close to 1
    return Gammas((Branch(share, 0.5 / share, 1.0), Branch(rare, 0.5 / rare, 1.0)))


def by_scv(scv: float) -> Shape:
    """The law that stands for all with this scv: gamma below 1, exponential, two exponentials.

    Raises: ValueError if scv is negative or not finite.
    Source: Tijms, Stochastic Models (1994), appendix B.

    >>> by_scv(1.0) == EXPONENTIAL, round(by_scv(4.0).scv, 9)
    (True, 4.0)
    """
    if not 0 <= scv < inf:
        raise ValueError(f"an scv of {scv}: give a number from 0 up")
    if scv == 1:
        return EXPONENTIAL
    return hyperexponential(scv) if scv > 1 else gamma(scv)
