"""What is spare at peak is there for a loss, a region, growth or copies, and its price is told.

Why
---
Redundancy that carries nothing when something breaks is not safety but waste; and what safety costs
should be seen, so that somebody can say that it is worth it.

Flawed
------
    sysdesign: 1
    problem: {level: C}
    operations: {go: {rate: 500 req/s, path: [web]}}
    components: {web: {kind: service, replicas: 30, cores: 1, work: 5 ms}}

Sound
-----
    sysdesign: 1
    problem: {level: C}
    operations: {go: {rate: 500 req/s, path: [web]}}
    components: {web: {kind: service, replicas: 6, cores: 1, work: 5 ms}}

False alarms
------------
Spare is what the peak does not need to stay below `conventions.full`. It buys something as long as
it is wanted for the loss that the level has to outlive, for a whole region where there are two or
more, or for twice the load at the planned utilisation, each at the 95th percentile of what is not
known; copies of data are kept for the data. Told
is only what costs 1% of the whole or more. What is used under 5% at peak is HLD-09. Prices are
those of the file or cited ones.

Source
------
criteria: "Frugal redundancy is also a key criteria."
"""

from sysdesign.review.lacks import any_gap, cost_gap, open_for
from sysdesign.review.rule import Outcome, Outcomes, at, fails, holds, rule
from sysdesign.review.statements import percent
from sysdesign.study import Study
from sysdesign.study.money import Spare, buys, enough_of, money_told, spare

_NOTED = 0.01
_HARDLY = 0.05  # used less is HLD-09


@rule(
    "BOT-14",
    needs=("components", "operations"),
    nothing="nothing spare at peak costs 1% of the whole",
)
def idle_redundancy(study: Study) -> Outcomes:
    """Look at what is spare at peak, at what it costs, and at what it is there for."""
    lacking = any_gap(study) or cost_gap(study)
    if lacking:
        yield open_for("cost", lacking)
        return
    figure = study.figure("cost")
    whole = figure.median if figure else 0.0
    for one in spare(study) if whole > 0 else ():
        if one.cost_per_s >= _NOTED * whole:
            yield _judged(study, one, one.cost_per_s / whole)


def _judged(study: Study, one: Spare, share: float) -> Outcome:
    money = money_told(study, one.cost_per_s)
    said = (
        f"{one.now - one.needed:,.0f} of {one.now:,.0f} instances are spare at peak, {money} "
        f"or {percent(share)} of the whole"
    )
    bought = buys(study, one)
    use = study.analysis.components[one.component].utilisation or 0.0
    if bought or use < _HARDLY:
        return holds(one.component, f"{said}; {bought or 'hardly used'}", at(one.component))
    enough = enough_of(study, one)
    return fails(
        one.component,
        f"{said}; the loss of one part and twice the load need {enough:,.0f}",
        at(one.component),
        f"keep {enough:,.0f} of {one.component}, or say under accept what the rest is for",
    )
