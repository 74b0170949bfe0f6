"""PlantUML: C4 container diagram, and sequence diagram of an operation.

The container diagram includes C4-PlantUML as PlantUML brings it along (`<C4/C4_Container>`, since
1.2023, nothing is fetched). Characters with a meaning are written by their number (`<U+0022>`),
which PlantUML shows as they are. https://github.com/plantuml-stdlib/C4-PlantUML 2.12,
https://plantuml.com/sequence-diagram, read 2026.
"""

from collections.abc import Iterator

from sysdesign.export.format import Format, View, statement
from sysdesign.export.model import Block, Form, Item, Message, Model, Part, Relation, Sort
from sysdesign.export.text import aliases, escaped, indented, joined

_UNSAFE = frozenset("\"'`<>[]{}()$\\@!|*~^#&;=?:")
"""What quotes do not keep from being a call, a variable, a link or a form of letters."""
# Beside the words of C4 and of sequences, aliases that C4-PlantUML takes for its own.
_RESERVED = frozenset({
    "activate", "actor", "alt", "and", "as", "boundary", "box", "break", "collections", "control",
    "create", "critical", "database", "deactivate", "destroy", "else", "end", "endif", "endlegend",
    "endheader", "entity", "footer", "group", "header", "hide", "if", "is", "legend", "loop",
    "newpage", "note", "of", "opt", "order", "over", "par", "participant", "person", "queue",
    "rect", "ref", "return", "scale", "show", "skinparam", "split", "the_system", "title", "to",
})  # fmt: skip
_MACROS = {Form.STORE: "ContainerDb", Form.CACHE: "ContainerDb", Form.QUEUE: "ContainerQueue",
           Form.STREAM: "ContainerQueue"}  # fmt: skip
_TAGS = {Form.CACHE: "cache", Form.QUEUE: "queue", Form.STREAM: "queue", Form.STORE: "store"}
_SHAPES = {Form.STORE: "database", Form.CACHE: "database", Form.QUEUE: "queue",
           Form.STREAM: "queue", Form.OUTSIDE: "boundary"}  # fmt: skip
_STYLE = """\
!include <C4/C4_Container>
LAYOUT_TOP_DOWN()
AddElementTag("store", $bgColor="#2f6f4f", $fontColor="#ffffff", $borderColor="#1d4a34")
AddElementTag("cache", $bgColor="#8a5a00", $fontColor="#ffffff", $borderColor="#5c3c00")
AddElementTag("queue", $bgColor="#6b3fa0", $fontColor="#ffffff", $borderColor="#472a6b")
AddRelTag("asynchronous", $lineStyle=DashedLine())"""
_BLOCKS = {Sort.PARALLEL: ("par", "else"), Sort.CHOICE: ("alt", "else"), Sort.MISS: ("opt", ""),
           Sort.FAILURE: ("opt", "")}  # fmt: skip


def label(text: str) -> str:
    """A text that stays text in quotes, and behind the colon of a message.

    A backslash is written in its full-width form: PlantUML has no other for it.
    """
    return escaped(text.replace("\\", "\uff3c"), _UNSAFE, "<U+{:04X}>", "/.,", "+-_%")


def _quoted(*lines: str) -> str:
    """Lines in quotes."""
    return '"' + "\\n".join(label(line) for line in lines if line) + '"'


# -- components ----------------------------------------------------------------------------------


def components(model: Model, lost: tuple[str, ...], _: str) -> str:
    """C4 container diagram: the system as a boundary, in it regions and groups."""
    alias = aliases(model.ids(), _RESERVED)
    lines = ["@startuml", *statement(model, lost, "'"), _STYLE,
             f"title {label(joined(model.name, 'containers, rates ' + model.rates))}"]  # fmt: skip
    for person in model.people:
        told = _quoted(person.wants, person.peak)
        lines.append(f"Person({alias[person.id]}, {_quoted(person.id)}, {told})")
    lines += _frames(model, alias)
    for part in model.outside():
        told = _quoted(part.does, part.peak)
        lines.append(f"System_Ext({alias[part.id]}, {_quoted(part.id)}, {told})")
    lines += [_relation(relation, alias) for relation in model.relations]
    return "\n".join((*lines, "SHOW_LEGEND()", "@enduml")) + "\n"


