"""Writes numbers for people: few digits, a fitting unit, the same text everywhere."""

from __future__ import annotations

from math import floor, log10

from sysdesign.quantity.evaluate import Quantity
from sysdesign.quantity.uncertain import Uncertain
from sysdesign.quantity.units import (
    DIMENSIONLESS,
    NO_UNIT,
    Dimension,
    Unit,
    Units,
    product_text,
)

EXACT_DIGITS, UNCERTAIN_DIGITS = 3, 2
_PLAIN = Units()
_BASE_WORDS = {"information": "B", "time": "s", "length": "metre"}
_PREFIXES = ("", "k", "M", "G", "T", "P", "E")
# Physical dimension, as described, to the units that show it, smallest first.
_LADDERS = {
    "information": tuple(f"{prefix}B" for prefix in _PREFIXES),
    "information/time": tuple(f"{prefix}bit/s" for prefix in _PREFIXES),
    "time": ("ns", "us", "ms", "s", "min", "h", "day", "year"),
    "length": ("mm", "metre", "km"),
    "money/time": ("{money}/month",),
    "money/information": ("{money}/GB",),
    "money/information/time": ("{money}/GB/month",),
}
_SMALL_PRICE = 1e-3
_SLOW_PER_S = 0.01  # below this a rate reads better a day than a second
_SUFFIXES = ((1e12, " trillion"), (1e9, " billion"), (1e6, "M"), (1e3, "k"))
_LARGEST, _SMALLEST = 1e15, 1e-6


def show(
    value: Quantity | Uncertain | float,
    dimension: Dimension = DIMENSIONLESS,
    unit: Unit | None = None,
    digits: int | None = None,
    units: Units = _PLAIN,
) -> str:
    """Write a value (in base units) with its unit: "12k req/s", "1.2 GB", "15%".

    Uncertain values show their median. Without `unit` the one that fits best is taken, without
    `digits` three for exact values and two for others. Exact whole numbers below 10,000 are
    written in full. A `Quantity` brings its own dimension, and its unit unless one is given.
    """
    if isinstance(value, Quantity):
        dimension, unit, value = value.dimension, unit or value.unit, value.value
    is_exact = not isinstance(value, Uncertain) or value.is_exact
    number = value.median if isinstance(value, Uncertain) else float(value)
    wanted = digits or (EXACT_DIGITS if is_exact else UNCERTAIN_DIGITS)
    unit = unit or best_unit(number, dimension, units, wanted)
    if digits is None:
        converted = number / unit.factor
        near = round(converted) if abs(converted) < 10_000 else 0
        if is_exact and near and abs(converted - near) <= 1e-11 * abs(near):
            wanted = 4
    return _with_unit(number, unit, wanted)


def show_range(
    value: Uncertain,
    dimension: Dimension = DIMENSIONLESS,
    unit: Unit | None = None,
    units: Units = _PLAIN,
) -> str:
    """Write the 90% interval in one unit: "29k .. 64k req/s"; an exact value alone."""
    unit = unit or best_unit(value.median, dimension, units, UNCERTAIN_DIGITS)
    if value.is_exact:
        return show(value, dimension, unit)
    high = _with_unit(value.high, unit, UNCERTAIN_DIGITS)
    if unit.text in ("%", "x"):
        return f"{_with_unit(value.low, unit, UNCERTAIN_DIGITS)} .. {high}"
    low = _number(value.low / unit.factor, UNCERTAIN_DIGITS, _long_from(unit))
    return f"{low} .. {high}"


def best_unit(value: float, dimension: Dimension, units: Units, digits: int = EXACT_DIGITS) -> Unit:
    """Choose the unit that shows a value (in base units) with few digits before the point.

    Information goes by powers of 1000 (bit/s a time), time from ns to years, rates a second or a
    day; a small price is given for a million.
    """
    if dimension.is_dimensionless:
        return NO_UNIT
    size, physical = abs(value), dimension.without_counts().describe()
    if physical == "1/time":
        words: tuple[str, ...] = ("1/day" if 0 < size < _SLOW_PER_S else "1/s",)
    elif physical in _LADDERS:
        words = tuple(word.format(money=units.currency) for word in _LADDERS[physical])
    else:
        return _base_unit(size, dimension, units.currency)
    sizes = [units.parse(word).factor for word in words]
    # Rounded, so that 999.96 kB is shown as 1 MB and not as 1000 kB.
    fitting = [i for i, one in enumerate(sizes) if _significant(size / one, digits) >= 1]
    if value == 0:
        fitting = [i for i, one in enumerate(sizes) if one == 1.0]
    chosen = fitting[-1] if fitting else 0
    return Unit(_compose(dimension, words[chosen]), sizes[chosen], dimension)


def _base_unit(size: float, dimension: Dimension, currency: str) -> Unit:
    words = {base: base for base, _ in dimension.exponents} | _BASE_WORDS | {"money": currency}
    text = product_text(dimension, words)
    if 0 < size < _SMALL_PRICE and text.startswith(f"{currency}/") and text.count("/") == 1:
        return Unit(text.replace("/", " / 1M "), 1e-6, dimension)
    return Unit(text, 1.0, dimension)


def _compose(dimension: Dimension, physical: str) -> str:
    """Join the counting units of a dimension with a physical unit: `req/user/day`, `B/user`."""
    above, *below = physical.split("/")
    counts = dimension.counting().exponents
    over = [word if n == 1 else f"{word}^{n}" for word, n in counts if n > 0]
    under = [word if n == -1 else f"{word}^{-n}" for word, n in counts if n < 0]
    top = "*".join([*over, *([above] if above != "1" else [])]) or "1"
    return "/".join([top, *under, *below])


def _with_unit(value: float, unit: Unit, digits: int) -> str:
    number = _number(value / unit.factor, digits, _long_from(unit))
    attached = unit.text.startswith(("%", "x"))
    if unit.text.startswith("1/"):
        return f"{number}{unit.text[1:]}"
    return f"{number}{'' if attached or not unit.text else ' '}{unit.text}"


def _long_from(unit: Unit) -> float:
    """Return from where on numbers are shortened: counts and money early, others from 100,000."""
    bases = {base for base, _ in unit.dimension.exponents}
    return 1e5 if bases & {"information", "length"} or bases == {"time"} else 1e4


def _number(value: float, digits: int, long_from: float) -> str:
    """Write a number with some significant digits, short from `long_from` on: 12k, 1.2M."""
    if value == 0:
        return "0"
    size = abs(value)
    rounded = _significant(size, digits)
    sign = "-" if value < 0 else ""
    if not _SMALLEST <= rounded < _LARGEST:
        digits_text, power = f"{size:.{digits - 1}e}".split("e")
        return f"{sign}{_trimmed(digits_text)}e{power}"
    if rounded >= long_from:
        scale, suffix = next(pair for pair in _SUFFIXES if rounded >= pair[0])
        return sign + _plain(rounded / scale, digits) + suffix
    return sign + _plain(rounded, digits)


def _significant(size: float, digits: int) -> float:
    return float(f"{size:.{digits - 1}e}")


def _plain(size: float, digits: int) -> str:
    decimals = max(0, digits - 1 - floor(log10(size)))
    return _trimmed(f"{size:.{decimals}f}")


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
