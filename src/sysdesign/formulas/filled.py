"""How many calls carry a number of items, of which so many go in one call: a batch.

30 items in batches of 20 are two calls, of 15 items on average: whoever sends them does not wait
for the batch to fill. So a number of items is rounded up to whole batches. Where it is a mean, the
answer is one, too: of the calls that each number of items makes. Rounding up the mean instead would
be wrong for both: 20.5 items on average in batches of 20 are one call or two, and 3 items on
average in batches of 50 are more than one call where 1% of the callers have 200 of them.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp
from typing import TYPE_CHECKING

from sysdesign.formulas.number import is_one, numpy_module, rounded_down, where

if TYPE_CHECKING:
    from sysdesign.formulas.laws import Shape
    from sysdesign.formulas.number import Number

_MANY = 50.0  # full batches on average: that the last one is not full is half of one then
_MOST = 1e9  # batches of a call
_ALONE = 48  # the first ones are looked at each for itself
_WIDER = 12  # part of those before that later ones are looked at together
_FINE = 8
_NONE = 1e-9
_STEPS = 2.0  # for each e-fold of items: between them the mean number of calls is nearly a line


def batches(items: Number, batch: Number, varies: Shape | None = None) -> Number:
    """Mean number of calls for `items`, `batch` of them in each, the last one not full.

    An `items` that is not whole is a mean: of 2.4, 2 in most calls and else 3; below one it is the
    share of calls that have one. `varies` is the law of a number that differs more than that from
    call to call. Both may be arrays of the same shape.

    >>> batches(30.0, 20.0), batches(20.5, 20.0), batches(0.3, 20.0)
    (2.0, 1.5, 0.3)
    """
    if varies is None or varies.scv == 0:
        return _of_whole(items, batch)
    if is_one(items) and is_one(batch):
        return batches_that_vary(items, batch, varies)[0]
    return _of_many(items, batch, varies)


def _of_whole(items: Number, batch: Number) -> Number:
    whole = rounded_down(items + _NONE)
    chance = items - whole
    some, more = (-rounded_down(-count / batch + _NONE) for count in (whole, whole + 1.0))
    return some + where(chance > _NONE, chance, 0.0) * (more - some)


def batches_that_vary(items: float, batch: float, varies: Shape) -> tuple[float, float]:
    """Mean number of calls and its scv, where the number of items has a law.

    A number drawn from the law is made whole by chance, so that the mean stays. Then more than n
    items come with the mean of the tail from n to n + 1, and more than k calls are made where more
    than k full batches come.
    """
    return _that_vary(items, batch, varies)  # type: ignore[arg-type]


@lru_cache(maxsize=1024)
def _that_vary(items: float, batch: float, varies: Shape) -> tuple[float, float]:
    if items <= 0:
        return 0.0, 0.0
    if items > _MANY * batch:
        mean = items / batch + 0.5 - 0.5 / batch
        return mean, varies.scv * (items / batch / mean) ** 2
    mean = second = 0.0
    k, width = 0.0, 1.0
    while k < _MOST:
        if width > 1:  # many batches, of which each is nearly as likely as the next: an integral
            at = [k - 0.5, k + width / 2 - 0.5, k + width - 0.5]
            more = [_more_than(one * batch, items, varies) for one in at]
            each = (more[0] + 4 * more[1] + more[2]) / 6
            twice = sum(
                w * (2 * one + 1) * m for w, one, m in zip((1, 4, 1), at, more, strict=True)
            )
            mean += width * each
            second += width * twice / 6
        else:
            each = _more_than(k * batch, items, varies)
            mean += each
            second += (2 * k + 1) * each
        if max(k, 1.0) * width * each < _NONE * mean:
            break
        k += width
        width = max(1.0, k // _WIDER) if k >= _ALONE else 1.0
    return mean, max(second / mean**2 - 1, 0.0) if mean > 0 else 0.0


def _more_than(count: float, items: float, varies: Shape) -> float:
    """Chance of more than so many whole items: Simpson's rule over the next one."""
    panels = _FINE if count == 0 else 1  # a law may bend between no item and one
    step = 1 / (2 * panels)
    at = [varies.above((count + step * k) / items) for k in range(2 * panels + 1)]
    return (at[0] + 4 * sum(at[1::2]) + 2 * sum(at[2:-1:2]) + at[-1]) / (6 * panels)


def _of_many(items: Number, batch: Number, varies: Shape) -> Number:
    """The same for many pairs: by the line between some, for the usual size of a batch."""
    np = numpy_module()
    items, batch = np.broadcast_arrays(np.asarray(items, float), np.asarray(batch, float))
    usual = float(np.median(batch))
    alike = np.maximum(items * usual / batch, _NONE)  # as many full batches
    low, high = np.log(alike.min()), np.log(alike.max())
    points = np.linspace(low, max(high, low + _NONE), 4 + int(_STEPS * (high - low)))
    means = [batches_that_vary(exp(float(point)), usual, varies)[0] for point in points]
    found: Number = np.exp(np.interp(np.log(alike), points, np.log(np.maximum(means, _NONE))))
    return found
