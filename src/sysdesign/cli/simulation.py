"""The page of `simulate`: numbers with their intervals beside those of formulas, and the story."""

from collections.abc import Iterator, Sequence

from sysdesign.cli.screen import Paint, table, wrapped
from sysdesign.simulate.result import OperationRun, Simulated, Trace
from sysdesign.simulate.statistics import Estimate
from sysdesign.study import primary_operation
from sysdesign.study.beside import beside
from sysdesign.study.measures import listed_few
from sysdesign.study.story import clock, story, worst_hit
from sysdesign.study.tested import Run, Tested
from sysdesign.study.unknown_ways import at_least, notes_of
from sysdesign.study.words import grouped, shown_share, shown_time, told_once
from sysdesign.workbench.simulation import Simulation

_MARGIN = 4
_INDENTED = 6
_BUSIEST = 10
_FEW = 0.0005
_BAR = 30
_TIMES_TOLD = 12


def page(done: Simulation, path: str, paint: Paint, everything: bool) -> list[str]:
    """What a person reads."""
    study = done.bench.study
    load = f" · load {study.load:g}x" if study.load != 1 else ""
    text = [paint(f"{study.design.problem.name or path}{load}", "bold"), ""]
    for run in done.runs:
        for section in _sections(run, paint, everything):
            if section:
                text += [*section, ""]
    defaults = _defaults(done, paint, everything)
    return [*text, *([*defaults, ""] if defaults else []), *_next(done, path, paint)]


def _sections(run: Run, paint: Paint, everything: bool) -> Iterator[list[str]]:
    if run.simulated.scenario:
        yield _story(run, paint)
        yield _over_time(run, paint)
        yield requirement_lines(run.tests, paint)
        if everything:
            yield _operations(run, paint)
    else:
        yield _head(run.simulated, paint)
        yield _operations(run, paint)
        yield _differences(run, paint)
        yield requirement_lines(run.tests, paint)
        yield _stations(run, paint, everything)
    yield _queues(run.simulated, paint)
    yield _caches(run.simulated, paint)
    yield from _traces(run.simulated, paint)
    yield _notes(run.simulated, paint)


def _head(one: Simulated, paint: Paint) -> list[str]:
    calls = sum(o.completed + o.failed for o in one.operations.values())
    several = "replication" if one.replications == 1 else "replications"
    said = (
        f"{calls:,} calls in {one.replications} {several} of {one.measured_s:.3g} s, after "
        f"{one.warm_up_s:.2g} s of warm-up; seed {one.seed}"
    )
    lines = [f"  {said}"]
    if one.state.said:
        lines += [
            paint(line, "red", "bold")
            for line in wrapped(one.state.said, paint.width - _MARGIN, "  ")
        ]
    if one.stopped:
        lines += [
            paint(line, "yellow") for line in wrapped(one.stopped, paint.width - _MARGIN, "  ")
        ]
    return lines


# -- operations ------------------------------------------------------------------------------------


def _operations(run: Run, paint: Paint) -> list[str]:
    one = run.simulated
    rows: list[tuple[str, ...]] = [
        ("", "calls/s", "mean", "", "by formulas", "p99", "", "by formulas", "p99.9", "fail")
    ]
    for row in beside(run.study, one):
        times, mark = row.run.times, at_least(run.study, row.operation)
        rows.append((
            row.operation, f"{row.run.rate_per_s:,.0f}", *_shown(times.mean_s, mark),
            mark + shown_time(row.mean_s), *_shown(times.p99_s, mark), mark + shown_time(row.p99_s),
            mark + _plain(times.p999_s), _failed(row.run),
        ))  # fmt: skip
    top, *body = _fitting(rows, (1, 2, 4, 5, 7, 8, 9), paint, (8, 6, 3))
    for note in notes_of(run.study):
        body += wrapped(note, paint.width - _MARGIN, "  ")
    title = "Operations, with 95% intervals beside what formulas say"
    return [paint(title, "bold"), paint(top, "dim"), *body]


def _fitting(
    rows: Sequence[tuple[str, ...]], right: Sequence[int], paint: Paint, spare: Sequence[int]
) -> list[str]:
    """A table, without some columns to spare where it is wider than the screen."""
    lines, kept = table(rows, right=right), list(range(len(rows[0])))
    for column in spare:
        if max(map(len, lines)) <= paint.width:
            break
        kept.remove(column)
        lines = table([[row[k] for k in kept] for row in rows],
                      right=[n for n, k in enumerate(kept) if k in right])  # fmt: skip
    return lines


def _shown(value: Estimate | None, mark: str = "") -> tuple[str, str]:
    """A time and half of its interval."""
    if value is None:
        return "-", ""
    if value.low is None or value.high is None:
        return mark + shown_time(value.value), "±?"
    return mark + shown_time(value.value), f"±{value.width:.1%}"


def _plain(value: Estimate | None) -> str:
    return "-" if value is None else shown_time(value.value)


