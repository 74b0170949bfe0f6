"""Dimensions and units: information, time, money, length, and the things a design counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from math import isfinite

from sysdesign.quantity.tokens import Cursor, Token
from sysdesign.quantity.trouble import QuantityError, nearest
from sysdesign.records import dataclass

PHYSICAL = ("money", "length", "information", "time")
COUNTED = ("req", "user", "item", "msg", "conn", "server")
LARGEST_POWER = 9


@dataclass(frozen=True, slots=True)
class Dimension:
    """A product of base dimensions with integer exponents, such as information/time.

    The bases are those of `PHYSICAL` and, one each, the things counted (`req`, `user`, ...).
    """

    exponents: tuple[tuple[str, int], ...] = ()

    @staticmethod
    def of(exponents: Mapping[str, int]) -> Dimension:
        """Return the dimension with these exponents; the order and zeros do not matter."""
        return Dimension(tuple(sorted((b, e) for b, e in exponents.items() if e)))

    def __mul__(self, other: Dimension) -> Dimension:
        product = dict(self.exponents)
        for base, exponent in other.exponents:
            product[base] = product.get(base, 0) + exponent
        return Dimension.of(product)

    def __truediv__(self, other: Dimension) -> Dimension:
        return self * other**-1

    def __pow__(self, power: int) -> Dimension:
        return Dimension.of({base: exponent * power for base, exponent in self.exponents})

    @property
    def is_dimensionless(self) -> bool:
        """Whether this is a plain number."""
        return not self.exponents

    def counting(self) -> Dimension:
        """Return the part that counts things: `req/user` of req/user/time."""
        return Dimension(tuple(pair for pair in self.exponents if pair[0] not in PHYSICAL))

    def without_counts(self) -> Dimension:
        """Return the rest: `1/time` of req/user/time."""
        return Dimension(tuple(pair for pair in self.exponents if pair[0] in PHYSICAL))

    def describe(self) -> str:
        """Return words such as "information/time", "req/user/time" or "a plain number"."""
        words = {base: base for base, _ in self.exponents}
        return product_text(self, words) if self.exponents else "a plain number"


DIMENSIONLESS = Dimension()


def product_text(dimension: Dimension, words: Mapping[str, str]) -> str:
    """Write a dimension with one word a base: money and counts first, time last."""

    def rank(pair: tuple[str, int]) -> tuple[int, str]:
        base = pair[0]
        return ({"money": 0, "time": 3}.get(base, 1 if base in PHYSICAL else 2), base)

    above: list[str] = []
    below: list[str] = []
    for base, exponent in sorted(dimension.exponents, key=rank):
        power = "" if abs(exponent) == 1 else f"^{abs(exponent)}"
        (above if exponent > 0 else below).append(words[base] + power)
    return "/".join(["*".join(above) or ("1" if below else ""), *below])


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure; `factor` is its size in B, s, metre, the currency, or one."""

    text: str
    factor: float
    dimension: Dimension


NO_UNIT = Unit("", 1.0, DIMENSIONLESS)
_INFORMATION, _TIME, _LENGTH, _MONEY = (
    Dimension(((base, 1),)) for base in ("information", "time", "length", "money")
)
_BIT = 0.125
_DECIMAL = ("k", "M", "G", "T", "P", "E")
_BILLING_MONTH_S = 730 * 3600.0
_TIMES = {
    "ns": 1e-9,
    "us": 1e-6,
    "µs": 1e-6,
    "μs": 1e-6,  # the Greek letter; the line above has the micro sign
    "ms": 1e-3,
    "s": 1.0,
    "min": 60.0,
    "h": 3600.0,
    "day": 86400.0,
    "week": 7 * 86400.0,
    "billing_month": _BILLING_MONTH_S,
}
_LENGTHS = {"mm": 1e-3, "cm": 1e-2, "metre": 1.0, "km": 1e3, "mile": 1609.344}
_SPELLED = {
    "byte": "B",
    "bytes": "B",
    "bits": "bit",
    "KB": "kB",
    "second": "s",
    "seconds": "s",
    "minute": "min",
    "minutes": "min",
    "hour": "h",
    "hours": "h",
    "days": "day",
    "weeks": "week",
    "months": "month",
    "years": "year",
}
_NAMED_RATES = {"bps": "bit/s"} | {f"{p}bps": f"{p}bit/s" for p in _DECIMAL[:4]}
_BAD_WORDS = {
    "m": "write min, ms, month or metre",
    "M": "attach the M to the number: 5M user",
    "k": "attach the k to the number: 5k user",
    "K": "write a small k, attached to the number: 5k",
    "G": "write 5 billion, or GB for bytes",
    "T": "write 5 trillion, or TB for bytes",
    "x": "write 10x for a factor, or * to multiply",
    "d": "write day",
    "mo": "write month",
    "wk": "write week",
    "to": "write a range as 10 .. 40",
    "msec": "write ms",
    "usec": "write us",
    "bn": "write billion",
    **dict.fromkeys(("hr", "hrs", "H"), "write h"),
    **dict.fromkeys(("sec", "secs", "S"), "write s"),
    **dict.fromkeys(("mins", "Min"), "write min"),
    **dict.fromkeys(("yr", "yrs"), "write year"),
    **dict.fromkeys(("request", "requests", "reqs", "query", "queries"), "write req"),
    **dict.fromkeys(("message", "messages", "msgs"), "write msg"),
    **dict.fromkeys(("connection", "connections", "conns"), "write conn"),
}
_CURRENCIES = (
    "AED ARS AUD BDT BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP GHS HKD HUF IDR ILS INR ISK "
    "JPY KES KRW KZT LKR MAD MXN MYR NGN NOK NZD PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB "
    "TRY TWD TZS UAH UGX USD UYU VND XAF XOF ZAR"
)
_RESERVED = "as ceil floor max min round sqrt sum thousand million billion trillion"


