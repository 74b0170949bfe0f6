"""Working out expressions: worked examples, pint and Python as oracles, ranges, spreads."""

from __future__ import annotations

import math
import operator
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysdesign.quantity import (
    Quantity,
    QuantityError,
    Shape,
    Units,
    between,
    evaluate,
    exact,
    parse,
    show,
)

from .test_units import DEFINITIONS

UNITS = Units(counts=("tweet", "photo", "payment", "entry", "video", "beat"))


def literal(text: str, name: str = "literal") -> Quantity:
    return evaluate(parse(text, UNITS), {}.get, UNITS, name)  # type: ignore[arg-type]


GIVEN = {
    name: literal(text, name)
    for name, text in {
        "daily_users": "180M .. 260M user",
        "all_users": "700M user",
        "posts": "0.3 .. 0.6 req/user/day",
        "opens": "4 .. 8 req/user/day",
        "photos_seen": "3 .. 6 req/req",
        "photo_share": "10% .. 20%",
        "hot_share": "0.05% .. 0.2%",
        "followers": "150 .. 220",
        "post_tweet.peak_rate": "3000 req/s",
        "photo.stored": "80 PB",
        "online": "15% .. 25%",
        "open_now": "4M user",
        "beat_every": "30 s",
        "sent": "20 .. 40 req/user/day",
        "volume": "8M .. 12M payment/day",
        "entries": "4 entry/payment",
        "refunds": "1% .. 3%",
        "created": "80M .. 120M req/month",
        "reads": "100",
        "viewers": "3M .. 6M user",
        "watched": "20 .. 40 min/user/day",
        "uploads": "80k .. 120k video/day",
        "raw": "10 MB/min",
        "stored_a_min": "50 MB/min",
        "chunk": "10 s",
        "bitrate": "3 .. 5 Mbit/s",
    }.items()
}
GIVEN["members"] = Quantity(exact(4), shape=Shape(p99_over_mean=30))
GIVEN["length"] = Quantity(exact(360), UNITS.parse("min").dimension, shape=Shape(10))


def work_out(text: str, name: str = "here") -> Quantity:
    return evaluate(parse(text, UNITS), GIVEN.__getitem__, UNITS, name)


@pytest.mark.parametrize(
    ("text", "dimension", "median"),
    [
        ("daily_users * posts", "req/time", math.sqrt(180e6 * 260e6 * 0.3 * 0.6) / 86400),
        ("daily_users * opens * photos_seen", "req/time", None),
        ("daily_users * posts * photo_share", "req/time", None),
        ("1 - hot_share", "a plain number", 1 - math.sqrt(0.0005 * 0.002)),
        ("all_users * followers", "user", 7e8 * math.sqrt(150 * 220)),
        ("all_users * 800 * 8 B/user -> TB", "information", 4.48e12),
        ("post_tweet.peak_rate * followers as item/s", "item/time", 3000 * math.sqrt(33000)),
        ("photo.stored -> PB", "information", 80e15),
        ("daily_users * online", "user", None),
        ("open_now / beat_every", "user/time", 4e6 / 30),
        ("open_now / 5 s", "user/time", 8e5),
        ("daily_users * 5 req/user/day", "req/time", math.sqrt(180e6 * 260e6) * 5 / 86400),
        ("members * (1 - online)", "a plain number", 4 * (1 - math.sqrt(0.15 * 0.25))),
        ("ceil(open_now * 2.5 / 50k) as server", "server", 200),
        ("volume * refunds", "payment/time", None),
        ("volume * 0.5", "payment/time", math.sqrt(96e12) / 2 / 86400),
        ("volume * entries * 1 day", "entry", 4 * math.sqrt(96e12)),
        ("created * reads", "req/time", math.sqrt(96e14) * 100 / (30 * 86400)),
        ("uploads * length * raw / 8 MB", "video/time", None),
        ("viewers * watched / 6 min", "1/time", None),
        ("viewers * watched / chunk", "1/time", None),
        ("viewers * watched * bitrate -> PB/month", "information/time", None),
        ("uploads * length * 1.5 as server", "server", None),
        ("bitrate * chunk", "information", math.sqrt(15) * 1.25e6),
        ("length * raw * 1.1", "information", 66e6),
        ("length * stored_a_min", "information", 300e6),
        ("0.40 USD / 1M msg", "money/msg", 4e-7),
        ("0.08 USD/GB/month", "money/information/time", 0.08 / 1e9 / (30 * 86400)),
        ("0.0005 USD/req", "money/req", 0.0005),
        ("30 kB/conn", "information/conn", 3e4),
        ("1000M msg", "msg", 1e9),
        ("20 req/h/user", "req/user/time", 20 / 3600),
    ],
)
def test_the_formulas_of_whole_designs(text: str, dimension: str, median: float | None) -> None:
    result = work_out(text)
    assert result.dimension.describe() == dimension
    if median is not None:
        assert result.value.median == pytest.approx(median, rel=1e-3)


