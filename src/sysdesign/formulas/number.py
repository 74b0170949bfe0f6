"""One number or a NumPy array of them: a formula serves one design and ten thousand samples."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from functools import cache, reduce
from math import floor, inf
from typing import TYPE_CHECKING, Any

from sysdesign.quantity import draws

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from typing_extensions import TypeIs

    Number = float | NDArray[Any]


_PLAIN = (float, int)  # a union would be built anew at each of thousands of calls

numpy_module = cache(draws.numpy_module)
"""NumPy, imported on first use."""


def is_one(value: Any) -> TypeIs[float]:
    """Whether it is a plain number, so that NumPy is not needed."""
    return isinstance(value, _PLAIN)


def per(amount: Number, spare: Number) -> Number:
    """Divide by what is spare; inf where nothing is, which is what overload means.

    >>> per(6.0, 2.0), per(6.0, 0.0), per(6.0, -1.0)
    (3.0, inf, inf)
    """
    if is_one(amount) and is_one(spare):
        return amount / spare if spare > 0 else inf
    np = numpy_module()
    amounts, spares = np.broadcast_arrays(amount, spare)
    share: Number = np.divide(amounts, spares, out=np.full(spares.shape, inf), where=spares > 0)
    return share


def where(condition: Any, yes: Number, no: Number) -> Number:
    """Choose one of two values that both exist, number by number."""
    if getattr(condition, "shape", ()) == ():
        return yes if condition else no
    return numpy_module().where(condition, yes, no)  # type: ignore[no-any-return]


def rounded_down(value: Number) -> Number:
    """The whole part of numbers from 0 on, and of those below the next lower one."""
    return float(floor(value)) if is_one(value) else numpy_module().floor(value)


def limited(value: Number, low: float, high: float) -> Number:
    """Keep a value within two bounds."""
    if is_one(value):
        return min(max(value, low), high)
    np = numpy_module()  # its own clip takes five times as long
    return np.minimum(np.maximum(value, low), high)  # type: ignore[no-any-return]


def column(value: Number) -> Any:
    """Give samples an axis for the points of a grid; a plain number stays as it is."""
    return value if is_one(value) else value[..., None]


def sum_of(parts: Iterable[Any]) -> Any:
    """Sum of arrays, without the 0 that Python starts from."""
    return reduce(operator.add, parts)


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Zero of a function that is below 0 at `low` and rises to `high`, by bisection."""
    for _ in range(100):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        if function(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
