"""One actor is marked as the primary customer.

Why
---
A design works backwards from its customer. Where two are first, each trade-off between them is
decided by whoever happens to draw.

Flawed
------
    sysdesign: 1
    problem:
      name: URL shortener
      actors: {visitor: {}, writer: {}}

Sound
-----
    sysdesign: 1
    problem:
      name: URL shortener
      actors: {visitor: {primary: true}, writer: {}}

False alarms
------------
A marketplace has two sides. Mark the one whose leaving would end it.

Source
------
criteria: "As a designer you should start with the (primary) customer and work backwards"
"""

from sysdesign.review.rule import Outcomes, at, fails, holds, listed, rule
from sysdesign.study import Study


@rule("REQ-02", needs=("problem",))
def no_primary_customer(study: Study) -> Outcomes:
    """Count the actors that are marked as primary."""
    problem = study.design.problem
    primary = [name for name, actor in problem.actors.items() if actor.primary]
    where, action = problem.at("actors"), "mark one actor with primary: true"
    if not problem.actors:
        yield fails(
            "problem.actors",
            "the problem has no actors",
            where,
            "write actors: {reader: {primary: true, wants: …}}",
        )
    elif not primary:
        yield fails("problem.actors", "no actor is the primary customer", where, action)
    elif len(primary) > 1:
        message = f"{listed(primary)} are all primary customers"
        yield fails("problem.actors", message, at(primary[1]), "leave primary to one of them")
    else:
        yield holds("problem.actors", f"{primary[0]} is the primary customer", at(primary[0]))
