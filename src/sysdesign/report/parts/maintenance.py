"""Maintenance: how versions go out, drills, dates."""

from collections.abc import Iterator

from sysdesign.report.document import Block, Code, Facts, Line, Section, Strong, Table
from sysdesign.report.lines import columns, filled, given, said
from sysdesign.report.subject import Part, Subject


def write(subject: Subject) -> Iterator[Block | Section]:
    """A table for deploys and one for drills; the rest as facts."""
    told = subject.study.design.maintenance
    deploys: tuple[tuple[Line, ...], ...] = tuple(
        ((Code(name),), said(one.how), given(one.at_once), given(one.drain), said(one.rollback))
        for name, one in told.deploy.items()
    )
    if deploys:
        heads = columns("Component", "Deploy", "At once", "Drain", "Way back")
        yield filled(Table("Deploys", heads, deploys))
    drills: tuple[tuple[Line, ...], ...] = tuple(
        ((Strong(name),), given(one.every), said(one.last)) for name, one in told.drills.items()
    )
    if drills:
        yield filled(Table("Drills", columns("Drill", "Every", "Last"), drills))
    facts: list[tuple[str, Line]] = [(n.capitalize(), str(day)) for n, day in told.dates.items()]
    if told.migrations:
        facts.insert(0, ("Migrations", str(told.migrations)))
    if facts:
        yield Facts(tuple(facts))


PART = Part("maintenance", "Maintenance", "maintenance", write)
