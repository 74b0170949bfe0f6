"""The average and the peak rate of every operation follow from users, calls and a peak factor.

Why
---
Every other number hangs on the load. A peak that nobody named is the average, and the average is
what no evening looks like.

Flawed
------
Not known: how often `go` is called.

    sysdesign: 1
    problem: {actors: {visitor: {primary: true}}}
    conventions: {peak: 3}
    operations:
      go: {actor: visitor}

Sound
-----
    sysdesign: 1
    problem: {actors: {visitor: {primary: true}}}
    conventions: {peak: 3}
    assumptions: {users: 1M user, opens: 4 req/user/day}
    operations:
      go: {actor: visitor, rate: users * opens}

False alarms
------------
A load that does not vary has `peak: 1`.

Source
------
nine steps: "Calculate the expected load on the system based on the number of users and their
interactions."
"""

from sysdesign.design import Operation
from sysdesign.review.facts import load_gap, shown
from sysdesign.review.flows import is_called
from sysdesign.review.rule import Outcomes, at, holds, rule, unknown
from sysdesign.study import Study


@rule("EST-01", needs=("operations",), nothing="no operation is called by an actor")
def load_not_known(study: Study) -> Outcomes:
    """Look for the rate and the peak of each operation that is called."""
    for name, operation in study.design.operations.items():
        if not is_called(operation):
            continue
        lacking = load_gap(study, name)
        if lacking:
            yield unknown(name, lacking.message, lacking.span, lacking.action, lacking.fact)
        elif not _has_peak(study, operation):
            yield unknown(
                name,
                "no peak factor is stated; the peak is taken as the average",
                at(name),
                "write conventions: {peak: 3}, or a peak for each operation",
                "conventions.peak",
            )
        else:
            evidence = (
                f"{shown(study, f'{name}.rate')}, {shown(study, f'{name}.peak_rate')} at peak"
            )
            yield holds(name, evidence, at(name))


def _has_peak(study: Study, operation: Operation) -> bool:
    return operation.peak is not None or study.design.conventions.peak is not None
