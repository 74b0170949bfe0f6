"""Figures of the analysis: times of operations, use of components, the load carried; derived."""

import re
from dataclasses import replace

from sysdesign.analyze import OperationResult, OriginResult, StationResult, waterfall
from sysdesign.analyze.derivation import Derivation, derivation
from sysdesign.analyze.result import ChainResult, Times
from sysdesign.analyze.waterfall import Budget
from sysdesign.figures import Figure, Text
from sysdesign.network import Station
from sysdesign.quantity import Quantity, Unit, exact, show
from sysdesign.study.became import uses
from sysdesign.study.measures import defaults_of, why_endless
from sysdesign.study.study import Study
from sysdesign.study.unknown_ways import AT_LEAST, lacks_told, ways_of
from sysdesign.study.words import shown_factor

TIMES = ("mean", "p50", "p90", "p95", "p99", "p999")
LIMITS = ("limit_used", "slots_used")
_NAMED = {"mean": "mean", "p50": "median", "p90": "90th percentile", "p95": "95th percentile",
          "p99": "99th percentile", "p999": "99.9th percentile"}  # fmt: skip
_NOTE = "by formulas, at peak and at the medians of the ranges"
_CHAIN = re.compile(r"\(\s*(\w+)\s*->\s*(\w+)\s*\)\.(\w+)")
_NEAR = 0.1  # of a time of all calls: those from one place tell it
_TOLD = 0.02  # of the mean; less is told together
_MOST_USES = 4
_NEXT = 4
_WAITS = 0.01  # of the work; who waits less is not told of

Derived = tuple[Figure, tuple[Figure, ...]]


class OverloadedError(Exception):
    """A time that grows without end, since stations on the way cannot keep up."""

    def __init__(self, stations: tuple[str, ...]) -> None:
        self.stations = stations
        super().__init__(f"overloaded: {', '.join(stations) or 'calls pile up without end'}")


def analysed(study: Study, name: str) -> Derived | None:
    """A figure of the analysis with what it is made of; None for a name it does not know.

    Raises
    ------
    OverloadedError
        where calls pile up without end.
    """
    chained = _CHAIN.fullmatch(name.strip())
    if chained is not None and chained[3] in TIMES:
        return _chain(study, chained[1], chained[2], chained[3])
    owner, _, measure = name.removeprefix("operations.").removeprefix("components.").rpartition(".")
    analysis = study.analysis
    of, _, timed = owner.rpartition(".")
    if of in analysis.operations and timed in TIMES:
        return _from_origin(study, analysis.operations[of], timed, measure)
    if name == "carries" and analysis.carries is not None and analysis.bottleneck is not None:
        return _carries(study, analysis.carries, analysis.bottleneck)
    if owner in analysis.operations and measure in TIMES:
        return _time(study, analysis.operations[owner], measure)
    part = analysis.components.get(owner)
    if part is not None and measure == "utilisation" and part.utilisation is not None:
        return _use(study, analysis.stations[part.station], owner)
    alone = analysis.stations.get(owner)
    if alone is not None and measure == "utilisation" and alone.utilisation is not None:
        return _use(study, alone, owner)
    if measure in LIMITS:
        return _limit(study, owner, measure)
    return None


def budget_of(study: Study, name: str) -> Budget | None:
    """The steps of the operation whose time a name is of; None for any other name."""
    named = _time_named(study, name)
    if named is None:
        return None
    return waterfall(study.analysis, named[0], named[2] or _telling_origin(study, *named[:2]))


def derivation_of(study: Study, name: str) -> Derivation | None:
    """What the time that a name is of is made of; None for any other name."""
    named = _time_named(study, name)
    if named is None:
        return None
    operation, measure, origin = named
    origin = origin or _telling_origin(study, operation, measure)
    return derivation(study.analysis, operation, measure, origin)


def _telling_origin(study: Study, operation: str, measure: str) -> str | None:
    """The origin whose calls make a time of all: that with the most, unless another is nearer.

    A percentile of all calls may be that of the few from far away.
    """
    result = study.analysis.operations[operation]
    whole = getattr(result.times, f"{measure}_s")
    known = [
        (one, value)
        for one in sorted(result.origins, key=lambda one: -one.rate_per_s)
        if (value := getattr(one.times, f"{measure}_s")) is not None
    ]
    if measure == "mean" or whole is None or len(known) < 2:
        return None
    if abs(known[0][1] - whole) <= _NEAR * whole:
        return None
    nearest, _ = min(known, key=lambda pair: abs(pair[1] - whole))
    return nearest.origin


