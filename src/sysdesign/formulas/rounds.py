"""Many pieces of work for one call: so many at once, the rest in further rounds."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import exp
from typing import TYPE_CHECKING, Any

from sysdesign.formulas.delays import Delay, constant, mixture, series
from sysdesign.formulas.laws import power
from sysdesign.formulas.number import numpy_module
from sysdesign.formulas.tails import Tail, tail_of
from sysdesign.records import cached_property

if TYPE_CHECKING:
    from sysdesign.formulas.inversion import Complex, Grid
    from sysdesign.formulas.laws import Shape

_WHOLE = 1e-9
_EDGES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.87, 0.92, 0.95, 0.97, 0.982, 0.99, 0.995, 0.998)


def in_rounds(
    one: Delay,
    items: float,
    at_once: float = 1.0,
    varies: Shape | None = None,
    slowest: Callable[[int], Delay | None] | None = None,
) -> Delay:
    """Time for so many items, `at_once` of them together; a round ends with its slowest.

    A number of items that is not whole is a mean: now the whole number below, now that above.
    `varies` is the law of a number that differs from call to call. `slowest` tells how long so many
    at once take where they are not independent.

    Raises: ValueError if items is negative or less than one goes at once.

    >>> from sysdesign.formulas.delays import constant
    >>> in_rounds(constant(2.0), 5.0, 2.0).mean_s, in_rounds(constant(2.0), 0.25).mean_s
    (6.0, 0.5)
    """
    if items < 0 or at_once < 1:
        raise ValueError("give 0 items or more, and at least one at once")
    width = int(at_once + _WHOLE)
    rounds = _Rounds(one, width, slowest)
    counts = [(1.0, 1.0)] if varies is None else _typical(varies)  # type: ignore[arg-type]
    shares, delays = list[float](), list[Delay]()
    for share, over_mean in counts:
        low = int(items * over_mean + _WHOLE)
        rest = max(items * over_mean - low, 0.0)
        shares += [share * (1 - rest), share * rest]
        delays += [rounds.of(low), rounds.of(low + 1) if rest > 0 else constant(0.0)]
    return delays[0] if shares[0] == 1 else mixture(shares, delays)


class _Rounds:
    """Items in rounds of one width; the longest of a full round is worked out once."""

    def __init__(
        self, one: Delay, width: int, slowest: Callable[[int], Delay | None] | None
    ) -> None:
        self.one = one
        self.slowest = slowest
        self.width = width
        self.known: dict[int, Delay] = {1: one}

    def of(self, items: int) -> Delay:
        rounds, left = divmod(items, self.width)
        parts = []
        if rounds:
            parts.append(repeated(self.longest(self.width), rounds))
        if left:
            parts.append(self.longest(left))
        return series(parts) if parts else constant(0.0)

    @cached_property
    def tail(self) -> Tail:
        return tail_of(self.one)

    def longest(self, count: int) -> Delay:
        if count not in self.known:
            told = self.slowest(count) if self.slowest else None
            self.known[count] = self.tail.longest(count).delay if told is None else told
        return self.known[count]


@lru_cache(maxsize=256)
def _typical(shape: Any) -> list[tuple[float, float]]:
    """A few numbers, over their mean, that stand for a law: shares and middles of its slices."""
    np = numpy_module()
    logs = np.linspace(-8.0, 6.0, 141)
    below = [1 - shape.above(exp(t)) for t in logs]
    edges = np.concatenate(([0.0], np.exp(np.interp(_EDGES, below, logs))))
    middles = (edges[1:] + edges[:-1]) / 2
    shares = np.diff((0.0, *_EDGES))
    above = 1 - _EDGES[-1]
    inside = float(shares @ middles)
    last = max((1 - inside) / above, float(edges[-1]))  # what is left of the mean
    whole = inside + above * last
    middles = np.append(middles, last) / whole
    return list(zip([*shares.tolist(), above], middles.tolist(), strict=True))


def repeated(one: Delay, times: int) -> Delay:
    """So many independent times after each other."""
    if times == 1:
        return one
    if one.is_fixed:
        return constant(one.shift_s * times)

    def rest(grid: Grid) -> Complex:
        return power(one.rest(grid), times)

    return Delay(one.mean_s * times, rest, one.shift_s * times)
