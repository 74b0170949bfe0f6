"""What a design costs, as data."""

from sysdesign.estimate.cost import PARTS
from sysdesign.figures import Figure
from sysdesign.study.money import grown_cost, spare
from sysdesign.study.prices import price_defaults, unpriced
from sysdesign.study.study import Study
from sysdesign.workbench.answers import Answer, figure_answer, rounded
from sysdesign.workbench.bench import Workbench

GROWN = (2.0, 10.0)
"""Factors on the load for which the cost is told."""


def cost_answer(bench: Workbench, path: str) -> Answer:
    """Everything that `cost` says; money a month of the conventions."""
    study = bench.study
    month = study.units.month_s
    whole = study.figure("cost")
    idle = spare(study)
    unused = sum(one.cost_per_s for one in idle)
    return rounded({  # type: ignore[no-any-return]
        "file": path, "currency": study.units.currency,
        "cost": _told(whole),
        "unknown": list(unpriced(study)),
        "components": {name: _component(study, name) for name in study.design.components},
        "operations": {name: _operation(study, name) for name in study.design.operations},
        "spare": {
            "a_month": unused * month,
            "share": unused / whole.median if whole and whole.median > 0 else None,
            "components": [
                {"component": one.component, "now": one.now, "needed": one.needed,
                 "a_month": one.cost_per_s * month} for one in idle],
        },
        "grown": {f"{factor:g}x": _a_month(grown_cost(study, factor), month) for factor in GROWN},
        "defaults": list(price_defaults(study)),
    })  # fmt: skip


def _a_month(money_per_s: float | None, month_s: float) -> float | None:
    return None if money_per_s is None else money_per_s * month_s


def _component(study: Study, name: str) -> Answer:
    count = study.figure(f"{name}.instances")
    parts = {which: _told(study.figure(f"{name}.cost.{which}")) for which in PARTS}
    return {"instances": count.median if count else None,
            "cost": _told(study.figure(f"{name}.cost")), "parts": parts}  # fmt: skip


def _operation(study: Study, name: str) -> Answer:
    return {"cost": _told(study.figure(f"{name}.cost")),
            "per_call": _told(study.figure(f"cost_per_call.{name}"))}  # fmt: skip


def _told(figure: Figure | None) -> Answer | None:
    return None if figure is None else figure_answer(figure)
