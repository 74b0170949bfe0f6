"""Units against pint as oracle, and the words people get wrong."""

from __future__ import annotations

from typing import Any

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysdesign.quantity import DIMENSIONLESS, Dimension, QuantityError, Units

UNITS = Units(counts=("tweet",))

DEFINITIONS = """
kilo- = 1e3 = k-
mega- = 1e6 = M-
giga- = 1e9 = G-
tera- = 1e12 = T-
peta- = 1e15 = P-
exa- = 1e18 = E-
kibi- = 1024 = Ki-
mebi- = 1048576 = Mi-
gibi- = 1073741824 = Gi-
tebi- = 1024 ** 4 = Ti-
pebi- = 1024 ** 5 = Pi-
exbi- = 1024 ** 6 = Ei-
nano- = 1e-9 = n-
micro- = 1e-6 = u-
milli- = 1e-3 = m-
centi- = 1e-2 = c-
byte = [information] = B
bit = byte / 8 = bit
second = [time] = s
minute = 60 * second = min
hour = 3600 * second = h
day = 86400 * second = day
week = 7 * day = week
month = 30 * day = month
year = 365 * day = year
billing_month = 730 * hour
metre = [length] = m
mile = 1609.344 * metre
dollar = [money] = USD
""" + "\n".join(f"{w} = [{w}]" for w in ("req", "user", "item", "msg", "conn", "server", "tweet"))

_ALL = (
    "bit B kB MB GB TB PB EB kbit Mbit Gbit Tbit Pbit Ebit KiB MiB GiB TiB PiB EiB Kibit Mibit "
    "Gibit ns us ms s min h day week month year billing_month mm cm metre km mile USD "
    "req user item msg conn server tweet"
)
WORDS = _ALL.split()


@pytest.fixture(scope="module")
def pint_units() -> Any:
    return pint.UnitRegistry(DEFINITIONS.strip().splitlines())


def pint_dimension(unit: Any) -> dict[str, int]:
    return {base.strip("[]"): round(power) for base, power in unit.dimensionality.items()}


@st.composite
def unit_texts(draw: st.DrawFn) -> str:
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4))
    powers = [draw(st.sampled_from(("", "", "", "^2", "**3"))) for _ in words]
    signs = ["", *draw(st.lists(st.sampled_from("/*"), min_size=3, max_size=3))]
    return "".join(s + w + p for s, w, p in zip(signs, words, powers, strict=False))


@given(text=unit_texts())
def test_a_product_of_units_is_what_pint_says(text: str, pint_units: Any) -> None:
    ours = UNITS.parse(text)
    theirs = (1 * pint_units.parse_expression(text)).to_base_units()
    assert ours.factor == pytest.approx(theirs.magnitude, rel=1e-12)
    assert dict(ours.dimension.exponents) == pint_dimension(theirs)


@pytest.mark.parametrize("word", WORDS)
def test_each_word_is_what_pint_says(word: str, pint_units: Any) -> None:
    unit = UNITS.lookup(word)
    assert unit is not None
    theirs = (1 * pint_units.parse_expression(word)).to_base_units()
    assert unit.factor == pytest.approx(theirs.magnitude, rel=1e-15)
    assert dict(unit.dimension.exponents) == pint_dimension(theirs)


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("bps", "bit/s"),
        ("kbps", "kbit/s"),
        ("Mbps", "Mbit/s"),
        ("Gbps", "Gbit/s"),
        ("Tbps", "Tbit/s"),
        ("qps", "req/s"),
        ("rps", "req/s"),
        ("KB", "kB"),
        ("bytes", "B"),
        ("bits", "bit"),
        ("seconds", "s"),
        ("minutes/hour", "min/h"),
        ("km2", "km^2"),
        ("metre3", "metre**3"),
        ("s^-1", "1/s"),
        ("µs", "us"),
        ("μs", "us"),
        (" B / user ", "B/user"),
        ("Mbps*s", "Mbit"),
        ("GB/Mbps", "GB*s/Mbit"),
    ],
)
def test_two_ways_to_write_one_unit(text: str, same_as: str) -> None:
    one, other = UNITS.parse(text), UNITS.parse(same_as)
    assert one.dimension == other.dimension
    assert one.factor == pytest.approx(other.factor, rel=1e-15)


