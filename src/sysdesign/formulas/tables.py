"""Laws without a transform in closed form: tables of their probability at the times of a grid."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import lru_cache
from math import exp, inf, log, sqrt
from typing import TYPE_CHECKING

from sysdesign.formulas.laws import CONSTANT, Shape
from sysdesign.formulas.number import column, is_one, numpy_module
from sysdesign.formulas.special import gamma_above, gamma_function, normal_above
from sysdesign.quantity.normal import normal_share_below
from sysdesign.records import dataclass

if TYPE_CHECKING:
    from sysdesign.formulas.inversion import Complex, Grid, Reals
    from sysdesign.formulas.number import Number


_NO_TIME = 1e-90  # of the span: the square of its inverse is still a float


@dataclass(frozen=True, slots=True)
class Tabled(ABC):
    """A law without a transform in closed form: its probability sits at the times of the grid.

    Each bit of probability is shared between the two times around it such that the mean stays
    exact, also where the law is finer than the grid.
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
        if is_one(mean_s):
            return _transform(self, grid, mean_s)
        t = _in_means(grid, mean_s)
        above, first = self.moments_above(t, 1)
        return _tent(grid, first - t * above, t)

    def residual(self, grid: Grid, mean_s: Number) -> Complex:
        """From E[((X - t)+)²] / 2, which is E[(R - t)+] of the residual R."""
        t = _in_means(grid, mean_s)
        above, first, second = self.moments_above(t, 2)
        return _tent(grid, (second - 2 * t * first + t * t * above) / 2, t)

    def above(self, t: float) -> float:
        """Probability to be above t means."""
        return float(self.moments_above(numpy_module().array([t]), 0)[0][0])

    def light_load_ratio(self, servers: int) -> float:
        """The integral c ∫ P(residual > t)^c dt, over log t; for one server the mean residual."""
        return (1 + self.scv) / 2 if servers == 1 else _light_load_ratio(self, servers)


@lru_cache(maxsize=512)  # the same work is looked at under many loads; some five megabytes
def _transform(law: Tabled, grid: Grid, mean_s: float) -> Complex:
    t = _in_means(grid, mean_s)
    above, first = law.moments_above(t, 1)
    found = _tent(grid, first - t * above, t)
    found.setflags(write=False)
    return found


def _in_means(grid: Grid, mean_s: Number) -> Reals:
    """Times of a grid in means; what is far below its step is as if at its start."""
    return grid.times / numpy_module().maximum(column(mean_s), _NO_TIME * grid.span_s)  # type: ignore[no-any-return]


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

    def above(self, t: float) -> float:
        """Probability to be above t means."""
        return normal_share_below(-log(t) / self.sigma - self.sigma / 2) if t > 0 else 1.0

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


def lognormal(scv: float) -> Shape:
    """Lognormal law of this scv."""
    return Lognormal(sqrt(log(1 + scv))) if scv > 0 else CONSTANT
