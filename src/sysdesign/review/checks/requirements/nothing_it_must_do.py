"""There is something the system must do, each with a sentence by which it is accepted.

Why
---
Must-haves decide what is built first and what is tested. One without an acceptance sentence is
done whenever somebody says so.

Flawed
------
    sysdesign: 1
    requirements:
      functional:
        follow: {priority: must, accept: Following works.}

Sound
-----
    sysdesign: 1
    requirements:
      functional:
        follow: {priority: must, accept: After following the next timeline has the posts.}

False alarms
------------
A sentence of fewer than four words may be clear to its writer; it seldom is to a tester.

Source
------
four weighted steps: "What features we have to build? What are the functional requirements?"
"""

from sysdesign.review.rule import Outcomes, at, fails, holds, rule, says, unknown
from sysdesign.study import Study


@rule("REQ-03", needs=("requirements.functional",))
def nothing_it_must_do(study: Study) -> Outcomes:
    """Look for must-haves, and at the acceptance sentence of each."""
    wanted = study.design.requirements.functional
    must = {name: one for name, one in wanted.items() if one.priority == "must"}
    silent = next((name for name, one in wanted.items() if not one.priority), None)
    where = study.design.requirements.at("functional")
    if not must and silent:
        yield unknown(
            "requirements.functional",
            "no requirement is a must yet, and some have no priority",
            at(silent),
            f"write {silent}: {{priority: must}}, or should, could",
            f"requirements.functional.{silent}.priority",
        )
    elif not must:
        yield fails(
            "requirements.functional",
            "there is nothing that the system must do",
            where,
            "give priority: must to what it cannot do without",
        )
    for name, one in must.items():
        if says(one.accept):
            yield holds(name, f"accepted when: {one.accept}", at(name))
        else:
            yield fails(
                name,
                f"nothing tells when the must-have '{name}' is done",
                one.at("accept") if one.accept else at(name),
                f"write {name}: {{accept: one sentence that anyone can test}}",
            )
