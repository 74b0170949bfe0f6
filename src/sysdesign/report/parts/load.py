"""The load curve: use of the busiest components and p99 of the primary operation as load grows."""

from collections.abc import Iterator
from math import isfinite

from sysdesign.analyze import sweep
from sysdesign.analyze.result import LoadPoint
from sysdesign.report.document import (
    Axis,
    Block,
    Code,
    Curve,
    Guide,
    Line,
    Note,
    Paragraph,
    Plot,
    Section,
    Strong,
    Table,
)
from sysdesign.report.lines import codes, columns
from sysdesign.report.subject import Part, Subject
from sysdesign.review.statements import percent
from sysdesign.study import Study, carried_probability, primary_operation
from sysdesign.study.plans import PLANNED, planned_use, too_busy
from sysdesign.study.unknown_ways import at_least
from sysdesign.study.words import metastable_told, needed, now_has, shown_factor, shown_time

_BUSIEST = 4
_POINTS = 13
_END = 0.995  # of the load at which the first is full: beyond it times have no end
_ABOVE = 4.0  # of the time at the peak: what is higher is cut off, or the rest would be flat
_ORDER = 5


def write(subject: Subject) -> Iterator[Block | Section]:
    """How far the load may grow, as curves and in words; then what more load needs."""
    study = subject.study
    points = _points(study)
    if not points:
        missing = "Nothing that is called has a limit" if study.analysis.operations else (
            "No operation has a rate and a path yet"
        )  # fmt: skip
        yield Paragraph(f"{missing}, so there is no load to grow.")
        return
    yield from _told(study)
    use = _use(study, points)
    yield use
    yield from _explained(study, use)
    times = _times(study, points)
    if times is not None:
        yield times
    yield from _needed(study)


def _points(study: Study) -> tuple[LoadPoint, ...]:
    """From 1x to the point of saturation, or up to it where the peak is past it."""
    if not study.curve.saturates or not study.analysis.operations:
        return ()
    last = max(study.curve.saturates[0][1], study.analysis.carries or 0.0)
    last *= _END / study.analysis.full
    if not isfinite(last) or last <= 0:
        return ()
    first = 1.0 if last > 1 else last / 4
    shares = (1 - (1 - i / (_POINTS - 1)) ** 2 for i in range(_POINTS))
    name = primary_operation(study)
    factors = [first + (last - first) * share for share in shares]
    return sweep(study.analysis, factors, [name] if name else []).points


def _explained(study: Study, use: Plot) -> Iterator[Paragraph]:
    """Why a line goes down."""
    parts = study.design.components
    scaled = [c.name for c in use.curves if c.name in parts and parts[c.name].scale]
    if scaled:
        verb = "scales by itself: its" if len(scaled) == 1 else "scale by themselves: their"
        yield Paragraph((*codes(scaled), f" {verb} use falls where instances are added."))


def _told(study: Study) -> Iterator[Block]:
    analysis = study.analysis
    if analysis.bottleneck and analysis.carries is not None:
        chance = carried_probability(study)
        odds = "" if chance is None else (
            f" The peak is carried with a probability of {percent(chance)}."
        )  # fmt: skip
        yield Paragraph((
            "The first to be full is ", Code(analysis.bottleneck), ": the design carries ",
            Strong(shown_factor(analysis.carries)),
            f" the peak before it is {analysis.full:.0%} busy or at a documented limit.{odds}",
        ))  # fmt: skip
    order = [f"{name} at {shown_factor(factor)}" for name, factor in study.curve.saturates[:_ORDER]]
    yield Paragraph(f"Full in this order: {', '.join(order)}.")
    if analysis.overloaded:
        yield Note(("Overloaded at the peak: ", *codes(analysis.overloaded), "."), "bad")
    stuck = analysis.metastable
    if stuck is not None:
        yield Note((metastable_told(study),), "warning" if stuck.warns else "neutral")


def _x(study: Study) -> Axis:
    of = "the peak" if study.load == 1 else f"{study.load:g} times the peak"
    return Axis(f"Load, as a factor on {of}", "factor")


def _use(study: Study, points: tuple[LoadPoint, ...]) -> Plot:
    last = points[-1].utilisation
    busiest = sorted(last, key=lambda name: (-last[name], name))[:_BUSIEST]
    curves = tuple(
        Curve(name, tuple((p.load, p.utilisation.get(name, 0.0)) for p in points))
        for name in busiest
    )
    top = max(1.0, max((y for curve in curves for _, y in curve.points), default=1.0))
    full = study.analysis.full
    levels = (Guide(full, f"full, {full:.0%}"),)
    return Plot(
        "Use of the busiest components", _x(study),
        Axis("Use of the busiest instances", "share", last=min(top, 2.0)),
        curves, levels=levels, stops=_stops(study, points),
    )  # fmt: skip


def _stops(study: Study, points: tuple[LoadPoint, ...]) -> tuple[Guide, ...]:
    name, factor = study.analysis.bottleneck, study.analysis.carries
    if name is None or factor is None or not points[0].load <= factor <= points[-1].load:
        return ()
    return (Guide(factor, f"{name} full at {shown_factor(factor)}"),)


def _times(study: Study, points: tuple[LoadPoint, ...]) -> Plot | None:
    name = primary_operation(study)
    known = [(p.load, p.times[name].p99_s) for p in points if name and name in p.times]
    timed = tuple((x, y) for x, y in known if y is not None)
    if name is None or len(timed) < 2:
        return None
    limits = list(_bounds(study, name))
    low = min(y for _, y in timed)
    wanted = max([*(1.25 * one.at for one in limits if one.at < 20 * low), _ABOVE * low])
    top = min(
        wanted, 1.15 * max([*(y for _, y in timed), *(g.at for g in limits if g.at <= wanted)])
    )
    levels = tuple(one for one in limits if one.at <= top)
    curve = Curve(name, timed)
    lacks = ", at least" if at_least(study, name) else ""
    return Plot(
        f"p99 of {name}{lacks}", _x(study), Axis("99th percentile", "seconds", last=top), (curve,),
        levels=levels, stops=_stops(study, points),
    )  # fmt: skip


def _bounds(study: Study, name: str) -> Iterator[Guide]:
    """What requirements allow as p99 of an operation."""
    for requirement, quality in study.design.requirements.quality.items():
        for test in quality.expect:
            measure = test.measure
            if measure.owner == name and measure.measure == "p99" and not measure.until:
                bound = study.estimate.ledger.amount(test.bound)
                if bound is not None and bound.value.median > 0:
                    at = bound.value.median
                    yield Guide(at, f"{requirement}: {test.comparison} {shown_time(at)}")


def _needed(study: Study) -> Iterator[Block]:
    found = {factor: {n.station: n for n in too_busy(study, factor)} for factor in PLANNED}
    names = list(dict.fromkeys(name for some in found.values() for name in some))
    names.sort(key=lambda n: -(study.analysis.stations[n].utilisation or 0))
    rows: list[tuple[Line, ...]] = []
    for name in names:
        some = [found[factor].get(name) for factor in PLANNED]
        first = next(need for need in some if need is not None)
        rows.append(
            ((Code(name),), now_has(first), *("enough" if n is None else needed(n) for n in some))
        )
    if rows:
        heads = columns(
            "Station", "Now", *(f"At {factor:g}x" for factor in PLANNED), right=(1, 2, 3, 4)
        )
        yield Table(f"Needed to stay below {planned_use(study):.0%} busy", heads, tuple(rows))


PART = Part("load", "As the load grows", "scenarios", write)
