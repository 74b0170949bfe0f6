"""Every option that was chosen says what it costs: a drawback of its own, in words that say enough.

Why
---
What is given up is given up on purpose, or noticed too late. A reviewer who has to find it trusts
the rest less.

Flawed
------
    sysdesign: 1
    components: {posts: {kind: sql_database}}
    decisions:
      store:
        options: {sql: {pros: [Any question.], cons: [Slow.]}, files: {cons: [No index.]}}
        chosen: sql

Sound
-----
    sysdesign: 1
    components: {posts: {kind: sql_database}}
    decisions:
      store:
        options:
          sql: {pros: [Any question.], cons: [One leader takes all writes.]}
          files: {cons: [No index.]}
        chosen: sql

False alarms
------------
A drawback of three words or fewer does not count, nor one that is told of another option in the
same words: then it tells nothing of the choice. Options that are the same all through are DIV-03.

Source
------
nine steps: "Acknowledge Trade-offs: Be honest about the trade-offs of your design."
"""

from sysdesign.review.rule import Outcomes, at, fails, holds, rule, says
from sysdesign.study import Study


@rule("WRP-03", nothing="no decision has a pick")
def pick_without_price(study: Study) -> Outcomes:
    """Look for a drawback of each chosen option that no other has."""
    for name, one in study.design.decisions.items():
        if one.chosen not in one.options:
            continue
        picked = one.options[str(one.chosen)]
        elsewhere = {
            _plain(text) for other, said in one.options.items()
            if other != one.chosen and (said.pros, said.cons) != (picked.pros, picked.cons)
            for text in said.cons
        }  # fmt: skip
        own = [text for text in picked.cons if says(text) and _plain(text) not in elsewhere]
        if own:
            yield holds(name, f"{one.chosen}: {own[0]}", at(own[0]))
            continue
        lacks = "does not say what it costs"
        if any(says(text) for text in picked.cons):
            lacks = "says of its cost what is true of the others, too"
        elif picked.cons:
            lacks = "says too little of what it costs"
        yield fails(
            name,
            f"{one.chosen} is chosen for {name}, and {lacks}",
            picked.at("cons") if picked.cons else at(one.chosen or name),
            f"write {one.chosen}: {{cons: [what is given up with it, in a sentence]}}",
        )


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
