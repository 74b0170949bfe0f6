"""Numbers of the analysis that statements name: at the medians, and over what is not known."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sysdesign.design import MeasureName, Statement
from sysdesign.design.names import CHAIN_MEASURES
from sysdesign.quantity import Uncertain, show
from sysdesign.records import dataclass
from sysdesign.study.asked import asked_of, names_of, primary
from sysdesign.study.study import Study
from sysdesign.study.unknown_ways import lacks_told, slots_lack, ways_of

if TYPE_CHECKING:
    from sysdesign.analyze import Doubt, DrawsResult, Times
    from sysdesign.analyze.draws import Asked


LIKELY, UNLIKELY = 0.9, 0.1
"""Probabilities from which on a statement holds, and up to which it fails; between: at risk."""

_MOST = 0.5
ANSWERED = 0.99
"""Of all calls, for a mean to be told."""
_OFF = 1.5  # rough draws were within 1.3 of solved ones in the example designs
_ALIKE = 0.01  # probabilities that read the same
_SURE = 0.95  # of the draws: then both ends of the 90% interval are alike


@dataclass(frozen=True, slots=True)
class Measured:
    """A number of the analysis.

    `value` at the medians of the ranges, in base units; None where calls never end, and `why` says
    what keeps them. `draws` has one value for each draw of what is not known (inf where it has no
    end), or is None where all is known; `rough` says that they are scaled from the medians and not
    solved. `unit` is how people read it. `doubts` say
    why the formulas are not to be trusted with it, `defaults` what was taken since the file is
    silent. `lacks` says for want of what it is a bound only: a time is at least so long, a load
    carried at most so large.
    """

    value: float | None
    draws: Any
    unit: str
    rough: bool = False
    why: str = ""
    doubts: tuple["Doubt", ...] = ()
    defaults: tuple[str, ...] = ()
    lacks: str = ""

    def is_sure(self, comparison: str, verdict: bool) -> bool:
        """Whether a verdict stays, whatever that comes to for want of which this is a bound."""
        grows = self.unit == "ms"  # it can only add time, and only take from what is carried
        return not self.lacks or (comparison in (">", ">=")) == (grows == verdict)

    def between(self) -> tuple[float, float] | None:
        """The 5th and the 95th percentile of the draws; None where all is known, or rough."""
        if self.draws is None or self.rough:
            return None
        from sysdesign.quantity.draws import nearest

        return nearest(self.draws, 0.05), nearest(self.draws, 0.95)

    def half(self) -> float | None:
        """The median of the draws; None where all is known, or rough."""
        if self.draws is None or self.rough:
            return None
        from sysdesign.quantity.draws import median

        return median(self.draws)

    def at_medians(self, comparison: str, limit: float) -> bool:
        """Whether it keeps to a limit at the medians."""
        value = float("inf") if self.value is None else self.value
        return _compare(value, comparison, limit)  # type: ignore[no-any-return]

    def probability(self, comparison: str, bound: Uncertain) -> float:
        """Probability that it is below (<, <=) or above (>, >=) a bound."""
        return self._probability(comparison, bound, 1.0)

    def is_clear(self, comparison: str, bound: Uncertain) -> bool:
        """Whether the verdict stays the same if rough draws are off by as much as they may."""
        off = (1 / _OFF, _OFF) if self.rough else (1.0,)
        chances = [self._probability(comparison, bound, factor) for factor in off]
        low, high = min(chances), max(chances)
        # Where many draws are overloaded and the others far off, it is at risk either way.
        alike = low > UNLIKELY and high < LIKELY and high - low <= _ALIKE
        return low >= LIKELY or high <= UNLIKELY or alike

    def _probability(self, comparison: str, bound: Uncertain, factor: float) -> float:
        value: Any = self.draws
        if value is None:
            value = float("inf") if self.value is None else self.value
        value = value * factor
        limit: Any = bound.median if bound.is_exact else bound.samples()
        held = _compare(value, comparison, limit)
        return float(held.mean()) if hasattr(held, "mean") else float(held)


def _compare(value: Any, comparison: str, limit: Any) -> Any:
    true = {"<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit}
    return true[comparison]


def judged(study: Study, test: Statement, *, solve: bool = False) -> Measured | None:
    """The number that a statement is about; its draws are solved where the verdict needs it."""
    found, bound = measured(study, test.measure, solve=solve), _bound(study, test)
    stuck = study.analysis.metastable if test.measure.measure == "carries" else None
    if (
        stuck and found is not None and bound is not None
        and (bound.high <= stuck.safe_load or not found.at_medians(test.comparison, bound.median))
    ):  # fmt: skip
        found = replace(found, doubts=())  # so it is, whatever happened before
    if found is None or not found.rough or bound is None:
        return found
    if found.doubts or found.is_clear(test.comparison, bound):  # a doubt is not known anyway
        return found
    return measured(study, test.measure, solve=True)


def _bound(study: Study, test: Statement) -> Uncertain | None:
    term = study.estimate.ledger.amount(test.bound)
    return term.value if term else None


def measured(
    study: Study, name: MeasureName, *, solve: bool = False, ranged: bool = True
) -> Measured | None:
    """A number that the analysis gives; None for one of another engine, or not known yet.

    Draws of times are scaled from the medians unless they are to be solved; unless it is `ranged`,
    there are none at all, which is quicker.
    """
    drawn = study.drawn if ranged else None
    if name.measure in CHAIN_MEASURES:
        return _bounded(study, name, _time(study, name, solve, drawn))
    if name.measure == "utilisation":
        return _use(study, name.owner, drawn)
    if name.measure == "carries":
        return _bounded(study, name, _carries(study, drawn))
    if name.measure == "availability":
        return _availability(study, name.owner, solve, drawn)
    if name.measure == "disk_used":
        return _disk_used(study, name.owner)
    if name.measure == "hit":
        figure = study.figure(f"{name.owner}.hit")
        return None if figure is None else Measured(figure.median, None, "%")
    if name.measure in ("rpo", "rto"):
        return _kept(study, name.owner, name.measure)
    return None


def _bounded(study: Study, name: MeasureName, found: Measured | None) -> Measured | None:
    """A number with what it lacks, which makes it a bound; without end it lacks nothing."""
    if found is None or found.value is None:
        return found
    lacks = lacks_told(study.network, _ways_lacking(study, name))
    return replace(found, lacks=lacks) if lacks else found


def _disk_used(study: Study, name: str) -> Measured | None:
    """Share of its disks that a store fills at the horizon, copies and overhead included."""
    part = study.design.components.get(name)
    stored, count = study.figure(f"{name}.stored"), study.figure(f"{name}.instances")
    disk = study.estimate.ledger.amount(part.disk) if part and part.disk else None
    if stored is None or count is None or disk is None or not count.median:
        return None
    room = disk.value.median * count.median
    value = stored.quantity.value
    return Measured(value.median / room, None if value.is_exact else value.samples() / room, "%",
                    defaults=stored.defaults)  # fmt: skip


def figure_name(name: MeasureName) -> str:
    """The short name of the figure that a measure is."""
    if name.measure == "cost_per_call" and name.owner:
        return f"cost_per_call.{name.owner}"
    return ".".join(filter(None, (name.owner, name.measure)))


def lacking(study: Study, name: MeasureName) -> str | None:
    """The fact for want of which a number of the analysis is not known."""
    if name.measure in ("rpo", "rto"):
        from sysdesign.study.kept import kept

        found = kept(study, name.owner)
        return found.lacks or None if found else None
    unknown = study.network.unknown
    fact = next((unknown[part] for part in (name.owner, name.until) if part in unknown), None)
    return fact or lacks_told(study.network, _ways_lacking(study, name)) or None


def _ways_lacking(study: Study, name: MeasureName) -> tuple[str, ...]:
    """Ways without a round trip that a number of the analysis rests on."""
    if name.measure == "carries":
        return slots_lack(study)
    if name.measure not in CHAIN_MEASURES:
        return ()
    if not name.until:
        return ways_of(study, (name.owner,))
    try:
        return ways_of(study, study.chain(name.owner, name.until).operations)
    except ValueError:  # no message leads from the one to the other
        return ()


def _time(
    study: Study, name: MeasureName, solve: bool, drawn: "DrawsResult | None"
) -> Measured | None:
    from sysdesign.analyze.result import SHARE_OF

    one, measure = asked_of(name), f"{name.measure}_s"
    if any(part not in study.analysis.operations for part in names_of(one)):
        return None
    try:
        times, doubts, way = _times(study, one)
    except ValueError:  # no message leads from the one to the other
        return None
    value: float | None = getattr(times, measure)
    lost = max(study.analysis.operations[part].failed for part in way)
    if value is not None and lost > 1 - SHARE_OF.get(measure, ANSWERED):
        why = f"{lost:.1%} of the calls end without an answer"
        return Measured(None, None, "ms", False, why, doubts, defaults_of(study, way))
    draws: Any = None
    rough = not solve and value is not None
    if drawn is not None and one in drawn.asked:
        if rough and value:
            draws = drawn.estimated(one, value)
        elif solve or drawn.endless(one) < _SURE:  # else both ends are without end
            draws = drawn.seconds(one, measure)
    why = "" if value is not None else why_endless(study, way)
    return Measured(value, draws, "ms", rough and draws is not None, why, doubts,
                    defaults_of(study, way))  # fmt: skip


def _times(study: Study, one: "Asked") -> "tuple[Times, tuple[Doubt, ...], tuple[str, ...]]":
    """Times, doubts, and the operations that they are of."""
    if isinstance(one, str):
        result = study.analysis.operations[one]
        return result.times, result.doubts, (one,)
    whole = study.chain(*one)
    return whole.times, whole.doubts, whole.operations


def listed_few(names: tuple[str, ...], most: int = 3) -> str:
    """Some names, and how many more."""
    shown = ", ".join(names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def why_endless(study: Study, way: tuple[str, ...]) -> str:
    """Why calls never end."""
    results = [study.analysis.operations[name] for name in way]
    over = dict.fromkeys(name for result in results for name in result.overloaded)
    if over:
        return f"{listed_few(tuple(over))} cannot keep up"
    for result in results:
        if result.failed > _MOST:
            return f"{result.failed:.0%} of the calls of {result.operation} end without an answer"
    queues = dict.fromkeys(
        flow.trigger for flow in study.network.flows if flow.operation in way[1:]
    )
    return f"messages of {' and '.join(queues)} come faster than they are taken"


def _use(study: Study, component: str, drawn: "DrawsResult | None") -> Measured | None:
    part = study.analysis.components.get(component)
    if part is None or part.utilisation is None:
        return None
    draws: Any = None
    if drawn is not None:
        some = [
            use for name, use in drawn.utilisation.items()
            if study.network.stations[name].component == component
        ]  # fmt: skip
        from sysdesign.formulas.number import numpy_module

        draws = numpy_module().max(some, axis=0)
    names = [name for name, s in study.network.stations.items() if s.component == component]
    return Measured(part.utilisation, draws, "%", defaults=_defaults(study, names))


def _carries(study: Study, drawn: "DrawsResult | None") -> Measured | None:
    if study.analysis.carries is None:
        return None
    from sysdesign.analyze import Doubt

    stuck = study.analysis.metastable
    why = "retries keep it down after a burst, though it carries this load before one"
    over = tuple(Doubt(name, why) for name in (stuck.stations if stuck else ()))
    draws = None if drawn is None else _carried_draws(study)
    return Measured(study.analysis.carries, draws, "x", False, "", over, study.network.defaults)


def _availability(
    study: Study, operation: str, solve: bool, drawn: "DrawsResult | None"
) -> Measured | None:
    from sysdesign.analyze import Doubt
    from sysdesign.study.uptime import ENDS, LEVELS, shown_up, spread_of, unstated, uptime

    found = uptime(study, operation)
    if found is None:
        return None
    doubts: tuple[Doubt, ...] = ()
    if not found.up.is_exact:
        ends = f"it lies between {shown_up(found.up.low)} and {shown_up(found.up.high)}"
        doubts = (Doubt(operation, f"too many zones and ways for an exact answer; {ends}"),)
    levels = LEVELS if solve else ENDS
    draws = None if drawn is None else spread_of(study, operation, levels)
    return Measured(found.up.low, draws, "up", False, "", doubts, unstated(study, operation))


def _kept(study: Study, entity: str, measure: str) -> Measured | None:
    from sysdesign.study.kept import kept

    found = kept(study, entity)
    value = getattr(found, f"{measure}_s") if found else None
    if found is None or value is None:
        return None
    if value == float("inf"):
        return Measured(None, None, "s", False, found.why, defaults=found.defaults)
    return Measured(value, None, "s", defaults=found.defaults)


def carried_probability(study: Study) -> float | None:
    """Probability that the peak is carried, under the ranges; None where nothing limits it."""
    if study.analysis.carries is None:
        return None
    draws = _carried_draws(study)
    if draws is None:
        return 1.0 if study.analysis.carries >= 1 else 0.0
    return float((draws >= 1).mean())


def _carried_draws(study: Study) -> Any:
    """The load carried over the draws; retries and closed users change it as at the medians.

    It is that of the peak in the file: slots do not fill in step with the load, and what is
    carried hangs on no load that is asked for.
    """
    if study.drawn is None:
        return None
    if study.load not in (0.0, 1.0):
        draws = _carried_draws(study.at_peak)
        return None if draws is None else draws / study.load
    found, draws = study.analysis, study.drawn.carries
    if found.plain is None or found.carries is None or found.bottleneck is None:
        return draws
    station = found.stations[found.bottleneck]
    if (station.slots_used or 0.0) > (station.utilisation or 0.0):  # slots are scaled already
        return draws
    return draws * (found.carries / found.plain)


def defaults_of(study: Study, operations: tuple[str, ...]) -> tuple[str, ...]:
    """What was taken of the stations that operations wait for, since the file is silent."""
    from sysdesign.analyze import visited
    from sysdesign.analyze.trees import nodes_of
    from sysdesign.network import Hold

    names = [name for one in operations for name in visited(study.network, one)]
    for flow in study.network.flows:  # and slots that they hold, as of a lock
        if flow.operation in operations:
            held = (node.station for node in nodes_of(flow.root, sends=False)
                    if isinstance(node, Hold))  # fmt: skip
            names += [name for name in held if name not in names]
    return _defaults(study, names)


def _defaults(study: Study, stations: list[str]) -> tuple[str, ...]:
    found = (said for name in stations for said in study.network.stations[name].defaults)
    return tuple(dict.fromkeys(found))


def primary_operation(study: Study) -> str | None:
    """The operation whose time tells most; see `primary`."""
    return primary(study.design, study.network.operations())


def told_range(study: Study, found: Measured) -> str:
    """The 90% interval of a number for people; empty where both ends read the same."""
    ends = found.between()
    if ends is None:
        return ""
    low, high = (shown_measure(study, end, found.unit) for end in ends)
    if low == high:
        return ""
    number, _, unit = low.partition(" ")
    return f"{number if unit and high.endswith(f' {unit}') else low} .. {high}"


def shown_measure(study: Study, value: float | None, unit: str) -> str:
    """A number of the analysis for people."""
    if value is None or value == float("inf"):
        return "without end"
    if unit == "x":
        return f"{value:.2g}x" if value < 100 else f"{value:,.0f}x"
    if unit == "%":
        return f"{value:.0%}"
    if unit == "up":
        from sysdesign.study.uptime import shown_up

        return shown_up(value)
    return show(value, study.units.parse("s").dimension, digits=2)
