"""The data: entities with their fields and keys, what refers to what, where each is kept."""

from collections.abc import Iterator

from sysdesign.design import Entity, FieldKind
from sysdesign.draw import Diagram, Frame, FrameStyle, Link, LinkStyle, Node, Shape, Tone
from sysdesign.study import Study
from sysdesign.views.boxes import kind_word
from sysdesign.views.shown import listed
from sysdesign.views.view import View, Wanted
from sysdesign.views.wires import line_of, place_of
from sysdesign.views.wiring import title_of

_MOST_FIELDS = 9


def draw(study: Study, wanted: Wanted) -> Diagram:  # noqa: ARG001
    """Entities in the stores that hold them, with arrows to what they refer to."""
    nodes = tuple(_entity(study, name, entity) for name, entity in study.design.data.items())
    homes = dict.fromkeys(node.frame for node in nodes if node.frame)
    return Diagram(
        title_of(study), nodes, tuple(_store(study, home) for home in homes),
        tuple(_links(study)), "What is kept, where, and what refers to what", legend=False,
        notes=tuple(_notes(study)),
    )  # fmt: skip


def entities(study: Study) -> tuple[str, ...]:
    """The one picture, where there are data at all."""
    return ("",) if study.design.data else ()


def _entity(study: Study, name: str, entity: Entity) -> Node:
    told = [_field(entity, field, sort) for field, sort in _ordered(entity)]
    if len(told) > _MOST_FIELDS:
        told = [*told[: _MOST_FIELDS - 1], f"and {len(told) - _MOST_FIELDS + 1} more fields"]
    return Node(
        name, name, f"of {entity.owner}" if entity.owner else "", Shape.BOX, "table",
        (*told, *_facts(study, name, entity)), frame=f"store:{entity.store or ''}",
        badge=str(entity.class_) if entity.class_ in ("personal", "financial", "secret") else "",
        tone=Tone.NEUTRAL, line=place_of(study, "entity", name),
    )  # fmt: skip


def _ordered(entity: Entity) -> list[tuple[str, FieldKind | None]]:
    """Fields of the key first, then the others as in the file."""
    keys = [str(key) for key in entity.key_]
    first: list[tuple[str, FieldKind | None]] = [(key, entity.fields.get(key)) for key in keys]
    return [*first, *((f, sort) for f, sort in entity.fields.items() if f not in keys)]


def _field(entity: Entity, field: str, sort: FieldKind | None) -> str:
    mark = "● " if field in map(str, entity.key_) else ""
    target = _target(sort)
    if target:
        many = "list of " if sort is not None and sort.of is not None else ""
        return f"{mark}{field} → {many}{target}"
    return f"{mark}{field}: {sort.text}" if sort is not None else f"{mark}{field}"


def _target(sort: FieldKind | None) -> str:
    """The entity that a field refers to, also as a list of references."""
    while sort is not None:
        if sort.entity:
            return sort.entity
        sort = sort.of
    return ""


def _facts(study: Study, name: str, entity: Entity) -> Iterator[str]:
    stored = study.figure(f"{name}.stored")
    if stored is not None and stored.quantity.value.median > 0:
        yield f"{stored.shown} stored"
    if entity.copied_to:
        yield f"copied to {listed(tuple(map(str, entity.copied_to)), 2)}"


def _store(study: Study, home: str) -> Frame:
    name = home.partition(":")[2]
    part = study.design.components.get(name)
    if part is None:
        return Frame(home, "No store named", style=FrameStyle.GROUP)
    line = place_of(study, "component", name)
    return Frame(home, name, kind_word(part), style=FrameStyle.GROUP, line=line)


def _links(study: Study) -> Iterator[Link]:
    """One arrow to each entity that another refers to, then to what it is made of."""
    for name, entity in study.design.data.items():
        fields: dict[str, list[str]] = {}
        for field, sort in entity.fields.items():
            if _target(sort) in study.design.data:
                fields.setdefault(_target(sort), []).append(field)
        for target, some in fields.items():
            line = line_of(study, entity.fields[some[0]].span)
            yield Link(name, target, ", ".join(some), id=f"{name} -> {target}", line=line)
        for source in entity.derived_from:
            yield Link(
                name, str(source), "", LinkStyle.REPLICATION, Tone.MUTED, constraint=False,
                id=f"{name} <- {source}", line=line_of(study, source.span),
            )  # fmt: skip


def _notes(study: Study) -> Iterator[str]:
    yield "A frame is the store of record, ● the key."
    yield "An arrow leads to what a field refers to."
    if any(entity.derived_from for entity in study.design.data.values()):
        yield "A dotted arrow leads to what an entity is made of."


VIEW = View(
    name="data",
    summary="entities with fields and keys, what refers to what, the stores that hold them",
    rank=70,
    draw=draw,
    ids=entities,
)
