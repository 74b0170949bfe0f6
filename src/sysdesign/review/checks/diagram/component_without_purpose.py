"""Every component says what it does, and something asks for it.

Why
---
Each box is a thing to run, to pay and to wake up for. One that nobody can explain in a sentence is
usually there because the last system had it.

Flawed
------
    sysdesign: 1
    operations: {go: {path: [web]}}
    components: {web: {kind: service, does: service}}

Sound
-----
    sysdesign: 1
    requirements: {functional: {go: {priority: must, accept: A short link works., by: go_on}}}
    operations: {go_on: {path: [web]}}
    components: {web: {kind: service, does: Looks up links and sends callers on.}}

False alarms
------------
What asks for a component is a requirement whose operations, or what they set off, run over it; a
`why` of its own; a decision about it; or another component that names it (dead letters, backups).
Whether the reason is a good one, people judge.

Source
------
criteria: "Justify the design choices that are made."
"""

from collections import Counter

from sysdesign.design import Component
from sysdesign.review.flows import required
from sysdesign.review.reasons import reason_for
from sysdesign.review.rule import Outcome, Outcomes, at, fails, holds, rule, says
from sysdesign.study import Study


@rule("HLD-07", needs=("components",))
def component_without_purpose(study: Study) -> Outcomes:
    """Look for the purpose of each component, and for what asks for it."""
    texts = Counter(str(part.does) for part in study.design.components.values() if part.does)
    wanted = {v.target for name in required(study) for v in study.visits[name]}
    for name, part in study.design.components.items():
        flaw = _purpose(name, part, texts)
        if flaw is None and wanted and name in study.reached and name not in wanted:
            flaw = _reason(study, name)
        yield flaw or holds(name, f"{part.does}", at(name))


def _purpose(name: str, part: Component, texts: Counter[str]) -> Outcome | None:
    does, action = part.does, f"write {name}: {{does: its purpose in one sentence}}"
    if not does:
        return fails(name, f"what {name} does is not said", at(name), action)
    plain = does.strip(" .").lower().replace(" ", "_")
    if not says(does, 1) or plain in (name, part.kind):
        return fails(name, f"'{does}' does not say what {name} does", does.span, action)
    if texts[does] > 1:
        return fails(
            name,
            f"{name} is said to do the same as another: '{does}'",
            does.span,
            "say what it does that the other does not, or leave one out",
        )
    return None


def _reason(study: Study, name: str) -> Outcome | None:
    if reason_for(study, name):
        return None
    return fails(
        name,
        f"no requirement asks for {name}, and it does not say why it is there",
        at(name),
        f"name its operation in the requirement it serves (by), or write {name}: {{why: …}}",
    )
