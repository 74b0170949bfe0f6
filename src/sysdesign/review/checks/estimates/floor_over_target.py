"""The time an operation takes with nobody else calling leaves room below its target.

Why
---
Work and distance are there at any load. Where they alone take longer than is allowed, no machine
helps: the path has to change, or the target.

Flawed
------
    sysdesign: 1
    requirements: {quality: {fast: {class: performance, expect: go.p99 < 20 ms}}}
    operations: {go: {rate: 1 req/s, path: [web: [links]]}}
    components: {web: {kind: service, work: 5 ms}, links: {kind: sql_database, work: 30 ms}}

Sound
-----
    sysdesign: 1
    requirements: {quality: {fast: {class: performance, expect: go.p99 < 200 ms}}}
    operations: {go: {rate: 1 req/s, path: [web: [links]]}}
    components: {web: {kind: service, work: 5 ms}, links: {kind: sql_database, work: 30 ms}}

False alarms
------------
The floor is the mean of own work and network on the way, of parallel calls the longest, without any
wait. A percentile can lie below the mean where few calls take very long; then the percentile, idle,
has to be above its bound, too. Of a chain only what its last operation does is counted.

Source
------
ten steps: "Cost of operations"
"""

from sysdesign.analyze import idle_time
from sysdesign.design import Statement
from sysdesign.design.names import CHAIN_MEASURES
from sysdesign.review.facts import number
from sysdesign.review.lacks import open_for, operation_gap
from sysdesign.review.rule import Outcome, Outcomes, fails, holds, rule
from sysdesign.source import Verdict
from sysdesign.study import Study, shown_measure


@rule("EST-08", needs=("requirements.quality", "operations"), nothing="no time has a target")
def floor_over_target(study: Study) -> Outcomes:
    """Hold the idle time of each operation against the bounds on its times."""
    found: dict[str, Outcome] = {}
    for quality in study.design.requirements.quality.values():
        for test in quality.expect:
            if test.measure.measure in CHAIN_MEASURES and test.comparison in ("<", "<="):
                one = _judged(study, test)
                known = found.get(one.element) if one else None
                if one and (known is None or known.verdict is not Verdict.FAILS):
                    found[one.element] = one
    yield from found.values()


def _judged(study: Study, test: Statement) -> Outcome | None:
    name, bound = test.measure, number(study, test.bound)
    last = name.until or name.owner
    element = f"{name.owner}@{name.until}" if name.until else name.owner
    lacking = operation_gap(study, name.owner) or operation_gap(study, last)
    if lacking:
        return open_for(element, lacking)
    if bound is None or last not in study.analysis.operations:
        return None
    now = study.analysis.operations[last].times.mean_s
    limit = shown_measure(study, bound, "ms")
    if (
        now is not None and now < bound
    ):  # waits included, so that the floor is below it all the more
        mean = shown_measure(study, now, "ms")
        return holds(element, f"{last} takes {mean} on average at peak, of {limit}", test.span)
    floor = idle_time(study.analysis, last)
    if floor is None:
        return None
    shown = shown_measure(study, floor, "ms")
    if floor < bound or _percentile_below(study, last, test, bound):
        return holds(element, f"{last} takes {shown} when nobody waits, of {limit}", test.span)
    return fails(
        element,
        f"{test.text} cannot be met: work and network of {last} alone take {shown} on average",
        test.span,
        f"take calls out of the path of {last}, make some parallel or shorter, or allow more",
    )


def _percentile_below(study: Study, operation: str, test: Statement, bound: float) -> bool:
    """Whether few long calls make the mean, so that the percentile itself is met when idle."""
    idle = idle_time(study.analysis, operation, f"{test.measure.measure}_s")
    return idle is not None and idle < bound
