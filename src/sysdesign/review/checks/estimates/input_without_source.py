"""Every number taken as given has a source and is plausible.

Why
---
The answer is as good as its worst input. A source lets others judge it; a range of what such
parts can do catches the slip of a unit.

Flawed
------
    sysdesign: 1
    assumptions:
      photo: {value: 300 MB, use: base.size.photo_web}
      users: 2M user

Sound
-----
    sysdesign: 1
    assumptions:
      photo: {value: 300 kB, use: base.size.photo_web}
      users: {value: 2M user, source: product plan 2026}

False alarms
------------
The word assumption is a source, and an honest one. A value made of other named ones has theirs.
Ranges of components are wide: what lies outside may exist, and is worth a second look.

Source
------
nine steps: "Use realistic assumptions and data for calculations."
"""

from collections.abc import Iterator

from sysdesign import rates
from sysdesign.design import Assumption
from sysdesign.review.facts import is_made, literals
from sysdesign.review.plausible import implausible
from sysdesign.review.rule import Outcome, Outcomes, at, fails, holds, rule, says, unknown
from sysdesign.study import Study


@rule("EST-06", nothing="no number is taken as given")
def input_without_source(study: Study) -> Outcomes:
    """Look for the source of each assumption, and at values out of range."""
    for name, said in study.design.assumptions.items():
        yield _out_of_range(study, name, said) or _sourced(study, name, said)
    yield from _bare_rates(study)
    for name in study.design.components:
        for strange in implausible(study, name):
            yield fails(
                f"{name}.{strange.key}",
                f"{strange.key} of {name} is {strange.text}; "
                f"{strange.bound} is what such a part can do",
                strange.span,
                "mend it, or look twice at its unit",
            )


def _sourced(study: Study, name: str, said: Assumption) -> Outcome:
    answers = [q for q in study.design.problem.questions if name in q.gives and q.answer]
    made = said.value is not None and is_made(said.value) and not literals(said.value)
    source = said.source or said.use or said.answers or (said.why if says(said.why) else None)
    if answers:
        source = source or answers[0].ask
    if source or made:
        return holds(name, f"{name} comes from: {source or 'other named numbers'}", at(name))
    return fails(
        name,
        f"{name} has no source",
        at(name),
        f"write {name}: {{value: …, source: …}}; assumption is a source, too",
    )


def _out_of_range(study: Study, name: str, said: Assumption) -> Outcome | None:
    rate, figure = rates.get(said.use) if said.use else None, study.figure(name)
    if rate is None or figure is None or not said.value or rate.low is None or rate.high is None:
        return None
    unit = study.units.parse(rate.unit)
    if unit.dimension.without_counts() != figure.quantity.dimension.without_counts():
        return None
    if rate.low * unit.factor <= figure.median <= rate.high * unit.factor:
        return None
    return fails(
        name,
        f"{name} is {figure.shown}, and {rate.id} is cited as {rate.range_text}",
        said.value.span,
        "mend the value, or take use: out and give its own source",
    )


def _bare_rates(study: Study) -> Iterator[Outcome]:
    for name, operation in study.design.operations.items():
        given = operation.rate or (operation.users.count if operation.users else None)
        if given and not is_made(given):
            yield unknown(
                name,
                f"where the load of {name}, {given.text}, comes from is not stated",
                given.span,
                "give it a name and a source, under assumptions",
                f"operations.{name}.rate.source",
            )