def _time_named(study: Study, name: str) -> tuple[str, str, str | None] | None:
    """Operation, measure and origin (None: of all) of the name of a time."""
    owner, _, measure = name.removeprefix("operations.").rpartition(".")
    if measure in TIMES and owner in study.analysis.operations:
        return owner, measure, None
    of, _, timed = owner.rpartition(".")
    if timed in TIMES and of in study.analysis.operations:
        return of, timed, measure
    return None


def endless(study: Study, name: str) -> tuple[str, tuple[str, ...]] | None:
    """Why a time has no end, and the stations that cannot keep up; None for any other name."""
    chained = _CHAIN.fullmatch(name.strip())
    owner, _, measure = name.removeprefix("operations.").rpartition(".")
    known = study.analysis.operations
    if chained is not None and {chained[1], chained[2]} <= known.keys() and chained[3] in TIMES:
        try:
            found = study.chain(chained[1], chained[2])
        except ValueError:
            return None
        way, value = found.operations, getattr(found.times, f"{chained[3]}_s")
    elif owner in known and measure in TIMES:
        way, value = (owner,), getattr(known[owner].times, f"{measure}_s")
    else:
        return None
    if value is not None:
        return None
    over = dict.fromkeys(name for one in way for name in known[one].overloaded)
    return why_endless(study, way), tuple(over)


def _figure(
    study: Study, name: str, title: str, value: float, unit: str, formula: str, substituted: str
) -> Figure:
    shown_in: Unit = study.units.parse(unit)
    quantity = Quantity(exact(value), shown_in.dimension, shown_in)
    head = re.split(r"[.@ ]", name, maxsplit=1)[0]
    space = study.design.ids.space_of(head)
    section = {"operation": "operations", "component": "components"}.get(space or "", "system")
    span = study.design.ids.spaces[space][head] if space else study.design.span
    text = Text((formula, substituted))
    return Figure(name, section, title, quantity, shown_in, text, span=span)


def _unit_for(study: Study, seconds: float) -> str:
    """Unit in which a time reads best: us, ms, s, min."""
    return _seconds(study, seconds).rpartition(" ")[2] if seconds > 0 else "ms"


def _seconds(study: Study, seconds: float) -> str:
    return show(seconds, study.units.parse("s").dimension, digits=2)


# -- times ---------------------------------------------------------------------------------------


def _time(study: Study, result: OperationResult, measure: str) -> Derived:
    value = getattr(result.times, f"{measure}_s")
    mean = result.times.mean_s
    if value is None or mean is None:
        raise OverloadedError(result.overloaded)
    operation = result.operation
    parts = sorted(result.shares.items(), key=lambda part: -part[1])
    told = [name for name, share in parts if share >= _TOLD]
    stations = tuple(
        _station(study, station, f"{name}.utilisation")
        for name in told
        for station in study.analysis.stations.values()
        if station.component == name and station.utilisation is not None
        and station.station == study.analysis.components[name].station
    )  # fmt: skip
    ways = ways_of(study, (operation,))
    whole = _figure(
        study, f"{operation}.mean", f"mean time of {operation}", mean, _unit_for(study, mean),
        "work and waiting of each component on the way", _sum(study, parts, mean),
    )  # fmt: skip
    whole = _bounded(study, whole, ways)
    origins = _origins(study, result, measure)
    if measure == "mean":
        return _noted(study, whole, result), (*origins, *stations)
    title = f"{_NAMED[measure]} of the time of {operation}, at {result.rate_per_s:,.0f} calls/s"
    figure = _figure(
        study, f"{operation}.{measure}", title, value, _unit_for(study, value),
        f"{_NAMED[measure]} of the laws of all steps, put together along the way",
        f"{value / mean:.1f} times the mean of {_seconds(study, mean)}" if mean > 0 else "no time",
    )  # fmt: skip
    return _noted(study, _bounded(study, figure, ways), result), (*origins, whole, *stations)


def _origins(study: Study, result: OperationResult, measure: str) -> tuple[Figure, ...]:
    """The same time of the calls from each place, where they come from several."""
    if len(result.origins) < 2:
        return ()
    found = (_of_origin(study, result, measure, one) for one in result.origins)
    return tuple(figure for figure in found if figure is not None)


def _of_origin(
    study: Study, result: OperationResult, measure: str, origin: OriginResult
) -> Figure | None:
    value = getattr(origin.times, f"{measure}_s")
    if value is None:
        return None
    share = origin.rate_per_s / result.rate_per_s if result.rate_per_s > 0 else 0.0
    told = f"{origin.rate_per_s:,.0f}/s of {result.rate_per_s:,.0f}/s, {share:.0%} of the calls"
    figure = _figure(
        study, f"{result.operation}.{measure}.{origin.origin}",
        f"{_NAMED[measure]} of the calls of {result.operation} from {origin.origin}", value,
        _unit_for(study, value), f"{_NAMED[measure]} of those from {origin.origin} alone", told,
    )  # fmt: skip
    return _bounded(study, figure, ways_of(study, (result.operation,), origin.origin))


