"""How the time of a call is spread: laws of mean 1, stretched to the mean that is asked for.

A shape knows its scv and, at the points of a grid, the transform of itself and of its equilibrium
residual (what is left of a call at a random moment) for any mean. Source of the residual:
Kleinrock, Queueing Systems I (1975), section 5.2.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from math import exp, inf, log, sqrt
from typing import TYPE_CHECKING, Any, Protocol

from sysdesign.formulas.number import column
from sysdesign.formulas.special import gamma_above, gamma_above_one, gamma_function, normal_above
from sysdesign.formulas.stations import light_load_ratio
from sysdesign.quantity.draws import numpy_module

if TYPE_CHECKING:
    from sysdesign.formulas.inversion import Complex, Grid, Reals
    from sysdesign.formulas.number import Number

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

    @property
    def scv(self) -> float:
        """From the second moments of the branches."""
        return sum(b.share * b.mean**2 * (1 + b.scv) for b in self.branches) - 1

    def transform(self, grid: Grid, mean_s: Number) -> Complex:
        """Sum of (1 + s m scv) ** (-1/scv)."""
        z = grid.points * column(mean_s)
        return sum(b.share * _gamma_transform(z, b.mean, b.scv) for b in self.branches)

    def residual(self, grid: Grid, mean_s: Number) -> Complex:
        """From the transform itself."""
        return _residual(self.transform(grid, mean_s), grid.points * column(mean_s), self.scv)

    def above(self, t: float) -> float:
        """Sum of the branches."""
        return sum(b.share * gamma_above_one(1 / b.scv, t / (b.mean * b.scv)) for b in self.branches)

    def light_load_ratio(self, servers: int) -> float:
        """By scv: exact for the exponential and two exponentials of balanced means."""
        return light_load_ratio(self.scv, servers)


def _gamma_transform(z: Any, mean: float, scv: float) -> Any:
    stretched = 1 + z * (mean * scv)
    return 1 / stretched if scv == 1 else stretched ** (-1 / scv)


def _residual(transform: Complex, z: Complex, scv: float) -> Complex:
    """(1 - transform) / z; its series where z is small."""
    np = numpy_module()
    small = np.abs(z) < _SMALL
    if small.any():
        return np.where(small, 1 - z * ((1 + scv) / 2), (1 - transform) / z)  # type: ignore[no-any-return]
    return (1 - transform) / z


@dataclass(frozen=True, slots=True)
class Tabled(ABC):
    """A law without a transform in closed form: its probability sits at the times of the grid.

    Each bit of probability is shared between the two times around it such that means stay exact,
    also where the law is finer than the grid (Bobbio and others call it the tent).
    """

    @property
    @abstractmethod
    def scv(self) -> float:
        """Squared coefficient of variation."""

    @abstractmethod
    def moments_above(self, t: Reals, orders: int) -> tuple[Reals, ...]:
        """E[X^k where X > t] for k from 0 to `orders` at times t of unit mean."""

    def transform(self, grid: Grid, mean_s: Number) -> Complex:
        """From E[(X - t)+] at the times of the grid."""
        t = grid.times / column(mean_s)
        above, first = self.moments_above(t, 1)
        return _tent(grid, first - t * above, t)

    def residual(self, grid: Grid, mean_s: Number) -> Complex:
        """From E[((X - t)+)²] / 2, which is E[(R - t)+] of the residual R."""
        t = grid.times / column(mean_s)
        above, first, second = self.moments_above(t, 2)
        return _tent(grid, (second - 2 * t * first + t * t * above) / 2, t)

    def above(self, t: float) -> float:
        """Probability to be above t means."""
        return float(self.moments_above(numpy_module().array([t]), 0)[0][0])

    def light_load_ratio(self, servers: int) -> float:
        """c ∫ P(residual > t)^c dt, over log t."""
        return _light_load_ratio(self, servers)


def _tent(grid: Grid, excess: Reals, t: Reals) -> Complex:
    """Second differences of E[(X - t)+] are the probabilities at the times."""
    np = numpy_module()
    slope = np.diff(excess, axis=-1) / (t[..., 1:2] - t[..., :1])
    mass = np.empty_like(excess)
    mass[..., 0] = 1 + slope[..., 0]
    mass[..., 1:-1] = np.diff(slope, axis=-1)
    mass[..., -1] = 0.0
    return grid.transform_of_masses(np.maximum(mass, 0.0))


@lru_cache(maxsize=4096)
def _light_load_ratio(shape: Tabled, servers: int) -> float:
    np = numpy_module()
    logs = np.linspace(-12.0, 6.0, 145)
    t = np.exp(logs) / servers**0.5
    above, first = shape.moments_above(t, 1)
    tail = np.clip(first - t * above, 0.0, 1.0) ** servers
    rest = float(t[0])  # the tail is 1 before the first time
    return servers * (rest + float(((tail[1:] * t[1:] + tail[:-1] * t[:-1]) / 2).sum()) * 0.125)


@dataclass(frozen=True, slots=True)
class Lognormal(Tabled):
    """The logarithm is normal, with this standard deviation."""

    sigma: float

    @property
    def scv(self) -> float:
        """exp(sigma²) - 1."""
        return exp(self.sigma**2) - 1

    def moments_above(self, t: Reals, orders: int) -> tuple[Reals, ...]:
        """E[X^k] times the normal tail moved by k sigma."""
        np = numpy_module()
        z = np.log(np.maximum(t, 1e-300)) / self.sigma + self.sigma / 2
        return tuple(
            exp(k * (k - 1) / 2 * self.sigma**2) * normal_above(z - k * self.sigma)
            for k in range(orders + 1)
        )


@dataclass(frozen=True, slots=True)
class Uniform(Tabled):
    """All times within `half_width` of the mean alike; at most 1."""

    half_width: float

    @property
    def scv(self) -> float:
        """A third of the half width squared."""
        return self.half_width**2 / 3

    def moments_above(self, t: Reals, orders: int) -> tuple[Reals, ...]:
        """Integral of t^k over what is left of the interval."""
        np = numpy_module()
        low, high = 1 - self.half_width, 1 + self.half_width
        from_t = np.clip(t, low, high)
        return tuple(
            (high ** (k + 1) - from_t ** (k + 1)) / ((k + 1) * (high - low))
            for k in range(orders + 1)
        )


@dataclass(frozen=True, slots=True)
class Weibull(Tabled):
    """P(X > t) = exp(-(t/scale)^shape), with `power` = 1/shape; above 1 the tail is heavy."""

    power: float

    @property
    def scv(self) -> float:
        """From the gamma function."""
        return gamma_function(1 + 2 * self.power) / gamma_function(1 + self.power) ** 2 - 1

    def moments_above(self, t: Reals, orders: int) -> tuple[Reals, ...]:
        """Incomplete gamma functions of (t/scale)^shape."""
        mean = gamma_function(1 + self.power)
        u = (t * mean) ** (1 / self.power)
        return tuple(
            gamma_function(1 + k * self.power) / mean**k * gamma_above(1 + k * self.power, u)
            for k in range(orders + 1)
        )


@dataclass(frozen=True, slots=True)
class Pareto(Tabled):
    """P(X > t) = (least/t)^index from a least time on; index above 2, else there is no variance."""

    index: float

    @property
    def scv(self) -> float:
        """1 / (index (index - 2))."""
        return 1 / (self.index * (self.index - 2)) if self.index > 2 else inf

    def moments_above(self, t: Reals, orders: int) -> tuple[Reals, ...]:
        """Powers of t; below the least time, the whole moment."""
        np = numpy_module()
        least = 1 - 1 / self.index
        from_t = np.maximum(t, least)
        return tuple(
            self.index / (self.index - k) * least**self.index * from_t ** (k - self.index)
            for k in range(orders + 1)
        )


CONSTANT = Constant()
EXPONENTIAL = Gammas((Branch(1.0, 1.0, 1.0),))


def gamma(scv: float) -> Shape:
    """Gamma law of this scv; with 1/scv a whole number it is an Erlang law."""
    return Gammas((Branch(1.0, 1.0, scv),)) if scv > 0 else CONSTANT


def hyperexponential(scv: float) -> Shape:
    """Two exponentials that carry half of the work each (balanced means), for scv above 1.

    Source: Whitt, Operations Research 30(1), 1982, section 3.2.
    """
    share = (1 + sqrt((scv - 1) / (scv + 1))) / 2
    rare = 1 / (scv + 1) / (2 * share)  # 1 - share, also where share is close to 1
    return Gammas((Branch(share, 0.5 / share, 1.0), Branch(rare, 0.5 / rare, 1.0)))


def lognormal(scv: float) -> Shape:
    """Lognormal law of this scv."""
    return Lognormal(sqrt(log(1 + scv))) if scv > 0 else CONSTANT


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
