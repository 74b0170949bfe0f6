"""With any one instance lost, every must-have keeps to the targets of its time.

Why
---
An instance is lost every week somewhere. Those that are left take its calls, so lines grow before
they are full; what has just enough at peak is too slow without one of them.

Flawed
------
    sysdesign: 1
    problem: {level: B}
    requirements:
      functional: {go: {priority: must, accept: A short link leads to the long one., by: go}}
      quality: {fast: {class: performance, priority: must, expect: go.p99 < 45 ms}}
    operations: {go: {rate: 440 req/s, path: [web]}}
    components: {web: {kind: service, replicas: 4, cores: 1, work: 5 ms}}

Sound
-----
    sysdesign: 1
    problem: {level: B}
    requirements:
      functional: {go: {priority: must, accept: A short link leads to the long one., by: go}}
      quality: {fast: {class: performance, priority: must, expect: go.p99 < 45 ms}}
    operations: {go: {rate: 440 req/s, path: [web]}}
    components: {web: {kind: service, replicas: 6, cores: 1, work: 5 ms}}

False alarms
------------
At the medians, once callers have noticed; the seconds before are for `sysdesign simulate`. Waits
are scaled first, and only where that leaves room for doubt the rest is solved. What misses its
target at peak already is BOT-02, and what is full after the loss BOT-01, and neither is told twice.
What has one instance alone is BOT-04. A shard of a cache that loses its only copy is told here:
what it held is a miss until it is filled again, and the store behind has to bear it. Level C asks
for none of this.

Source
------
ten steps: "do we have enough copies of different services running such that a few failures will
not cause total system shutdown?"
H. Sakasegawa, An Approximation Formula L = α·ρ^β/(1−ρ), Ann. Inst. Statist. Math. 29 (1977).
"""

from math import log

from sysdesign.availability import Pool
from sysdesign.design import Statement, Trait
from sysdesign.review.lacks import open_for, operation_gap
from sysdesign.review.rule import Outcome, Outcomes, at, fails, holds, rule
from sysdesign.review.targets import must_haves, time_targets
from sysdesign.study import Study, measured, shown_measure
from sysdesign.study.failures import Breaker
from sysdesign.study.losses import added_by_instance
from sysdesign.study.matrix import instance_lost
from sysdesign.study.uptime import model_of

_ROUGH = 1.5  # what a scaled wait may be off by
_TAIL = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p999": 0.999}


@rule(
    "BOT-05",
    needs=("requirements.functional", "requirements.quality", "operations", "components"),
    nothing="no must-have has a target for its time that is met at peak",
)
def slow_without_one(study: Study) -> Outcomes:
    """Look at the times of each must-have with one instance of each component on its way lost."""
    if study.design.problem.level == "C":
        yield holds("instances", "level C need not outlive the loss of one")
        return
    for name in must_haves(study):
        targets = [
            test for test in time_targets(study, name)
            if test.measure.owner == name and not test.measure.until
        ]  # fmt: skip
        lacking = operation_gap(study, name) if targets else None
        if lacking:
            yield open_for(name, lacking)
            continue
        for test in targets:
            yield from _judged(study, name, test)


def _judged(study: Study, name: str, test: Statement) -> Outcomes:
    """One target; nothing where it is missed, or not known, at peak already."""
    found, bound = measured(study, test.measure), study.estimate.ledger.amount(test.bound)
    if found is None or found.value is None or found.doubts or found.lacks or bound is None:
        return
    limit = bound.value.median
    if not found.at_medians(test.comparison, limit):
        return
    share = _TAIL.get(test.measure.measure)
    steep = log(1 / (1 - share)) if share else 1.0
    parts = [n for n in study.analysis.operations[name].shares if n in study.design.components]
    worst = (found.value, "")
    for part in parts:
        added = added_by_instance(study, name, part)
        value = None if added is None else found.value + _ROUGH * steep * added
        if any(_is_only_copy(study, pool) for pool in _pools(study, part)):
            value = None
        if value is None or value >= limit:
            flaw = _solved(study, name, part, test)
            if flaw is not None:
                yield flaw
                return
        elif value > worst[0]:
            worst = (value, part)
    shown = shown_measure(study, worst[0], found.unit)
    most = f"; {worst[1]} tells most, at most {shown}" if worst[1] else ""
    yield holds(name, f"{test.text} with any one instance lost{most}", at(name))


def _solved(study: Study, name: str, part: str, test: Statement) -> Outcome | None:
    """What the formulas say with one instance of a component lost, of the worst of its places."""
    breaker = study.once(("breaker", name), lambda: Breaker(study, only=(name,)))
    for pool in _pools(study, part):
        only = _is_only_copy(study, pool)
        effect = instance_lost(breaker, pool)
        one = next((felt for felt in effect.felt if felt.operation == name), None)
        if one is None or one.fails or (one.over and not only):  # full is BOT-01, needed BOT-04
            continue
        told = next((said for _, said in effect.broken if said.startswith(test.measure.text)), "")
        value = told.removeprefix(test.measure.text).strip()
        if one.over:
            value = f"without end: {one.over[0]} cannot bear what then misses"
        if value and only:
            return fails(
                name,
                f"without one of {pool.shards:g} shards of {pool.name}, which has no other copy, "
                f"{test.measure.text} is {value}; {test.text} is asked for",
                test.span,
                f"give {part} a second copy of each shard, or room to what is asked on a miss",
            )
        if value:
            return fails(
                name,
                f"without {pool.one} of {pool.name} {test.measure.text} is "
                f"{value}; {test.text} is asked for",
                test.span,
                f"give {part} an instance more, or {name} more time",
            )
    return None


def _pools(study: Study, part: str) -> list[Pool]:
    """Pools that can do without one instance: others do the same, or it is of a cache."""
    return [
        pool for pool in model_of(study).pools.by_place.values()
        if pool.component == part and (pool.count > 1 or _is_only_copy(study, pool))
    ]  # fmt: skip


def _is_only_copy(study: Study, pool: Pool) -> bool:
    """Whether each instance of a cache holds what no other does."""
    return pool.count == 1 and pool.shards > 1 and study.design.components[
        pool.component].has_trait(Trait.CACHES)  # fmt: skip
