"""Load and latency of a design as data."""

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from sysdesign.review.statements import is_analysed, statements
from sysdesign.source import Finding
from sysdesign.study import Study, carried_probability, judged, told_range
from sysdesign.study.dates import Dated, counted_from
from sysdesign.study.dates import dated as dated_limits
from sysdesign.study.plans import PLANNED
from sysdesign.study.unknown_ways import ways_of
from sysdesign.workbench.answers import Answer, rounded
from sysdesign.workbench.bench import Workbench

if TYPE_CHECKING:
    from sysdesign.analyze import Need
    from sysdesign.study.plans import Change

__all__ = [
    "PLANNED",
    "Dated",
    "analyze_answer",
    "base_day",
    "became_answer",
    "carried_probability",
    "dated",
]


def dated(bench: Workbench) -> list[Dated]:
    """Limits with their months, counted from the day the design was last reviewed, else today."""
    return dated_limits(bench.study, bench.today)


def base_day(bench: Workbench) -> date:
    """The day from which growth counts: `problem.reviewed`, else today."""
    return counted_from(bench.study, bench.today)


def analyze_answer(bench: Workbench, path: str) -> Answer:
    """Everything that `analyze` says."""
    study = bench.study
    answer: Answer = rounded({
        "file": path, "load": study.load, **_operations(study), **_stations(study),
        "requirements": _requirements(bench), "curve": _curve(study),
        "needs": _needs(study), "changes": _changes(study),
        "limits": [{**asdict(one.limit), "month": one.month} for one in dated(bench)],
        "counted_from": base_day(bench).isoformat(), "budgets": _budgets(study),
        "unknown": dict(study.network.unknown), "defaults": list(study.network.defaults),
    })  # fmt: skip
    return answer


def _operations(study: Study) -> Answer:
    operations = {}
    for name, result in study.analysis.operations.items():
        average = study.figure(f"{name}.rate")
        times = {f: getattr(result.times, f) for f in result.times.__dataclass_fields__}
        operations[name] = {
            "rate_per_s": average.median if average else None, "peak_per_s": result.rate_per_s,
            **times, "failed": result.failed, "degraded": result.degraded,
            "shares": dict(result.shares), "overloaded": list(result.overloaded),
            "origins": {o.origin: {"peak_per_s": o.rate_per_s, **_times(o.times),
                                     "lacks": list(ways_of(study, (name,), o.origin))}
                        for o in result.origins},
            "doubts": [d.why for d in result.doubts], "lacks": list(ways_of(study, (name,))),
        }  # fmt: skip
    return {"operations": operations}


def _times(times: object) -> Answer:
    return {f: getattr(times, f) for f in times.__dataclass_fields__}  # type: ignore[attr-defined]


def _stations(study: Study) -> Answer:
    analysis = study.analysis
    components = {
        name: {"utilisation": part.utilisation, "station": part.station}
        for name, part in analysis.components.items()
    }  # fmt: skip
    full_at = dict(study.curve.saturates)
    stations = {
        name: {**{f: getattr(station, f) for f in station.__dataclass_fields__},
               "full_at": full_at.get(name)}
        for name, station in analysis.stations.items()
    }  # fmt: skip
    stuck = analysis.metastable
    carried = carried_probability(study)
    return {
        "components": components, "stations": stations, "bottleneck": analysis.bottleneck,
        "carries": analysis.carries, "peak_is_carried": carried, "full": analysis.full,
        "overloaded": list(analysis.overloaded),
        "metastable": stuck and {**asdict(stuck), "stations": list(stuck.stations)},
        "doubts": [{"about": d.about, "why": d.why} for d in analysis.doubts],
    }  # fmt: skip


def requirements(bench: Workbench) -> list[Finding]:
    """Requirements that formulas judge, times solved over the ranges."""
    quality = bench.study.design.requirements.quality
    told = {test.span for one in quality.values() for test in one.expect if is_analysed(test)}
    found = statements(bench.study, solve=True)
    return [f for f in found if f.span in told and "@" not in f.element]


def _requirements(bench: Workbench) -> list[Answer]:
    """The same with their numbers."""
    study, answers = bench.study, []
    found = {(f.element, f.span): f for f in requirements(bench)}
    for name, quality in study.design.requirements.quality.items():
        for test in quality.expect:
            finding = found.get((name, test.span))
            number = judged(study, test, solve=True) if finding else None
            bound = study.estimate.ledger.amount(test.bound)
            if finding is None or number is None or bound is None:
                continue
            answers.append({
                "id": name, "test": test.text, "verdict": finding.verdict.value,
                "value": number.value, "range": told_range(study, number),
                "probability": number.probability(test.comparison, bound.value),
                "said": finding.message, "doubts": [d.why for d in number.doubts],
                "lacks": number.lacks,
            })  # fmt: skip
    return answers


def _curve(study: Study) -> Answer:
    curve = study.curve
    points = [
        {"load": p.load, "utilisation": dict(p.utilisation), "overloaded": list(p.overloaded),
         "operations": {name: asdict(times) for name, times in p.times.items()}}
        for p in curve.points
    ]  # fmt: skip
    return {"points": points, "saturates": [{"station": n, "load": f} for n, f in curve.saturates]}


def _need(need: "Need") -> Answer:
    return {**asdict(need), "met": need.is_met}


def _needs(study: Study) -> Answer:
    from sysdesign.study.plans import limits_needed, planned_use, too_busy

    loads = {f"{factor:g}x": [_need(n) for n in too_busy(study, factor)] for factor in PLANNED}
    limits = {f"{factor:g}x": limits_needed(study, factor) for factor in PLANNED}
    return {"utilisation": planned_use(study), "loads": loads, "limits_per_s": limits}


def _changes(study: Study) -> list[Answer]:
    from sysdesign.study.plans import changes

    def told(one: "Change") -> Answer:
        return {"id": one.requirement, "test": one.statement.text, "met": one.met,
                "needs": [_need(n) for n in one.needs], "limit": one.limit}  # fmt: skip

    return [told(one) for one in changes(study)]


def _budgets(study: Study) -> Answer:
    """Steps of every operation that an actor waits for."""
    from sysdesign.analyze import waterfall

    return {
        name: asdict(waterfall(study.analysis, name))
        for name in study.analysis.operations
        if study.design.operations[name].actor
    }  # fmt: skip


def became_answer(bench: Workbench, name: str) -> Answer:
    """What a component, or a station, became: their use at peak, who brings the work."""
    from sysdesign.study.became import component_of

    study = bench.study
    component, found = component_of(study, name)
    part = study.design.components.get(component)
    answer: Answer = rounded({
        "component": component, "kind": str(part.kind) if part is not None else "link",
        "stations": [asdict(one) for one in found],
        "unknown": study.network.unknown.get(component),
    })  # fmt: skip
    return answer
