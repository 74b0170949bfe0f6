"""The instant solver: a queueing network at some load, by formulas, in milliseconds."""

from sysdesign.analyze.analyze import FULL, analyze
from sysdesign.analyze.result import (
    OVERLOADED,
    Analysis,
    ComponentResult,
    Doubt,
    Metastable,
    OperationResult,
    OriginResult,
    StationResult,
    Times,
)

__all__ = [
    "FULL",
    "OVERLOADED",
    "Analysis",
    "ComponentResult",
    "Doubt",
    "Metastable",
    "OperationResult",
    "OriginResult",
    "StationResult",
    "Times",
    "analyze",
]
