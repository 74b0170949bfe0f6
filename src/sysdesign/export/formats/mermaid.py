"""Mermaid: flowchart of the components, sequence diagram of an operation, diagram of the data.

Labels stand in quotes with every character that has a meaning as a numeric code (`#35;`). Written
for Mermaid 10 and 11, https://mermaid.js.org/syntax/flowchart.html (and sequenceDiagram,
entityRelationshipDiagram), read 2026.
"""

import json
import re
from collections.abc import Iterator

from sysdesign.export.format import Format, View, statement
from sysdesign.export.model import Block, Entity, Form, Item, Message, Model, Part, Sort
from sysdesign.export.text import aliases, escaped, indented, joined

_UNSAFE = frozenset("\"'`#;:<>&$\\[]{}|@*~^!?")
"""What quotes do not keep from being markup, an entity, a comment, Markdown or a formula."""
_RESERVED = frozenset({
    "accdescr", "acctitle", "activate", "actor", "alt", "and", "as", "autonumber", "box", "break",
    "call", "class", "classdef", "click", "create", "critical", "deactivate", "default", "destroy",
    "direction", "else", "end", "erdiagram", "flowchart", "graph", "href", "interpolate", "link",
    "links", "linkstyle", "loop", "many", "note", "off", "one", "only", "opt", "optionally", "over",
    "par", "par_over", "participant", "properties", "details", "rect", "style", "subgraph",
    "system", "title", "to", "u", "zero", "o", "x", "v",
})  # fmt: skip
_SHAPES = {
    Form.STORE: '[("{}")]', Form.CACHE: '[("{}")]', Form.QUEUE: '[["{}"]]', Form.STREAM: '[["{}"]]',
    Form.GATEWAY: '{{{{"{}"}}}}', Form.WORKER: '("{}")', Form.CLOCK: '(["{}"])',
}  # fmt: skip
_LOOKS = {
    "person": "fill:#08427b,stroke:#052e56,color:#ffffff",
    "service": "fill:#1168bd,stroke:#0b4884,color:#ffffff",
    "store": "fill:#2f6f4f,stroke:#1d4a34,color:#ffffff",
    "cache": "fill:#8a5a00,stroke:#5c3c00,color:#ffffff",
    "queue": "fill:#6b3fa0,stroke:#472a6b,color:#ffffff",
    "outside": "fill:#6b6b6b,stroke:#4a4a4a,color:#ffffff,stroke-dasharray:5 5",
}
_CLASSES = {Form.STORE: "store", Form.CACHE: "cache", Form.QUEUE: "queue", Form.STREAM: "queue",
            Form.OUTSIDE: "outside"}  # fmt: skip
_BLOCKS = {Sort.PARALLEL: ("par", "and"), Sort.CHOICE: ("alt", "else"), Sort.MISS: ("opt", ""),
           Sort.FAILURE: ("opt", "")}  # fmt: skip
_BREAK = "<br/>"
_WIDER = 0xFEE0
"""From a sign of ASCII to its full-width form."""


def label(*lines: str) -> str:
    """Lines of text that stay text inside quotes, and behind the colon of a message."""
    return _BREAK.join(escaped(line, _UNSAFE, "#{};", "%", "_-+") for line in lines if line)


def _head(model: Model, title: str, lost: tuple[str, ...]) -> list[str]:
    """Title and statement. Titles are taken for HTML, and know no codes: full-width signs, then."""
    safe = title.translate({ord(c): ord(c) + _WIDER for c in "<>&"})
    # A string of JSON is one of YAML, too.
    quoted = json.dumps(safe, ensure_ascii=False)
    return ["---", f"title: {quoted}", "---", *statement(model, lost, "%%")]


# -- components ----------------------------------------------------------------------------------


def components(model: Model, lost: tuple[str, ...], _: str) -> str:
    """Flowchart: the system as a frame with regions and groups in it, people and others outside."""
    alias = aliases(model.ids(), _RESERVED)
    lines = [*_head(model, joined(model.name, "components"), lost), "flowchart TB"]
    lines += [
        f'  {alias[one.id]}(["{label(one.id, one.wants, one.peak)}"])' for one in model.people
    ]
    lines += indented(_frames(model, alias))
    lines += [f"  {_node(part, alias)}" for part in model.outside()]
    for relation in model.relations:
        arrow = "-->" if relation.waits else "-.->"
        said = label(joined(relation.does, relation.remark), relation.peak)
        text = f'|"{said}"|' if said else ""
        lines.append(f"  {alias[relation.source]} {arrow}{text} {alias[relation.target]}")
    return "\n".join((*lines, *_looks(model, alias))) + "\n"


def _frames(model: Model, alias: dict[str, str]) -> Iterator[str]:
    """Frames in frames: the system, a region, a group."""
    frames = model.frames()
    lines: list[str] = []
    for place, region in enumerate(dict.fromkeys(region for region, _ in frames)):
        mine = [
            line
            for number, ((where, group), parts) in enumerate(frames.items(), 1)
            if where == region
            for line in _frame(f"group_{number}", group, [_node(part, alias) for part in parts])
        ]
        lines += _frame(f"region_{place}", region, mine)
    return _frame("the_system", model.name, lines) if lines else iter(())


