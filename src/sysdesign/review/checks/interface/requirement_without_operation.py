"""Every must-have is served by an operation.

Why
---
A feature without an operation is a promise that no part of the system keeps.

Flawed
------
    sysdesign: 1
    requirements:
      functional:
        go: {priority: must, accept: A short link leads to the long one.}
    operations:
      go_on: {api: "GET /{code}"}

Sound
-----
    sysdesign: 1
    requirements:
      functional:
        go: {priority: must, accept: A short link leads to the long one., by: go_on}
    operations:
      go_on: {api: "GET /{code}"}

False alarms
------------
None known. Work that no actor calls is an operation with a trigger.

Source
------
seven steps: "Define expected APIs expected from system -> establish expected contract"
"""

from sysdesign.review.rule import Outcomes, at, fails, holds, rule
from sysdesign.study import Study


@rule("API-01", needs=("requirements.functional", "operations"), nothing="nothing is a must yet")
def requirement_without_operation(study: Study) -> Outcomes:
    """Look for the operations of each must-have."""
    for name, one in study.design.requirements.functional.items():
        if one.priority != "must":
            continue
        if one.by:
            yield holds(name, f"served by {', '.join(one.by)}", at(name))
        else:
            yield fails(
                name,
                f"no operation serves the must-have '{name}'",
                at(name),
                f"write {name}: {{by: [the operations that serve it]}}",
            )
