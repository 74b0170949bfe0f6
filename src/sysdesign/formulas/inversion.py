"""From transforms to probabilities: a grid of times, and the numbers where transforms are taken.

Every delay is known by its Laplace transform at the points of a grid. One real Fourier transform
gives the probability to be above each time of the grid, and one brings such a table back.

Source: Abate and Whitt, "The Fourier-series method for inverting transforms of probability
distributions", Queueing Systems 10, 1992, with the points s(k) = (A + i pi k) / span.
"""

from __future__ import annotations

from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sysdesign.formulas.number import numpy_module
from sysdesign.records import dataclass

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Reals = NDArray[numpy.float64]
    Complex = NDArray[numpy.complex128]

STEPS = 384
_DAMPING = 5.0  # aliases of a tail are e^-10 of its value two spans later
_TAPER = 36.0  # the last frequency counts e^-36: a smooth end instead of ripples
_TAPER_ORDER = 8


@dataclass(frozen=True, slots=True)
class _Unit:
    """What all grids of so many steps have in common, for a span of 1."""

    points: Complex
    times: Reals
    taper: Reals
    growth: Reals
    top: Reals
    """Weights of the upper half of the points, for the end of a transform."""
    between: Complex
    """Transform of a time that lies anywhere between two times of the grid."""


@lru_cache(maxsize=8)
def _unit(steps: int) -> _Unit:
    np = numpy_module()
    k = np.arange(steps + 1)
    times = np.arange(2 * steps) / steps
    taper = np.exp(-_TAPER * (k / steps) ** _TAPER_ORDER)
    top = np.sin(np.pi * k[steps // 2 + 1 :] / steps) ** 2
    points = _DAMPING + 1j * np.pi * k
    return _Unit(
        points=points,
        times=times,
        taper=taper,
        growth=np.exp(_DAMPING * times),
        top=top / top.sum(),
        between=-np.expm1(-points / steps) / (points / steps),
    )


@lru_cache(maxsize=8)
def _ones(steps: int) -> Complex:
    ones: Complex = numpy_module().ones(steps + 1, complex)
    ones.setflags(write=False)
    return ones


def ones_on(grid: Grid) -> Complex:
    """The transform of no time at all."""
    return _ones(grid.steps)


@dataclass(frozen=True, slots=True)
class Grid:
    """Times from 0 to two spans, and the points that belong to them.

    Bounds are kept by minimum and maximum, which take a fifth of the time of NumPy's clip.
    Between one and two spans numbers are rough, and only good to be brought back. The last axis
    of every array runs over points or times; an axis before it may run over samples.
    """

    span_s: float
    steps: int = STEPS
    points: Complex = field(init=False, repr=False, compare=False)
    """Where transforms are taken, per second, shape (steps + 1,)."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", _unit(self.steps).points / self.span_s)

    @property
    def step_s(self) -> float:
        """Seconds between times."""
        return self.span_s / self.steps

    @property
    def times(self) -> Reals:
        """Seconds, shape (2 * steps,)."""
        return _unit(self.steps).times * self.span_s

    def original(self, transform: Complex, at_zero: Any) -> Reals:
        """Function of time with this transform; it starts from `at_zero`, shape (..., 1).

        An exponential from the same start is taken out before and put back after, so that what
        is left starts from 0: a jump would ripple far into the times after it.
        """
        np = numpy_module()
        unit = _unit(self.steps)
        damping = _DAMPING / self.span_s
        first = np.maximum(transform[..., :1].real, 1e-300)
        most = 1e3 * self.steps / self.span_s
        decay = np.minimum(np.maximum(at_zero / first - damping, 0.0), most)
        rest = (transform - at_zero / (self.points + decay)) * unit.taper
        wave = np.fft.irfft(rest, 2 * self.steps) / self.step_s
        return unit.growth * wave + at_zero * np.exp(-decay * self.times)  # type: ignore[no-any-return]

    def above(self, transform: Complex) -> Reals:
        """Probability to be above each time, from the transform E[exp(-sX)]."""
        np = numpy_module()
        end = self.at_zero(transform)
        at_once = 1 - (end[..., None] if hasattr(end, "shape") and end.shape else end)
        tail = self.original((1 - transform) / self.points, at_once)
        return np.minimum(np.maximum(tail, 0.0), 1.0)  # type: ignore[no-any-return]

    def at_zero(self, transform: Complex) -> Any:
        """Probability of no delay at all, as far as this grid can tell: the transform's end."""
        np = numpy_module()
        end = transform[..., self.steps // 2 + 1 :].real @ _unit(self.steps).top
        if end.shape == ():
            return min(max(end, 0.0), 1.0)
        return np.minimum(np.maximum(end, 0.0), 1.0)

    def transform_of(self, above: Reals) -> Complex:
        """Bring a table of probabilities to be above each time back, straight between times."""
        np = numpy_module()
        unit = _unit(self.steps)
        mass = above.copy()
        mass[..., :-1] -= above[..., 1:]
        waves = np.fft.rfft(mass / unit.growth)
        return 1 - above[..., :1] + waves * unit.between  # type: ignore[no-any-return]

    def transform_of_masses(self, mass: Reals) -> Complex:
        """Transform of probabilities that sit at the times of the grid."""
        return numpy_module().fft.rfft(mass / _unit(self.steps).growth)  # type: ignore[no-any-return]