def _failed(one: OperationRun) -> str:
    share = one.failed_share.value
    if share == 0:
        return "none"
    return f"{share:.1%}" if share >= _FEW else f"{share:.1e}"


def _differences(run: Run, paint: Paint) -> list[str]:
    by_why: dict[str, list[str]] = {}
    for row in beside(run.study, run.simulated):
        if row.why:
            by_why.setdefault(row.why, []).append(row.operation)
    text = [paint("Where the two differ", "bold")] if by_why else []
    for why, names in by_why.items():
        text += wrapped(f"{listed_few(tuple(names))}: {why}", paint.width - _MARGIN, "  ")
    return text


def _stations(run: Run, paint: Paint, everything: bool) -> list[str]:
    known = run.study.analysis.stations
    visited = {name for name, one in known.items() if one.arrival_per_s > 0}
    ran = (s for s in run.simulated.stations.values() if s.utilisation is not None)
    found = [s for s in ran if s.arrival_per_s > 0 or s.station in visited]
    found.sort(key=lambda s: -(s.utilisation.value if s.utilisation else 0.0))
    if not found:
        return []
    shown = found if everything else found[:_BUSIEST]
    rows: list[tuple[str, ...]] = [
        ("", "busy", "", "calls/s", "waiting", "at most", "wait", "refused", "instances")
    ]
    for one in shown:
        use = one.utilisation or Estimate(0.0)
        rows.append((
            one.station, f"{use.value:.1%}", f"±{use.width:.1%}" if use.low is not None else "",
            f"{one.arrival_per_s:,.0f}", _number(one.waiting.value), f"{one.most_waiting:,.0f}",
            shown_time(one.wait_s), shown_share(one.refused_share) if one.refused_share else "",
            f"{one.instances:,.4g}",
        ))  # fmt: skip
    top, *body = _fitting(rows, (1, 3, 4, 5, 6, 7, 8), paint, (5, 2, 8))
    more = len(found) - len(shown)
    tail = [paint(f"  and {more} less busy: --all", "dim")] if more else []
    return [paint("Components, the busiest first", "bold"), paint(top, "dim"), *body, *tail]


def _queues(one: Simulated, paint: Paint) -> list[str]:
    if not one.queues:
        return []
    rows: list[tuple[str, ...]] = [
        ("", "in/s", "out/s", "lying there", "p99 of the age", "refused", "dropped", "dead")
    ]
    rows += [
        (queue.component, f"{queue.in_per_s:,.0f}", f"{queue.out_per_s:,.0f}",
         _number(queue.backlog.value), shown_time(queue.age_p99_s), _share_of(queue.refused_share),
         _share_of(queue.dropped_share), f"{queue.dead:,}")
        for queue in one.queues.values()
    ]  # fmt: skip
    top, *body = table(rows, right=(1, 2, 3, 4, 5, 6, 7))
    return [paint("Queues", "bold"), paint(top, "dim"), *body]


def _number(count: float) -> str:
    """How many calls or messages, on average."""
    return f"{count:,.0f}" if count >= 100 else f"{count:.2g}"


def _share_of(share: float) -> str:
    return shown_share(share) if share else ""


def _caches(one: Simulated, paint: Paint) -> list[str]:
    """Caches by key: how often they answered, with 95% intervals."""
    if not one.hits:
        return []
    rows = [(name, f"{hit.value:.1%}", f"±{hit.width:.1%}" if hit.low is not None else "")
            for name, hit in one.hits.items()]  # fmt: skip
    return [paint("Hit ratios that follow from keys", "bold"), *table(rows, right=(1, 2))]


# -- a scenario ------------------------------------------------------------------------------------


def _story(run: Run, paint: Paint) -> list[str]:
    one = run.simulated
    title = f"Scenario {one.scenario}"
    lines = [paint(title, "bold")]
    for sentence in story(one, primary_operation(run.study)):
        lines += wrapped(sentence, paint.width - _MARGIN, "  ")
    if one.state.said:
        lines += [
            paint(line, "red") for line in wrapped(one.state.said, paint.width - _MARGIN, "  ")
        ]
    if one.stopped:
        lines += [
            paint(line, "yellow") for line in wrapped(one.stopped, paint.width - _MARGIN, "  ")
        ]
    return lines


