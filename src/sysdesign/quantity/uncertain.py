"""Numbers that are not known exactly: products of lognormals in closed form, else samples."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, reduce
from typing import TYPE_CHECKING

from sysdesign.quantity.draws import SAMPLES, normal_draws, numpy_module
from sysdesign.quantity.normal import normal_percentile, normal_share_below
from sysdesign.quantity.trouble import ArithmeticTrouble, DivisionByZero
from sysdesign.records import cached_property, dataclass

if TYPE_CHECKING:
    from sysdesign.quantity.draws import Samples

NEGLIGIBLE = 1e-9  # probability below which an overlap of two values is passed over
_CANCELLED = 1e-11  # a loading as small as this is what rounding left of a difference
_NOISE = 1e-13  # relative error of a few operations on floats, with room to spare
_TOO_LARGE = "the result is too large"
LARGEST_LOG = 700.0  # of a float
_LARGEST = 1e250  # whatever unit it is shown in stays finite
_LARGEST_SAMPLE = 1e150  # whose square is a float, so that mean and sd are finite


class Uncertain:
    """A number without unit, exact or not known; immutable.

    Exact numbers and products of powers of lognormals are kept in closed form, all others as
    10,000 samples. Values made from the same input vary together: x / x is exactly 1.
    """

    __slots__ = ()

    @property
    def is_closed(self) -> bool:
        """Whether it is known in closed form, without samples."""
        return isinstance(self, Closed)

    @property
    def is_exact(self) -> bool:
        """Whether it is known."""
        return isinstance(self, Closed) and not self.loadings

    @property
    def inputs(self) -> frozenset[str]:
        """The names of the inputs this depends on."""
        raise NotImplementedError

    @property
    def mean(self) -> float:
        """The mean over what is not known."""
        raise NotImplementedError

    @property
    def sd(self) -> float:
        """The standard deviation."""
        raise NotImplementedError

    def quantile(self, share: float) -> float:
        """Return the value with this share (0 < share < 1) of the probability below it."""
        raise NotImplementedError

    def samples(self) -> Samples:
        """Return 10,000 values in the order of the draws; those of one input go together."""
        raise NotImplementedError

    def contributions(self) -> tuple[tuple[str, float], ...]:
        """Return how much of the spread each input causes, largest first; the sum is 1.

        Closed form: shares of the variance of the logarithm. Samples: squared correlation of the
        logarithm (of the value where it is not positive throughout) with the input's normal
        draws, scaled to the sum of 1.
        """
        raise NotImplementedError

    @property
    def median(self) -> float:
        """The 50th percentile."""
        return self.quantile(0.5)

    @property
    def low(self) -> float:
        """The 5th percentile."""
        return self.quantile(0.05)

    @property
    def high(self) -> float:
        """The 95th percentile."""
        return self.quantile(0.95)

    def probability_above(self, other: Uncertain | float) -> float:
        """Return the probability that this is greater than the other."""
        other = known(other)
        if not (isinstance(self, Closed) and isinstance(other, Closed)):
            return float((self.samples() > other.samples()).mean())
        spread = math.hypot(*_added(self, other, -1.0).values())
        alike = self.scale > 0 < other.scale or self.scale < 0 > other.scale
        if not alike or spread <= _CANCELLED:
            return float(self.scale > other.scale)
        z = (math.log(abs(self.scale)) - math.log(abs(other.scale))) / spread
        return normal_share_below(z if self.scale > 0 else -z)

    def __add__(self, other: Uncertain | float) -> Uncertain:
        return add(self, other)

    def __sub__(self, other: Uncertain | float) -> Uncertain:
        return subtract(self, other)

    def __mul__(self, other: Uncertain | float) -> Uncertain:
        return multiply(self, other)

    def __truediv__(self, other: Uncertain | float) -> Uncertain:
        return divide(self, other)

    def __radd__(self, other: float) -> Uncertain:
        return add(other, self)

    def __rsub__(self, other: float) -> Uncertain:
        return subtract(other, self)

    def __rmul__(self, other: float) -> Uncertain:
        return multiply(other, self)

    def __rtruediv__(self, other: float) -> Uncertain:
        return divide(other, self)

    def __neg__(self) -> Uncertain:
        return multiply(-1.0, self)

    def __pow__(self, exponent: float) -> Uncertain:
        return power(self, exponent)


@dataclass(frozen=True, slots=True)
class Closed(Uncertain):
    """scale × exp(sum of loading × z), one standard normal z an input; exact without loadings."""

    scale: float
    loadings: tuple[tuple[str, float], ...] = ()

    @property
    def inputs(self) -> frozenset[str]:
        """The names of the inputs this depends on."""
        return frozenset(name for name, _ in self.loadings)

    @property
    def spread(self) -> float:
        """The standard deviation of the logarithm."""
        return math.hypot(*(loading for _, loading in self.loadings))

    @property
    def mean(self) -> float:
        """The mean of the lognormal distribution."""
        return self.scale * math.exp(self.spread**2 / 2)

    @property
    def sd(self) -> float:
        """The standard deviation."""
        return abs(self.mean) * math.sqrt(math.expm1(self.spread**2))

    def quantile(self, share: float) -> float:
        """Return the value with this share (0 < share < 1) of the probability below it."""
        if share == 0.5 or not self.loadings:
            return self.scale
        z = math.copysign(normal_percentile(share), (share - 0.5) * self.scale)
        return self.scale * _exp(self.spread * z)

    def samples(self) -> Samples:
        """Return 10,000 values in the order of the draws."""
        return _draws_of(self.scale, self.loadings)

    def contributions(self) -> tuple[tuple[str, float], ...]:
        """Return the share of the variance of the logarithm that each input causes."""
        return _shares({name: loading**2 for name, loading in self.loadings})


@lru_cache(maxsize=128)  # ten megabytes; a sum asks for the same factors again and again
def _draws_of(scale: float, loadings: tuple[tuple[str, float], ...]) -> Samples:
    with numpy_module().errstate(over="ignore"):
        values: Samples = scale * _factors_of(loadings)
    values.setflags(write=False)
    return values


@lru_cache(maxsize=128)  # many numbers differ from each other by a scale alone
def _factors_of(loadings: tuple[tuple[str, float], ...]) -> Samples:
    np = numpy_module()
    exponent = np.zeros(SAMPLES)
    for name, loading in loadings:
        exponent += loading * normal_draws(name)
    with np.errstate(over="ignore"):
        factors: Samples = np.exp(exponent)
    return factors


@dataclass(frozen=True, eq=False)
class Sampled(Uncertain):
    """10,000 values and the names of the inputs that cause them."""

    values: Samples
    names: frozenset[str]

    @property
    def inputs(self) -> frozenset[str]:
        """The names of the inputs this depends on."""
        return self.names

    @cached_property
    def mean(self) -> float:
        """The mean of the samples."""
        return float(self.values.mean())

    @cached_property
    def sd(self) -> float:
        """The standard deviation of the samples."""
        return float(self.values.std())

    @cached_property
    def _sorted(self) -> Samples:
        values: Samples = numpy_module().sort(self.values)
        return values

    def quantile(self, share: float) -> float:
        """Return the value with this share of the samples below it (Hazen's rule).

        Between two samples it is interpolated.
        """
        place = min(max(share * SAMPLES - 0.5, 0.0), SAMPLES - 1.0)
        index = min(int(place), SAMPLES - 2)
        below, above = float(self._sorted[index]), float(self._sorted[index + 1])
        if below.is_integer() and above.is_integer():
            return below  # between whole numbers there is none
        return below + (above - below) * (place - index)

    def samples(self) -> Samples:
        """Return the 10,000 values."""
        return self.values

    def contributions(self) -> tuple[tuple[str, float], ...]:
        """Return the share of each input in the squared correlations with its draws."""
        np = numpy_module()
        values = np.log(self.values) if self._sorted[0] > 0 else self.values
        scaled = (values - values.mean()) / (values.std() or 1.0)
        return _shares({name: float(scaled @ normal_draws(name)) ** 2 for name in self.names})


def _shares(weights: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    whole = math.fsum(weights.values())
    ranked = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple((name, weight / whole) for name, weight in ranked) if whole > 0 else ()


def exact(value: float) -> Uncertain:
    """Return a known number.

    Raises
    ------
    ArithmeticTrouble
        For infinity and for what is not a number.
    """
    return closed(float(value), {})


def add(a: Uncertain | float, b: Uncertain | float) -> Uncertain:
    """Return a + b; in closed form where one is zero or both vary alike."""
    a, b = known(a), known(b)
    if isinstance(a, Closed) and isinstance(b, Closed):
        if a.scale == 0 or b.scale == 0:
            return b if a.scale == 0 else a
        if _vary_alike(a, b):
            return closed(a.scale + b.scale, dict(a.loadings))
    return _pointwise(lambda x, y: x + y, a, b)


def subtract(a: Uncertain | float, b: Uncertain | float) -> Uncertain:
    """Return a - b."""
    return add(a, multiply(-1.0, b))


def multiply(a: Uncertain | float, b: Uncertain | float) -> Uncertain:
    """Return a × b: medians multiply, loadings add."""
    a, b = known(a), known(b)
    if isinstance(a, Closed) and isinstance(b, Closed):
        return closed(a.scale * b.scale, _added(a, b, 1.0))
    return _pointwise(lambda x, y: x * y, a, b)


def divide(a: Uncertain | float, b: Uncertain | float) -> Uncertain:
    """Return a / b.

    Raises
    ------
    DivisionByZero
        Where b is zero or its samples reach from one side of zero to the other.
    """
    a, b = known(a), known(b)
    if isinstance(b, Closed):
        if b.scale == 0:
            raise DivisionByZero("division by zero")
        if isinstance(a, Closed):
            return closed(a.scale / b.scale, _added(a, b, -1.0))
    elif b.samples().min() <= 0 <= b.samples().max():
        raise DivisionByZero("division by a number that may be zero")
    return _pointwise(lambda x, y: x / y, a, b)


def power(base: Uncertain | float, exponent: float) -> Uncertain:
    """Return base ** exponent for a known exponent."""
    base = known(base)
    whole = exponent == int(exponent) if math.isfinite(exponent) else False
    if exponent < 0:
        return divide(1.0, power(base, -exponent))
    if not whole and (base.scale if isinstance(base, Closed) else base.samples().min()) < 0:
        raise ArithmeticTrouble("a root or broken power of a number that may be negative")
    if isinstance(base, Closed):
        try:
            scale = base.scale**exponent
        except OverflowError:
            raise ArithmeticTrouble(_TOO_LARGE) from None
        return closed(scale, {name: loading * exponent for name, loading in base.loadings})
    return _pointwise(lambda x: x**exponent, base)


def sqrt(value: Uncertain | float) -> Uncertain:
    """Return the square root."""
    return power(value, 0.5)


def ceil(value: Uncertain | float) -> Uncertain:
    """Return the next whole number; what exceeds one by float rounding only does not count."""
    return _to_whole(value, lambda x: numpy_module().ceil(x), math.ceil)


def floor(value: Uncertain | float) -> Uncertain:
    """Return the whole number below, with the care of `ceil`."""
    return _to_whole(value, lambda x: numpy_module().floor(x), math.floor)


def nearest_whole(value: Uncertain | float) -> Uncertain:
    """Return the nearest whole number; a half goes up."""
    return floor(add(value, 0.5))


def minimum(values: Iterable[Uncertain | float]) -> Uncertain:
    """Return the least of some numbers, draw by draw."""
    return -maximum(-known(value) for value in values)


def maximum(values: Iterable[Uncertain | float]) -> Uncertain:
    """Return the greatest of some numbers, draw by draw."""
    return reduce(_greater, map(known, values))


def total(values: Iterable[Uncertain | float]) -> Uncertain:
    """Return the sum; zero for none. Numbers that vary alike are added in closed form."""
    alike: dict[frozenset[str], list[Uncertain]] = {}
    for value in map(known, values):
        same = alike.setdefault(value.inputs, [])
        place = next((i for i, other in enumerate(same) if _vary_alike(other, value)), None)
        if place is None:
            same.append(value)
        else:
            same[place] = add(same[place], value)
    parts = [part for same in alike.values() for part in same]
    parts = [part for part in parts if not (isinstance(part, Closed) and part.scale == 0)]
    if len(parts) < 2:
        return parts[0] if parts else exact(0.0)
    return _pointwise(lambda *samples: sum(samples[1:], samples[0]), *parts)


def known(value: Uncertain | float) -> Uncertain:
    """Return the number itself, or an exact one for a float."""
    return value if isinstance(value, Uncertain) else exact(value)


def _exp(x: float) -> float:
    return math.exp(x) if x < LARGEST_LOG else math.inf


def closed(scale: float, loadings: Mapping[str, float]) -> Uncertain:
    """Return the product form; loadings that cancelled, but for float rounding, are dropped."""
    if math.isfinite(scale) and abs(scale) > _LARGEST:
        raise ArithmeticTrouble(_TOO_LARGE)
    if not math.isfinite(scale):
        raise ArithmeticTrouble("the result is not a number" if scale != scale else _TOO_LARGE)
    kept = tuple(sorted((n, x) for n, x in loadings.items() if abs(x) > _CANCELLED))
    if scale == 0 or not kept:
        return Closed(scale)
    value = Closed(scale, kept)
    if math.log(abs(scale)) + value.spread * value.spread > LARGEST_LOG:  # mean and sd stay finite
        raise ArithmeticTrouble("the range is too wide or too large")
    return value


def sampled(draw: Callable[[], Samples], inputs: Iterable[str]) -> Uncertain:
    """Return the samples that `draw` makes, or the exact number if they are all the same."""
    np = numpy_module()
    with np.errstate(all="ignore"):  # what is not finite becomes an error below
        values = draw()
    if np.isnan(values).any():
        raise ArithmeticTrouble("the result is not a number")
    if np.abs(values).max() > _LARGEST_SAMPLE:
        raise ArithmeticTrouble(_TOO_LARGE)
    if (values == values[0]).all():
        return exact(float(values[0]))
    values.setflags(write=False)
    return Sampled(values, frozenset(inputs))


def _pointwise(function: Callable[..., Samples], *operands: Uncertain) -> Uncertain:
    return sampled(
        lambda: function(*(operand.samples() for operand in operands)),
        frozenset().union(*(operand.inputs for operand in operands)),
    )


def _added(a: Closed, b: Closed, sign: float) -> dict[str, float]:
    loadings = dict(a.loadings)
    for name, loading in b.loadings:
        loadings[name] = loadings.get(name, 0.0) + sign * loading
    return loadings


def _vary_alike(a: Uncertain, b: Uncertain) -> bool:
    if not (isinstance(a, Closed) and isinstance(b, Closed)):
        return False
    return all(abs(difference) <= _CANCELLED for difference in _added(a, b, -1.0).values())


def _greater(a: Uncertain, b: Uncertain) -> Uncertain:
    if isinstance(a, Closed) and isinstance(b, Closed):
        above = a.probability_above(b)
        if above > 1 - NEGLIGIBLE:
            return a
        if above < NEGLIGIBLE:
            return b
    return _pointwise(lambda x, y: numpy_module().maximum(x, y), a, b)


def _to_whole(
    value: Uncertain | float,
    of_samples: Callable[[Samples], Samples],
    of_number: Callable[[float], int],
) -> Uncertain:
    value = known(value)
    if isinstance(value, Closed) and value.is_exact:
        near = math.floor(value.scale + 0.5)
        close = abs(value.scale - near) <= _NOISE * max(1, abs(near))
        return exact(near if close else of_number(value.scale))
    np = numpy_module()

    def whole(x: Samples) -> Samples:
        near = np.rint(x)
        close = np.abs(x - near) <= _NOISE * np.maximum(1.0, np.abs(near))
        rounded: Samples = np.where(close, near, of_samples(x))
        return rounded

    return _pointwise(whole, value)
