"""Numbers the program shows, each with the chain of reasons behind it."""

from sysdesign.figures.figure import Claim, Figure, LimitResult
from sysdesign.figures.term import Term, constant, plus, product, quotient, total, written
from sysdesign.figures.text import NO_TEXT, Text

__all__ = [
    "NO_TEXT",
    "Claim",
    "Figure",
    "LimitResult",
    "Term",
    "Text",
    "constant",
    "plus",
    "product",
    "quotient",
    "total",
    "written",
]
