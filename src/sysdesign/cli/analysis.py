"""The page of `analyze`: what an engineer brings to a review, section by section."""

import re
from collections.abc import Iterator

from sysdesign.analyze import LoadPoint, OperationResult, StationResult, waterfall
from sysdesign.cli.budget import budget_lines
from sysdesign.cli.screen import Paint, table, wrapped
from sysdesign.cli.statements import statement_lines
from sysdesign.network.turns import is_partitions
from sysdesign.records import dataclass
from sysdesign.study import Study, carried_probability, primary_operation
from sysdesign.study.future import ENDED
from sysdesign.study.measures import listed_few, why_endless
from sysdesign.study.plans import changes, limits_needed, planned_use, too_busy
from sysdesign.study.unknown_ways import at_least, notes_of
from sysdesign.study.words import (
    change_told,
    metastable_told,
    needed,
    now_has,
    shown_rate,
    station_size,
)
from sysdesign.workbench import Workbench
from sysdesign.workbench.analysis import PLANNED, base_day, dated, requirements
from sysdesign.workbench.answers import shown_chance, shown_factor, shown_share, shown_time
from sysdesign.workbench.headline import analysed_lines

BUSIEST = 10
SHARES = 3
_MANY = 3
_FAR_OVER = 10.0
_OVER, _LOST = "overloaded: ", " end without an answer"
_ROUNDING = 1e-9
_SHARE_TOLD = 0.005
_TOLD = 0.001  # of the calls


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the page: calls from one place, the budget of one operation, all of it."""

    origin: str | None = None
    operation: str | None = None
    everything: bool = False


def page(bench: Workbench, path: str, paint: Paint, wanted: Wanted) -> list[str]:
    """What a person reads."""
    study = bench.study
    load = f" · load {study.load:g}x" if study.load != 1 else ""
    origin = f" · calls from {wanted.origin}" if wanted.origin else ""
    text = [paint(f"{study.design.problem.name or path}{load}{origin}", "bold"), ""]
    sections = (
        _summary(bench, paint),
        _operations(bench, paint, wanted),
        _budget(bench, paint, wanted),
        _requirements(bench, paint),
        _components(bench, paint, wanted),
        _growing(bench, paint),
        _needed(bench, paint, wanted),
        _changes(bench, paint),
        _limits(bench, paint),
        _doubts(bench, paint, wanted),
        _unknown(bench, paint),
    )
    for section in sections:
        if section:
            text += [*section, ""]
    return [*text, *_next(bench, path, paint)]


def _summary(bench: Workbench, paint: Paint) -> list[str]:
    study = bench.study
    if not study.analysis.operations:
        return ["  No operation has a rate and a path yet, so there is no load to analyze."]
    rows: list[tuple[str, ...]] = []
    for line in analysed_lines(study):
        value = f"{line.about} {line.figure.shown}" if line.about else line.figure.shown
        rows.append((line.label, value, line.between, paint(line.figure.name, "dim")))
        if line.figure.name == "carries" and study.load != 1:
            own = shown_factor((study.analysis.carries or 0.0) * study.load)
            rows.append(("of the peak in the file", own, "", ""))
    chance = carried_probability(study)
    if chance is not None:
        rows.append(("the peak is carried", shown_chance(chance), "", ""))
    if max(len(row) for row in table([row[:3] for row in rows], right=(1,))) + 26 > paint.width:
        rows = [row[:3] for row in rows]
    found = table(rows, right=(1,))
    stuck, said = study.analysis.metastable, metastable_told(study)
    if stuck is not None:
        style = "yellow" if stuck.warns else "dim"
        found += [paint(line, style) for line in wrapped(said, paint.width - 4, "  ")]
    return found


# -- time ----------------------------------------------------------------------------------------


def _operations(bench: Workbench, paint: Paint, wanted: Wanted) -> list[str]:
    if not bench.study.analysis.operations:
        return []
    rows: list[tuple[str, ...]] = [("", "at peak", "mean", "p50", "p95", "p99", "p99.9")]
    last = [["where the mean goes", ""]]
    for name, result in bench.study.analysis.operations.items():
        times, rate = result.times, result.rate_per_s
        if wanted.origin is not None:
            here = next((o for o in result.origins if o.origin == wanted.origin), None)
            if here is None:
                continue
            times, rate = here.times, here.rate_per_s
        read = (times.mean_s, times.p50_s, times.p95_s, times.p99_s, times.p999_s)
        mark = at_least(bench.study, name, wanted.origin)
        told = (shown_time(t) if t is None else f"{mark}{shown_time(t)}" for t in read)
        rows.append((name, shown_rate(rate), *told))
        last.append(_goes(result))
    top, *body = table(_fitted(rows, last, paint.width), right=(1, 2, 3, 4, 5, 6))
    for i, (name, *_) in enumerate(rows[1:]):
        result = bench.study.analysis.operations[name]
        if result.overloaded or result.failed >= _TOLD:
            body[i] = _reddened(body[i], paint)
    notes = notes_of(bench.study, wanted.origin)
    body += [line for note in notes for line in wrapped(note, paint.width - 4, "  ")]
    return [paint("Operations", "bold"), paint(top, "dim"), *body]


def _goes(result: OperationResult) -> list[str]:
    """Where the mean goes, in ever fewer words; or why there is none."""
    if result.overloaded:
        over = result.overloaded
        some = [f"{_OVER}{listed_few(over, most)}" for most in range(SHARES, 0, -1)]
        return [*some, f"{_OVER}{len(over)} station{'s' * (len(over) > 1)}", _OVER.rstrip(": ")]
    parts = sorted(result.shares.items(), key=lambda p: -p[1])
    lost = f"{shown_share(result.failed)}{_LOST}" if result.failed >= _TOLD else ""
    told = [
        f"{part or 'network'} {share:.0%}" for part, share in parts[:SHARES] if share >= _SHARE_TOLD
    ]
    some = [", ".join(told[:most]) for most in range(len(told), -1, -1)]
    return [f"{lost}; {one}" if lost and one else lost or one for one in some]


def _reddened(line: str, paint: Paint) -> str:
    """A line of which what goes wrong is red."""
    found = re.search(rf"{re.escape(_OVER)}.*|(below )?\d+%{re.escape(_LOST)}", line)
    return line.replace(found[0], paint(found[0], "red")) if found else line


def _fitted(
    rows: list[tuple[str, ...]], last: list[list[str]], width: int
) -> list[tuple[str, ...]]:
    """Rows with a last cell each: the longest of several wordings that ends where the line does."""
    others = sum(2 + max(len(row[i]) for row in rows) for i in range(len(rows[0])))
    left = width - 2 - others
    fitting = [next((one for one in some if len(one) <= left), "") for some in last]
    short = sum(1 for some, one in zip(last, fitting, strict=True) if some[0] and not one)
    if 2 * short >= sum(1 for some in last if some[0]):
        fitting = [""] * len(last)  # the few that have room would only puzzle
    return [(*row, one) for row, one in zip(rows, fitting, strict=True)]


def _budget(bench: Workbench, paint: Paint, wanted: Wanted) -> list[str]:
    study = bench.study
    name = wanted.operation or primary_operation(study)
    if name is None or name not in study.analysis.operations:
        return []
    try:
        budget = waterfall(study.analysis, name, wanted.origin)
    except ValueError as trouble:
        return [f"  {trouble}"]
    result = study.analysis.operations[name]
    if budget.mean_s is None or result.times.mean_s is None:
        said = f"There is no time of {name} to divide: {why_endless(study, (name,))}."
        return wrapped(said, paint.width - 2, "  ")
    origin = f", calls from {budget.origin}" if budget.origin else ""
    lacks = ", at least" if at_least(study, name, budget.origin) else ""
    title = f"Where the time of {name} goes{lacks}, means{origin}"
    body = budget_lines(budget, paint, everything=wanted.everything)
    others = [f"{one.origin} {shown_time(one.times.mean_s)}" for one in result.origins]
    differ = {shown_time(one.times.mean_s) for one in result.origins}
    if len(differ) > 1 and budget.origin:
        said = f"All origins together take {shown_time(result.times.mean_s)}: {', '.join(others)}."
        body += [paint(line, "dim") for line in wrapped(said, paint.width - 4, "  ")]
    return [paint(title, "bold"), *body]


def _requirements(bench: Workbench, paint: Paint) -> list[str]:
    some = requirements(bench)
    return [paint("Requirements", "bold"), *statement_lines(some, paint)] if some else []


# -- load ----------------------------------------------------------------------------------------


def _components(bench: Workbench, paint: Paint, wanted: Wanted) -> list[str]:
    analysis, full_at = bench.study.analysis, dict(bench.study.curve.saturates)
    called = (s for s in analysis.stations.values() if s.arrival_per_s > 0 or s.held_per_s > 0)
    stations = [s for s in called if _use(s) is not None]
    stations.sort(key=lambda s: -(_use(s) or 0))
    if not stations:
        return []
    shown = stations if wanted.everything else stations[:BUSIEST]
    rows: list[tuple[str, ...]] = [("", "busy", "full at", "calls/s", "work", "wait", "instances")]
    for one in shown:
        factor = full_at.get(one.station)
        full = "-" if factor is None else shown_factor(factor)
        rows.append(
            (one.station, shown_share(_use(one)), full, *_work(one), station_size(bench.study, one))
        )
    found = table(rows, right=(1, 2, 3, 4, 5))
    if max(map(len, found)) > paint.width:  # work is in `explain`, waits in the budget
        rows = [(*row[:4], row[6]) for row in rows]
        found = table(rows, right=(1, 2, 3))
    top, *body = found
    more = len(stations) - len(shown)
    tail = [paint(f"  and {more} less busy: --all", "dim")] if more else []
    if said := _as_if(stations):
        tail += [paint(line, "dim") for line in wrapped(said, paint.width - 4, "  ")]
    return [paint("Components, the busiest first", "bold"), paint(top, "dim"), *body, *tail]


def _as_if(stations: list[StationResult]) -> str:
    """Where calls are turned away on the way: what is said of larger loads counts these, too."""
    refusing = [one.station for one in stations if (one.cap_used or 0.0) > 1 + _ROUNDING]
    if not refusing or len(stations) == len(refusing):
        return ""
    return (
        f"Full at, and what is needed: as if {listed_few(tuple(refusing), _MANY)} refused no calls."
    )


def _use(one: StationResult) -> float | None:
    """Share of what it can do: of its servers, of slots that are only held, of its limit."""
    uses = [one.utilisation, one.cap_used, one.slots_used if one.arrival_per_s <= 0 else None]
    return max((use for use in uses if use is not None), default=None)


def _work(one: StationResult) -> tuple[str, str, str]:
    """Calls a second, work of each, and its wait; of what is only held, for how long."""
    if one.arrival_per_s <= 0 < one.held_per_s:
        rate, work, wait = one.held_per_s, one.held_s, one.slot_wait_s
    else:
        rate, work, wait = one.arrival_per_s, one.work_s, one.wait_s
    return shown_rate(rate).removesuffix("/s"), shown_time(work), shown_time(wait)


def _growing(bench: Workbench, paint: Paint) -> list[str]:
    """The load curve, up to the first overload, then at 10 and 100 times."""
    study = bench.study
    name = primary_operation(study)
    points = [point for point in study.curve.points if not point.is_added]
    if not points or not study.analysis.operations:
        return []
    if not any(point.overloaded or any(point.utilisation.values()) for point in points):
        return []  # nothing that is called can be busy
    first_over = next((i for i, p in enumerate(points) if p.overloaded), len(points))
    shown = [p for i, p in enumerate(points) if i <= first_over or p.load in (10.0, 100.0)]
    mark = at_least(study, name) if name else ""
    rows: list[tuple[str, ...]] = [("", "busiest", "", f"p99 of {name}" if name else "")]
    last = [["overloaded"]]
    for point in shown:
        busiest = max(point.utilisation, key=lambda c: point.utilisation[c], default="")
        use = _times_full(point.utilisation.get(busiest))
        times = point.times.get(name or "")
        time = shown_time(times.p99_s if times else None)
        time = mark + time if times and times.p99_s else time
        over = (*point.overloaded, *_piling(study, point), *_refusing(study, point))
        rows.append((f"{point.load:g}x", busiest, use, time))
        last.append([listed_few(over, most) for most in range(_MANY, 0, -1)])
    top, *body = table(_fitted(rows, last, paint.width), right=(0, 2, 3))
    order = ", ".join(f"{n} {shown_factor(f)}" for n, f in study.curve.saturates[:_MANY])
    first = wrapped(f"Full in this order: {order}.", paint.width - 4, "  ") if order else []
    title = f"As the load grows{_times_of(study)}"
    return [paint(title, "bold"), paint(top, "dim"), *body, *first]


def _times_of(study: Study) -> str:
    """What factors count from, where that is not the peak in the file."""
    return "" if study.load == 1 else f", in times of {study.load:g}x the peak"


def _times_full(use: float | None) -> str:
    """A use for people: what is very much too much, as a multiple of all there is."""
    return f"{use:.0f} × full" if use is not None and use >= _FAR_OVER else shown_share(use)


def _piling(study: Study, point: LoadPoint) -> Iterator[str]:
    """Streams whose messages come faster than their partitions are worked on."""
    for name, one in study.analysis.stations.items():
        used = (one.slots_used or 0.0) * point.load
        if used >= 1 and is_partitions(study.network.stations[name]):
            yield name


def _refusing(study: Study, point: LoadPoint) -> Iterator[str]:
    """Stations that are past their documented limit at a point of the load curve."""
    for name, one in study.analysis.stations.items():
        if (one.cap_used or 0.0) * point.load > 1 + _ROUNDING and name not in point.overloaded:
            yield f"{name} refuses"


def _needed(bench: Workbench, paint: Paint, wanted: Wanted) -> list[str]:
    """What each busy station needs at some loads to stay at the planned use."""
    study = bench.study
    found = {factor: {n.station: n for n in too_busy(study, factor)} for factor in PLANNED}
    names = list(dict.fromkeys(name for some in found.values() for name in some))
    limits = {factor: limits_needed(study, factor) for factor in PLANNED}
    capped = list(dict.fromkeys(name for some in limits.values() for name in some))
    if not names and not capped:
        return []
    names.sort(key=lambda n: -(study.analysis.stations[n].utilisation or 0))
    shown = names if wanted.everything else names[:BUSIEST]
    rows: list[tuple[str, ...]] = [("", "now", *(f"at {factor:g}x" for factor in PLANNED))]
    for name in shown:
        needs = [found[factor].get(name) for factor in PLANNED]
        any_ = next(need for need in needs if need is not None)
        rows.append((name, now_has(any_), *("enough" if n is None else needed(n) for n in needs)))
    for name in capped:
        asked = [limits[factor].get(name) for factor in PLANNED]
        told = ("enough" if limit is None else shown_rate(limit) for limit in asked)
        rows.append((name, station_size(study, study.analysis.stations[name]), *told))
    top, *body = table(rows, right=(1, 2, 3, 4))
    more = len(names) - len(shown)
    tail = [paint(f"  and {more} more: --all", "dim")] if more else []
    title = f"Needed to stay below {planned_use(study):.0%} busy{_times_of(study)}"
    return [paint(title, "bold"), paint(top, "dim"), *body, *tail]


def _changes(bench: Workbench, paint: Paint) -> list[str]:
    found = changes(bench.study)
    text: list[str] = [paint("What it would take", "bold")] if found else []
    for one in found:
        text += wrapped(f"{one.statement.text}: {change_told(one)}", paint.width - 4, "  ")
    return text


def _limits(bench: Workbench, paint: Paint) -> list[str]:
    found = dated(bench)
    if not found:
        return []
    growth = bench.study.design.problem.growth
    if growth is None or growth.a_year is None:
        said = "The design does not say how the load grows: problem: {growth: {a_year: 1.3x}}."
        return [paint("When limits are reached", "bold"), f"  {said}"]
    together: dict[tuple[str, str], list[str]] = {}
    for one in found:
        when = one.month or ("now" if one.limit.factor <= 1 else "not in 50 years")
        together.setdefault((when, shown_factor(one.limit.factor)), []).append(one.limit.text)
    margin = paint.width - 2 - sum(2 + max(len(key[i]) for key in together) for i in (0, 1))
    rows: list[tuple[str, str, str]] = []
    for (when, factor), texts in together.items():
        first, *more = wrapped(_reached(texts), margin)
        rows += [(when, factor, first), *(("", "", line) for line in more)]
    title = (
        f"When limits are reached, growing {growth.a_year.text} a year from {base_day(bench)} on"
    )
    return [paint(title, "bold"), *table(rows, right=(1,))]


def _reached(texts: list[str]) -> str:
    """What happens at one load: requirements that end together are told together."""
    ended = [text.removesuffix(ENDED) for text in texts if text.endswith(ENDED)]
    told = [text for text in texts if not text.endswith(ENDED)]
    if ended:
        told.append(", ".join(ended) + (ENDED if len(ended) == 1 else " hold no more"))
    return "; ".join(told)


# -- trust ---------------------------------------------------------------------------------------


def _doubts(bench: Workbench, paint: Paint, wanted: Wanted) -> list[str]:
    by_why: dict[str, list[str]] = {}
    for doubt in bench.study.analysis.doubts:
        by_why.setdefault(doubt.why, []).append(doubt.about)
    text = [paint("Where formulas are not to be trusted: simulate", "bold")] if by_why else []
    for why, names in by_why.items():
        listed = ", ".join(names) if wanted.everything else listed_few(tuple(names))
        text += wrapped(f"{listed}: {why}", paint.width - 4, "  ")
    return text


def _unknown(bench: Workbench, paint: Paint) -> list[str]:
    unknown = bench.study.network.unknown
    text = [paint("Left out, for want of a fact", "bold")] if unknown else []
    return text + [f"  {name}: {fact}" for name, fact in unknown.items()]


def _next(bench: Workbench, path: str, paint: Paint) -> Iterator[str]:
    name = primary_operation(bench.study)
    if name:
        yield paint(f"Next:  sysdesign explain {path} {name}.p99", "dim")