@dataclass(frozen=True)
class Units:
    """The unit words of one design, under its conventions.

    Parameters
    ----------
    month_s, year_s
        Length of a month and of a year in seconds.
    currency
        The one currency of the design, as its ISO 4217 code.
    counts
        Words for further things to count, beside those of `COUNTED`.

    Raises
    ------
    QuantityError
        For a counting word that is a unit or a function already, or is no word.
    """

    month_s: float = 30 * 86400.0
    year_s: float = 365 * 86400.0
    currency: str = "USD"
    counts: tuple[str, ...] = ()
    _table: Mapping[str, Unit] = field(init=False, repr=False, compare=False)
    _parsed: dict[str, Unit] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not re.fullmatch("[A-Z]{3}", self.currency):
            raise QuantityError(
                f"'{self.currency}' is not a currency", 0, len(self.currency), "write USD or EUR"
            )
        table = _fixed_units()
        table["month"] = Unit("month", self.month_s, _TIME)
        table["year"] = Unit("year", self.year_s, _TIME)
        table[self.currency] = Unit(self.currency, 1.0, _MONEY)
        for word, spelling in _SPELLED.items():
            table[word] = table[spelling]
        for word in self.counts:
            if not re.fullmatch("[a-z][a-z0-9_]*", word):
                raise QuantityError(
                    f"'{word}' cannot be counted", 0, len(word), "write a word of small letters"
                )
            if word in _RESERVED.split() or (word in table and word not in COUNTED):
                raise QuantityError(
                    f"'{word}' has a meaning already", 0, len(word), "count under another word"
                )
            table[word] = Unit(word, 1.0, Dimension(((word, 1),)))
        object.__setattr__(self, "_table", table)

    def lookup(self, word: str) -> Unit | None:
        """Return the unit of one word (`kB`, `user`, `km2`), or None."""
        if word[-1:] in ("2", "3") and word[:-1] in _LENGTHS:
            power, length = int(word[-1]), self._table[word[:-1]]
            return Unit(word, length.factor**power, length.dimension**power)
        return self._table.get(word)

    def is_unit(self, word: str) -> bool:
        """Say whether a word is a unit and so cannot be a name; `x` may be one."""
        return word != "x" and self.lookup(word) is not None

    def words(self) -> tuple[str, ...]:
        """Return all unit words, for suggestions."""
        return tuple(self._table)

    def parse(self, text: str) -> Unit:
        """Return the unit written in a text: `req/min/user`, `USD/GB/month`, `km^2`, `1/s`, `%`.

        Raises
        ------
        QuantityError
            For a word that is not a unit; the hint says what to write.
        """
        if text in self._parsed:
            return self._parsed[text]
        cursor = Cursor(text)
        unit = NO_UNIT if cursor.ended else self.read(cursor)
        if not cursor.ended:
            token = cursor.token
            raise QuantityError(f"'{token.text}' has no place in a unit", token.start, token.end)
        self._parsed[text] = unit
        return unit

    def read(self, cursor: Cursor) -> Unit:
        """Read a unit that stands alone; what follows it is left to the caller."""
        if cursor.token.text == "1" and cursor.following.text == "/":
            cursor.take()
            unit = NO_UNIT
        else:
            unit = self._factor(cursor)
        while cursor.sees("*", "/"):
            divides = cursor.take().text == "/"
            unit = _joined(unit, self._factor(cursor), divides, cursor)
        return unit

    def read_after_number(self, cursor: Cursor) -> Unit | None:
        """Read the unit that binds to the number just read; None where there is none.

        A slash belongs to the unit only where a unit word follows: `8 B/user`, `300/s`; it
        divides in `0.4 USD / 1M req` and in `40 km / speed`. So does a star after a unit: `2 GB*h`.
        """
        unit = None
        if cursor.sees("%") or (cursor.token.kind == "word" and not self._ends(cursor)):
            if cursor.token.text == "x" and cursor.token.start > cursor.read_to:
                raise self.unknown(cursor.token)
            unit = self._factor(cursor)
        while (cursor.sees("/") or (unit and cursor.sees("*"))) and self._binds(cursor):
            divides = cursor.take().text == "/"
            unit = _joined(unit or NO_UNIT, self._factor(cursor), divides, cursor)
        return unit

    def unknown(self, token: Token) -> QuantityError:
        """Return the error for a word that is not a unit, with what to write instead."""
        hint, suggestion = self.advice(token.text)
        counted = token.text if token.text.isidentifier() and token.text.islower() else "…"
        hint = hint or (
            "units look like kB, ms, req/s; "
            f"for what you count: conventions: {{counts: [{counted}]}}"
        )
        return QuantityError(
            f"'{token.text}' is not a unit", token.start, token.end, hint, suggestion
        )

    def advice(self, word: str) -> tuple[str | None, str | None]:
        """Return a hint, and a known word if one is near, for a word that is not a unit."""
        if hint := _BAD_WORDS.get(word):
            return hint, None
        if match := re.fullmatch("([kmgtpeKMGTPE]?)(i?)(?:Bps|BPS)", word):
            return f"write {_prefix(match[1], match[2])}B/s", None
        if match := re.fullmatch("([kmgtpeKMGTPE]?)(i?)([bB])", word):
            prefix = _prefix(match[1], match[2])
            pair = (f"{prefix}bit", f"{prefix}B")
            return "write {} or {}".format(*(pair if match[3] == "b" else pair[::-1])), None
        if word in _CURRENCIES.split():
            return (
                f"this design counts in {self.currency} (conventions.currency); "
                "convert it or set the currency"
            ), None
        for known in self._table:
            if known.lower() in (word.lower(), word.lower().removesuffix("s")):
                return f"write {known}", known
        suggestion = nearest(word, self._table)
        return (f"did you mean {suggestion}?" if suggestion else None), suggestion

    def _ends(self, cursor: Cursor) -> bool:
        """Say whether the word ahead ends a quantity: `as`, or a call that lacks an operator."""
        token = cursor.token
        calls = cursor.following.text == "(" and not self.is_unit(token.text)
        return token.text == "as" or calls or "." in token.text

    def _binds(self, cursor: Cursor) -> bool:
        ahead = cursor.at + 2
        called = ahead < len(cursor.tokens) and cursor.tokens[ahead].text == "("
        return self.is_unit(cursor.following.text) and not called

    def _factor(self, cursor: Cursor) -> Unit:
        token = cursor.take()
        if token.text == "%":
            return self._table["%"]
        unit = self.lookup(token.text) if token.kind == "word" else None
        if unit is None:
            if token.kind == "word":
                raise self.unknown(token)
            found = f"not '{token.text}'" if token.text else "but the text ends"
            raise QuantityError(f"a unit is expected here, {found}", token.start, token.end)
        if not cursor.skip("^", "**"):
            return unit
        sign = -1 if cursor.skip("-") else 1
        power = cursor.take()
        if not re.fullmatch("[1-9]", power.text):
            raise QuantityError(
                "a unit is raised to whole powers only",
                token.start,
                power.end,
                f"write {token.text}^2; to raise the number too, write (3 {token.text}) ** n",
            )
        return _power(unit, sign * int(power.text))


