"""Performance, scale, security, consistency, freshness and accuracy each have a target or a reason.

Why
---
The qualities that nobody asks about are the ones a design fails on. A class that does not matter
here is named with the reason, so that a reader knows it was thought of.

Flawed
------
    sysdesign: 1
    requirements:
      quality:
        fast: {class: performance, expect: cost < 9 USD/month}

Sound
-----
    sysdesign: 1
    requirements:
      quality:
        fast: {class: performance, expect: cost < 9 USD/month}
        many: {class: scale, expect: carries >= 2x}
        safe: {class: security, accept: Only the owner reads his drafts.}
        kept: {class: consistency, accept: A writer reads his own posts.}
        new: {class: freshness, not_needed: Nobody notices an hour of delay.}
        exact: {class: accuracy, not_needed: Counts may be off by a few.}

False alarms
------------
A target whose class is not stated counts for none of them.

Source
------
four weighted steps: "What are non-functional requirements?"
"""

from sysdesign.design import Quality
from sysdesign.review.rule import Outcomes, at, fails, holds, rule, says
from sysdesign.study import Study

_CLASSES = ("performance", "scale", "security", "consistency", "freshness", "accuracy")


@rule("REQ-04", needs=("requirements.quality",))
def quality_without_target(study: Study) -> Outcomes:
    """Look for a target, an acceptance sentence or a reason in each class of quality."""
    wanted = study.design.requirements
    for one in _CLASSES:
        named = [name for name, quality in wanted.quality.items() if quality.class_ == one]
        enough = [name for name in named if _says_enough(wanted.quality[name])]
        if enough:
            yield holds(one, f"said by {enough[0]}", at(enough[0]))
        elif named:
            yield fails(
                one,
                f"'{named[0]}' says neither a target for {one} nor why none is needed",
                at(named[0]),
                f"write {named[0]}: {{class: {one}, expect: …}}, or not_needed with a reason",
            )
        else:
            yield fails(
                one,
                f"no requirement is about {one}",
                wanted.at("quality"),
                f"add one with class: {one} and expect: …, or not_needed: why it does not "
                "matter here",
            )


def _says_enough(quality: Quality) -> bool:
    return bool(quality.expect) or says(quality.accept) or says(quality.not_needed)
