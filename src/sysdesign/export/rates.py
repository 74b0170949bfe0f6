"""Rates of calls as people read them."""

from collections.abc import Sequence

from sysdesign.estimate.load import as_rate
from sysdesign.figures import Term
from sysdesign.figures.term import total
from sysdesign.quantity import show
from sysdesign.study import Study


def total_rate(study: Study, terms: Sequence[Term]) -> str:
    """The median of a sum of rates, with its unit; "" for none at all."""
    term = as_rate(study.estimate.ledger, total(terms))
    return shown_rate(study, term) if term.value.median > 0 else ""


def shown_rate(study: Study, term: Term) -> str:
    """A rate in the unit that fits it best."""
    return show(term.quantity.value, study.units.parse("req/s").dimension)


def shown_share(study: Study, share: float) -> str:
    """A share of calls: 0.1%, 12%."""
    return show(share, unit=study.units.parse("%"), digits=3)
