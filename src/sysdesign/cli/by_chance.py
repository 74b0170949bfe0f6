"""The page of `simulate --failures`: what failed, what became of calls, beside `availability`."""

from collections.abc import Iterator

from sysdesign.cli.screen import USUAL, Paint, table, wrapped
from sysdesign.cli.simulation import requirement_lines, taken_lines
from sysdesign.study import Study, primary_operation
from sysdesign.study.by_chance import OUTAGES, BesideUp, outage_s
from sysdesign.study.tested import asked_operations
from sysdesign.study.uptime import part_words, shown_down, shown_up
from sysdesign.study.words import grouped, shown_count, shown_time, told_once
from sysdesign.workbench.by_chance import Lives

_PARTS = 12
_TAKEN = 10
_RARE = 0.0005


def page(done: Lives, path: str, paint: Paint, everything: bool) -> list[str]:
    """What a person reads."""
    study = done.bench.study
    load = f" · load {study.load:g}x" if study.load != 1 else ""
    text = [paint(f"{study.design.problem.name or path}{load}", "bold"), ""]
    sections = (
        _head(done, paint), _operations(done, paint), _differences(done, paint),
        requirement_lines(done.tests, paint), _parts(done, paint, everything), _notes(done, paint),
        _taken(done, paint, everything),
    )  # fmt: skip
    for section in sections:
        if section:
            text += [*section, ""]
    return [*text, paint(f"Next:  sysdesign availability {path}", "dim")]


def _head(done: Lives, paint: Paint) -> list[str]:
    """How long it lived, how much of that was run, and how sure it is."""
    run, width = done.run, paint.width - 4
    lines = []
    if run.replications:
        several = "replication" if run.replications == 1 else "replications"
        said = (
            f"{_counted(run.failures, 'failure')} by chance in {shown_time(run.story_s)} at peak, "
            f"in {run.replications} {several}; seed {run.seed}. "
        )
        if run.run_s < run.story_s:
            said += (
                f"Of it {shown_time(run.run_s)} were run: what follows each failure and each "
                "repair. In between nothing changes, and calls fare as before."
            )
        lines += wrapped(said, width, "  ")
    for told in (run.stopped, _needs(done)):
        lines += [paint(line, "yellow") for line in wrapped(told, width, "  ")] if told else []
    return lines


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _needs(done: Lives) -> str:
    """How long it would take, where it was too short."""
    run = done.run
    if run.interrupted or not run.stopped:
        return ""
    if run.needs_s is not None and not run.failures:
        return (
            f"Something fails once in {shown_time(1 / sum(run.per_s.values()))}. To see some of it "
            f"would take {shown_time(run.needs_s)}: --limit {_round(run.needs_s)}"
        )
    if run.needs_s is not None:
        return f"It would take some {shown_time(run.needs_s)}: --limit {_round(run.needs_s)}"
    if not run.failures:
        return ""
    wanted = asked_operations(done.bench.study)
    spared = [row for row in done.beside if row.operation in wanted and row.run.run > 0
              and row.run.answered.low is None]  # fmt: skip
    return _too_rare(done, spared[0]) if spared else ""


def _too_rare(done: Lives, row: BesideUp) -> str:
    """No call failed: how long it would take to see some that do."""
    run, study = done.run, done.bench.study
    if row.exact is None or row.exact.down <= 0:
        return f"No call of {row.operation} failed, and by `availability` none does."
    down_s = row.exact.down * run.story_s
    said = (
        f"No call of {row.operation} failed. By `availability` {shown_down(study, row.exact.down)} "
        f"a year do, {shown_time(down_s)} of what was lived through"
    )
    takes_s = run.spent_s * OUTAGES * max(outage_s() / down_s, 1.0)
    return (
        f"{said}. To see ten outages of {shown_time(outage_s())} would take some "
        f"{shown_time(takes_s)}: --limit {_round(takes_s)}"
    )


