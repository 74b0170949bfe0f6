"""Amounts of a study as a lowering asks for them: at their medians, or over draws."""

from sysdesign.design import Given
from sysdesign.estimate import Estimate
from sysdesign.network import Number, Spread
from sysdesign.quantity import Quantity, Uncertain
from sysdesign.quantity.draws import SAMPLES
from sysdesign.records import dataclass


@dataclass(frozen=True, slots=True)
class Medians:
    """Every amount as its median: one float, in base units."""

    estimate: Estimate

    def value(self, given: Given | None) -> Number | None:
        """Value of an amount; None where the file does not say enough."""
        quantity = self._quantity(given)
        return None if quantity is None else self.number(quantity.value)

    def spread(self, given: Given | None) -> Spread | None:
        """Mean of an amount, with the shape that the file gives it."""
        quantity = self._quantity(given)
        if quantity is None:
            return None
        mean, shape = self.number(quantity.value), quantity.shape
        if shape is None:
            return Spread(mean)
        return Spread(mean, shape.p99_over_mean, shape.scv, shape.distribution or "")

    def figure(self, name: str) -> Number | None:
        """A figure by name, in base units."""
        figure = self.estimate.figure(name)
        return None if figure is None else self.number(figure.quantity.value)

    def number(self, value: Uncertain) -> Number:
        """One number for what is not known."""
        return value.median

    def _quantity(self, given: Given | None) -> Quantity | None:
        term = self.estimate.ledger.amount(given)
        return term.quantity if term else None


@dataclass(frozen=True, slots=True)
class Draws(Medians):
    """What is not known as an array of `count` draws, exact amounts as floats.

    Draws of one input go together, so that a network of draws is one design in each of them.
    """

    count: int = SAMPLES

    def __post_init__(self) -> None:
        if not 1 <= self.count <= SAMPLES:
            raise ValueError(f"from 1 to {SAMPLES} draws")

    def number(self, value: Uncertain) -> Number:
        """The first draws of what is not known."""
        return value.median if value.is_exact else value.samples()[: self.count]