def _fixed_units() -> dict[str, Unit]:
    """Return the units that no convention changes."""
    sizes: dict[Dimension, dict[str, float]] = {
        _INFORMATION: {"bit": _BIT, "B": 1.0},
        _TIME: _TIMES,
        _LENGTH: _LENGTHS,
        DIMENSIONLESS: {"%": 0.01, "x": 1.0},
    }
    for power, prefix in enumerate(_DECIMAL, 1):
        binary = prefix.upper() + "i"
        sizes[_INFORMATION] |= {
            f"{prefix}B": 1000.0**power,
            f"{prefix}bit": 1000.0**power * _BIT,
            f"{binary}B": 1024.0**power,
            f"{binary}bit": 1024.0**power * _BIT,
        }
    table = {
        word: Unit(word, size, dimension)
        for dimension, words in sizes.items()
        for word, size in words.items()
    }
    table |= {word: Unit(word, 1.0, Dimension(((word, 1),))) for word in COUNTED}
    for word, spelling in _NAMED_RATES.items():
        table[word] = Unit(word, table[spelling[:-2]].factor, _INFORMATION / _TIME)
    table |= {word: Unit(word, 1.0, table["req"].dimension / _TIME) for word in ("qps", "rps")}
    return table


def _prefix(letter: str, binary: str) -> str:
    return letter.upper() + binary if binary or letter not in ("k", "K") else "k"


def _power(unit: Unit, power: int) -> Unit:
    return Unit(f"{unit.text}^{power}", unit.factor**power, unit.dimension**power)


def _joined(left: Unit, right: Unit, divides: bool, cursor: Cursor) -> Unit:
    """Return left / right or left * right, written as it is read."""
    sign = "/" if divides else "*"
    factor = left.factor / right.factor if divides else left.factor * right.factor
    if not (isfinite(factor) and factor > 0):
        raise QuantityError("this unit is out of range", 0, cursor.read_to)
    dimension = left.dimension / right.dimension if divides else left.dimension * right.dimension
    return Unit(f"{left.text or '1'}{sign}{right.text}", factor, dimension)
