"""The choices that shape the design are written down: two at level A, one at level B.

Why
---
A design is a row of choices. Where none is written down nobody can tell which were made, and which
just happened; and nobody looks at the other way before it is too late.

Flawed
------
    sysdesign: 1
    problem: {level: A}
    operations: {go: {rate: 20 req/s, path: [web]}}
    components: {web: {kind: service, replicas: 3}}
    decisions:
      number:
        options: {few: {pros: [One bill.]}, many: {pros: [More of them may fail.]}}
        chosen: many

Sound
-----
    sysdesign: 1
    problem: {level: B}
    operations: {go: {rate: 20 req/s, path: [web]}}
    components: {web: {kind: service, replicas: 3}}
    decisions:
      number:
        options: {few: {pros: [One bill.]}, many: {pros: [More of them may fail.]}}
        chosen: many

False alarms
------------
A decision counts as soon as it has options; how good they are is a matter of DIV-02 to DIV-05. A
design that names no level is asked for one decision; at level C none is asked for. Where no
decision stands in the file yet, it is a question.

Source
------
seven steps: "dig deep into 2 or 3 comps"
"""

from sysdesign.review.rule import Outcomes, at, fails, holds, rule, unknown
from sysdesign.study import Study

_WANTED = {"A": 2, "B": 1, "C": 0}
_ACTION = "write decisions: {store: {question: …, about: […], options: {…}, chosen: …, because: …}}"


@rule("DIV-01", needs=("components", "operations"))
def few_decisions(study: Study) -> Outcomes:
    """Count the decisions that have options."""
    level = str(study.design.problem.level or "B")
    wanted = _WANTED.get(level, 1)
    found = [name for name, one in study.design.decisions.items() if one.options]
    where = study.design.at("decisions" if study.design.decisions else "sysdesign")
    if len(found) >= wanted:
        said = f"level {level} asks for none"
        if found:
            said = f"{len(found)} written down: {', '.join(found)}"
        yield holds("decisions", said, at(found[0]) if found else where)
    elif not study.design.decisions:
        yield unknown(
            "decisions", "which choices shape the design, and against what, is not said yet",
            where, _ACTION, "decisions",
        )  # fmt: skip
    else:
        yield fails(
            "decisions",
            f"level {level} asks for {wanted} decisions with options, and there "
            f"{'is' if len(found) == 1 else 'are'} {len(found) or 'none'}",
            where,
            _ACTION,
        )