def _from_origin(study: Study, result: OperationResult, measure: str, place: str) -> Derived | None:
    """A time of the calls from one place."""
    origin = next((one for one in result.origins if one.origin == place), None)
    if origin is None:
        return None
    figure = _of_origin(study, result, measure, origin)
    if figure is None:
        raise OverloadedError(result.overloaded)
    return _noted(study, figure, result), ()


def _sum(study: Study, parts: list[tuple[str, float]], mean_s: float) -> str:
    """Seconds of each component, small ones together."""
    terms = [
        f"{name or 'network'} {_seconds(study, mean_s * share)}"
        for name, share in parts if share >= _TOLD
    ]  # fmt: skip
    rest = [share for _, share in parts if share < _TOLD]
    if rest:
        terms.append(f"{len(rest)} others {_seconds(study, mean_s * sum(rest))}")
    return " + ".join(terms)


def _noted(study: Study, figure: Figure, result: OperationResult) -> Figure:
    doubts = tuple(f"simulate: {d.about}: {d.why}" for d in result.doubts)
    defaults = defaults_of(study, (result.operation,))
    return replace(figure, notes=(*figure.notes, _NOTE, *doubts), defaults=defaults)


def _bounded(study: Study, figure: Figure, ways: tuple[str, ...]) -> Figure:
    """A time with the ways that it lacks, which make it a bound."""
    told = lacks_told(study.network, ways)
    return replace(figure, mark=AT_LEAST, notes=(f"at least: {told}",)) if told else figure


def _chain(study: Study, first: str, last: str, measure: str) -> Derived | None:
    if not {first, last} <= study.analysis.operations.keys():
        return None
    try:
        found: ChainResult = study.chain(first, last)
    except ValueError:
        return None
    value = getattr(found.times, f"{measure}_s")
    if value is None:
        results = [study.analysis.operations[name] for name in found.operations]
        raise OverloadedError(tuple(name for one in results for name in one.overloaded))
    title = f"{_NAMED[measure]} of the time from the call of {first} to the end of {last}"
    figure = _figure(
        study, f"({first} -> {last}).{measure}", title, value, _unit_for(study, value),
        "time to the hand-over, wait for a taker, time of what it does",
        " -> ".join(found.operations),
    )  # fmt: skip
    doubts = tuple(f"simulate: {d.about}: {d.why}" for d in found.doubts)
    figure = _bounded(study, figure, ways_of(study, found.operations))
    defaults = defaults_of(study, found.operations)
    figure = replace(figure, notes=(*figure.notes, _NOTE, *doubts), defaults=defaults)
    means = (_mean_of(study, name, study.analysis.operations[name].times)
             for name in found.operations)  # fmt: skip
    return figure, tuple(mean for mean in means if mean is not None)


def _mean_of(study: Study, operation: str, times: Times) -> Figure | None:
    if times.mean_s is None:
        return None
    shares = study.analysis.operations[operation].shares
    parts = sorted(shares.items(), key=lambda part: -part[1])
    return _figure(
        study, f"{operation}.mean", f"mean time of {operation}", times.mean_s,
        _unit_for(study, times.mean_s), "work and waiting of each component on the way",
        _sum(study, parts, times.mean_s),
    )  # fmt: skip


# -- use and load ----------------------------------------------------------------------------------


def _station(study: Study, station: StationResult, name: str) -> Figure:
    told = study.network.stations[station.station]
    formula = "calls × work / servers" + (" of the hottest shard" if station.shards > 1 else "")
    servers = f"({station.instances:g} x {float(told.servers):g} cores)"
    work = _seconds(study, station.work_s)
    substituted = f"{station.arrival_per_s:,.0f}/s{_hottest(told, station)} × {work} / {servers}"
    title = f"share of the time that {station.station} is busy at peak"
    figure = _figure(
        study, name, title, station.utilisation or 0.0, "%", formula, substituted
    )  # fmt: skip
    waits = station.wait_s or 0.0
    if station.work_s <= 0 or waits < _WAITS * station.work_s:
        return replace(figure, defaults=told.defaults)
    said = (
        f"a call waits {_seconds(study, waits)} on average at {station.station}, "
        f"{waits / station.work_s:.0%} of its work"
    )
    return replace(figure, notes=(said,), defaults=told.defaults)


