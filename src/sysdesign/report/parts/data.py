"""The data: entities with fields, keys and stores, how they are asked for, how they grow."""

from collections.abc import Iterator, Mapping

from sysdesign.design import Entity
from sysdesign.report.document import Block, Code, Line, Section, Table
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
    yield from _fields(data)
    yield from _patterns(data)


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


def _fields(data: Mapping[str, Entity]) -> Iterator[Block]:
    rows: tuple[tuple[Line, ...], ...] = tuple(
        ((Code(name),), codes(f"{n}: {kind.text}" for n, kind in one.fields.items()),
         codes(one.key_), codes(one.derived_from), said(one.purpose), _deleted(one))
        for name, one in data.items()
    )  # fmt: skip
    heads = columns("Entity", "Fields", "Key", "Made of", "Why it is kept", "Deleted")
    yield filled(Table("Fields and keys", heads, rows, prose=True))


def _deleted(one: Entity) -> Line:
    if one.deletion is None:
        return NONE
    within = f"within {one.deletion.within.text}" if one.deletion.within else "when asked"
    way = codes(one.deletion.through)
    return within if isinstance(way, str) else (f"{within}, through ", *way)


def _patterns(data: Mapping[str, Entity]) -> Iterator[Block]:
    rows: tuple[tuple[Line, ...], ...] = tuple(
        ((Code(name),), pattern, codes(p.index), codes(p.used_by), given(p.fresh))
        for name, one in data.items() for pattern, p in one.patterns.items()
    )  # fmt: skip
    if rows:
        heads = columns("Entity", "Asked for", "Index", "Used by", "At most this old")
        yield filled(Table("How it is asked for", heads, rows, prose=True))


PART = Part("data", "Data", "data", write)
