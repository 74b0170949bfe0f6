"""Runs the options of decisions, and designs side by side."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from sysdesign.compare import (
    Change,
    Row,
    Shift,
    best,
    contradictions,
    differences,
    lost,
    row,
    shifts,
    tradeoffs,
    usual,
)
from sysdesign.design import MeasureName
from sysdesign.design.later import Decision
from sysdesign.read import parse
from sysdesign.records import dataclass
from sysdesign.source import Finding, Node, Problem, UnusableError
from sysdesign.study import Study
from sysdesign.study.compared import Compared
from sysdesign.workbench.answers import Answer, place, rounded
from sysdesign.workbench.bench import Workbench
from sysdesign.workbench.workers import in_parallel


def decisions(bench: Workbench, only: Sequence[str] = ()) -> Iterator[Compared]:
    """Every decision of a design, or some, with the options that can be run."""
    found = {n: d for n, d in bench.study.design.decisions.items() if not only or n in only}
    every = _measures(bench.study, [one for d in found.values() for one in d.criteria])
    stands = row("", bench.study, every)  # the chosen option of each decision
    broken = {one.part.path: one.problems for one in bench.study.left_out}
    runs = {
        (name, option): partial(_run, bench, option, said.change, decision.criteria)
        for name, decision in found.items()
        for option, said in decision.options.items()
        if said.change is not None and option != str(decision.chosen or "")
        and _path(name, option) not in broken
    }  # fmt: skip
    came = dict(zip(runs, in_parallel(list(runs.values()), bench.study), strict=True))
    for name, decision in found.items():
        options = {option: came.get((name, option), broken.get(_path(name, option)))
                   for option in decision.options}  # fmt: skip
        yield _compared(bench, name, decision, stands, options)


def _path(name: str, option: str) -> tuple[str, ...]:
    return ("decisions", name, "options", option)


def _run(
    bench: Workbench, option: str, change: Node, criteria: Sequence[MeasureName]
) -> Row | tuple[Problem, ...]:
    """The row of an option; what is wrong where its change does not fit the file."""
    try:
        return row(option, bench.changed(change).study, _measures(bench.study, criteria))
    except UnusableError as trouble:
        return trouble.problems


def _compared(
    bench: Workbench, name: str, decision: Decision, stands: Row,
    options: Mapping[str, Row | tuple[Problem, ...] | None],
) -> Compared:  # fmt: skip
    """A decision with what became of each option; None of those that were not run."""
    measures = _measures(bench.study, decision.criteria)
    chosen = str(decision.chosen or "")
    rows = {chosen: stands.of(chosen, measures)} if chosen in options else {}
    others = {option: came for option, came in options.items() if option != chosen}
    rows |= {option: came for option, came in others.items() if isinstance(came, Row)}
    broken = {option: came for option, came in others.items() if isinstance(came, tuple)}
    asked = tuple(option for option, came in others.items() if came is None)
    names = tuple(one.text for one in measures)
    pair = [*[one for one in names if one.endswith(".p99")][:1], "cost"]
    return Compared(name, decision, names, rows, broken, asked,
                    tuple(contradictions(decision, rows)), best(rows, pair),
                    tuple(tradeoffs(decision, rows)))  # fmt: skip


def _measures(study: Study, criteria: Sequence[MeasureName]) -> tuple[MeasureName, ...]:
    """What is always compared, and the criteria of the decision."""
    found = {one.text: one for one in (*usual(study), *criteria)}
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Differing:
    """Two designs: what is not the same in the files, and what that did to the numbers.

    `lost` are requirements that held and fail now; `came` and `went` are findings of one only.
    """

    changes: tuple[Change, ...]
    shifts: tuple[Shift, ...]
    before: Row
    after: Row
    lost: tuple[str, ...]
    came: tuple[Finding, ...] = ()
    went: tuple[Finding, ...] = ()


def difference(before: Workbench, after: Workbench) -> Differing:
    """What changed from one design to another."""
    trees = [parse(bench.study.source, []) for bench in (before, after)]
    found, names = differences(trees[0], trees[1], after.study.units)
    rows = [row(b.study.source.name, b.study, _all(b.study)) for b in (before, after)]
    moved = tuple(shifts(rows[0], rows[1], names))
    gone = lost(rows[0], rows[1], names)
    came, went = _findings(before, after, names)
    return Differing(tuple(found), moved, rows[0], rows[1], gone, came, went)


def _findings(
    before: Workbench, after: Workbench, names: Mapping[str, str]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Findings that only the later design has, and those that only the earlier has.

    Requirements are told by their verdicts. What is called otherwise is the same.
    """
    some = [
        [f for f in bench.review.failed if f.rule != "requirement"] for bench in (before, after)
    ]
    old = {(f.rule, names.get(f.element, f.element)) for f in some[0]}
    new = {(f.rule, f.element) for f in some[1]}
    went = (f for f in some[0] if (f.rule, names.get(f.element, f.element)) not in new)
    return tuple(f for f in some[1] if (f.rule, f.element) not in old), tuple(went)