def _over_time(run: Run, paint: Paint) -> list[str]:
    """The operation that tells most at some times of the story, with its p99 as bars."""
    series = run.simulated.series
    name = worst_hit(run.simulated, primary_operation(run.study))
    one = series.operations.get(name or "")
    if one is None or len(series.at_s) < 2:
        return []
    events = [t for t, _ in run.simulated.events]
    near = [i for i, at in enumerate(series.at_s)
            if any(at <= t < at + series.interval_s for t in events)]  # fmt: skip
    places = _places(len(series.at_s), near)
    top = max((p for p in one.p99_s if p is not None), default=0.0)
    rows: list[tuple[str, ...]] = [("", "calls/s", "p50", "p99", "fail", "")]
    for i in places:
        p99 = one.p99_s[i]
        bar = "█" * round(_BAR * p99 / top) if p99 is not None and top > 0 else ""
        fails = f"{one.failed_share[i]:.1%}" if one.failed_share[i] else ""
        rows.append((clock(series.at_s[i]), f"{one.completed_per_s[i]:,.0f}",
                     shown_time(one.p50_s[i]), shown_time(p99), fails, bar))  # fmt: skip
    head, *body = table(_without_repeats(rows), right=(0, 1, 2, 3, 4))
    return [paint(f"{name} over time", "bold"), paint(head, "dim"), *body]


def _without_repeats(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Rows without those that say, but for the time, the same as the one before and the next."""
    same = [0, *(i for i in range(1, len(rows) - 1)
                 if rows[i - 1][1:] != rows[i][1:] or rows[i][1:] != rows[i + 1][1:])]  # fmt: skip
    return [rows[i] for i in [*same, len(rows) - 1]]


def _places(count: int, events: list[int]) -> list[int]:
    """Some intervals, evenly, and those at and right after events."""
    even = [round(i * (count - 1) / (_TIMES_TOLD - 1)) for i in range(_TIMES_TOLD)]
    near = [i + k for i in events for k in (-1, 0, 1, 5, 15) if 0 <= i + k < count]
    return sorted({*even, *near})


def requirement_lines(tests: Sequence[Tested], paint: Paint) -> list[str]:
    """Requirements with what became of them; nothing where there are none."""
    if not tests:
        return []
    width = max(len(test.requirement) for test in tests)
    lines = [paint("Requirements", "bold")]
    for test in tests:
        margin = " " * (width + 15)
        word, colour = _verdict(test)
        first, *more = wrapped(f"{test.statement.text}: {test.said}", paint.width - 2 - len(margin))
        gap = " " * (9 - len(word))
        lines.append(f"  {test.requirement:<{width}}  {paint(word, colour)}{gap}  {first}".rstrip())
        lines += [margin + line for line in more]
    return lines


def _verdict(test: Tested) -> tuple[str, str]:
    if test.holds is None:
        return "not known", "yellow"
    return ("holds", "green") if test.holds else ("fails", "red")


# -- one call, and what has to be said -------------------------------------------------------------


def _traces(one: Simulated, paint: Paint) -> Iterator[list[str]]:
    for trace in one.traces:
        yield [paint(f"One call of {trace.operation}", "bold"), *trace_lines(trace)]


def trace_lines(trace: Trace) -> list[str]:
    """A sampled call as a waterfall: each step with its start, its length and a bar."""
    whole = max((step.at_s + step.took_s for step in trace.steps), default=0.0) or 1.0
    rows: list[tuple[str, ...]] = []
    for step in trace.steps:
        start = min(round(step.at_s / whole * _BAR), _BAR - 1)
        length = max(round(step.took_s / whole * _BAR), 1)
        bar = "█" * min(length, _BAR - start) if step.took_s else "·"
        rows.append((step.where or trace.operation, shown_time(step.at_s),
                     shown_time(step.took_s) if step.took_s else "", step.what,
                     " " * start + bar))  # fmt: skip
    return table(rows, right=(1, 2))


def _notes(one: Simulated, paint: Paint) -> list[str]:
    text = [paint("Shortened, left out", "bold")] if one.notes else []
    for note in told_once(one.notes):
        text += wrapped(note, paint.width - _MARGIN, "  ")
    return text


def _defaults(done: Simulation, paint: Paint, everything: bool) -> list[str]:
    found = dict.fromkeys(said for run in done.runs for said in run.simulated.defaults)
    return taken_lines(grouped(tuple(found)), paint, everything, _BUSIEST)


def taken_lines(
    lines: Sequence[str], paint: Paint, everything: bool, most: int
) -> list[str]:  # fmt: skip
    """Values that were taken since the file does not say; `most` of them where not `everything`."""
    if not lines:
        return []
    shown = lines if everything else lines[:most]
    text = [paint(f"Taken, since the file does not say ({len(lines)})", "bold")]
    for line in shown:
        first, *rest = wrapped(line, paint.width - _INDENTED, "  ")
        text += [first, *(f"  {more}" for more in rest)]
    left = len(lines) - len(shown)
    return text + ([paint(f"  and {left} more: --all", "dim")] if left else [])


def _next(done: Simulation, path: str, paint: Paint) -> Iterator[str]:
    scenarios = done.bench.study.design.scenarios
    told = {run.simulated.scenario for run in done.runs}
    left = [name for name in scenarios
            if name not in told and f"scenario {name}" not in done.left_out]  # fmt: skip
    if left:
        yield paint(f"Next:  sysdesign simulate {path} --scenario {left[0]}", "dim")
