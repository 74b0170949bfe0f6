"""Words about changes that were tried."""

from sysdesign.advise import Advice
from sysdesign.quantity import show
from sysdesign.study import Study


def more_cost(study: Study, one: Advice) -> str:
    """What a change costs more a month."""
    if one.cost_per_s is None:
        return "cost not known"
    unit = study.units.parse(f"{study.units.currency}/month")
    shown = show(one.cost_per_s, unit.dimension, unit=unit, digits=3)
    return f"+{shown}" if one.cost_per_s >= 0 else shown
