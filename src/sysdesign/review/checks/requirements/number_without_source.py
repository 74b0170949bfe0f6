"""Every number that a requirement is tested by has a source.

Why
---
A target is bought with machines and work. Whoever pays asks where it comes from: an answer, a
measurement, or an honest assumption.

Flawed
------
    sysdesign: 1
    requirements:
      quality:
        many: {class: scale, expect: carries >= 2x}

Sound
-----
    sysdesign: 1
    requirements:
      quality:
        many: {class: scale, expect: carries >= 2x, source: product plan 2026}

False alarms
------------
A bound made of named assumptions needs no source of its own: they have theirs. Numbers within an
acceptance sentence are not looked at.

Source
------
criteria: "Write/raise the requirements or assumptions you are making, and base your design on
them."
"""

from sysdesign.review.facts import is_made
from sysdesign.review.rule import Outcomes, at, fails, holds, rule
from sysdesign.study import Study


@rule("REQ-08", needs=("requirements.quality",), nothing="no requirement has a number")
def number_without_source(study: Study) -> Outcomes:
    """Look for the source of each tested bound."""
    for name, quality in study.design.requirements.quality.items():
        bare = [test for test in quality.expect if not is_made(test.bound)]
        if quality.source or (quality.expect and not bare):
            source = quality.source or "named assumptions"
            yield holds(name, f"the number of '{name}' comes from: {source}", at(name))
        elif bare:
            yield fails(
                name,
                f"'{name}' does not say where {bare[0].bound.text} comes from",
                bare[0].bound.span,
                f"write {name}: {{source: who said or measured it, and when}}",
            )
