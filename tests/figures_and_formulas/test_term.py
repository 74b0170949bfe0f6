"""The text of a derivation says what was calculated: brackets where they are needed, none else."""

import math
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysdesign.figures import Term, constant, plus, product, quotient, total, written
from sysdesign.figures.term import minus, named
from sysdesign.quantity import Quantity, between, exact


def term(name: str, value: float) -> Term:
    return written(Quantity(exact(value)), name, f"{value:g}", (name,))


A, B, C = term("a", 6), term("b", 3), term("c", 2)
ONE = constant(1.0, "1")


@pytest.mark.parametrize(
    ("made", "formula", "shown", "value"),
    [
        (product(A, B, C), "a × b × c", "6 × 3 × 2", 36),
        (product(A, plus(B, C)), "a × (b + c)", "6 × (3 + 2)", 30),
        (product(plus(A, B), C), "(a + b) × c", "(6 + 3) × 2", 18),
        (product(A, ONE), "a", "6", 6),
        (product(ONE, ONE), "1", "1", 1),
        (quotient(A, B), "a / b", "6 / 3", 2),
        (quotient(A, product(B, C)), "a / (b × c)", "6 / (3 × 2)", 1),
        (quotient(product(A, B), C), "a × b / c", "6 × 3 / 2", 9),
        (quotient(plus(A, B), C), "(a + b) / c", "(6 + 3) / 2", 4.5),
        (quotient(A, quotient(B, C)), "a / (b / c)", "6 / (3 / 2)", 4),
        (product(A, quotient(B, C)), "a × b / c", "6 × 3 / 2", 9),
        (minus(A, B), "a − b", "6 − 3", 3),
        (minus(A, plus(B, C)), "a − (b + c)", "6 − (3 + 2)", 1),
        (minus(plus(A, B), C), "a + b − c", "6 + 3 − 2", 7),
        (minus(A, product(B, C)), "a − b × c", "6 − 3 × 2", 0),
        (plus(A), "a", "6", 6),
        (product(named(plus(A, B), "d"), C), "d × c", "9 × 2", 18),
        (named(A, "d"), "d", "6", 6),
    ],
)
def test_formula_and_value(made: Term, formula: str, shown: str, value: float) -> None:
    assert (made.formula, made.shown) == (formula, shown)
    assert made.value.median == pytest.approx(value)


def test_a_long_sum_names_its_largest_terms_in_their_order() -> None:
    terms = [term(f"t{i}", value) for i, value in enumerate((3, 90, 1, 80, 70, 2, 60, 50, 40))]
    made = total(terms)
    assert made.formula == "t1 + t3 + t4 + t6 + t7 + t8 + 3 more"
    assert made.value.median == pytest.approx(396)
    assert made.inputs == tuple(f"t{i}" for i in range(9))


def test_inputs_are_named_once_in_the_order_of_the_formula() -> None:
    assert product(A, plus(B, A), C).inputs == ("a", "b", "c")


def test_a_range_in_a_product_is_bracketed_and_shown_as_its_median() -> None:
    some = written(Quantity(between(2, 8, "x")), "2 .. 8", "4", level=0)
    made = product(A, some)
    assert (made.formula, made.shown) == ("a × (2 .. 8)", "6 × 4")


@dataclass(frozen=True)
class Made:
    term: Term
    value: float


def _joined(two: tuple[str, Made, Made]) -> Made:
    sign, x, y = two
    match sign:
        case "+":
            return Made(plus(x.term, y.term), x.value + y.value)
        case "-":
            return Made(minus(x.term, y.term), x.value - y.value)
        case "*":
            return Made(product(x.term, y.term), x.value * y.value)
    return Made(quotient(x.term, y.term), x.value / y.value) if y.value else x


LEAVES = st.sampled_from((A, B, C)).map(lambda t: Made(t, t.value.median))
TREES = st.recursive(LEAVES, lambda inner: st.tuples(st.sampled_from("+-*/"), inner, inner).map(_joined), max_leaves=8)  # fmt: skip


@given(TREES)
def test_the_text_evaluates_to_the_value(made: Made) -> None:
    names = {"a": 6.0, "b": 3.0, "c": 2.0}
    for text in (made.term.formula, made.term.shown):
        if "more" in text:
            continue
        found = eval(text.replace("×", "*").replace("−", "-"), {"__builtins__": {}}, names)
        assert math.isclose(found, made.value, rel_tol=1e-9, abs_tol=1e-9)
    assert math.isclose(made.term.value.median, made.value, rel_tol=1e-9, abs_tol=1e-9)
