"""Figures of the analysis: times of operations, use of components, the load carried; derived."""

from dataclasses import replace

from sysdesign.analyze import OperationResult, StationResult
from sysdesign.figures import Figure
from sysdesign.quantity import Quantity, Unit, exact, show
from sysdesign.study.study import Study

TIMES = ("mean", "p50", "p90", "p95", "p99", "p999")
_NAMED = {"p50": "median", "p90": "90th percentile", "p95": "95th percentile",
          "p99": "99th percentile", "p999": "99.9th percentile"}  # fmt: skip
_NOTE = "by formulas, at peak and at the medians of the ranges"


class OverloadedError(Exception):
    """A time that grows without end, since stations on the way cannot keep up."""

    def __init__(self, stations: tuple[str, ...]) -> None:
        self.stations = stations
        super().__init__(f"overloaded: {', '.join(stations) or 'calls pile up without end'}")


def analysed(study: Study, name: str) -> tuple[Figure, tuple[Figure, ...]] | None:
    """A figure of the analysis with what it is made of; None for a name it does not know.

    Raises
    ------
    OverloadedError
        where calls pile up without end.
    """
    owner, _, measure = name.removeprefix("operations.").removeprefix("components.").rpartition(".")
    analysis = study.analysis
    if name == "carries" and analysis.carries is not None and analysis.bottleneck is not None:
        return _carries(study, analysis.carries, analysis.bottleneck)
    if owner in analysis.operations and measure in TIMES:
        return _time(study, analysis.operations[owner], measure)
    part = analysis.components.get(owner)
    if part is not None and measure == "utilisation" and part.utilisation is not None:
        station = _station(study, analysis.stations[part.station], f"{owner}.utilisation")
        return station, ()
    return None


def _figure(
    study: Study, name: str, title: str, value: float, unit: str, formula: str, substituted: str
) -> Figure:
    shown_in: Unit = study.units.parse(unit)
    quantity = Quantity(exact(value), shown_in.dimension, shown_in)
    head = name.partition(".")[0]
    space = study.design.ids.space_of(head)
    section = {"operation": "operations", "component": "components"}.get(space or "", "system")
    span = study.design.ids.spaces[space][head] if space else study.design.span
    return Figure(name, section, title, quantity, shown_in, formula, substituted, span=span)


def _seconds(study: Study, seconds: float) -> str:
    return show(seconds, study.units.parse("s").dimension, digits=2)


def _time(study: Study, result: OperationResult, measure: str) -> tuple[Figure, tuple[Figure, ...]]:
    value = getattr(result.times, f"{measure}_s")
    mean = result.times.mean_s
    if value is None or mean is None:
        raise OverloadedError(result.overloaded)
    parts = sorted(result.shares.items(), key=lambda part: -part[1])
    terms = " + ".join(f"{name or 'network'} {_seconds(study, mean * s)}" for name, s in parts)
    operation = result.operation
    whole = _figure(
        study, f"{operation}.mean", f"mean time of {operation}", mean, "ms",
        "where the mean goes: work and waiting of each component", terms,
    )  # fmt: skip
    stations = tuple(
        _station(study, station, f"{name}.utilisation")
        for name, _ in parts
        for station in study.analysis.stations.values()
        if station.component == name and station.utilisation is not None
        and station.station == study.analysis.components[name].station
    )  # fmt: skip
    if measure == "mean":
        return _noted(whole, result), stations
    title = f"{_NAMED[measure]} of the time of {operation}, at {result.rate_per_s:,.0f} calls/s"
    formula = f"{_NAMED[measure]} of the laws of its steps, put together along the path"
    told = f"inverted numerically; the mean is {_seconds(study, mean)}"
    figure = _figure(study, f"{operation}.{measure}", title, value, "ms", formula, told)
    return _noted(figure, result), (whole, *stations)


def _noted(figure: Figure, result: OperationResult) -> Figure:
    doubts = tuple(f"simulate: {d.about}: {d.why}" for d in result.doubts)
    return replace(figure, notes=(_NOTE, *doubts))


def _station(study: Study, station: StationResult, name: str) -> Figure:
    told = study.network.stations[station.station]
    groups = f" x {station.shards:g} shards" if station.shards > 1 else ""
    formula = "calls × work / servers" + (", of the hottest shard" if groups else "")
    servers = f"({station.instances:g}{groups} x {float(told.servers):g} cores)"
    work = _seconds(study, station.work_s)
    substituted = f"{station.arrival_per_s:,.0f}/s × {work} / {servers}"
    title = f"share of the time that {station.station} is busy at peak"
    figure = _figure(
        study, name, title, station.utilisation or 0.0, "%", formula, substituted
    )  # fmt: skip
    if station.wait_s is None:
        return figure
    waits = f"{station.station}: mean wait {_seconds(study, station.wait_s)}"
    return replace(figure, notes=(waits,))


def _carries(study: Study, value: float, bottleneck: str) -> tuple[Figure, tuple[Figure, ...]]:
    full = f"{study.analysis.full:.0%}"
    figure = _figure(
        study, "carries", "load carried, in peaks", value, "x",
        f"largest factor on the peak at which no station is above {full} busy",
        f"{bottleneck} is the first to reach it",
    )  # fmt: skip
    station = study.analysis.stations[bottleneck]
    if station.utilisation is None:
        return figure, ()
    return figure, (_station(study, station, f"{station.component}.utilisation"),)
