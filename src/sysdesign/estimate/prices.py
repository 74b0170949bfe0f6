"""What so much of something costs: one price, or a list of tiers; by the hour or the month."""

from itertools import pairwise
from typing import TYPE_CHECKING

from sysdesign import rates
from sysdesign.design import Component, Given
from sysdesign.design.component import Tier
from sysdesign.estimate.ledger import Ledger
from sysdesign.figures import Term, constant, plus, product, written
from sysdesign.figures.term import named
from sysdesign.quantity import Quantity, pointwise
from sysdesign.quantity.draws import numpy_module

if TYPE_CHECKING:
    from sysdesign.quantity.draws import Samples

Price = Given | tuple[Tier, ...]
BILLED_H = 730.0  # hours of a month that providers bill
CITED = {
    "cores": ("base.price.core", 1.0),
    "memory": ("base.price.memory", 1.0),
    "disk": ("base.price.block_gp3", 1.0),
}
"""What an instance of our own is made of, and the cited rate of each."""


def priced(ledger: Ledger, price: Price, quantity: Term) -> Term | None:
    """Money a second for a quantity: bytes kept, or bytes or calls a second.

    Tiers are of a month: of what is kept, or of what passes in one.
    """
    if isinstance(price, Given):
        one = ledger.amount(price)
        return product(quantity, _as_billed(ledger, price, one)) if one else None
    bounds: list[float] = []
    each: list[Term] = []
    for tier in price:
        cost = ledger.amount(tier.each)
        end = ledger.amount(tier.up_to) if tier.up_to else None
        if cost is None or (tier.up_to is not None and end is None):
            return None
        each.append(cost)
        bounds.append(_end(ledger, quantity, end))
    return _tiered(quantity, bounds, each)


def _end(ledger: Ledger, quantity: Term, end: Term | None) -> float:
    """Upper end of a tier in the base unit of the quantity."""
    if end is None:
        return float("inf")
    per_time = dict(quantity.quantity.dimension.exponents).get("time", 0)
    stated = dict(end.quantity.dimension.exponents).get("time", 0)
    month = ledger.units.month_s
    # A tier of what passes may leave out the month that it is of, and that of what is kept name it.
    return end.value.median * month ** (per_time - stated)


def _tiered(quantity: Term, ends: list[float], each: list[Term]) -> Term:
    """Each part of a quantity at the price of its tier."""
    starts = [0.0, *ends]
    prices = [term.value.median for term in each]

    def cost(values: list[float]) -> float:
        asked = values[0]
        parts = ((min(asked, end) - start, price)
                 for (start, end), price in zip(pairwise(starts), prices, strict=True))  # fmt: skip
        return sum(max(part, 0.0) * price for part, price in parts)

    def costs(values: "list[Samples]") -> "Samples":
        np = numpy_module()
        parts = ((np.minimum(values[0], end) - start, price)
                 for (start, end), price in zip(pairwise(starts), prices, strict=True))  # fmt: skip
        return sum(np.maximum(part, 0.0) * price for part, price in parts)  # type: ignore[no-any-return]

    value = pointwise(cost, quantity.value, of_draws=costs)
    dimension = quantity.quantity.dimension * each[0].quantity.dimension
    formula, shown = quantity.at(1)
    tiers = f"{each[0].shown} down to {each[-1].shown} in {len(each)} tiers"
    return written(
        Quantity(value, dimension), f"{formula} × price", f"{shown} × {tiers}", quantity.inputs,
        level=1,
    )  # fmt: skip


def _as_billed(ledger: Ledger, price: Given, each: Term) -> Term:
    """A price by the hour is that of 730 hours a month, however long our month is."""
    if not price.text.replace(" ", "").endswith("/h"):
        return each
    factor = BILLED_H * 3600.0 / ledger.units.month_s
    text = f"{each.shown} × 730 h a month"
    money = each.quantity
    return written(
        Quantity(money.value * factor, money.dimension), text, text, each.inputs, level=1
    )


def own_instance(ledger: Ledger, name: str, part: Component) -> tuple[Term, tuple[str, ...]] | None:
    """An instance for which no price is stated: cores, memory and disk at cited rates, said."""
    if ledger.units.currency != "USD":
        return None
    terms: list[Term] = []
    said: list[str] = []
    for key, (rate_id, otherwise) in CITED.items():
        given = getattr(part, key)
        amount = ledger.amount(given) if given else None
        if amount is None and key != "cores":
            continue
        rate = rates.get(rate_id)
        if rate is None:
            return None
        amount = amount or constant(otherwise, f"{otherwise:g}")
        each = constant(
            rate.value * ledger.units.parse(rate.unit).factor, f"{rate.value:g} {rate.unit}",
            ledger.units.parse(rate.unit),
        )  # fmt: skip
        terms.append(product(named(amount, f"{name}.{key}"), each))
        said.append(f"{key} {rate.value:g} {rate.unit} ({rate_id}, {rate.year})")
    money = ledger.units.parse(f"{ledger.units.currency}/month")
    whole = plus(*(term.within(money) for term in terms))
    return whole, (f"{name}.price.instance = {', '.join(said)}: not stated",)