def side_by_side(benches: Mapping[str, Workbench]) -> dict[str, Row]:
    """Rows of several designs, by the measures that any of them is compared by."""
    found: dict[str, MeasureName] = {}
    for bench in benches.values():
        found.update({one.text: one for one in usual(bench.study)})
    return {name: row(name, b.study, tuple(found.values())) for name, b in benches.items()}


_WHOLE = ("peak_rate", "peak_ingress", "peak_egress", "peak_connections", "stored", "cache_memory")


def _all(study: Study) -> tuple[MeasureName, ...]:
    """What is always compared, then load, storage, own estimates, and of each part what it has."""
    found = {one.text: one for one in usual(study)}

    def add(owner: str, *measures: str) -> None:
        for measure in measures:
            text = ".".join(filter(None, (owner, measure)))
            found.setdefault(text, MeasureName(text, study.design.span, owner, measure))

    add("system", *_WHOLE)
    add("", "read_write", *study.design.estimates)
    for name in study.network.operations():
        add(name, "p99", "mean", "availability", "cost")
    for name in study.analysis.components:
        add(name, "utilisation", "disk_used", "hit")
    for name in study.design.data:
        add(name, "stored", "rpo", "rto")
    return tuple(found.values())


# -- as data -------------------------------------------------------------------------------------


def row_answer(one: Row) -> Answer:
    """A row."""
    return {
        "values": {
            name: {"value": v.value, "shown": v.shown, "range": v.between, "doubted": v.doubted}
            for name, v in one.values.items()
        },
        "bottleneck": one.bottleneck, "parts": one.parts,
        "requirements": {name: verdict.value for name, verdict in one.verdicts.items()},
    }  # fmt: skip


def compare_answer(path: str, found: Sequence[Compared]) -> Answer:
    """Decisions with their options."""
    return {"file": path, "decisions": {one.name: _decision(one) for one in found}}


def _decision(one: Compared) -> Answer:
    answer: Answer = rounded({
        "question": str(one.decision.question or ""), "chosen": str(one.decision.chosen or ""),
        "because": str(one.decision.because or ""), "measures": list(one.measures),
        "options": {name: row_answer(found) for name, found in one.rows.items()},
        "not_run": list(one.asked), "front": list(one.front),
        "tradeoffs": list(one.tradeoffs),
        "broken": {
            name: [{**place(p.span), "code": p.code, "message": p.sentence} for p in problems]
            for name, problems in one.broken.items()
        },
        "contradictions": [
            {"rule": c.rule, "message": c.message, **place(c.span)} for c in one.contradictions
        ],
    })  # fmt: skip
    return answer


def diff_answer(before: str, after: str, found: Differing) -> Answer:
    """What changed."""
    answer: Answer = rounded({
        "before": before, "after": after,
        "changes": [{"path": c.path, "before": c.before, "after": c.after, "words": c.words,
                     "sort": c.sort,
                     **place(c.span)} for c in found.changes],
        "numbers": [{"name": s.name, "before": s.before, "after": s.after, "factor": s.factor,
                     "better": {1: True, -1: False}.get(s.sign), "doubted": s.doubted}
                    for s in found.shifts],
        "lost": list(found.lost),
        "came": [_finding(one) for one in found.came],
        "went": [_finding(one) for one in found.went],
    })  # fmt: skip
    return answer


def _finding(one: Finding) -> Answer:
    return {"rule": one.rule, "element": one.element, "severity": one.severity.value,
            "message": one.message}  # fmt: skip


def side_answer(rows: Mapping[str, Row]) -> Answer:
    """Designs side by side."""
    answer: Answer = rounded({"designs": {name: row_answer(one) for name, one in rows.items()}})
    return answer