def _use(study: Study, station: StationResult, owner: str) -> Derived:
    """Use of a station, who brings the calls, and what their mean work is made of."""
    figure = _station(study, station, f"{owner}.utilisation")
    scale = study.network.stations[station.station].autoscale
    if scale is not None:
        said = (
            f"{station.instances:g} instances at this load, as scaling by {scale.by} makes it; "
            f"{float(scale.least):g} to {float(scale.most):g} are allowed"
        )
        figure = replace(figure, notes=(*figure.notes, said))
    brought = uses(study, station.station)
    if not brought:
        return figure, ()
    rates = {name: result.rate_per_s for name, result in study.analysis.operations.items()}
    told = [use for use in brought if use.share >= _TOLD][:_MOST_USES]
    names = [
        f"{use.operation}.peak_rate × {use.visits_per_s / rates[use.operation]:.3g}"
        for use in told if rates.get(use.operation)
    ]  # fmt: skip
    values = [f"{use.visits_per_s:,.0f}/s" for use in told if rates.get(use.operation)]
    rest = [use for use in brought if use not in told]
    if rest:
        names.append(f"{len(rest)} other{'s' if len(rest) > 1 else ''}")
        values.append(f"{sum(use.visits_per_s for use in rest):,.0f}/s")
    calls = _figure(study, f"{owner}.calls", "calls at peak", sum(u.visits_per_s for u in brought),
                    "req/s", " + ".join(names), " + ".join(values))  # fmt: skip
    return figure, (calls,)


def _limit(study: Study, component: str, measure: str) -> Derived | None:
    """How much of a documented limit, or of the slots, is used at the busiest station."""
    attribute = {"limit_used": "cap_used", "slots_used": "slots_used"}[measure]
    stations = study.analysis.stations.values()
    mine = [s for s in stations if component in (s.component, s.station)]
    used = [(use, s) for s in mine if (use := getattr(s, attribute)) is not None]
    if not used:
        return None
    use, station = max(used, key=lambda one: one[0])
    told = study.network.stations[station.station]
    if measure == "limit_used":
        title, formula = "calls over the documented limit", "calls / limit"
        hot = _hottest(told, station)
        text = f"{station.arrival_per_s:,.0f}/s{hot} / {float(told.cap_per_s or 0):,.0f}/s"
        if hot:
            formula, text = f"{formula} of the hottest shard", f"{text} × {station.shards:g} shards"
    else:
        title, formula = "calls in hand over slots, at peak", "calls × time in hand / slots"
        slots = f"{float(told.slots or 0):,.0f} slot{'' if told.slots == 1 else 's'}"
        if station.instances != 1:
            slots = f"({slots} x {station.instances:,.0f} instances)"
        held = f"{station.held_per_s:,.0f}/s{_hottest(told, station)}"
        text = f"{held} × {_seconds(study, station.held_s)} / {slots}"
    figure = _figure(study, f"{component}.{measure}", f"{title} of {station.station}", use, "%",
                     formula, text)  # fmt: skip
    return replace(figure, defaults=told.defaults), ()


def _hottest(told: Station, station: StationResult) -> str:
    """The share of the calls that the hottest group gets, as a factor."""
    if station.shards <= 1:
        return ""
    return f" × {max(float(told.hottest or 0), 1 / station.shards):.3g} of them"


def limit_figure(study: Study, station: StationResult) -> Figure:
    """How much of its nearest limit a station uses: servers, slots or the documented cap."""
    limited = pressing(station)
    found = _limit(study, station.station, limited) if limited != "utilisation" else None
    return found[0] if found else _station(study, station, f"{station.station}.utilisation")


def _carries(study: Study, value: float, bottleneck: str) -> Derived:
    full = f"{study.analysis.full:.0%}"
    station = study.analysis.stations[bottleneck]
    use = "" if station.utilisation is None else f" = {full} / {station.utilisation:.1%}"
    figure = _figure(
        study, "carries", "load carried, in peaks", value, "x",
        f"largest factor on the peak at which no station is above {full} busy",
        f"{bottleneck} is the first to reach it{use if _follows(study, station) else ''}",
    )  # fmt: skip
    order = sorted(study.analysis.full_at.items(), key=lambda one: one[1])[1:_NEXT]
    after = ", ".join(f"{name} at {shown_factor(factor)}" for name, factor in order)
    notes = (_NOTE, *((f"after it {after}",) if after else ()))
    figure = replace(figure, notes=notes, defaults=study.network.defaults)
    return figure, (limit_figure(study, station), *_use(study, station, bottleneck)[1])


def pressing(station: StationResult) -> str:
    """What of a station is nearest to its limit: utilisation, limit_used or slots_used."""
    uses = {
        "utilisation": station.utilisation or 0.0,
        "limit_used": station.cap_used or 0.0,
        "slots_used": station.slots_used or 0.0,
    }
    return max(uses, key=lambda name: uses[name])


def _follows(study: Study, station: StationResult) -> bool:
    """Whether the load carried is simply the room that is left at the bottleneck."""
    carries, use = study.analysis.carries or 0.0, station.utilisation or 0.0
    return abs(carries * use - study.analysis.full) < 1e-3
