"""The design says why the system is built.

Why
---
A system is judged by the problem it solves. Without it nobody can tell a needed part from a
pleasant one, and every number is as good as any other.

Flawed
------
    sysdesign: 1
    problem: {name: URL shortener, why: Links.}

Sound
-----
    sysdesign: 1
    problem:
      name: URL shortener
      why: Long links do not fit into a message; short ones do.

False alarms
------------
None known: four words are asked for, no more. Whether the reason is a good one, people judge.

Source
------
four weighted steps: "Why to build such a system?"
"""

from sysdesign.review.rule import Outcomes, fails, holds, rule, says
from sysdesign.study import Study


@rule("REQ-01", needs=("problem",))
def no_purpose(study: Study) -> Outcomes:
    """Ask `problem.why` for four words."""
    problem = study.design.problem
    if says(problem.why):
        yield holds("problem.why", f"{problem.why}", problem.at("why"))
        return
    message = "the problem does not say why the system is built"
    if problem.why:
        message = f"'{problem.why}' is too short to say why the system is built"
    action = "write why: one sentence on whose problem it solves"
    yield fails("problem.why", message, problem.at("why"), action)
