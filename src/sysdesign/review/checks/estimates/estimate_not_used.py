"""Every estimate of the user's own is used.

Why
---
An estimate is worked out to decide something: a size, a choice, a limit. One that decides nothing
takes the time of those who read it.

Flawed
------
    sysdesign: 1
    assumptions: {users: {value: 2M user, source: plan}}
    estimates: {desks: users / 30}

Sound
-----
    sysdesign: 1
    assumptions: {users: {value: 2M conn, source: plan}}
    estimates: {servers: ceil(users / 50k conn)}
    components: {gateway: {kind: connection_gateway, replicas: servers}}

False alarms
------------
Used means: named in another amount, held against a limit or a claim, or named in a decision or in
the `does` or `why` of a component.

Source
------
seven steps: "Great idea to estimate scale of system that is going to be designed in order to aid in
our focus of scaling, partitioning, load balancing, caching"
"""

from re import findall

from sysdesign.estimate.sweep import amounts
from sysdesign.review.facts import names_of
from sysdesign.review.rule import Outcomes, at, fails, holds, rule
from sysdesign.study import Study


@rule("EST-07", nothing="the design has no estimates of its own")
def estimate_not_used(study: Study) -> Outcomes:
    """Look for the name of each estimate elsewhere in the design."""
    design = study.design
    if not design.estimates:
        return
    used = {name for given in amounts(design) for name in names_of(given)}
    mentioned = {name for d in design.decisions.values() for name in d.about}
    texts = [d.because for d in design.decisions.values()]
    texts += [text for part in design.components.values() for text in (part.does, part.why)]
    mentioned |= {word for text in texts if text for word in findall(r"[a-z]\w*", text)}
    for name, said in design.estimates.items():
        if name in used or name in mentioned:
            yield holds(name, f"{name} is used elsewhere in the design", at(name))
        elif said.limit or said.claim:
            yield holds(
                name, f"{name} is held against a {'limit' if said.limit else 'claim'}", at(name)
            )
        else:
            yield fails(
                name,
                f"nothing uses the estimate {name}",
                at(name),
                "use it: in a component, a decision or a limit; or take it out",
            )
