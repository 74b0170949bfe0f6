"""What must be seen within ten seconds is pushed, or there is a reason why asking again will do.

Why
---
People who ask every second cost a call a second each, mostly for nothing; people who ask less often
learn too late.

Flawed
------
    sysdesign: 1
    requirements:
      quality:
        prompt: {class: freshness, expect: deliver.p95 < 2 s}
    operations:
      deliver: {rate: 5 req/s, path: [worker]}
    components: {worker: {kind: worker}}

Sound
-----
    sysdesign: 1
    problem: {actors: {member: {primary: true}}}
    requirements:
      quality:
        prompt: {class: freshness, expect: deliver.p95 < 2 s}
    operations:
      deliver: {rate: 5 req/s, path: [worker: [gateway: [member]]]}
    components: {worker: {kind: worker}, gateway: {kind: connection_gateway}}

False alarms
------------
Where asking again will do, say why: in the `accept` of the requirement, in a decision about it or
about the operation, or under `declined` for the kind that would push.

Source
------
four weighted steps: "Be careful that some of the services need to bidirectionally communicate to
users."
"""

from sysdesign import kinds
from sysdesign.design import Quality, Trait
from sysdesign.review.facts import number
from sysdesign.review.flows import measured
from sysdesign.review.rule import Outcomes, at, fails, holds, rule, says
from sysdesign.study import Study

SOON_S = 10.0
_TIMES = ("mean", "p50", "p90", "p95", "p99", "p999")


@rule("API-03", needs=("operations",), nothing="nothing must be seen within 10 s")
def fresh_without_push(study: Study) -> Outcomes:
    """Look for a push, or a reason, behind each tight freshness requirement."""
    for name, quality in study.design.requirements.quality.items():
        operations = measured(study, quality)
        if quality.class_ != "freshness" or not operations or not _is_soon(study, quality):
            continue
        pushing = next((one for one in operations if _pushes(study, one)), None)
        if pushing:
            yield holds(name, f"{pushing} pushes to the actor or over an open connection", at(name))
        elif reason := _reason(study, name, quality, operations):
            yield holds(name, f"no push, and a reason: {reason}", at(name))
        else:
            yield fails(
                name,
                f"'{name}' wants news within 10 s, and {operations[-1]} pushes to nobody",
                quality.expect[0].span,
                "end its path at the actor (a push), or say in "
                f"{name}: {{accept: …}} why asking again will do",
            )


def _is_soon(study: Study, quality: Quality) -> bool:
    bounds = [number(study, t.bound) for t in quality.expect if t.measure.measure in _TIMES]
    return any(bound is not None and bound < SOON_S for bound in bounds)


def _pushes(study: Study, name: str) -> bool:
    operation = study.design.operations[name]
    parts = study.design.components
    return bool(operation.over or operation.opens) or any(
        visit.to_actor or parts[visit.target].has_trait(Trait.HOLDS_CONNECTIONS)
        for visit in study.visits[name]
    )


def _reason(study: Study, name: str, quality: Quality, operations: tuple[str, ...]) -> str:
    decisions = study.design.decisions.values()
    about = [d.because for d in decisions if {name, *operations} & set(d.about)]
    declined = [why for kind, why in study.design.declined.items() if _would_push(kind)]
    return next((str(t) for t in (quality.accept, *about, *declined) if says(t)), "")


def _would_push(kind: str) -> bool:
    known = kinds.get(kind)
    return known is not None and known.has(Trait.HOLDS_CONNECTIONS)
