"""Every must-have has a path that leads to something that does the work.

Why
---
A drawing is right when one can follow each must-have through it with a finger.

Flawed
------
    sysdesign: 1
    requirements:
      functional:
        go: {priority: must, accept: A short link leads to the long one., by: go_on}
    operations: {go_on: {path: [lb]}}
    components: {lb: load_balancer, web: service}

Sound
-----
    sysdesign: 1
    requirements:
      functional:
        go: {priority: must, accept: A short link leads to the long one., by: go_on}
    operations: {go_on: {path: [lb, web]}}
    components: {lb: load_balancer, web: service}

False alarms
------------
None known. A path that only balances and forwards has not arrived yet.

Source
------
ten steps: "How do the components work together?"
"""

from sysdesign.design import Trait
from sysdesign.review.rule import Outcome, Outcomes, at, defined, fails, holds, rule
from sysdesign.study import Study


@rule(
    "HLD-06",
    needs=("requirements.functional", "operations", "components"),
    nothing="no must-have names an operation yet",
)
def must_have_without_flow(study: Study) -> Outcomes:
    """Follow the path of each operation that a must-have names."""
    for name, one in study.design.requirements.functional.items():
        if one.priority == "must" and one.by:
            flaw = next((f for operation in one.by if (f := _flaw(study, name, operation))), None)
            yield flaw or holds(name, f"{', '.join(one.by)}: a path from end to end", at(name))


def _flaw(study: Study, name: str, operation: str) -> Outcome | None:
    said, parts = study.design.operations[operation], study.design.components
    where = defined(study, operation)
    visits = study.visits[operation]
    if not visits:
        return fails(
            name,
            f"{operation}, which serves the must-have '{name}', has no path",
            where,
            f"write {operation}: {{path: [the components it runs over]}}",
        )
    ends = [v for v in visits if v.to_actor or not parts[v.target].has_trait(Trait.BALANCES)]
    if not ends:
        return fails(
            name,
            f"the path of {operation}, which serves the must-have '{name}', ends at "
            f"{visits[-1].target}, which only passes calls on",
            said.at("path"),
            "add the component that does the work",
        )
    return None
