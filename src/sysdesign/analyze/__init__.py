"""The instant solver: a queueing network at some load, by formulas, in milliseconds.

`analyze` answers for one load; `sweep`, `load_for`, `needs`, `needs_for`, `chain` and
`waterfall` read on from its result; `analyze_draws` answers for a network of draws.
"""

from sysdesign.analyze.analyze import FULL, analyze
from sysdesign.analyze.chain import chain
from sysdesign.analyze.drawn import drawn
from sysdesign.analyze.draws import DrawsResult, analyze_draws
from sysdesign.analyze.glance import Glance, glance, overloaded
from sysdesign.analyze.points import visited
from sysdesign.analyze.result import (
    OVERLOADED,
    SHARES,
    Analysis,
    ChainResult,
    ComponentResult,
    Doubt,
    LoadCurve,
    LoadPoint,
    Metastable,
    Need,
    OperationResult,
    OriginResult,
    Plan,
    StationResult,
    Times,
)
from sysdesign.analyze.sweep import (
    FACTORS,
    idle_time,
    load_for,
    needs,
    needs_for,
    saturates,
    sweep,
)
from sysdesign.analyze.waterfall import Budget, Joint, Step, waterfall

__all__ = [
    "FACTORS",
    "FULL",
    "OVERLOADED",
    "SHARES",
    "Analysis",
    "Budget",
    "ChainResult",
    "ComponentResult",
    "Doubt",
    "DrawsResult",
    "Glance",
    "Joint",
    "LoadCurve",
    "LoadPoint",
    "Metastable",
    "Need",
    "OperationResult",
    "OriginResult",
    "Plan",
    "StationResult",
    "Step",
    "Times",
    "analyze",
    "analyze_draws",
    "chain",
    "drawn",
    "glance",
    "idle_time",
    "load_for",
    "needs",
    "needs_for",
    "overloaded",
    "saturates",
    "sweep",
    "visited",
    "waterfall",
]
