"""Numbers as people read them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysdesign.quantity import (
    Dimension,
    Quantity,
    Uncertain,
    Units,
    best_unit,
    between,
    evaluate,
    exact,
    normal_between,
    parse,
    show,
    show_range,
)

UNITS = Units(counts=("tweet",))


def unnamed(_: str) -> Quantity:
    raise KeyError


def value_of(text: str) -> Quantity:
    return evaluate(parse(text, UNITS), unnamed, UNITS, "t")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("12k req/s", "12k req/s"),
        ("1.2M user", "1.2M user"),
        ("3.4 billion req", "3.4 billion req"),
        ("2 trillion req", "2 trillion req"),
        ("157 server", "157 server"),
        ("1024 server", "1024 server"),
        ("9999 server", "9999 server"),
        ("12345 server", "12.3k server"),
        ("1234.5 user", "1230 user"),
        ("10%", "10%"),
        ("0.05%", "0.05%"),
        ("10x", "10x"),
        ("0.3 req/user/day", "0.3 req/user/day"),
        ("300/s", "300/s"),
        ("5%/month", "5%/month"),
        ("1.5 h", "1.5 h"),
        ("86400 s", "86400 s"),
        ("400k USD/month", "400k USD/month"),
        ("0.023 USD/GB/month", "0.023 USD/GB/month"),
        ("0.000001 s", "0.000001 s"),
        ("1e-9 s", "1e-09 s"),
        ("1.25e30 B", "1.25e+30 B"),
        ("0 B", "0 B"),
        ("-1.5 GB", "-1.5 GB"),
        ("2 s - 2 s", "0 s"),
        ("1 / 3", "0.333"),
        ("2 / 3 * 100000", "66.7k"),
        ("5 .. 15%", "8.7%"),
        ("4 .. 8 req/user/day", "5.7 req/user/day"),
    ],
)
def test_a_quantity_is_shown_in_the_unit_written(text: str, shown: str) -> None:
    assert show(value_of(text)) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1500 B", "1.5 kB"),
        ("999 B", "999 B"),
        ("999.96 kB", "1 MB"),
        ("4480 GB", "4.48 TB"),
        ("0.5 B", "0.5 B"),
        ("1 GiB", "1.07 GB"),
        ("80000 PB", "80 EB"),
        ("1 MB/s", "8 Mbit/s"),
        ("1 GB/day", "92.6 kbit/s"),
        ("30 GB / 1 s", "240 Gbit/s"),
        ("0.2 ms", "200 us"),
        ("90 s", "1.5 min"),
        ("36 h", "1.5 day"),
        ("1000 day", "2.74 year"),
        ("3 month", "90 day"),
        ("1e-12 s", "0.001 ns"),
        ("100 req/s", "100 req/s"),
        ("0.05 req/s", "0.05 req/s"),
        ("3 req/user/day", "3 req/user/day"),
        ("24 USD/day", "720 USD/month"),
        ("0.023 USD/GB/month", "0.023 USD/GB/month"),
        ("0.09 USD/GB", "0.09 USD/GB"),
        ("0.4 USD / 1M req", "0.4 USD / 1M req"),
        ("0.002 USD/req", "0.002 USD/req"),
        ("64 GB/server", "64 GB/server"),
        ("3 mile", "4.83 km"),
        ("2 km^2", "2M metre^2"),
        ("5M user", "5M user"),
        ("50%", "0.5"),
        ("-2 h", "-2 h"),
        ("0 h", "0 s"),
        ("0 B/user", "0 B/user"),
        ("2 server*month", "60 server*day"),
        ("8 GB*h", "28.8 trillion B*s"),
    ],
)
def test_without_a_unit_the_best_one_is_taken(text: str, shown: str) -> None:
    quantity = value_of(text)
    assert show(quantity.value, quantity.dimension, units=UNITS) == shown


@pytest.mark.parametrize(
    ("number", "unit", "shown"),
    [
        (between(29_000, 64_000, "a"), "req/s", "29k .. 64k req/s"),
        (between(980, 12_000, "a"), "req/s", "980 .. 12k req/s"),
        (between(0.05, 0.15, "a"), "%", "5% .. 15%"),
        (between(1.5, 3, "a"), "x", "1.5x .. 3x"),
        (between(9e8, 1.2e9, "a"), "GB", "0.9 .. 1.2 GB"),
        (between(5, 9, "a"), "", "5 .. 9"),
        (exact(157), "server", "157 server"),
        (normal_between(-3, 5, "a"), "USD", "-3 .. 5 USD"),
    ],
)
def test_a_range_is_shown_in_one_unit(number: Uncertain, unit: str, shown: str) -> None:
    parsed = UNITS.parse(unit)
    scaled = number if unit == "GB" else number * parsed.factor if unit == "req/s" else number
    assert show_range(scaled, parsed.dimension, parsed) == shown


def test_a_range_chooses_its_unit_by_the_median() -> None:
    information = UNITS.parse("B").dimension
    assert show_range(between(4e11, 4e12, "a"), information) == "0.4 .. 4 TB"


def test_digits_can_be_asked_for() -> None:
    assert show(1234.5678, digits=6) == "1234.57"
    assert show(2 / 3, digits=1) == "0.7"


def test_the_currency_and_the_month_are_the_designs() -> None:
    units = Units(month_s=730 * 3600, currency="EUR")
    assert show(1 / 3600, units.parse("EUR/h").dimension, units=units) == "730 EUR/month"


BASES = st.sampled_from(("information", "time", "money", "length", "req", "user", "tweet"))
DIMENSIONS = st.builds(Dimension.of, st.dictionaries(BASES, st.integers(-12, 12), max_size=3))


@given(st.floats(allow_nan=False, allow_infinity=False), DIMENSIONS)
def test_every_value_can_be_shown(value: float, dimension: Dimension) -> None:
    unit = best_unit(value, dimension, UNITS)
    assert unit.dimension == dimension
    assert re.match(r"-?[0-9]", show(value, dimension, units=UNITS))


@given(st.floats(1e-5, 1e14), st.sampled_from(("B", "s", "req", "req/s", "bit/s", "USD", "km", "")))
def test_what_is_shown_reads_back_as_the_value(value: float, unit: str) -> None:
    dimension = UNITS.parse(unit).dimension
    again = value_of(show(value, dimension, units=UNITS))
    assert again.dimension == dimension
    assert again.value.median == pytest.approx(value, rel=0.006)