def _round(seconds: float) -> int:
    """Seconds with two digits, upwards."""
    from math import ceil, log10

    step = int(10 ** max(int(log10(max(seconds, 1.0))) - 1, 0))
    return max(ceil(seconds / step), 1) * step


def _operations(done: Lives, paint: Paint) -> list[str]:
    if not done.run.replications:
        return []
    study = done.bench.study
    rows: list[tuple[str, ...]] = [
        ("", "calls run", "answered", "by avail.", "down a year", "95% interval", "by avail.",
         "degraded a year")
    ]  # fmt: skip
    rows += [tuple(_operation(study, row)) for row in done.beside]
    if not any(row[-1] for row in rows[1:]):
        rows = [row[:-1] for row in rows]
    if paint.width < USUAL:
        rows = [(row[0], *row[2:7]) for row in rows]
    top, *body = table(rows, right=(1, 2, 3, 4, 5, 6, 7))
    title = "Operations, with 95% intervals beside what `availability` works out"
    return [paint(title, "bold"), paint(top, "dim"), *body]


def _operation(study: Study, row: BesideUp) -> Iterator[str]:
    one, exact = row.run, row.exact
    ran = one.run > 0
    yield row.operation
    yield shown_count(round(one.run))
    yield shown_up(one.answered.value) if ran else "-"
    yield "-" if exact is None else shown_up(exact.up.low)
    yield shown_down(study, 1 - one.answered.value) if ran else "-"
    if one.answered.low is None or one.answered.high is None:
        yield "not known"
    else:
        ends = [shown_down(study, 1 - end) for end in (one.answered.high, one.answered.low)]
        yield " .. ".join(ends)
    if exact is None:
        yield "-"
    elif exact.up.is_exact:
        yield shown_down(study, exact.down)
    else:
        yield f"{shown_down(study, 1 - exact.up.high)} .. {shown_down(study, exact.down)}"
    yield shown_down(study, one.degraded.value) if one.degraded.value > 0 else ""


def _differences(done: Lives, paint: Paint) -> list[str]:
    lines = [line for row in done.beside if row.why
             for line in wrapped(f"{row.operation}: {row.why}", paint.width - 4, "  ")]  # fmt: skip
    return [paint("Where the two differ", "bold"), *lines] if lines else []


def _parts(done: Lives, paint: Paint, everything: bool) -> list[str]:
    """What failed, and which part of the failed calls of the first operation it had."""
    run, study = done.run, done.bench.study
    name = primary_operation(study)
    failed_by = run.operations[name].failed_by if name and name in run.operations else {}
    parts = sorted({*run.happened, *failed_by}, key=lambda p: (-failed_by.get(p, 0.0), p))
    if not parts:
        return []
    shown = parts if everything else parts[:_PARTS]
    rows: list[tuple[str, ...]] = [("", "times", "expected", f"part of the failed calls of {name}")]
    rows += [tuple(_part(done, part, failed_by.get(part, 0.0))) for part in shown]
    top, *body = table(rows, right=(1, 2, 3))
    more = len(parts) - len(shown)
    tail = [paint(f"  and {more} more: --all", "dim")] if more else []
    return [paint("What failed", "bold"), paint(top, "dim"), *body, *tail]


def _part(done: Lives, part: str, share: float) -> Iterator[str]:
    run = done.run
    yield part_words(done.bench.study, part) if part else "while nothing was down"
    yield f"{run.happened[part]:,}" if part in run.happened else ""
    yield _expected(run.per_s[part] * run.story_s) if part in run.per_s else ""
    yield "" if share <= 0 else f"{share:.1%}" if share >= _RARE else "below 0.1%"


def _expected(number: float) -> str:
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"


def _notes(done: Lives, paint: Paint) -> list[str]:
    lines = [
        line for note in told_once(done.run.notes) for line in wrapped(note, paint.width - 4, "  ")
    ]
    return [paint("Shortened, left out", "bold"), *lines] if lines else []


def _taken(done: Lives, paint: Paint, everything: bool) -> list[str]:
    return taken_lines(grouped(done.defaults), paint, everything, _TAKEN)
