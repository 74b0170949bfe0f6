"""Shortcomings that are known, and points that were parked."""

from collections.abc import Iterator

from sysdesign.report.document import Block, Line, Section, Strong, Table
from sysdesign.report.lines import columns, filled, mark, said
from sysdesign.report.subject import Part, Subject


def shortcomings(subject: Subject) -> Iterator[Block | Section]:
    """What is known not to be good, who looks after it, and until when."""
    rows: tuple[tuple[Line, ...], ...] = tuple(
        ((Strong(name),), said(one.what), said(one.owner), said(one.until or one.trigger))
        for name, one in subject.study.design.shortcomings.items()
    )
    if rows:
        heads = columns("Shortcoming", "What", "Owner", "Until, or on what")
        yield filled(Table("Shortcomings", heads, rows, prose=True))


def parked(subject: Subject) -> Iterator[Block | Section]:
    """Points for later."""
    rows: tuple[tuple[Line, ...], ...] = tuple(
        ((Strong(name),), said(one.point), (mark(str(one.state or "open")),), said(one.answer))
        for name, one in subject.study.design.parked.items()
    )
    if rows:
        heads = columns("Point", "What", "State", "How it ended")
        yield filled(Table("Parked points", heads, rows, prose=True))


SHORTCOMINGS = Part("shortcomings", "Shortcomings", "shortcomings", shortcomings)
PARKED = Part("parked", "Parked points", "parked", parked)
