"""D2: components in containers, sequence diagram of an operation, tables of the data.

Labels are double-quoted strings, in which a backslash, a quote and a dollar sign are escaped by a
backslash. Written for D2 0.7 to 0.9, https://d2lang.com/tour/intro, read 2026.
"""

from collections.abc import Iterator
from itertools import count

from sysdesign.export.format import Format, View, statement
from sysdesign.export.model import Block, Form, Item, Message, Model, Part, Relation, Sort
from sysdesign.export.text import aliases, indented, joined

# Keywords of the language, which cannot be names in whatever case.
_RESERVED = frozenset({
    "_", "animated", "bold", "border-radius", "bottom", "class", "classes", "columns", "config",
    "constraint", "d2", "data", "direction", "double-border", "false", "fill", "fill-pattern",
    "filled", "font", "font-color", "font-size", "grid-columns", "grid-gap", "grid-rows", "height",
    "horizontal-gap", "icon", "italic", "label", "layers", "layout-engine", "left", "level", "link",
    "multiple", "near", "null", "opacity", "right", "rows", "scenarios", "shadow", "shape",
    "source-arrowhead", "steps", "stroke", "stroke-dash", "stroke-width", "style", "suspend",
    "target-arrowhead", "text-transform", "tooltip", "top", "true", "underline", "unsuspend",
    "vars", "vertical-gap", "width",
})  # fmt: skip
_LOOKS = {
    "person": 'shape: person; style: {fill: "#08427b"; stroke: "#052e56"}',
    "service": 'style: {fill: "#1168bd"; font-color: "#ffffff"; stroke: "#0b4884"}',
    "gateway": 'shape: hexagon; style: {fill: "#1168bd"; font-color: "#ffffff"; stroke: "#0b4884"}',
    "store": 'shape: cylinder; style: {fill: "#2f6f4f"; font-color: "#ffffff"; stroke: "#1d4a34"}',
    "cache": 'shape: stored_data; '
             'style: {fill: "#8a5a00"; font-color: "#ffffff"; stroke: "#5c3c00"}',
    "queue": 'shape: queue; style: {fill: "#6b3fa0"; font-color: "#ffffff"; stroke: "#472a6b"}',
    "outside": 'shape: cloud; style: {fill: "#e0e0e0"; font-color: "#202020"; stroke: "#6b6b6b"; '
               'stroke-dash: 4}',
    "asynchronous": "style: {stroke-dash: 4}",
}  # fmt: skip
_CLASSES = {
    Form.STORE: "store", Form.CACHE: "cache", Form.QUEUE: "queue", Form.STREAM: "queue",
    Form.GATEWAY: "gateway", Form.OUTSIDE: "outside",
}  # fmt: skip
_BLOCKS = {Sort.PARALLEL: "at the same time", Sort.CHOICE: "one of"}


