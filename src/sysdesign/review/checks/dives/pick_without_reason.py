"""Every decision names its pick, and a reason that rests on a requirement or a number.

Why
---
"It is more scalable" fits every option. A requirement that one meets and another does not is a
reason, and so is a number that can be looked up.

Flawed
------
    sysdesign: 1
    requirements: {quality: {fast: {class: performance, expect: read.p99 < 50 ms}}}
    operations: {read: {rate: 20 req/s, path: [posts]}}
    components: {posts: {kind: sql_database}}
    decisions:
      store:
        options: {sql: {pros: [Any question.]}, files: {pros: [Nothing to run.]}}
        chosen: sql
        because: It is what most people use.

Sound
-----
    sysdesign: 1
    requirements: {quality: {fast: {class: performance, expect: read.p99 < 50 ms}}}
    operations: {read: {rate: 20 req/s, path: [posts]}}
    components: {posts: {kind: sql_database}}
    decisions:
      store:
        options: {sql: {pros: [Any question.]}, files: {pros: [Nothing to run.]}}
        chosen: sql
        because: An index read keeps fast, and a file that is read whole does not.

False alarms
------------
A reason counts from four words on that name a requirement, an assumption, an estimate or a number.
Whether it is true `sysdesign compare` tells: it runs the options and reports a reason that names a
requirement which fails with the pick and holds with another. Whether it is good is for a person.

Source
------
criteria: "Describe the trade-offs of different approaches, choose one and explain why."
"""

import re

from sysdesign.design.later import Decision
from sysdesign.review.rule import Outcome, Outcomes, at, fails, holds, listed, rule, says
from sysdesign.study import Study


@rule("DIV-05", nothing="no decision is written down")
def pick_without_reason(study: Study) -> Outcomes:
    """Look at what is chosen, and at what the reason names."""
    for name, one in study.design.decisions.items():
        if one.options:
            yield _judged(study, name, one)


def _judged(study: Study, name: str, one: Decision) -> Outcome:
    few = listed(list(one.options))
    if not one.chosen:
        first = next(iter(one.options))
        action = f"write {name}: {{chosen: {first}, because: …}}"
        return fails(name, f"none of {few} is chosen for {name}", at(name), action)
    action = f"write {name}: {{because: the requirement or the number that decides it}}"
    where = at(one.because) if one.because else at(one.chosen)
    if not says(one.because):
        return fails(name, f"why {one.chosen} is chosen for {name} is not said", where, action)
    named = _named(study, str(one.because))
    if not named:
        said = f"the reason for {one.chosen} names no requirement and no number"
        return fails(name, said, where, action)
    return holds(name, f"{one.chosen}, for {', '.join(named)}", at(one.chosen))


def _named(study: Study, text: str) -> list[str]:
    """Requirements, assumptions, estimates and numbers that a text names."""
    design = study.design
    known = {
        *design.requirements.functional, *design.requirements.quality, *design.assumptions,
        *design.estimates,
    }  # fmt: skip
    words = re.findall(r"[a-z][a-z0-9_]*|\d[\d.,]*", text)
    found = [w.rstrip(".,") for w in words if w in known or w[0].isdigit()]
    return list(dict.fromkeys(found))
