"""Every decision says what is decided, and which parts or requirements it is about.

Why
---
An answer to a question that nobody wrote down cannot be judged, and comes up again.

Flawed
------
    sysdesign: 1
    components: {posts: {kind: sql_database}}
    decisions: {store: {about: [posts], options: {sql: {}, files: {}}, chosen: sql}}

Sound
-----
    sysdesign: 1
    components: {posts: {kind: sql_database}}
    decisions:
      store:
        question: Which kind of store keeps the posts?
        about: [posts]
        options: {sql: {}, files: {}}
        chosen: sql

False alarms
------------
A question of fewer than four words does not count. `system` stands for the whole; places, actors
and assumptions alone say not what is touched.

Source
------
four weighted steps: "Articulate the problem"
"""

from sysdesign.review.rule import Outcomes, at, fails, holds, rule, says
from sysdesign.study import Study


@rule("DIV-02", nothing="no decision is written down")
def decision_without_problem(study: Study) -> Outcomes:
    """Look at the question of each decision, and at what it is about."""
    design = study.design
    touched = {
        "system", *design.components, *design.operations, *design.data,
        *design.requirements.functional, *design.requirements.quality,
    }  # fmt: skip
    for name, one in design.decisions.items():
        meant = [word for word in one.about if word in touched]
        if not says(one.question):
            where = at(one.question) if one.question else at(name)
            said = f"{name} does not say what is decided"
            if one.question:
                said = f"the question of {name} says too little to be answered"
            action = f"write {name}: {{question: Which kind of store keeps the posts?}}"
            yield fails(name, said, where, action)
        elif not meant:
            yield fails(
                name,
                f"{name} names no component, operation, entity or requirement that it is about",
                one.at("about") if one.about else at(name),
                f"write {name}: {{about: [the parts and requirements it touches]}}",
            )
        else:
            yield holds(name, f"about {', '.join(meant)}", at(name))