def quoted(*lines: str) -> str:
    """A string of lines that stay text."""
    safe = (line.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$") for line in lines)
    return '"' + "\\n".join(line for line in safe if line) + '"'


def _head(model: Model, lost: tuple[str, ...], classes: dict[str, None]) -> list[str]:
    lines = statement(model, lost, "#")
    if classes:
        used = [f"  {name}: {{{look}}}" for name, look in _LOOKS.items() if name in classes]
        lines += ["classes: {", *used, "}"]
    return lines


# -- components ----------------------------------------------------------------------------------


def components(model: Model, lost: tuple[str, ...], _: str) -> str:
    """The system as a container of regions and groups; people and others stand outside."""
    alias = aliases((*model.ids(), *_keys(model)), _RESERVED)
    classes = dict.fromkeys(["asynchronous", "person", *map(_class, model.parts)])
    lines = [*_head(model, lost, classes), "direction: down"]
    for person in model.people:
        text = quoted(person.id, person.wants, person.peak)
        lines.append(f"{alias[person.id]}: {text} {{class: person}}")
    lines += _frames(model, alias)
    lines += [_node(part, alias) for part in model.outside()]
    paths = _paths(model, alias)
    lines += [_edge(relation, paths) for relation in model.relations]
    return "\n".join(lines) + "\n"


def _keys(model: Model) -> list[str]:
    """Names of the frames, with a blank in each so that no id is like it."""
    frames = model.frames()
    regions = [f"in {region}" for region, _ in frames if region]
    return ["the system", *regions, *(f"group {group}" for _, group in frames if group)]


def _within(model: Model, part: Part, alias: dict[str, str]) -> list[str]:
    """Frames around a part, outermost first."""
    if not part.is_inside:
        return []
    region = model.region_of(part)
    found = [alias["the system"], *([alias[f"in {region}"]] if region else [])]
    return [*found, *([alias[f"group {part.group}"]] if part.group else [])]


def _paths(model: Model, alias: dict[str, str]) -> dict[str, str]:
    """Where each person and part stands: the.way.to.it."""
    found = {person.id: alias[person.id] for person in model.people}
    for part in model.parts:
        found[part.id] = ".".join((*_within(model, part, alias), alias[part.id]))
    return found


def _frames(model: Model, alias: dict[str, str]) -> Iterator[str]:
    """Frames in frames: the system, a region, a group."""
    frames = model.frames()
    lines: list[str] = []
    for region in dict.fromkeys(region for region, _ in frames):
        mine = [
            line
            for (where, group), parts in frames.items()
            if where == region
            for line in _frame(
                alias.get(f"group {group}", ""), group, [_node(part, alias) for part in parts]
            )
        ]
        lines += _frame(alias.get(f"in {region}", ""), region, mine)
    return _frame(alias["the system"], model.name, lines) if lines else iter(())


def _frame(key: str, title: str, lines: list[str]) -> Iterator[str]:
    """Lines in a container; without a title as they are."""
    if not title:
        yield from lines
        return
    yield f"{key}: {quoted(title)} {{"
    yield from indented(lines)
    yield "}"


def _class(part: Part) -> str:
    return _CLASSES.get(part.form, "service")


def _node(part: Part, alias: dict[str, str]) -> str:
    tip = f"; tooltip: {quoted(part.does)}" if part.does else ""
    text = quoted(part.id, part.technology, part.peak)
    return f"{alias[part.id]}: {text} {{class: {_class(part)}{tip}}}"


def _edge(relation: Relation, paths: dict[str, str]) -> str:
    said = quoted(joined(relation.does, relation.remark), relation.peak)
    text = f": {said}" if said != '""' else ""
    look = "" if relation.waits else f"{'' if text else ':'} {{class: asynchronous}}"
    return f"{paths[relation.source]} -> {paths[relation.target]}{text}{look}"


# -- sequence ------------------------------------------------------------------------------------


def sequence(model: Model, lost: tuple[str, ...], operation: str) -> str:
    """Sequence diagram of one operation; blocks are groups."""
    one = model.sequence(operation)
    people = {person.id for person in model.people}
    alias = aliases(one.lanes(), _RESERVED)
    title = joined(one.id, one.title if one.title != one.id else "")
    lines = [*_head(model, lost, dict.fromkeys(["asynchronous"])),
             f"operation: {quoted(title)} {{", "  shape: sequence_diagram"]  # fmt: skip
    for lane in one.lanes():
        shape = " {shape: person}" if lane in people else ""
        lines.append(f"  {alias[lane]}: {quoted(one.lane(lane))}{shape}")
    if one.starts and "" not in one.lanes() and one.lanes():
        lines.append(f"  {alias[one.lanes()[0]]}.{quoted(one.starts)}")
    lines += _items(one.items, alias, "  ", count(1))
    answer = one.answer()
    if answer:
        lines.append(f"  {_message(answer, alias, dashed=True)}")
    return "\n".join((*lines, "}")) + "\n"


def _items(
    items: tuple[Item, ...], alias: dict[str, str], indent: str, numbers: Iterator[int]
) -> Iterator[str]:
    for item in items:
        if isinstance(item, Message):
            yield indent + _message(item, alias, dashed=not item.waits)
            yield from _items(item.inner, alias, indent, numbers)
        else:
            yield from _block(item, alias, indent, numbers)


def _message(message: Message, alias: dict[str, str], *, dashed: bool) -> str:
    text = f": {quoted(message.text or 'calls')}"
    look = " {class: asynchronous}" if dashed else ""
    return f"{alias[message.source]} -> {alias[message.target]}{text}{look}"


def _block(
    block: Block, alias: dict[str, str], indent: str, numbers: Iterator[int]
) -> Iterator[str]:
    """A group; its key has a blank, as no lane has, and a number, as no other group has."""
    outer = _BLOCKS.get(block.sort)
    if outer:
        yield f'{indent}"block {next(numbers)}": {quoted(outer)} {{'
    inner = indent + "  " if outer else indent
    for number, way in enumerate(block.ways, 1):
        yield f'{inner}"block {next(numbers)}": {quoted(way.label or str(number))} {{'
        yield from _items(way.items, alias, inner + "  ", numbers)
        yield f"{inner}}}"
    if outer:
        yield f"{indent}}}"


# -- data ----------------------------------------------------------------------------------------


def data(model: Model, lost: tuple[str, ...], _: str) -> str:
    """A table for each entity; fields that refer to another lead to its key."""
    alias = aliases([entity.id for entity in model.entities], _RESERVED)
    lines = _head(model, lost, dict.fromkeys(["asynchronous"]))
    for entity in model.entities:
        where = f"in {entity.store}" if entity.store else ""
        lines += [f"{alias[entity.id]}: {quoted(joined(entity.id, where, entity.stored))} {{",
                  "  shape: sql_table"]  # fmt: skip
        for field in entity.attributes:
            marks = [m for m, on in (("primary_key", field.in_key), ("foreign_key", field.refers))
                     if on]  # fmt: skip
            constraint = f" {{constraint: [{'; '.join(marks)}]}}" if marks else ""
            lines.append(f"  {quoted(field.name)}: {quoted(field.type)}{constraint}")
        lines.append("}")
    keys = {e.id: next((a.name for a in e.attributes if a.in_key), "") for e in model.entities}
    for entity in model.entities:
        here = alias[entity.id]
        for field in entity.attributes:
            if field.refers:
                to = f".{quoted(keys[field.refers])}" if keys[field.refers] else ""
                lines.append(f"{here}.{quoted(field.name)} -> {alias[field.refers]}{to}")
        lines += [f'{alias[other]} -> {here}: "made into" {{class: asynchronous}}'
                  for other in entity.derived_from if other in alias]  # fmt: skip
    return "\n".join(lines) + "\n"


FORMAT = Format(
    name="d2",
    summary="containers with shapes and tooltips, sequence diagrams, tables of the data",
    suffix=".d2",
    views=(
        View("components", frozenset({"relations", "wants", "groups", "purposes"}), components),
        View("sequence", frozenset({"relations", "steps"}), sequence),
        View("data", frozenset({"data"}), data),
    ),
)
