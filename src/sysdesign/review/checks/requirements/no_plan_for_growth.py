"""Growth to twice and to ten times the load is expected at a date or on a trigger.

Why
---
Twice the load is a matter of machines, ten times often of another design. When each will come
decides how much of it is worth building now.

Flawed
------
    sysdesign: 1
    problem:
      name: URL shortener
      growth: {a_year: 1.3x, 2x: 2029-06}

Sound
-----
    sysdesign: 1
    problem:
      name: URL shortener
      growth: {a_year: 1.3x, 2x: 2029-06, 10x: if launched in India}

False alarms
------------
A system that will not grow says so: `2x: not expected`.

Source
------
criteria: "What does 2x growth look like? Or 10x?"
"""

from sysdesign.review.rule import Outcomes, fails, holds, listed, rule
from sysdesign.study import Study


@rule("REQ-10", needs=("problem",))
def no_plan_for_growth(study: Study) -> Outcomes:
    """Look for 2x and 10x under `problem.growth`."""
    problem = study.design.problem
    said = problem.growth.others if problem.growth else {}
    lacking = [factor for factor in ("2x", "10x") if not said.get(factor)]
    if lacking:
        yield fails(
            "problem.growth",
            f"when the load grows to {listed(lacking)} is not said",
            problem.at("growth"),
            "write growth: {a_year: 1.3x, 2x: 2029-06, 10x: a trigger}",
        )
    else:
        evidence = ", ".join(f"{factor}: {said[factor]}" for factor in ("2x", "10x"))
        yield holds("problem.growth", evidence, problem.at("growth"))
