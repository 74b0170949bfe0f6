"""What the simulation says: the steady state beside formulas, and each scenario as it goes."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from sysdesign.report.document import (
    Axis,
    Block,
    Bullets,
    Code,
    Curve,
    Guide,
    Note,
    Paragraph,
    Plot,
    Section,
    Soft,
    Span,
    Table,
)
from sysdesign.report.lines import NONE, columns, mark, seconds
from sysdesign.report.subject import Part, Subject
from sysdesign.simulate.result import OperationRun, OperationSeries, Series, Simulated
from sysdesign.simulate.statistics import Estimate
from sysdesign.study import Study, primary_operation
from sysdesign.study.beside import beside
from sysdesign.study.story import is_dense, story
from sysdesign.study.tested import Run, asked_operations
from sysdesign.study.unknown_ways import at_least
from sysdesign.study.words import told_once

_BUSIEST = 4
_MORE = 1 + 1e-6  # of the servers at the start are at work: more were started
_MOST = 400  # points of a curve; more are put together
_FEW = 0.0005
_MOVES = 0.02  # of a hit ratio that is shown
_SKIPPED = 1.5  # times as far apart as two intervals are
_MINUTE = 60.0


def write(subject: Subject) -> Iterator[Block | Section]:
    """A section for each simulation that was run; nothing without."""
    if not subject.runs:
        return
    yield Paragraph(
        "Simulated event by event, at peak and at the medians of the ranges. Intervals hold the "
        "true value in 95 of 100 such runs, as far as the design is what the file says."
    )
    for run in subject.runs:
        name = run.simulated.scenario
        title = f"Scenario {name}" if name else "Steady state"
        blocks = tuple(_scenario(run) if name else _steady(run))
        yield Section(f"simulated-{name or 'steady'}", title, blocks, ())


# -- steady state ----------------------------------------------------------------------------------


def _steady(run: Run) -> Iterator[Block]:
    one = run.simulated
    if one.state.said:
        yield Note(one.state.said, "bad")
    rows = tuple(
        ((Code(row.operation),), f"{row.run.rate_per_s:,.0f}", least + _told(row.run.times.mean_s),
         least + seconds(row.mean_s), least + _told(row.run.times.p99_s),
         least + seconds(row.p99_s), _failed(row.run))
        for row in beside(run.study, one) for least in [at_least(run.study, row.operation)]
    )  # fmt: skip
    heads = columns("Operation", "Calls/s", "Mean", "By formulas", "p99", "By formulas", "Fail",
                    right=(1, 2, 3, 4, 5, 6))  # fmt: skip
    yield Table("Operations by simulation and by formulas", heads, rows)
    why = {row.why: [] for row in beside(run.study, one) if row.why}  # type: dict[str, list[str]]
    for row in beside(run.study, one):
        if row.why:
            why[row.why].append(row.operation)
    if why:
        yield Bullets(tuple(f"{', '.join(names)}: {said}" for said, names in why.items()))
    yield from _requirements(run)
    yield _counted(one)


def _told(value: Estimate | None) -> str:
    if value is None:
        return NONE
    width = "" if value.low is None or value.high is None else f" ±{value.width:.1%}"
    return f"{seconds(value.value)}{width}"


def _failed(one: OperationRun) -> str:
    share = one.failed_share.value
    return "none" if share == 0 else f"{share:.1%}" if share >= _FEW else f"{share:.1e}"


def _counted(one: Simulated) -> Block:
    calls = sum(o.completed + o.failed for o in one.operations.values())
    notes = "".join(f" {_sentence(note)}." for note in told_once(one.notes))
    return Paragraph((Soft(
        f"{calls:,} calls in {one.replications} replications of {one.measured_s:.3g} s after "
        f"{one.warm_up_s:.2g} s of warm-up, seed {one.seed}. {one.stopped}{notes}"
    ),))  # fmt: skip


def _sentence(note: str) -> str:
    """A note as a sentence; a name at its start stays as it is."""
    named = note.split(" ", 1)[0].endswith(":")
    return note if named else f"{note[0].upper()}{note[1:]}"


def _requirements(run: Run) -> Iterator[Block]:
    if not run.tests:
        return
    words = {True: "holds", False: "fails", None: "not known"}
    rows = tuple(
        ((Code(test.requirement),), test.statement.text, (mark(words[test.holds]),), test.said)
        for test in run.tests
    )  # fmt: skip
    heads = columns("Requirement", "Expects", "Verdict", "Found")
    yield Table("Requirements in this simulation", heads, rows, prose=True)


# -- a scenario ------------------------------------------------------------------------------------


def _scenario(run: Run) -> Iterator[Block]:
    one = run.simulated
    yield Bullets(story(one, primary_operation(run.study)))
    yield from _requirements(run)
    series = one.series
    if len(series.at_s) > 1:
        spans = _spans(one)
        yield from _latency(run.study, one, spans)
        yield _throughput(run.study, series, spans)
        yield from _failures(run.study, series, spans)
        yield from _stations(one, spans)
        yield from _backlog(series, spans)
        yield from _caches(series, spans)
    yield _counted(one)


def _spans(one: Simulated) -> tuple[Span, ...]:
    """From the first event to the last, and each between."""
    times = sorted({at for at, _ in one.events})
    names = dict(reversed(one.events))
    end = one.series.at_s[-1] + one.series.interval_s
    ends = [*times[1:], end]
    return tuple(
        Span(at / _MINUTE, until / _MINUTE, names[at].partition(", and ")[0])
        for place, (at, until) in enumerate(zip(times, ends, strict=True))
        if until > at and (place < len(times) - 1 or len(times) == 1)
    )  # fmt: skip


def _x(series: Series) -> Axis:
    """All that was run, the same for each plot: where no call is answered there is no curve."""
    end = series.at_s[-1] + series.interval_s
    gaps = any(b - a > _SKIPPED * series.interval_s for a, b in pairwise(series.at_s))
    name = "Time (gaps: not run)" if gaps else "Time"
    return Axis(name, "number", series.at_s[0] / _MINUTE, end / _MINUTE, unit="min")


def _curve(
    name: str, at: Sequence[float], values: Sequence[float | None],
    low: Sequence[float | None] = (), high: Sequence[float | None] = (),
) -> Curve:  # fmt: skip
    """A curve of at most some hundred points; what lies between two is put together.

    It is broken where no call was answered, and where time was not run.
    """
    step = max(-(-len(at) // _MOST), 1)
    usual = step * (at[1] - at[0]) if len(at) > 1 else 0.0
    points, band, anew = [], [], []
    is_whole = True
    for start in range(0, len(at), step):
        here = [v for v in values[start : start + step] if v is not None]
        if not here:
            is_whole = False
            continue
        minute = at[start] / _MINUTE
        skipped = start > 0 and at[start] - at[start - step] > _SKIPPED * usual
        if skipped or not is_whole:
            anew.append(minute)
            is_whole = True
        points.append((minute, median(here) if step < 4 else max(here)))
        lows = [v for v in low[start : start + step] if v is not None]
        highs = [v for v in high[start : start + step] if v is not None]
        if lows and highs:
            band.append((minute, min(lows), max(highs)))
    return Curve(name, tuple(points), tuple(band), tuple(anew))


def _titled(several: str, one: str, names: Sequence[str]) -> str:
    """What a plot shows; a single curve has no legend, so the title names it."""
    return one.format(names[0]) if len(names) == 1 else several


def _latency(study: Study, run: Simulated, spans: tuple[Span, ...]) -> Iterator[Block]:
    """Percentiles of the first operation, and p99 of the others that requirements name."""
    name, series = primary_operation(study), run.series
    one = series.operations.get(name or "")
    if one is None or not any(p is not None for p in one.p99_s):
        return
    curves = (
        _curve("p99", series.at_s, one.p99_s, one.p99_low_s, one.p99_high_s),
        _curve("p95", series.at_s, one.p95_s), _curve("p50", series.at_s, one.p50_s),
    )  # fmt: skip
    limits = tuple(
        Guide(bound, f"{test.measure.measure} {test.comparison} {test.bound.text}")
        for quality in study.design.requirements.quality.values() for test in quality.expect
        if test.measure.owner == name and not test.measure.until
        and test.measure.measure.startswith("p")
        and (bound := _limit(study, test)) is not None
    )  # fmt: skip
    silent = any(p is None for p in one.p99_s)
    of = "Time of an answered call" + (" (no curve: none is answered)" if silent else "")
    yield Plot(f"Time of {name}", _x(series), Axis(of, "seconds"), curves, levels=limits,
               spans=spans)  # fmt: skip
    every = range(len(series.at_s))
    others = [n for n in asked_operations(study)
              if n != name and n in series.operations and is_dense(run, n, every)]  # fmt: skip
    told = tuple(_curve(n, series.at_s, series.operations[n].p99_s) for n in others[:_BUSIEST]
                 if any(p is not None for p in series.operations[n].p99_s))  # fmt: skip
    if told:
        yield Plot("p99 of other operations", _x(series),
                   Axis("99th percentile", "seconds", log=True), told, spans=spans)  # fmt: skip


def _limit(study: Study, test: object) -> float | None:
    from sysdesign.study.tested import bound_of

    return bound_of(study, test)  # type: ignore[arg-type]


def _throughput(study: Study, series: Series, spans: tuple[Span, ...]) -> Block:
    first = primary_operation(study) or ""
    name = first if first in series.operations else next(iter(series.operations))
    one = series.operations[name]
    return Plot(
        f"Calls of {name}", _x(series), Axis("Calls a second", "number", unit="req/s"),
        (_curve("started", series.at_s, one.started_per_s),
         _curve("answered", series.at_s, one.completed_per_s)), spans=spans,
    )  # fmt: skip


def _failures(study: Study, series: Series, spans: tuple[Span, ...]) -> Iterator[Block]:
    """The primary operation and those of which most calls fail."""
    first = primary_operation(study)
    worst = sorted(series.operations, key=lambda n: (n != first, -_lost(series.operations[n])))
    told = [n for n in worst if max(series.operations[n].failed_share, default=0.0) > _FEW]
    if told:
        yield Plot(
            _titled("Calls that fail", "Calls of {} that fail", told), _x(series),
            Axis("Share of the calls that end", "share"),
            tuple(_curve(n, series.at_s, series.operations[n].failed_share)
                  for n in told[:_BUSIEST]), spans=spans,
        )  # fmt: skip


def _lost(one: OperationSeries) -> float:
    """Failed calls, in a unit that is the same for all operations of a run."""
    pairs = zip(one.failed_share, one.started_per_s, strict=True)
    return sum(share * rate for share, rate in pairs)


def _stations(run: Simulated, spans: tuple[Span, ...]) -> Iterator[Block]:
    series = run.series
    names = sorted(series.stations, key=lambda n: -max(series.stations[n].utilisation, default=0.0))
    pure = {n for n, one in run.stations.items() if one.utilisation is None}
    busy = [n for n in names if n not in pure][:_BUSIEST]
    if busy:
        full = max(max(series.stations[n].utilisation, default=0.0) for n in busy)
        of = (
            "Servers at work, of those at the start" if full > _MORE else "Share of servers at work"
        )
        yield Plot(_titled("Use of the busiest components", "Use of {}", busy), _x(series),
                   Axis(of, "share"),
                   tuple(_curve(n, series.at_s, series.stations[n].utilisation) for n in busy),
                   spans=spans)  # fmt: skip
    waiting = sorted(series.stations, key=lambda n: -max(series.stations[n].waiting, default=0.0))
    long = [n for n in waiting if max(series.stations[n].waiting, default=0.0) >= 1][:_BUSIEST]
    if long:
        yield Plot(_titled("Calls that wait", "Calls that wait at {}", long), _x(series),
                   Axis("Calls", "number"),
                   tuple(_curve(n, series.at_s, series.stations[n].waiting) for n in long),
                   spans=spans)  # fmt: skip


def _backlog(series: Series, spans: tuple[Span, ...]) -> Iterator[Block]:
    told = [n for n, values in series.backlog.items() if max(values, default=0.0) >= 1]
    if told:
        yield Plot(_titled("Messages that lie in queues", "Messages that lie in {}", told),
                   _x(series), Axis("Messages", "number"),
                   tuple(_curve(n, series.at_s, series.backlog[n]) for n in told[:_BUSIEST]),
                   spans=spans)  # fmt: skip


def _caches(series: Series, spans: tuple[Span, ...]) -> Iterator[Block]:
    """Hit ratios of caches by key, and breakers, where they move."""
    known = {n: [v for v in values if v is not None] for n, values in series.hits.items()}
    moving = [n for n, some in known.items() if some and max(some) - min(some) >= _MOVES]
    if moving:
        yield Plot(_titled("Hit ratio of caches", "Hit ratio of {}", moving), _x(series),
                   Axis("Share of calls answered", "share"),
                   tuple(_curve(n, series.at_s, series.hits[n]) for n in moving[:_BUSIEST]),
                   spans=spans)  # fmt: skip
    opened = [n for n, values in series.open.items() if any(values)]
    if opened:
        yield Plot(_titled("Breakers that are open", "Breaker of {} open", opened), _x(series),
                   Axis("Share of the replications", "share"),
                   tuple(_curve(n, series.at_s, series.open[n]) for n in opened[:_BUSIEST]),
                   spans=spans)  # fmt: skip


PART = Part("simulation", "Simulated", "scenarios", write)
