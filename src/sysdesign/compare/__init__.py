"""Designs side by side: options of a decision, two designs, a design before and after a change."""

from sysdesign.compare.contradictions import Contradiction, contradictions
from sysdesign.compare.difference import Change, Shift, changes, shifts
from sysdesign.compare.pareto import best
from sysdesign.compare.row import Row, Value, row, usual, value_of

__all__ = [
    "Change",
    "Contradiction",
    "Row",
    "Shift",
    "Value",
    "best",
    "changes",
    "contradictions",
    "row",
    "shifts",
    "usual",
    "value_of",
]
