"""The data: entities with fields, keys and stores, how they are asked for, how they grow."""

from collections.abc import Iterator

from sysdesign.design import Entity
from sysdesign.report.document import Block, Code, Facts, Line, Section, Table
from sysdesign.report.lines import NONE, code, codes, columns, filled, given, said
from sysdesign.report.subject import Part, Subject
from sysdesign.study import Study

_GROWTH = (("size", "One record"), ("records", "Records"), ("stored_a_day", "A day"),
           ("stored_1y", "After a year"), ("stored", "At the horizon"))  # fmt: skip
_STORES = (("stored_a_day", "A day"), ("stored_1y", "After a year"), ("stored", "At the horizon"),
           ("memory_needed", "Memory for its hits"))  # fmt: skip


def write(subject: Subject) -> Iterator[Block | Section]:
    """Where each entity lives, how it grows, then its fields and patterns."""
    study = subject.study
    data = study.design.data
    if not data:
        return
    rows = tuple(
        ((Code(name),), code(one.store), code(one.owner), codes(one.copied_to), said(one.class_),
         given(one.keep, "for ever"), said(one.consistency))
        for name, one in data.items()
    )  # fmt: skip
    heads = columns("Entity", "Store", "Written by", "Copied to", "Class", "Kept", "Readers need")
    yield filled(Table("Entities", heads, rows))
    yield from _figures(study, "Growth, one copy of each record", "Entity", list(data), _GROWTH)
    parts = list(study.design.components)
    yield from _figures(study, "Stores, with copies and overhead", "Store", parts, _STORES)
    for name, one in data.items():
        blocks = tuple(_entity(one))
        if blocks:
            yield Section(f"entity-{name}", name, blocks)


def _figures(
    study: Study, caption: str, head: str, names: list[str], measures: tuple[tuple[str, str], ...]
) -> Iterator[Block]:
    rows: list[tuple[Line, ...]] = []
    for name in names:
        cells = [study.figures.get(f"{name}.{measure}") for measure, _ in measures]
        if any(cells):
            rows.append(((Code(name),), *(c.shown if c else NONE for c in cells)))
    if rows:
        right = tuple(range(1, len(measures) + 1))
        heads = columns(head, *(title for _, title in measures), right=right)
        yield filled(Table(caption, heads, tuple(rows)))


def _entity(one: Entity) -> Iterator[Block]:
    facts: list[tuple[str, Line]] = []
    if one.fields:
        facts.append(("Fields", codes(f"{n}: {kind.text}" for n, kind in one.fields.items())))
    if one.key_:
        facts.append(("Key", codes(one.key_)))
    if one.derived_from:
        facts.append(("Made of", codes(one.derived_from)))
    if one.purpose:
        facts.append(("Kept", str(one.purpose)))
    if one.deletion:
        way = f", through {', '.join(one.deletion.through)}" if one.deletion.through else ""
        facts.append(("Deleted", f"within {given(one.deletion.within)}{way}"))
    if facts:
        yield Facts(tuple(facts))
    rows = tuple(
        (name, codes(p.index), codes(p.used_by), given(p.fresh)) for name, p in one.patterns.items()
    )
    if rows:
        heads = columns("Asked for", "Index", "Used by", "At most this old")
        yield filled(Table("How it is asked for", heads, rows, prose=True))


PART = Part("data", "Data", "data", write)
