"""Structurizr DSL: one workspace with the model, its views and its deployment.

Texts stand in quotes; the language escapes a quote, but neither a backslash nor the start of a
substitution (`${`), which are written in their full-width forms. One text holds all views: context,
containers, one dynamic view for each operation, deployment.
https://docs.structurizr.com/dsl/language, read 2026.
"""

from collections.abc import Iterator

from sysdesign.export.format import Format, View, statement
from sysdesign.export.model import (
    Form,
    Item,
    Message,
    Model,
    Part,
    Relation,
    Sequence,
    Standing,
)
from sysdesign.export.text import aliases, indented, joined

_RESERVED = frozenset({
    "animation", "archetypes", "autolayout", "background", "border", "branding", "color", "colour",
    "component", "configuration", "container", "containerinstance", "custom", "customelement",
    "dark", "default", "deployment", "deploymentenvironment", "deploymentgroup", "deploymentnode",
    "description", "dynamic", "element", "enterprise", "exclude", "extends", "filtered", "font",
    "fontsize", "group", "healthcheck", "height", "icon", "iconposition", "image", "include",
    "infrastructurenode", "instanceof", "instances", "jump", "kroki", "light", "linestyle", "logo",
    "mermaid", "metadata", "metadatasymbols", "model", "name", "opacity", "person", "perspectives",
    "plantuml", "position", "properties", "relationship", "routing", "scope", "shape",
    "softwaresystem", "softwaresysteminstance", "source", "stroke", "strokewidth", "style",
    "styles", "systemcontext", "systemlandscape", "tag", "tags", "technology", "terminology",
    "the_system", "theme", "themes", "thickness", "this", "title", "url", "users", "value", "views",
    "visibility", "width", "workspace",
})  # fmt: skip
_TAGS = {
    Form.STORE: "Store", Form.CACHE: "Cache", Form.QUEUE: "Queue", Form.STREAM: "Queue",
    Form.DEVICE: "Device", Form.OUTSIDE: "External",
}  # fmt: skip
_STYLES = (
    ("element", "Person", ("background #08427b", "color #ffffff", "shape Person")),
    ("element", "Software System", ("background #1168bd", "color #ffffff", "shape RoundedBox")),
    ("element", "Container", ("background #1168bd", "color #ffffff", "shape RoundedBox")),
    ("element", "External", ("background #6b6b6b",)),
    ("element", "Store", ("background #2f6f4f", "shape Cylinder")),
    ("element", "Cache", ("background #8a5a00", "shape Cylinder")),
    ("element", "Queue", ("background #6b3fa0", "shape Pipe")),
    ("element", "Device", ("shape MobileDevicePortrait",)),
    ("relationship", "Relationship", ("style solid",)),
    ("relationship", "Asynchronous", ("style dashed",)),
)
_STEP = "  "


def quoted(*texts: str) -> str:
    """Texts as one string that stays text; one of signs alone could be taken for a sign."""
    text = joined(*texts).replace("\\", "\uff3c").replace("${", "\uff04{").replace('"', '\\"')
    if text and not any(c.isalnum() for c in text):
        text = f"“{text}”"
    return f'"{text}"'


def workspace(model: Model, lost: tuple[str, ...], _: str) -> str:
    """The whole workspace."""
    alias = aliases(model.ids(), _RESERVED)
    name = f"{model.name} (system)" if model.name in model.ids() else model.name
    lines = [
        *statement(model, lost, "#"),
        f"workspace {quoted(model.name)} {quoted(model.why)} {{",
        "model {",
        *indented(_model(model, name, alias)),
        "}",
        "views {",
        *indented(_views(model, alias)),
        "}",
        "}",
    ]
    return "\n".join(_shifted(lines)) + "\n"


def _shifted(lines: list[str]) -> Iterator[str]:
    """What stands inside the workspace, further in."""
    inside = False
    for i, line in enumerate(lines):
        yield _STEP + line if inside and i < len(lines) - 1 else line
        inside = inside or line.startswith("workspace ")


# -- model ---------------------------------------------------------------------------------------


def _model(model: Model, name: str, alias: dict[str, str]) -> Iterator[str]:
    for person in model.people:
        told = quoted(person.wants, person.peak)
        yield f"{alias[person.id]} = person {quoted(person.id)} {told}"
    for part in model.outside():
        yield (f"{alias[part.id]} = softwareSystem {quoted(part.id)} "
               f'{quoted(part.does, part.peak)} "External"')  # fmt: skip
    yield f"the_system = softwareSystem {quoted(name)} {quoted(model.why)} {{"
    yield from indented(_containers(model, alias))
    yield "}"
    for relation in model.relations:
        yield _relation(relation, alias)
    if any(part.standing for part in model.inside()):
        yield 'deploymentEnvironment "Deployment" {'
        yield from indented(_deployment(model, alias))
        yield "}"


def _containers(model: Model, alias: dict[str, str]) -> Iterator[str]:
    """Containers in their groups; a group is written once, where it is named first."""
    parts = model.inside()
    for group in dict.fromkeys(part.group for part in parts):
        mine = (_container(part, alias) for part in parts if part.group == group)
        if group:
            yield f"group {quoted(group)} {{"
            yield from indented(mine)
            yield "}"
        else:
            yield from mine


