"""Availability of a design as data."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from sysdesign.design.names import engine_of
from sysdesign.review.statements import statements
from sysdesign.source import Finding
from sysdesign.study import Study, primary_operation
from sysdesign.study.kept import Kept, kept
from sysdesign.study.uptime import (
    cause_words,
    model_of,
    part_words,
    shown_up,
    spread_of,
    unstated,
    uptime,
    year_s,
)
from sysdesign.workbench.answers import Answer, rounded
from sysdesign.workbench.bench import Workbench

if TYPE_CHECKING:
    from sysdesign.workbench.nines import NextNine

CUT_SIZE = 2
"""Largest cut sets that are listed; all are counted."""


def operations_of(study: Study) -> tuple[str, ...]:
    """Operations that an actor calls first, then those that messages or the clock start."""
    names = study.network.operations()
    return tuple(sorted(names, key=lambda n: not study.design.operations[n].actor))


def stores_of(study: Study) -> list[Kept]:
    """What becomes of the data of each entity that has a store."""
    return [found for name in study.design.data if (found := kept(study, name))]


def availability_requirements(bench: Workbench) -> list[Finding]:
    """Requirements on availability and on data."""
    quality = bench.study.design.requirements.quality
    spans = {
        test.span for one in quality.values() for test in one.expect
        if test.measure.owner != "system" and engine_of(test.measure.measure) == "failures"
    }  # fmt: skip
    found = statements(bench.study, solve=True)
    return [f for f in found if f.span in spans and "@" not in f.element]


def availability_answer(
    bench: Workbench, path: str, operation: str | None = None, nine: "NextNine | None" = None
) -> Answer:
    """Everything that `availability` says; causes, single points, cut sets of one operation."""
    study = bench.study
    name = operation or primary_operation(study)
    answer: Answer = rounded({
        "file": path, "load": study.load,
        "operations": {one: _operation(study, one) for one in operations_of(study)},
        "detail": _detail(study, name) if name in study.network.operations() and name else None,
        "requirements": [
            {"id": f.element, "verdict": f.verdict.value, "said": f.message}
            for f in availability_requirements(bench)
        ],
        "data": [_kept(one) for one in stores_of(study)],
        **({} if nine is None else {"next_nine": _nine(study, nine)}),
        "enough": _pools(study), "unknown": dict(study.network.unknown),
    })  # fmt: skip
    return answer


def _nine(study: Study, nine: "NextNine") -> Answer:
    month = study.units.month_s
    return {
        "operation": nine.operation, "share": nine.share, "tried": nine.tried,
        "stops": [{"part": words, "down": down} for words, down in nine.stops],
        "advice": [{"path": a.path, "before": a.before, "after": a.after, "said": a.said,
                    "breaks": list(a.breaks),
                    "cost_a_month": None if a.cost_per_s is None else a.cost_per_s * month}
                   for a in nine.advice],
    }  # fmt: skip


def _operation(study: Study, name: str) -> Answer:
    found = uptime(study, name)
    assert found is not None
    complete = model_of(study).complete(name)
    draws = spread_of(study, name)
    return {
        "up": found.up.low, "at_most": found.up.high, "exact": found.up.is_exact,
        "shown": shown_up(found.up.low), "complete": complete.low,
        "degraded": max(found.up.low - complete.low, 0.0),
        "down_s_a_year": found.down * year_s(study), "if_nothing_were_shared": found.apart,
        "while_calls_are_moved": found.moving, "origins": dict(found.origins),
        "low": None if draws is None else float(min(draws)),
        "high": None if draws is None else float(max(draws)),
        "defaults": list(unstated(study, name)),
    }  # fmt: skip


def _detail(study: Study, name: str) -> Answer:
    model = model_of(study)
    cuts, count = model.cuts(name, CUT_SIZE)
    return {
        "operation": name,
        "importance": [{**asdict(one), "words": cause_words(study, one)}
                       for one in model.importance(name)],
        "losses": [{**asdict(one), "words": part_words(study, one.part)}
                   for one in model.singles(name)],
        "cut_sets": {
            "count": count.whole, "by_size": {str(k): n for k, n in count.by_size.items()},
            "told_as_one": list(count.lumped),
            "smallest": [{"parts": [{"part": p, "count": n} for p, n in cut.parts],
                          "number": cut.number, "calls": cut.calls} for cut in cuts],
        },
    }  # fmt: skip


def _kept(one: Kept) -> Answer:
    def end(value: float | None) -> float | str | None:
        return "never" if value == float("inf") else value

    return {
        "entity": one.entity, "store": one.store, "copies": one.copies, "rpo_s": end(one.rpo_s),
        "rto_s": end(one.rto_s), "deleted_rpo_s": end(one.deleted_rpo_s),
        "deleted_rto_s": end(one.deleted_rto_s), "mean_time_to_loss_s": end(one.loss_every_s),
        "durability": one.durability, "why": one.why,
    }  # fmt: skip


def _pools(study: Study) -> Answer:
    pools = model_of(study).pools.by_place.values()
    return {
        p.name: {"instances": p.count, "enough": p.enough, "shards": p.shards, "down": p.down,
                 "full_already": p.full_already}
        for p in pools
    }  # fmt: skip
