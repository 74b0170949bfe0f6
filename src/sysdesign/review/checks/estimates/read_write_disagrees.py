"""The ratio of reads to writes is known, and equals that of the operations.

Why
---
It decides between copies, caches and queues. A ratio that was guessed first and then drawn around
often differs from what the operations add up to.

Flawed
------
    sysdesign: 1
    assumptions: {read_write: {value: 100, source: blog}}
    operations:
      make: {api: POST /links, rate: 10 req/s}
      go: {api: "GET /{code}", rate: 50 req/s}

Sound
-----
    sysdesign: 1
    assumptions: {read_write: {value: 5, source: measured 2025}}
    operations:
      make: {api: POST /links, rate: 10 req/s}
      go: {api: "GET /{code}", rate: 50 req/s}

False alarms
------------
Whether an operation reads or writes is told by what its path does to stores, else by the method of
its `api`; calls that do neither are left out.

Source
------
four weighted steps: "Read/Write ratio"
"""

from sysdesign.design import Given
from sysdesign.estimate.inputs import AGREES_WITHIN
from sysdesign.estimate.load import reads_or_writes
from sysdesign.review.facts import load_gap, number
from sysdesign.review.flows import is_called
from sysdesign.review.rule import Outcome, Outcomes, at, fails, holds, rule, unknown
from sysdesign.study import Study

_NAMES = ("read_write", "reads_per_write", "read_write_ratio")


@rule("EST-04", needs=("operations",))
def read_write_disagrees(study: Study) -> Outcomes:
    """Compare a stated ratio with the one that follows from the rates."""
    gaps = (load_gap(study, name) for name in _called(study))
    lacking = next((gap for gap in gaps if gap), None)
    computed, stated = study.figure("system.read_write"), _stated(study)
    said = number(study, stated)
    if lacking:
        yield unknown("read_write", lacking.message, lacking.span, lacking.action, lacking.fact)
    elif computed is None:
        yield _one_sided(study)
    elif stated is None or said is None:
        yield holds("read_write", f"{computed.shown} reads a write", study.design.at("operations"))
    elif computed.median / AGREES_WITHIN <= said <= computed.median * AGREES_WITHIN:
        yield holds("read_write", f"{stated.text} stated, {computed.shown} computed", stated.span)
    else:
        yield fails(
            "read_write",
            f"{stated.text} reads a write are stated, the operations make {computed.shown}",
            stated.span,
            "mend the one that is wrong, or make the rates from the ratio",
        )


def _called(study: Study) -> list[str]:
    return [name for name, o in study.design.operations.items() if is_called(o)]


def _stated(study: Study) -> Given | None:
    """The ratio as the file states it, under one of its usual names."""
    for name in _NAMES:
        if name in study.design.assumptions:
            return study.design.assumptions[name].value
        if name in study.design.estimates:
            return study.design.estimates[name].claim or study.design.estimates[name].formula
    return None


def _one_sided(study: Study) -> Outcome:
    """What there is to say where the rates are known and make no ratio."""
    sorts = {reads_or_writes(study.estimate.ledger, name): name for name in _called(study)}
    for only in ("read", "write"):
        if only in sorts:
            return holds("read_write", f"actors only {only}", at(sorts[only]))
    return unknown(
        "read_write",
        "which operations read and which write cannot be told",
        study.design.at("operations"),
        "write their path, or an api such as GET /x",
        "operations.*.path",
    )
