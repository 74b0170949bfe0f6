"""Links: `A -> B` between components, `P <-> Q` between places."""

import re

from sysdesign.design.value import LinkName, Word
from sysdesign.read.amounts import part_of
from sysdesign.read.reads import Reads
from sysdesign.source import Node

_LINK = re.compile(r"\s*([\w-]+?)\s*(<->|->)\s*([\w-]+)\s*\Z")


def read_link_ref(reader: Reads, node: Node) -> Word | LinkName | None:
    """A component, a zone, a place, or a link between two of them."""
    text = reader.scalar(node, "a component, a zone, a place or a link")
    if text is None:
        return None
    if "->" in text:
        name = link_name(reader, node)
        if name is not None and name.two_way and name.a == name.b:
            within(reader, name.a, node)
        return name
    found = reader.context.refer(text, node.span, ("component", "zone", "place"))
    return Word(found, node.span) if found else None


def link_name(reader: Reads, node: Node) -> LinkName | None:
    """A link with both ends resolved, or problems."""
    text = node.text or ""
    match = _LINK.match(text)
    if not match:
        hint = "write A -> B between components, P <-> Q between places"
        reader.context.problem("link", f"'{text}' is not a link", node.span, hint=hint)
        return None
    two_way = _two_way(reader, node, match[1], match[2], match[3])
    spaces = ("place",) if two_way else ("component", "actor")
    ends: list[str] = []
    for group in (1, 3):
        word: str | None = match[group]
        if two_way or word != "any":
            span = part_of(node, *match.span(group))
            word = reader.context.refer(match[group], span, spaces, () if two_way else ("any",))
        ends.append(word or "")
    return LinkName(text, node.span, ends[0], ends[1], two_way) if all(ends) else None


def within(reader: Reads, place: str, node: Node) -> None:
    """What cannot happen to the ways between the zones of one place is a problem at its line."""
    reader.context.problem(
        "link", f"calls between the zones of {place} cannot fail or slow down alone: it is known "
        "how many they are, not which ones", node.span,
        hint=f"let a zone of {place} fail: a scenario does, or places.{place}.zone_fails",
    )  # fmt: skip


def _two_way(reader: Reads, node: Node, a: str, arrow: str, b: str) -> bool:
    """Whether a link is between places; an arrow that does not fit its ends is a problem."""
    spaces = {reader.context.ids.space_of(end) for end in (a, b)}
    for fitting, wanted, ends in (
        ("->", {"component", "actor"}, "components"),
        ("<->", {"place"}, "places"),
    ):
        if arrow != fitting and None not in spaces and spaces <= wanted:
            reader.context.problem("link", f"a link between {ends} is written {fitting}", node.span,
                                   f"{a} {fitting} {b}")  # fmt: skip
            return fitting == "<->"
    return arrow == "<->"
