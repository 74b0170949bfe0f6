"""Every option has something for it and against it, and all are held to the same measures.

Why
---
An option without a drawback was not looked at. And words of one cannot be weighed against words of
another: numbers of the same measures can.

Flawed
------
    sysdesign: 1
    operations: {read: {rate: 20 req/s, path: [posts]}}
    components: {posts: {kind: sql_database}}
    decisions:
      store:
        criteria: [read.p99, cost]
        options: {sql: {pros: [Any question.], cons: [One leader.]}, files: {pros: [Easy.]}}

Sound
-----
    sysdesign: 1
    operations: {read: {rate: 20 req/s, path: [posts]}}
    components: {posts: {kind: sql_database}}
    decisions:
      store:
        criteria: [read.p99, cost]
        options:
          sql: {pros: [Any question.], cons: [One leader.]}
          files: {pros: [Easy.], cons: [No index.]}

False alarms
------------
Whether a pro is true is for a person; `sysdesign compare` holds options to the measures under
`criteria`, and to load carried, p99, availability and cost in any case.

Source
------
seven steps: "present various approaches, pros + cons, explain reference towards one approach vs
other"
"""

from sysdesign.review.rule import Outcomes, at, fails, holds, rule, says
from sysdesign.study import Study


@rule("DIV-04", nothing="no decision is written down")
def option_without_con(study: Study) -> Outcomes:
    """Look at pros and cons of each option, and at the criteria of each decision."""
    for name, one in study.design.decisions.items():
        lacks = [
            (option, key)
            for option, said in one.options.items()
            for key in ("pros", "cons")
            if not any(says(text, 1) for text in getattr(said, key))
        ]
        if lacks:
            option, key = lacks[0]
            side = "for" if key == "pros" else "against"
            yield fails(
                name,
                f"nothing speaks {side} the option {option} of {name}",
                at(option),
                f"write {option}: {{{key}: [what speaks {side} it]}}",
            )
        elif not one.criteria:
            yield fails(
                name,
                f"{name} names no measures that all of its options are held to",
                at(name),
                f"write {name}: {{criteria: [{_example(study)}cost]}}",
            )
        else:
            said = ", ".join(measure.text for measure in one.criteria)
            yield holds(name, f"{len(one.options)} options by {said}", at(name))


def _example(study: Study) -> str:
    first = next(iter(study.design.operations), None)
    return f"{first}.p99, " if first else ""
