"""Reading: what each text means, what is refused with which hint, and that nothing else escapes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sysdesign.quantity import Quantity, QuantityError, Units, evaluate, parse, render
from tests.quick import examples

UNITS = Units(counts=("tweet", "photo", "payment", "entry", "video", "beat"))


def unknown(_: str) -> Quantity:
    raise KeyError


def value(text: str) -> float:
    """The value of a literal in its own unit."""
    quantity = evaluate(parse(text, UNITS), unknown, UNITS, "t")
    return quantity.value.median / (quantity.unit.factor if quantity.unit else 1)


def base_value(text: str) -> float:
    return evaluate(parse(text, UNITS), unknown, UNITS, "t").value.median


def refused(text: str) -> QuantityError:
    with pytest.raises(QuantityError) as error:
        evaluate(parse(text, UNITS), unknown, UNITS, "t")
    assert 0 <= error.value.start <= error.value.end <= max(len(text), 1)
    assert error.value.message
    return error.value


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("10", 10),
        (".5", 0.5),
        ("0.5", 0.5),
        ("1e6", 1e6),
        ("2.5E-3", 2.5e-3),
        ("1_000_000", 1e6),
        ("1,000,000", 1e6),
        ("12,345.5", 12345.5),
        ("50k", 5e4),
        ("2.5M", 2.5e6),
        ("5M user", 5e6),
        ("400k USD/month", 4e5),
        ("3 thousand", 3e3),
        ("3 million req", 3e6),
        ("3.4 billion req", 3.4e9),
        ("2 trillion B", 2e12),
        ("99.9%", 99.9),
        ("10x", 10),
        ("10 %", 10),
        ("40kB", 40),
        ("100:1", 100),
        ("1:4", 0.25),
        ("8 B", 8),
        ("300/s", 300),
        ("8 B/user", 8),
        ("3 km**2", 3),
        ("-5", -5),
    ],
)
def test_a_literal_is_the_number_written(text: str, number: float) -> None:
    assert value(text) == pytest.approx(number, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1 KB", 1e3),
        ("1 GB", 1e9),
        ("1 GiB", 2**30),
        ("1 Mbps", 125_000),
        ("1 month", 30 * 86400),
        ("1 billing_month", 730 * 3600),
        ("1M req/day", 1e6 / 86400),
        ("0.4 USD / 1M req", 4e-7),
        ("0.4 USD/1M req", 4e-7),
        ("5%", 0.05),
        ("100 / 5 s", 20),
        ("1/s", 1),
        ("2 GB*h", 7.2e12),
        ("3 s * (2 s)", 6),
        ("3 s * min(2, 4)", 6),
        ("24 h / 1 day", 1),
        ("2**3**2", 512),
        ("-2**2", -4),
        ("(-2)**2", 4),
        ("2**-1", 0.5),
        ("8 - 4 - 2", 2),
        ("64 / 4 / 2", 8),
        ("2 + 3 * 4", 14),
        ("(2 + 3) × 4 · 5 − 1", 99),
        ("10 - -3", 13),
        ("3 km**2", 3e6),
        ("(3 km)**2", 9e6),
        ("sqrt(9 km2)", 3e3),
        ("ceil(2.1) + floor(2.9) + round(2.5)", 8),
        ("max(1, 5, 3) - min(4, 2) + sum(1, 2, 3)", 9),
        ("6 / min(3, 2)", 3),
        ("ceil(0.1 * 3 / 0.1)", 3),
        ("floor((0.1 + 0.7) * 10)", 8),
    ],
)
def test_an_expression_is_worth_its_value_in_base_units(text: str, number: float) -> None:
    assert base_value(text) == pytest.approx(number, rel=1e-14)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("1 M", "attach the M to the number: 5M user"),
        ("1 k", "attach the k to the number"),
        ("5K", "5k"),
        ("5G", "billion"),
        ("5T", "trillion"),
        ("1 b", "bit or B"),
        ("1 Gb", "Gbit or GB"),
        ("5 m", "min, ms, month or metre"),
        ("8B", "write 8 B for bytes, or 8 billion"),
        ("8B/user", "write 8 B for bytes, or 8 billion"),
        ("$3", "3 USD"),
        ("€3", "3 USD"),
        ("3 EUR", "counts in USD"),
        ("1,00", "three digits"),
        ("1,0000", "three digits"),
        ("12,34,567", "three digits"),
        ("010", "write 10"),
        ("00", "write 0"),
        ("5.", "write 5"),
        ("1__0", "10"),
        ("max(1,200)", "write 1200 or 1, 200"),
        ("٣ user", "0..9"),
        ("km²", "km^2"),
        ("day", "write 1 day"),
        ("daily_users / day", "write 1 day"),
        ("3 * day", "write 1 day"),
        ("3 users", "user"),
        ("3 requests/s", "req"),
        ("10 x", "10x"),
        ("2 .. 4 kB * 3", "parentheses"),
        ("~2 kB * 3", "parentheses"),
        ("3 * 2 .. 4", "parentheses"),
        ("a .. b", "between two numbers"),
        ("4 .. 2 kB", "smaller"),
        ("2 kB .. 4", "unit at the end"),
        ("0 .. 5", None),
        ("200 kB +- 100%", "range"),
        ("200 kB +- 3 s", "percent"),
        ("min", "1 min"),
        ("max", "max(…)"),
        ("med(1)", "functions are"),
        ("nan", "finite"),
        ("inf", "finite"),
        ("Daily", None),
        ("1 GB + 5", None),
        ("3 req + 5", "write 5 req"),
        ("5 + 3 req", "write 5 req"),
        ("1 GB/s -> GB", "lacks a time, for example × 1 day"),
        ("1 GB -> GB/s", "divided by a time, for example / 1 day"),
        ("1 user -> server", "as server"),
        ("2^3", "**"),
        ("a.b-c", "spaces around a minus"),
        ("users", "user"),
    ],
)
def test_a_slip_is_refused_with_what_to_write(text: str, hint: str | None) -> None:
    error = refused(text)
    assert hint is None or hint in str(error.hint)


NONSENSE = (
    "| |1e999|1.8e308 * 10|+|1 +|* 2|(1|1)|()|1 2|a b|ceil()|ceil(1, 2)|sqrt()|max()|f(1)|1 ->|-> GB|as|a as"
    "|1 as|a ->|a -> GB -> TB|a.|.a|a..b|a.B|_a|1:0|1:2:3|a:b|1 GB:2|2**(1 .. 2)|2**(1 s)|(2 s)**0.5"
    "|(2 s)**10|sqrt(2 s)|1/0|1/(2-2)|1 s/(1 s - 1 s)|2**2**2**99|(-8)**0.5|0**-1|10**400|1e308*1e308"
    "|1e308 EB|1 GB - 3 s|1 req + 1 user|max(1 GB, 1 s)|sum(1 GB, 1)|1 .. 2 .. 3|1 +- 2 .. 3|~|~a"
    "|5 B/user/user^x|1 GB/(3 .. 4)s|;|import os|__import__('os')|a[0]|lambda: 0|'a'|\\|\n|\x00|1 \u2028 2"
    "|5%5|5 5%|5e|0x10|1 < 2|a == b|a % b|5 %%"
)


@pytest.mark.parametrize("text", NONSENSE.split("|"))
def test_nonsense_is_refused(text: str) -> None:
    refused(text)


def test_division_by_zero_is_marked_at_the_divisor() -> None:
    error = refused("100 GB / (3 s - 3 s) * 2")
    assert "division by zero" in error.message
    assert "100 GB / (3 s - 3 s) * 2"[error.start : error.end] == "3 s - 3 s"


def test_dimensions_that_differ_are_marked_from_operand_to_operand() -> None:
    error = refused("2 * (1 GB + 3 req/s)")
    assert error.message == "cannot add information and req/time"
    assert "2 * (1 GB + 3 req/s)"[error.start : error.end] == "1 GB + 3 req/s"


@pytest.mark.parametrize(
    "text", ["(" * 51 + "1" + ")" * 51, "-" * 51 + "1", "2**" * 51 + "1", "ceil(" * 60]
)
def test_deep_nesting_is_refused(text: str) -> None:
    assert "deep" in refused(text).message


def test_nesting_up_to_the_limit_is_read() -> None:
    assert base_value("(" * 50 + "1" + ")" * 50) == 1
    assert base_value("ceil(-(" * 16 + "1" + "))" * 16) == 1


def test_a_long_text_is_read_up_to_ten_thousand_characters() -> None:
    assert base_value("+".join(["1"] * 5000)) == 5000
    assert render(parse("a" + "*a" * 4999, UNITS), str).count("×") == 4999
    assert "10000" in refused("1" + " " * 10_000).message
    assert "too large" in refused("9" * 9_999).message
    refused("s^" + "9" * 9_000)
    refused("-" * 9_999)
    refused("1 " + "/s" * 4_999 + "^9")
    refused("1 " + "q" * 9_990)


def test_kilobytes_with_a_capital_are_read_with_a_remark() -> None:
    assert parse("5 KB", UNITS).notes == ("KB: write kB (1000 B) or KiB (1024 B)",)
    assert parse("5 kB", UNITS).notes == ()


def test_names_come_with_their_places() -> None:
    text = "post_tweet.rate * followers + tweets.replicas.eu-a - x"
    names = parse(text, UNITS).names()
    assert [name for name, _, _ in names] == [
        "post_tweet.rate",
        "followers",
        "tweets.replicas.eu-a",
        "x",
    ]
    assert all(text[start:end] == name for name, start, end in names)
    assert parse("4 .. 8 req", UNITS).is_literal
    assert not parse("a", UNITS).is_literal


def test_a_counted_word_may_begin_a_dotted_name() -> None:
    assert parse("3 s / entry.rpo", UNITS).names()[0][0] == "entry.rpo"
    assert base_value("6 entry / 2 payment") == 3


def test_the_target_unit() -> None:
    arrow, renamed = parse("a * b -> req/s", UNITS), parse("a as item/s", UNITS)
    assert (arrow.target, arrow.renames) == (UNITS.parse("req/s"), False)
    assert (renamed.target, renamed.renames) == (UNITS.parse("item/s"), True)
    assert parse("a->TB", UNITS).target == UNITS.parse("TB")


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("a*b", "a × b"),
        ("((a))*(b*c)", "a × (b × c)"),
        ("(a*b)*c", "a × b × c"),
        ("a-(b+c)", "a - (b + c)"),
        ("(a-b)/(c/d)", "(a - b) / (c / d)"),
        ("(2 km)**2", "(2 km)**2"),
        ("(-a)**2", "(-a)**2"),
        ("-a**2", "-a**2"),
        ("max(a,(b+1))", "max(a, b + 1)"),
        ("a * (4..8 req/user/day)", "a × (4 .. 8 req/user/day)"),
        ("ceil(open_now * 2.5 / 50k) as server", "ceil(open_now × 2.5 / 50k)"),
        ("5M  user", "5M user"),
        ("3 billion req", "3 billion req"),
        ("~1.2kB", "~1.2 kB"),
        ("200 kB±30%", "200 kB +- 30%"),
        ("100:1", "100:1"),
        ("300/s", "300/s"),
    ],
)
def test_a_formula_is_written_with_the_fewest_parentheses(text: str, rendered: str) -> None:
    assert render(parse(text, UNITS), str) == rendered


def test_names_are_replaced_by_values() -> None:
    expression = parse("daily_users * (posts + 1)", UNITS)
    values = {"daily_users": "220M user", "posts": "0.4"}
    assert render(expression, values.__getitem__) == "220M user × (0.4 + 1)"


def without_places(node: Any) -> Any:
    """A tree as nested tuples, without offsets."""
    if hasattr(node, "start"):
        fields = [without_places(part) for part in node[2:]]
        return type(node).__name__, *fields
    return tuple(map(without_places, node)) if isinstance(node, tuple) else node


ATOMS = st.sampled_from(
    (
        "a",
        "b.rate",
        "2",
        "3.5",
        "50k",
        "7 kB",
        "9/s",
        "5%",
        "10x",
        "2 billion",
        "(2 .. 4 kB)",
        "(~3)",
    )
)
FORMULAS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(("+", "-", "*", "/", "**")), inner).map(" ".join),
        inner.map(lambda x: f"({x})"),
        inner.map(lambda x: f"-{x}"),
        st.tuples(st.sampled_from(("min", "max", "sum")), inner, inner).map(
            lambda t: f"{t[0]}({t[1]}, {t[2]})"
        ),
    ),
    max_leaves=12,
)


@given(FORMULAS)
@example("(-a + a) + a")
def test_a_formula_written_and_read_again_is_the_same(text: str) -> None:
    try:
        tree = parse(text, UNITS)
    except QuantityError:
        return  # such as 2 kB ** a, where the power would bind to the unit
    again = parse(render(tree, str), UNITS)
    assert without_places(again.tree) == without_places(tree.tree)


PIECES = (
    "a 1 2.5 5M 1e300 0 0.0 ( ) + - * / ** .. ~ +- -> as , : % x GB user s kB/s 1,000 ceil( max( sqrt( day b.c-d "
    "min 8B ^2 KB thousand $ é"
)
PIECE = st.sampled_from(PIECES.split())


@settings(max_examples=examples(400))
@given(
    st.one_of(
        st.text(max_size=40),
        st.lists(PIECE, max_size=14).map(" ".join),
        st.lists(PIECE).map("".join),
    )
)
def test_any_text_gives_a_quantity_or_a_quantity_error(text: str) -> None:
    known = {"a": evaluate(parse("2 .. 3 GB", UNITS), unknown, UNITS, "a")}
    place = (0, 0)
    try:
        evaluate(parse(text, UNITS), known.__getitem__, UNITS, "t")
    except QuantityError as error:
        place = error.start, error.end
    assert 0 <= place[0] <= place[1] <= max(len(text), 1)
