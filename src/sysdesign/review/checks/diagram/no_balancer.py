"""What runs on more than one instance has something in front that spreads the calls.

Why
---
Instances that callers choose by chance are loaded by chance, and a dead one still gets its share.

Flawed
------
    sysdesign: 1
    problem: {actors: {visitor: {primary: true}}}
    operations: {go: {actor: visitor, path: [web]}}
    components: {web: {kind: service, replicas: 8}}

Sound
-----
    sysdesign: 1
    problem: {actors: {visitor: {primary: true}}}
    operations: {go: {actor: visitor, path: [lb, web]}}
    components: {lb: load_balancer, web: {kind: service, replicas: 8}}

False alarms
------------
Callers that spread their calls themselves are said by `balance` of what they call. Stores, queues
and what takes messages from a queue are spread by their own means and not looked at; what the
provider runs neither.

Source
------
four weighted steps: "Keep in mind that here you should use load balancers."
"""

from sysdesign.design import Trait
from sysdesign.review.rule import Outcomes, at, fails, holds, rule
from sysdesign.review.tiers import callers_of, is_many, is_tier
from sysdesign.study import Study


@rule(
    "HLD-02", needs=("components", "operations"), nothing="nothing called runs on several instances"
)
def no_balancer(study: Study) -> Outcomes:
    """Look in front of each component with more than one instance."""
    for name, part in study.design.components.items():
        callers = callers_of(study, name)
        if not callers or not is_tier(part) or not is_many(study, part):
            continue
        bare = sorted(caller for caller in callers if not _balances(study, caller))
        if part.balance and part.balance.policy:
            yield holds(name, f"calls are spread by {part.balance.policy}", at(name))
        elif not bare:
            yield holds(name, f"{', '.join(sorted(callers))} in front", at(name))
        else:
            by = bare[0] or "actors"
            yield fails(
                name,
                f"{name} has more than one instance, and nothing spreads the calls of {by}",
                at(name),
                f"put a load balancer in front, or write {name}: {{balance: round_robin}}",
            )


def _balances(study: Study, caller: str) -> bool:
    part = study.design.components.get(caller)
    return part is not None and part.has_trait(Trait.BALANCES)
