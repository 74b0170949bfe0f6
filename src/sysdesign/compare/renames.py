"""What is called otherwise in a later design, told by what it is."""

import re
from collections.abc import Iterator, Mapping

from sysdesign.records import dataclass
from sysdesign.source import Node, Span, written

SECTIONS = (
    "components", "operations", "data", "assumptions", "estimates", "places", "paths",
    "problem.actors", "requirements.quality", "requirements.functional", "scenarios", "decisions",
)  # fmt: skip
_ALIKE = 0.6  # of what two maps say
_WORD = re.compile("[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Renamed:
    """A new name, the section it stands in, and where."""

    name: str
    section: str
    span: Span


def renamed(before: Node, after: Node) -> dict[str, Renamed]:
    """New names by the old ones: of what is gone, and what is new and says nearly the same.

    Of a single amount that is not enough: then the new name stands as often as the old one did.
    """
    found: dict[str, Renamed] = {}
    for section in SECTIONS:
        old, new = _section(before, section), _section(after, section)
        left = {name: one for name, one in new.items() if name not in old}
        for name, (_, value) in old.items():
            if name in new or not left:
                continue
            share = {other: _shared(value, it, name, other) for other, (_, it) in left.items()}
            best = max(share, key=lambda other: share[other])
            if share[best] < _ALIKE:
                continue
            if value.pairs is None and _said(before, name) != _said(after, best):
                continue
            found[name] = Renamed(best, section, left.pop(best)[0].span)
    return found


def with_names(node: Node, names: Mapping[str, str]) -> Node:
    """The tree with words replaced wherever they stand."""
    if not names:
        return node
    word = re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, names)) + r")(?![\w-])")

    def new(one: Node) -> Node:
        text = None if one.text is None else word.sub(lambda m: names[m[1]], one.text)
        items = None if one.items is None else [new(item) for item in one.items]
        pairs = None if one.pairs is None else [(new(k), new(v)) for k, v in one.pairs]
        return Node(one.span, text=text, items=items, pairs=pairs, plain=one.plain, flow=one.flow)

    return new(node)


def _section(root: Node, dotted: str) -> dict[str, tuple[Node, Node]]:
    node: Node | None = root
    for name in dotted.split("."):
        node = node.get(name) if node is not None and node.pairs is not None else None
    pairs = node.pairs if node is not None else None
    return {key.text or "": (key, value) for key, value in pairs or ()}


def _shared(one: Node, other: Node, name: str, now: str) -> float:
    """Share of what two parts say that both say, but for their own names."""
    mine = set(_leaves(with_names(one, {name: now})))
    theirs = set(_leaves(other))
    return 2 * len(mine & theirs) / max(len(mine) + len(theirs), 1)


def _leaves(node: Node, path: str = "") -> Iterator[tuple[str, str]]:
    if node.pairs is None:
        yield path, written(node)
        return
    for key, value in node.pairs:
        yield from _leaves(value, f"{path}.{key.text}")


def _said(node: Node, name: str) -> int:
    """How often a word stands in a tree."""
    count = _WORD.findall(node.text or "").count(name)
    count += sum(_said(item, name) for item in node.items or ())
    return count + sum(_said(part, name) for pair in node.pairs or () for part in pair)
