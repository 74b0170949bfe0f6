"""Numbers that remember how they were made: the algebra behind every derivation."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sysdesign.figures.text import Text
from sysdesign.quantity import DIMENSIONLESS, Quantity, Uncertain, Unit, add, divide, multiply, show
from sysdesign.quantity import total as total_of
from sysdesign.records import dataclass

if TYPE_CHECKING:
    from sysdesign.figures.figure import Figure

ATOM, PRODUCT, SUM = 2, 1, 0
_SHOWN_TERMS = 6


@dataclass(frozen=True, slots=True)
class Term:
    """A quantity with its formula in names, the same with values put in, and its inputs.

    `inputs` are the names of figures it is made of; `level` tells how it binds, for brackets.
    """

    quantity: Quantity
    text: Text
    inputs: tuple[str, ...] = ()
    level: int = ATOM

    @property
    def formula(self) -> str:
        """The formula in names."""
        return self.text.formula

    @property
    def shown(self) -> str:
        """The formula with values put in."""
        return self.text.shown

    @property
    def value(self) -> Uncertain:
        """The value in base units."""
        return self.quantity.value

    def at(self, level: int) -> tuple[str, str]:
        """Formula and substituted text, bracketed where they bind less than `level`."""
        formula, shown = self.text.both
        if self.level >= level:
            return formula, shown
        return _bracketed(formula), _bracketed(shown)

    def within(self, unit: Unit | None) -> "Term":
        """The same, to be shown in a unit, with the dimension of that unit."""
        dimension = unit.dimension if unit else self.quantity.dimension
        quantity = Quantity(self.quantity.value, dimension, unit, self.quantity.shape)
        return Term(quantity, self.text, self.inputs, self.level)


def written(
    quantity: Quantity,
    formula: str,
    shown: str,
    inputs: tuple[str, ...] = (),
    level: int = ATOM,
) -> Term:
    """A term whose text is at hand."""
    return Term(quantity, Text((formula, shown)), inputs, level)


def _bracketed(text: str) -> str:
    """A text in brackets, unless it is one number or name."""
    signs = (" + ", " - ", " − ", " × ", " / ", " .. ")
    return f"({text})" if text.startswith("-") or any(s in text for s in signs) else text


def constant(value: float, text: str, unit: Unit | None = None) -> Term:
    """A number without a name."""
    from sysdesign.quantity import exact

    dimension = unit.dimension if unit else DIMENSIONLESS
    return written(Quantity(exact(value), dimension, unit), text, text)


def of(figure: "Figure") -> Term:
    """A figure as it stands in the formula of another."""
    return Term(figure.quantity, Text(lambda: (figure.name, figure.shown)), (figure.name,))


def named(term: Term, name: str) -> Term:
    """A term under a name of its own; a sum or a product shows as its value."""

    def text() -> tuple[str, str]:
        return name, term.shown if term.level == ATOM else show(term.quantity)

    return Term(term.quantity, Text(text), term.inputs)


def _inputs(terms: Sequence[Term]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for t in terms for name in t.inputs))


def product(*terms: Term) -> Term:
    """Terms multiplied; factors that are plainly 1 are left out."""
    kept = [t for t in terms if t.inputs or t.formula != "1"] or list(terms[:1])
    if len(kept) == 1:
        return kept[0]
    value, dimension = kept[0].value, kept[0].quantity.dimension
    for term in kept[1:]:
        value = multiply(value, term.value)
        dimension = dimension * term.quantity.dimension

    def text() -> tuple[str, str]:
        both = [t.at(ATOM if i and t.level < PRODUCT else PRODUCT) for i, t in enumerate(kept)]
        return " × ".join(f for f, _ in both), " × ".join(s for _, s in both)

    return Term(Quantity(value, dimension), Text(text), _inputs(kept), PRODUCT)


def quotient(above: Term, below: Term) -> Term:
    """One term divided by another."""
    quantity = Quantity(
        divide(above.value, below.value), above.quantity.dimension / below.quantity.dimension
    )

    def text() -> tuple[str, str]:
        (f1, s1), (f2, s2) = above.at(PRODUCT), below.at(ATOM)
        return f"{f1} / {f2}", f"{s1} / {s2}"

    return Term(quantity, Text(text), _inputs([above, below]), PRODUCT)


def plus(*terms: Term) -> Term:
    """Terms of one dimension added."""
    if len(terms) == 1:
        return terms[0]
    value = terms[0].value
    for term in terms[1:]:
        value = add(value, term.value)
    return _sum(terms, value)


def total(terms: Sequence[Term]) -> Term:
    """Many terms of one dimension added; the formula names the largest."""
    if len(terms) == 1:
        return terms[0]
    return _sum(terms, total_of([t.value for t in terms]))


def _sum(terms: Sequence[Term], value: Uncertain) -> Term:
    def text() -> tuple[str, str]:
        shown = sorted(terms, key=lambda t: -abs(t.value.median))[:_SHOWN_TERMS]
        shown = [t for t in terms if t in shown]
        more = len(terms) - len(shown)
        tail = f" + {more} more" if more else ""
        both = [t.text.both for t in shown]
        return " + ".join(f for f, _ in both) + tail, " + ".join(s for _, s in both) + tail

    return Term(Quantity(value, terms[0].quantity.dimension), Text(text), _inputs(terms), SUM)


def minus(a: Term, b: Term) -> Term:
    """One term less another."""
    quantity = Quantity(a.value - b.value, a.quantity.dimension)

    def text() -> tuple[str, str]:
        f2, s2 = b.at(PRODUCT)
        return f"{a.formula} − {f2}", f"{a.shown} − {s2}"

    return Term(quantity, Text(text), _inputs([a, b]), SUM)


def shown(quantity: Quantity, unit: Unit | None = None) -> str:
    """Text of a quantity for people."""
    return show(quantity, unit=unit)