def _frames(model: Model, alias: dict[str, str]) -> Iterator[str]:
    """Boundaries in boundaries: the system, a region, a group."""
    frames = model.frames()
    lines: list[str] = []
    for place, region in enumerate(dict.fromkeys(region for region, _ in frames), 1):
        mine = [
            line
            for number, ((where, group), parts) in enumerate(frames.items(), 1)
            if where == region
            for line in _frame(
                f"the_group_{number}", group, [_node(p, alias) for p in parts], "group"
            )
        ]
        lines += _frame(f"the_region_{place}", region, mine, "region")
    return _frame("the_system", model.name, lines, "") if lines else iter(())


def _frame(key: str, title: str, lines: list[str], sort: str) -> Iterator[str]:
    """Lines in a boundary; without a title as they are."""
    if not title:
        yield from lines
        return
    yield (
        f'Boundary({key}, {_quoted(title)}, "{sort}") {{'
        if sort
        else (f"System_Boundary({key}, {_quoted(title)}) {{")
    )
    yield from indented(lines)
    yield "}"


def _node(part: Part, alias: dict[str, str]) -> str:
    tag = _TAGS.get(part.form)
    end = f', $tags="{tag}"' if tag else ""
    texts = (_quoted(part.id), _quoted(part.technology), _quoted(part.does, part.peak))
    macro = _MACROS.get(part.form, "Container")
    return f"{macro}({alias[part.id]}, {', '.join(texts)}{end})"


def _relation(relation: Relation, alias: dict[str, str]) -> str:
    does = joined(relation.does or "calls", relation.remark)
    technology = f", {_quoted(relation.technology)}" if relation.technology else ""
    tag = "" if relation.waits else ', $tags="asynchronous"'
    ends = f"{alias[relation.source]}, {alias[relation.target]}"
    return f"Rel({ends}, {_quoted(does, relation.peak)}{technology}{tag})"


# -- sequence ------------------------------------------------------------------------------------


def sequence(model: Model, lost: tuple[str, ...], operation: str) -> str:
    """Sequence diagram of one operation, without any library."""
    one = model.sequence(operation)
    people = {person.id for person in model.people}
    forms = {part.id: part.form for part in model.parts}
    alias = aliases(one.lanes(), _RESERVED)
    title = joined(one.id, one.title if one.title != one.id else "", f"rates {model.rates}")
    lines = ["@startuml", *statement(model, lost, "'"), f"title {label(title)}",
             "hide footbox", "autonumber"]  # fmt: skip
    for lane in one.lanes():
        word = "actor" if lane in people else _shape(forms.get(lane))
        lines.append(f"{word} {_quoted(one.lane(lane))} as {alias[lane]}")
    if one.starts and "" not in one.lanes() and one.lanes():
        lines.append(f"note over {alias[one.lanes()[0]]} : {label(one.starts)}")
    lines += _items(one.items, alias, "")
    answer = one.answer()
    if answer:
        lines.append(_message(answer, alias, "-->"))
    return "\n".join((*lines, "@enduml")) + "\n"


def _shape(form: Form | None) -> str:
    return "participant" if form is None else _SHAPES.get(form, "participant")


def _items(items: tuple[Item, ...], alias: dict[str, str], indent: str) -> Iterator[str]:
    for item in items:
        if isinstance(item, Message):
            yield indent + _message(item, alias, "->" if item.waits else "->>")
            yield from _items(item.inner, alias, indent)
        else:
            yield from _block(item, alias, indent)


def _message(message: Message, alias: dict[str, str], arrow: str) -> str:
    ends = f"{alias[message.source]} {arrow} {alias[message.target]}"
    return f"{ends} : {label(message.text) or 'calls'}"


def _block(block: Block, alias: dict[str, str], indent: str) -> Iterator[str]:
    first, next_ = _BLOCKS[block.sort]
    for number, way in enumerate(block.ways):
        yield f"{indent}{next_ if number else first} {label(way.label)}".rstrip()
        yield from _items(way.items, alias, indent + "  ")
    yield f"{indent}end"


FORMAT = Format(
    name="plantuml",
    summary="C4 container diagram by C4-PlantUML, sequence diagrams",
    suffix=".puml",
    views=(
        View(
            "components",
            frozenset({"relations", "wants", "groups", "purposes", "technology"}),
            components,
        ),
        View("sequence", frozenset({"relations", "steps"}), sequence),
    ),
)
