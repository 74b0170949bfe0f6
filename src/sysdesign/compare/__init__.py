"""Designs side by side: options of a decision, two designs, a design before and after a change."""

from sysdesign.compare.contradictions import contradictions
from sysdesign.compare.difference import Change, changes, differences
from sysdesign.compare.pareto import best
from sysdesign.compare.row import row, usual, value_of
from sysdesign.compare.shifts import GONE, NEW, Shift, lost, shifts
from sysdesign.compare.tradeoffs import tradeoffs
from sysdesign.study.compared import Compared, Contradiction, Row, Value

__all__ = [
    "GONE",
    "NEW",
    "Change",
    "Compared",
    "Contradiction",
    "Row",
    "Shift",
    "Value",
    "best",
    "changes",
    "contradictions",
    "differences",
    "lost",
    "row",
    "shifts",
    "tradeoffs",
    "usual",
    "value_of",
]
