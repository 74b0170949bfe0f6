"""Types of the fields of an entity: id, int, string(280), list(ref photo), ref account."""

import re

from sysdesign.design.names import FIELD_TYPES
from sysdesign.design.value import FieldKind
from sysdesign.read.amounts import part_of
from sysdesign.read.reads import Reads
from sysdesign.source import Node, nearest

MAX_LISTS = 9
"""Lists in lists at most."""
_TYPE = re.compile(
    r"\s*(?P<name>[\w-]*)\s*(?:\(\s*(?P<inside>\S.*?)?\s*\)|\s(?P<after>[^\s(].*?))?\s*\Z",
    re.DOTALL,
)
_LENGTH = re.compile(r"[1-9]\d{0,14}\Z", re.ASCII)


def read_field_type(reader: Reads, node: Node) -> FieldKind | None:
    """The type at a node, or a problem."""
    text = reader.scalar(node, "a type such as id, int, string(280), list(id), ref ENTITY")
    if text is None:
        return None
    # A field whose type is mistyped is a field all the same: its name stays known.
    return _type(reader, node, 0, len(text)) or FieldKind(text, node.span, "")


def _type(reader: Reads, node: Node, start: int, end: int, depth: int = 0) -> FieldKind | None:
    """The type that stands in a part of a scalar."""
    match = _TYPE.match(node.text or "", start, end)
    if match is None or match["name"] not in FIELD_TYPES or depth > MAX_LISTS:
        _unknown(reader, node, *(match.span("name") if match and match["name"] else (start, end)))
        return None
    name, text = match["name"], match[0].strip()
    group = "inside" if match["inside"] else "after"
    argument, place = match[group], match.span(group)
    if name == "ref":
        entity = argument and reader.context.refer(argument, part_of(node, *place), ("entity",))
        return FieldKind(text, node.span, name, entity=entity or "")
    if name == "list":
        of = _type(reader, node, *place, depth + 1) if argument else None
        return FieldKind(text, node.span, name, of=of)
    if argument and (name != "string" or group == "after" or not _LENGTH.match(argument)):
        reader.context.problem("type", f"'{text}' is not a type", part_of(node, start, end),
                               hint="a length is for string alone: string(280)")  # fmt: skip
        return None
    return FieldKind(text, node.span, name, size=int(argument) if argument else None)


def _unknown(reader: Reads, node: Node, start: int, end: int) -> None:
    name = (node.text or "")[start:end].strip()
    reader.context.problem(
        "type", f"'{name}' is not a type", part_of(node, start, end), nearest(name, FIELD_TYPES),
        f"one of {', '.join(FIELD_TYPES)}",
    )  # fmt: skip
