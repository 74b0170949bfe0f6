"""The design says what it leaves out.

Why
---
What is left out on purpose looks the same as what was forgotten, until it is written down.

Flawed
------
    sysdesign: 1
    requirements:
      functional: {go: {priority: must, accept: A short link leads to the long one.}}

Sound
-----
    sysdesign: 1
    requirements:
      functional: {go: {priority: must, accept: A short link leads to the long one.}}
      out_of_scope: [statistics, own domains]

False alarms
------------
None known: every system leaves something out.

Source
------
seven steps: "Ask questions about exact scope of problem being solved"
"""

from sysdesign.review.rule import Outcomes, fails, holds, rule
from sysdesign.study import Study


@rule("REQ-07", needs=("requirements",))
def nothing_out_of_scope(study: Study) -> Outcomes:
    """Look for an entry of `requirements.out_of_scope`."""
    wanted = study.design.requirements
    if wanted.out_of_scope:
        yield holds(
            "requirements.out_of_scope",
            f"left out: {', '.join(wanted.out_of_scope)}",
            wanted.at("out_of_scope"),
        )
    else:
        yield fails(
            "requirements.out_of_scope",
            "the requirements do not say what is left out",
            wanted.at("functional" if wanted.functional else "quality"),
            "write out_of_scope: [what one might expect and will not get]",
        )