def _container(part: Part, alias: dict[str, str]) -> str:
    tag = _TAGS.get(part.form)
    end = f' "{tag}"' if tag else ""
    return (f"{alias[part.id]} = container {quoted(part.id)} {quoted(part.does, part.peak)} "
            f"{quoted(part.technology)}{end}")  # fmt: skip


def _relation(relation: Relation, alias: dict[str, str]) -> str:
    told = quoted(
        relation.does or "calls", relation.remark, relation.peak
    )  # fmt: skip
    tag = "" if relation.waits else ' "Asynchronous"'
    ends = f"{alias[relation.source]} -> {alias[relation.target]}"
    return f"{ends} {told} {quoted(relation.technology)}{tag}"


# -- deployment ----------------------------------------------------------------------------------


def _deployment(model: Model, alias: dict[str, str]) -> Iterator[str]:
    """Regions with what stands in them; what is near every caller stands by itself."""
    zones = {region.id: region.zones for region in model.regions}
    places = dict.fromkeys(s.place for part in model.inside() for s in part.standing)
    for place in places:
        known = zones.get(place, ())
        told = f"zones {', '.join(known)}; instances are spread over them" if known else ""
        yield f'deploymentNode {quoted(place or "one region")} {quoted(told)} "region" {{'
        here = [(p, s) for p in model.inside() for s in p.standing if s.place == place]
        for part, standing in here:
            if not standing.zones:
                yield from indented(_node(part, standing.instances, alias))
        for zone in known:
            yield from indented(_zone(zone, here, alias))
        yield "}"
    everywhere = [part for part in model.inside() if not part.standing]
    if everywhere:
        yield 'deploymentNode "everywhere" "near every caller" {'
        for part in everywhere:
            yield from indented(_node(part, 0, alias))
        yield "}"


def _zone(zone: str, here: list[tuple[Part, Standing]], alias: dict[str, str]) -> Iterator[str]:
    """A zone with the parts that name it; what does not divide goes to their first zones."""
    lines: list[str] = []
    for part, standing in here:
        if zone in standing.zones:
            each, more = divmod(standing.instances, len(standing.zones))
            count = each + (standing.zones.index(zone) < more)
            if count or not standing.instances:
                lines += _node(part, count, alias)
    if lines:
        yield f'deploymentNode {quoted(zone)} "" "zone" {{'
        yield from indented(lines)
        yield "}"


def _node(part: Part, count: int, alias: dict[str, str]) -> Iterator[str]:
    end = f' "" "" "" {count}' if count else ""
    yield f"deploymentNode {quoted(part.id)}{end} {{"
    yield f"{_STEP}containerInstance {alias[part.id]}"
    yield "}"


# -- views ---------------------------------------------------------------------------------------


def _views(model: Model, alias: dict[str, str]) -> Iterator[str]:
    yield from _view("systemContext the_system context", ["include *", "autolayout tb"])
    yield from _view("container the_system containers", ["include *", "autolayout tb"])
    for one in model.sequences:
        steps = _steps(one, alias)
        if steps:
            head = f"dynamic the_system operation_{one.id} {quoted(one.title, one.starts)}"
            yield from _view(head, [*steps, "autolayout tb"])
    if any(part.standing for part in model.inside()):
        yield from _view('deployment the_system "Deployment" deployment',
                         ["include *", "autolayout tb"])  # fmt: skip
    yield from _view("styles", [line for style in _STYLES for line in _style(*style)])


def _view(head: str, lines: list[str]) -> Iterator[str]:
    yield f"{head} {{"
    yield from (_STEP + line for line in lines)
    yield "}"


def _style(sort: str, tag: str, lines: tuple[str, ...]) -> Iterator[str]:
    yield f'{sort} "{tag}" {{'
    yield from (_STEP + line for line in lines)
    yield "}"


def _steps(one: Sequence, alias: dict[str, str]) -> list[str]:
    """Numbered steps; the answer is the last."""
    lines, number = _items(one.items, alias, "", 1)
    answer = one.answer()
    return [*lines, _message(answer, alias, "", number)] if answer else lines


def _items(
    items: tuple[Item, ...], alias: dict[str, str], reason: str, number: int
) -> tuple[list[str], int]:
    """Steps from a number on, and the next number; those of a block say its reason.

    Ways that are taken at the same time, or instead of each other, begin with the same number.
    Numbers are written: the tool's own go on from the last way, not from the longest.
    """
    lines: list[str] = []
    for item in items:
        if isinstance(item, Message):
            # A view joins two elements that the model joins: nobody, and oneself, are none.
            if item.source not in ("", item.target):
                lines.append(_message(item, alias, reason, number))
                number += 1
            inner, number = _items(item.inner, alias, reason, number)
            lines += inner
        else:
            ways = [_items(way.items, alias, way.label or reason, number) for way in item.ways]
            lines += [line for way, _ in ways for line in way]
            number = max((after for _, after in ways), default=number)
    return lines, number


def _message(message: Message, alias: dict[str, str], reason: str, number: int) -> str:
    ends = f"{alias[message.source]} -> {alias[message.target]}"
    return f"{number}: {ends} {quoted(reason, message.text or 'calls')}"


FORMAT = Format(
    name="structurizr",
    summary="workspace: people, systems, containers, deployment, a dynamic view for each operation",
    suffix=".dsl",
    views=(
        View(
            "workspace",
            frozenset({"relations", "wants", "groups", "purposes", "technology", "steps",
                       "sequences", "regions"}),
            workspace,
        ),
    ),
)  # fmt: skip
