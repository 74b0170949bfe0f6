"""Every target that can be measured is a number, and a latency names its percentile.

Why
---
"Fast" is true of every design until it is built. A mean hides the calls that make people leave.

Flawed
------
    sysdesign: 1
    requirements:
      quality:
        fast: {class: performance, accept: The timeline feels fast.}

Sound
-----
    sysdesign: 1
    operations: {go: {api: GET /x}}
    requirements:
      quality:
        fast: {class: performance, expect: go.p99 < 200 ms}

False alarms
------------
Security, consistency and accuracy may rest on a sentence that a person judges.

Source
------
nine steps: "Be Specific: Clearly define both functional and non-functional requirements."
"""

from sysdesign.review.rule import Outcomes, at, fails, holds, rule
from sysdesign.study import Study

_JUDGED = ("security", "consistency", "accuracy")


@rule("REQ-05", needs=("requirements.quality",), nothing="no target is needed")
def target_without_number(study: Study) -> Outcomes:
    """Look at what each quality requirement expects."""
    for name, quality in study.design.requirements.quality.items():
        if quality.not_needed:
            continue
        mean = next((t for t in quality.expect if t.measure.measure == "mean"), None)
        if mean:
            yield fails(
                name,
                f"'{name}' holds a mean, which hides the slow calls",
                mean.span,
                f"name a percentile: {mean.text.replace('.mean', '.p99')}",
            )
        elif quality.expect:
            tests = ", ".join(test.text for test in quality.expect)
            yield holds(name, tests, quality.expect[0].span)
        elif quality.accept and quality.class_ in _JUDGED:
            yield holds(name, f"judged by a person: {quality.accept}", at(quality.accept))
        else:
            said = "rests on a sentence" if quality.accept else "has no target"
            yield fails(
                name,
                f"'{name}' {said}; the program cannot test it",
                at(name),
                f"write {name}: {{expect: a measure and a number, such as go.p99 < 200 ms}}",
            )
