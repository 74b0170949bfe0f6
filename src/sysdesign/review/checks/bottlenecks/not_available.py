"""The availability that follows from the parts reaches what is asked for.

Why
---
Nines are easy to write down. Each part on the way takes some of them away, parts that share a zone
or a provider fail together, and the minutes until another copy leads count as well.

Flawed
------
    sysdesign: 1
    requirements: {quality: {up: {class: scale, expect: go.availability >= 99.99%}}}
    operations: {go: {rate: 20 req/s, peak: 2, path: [web, pay]}}
    components:
      web: {kind: service, replicas: 3, cores: 4, work: 5 ms, balance: {health: {every: 5 s}}}
      pay: {kind: external_service, work: 50 ms, availability: 99.5%}

Sound
-----
    sysdesign: 1
    requirements: {quality: {up: {class: scale, expect: go.availability >= 99.99%}}}
    operations: {go: {rate: 20 req/s, peak: 2, path: [web, pay: {optional: true}]}}
    components:
      web: {kind: service, replicas: 3, cores: 4, work: 5 ms, balance: {health: {every: 5 s}}}
      pay: {kind: external_service, work: 50 ms, availability: 99.5%}

False alarms
------------
What a file does not say of failures comes from its kind, and is told: take your own numbers. Zones
and regions of which nothing is said count as never down. At risk under the ranges counts as passed.

Source
------
nine steps: "The system should support up to 1 million concurrent users with 99.99% uptime."
Exact by binary decision diagrams; Rauzy, New Algorithms for Fault Trees Analysis (1993).
"""

from sysdesign.review.rule import Outcome, Outcomes, defined, fails, holds, rule
from sysdesign.study import UNLIKELY, Study, judged
from sysdesign.study.uptime import cause_words, model_of, part_words, shown_down, shown_up


@rule("BOT-08", nothing="no availability is asked for")
def not_available(study: Study) -> Outcomes:
    """Look at each requirement on availability."""
    for quality in study.design.requirements.quality.values():
        for test in quality.expect:
            if test.measure.measure != "availability":
                continue
            operation = test.measure.owner
            found, bound = judged(study, test), study.estimate.ledger.amount(test.bound)
            if found is None or found.value is None or bound is None:
                continue
            if found.probability(test.comparison, bound.value) <= UNLIKELY:
                yield _flaw(study, operation, found.value, bound.value.median)
            else:
                yield holds(operation, f"it is up {shown_up(found.value)} of the time",
                            defined(study, operation))  # fmt: skip


def _flaw(study: Study, operation: str, value: float, wanted: float) -> Outcome:
    causes = model_of(study).importance(operation)
    first = causes[0] if causes else None
    most = f"; {first.critical:.0%} of that has to do with {cause_words(study, first)}" if (
        first) else ""  # fmt: skip
    action = f"make up for {part_words(study, first.part)}, or ask for less" if first else (
        "ask for less")  # fmt: skip
    return fails(
        operation,
        f"{operation} is down {shown_down(study, 1 - value)} a year, "
        f"{shown_down(study, 1 - wanted)} are allowed{most}",
        defined(study, operation),
        action,
    )
