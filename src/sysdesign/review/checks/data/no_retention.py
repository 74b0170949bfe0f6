"""Every entity says how long it is kept.

Why
---
What is kept for ever grows for ever, is paid for ever, and can be leaked for ever.

Flawed
------
    sysdesign: 1
    data: {link: {key: code, size: 500 B, count: 1M item}}

Sound
-----
    sysdesign: 1
    data: {link: {key: code, size: 500 B, count: 1M item, keep: 5 year}}

False alarms
------------
What must never go away has a long time: `keep: 100 year`.

Source
------
criteria: "How long do we keep that data?"
"""

from sysdesign.review.rule import Outcomes, at, fails, holds, rule
from sysdesign.study import Study


@rule("DAT-06", needs=("data",))
def no_retention(study: Study) -> Outcomes:
    """Look for `keep` of each entity."""
    for name, entity in study.design.data.items():
        if entity.keep:
            yield holds(name, f"kept for {entity.keep.text}", entity.keep.span)
        else:
            yield fails(
                name,
                f"how long {name} is kept is not said",
                at(name),
                f"write {name}: {{keep: 5 year}}",
            )