def test_a_plain_number_has_no_unit_a_percentage_a_hundredth() -> None:
    assert UNITS.parse("").dimension == UNITS.parse("%").dimension == DIMENSIONLESS
    assert (UNITS.parse("").factor, UNITS.parse("%").factor, UNITS.parse("x").factor) == (
        1,
        0.01,
        1,
    )


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("M", "5M user"),
        ("k", "5k user"),
        ("K", "5k"),
        ("G", "billion"),
        ("T", "trillion"),
        ("b", "bit or B"),
        ("Gb", "Gbit or GB"),
        ("Mb", "Mbit or MB"),
        ("gb", "Gbit or GB"),
        ("mB", "MB or Mbit"),
        ("Kb", "kbit or kB"),
        ("kib", "Kibit or KiB"),
        ("MBps", "MB/s"),
        ("GBPS", "GB/s"),
        ("MiBps", "MiB/s"),
        ("KBps", "kB/s"),
        ("mbps", "Mbps"),
        ("m", "min, ms, month or metre"),
        ("d", "day"),
        ("hr", "h"),
        ("hrs", "h"),
        ("sec", "s"),
        ("secs", "s"),
        ("mo", "month"),
        ("yr", "year"),
        ("yrs", "year"),
        ("wk", "week"),
        ("mins", "min"),
        ("$", "3 USD"),
        ("Mbit/S", "write s"),
        ("Day", "day"),
        ("users", "user"),
        ("request", "req"),
        ("requests", "req"),
        ("reqs", "req"),
        ("messages", "msg"),
        ("servers", "server"),
        ("items", "item"),
        ("tweets", "tweet"),
        ("EUR", "this design counts in USD"),
        ("Gbyte", "did you mean"),
        ("wweek", "week"),
        ("qqqq", "units look like"),
        ("km^2.5", "km^2"),
        ("km^0", "km^2"),
    ],
)
def test_a_word_that_is_no_unit_is_told_what_to_write(text: str, hint: str) -> None:
    with pytest.raises(QuantityError) as error:
        UNITS.parse(text)
    assert hint in str(error.value.hint)


@pytest.mark.parametrize(
    "text", ["/s", "req/", "req//s", "1", "2/s", "s s", "req s", "(s)", "->", "GB-s"]
)
def test_what_is_not_a_unit_text_is_refused(text: str) -> None:
    with pytest.raises(QuantityError):
        UNITS.parse(text)


def test_an_error_marks_the_word() -> None:
    with pytest.raises(QuantityError) as error:
        UNITS.parse("req/hr/user")
    assert (error.value.start, error.value.end) == (4, 6)


def test_conventions_set_month_year_currency_and_counts() -> None:
    units = Units(month_s=730 * 3600, year_s=365.25 * 86400, currency="EUR", counts=("bid",))
    assert units.parse("month").factor == units.parse("billing_month").factor == 730 * 3600
    assert units.parse("year").factor == 365.25 * 86400
    assert units.parse("EUR/bid").dimension.describe() == "money/bid"
    with pytest.raises(QuantityError, match="counts in EUR"):
        units.parse("USD")


@pytest.mark.parametrize("word", ["min", "GB", "max", "as", "2x", "Bid", "", "million", "month"])
def test_a_word_with_a_meaning_cannot_be_counted(word: str) -> None:
    with pytest.raises(QuantityError):
        Units(counts=(word,))


def test_counting_users_again_changes_nothing() -> None:
    assert Units(counts=("user",)).parse("user") == Units().parse("user")


@pytest.mark.parametrize("currency", ["usd", "US", "dollar", "$", ""])
def test_a_currency_is_three_capital_letters(currency: str) -> None:
    with pytest.raises(QuantityError):
        Units(currency=currency)


def test_names_that_look_like_units_stay_free() -> None:
    assert [w for w in ("x", "s3", "user2", "daily_users", "cache") if UNITS.is_unit(w)] == []
    assert [w for w in ("s", "min", "day", "user", "km2", "%") if not UNITS.is_unit(w)] == []
    assert set(WORDS) < set(UNITS.words())


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("B", "information"),
        ("Mbit/s", "information/time"),
        ("req/user/day", "req/user/time"),
        ("1/s", "1/time"),
        ("USD/GB/month", "money/information/time"),
        ("km^2", "length^2"),
        ("req*s", "req*time"),
        ("req/s/s", "req/time^2"),
        ("", "a plain number"),
    ],
)
def test_a_dimension_describes_itself(unit: str, words: str) -> None:
    assert UNITS.parse(unit).dimension.describe() == words


BASES = st.sampled_from(("information", "time", "money", "length", "req", "user", "tweet"))
DIMENSIONS = st.builds(Dimension.of, st.dictionaries(BASES, st.integers(-3, 3)))


@given(a=DIMENSIONS, b=DIMENSIONS, n=st.integers(-4, 4), m=st.integers(-4, 4))
def test_dimensions_are_an_abelian_group(a: Dimension, b: Dimension, n: int, m: int) -> None:
    assert a * b == b * a
    assert a * b / b == a
    assert (a / a).is_dimensionless
    assert a**n * a**m == a ** (n + m)
    assert (a * b) ** n == a**n * b**n
    assert a.counting() * a.without_counts() == a
    assert hash(a * b) == hash(b * a)
