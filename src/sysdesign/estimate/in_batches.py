"""Calls that carry the items of a step, of which a batch goes in one call."""

from typing import TYPE_CHECKING, Any

from sysdesign.design import Given
from sysdesign.estimate.ledger import Ledger
from sysdesign.figures import Term, Text, constant
from sysdesign.formulas.filled import batches
from sysdesign.quantity import Quantity, Uncertain, pointwise

if TYPE_CHECKING:
    from sysdesign.formulas.laws import Shape


def calls(ledger: Ledger, times: Given | None, batch: Given | None) -> Term | None:
    """Calls of a step, each time that it is done; None where they are not known."""
    items = ledger.amount(times) if times else constant(1.0, "1")
    if batch is None or items is None:
        return items
    size = ledger.amount(batch)
    if size is None:
        return None
    value = filled(items.value, size.value, shape_of(items))

    def text() -> tuple[str, str]:
        return f"ceil({items.formula} / {size.formula})", f"ceil({items.shown} / {size.shown})"

    dimension = items.quantity.dimension / size.quantity.dimension
    inputs = tuple(dict.fromkeys((*items.inputs, *size.inputs)))
    return Term(Quantity(value, dimension), Text(text), inputs)


def filled(items: Uncertain, batch: Uncertain, varies: "Shape | None") -> Uncertain:
    """Batches that items fill; see `formulas.filled`."""

    def of(row: Any) -> Any:  # two numbers, or two arrays of draws
        return batches(row[0], row[1], varies)

    return pointwise(of, items, batch, of_draws=of)


def shape_of(items: Term) -> "Shape | None":
    """The law of a number that differs from call to call."""
    shape = items.quantity.shape
    if shape is None:
        return None
    from sysdesign.formulas.fitting import known_law  # laws are tables, which few designs need

    return known_law(shape.distribution, shape.scv, shape.p99_over_mean)