def test_rounding_up_is_done_in_the_target_unit() -> None:
    assert show(work_out("ceil(10 TB / (64 GB/server)) -> server")) == "157 server"
    assert work_out("ceil(2.2 GB) -> GB").value.median == 3e9
    assert work_out("ceil(1500 MB) + 1 GB -> GB").value.median == 3e9
    assert work_out("floor(90 s) -> min").value.median == 60
    assert work_out("ceil(1.2 user) as server").value.median == 2
    assert work_out("ceil(1.5 s) * 1 MB/s -> MB").value.median == 2e6


def test_each_range_of_an_expression_has_its_own_draws() -> None:
    two = work_out("(1 .. 2) * (1 .. 2)", "a")
    assert two.value.inputs == {"a", "a#2"}
    assert work_out("1 .. 2", "a").value == between(1, 2, "a")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("4 .. 8 req/user/day", 4 / 86400, 8 / 86400),
        ("150 .. 300 kB", 150e3, 300e3),
        ("900 kB .. 2 MB", 900e3, 2e6),
        ("3M .. 6M user", 3e6, 6e6),
        ("5 .. 15%", 0.05, 0.15),
        ("5% .. 15%", 0.05, 0.15),
        ("110% .. 150%", 1.1, 1.5),
        ("~1.2 kB", 600, 2400),
        ("200 kB +- 30%", 140e3, 260e3),
        ("200 kB ± 30 kB", 170e3, 230e3),
        ("200 ± 30", 170, 230),
        ("200 kB +- 30", 170e3, 230e3),
        ("30% +- 5%", 0.25, 0.35),
        ("3 * (1 .. 2 kB)", 3e3, 6e3),
        ("max(~4, 1e-9)", 2, 8),
        ("5 kB .. 5 kB", 5e3, 5e3),
    ],
)
def test_a_range_runs_from_the_5th_to_the_95th_percentile(
    text: str, low: float, high: float
) -> None:
    result = literal(text)
    assert (result.value.low, result.value.high) == pytest.approx((low, high), rel=1e-3)


def test_a_rate_in_percent_stays_below_a_hundred() -> None:
    assert literal("60% .. 99%").value.samples().max() == 1
    assert literal("~45%").value.samples().max() <= 1


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("members", True),
        ("(members) -> ", False),
        ("members * 2", True),
        ("2 * members", True),
        ("members * online", True),
        ("members / 2", True),
        ("members * (1 - online)", True),
        ("members + 1", False),
        ("1 / members", False),
        ("members * members", False),
        ("members * length", False),
        ("max(members, 2)", False),
        ("-members", False),
        ("members ** 1", False),
    ],
)
def test_a_spread_is_kept_by_products_only(text: str, kept: bool) -> None:
    text = text.removesuffix(" -> ") + (" + 0" if text.endswith("-> ") else "")
    assert work_out(text).shape == (Shape(p99_over_mean=30) if kept else None)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("40 kB", "kB"),
        ("3 h + 20 min", "h"),
        ("2 * 40 kB", "kB"),
        ("40 kB / 4", "kB"),
        ("max(3 h, 20 min)", "h"),
        ("40 kB * 3 req/s", None),
        ("all_users", "user"),
        ("all_users * 10%", "user"),
        ("40 kB -> B", "B"),
        ("3 * 4", None),
    ],
)
def test_the_unit_to_show_is_the_one_written(text: str, unit: str | None) -> None:
    shown = work_out(text).unit
    assert (shown.text if shown else None) == unit


