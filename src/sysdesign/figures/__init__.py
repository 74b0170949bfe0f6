"""Numbers the program shows, each with the chain of reasons behind it."""

from sysdesign.figures.figure import Claim, Figure, LimitResult
from sysdesign.figures.term import Term, constant, plus, product, quotient, total

__all__ = [
    "Claim",
    "Figure",
    "LimitResult",
    "Term",
    "constant",
    "plus",
    "product",
    "quotient",
    "total",
]
