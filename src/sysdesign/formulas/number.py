"""One number or a NumPy array of them: a formula serves one design and ten thousand samples."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from sysdesign.quantity.draws import numpy_module

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Number = float | NDArray[numpy.float64]
    Complex = NDArray[numpy.complex128]


def is_one(*values: Any) -> bool:
    """Whether all are plain numbers, so that NumPy is not needed."""
    return all(isinstance(value, float | int) for value in values)


def per(amount: Number, spare: Number) -> Number:
    """Divide by what is spare; inf where nothing is, which is what overload means.

    >>> per(6.0, 2.0), per(6.0, 0.0), per(6.0, -1.0)
    (3.0, inf, inf)
    """
    if isinstance(amount, float | int) and isinstance(spare, float | int):
        return amount / spare if spare > 0 else inf
    np = numpy_module()
    amount, spare = np.broadcast_arrays(np.asarray(amount, float), np.asarray(spare, float))
    return np.divide(amount, spare, out=np.full(spare.shape, inf), where=spare > 0)  # type: ignore[no-any-return]


def where(condition: Any, yes: Number, no: Number) -> Number:
    """Choose one of two values that both exist, number by number."""
    if getattr(condition, "shape", ()) == ():
        return yes if condition else no
    return numpy_module().where(condition, yes, no)  # type: ignore[no-any-return]


def limited(value: Number, low: float, high: float) -> Number:
    """Keep a value within two bounds."""
    if isinstance(value, float | int):
        return min(max(value, low), high)
    return numpy_module().clip(value, low, high)  # type: ignore[no-any-return]


def column(value: Number) -> Any:
    """Give samples an axis for the points of a grid; a plain number stays as it is."""
    return value if isinstance(value, float | int) else value[..., None]


def root(function: Any, low: float, high: float) -> float:
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
