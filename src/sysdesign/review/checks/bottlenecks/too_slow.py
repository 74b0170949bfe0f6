"""Every operation that is a must has a target for its time, and meets it at peak.

Why
---
The mean of a call says little to the one in a hundred who waits. A must-have that answers too late
does not answer.

Flawed
------
    sysdesign: 1
    requirements:
      functional: {go: {priority: must, accept: A short link leads to the long one., by: go}}
      quality: {fast: {class: performance, priority: must, expect: go.p99 < 20 ms}}
    operations: {go: {rate: 10 req/s, path: [web]}}
    components: {web: {kind: service, work: {mean: 8 ms, p99: 40 ms}}}

Sound
-----
    sysdesign: 1
    requirements:
      functional: {go: {priority: must, accept: A short link leads to the long one., by: go}}
      quality: {fast: {class: performance, priority: must, expect: go.p99 < 100 ms}}
    operations: {go: {rate: 10 req/s, path: [web]}}
    components: {web: {kind: service, work: {mean: 8 ms, p99: 40 ms}}}

False alarms
------------
Looked at is what a must-have requirement names, functional or quality. Any statement on a time
counts as its target, whatever the percentile; that of a chain counts for each end of it. An
operation that is called and has none is a question; what messages or the clock start may have none,
since nobody waits for its answer. Where formulas are not valid the answer stays open, and
`sysdesign simulate` tells it; that is no question to a person.

Source
------
criteria: "What criteria do we have for latency?"
"""

from sysdesign.design import Statement
from sysdesign.review.flows import is_called
from sysdesign.review.lacks import open_for, operation_gap
from sysdesign.review.rule import Outcome, Outcomes, at, fails, holds, rule, unknown
from sysdesign.review.statements import AT_RISK, analysed
from sysdesign.review.targets import must_haves, time_targets
from sysdesign.source import Severity, Verdict
from sysdesign.study import Study
from sysdesign.study import measured as measured_time
from sysdesign.study.asked import asked_of, names_of
from sysdesign.study.unknown_ways import ways_of

_RANK = (Verdict.FAILS, Verdict.UNKNOWN, Verdict.HOLDS)


@rule(
    "BOT-02",
    needs=("requirements.functional", "requirements.quality", "operations"),
    nothing="no must-have names an operation that is called",
)
def too_slow(study: Study) -> Outcomes:
    """Hold the time of each must-have operation against the statements on it."""
    for name in must_haves(study):
        targets = time_targets(study, name)
        if targets:
            judged = [_judged(study, name, test) for test in targets]
            yield min(judged, key=lambda one: _RANK.index(one.verdict))
        elif is_called(study.design.operations[name]):
            yield unknown(
                name,
                f"how soon {name} has to answer is not stated, and it is a must",
                at(name),
                f"write requirements.quality: {{fast: {{expect: {name}.p99 < 300 ms}}}}",
                f"requirements.quality.{name}.p99",
                Severity.MAJOR,
            )


def _judged(study: Study, name: str, test: Statement) -> Outcome:
    lacking = operation_gap(study, name)
    if lacking:
        return open_for(name, lacking)
    verdict, said = analysed(study, test)
    text = f"{test.text}: {said}"
    if verdict is Verdict.HOLDS:
        return holds(name, text, test.span)
    if verdict is Verdict.FAILS:
        return fails(name, text, test.span, _action(study, name, test))
    found = measured_time(study, test.measure)
    if found is not None and found.lacks:
        way = ways_of(study, names_of(asked_of(test.measure)))[0]
        action = f"write links: {{{way}: {{rtt: 80 ms}}}}, or like: of both places"
        return unknown(name, text, test.span, action, f"links.{way}.rtt")
    if found is not None and found.doubts:
        return unknown(name, text, test.span, "run `sysdesign simulate`", "")
    action = "narrow the ranges it rests on, or give it room" if AT_RISK in said else "state more"
    return unknown(name, text, test.span, action, f"{test.measure.text} {test.text}")


def _action(study: Study, name: str, test: Statement) -> str:
    found = measured_time(study, test.measure)
    if found is not None and found.value is None:
        return f"mend what keeps it from ending: {found.why}"
    shares = study.analysis.operations[name].shares
    most = max((part for part in shares if part), key=lambda part: shares[part], default="")
    where = f", first at {most}" if most else ""
    return f"shorten its path{where}, or allow it more time"
