"""Paths: how long each operation takes, and where its time goes."""

from collections.abc import Iterator

from sysdesign.analyze import Budget, Step, waterfall
from sysdesign.analyze.result import OperationResult
from sysdesign.report.document import (
    Axis,
    Bar,
    Bars,
    Block,
    Code,
    Line,
    Mark,
    Note,
    Paragraph,
    Row,
    Section,
    Table,
    Waterfall,
)
from sysdesign.report.lines import NONE, codes, columns, seconds
from sysdesign.report.subject import Part, Subject
from sysdesign.study import Study
from sysdesign.study.unknown_ways import at_least, notes_of
from sysdesign.study.words import degraded_words, shown_time, step_words

_SHARES = 3
_SMALL = 0.001  # of the mean; what takes less is not listed
_RARE = 0.5
_FAILED = 1e-4
_ROWS = 24
_PERCENTILES = ("p50", "p95", "p99", "p99.9")


def write(subject: Subject) -> Iterator[Block | Section]:
    """Times of all operations, then a waterfall for each: first where an actor waits."""
    study = subject.study
    results = study.analysis.operations
    if not results:
        yield Paragraph("No operation has a rate and a path yet, so no time can be worked out.")
        return
    yield Paragraph(
        f"By formulas, at {_peak(study)} and at the medians of the ranges; times of answered calls."
    )
    yield _times(study)
    for note in notes_of(study):
        yield Note(f"{note}.", "warning")
    yield from _percentiles(study)
    for name in sorted(results, key=lambda n: not study.design.operations[n].actor):
        yield _budget(study, name)


def _peak(study: Study) -> str:
    return "the peak" if study.load == 1 else f"{study.load:g} times the peak"


def _times(study: Study) -> Table:
    rows = []
    for name, one in study.analysis.operations.items():
        times = one.times
        read = (times.mean_s, times.p50_s, times.p95_s, times.p99_s, times.p999_s)
        rate = f"{one.rate_per_s:,.0f}/s" if one.rate_per_s >= 1 else f"{one.rate_per_s:.2g}/s"
        mark = at_least(study, name)
        told = (seconds(t) if t is None else f"{mark}{seconds(t)}" for t in read)
        rows.append(((Code(name),), rate, *told, _goes(study, name)))
    heads = columns("Operation", "At peak", "Mean", "p50", "p95", "p99", "p99.9",
                    "Where the mean goes", right=(1, 2, 3, 4, 5, 6))  # fmt: skip
    return Table("Times of the operations", heads, tuple(rows))


def _percentiles(study: Study) -> Iterator[Bars]:
    """Percentiles of each operation side by side; of many operations the slowest."""
    rows = []
    for name, one in study.analysis.operations.items():
        times = one.times
        read = (times.p50_s, times.p95_s, times.p99_s, times.p999_s)
        if all(value is not None and value > 0 for value in read):
            rows.append(Row(name, read))
    few = "" if len(rows) <= _ROWS else f" of the {_ROWS} slowest operations"
    if few:
        rows = sorted(rows, key=lambda row: -(row.values[2] or 0.0))[:_ROWS]
    if len(rows) > 1:
        axis = Axis("Time of an answered call, logarithmic", "seconds", log=True)
        yield Bars(f"Percentiles{few}", axis, _PERCENTILES, tuple(rows), "marks", repeats=True)


def _goes(study: Study, name: str) -> Line:
    one = study.analysis.operations[name]
    if one.overloaded:
        return (Mark("overloaded", "bad"), " ", *codes(one.overloaded))
    parts = sorted(one.shares.items(), key=lambda part: -part[1])[:_SHARES]
    return ", ".join(f"{part or 'network'} {share:.0%}" for part, share in parts) or NONE


def _budget(study: Study, name: str) -> Section:
    result, budget = study.analysis.operations[name], waterfall(study.analysis, name)
    blocks: list[Block] = []
    if budget.mean_s is None or budget.p99_s is None:
        over = ("Overloaded: ", *codes(result.overloaded)) if result.overloaded else ()
        blocks.append(Note(("Calls pile up without end, so there is no budget. ", *over), "bad"))
        return Section(f"path-{name}", name, tuple(blocks))
    whose = _origin(budget, result)
    mark = at_least(study, name, budget.origin)
    blocks.append(Paragraph(
        f"Mean {mark}{shown_time(budget.mean_s)}, p99 {mark}{shown_time(budget.p99_s)}{whose}."
        f"{_losses(result.failed, result.degraded, degraded_words(study, name))}"
    ))  # fmt: skip
    blocks.append(_waterfall(budget, name, budget.mean_s))
    if result.doubts:
        why = "; ".join(f"{doubt.about}: {doubt.why}" for doubt in result.doubts)
        blocks.append(Note(f"Not to be trusted without a simulation. {why}.", "warning"))
    return Section(f"path-{name}", name, tuple(blocks))


def _origin(budget: Budget, result: OperationResult) -> str:
    """Whose calls a waterfall is of, and how it differs from the table of all calls."""
    if not budget.origin:
        return ""
    if len(result.origins) < 2:
        return f", for calls from {budget.origin}"
    every = f"{shown_time(result.times.mean_s)} and {shown_time(result.times.p99_s)}"
    return f", for calls from {budget.origin}; over all origins {every}"


def _losses(failed: float, degraded: float, poor: str) -> str:
    told = ""
    if failed >= _FAILED:
        told += f" {_share(failed)} of the calls end without an answer."
    if degraded >= _FAILED:
        told += f" {_share(degraded)} of the answers {poor}."
    return told


def _share(share: float) -> str:
    return f"{share:.2%}" if share < 0.01 else f"{share:.0%}"


def _waterfall(budget: Budget, name: str, mean_s: float) -> Waterfall:
    shown = [step for step in budget.steps if _counts(step, mean_s)]
    bars = tuple(_bar(step) for step in shown)
    return Waterfall(f"Where the time of {name} goes", mean_s, bars, len(budget.steps) - len(shown))


def _counts(step: Step, mean_s: float) -> bool:
    if step.mean_s is None or step.how == "async":
        return True
    return step.share * step.mean_s >= _SMALL * mean_s


def _bar(step: Step) -> Bar:
    name, remark, times = step_words(step)
    waited = step.how != "async"
    return Bar(
        step.depth, f"{name} {times}".rstrip(), remark, step.start_s,
        step.mean_s if waited else None, step.own_s if waited else None,
        step.p99_s if waited else None, step.share < _RARE,
    )  # fmt: skip


PART = Part("paths", "Paths and latency budgets", "paths", write)
