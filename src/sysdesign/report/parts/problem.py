"""The problem: why, for whom, how far ahead."""

from collections.abc import Iterator

from sysdesign.design import Actor, Given
from sysdesign.report.document import Block, Code, Facts, Line, Section, Strong, Table
from sysdesign.report.lines import NONE, codes, columns, filled, given, said
from sysdesign.report.subject import Part, Subject


def write(subject: Subject) -> Iterator[Block | Section]:
    """Facts and actors; the purpose stands at the top of the report."""
    problem = subject.study.design.problem
    facts: list[tuple[str, Line]] = []
    for name, value in (("Owner", problem.owner), ("Service level", problem.level),
                        ("Last review", problem.reviewed)):  # fmt: skip
        facts += [(name, str(value))] if value else []
    if problem.horizon:
        facts.append(("Sized for", given(problem.horizon)))
    if problem.growth and problem.growth.a_year:
        facts.append(("Growth a year", given(problem.growth.a_year)))
    others = problem.growth.others if problem.growth else {}
    facts += [(f"Load of {factor}", str(when)) for factor, when in others.items()]
    if facts:
        yield Facts(tuple(facts))
    actors = tuple(
        ((Strong(name), " ", Code("primary")) if actor.primary else (Strong(name),),
         said(actor.wants), _origin(actor), _network(actor.bandwidth, actor.network))
        for name, actor in problem.actors.items()
    )  # fmt: skip
    if actors:
        heads = columns("Actor", "Wants", "From", "Last mile")
        yield filled(Table("Actors", heads, actors, prose=True))


def _origin(actor: Actor) -> str:
    return actor.from_.text if isinstance(actor.from_, Given) else said(actor.from_)


def _network(bandwidth: Given | None, network: Given | None) -> str:
    trip = f"round trip {network.text}" if network else ""
    return ", ".join(filter(None, (given(bandwidth, ""), trip))) or NONE


def stakeholders(subject: Subject) -> Iterator[Block | Section]:
    """Who cares about which requirement."""
    found = subject.study.design.problem.stakeholders
    rows = tuple(((Strong(name),), codes(one.cares)) for name, one in found.items())
    if rows:
        yield Table("Stakeholders", columns("Stakeholder", "Requirements"), rows, prose=True)


PART = Part("problem", "Problem and actors", "problem", write)
STAKEHOLDERS = Part("stakeholders", "Stakeholders", "problem.stakeholders", stakeholders)
