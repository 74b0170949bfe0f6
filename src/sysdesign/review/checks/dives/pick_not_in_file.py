"""The file as it stands holds the option that was chosen, and only that one.

Why
---
A choice that was written down and not made is worse than none: the numbers are those of another
design.

Flawed
------
    sysdesign: 1
    components: {web: {kind: service, replicas: 2}}
    decisions:
      size:
        about: [web]
        options: {two: {}, ten: {change: {components.web.replicas: 10}}}
        chosen: ten

Sound
-----
    sysdesign: 1
    components: {web: {kind: service, replicas: 2}}
    decisions:
      size:
        about: [web]
        options: {two: {}, ten: {change: {components.web.replicas: 10}}}
        chosen: two

False alarms
------------
The chosen option has no `change`: what it means is the file. Of another option the change has to
say what would be different; one that gives the file back as it is, is chosen already. Options
without a change cannot be run, and are not looked at. Whether a change fits the file is told by
`sysdesign compare`.

Source
------
four weighted steps: "Pick a Solution"
"""

from sysdesign.design.later import Decision
from sysdesign.review.rule import Outcome, Outcomes, at, fails, holds, rule
from sysdesign.study import Study


@rule("DIV-11", nothing="no decision has a pick")
def pick_not_in_file(study: Study) -> Outcomes:
    """Look whether the chosen option has a change, and whether another one has none to make."""
    for name, one in study.design.decisions.items():
        if one.chosen in one.options:
            yield _judged(name, one)


def _judged(name: str, one: Decision) -> Outcome:
    picked = one.options[str(one.chosen)]
    if picked.change is not None:
        return fails(
            name,
            f"{one.chosen} is chosen for {name}, but has a change: the file is another option",
            picked.at("change"),
            f"make the change of {one.chosen} in the file, and give the others the way back",
        )
    changes = {o: said.change for o, said in one.options.items() if said.change is not None}
    empty = [option for option, change in changes.items() if not change.pairs]
    if empty:
        return fails(
            name,
            f"{empty[0]} is not chosen for {name}, but its change changes nothing",
            one.options[empty[0]].at("change"),
            "write under change what the file would be with it, or leave change out",
        )
    said = f"; {', '.join(changes)} can be run" if changes else ""
    return holds(name, f"the file is {one.chosen}{said}", at(one.chosen or name))
