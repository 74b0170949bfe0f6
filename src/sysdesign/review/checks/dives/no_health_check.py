"""What callers spread their calls over says how they are spread, and who is left out.

Why
---
Without a health check a dead instance goes on getting its share, and the policy decides how long
the line before one of the others gets.

Flawed
------
    sysdesign: 1
    operations: {go: {rate: 20 req/s, path: [web]}}
    components: {web: {kind: service, replicas: 3, balance: round_robin}}

Sound
-----
    sysdesign: 1
    operations: {go: {rate: 20 req/s, path: [web]}}
    components:
      web: {kind: service, replicas: 3, balance: {policy: round_robin, health: {every: 5 s}}}

False alarms
------------
Looked at is what runs on several instances of its own and is called. Stores, queues and what takes
messages are spread by their own means, and what a provider runs by the provider. Policy and health
may stand with the load balancer in front instead. Where nothing spreads the calls at all it is
HLD-02.

Source
------
ten steps: "What components need better load balancing?"
"""

from sysdesign.design import Component, Trait
from sysdesign.review.rule import Outcomes, at, fails, holds, rule
from sysdesign.review.tiers import callers_of, is_many, is_tier
from sysdesign.study import Study

_USUAL = "round_robin"


@rule(
    "DIV-09", needs=("components", "operations"), nothing="nothing called runs on several instances"
)
def no_health_check(study: Study) -> Outcomes:
    """Look at policy and health check of each component with more than one instance."""
    for name, part in study.design.components.items():
        callers = callers_of(study, name)
        if not callers or not is_tier(part) or not is_many(study, part):
            continue
        before = [study.design.components[c] for c in callers if c in study.design.components]
        policy = _stated(part, before, "policy")
        spread = [one for one in before if one.has_trait(Trait.BALANCES)]
        if not policy and len(spread) < len(callers):
            continue
        health = _stated(part, before, "health")
        if policy and health:
            yield holds(name, f"spread by {policy}, dead instances are left out", at(name))
            continue
        lacks = "who is left out when dead is not said"
        if not policy:
            lacks = "how calls are spread over it is not said"
        if not policy and not health:
            lacks = "neither how calls are spread nor who is left out when dead is said"
        yield fails(
            name,
            f"{name} has more than one instance, and {lacks}",
            part.at("balance") if part.balance else at(name),
            f"write {name}: {{balance: {{policy: {policy or _USUAL}, health: {{every: 5 s}}}}}}",
        )


def _stated(part: Component, before: list[Component], key: str) -> str:
    """What a component says of its balance, else what all in front of it say; empty where none."""
    own = getattr(part.balance, key) if part.balance else None
    others = [getattr(one.balance, key) if one.balance else None for one in before]
    found = own or (others[0] if others and all(others) else None)
    if found is None:
        return ""
    return str(found) if key == "policy" else "health"