def test_renaming_changes_counting_units_only() -> None:
    assert work_out("daily_users * online as conn").dimension.describe() == "conn"
    with pytest.raises(QuantityError, match="not information"):
        work_out("daily_users as GB")
    with pytest.raises(QuantityError, match="not 1/time"):
        work_out("daily_users as conn/s")
    with pytest.raises(QuantityError, match="as conn"):
        work_out("daily_users -> conn")


def test_an_unknown_name_is_marked() -> None:
    with pytest.raises(QuantityError) as error:
        work_out("2 * posst")
    assert (error.value.start, error.value.end) == (4, 9)
    assert "posst" in error.value.message


# --- oracles ----------------------------------------------------------------------------------

NUMBERS = st.one_of(
    st.integers(1, 10**6).map(str), st.floats(0.01, 1e4).map(lambda x: f"{x:.6g}")
).filter(lambda text: "e" not in text)
ARITHMETIC = st.recursive(
    NUMBERS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(" ".join),
        inner.map(lambda x: f"({x})"),
        inner.map(lambda x: f"(-{x})"),
        inner.map(lambda x: f"({x})**2"),
        st.tuples(st.sampled_from(("min", "max")), inner, inner).map(
            lambda t: f"{t[0]}({t[1]}, {t[2]})"
        ),
    ),
    max_leaves=10,
)


@given(ARITHMETIC)
def test_arithmetic_is_that_of_python(text: str) -> None:
    try:
        expected = float(eval(text, {"__builtins__": {}}, {"min": min, "max": max}))
    except (ZeroDivisionError, OverflowError):
        with pytest.raises(QuantityError):
            literal(text)
        return
    assert literal(text).value.median == pytest.approx(expected, rel=1e-9)


TERMS = st.tuples(
    st.integers(1, 1000),
    st.sampled_from(
        [
            "kB",
            "GB/s",
            "req/s",
            "user",
            "req/user/day",
            "USD/GB/month",
            "Mbit/s",
            "day",
            "min",
            "km",
            "server",
            "1/s",
            "B/req",
            "GiB",
        ]
    ),
    st.sampled_from((-2, -1, 1, 1, 1, 2)),
)


@pytest.fixture(scope="module")
def pint_units() -> Any:
    import pint

    return pint.UnitRegistry(DEFINITIONS.strip().splitlines())


@given(st.lists(TERMS, min_size=1, max_size=5))
def test_dimensions_are_those_of_pint(pint_units: Any, terms: list[tuple[int, str, int]]) -> None:
    def written(number: int, unit: str) -> str:
        return f"{number}{unit[1:]}" if unit.startswith("1/") else f"{number} {unit}"

    text = " * ".join(f"({written(number, unit)})**{power}" for number, unit, power in terms)
    theirs = reduce(
        operator.mul,
        ((n * pint_units.parse_expression(u) * pint_units("")) ** p for n, u, p in terms),
    ).to_base_units()
    ours = literal(f"max({text}, {text}) + {text}")
    assert ours.value.median == pytest.approx(2 * theirs.magnitude, rel=1e-9)
    assert dict(ours.dimension.exponents) == {
        base.strip("[]"): round(power) for base, power in theirs.dimensionality.items()
    }


@given(st.lists(TERMS, min_size=2, max_size=4))
def test_different_dimensions_never_add(terms: list[tuple[int, str, int]]) -> None:
    parts = [literal(f"({n} {u})**{p}" if u != "1/s" else f"({n}/s)**{p}") for n, u, p in terms]
    names = [f"n{i}" for i in range(len(parts))]
    known = dict(zip(names, parts, strict=True))
    expression = parse(" + ".join(names), UNITS)
    if len({part.dimension for part in parts}) == 1:
        evaluate(expression, known.__getitem__, UNITS, "t")
    else:
        with pytest.raises(QuantityError, match="cannot add"):
            evaluate(expression, known.__getitem__, UNITS, "t")
