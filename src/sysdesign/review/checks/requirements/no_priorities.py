"""Every requirement has a priority, and at most seven features are a must.

Why
---
When all is first, nothing is. Priorities tell what may break in a bad hour and what is cut when
time is short.

Flawed
------
    sysdesign: 1
    requirements:
      functional:
        follow: {accept: After following the next timeline has the posts.}

Sound
-----
    sysdesign: 1
    requirements:
      functional:
        follow: {priority: must, accept: After following the next timeline has the posts.}

False alarms
------------
A large system may have more than seven must-haves; then one file holds more than one system.

Source
------
nine steps: "Prioritize Requirements: Focus on the most critical requirements first."
"""

from sysdesign.review.rule import Outcomes, at, fails, holds, rule
from sysdesign.study import Study

MOST_MUSTS = 7


@rule("REQ-06", needs=("requirements",), nothing="no requirement needs a priority")
def no_priorities(study: Study) -> Outcomes:
    """Look for the priority of each requirement, and count the musts."""
    wanted = study.design.requirements
    targets = {name: q for name, q in wanted.quality.items() if not q.not_needed}
    priorities = {name: one.priority for name, one in wanted.functional.items()}
    priorities |= {name: one.priority for name, one in targets.items()}
    for name, priority in priorities.items():
        if priority:
            yield holds(name, f"'{name}' is a {priority}", at(name))
        else:
            yield fails(
                name,
                f"'{name}' has no priority",
                at(name),
                f"write {name}: {{priority: must, should or could}}",
            )
    must = [name for name in wanted.functional if priorities[name] == "must"]
    if len(must) > MOST_MUSTS:
        yield fails(
            "requirements.functional",
            f"{len(must)} features are a must; more than {MOST_MUSTS} is no choice",
            at(must[MOST_MUSTS]),
            "make should or could of what may wait",
        )