def _frame(key: str, title: str, lines: list[str]) -> Iterator[str]:
    """Lines in a frame; without a title as they are."""
    if not title:
        yield from lines
        return
    yield f'subgraph {key}["{label(title)}"]'
    yield from indented(lines)
    yield "end"


def _node(part: Part, alias: dict[str, str]) -> str:
    text = label(part.id, part.technology, part.peak)
    return alias[part.id] + _SHAPES.get(part.form, '["{}"]').format(text)


def _looks(model: Model, alias: dict[str, str]) -> Iterator[str]:
    """Colours of the nodes, and who has them."""
    having: dict[str, list[str]] = {"person": [alias[person.id] for person in model.people]}
    for part in model.parts:
        having.setdefault(_CLASSES.get(part.form, "service"), []).append(alias[part.id])
    for name, look in _LOOKS.items():
        if having.get(name):
            yield f"  classDef {name} {look}"
            yield f"  class {','.join(having[name])} {name}"


# -- sequence ------------------------------------------------------------------------------------


def sequence(model: Model, lost: tuple[str, ...], operation: str) -> str:
    """Sequence diagram of one operation."""
    one = model.sequence(operation)
    people = {person.id for person in model.people}
    alias = aliases(one.lanes(), _RESERVED)
    lines = [*_head(model, joined(one.id, one.title if one.title != one.id else ""), lost),
             "sequenceDiagram", "  autonumber"]  # fmt: skip
    for lane in one.lanes():
        word = "actor" if lane in people else "participant"
        lines.append(f"  {word} {alias[lane]} as {label(one.lane(lane))}")
    if one.starts and "" not in one.lanes() and one.lanes():
        lines.append(f"  Note over {alias[one.lanes()[0]]}: {label(one.starts)}")
    lines += _items(one.items, alias, "  ")
    answer = one.answer()
    if answer:
        lines.append(f"  {_message(answer, alias, '-->>')}")
    return "\n".join(lines) + "\n"


def _items(items: tuple[Item, ...], alias: dict[str, str], indent: str) -> Iterator[str]:
    for item in items:
        if isinstance(item, Message):
            yield indent + _message(item, alias, "->>" if item.waits else "-)")
            yield from _items(item.inner, alias, indent)
        else:
            yield from _block(item, alias, indent)


def _message(message: Message, alias: dict[str, str], arrow: str) -> str:
    said = label(message.text) or label("calls")
    return f"{alias[message.source]}{arrow}{alias[message.target]}: {said}"


def _block(block: Block, alias: dict[str, str], indent: str) -> Iterator[str]:
    first, next_ = _BLOCKS[block.sort]
    for number, way in enumerate(block.ways):
        word = next_ if number else first
        yield f"{indent}{word} {label(way.label)}".rstrip()
        yield from _items(way.items, alias, indent + "  ")
    yield f"{indent}end"


# -- data ----------------------------------------------------------------------------------------


def data(model: Model, lost: tuple[str, ...], _: str) -> str:
    """Entity relationship diagram: fields, keys, who refers to whom, and who is made of whom."""
    alias = aliases([entity.id for entity in model.entities], _RESERVED)
    lines = [*_head(model, joined(model.name, "data"), lost), "erDiagram"]
    for entity in model.entities:
        where = f"in {entity.store}" if entity.store else ""
        text = label(joined(entity.id, where, entity.stored))
        lines.append(f'  {alias[entity.id]}["{text}"] {{')
        lines += _attributes(entity)
        lines.append("  }")
    for entity in model.entities:
        for field in entity.attributes:
            if field.refers:
                ends = "}o--o{" if field.many else "}o--||"
                lines.append(f"  {alias[entity.id]} {ends} {alias[field.refers]} : "
                             f'"{label(field.name)}"')  # fmt: skip
        lines += [f'  {alias[entity.id]} }}o..o{{ {alias[other]} : "derived from"'
                  for other in entity.derived_from if other in alias]  # fmt: skip
    return "\n".join(lines) + "\n"


def _attributes(entity: Entity) -> Iterator[str]:
    for field in entity.attributes:
        marks = [m for m, on in (("PK", field.in_key), ("FK", bool(field.refers))) if on]
        type_ = _word(field.type.replace("ref ", ""))
        yield f"    {type_} {_word(field.name)} {', '.join(marks)}".rstrip()


def _word(text: str) -> str:
    """A type or a name as the diagram takes it, which has no quotes for them."""
    word = re.sub(r"[^A-Za-z0-9()]+", "_", text).strip("_")
    return word if word[:1].isalpha() else f"n{word}"


FORMAT = Format(
    name="mermaid",
    summary="flowchart, sequence diagrams and entity diagram, as code hosts and wikis show them",
    suffix=".mmd",
    views=(
        View("components", frozenset({"relations", "wants", "groups"}), components),
        View("sequence", frozenset({"relations", "steps"}), sequence),
        View("data", frozenset({"data"}), data),
    ),
)
