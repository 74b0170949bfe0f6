"""Counts that cannot go together: more copies asked than there are, a least above a most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sysdesign.design.component import Component, Copies, Scale

if TYPE_CHECKING:
    from sysdesign.design.value import Given
    from sysdesign.estimate.ledger import Ledger


def hold_counts(ledger: Ledger) -> None:
    """Say where counts of a component contradict each other; ranges are held by their medians."""
    for name, part in ledger.design.components.items():
        if part.scale is not None:
            _scale(ledger, part.scale)
        if part.copies is not None:
            _copies(ledger, name, part, part.copies)


def _scale(ledger: Ledger, scale: Scale) -> None:
    least, most = _number(ledger, scale.min), _number(ledger, scale.max)
    if least is not None and most is not None and least > most:
        assert scale.min is not None
        ledger.problem("bounds", f"at least {least:g} and at most {most:g} instances cannot be",
                       scale.min.span, hint="write min below max")  # fmt: skip


def _copies(ledger: Ledger, name: str, part: Component, copies: Copies) -> None:
    count = _number(ledger, copies.count)
    if copies.count is None or count is None or copies.count.by_place:
        return
    asked = ((copies.write, "a write waits for", count), (copies.read, "a read asks", count),
             (copies.wait, "a write waits for", count - 1))  # fmt: skip
    for given, does, most in asked:
        number = _number(ledger, given)
        if given is None or number is None or number <= most:
            continue
        of = "followers" if given is copies.wait else "copies"
        said = f"{does} {number:g} {of}, and {name} has {most:g}"
        ledger.problem("bounds", said, given.span, hint=f"write at most {most:g}, or more copies")


def _number(ledger: Ledger, given: Given | None) -> float | None:
    """Median of an amount; None where it is not stated, or not known."""
    term = ledger.amount(given) if given is not None else None
    return term.value.median if term is not None else None
