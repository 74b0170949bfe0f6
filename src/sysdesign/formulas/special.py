"""Tails of the normal and the gamma distribution, for arrays (NumPy has neither)."""

from __future__ import annotations

from functools import cache
from math import erfc, exp, lgamma, log, sqrt
from typing import TYPE_CHECKING, Any

from sysdesign.formulas.number import numpy_module

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Reals = NDArray[numpy.float64]

_NORMAL_END = 8.5
_NORMAL_NODES = 34_001
_TERMS = 10_000
_TINY = 1e-300


def normal_above(z: Reals) -> Reals:
    """Probability that a standard normal is above each z, within 1e-8 (straight in a table)."""
    return numpy_module().interp(z, *_normal_table(), left=1.0, right=0.0)  # type: ignore[no-any-return]


@cache
def _normal_table() -> tuple[Reals, Reals]:
    np = numpy_module()
    z = np.linspace(-_NORMAL_END, _NORMAL_END, _NORMAL_NODES)
    above = 0.5 * np.fromiter(map(erfc, (z / sqrt(2)).tolist()), float, len(z))
    return z, above


def gamma_above(shape: float, x: Reals) -> Reals:
    """Probability that a gamma variable of this shape and scale 1 is above each x >= 0.

    Source: Abramowitz and Stegun, 6.5.29 (series) and 6.5.31 (continued fraction, by the method
    of Lentz) on the side of x = shape + 1 where each converges fast.
    """
    np = numpy_module()
    x = np.asarray(x, float)
    small = x < shape + 1
    tail = np.empty_like(x)
    tail[small] = 1 - _series(shape, x[small])
    tail[~small] = _fraction(shape, x[~small])
    return tail  # type: ignore[no-any-return]


def gamma_above_one(shape: float, x: float) -> float:
    """`gamma_above` of a single number; the terms of the series are all taken at once."""
    np = numpy_module()
    if x > shape + 1 + 6 * sqrt(shape):
        return float(gamma_above(shape, np.array([x]))[0])
    terms = int(40 + 20 * sqrt(shape))
    series = 1 + np.cumprod(x / (shape + np.arange(1, terms))).sum()
    return float(max(0.0, 1 - series / shape * _front(shape, x)))


def _front(shape: float, x: Any) -> Any:
    """x^shape e^-x / Gamma(shape); the gamma function by its logarithm, which cannot overflow."""
    np = numpy_module()
    return np.exp(np.maximum(shape * np.log(np.maximum(x, _TINY)) - x - lgamma(shape), -745.0))


def _series(shape: float, x: Any) -> Any:
    np = numpy_module()
    term = np.full_like(x, 1 / shape)
    total = term.copy()
    for n in range(1, _TERMS):
        term = term * x / (shape + n)
        total += term
        if not (term > 1e-17 * total).any():
            break
    return total * _front(shape, x)


def _fraction(shape: float, x: Any) -> Any:
    np = numpy_module()
    b = x + 1 - shape
    c = np.full_like(x, 1 / _TINY)
    d = 1 / b
    whole = d.copy()
    for n in range(1, _TERMS):
        factor = -n * (n - shape)
        b = b + 2
        d = factor * d + b
        d = 1 / np.where(np.abs(d) < _TINY, _TINY, d)
        c = b + factor / c
        c = np.where(np.abs(c) < _TINY, _TINY, c)
        whole *= c * d
        if not (np.abs(c * d - 1) > 1e-15).any():
            break
    return whole * _front(shape, x)


def gamma_function(x: float) -> float:
    """Gamma(x) for x > 0; inf where it is too large for a float."""
    size = lgamma(x)
    return exp(size) if size < log(1.7e308) else float("inf")
