"""The tree of a text with the place of every key and value; scalars stay text."""

from collections.abc import Iterator

from sysdesign.source.span import Span


class Node:
    """A scalar, a list or a map, where it stands.

    Exactly one of `text`, `items`, `pairs` is set. `plain` tells a scalar without quotes; `flow` a
    list or map in brackets.
    """

    __slots__ = ("flow", "items", "pairs", "plain", "span", "text")

    def __init__(
        self,
        span: Span,
        *,
        text: str | None = None,
        items: "list[Node] | None" = None,
        pairs: "list[tuple[Node, Node]] | None" = None,
        plain: bool = True,
        flow: bool = False,
    ) -> None:
        self.span = span
        self.text = text
        self.items = items
        self.pairs = pairs
        self.plain = plain
        self.flow = flow

    @property
    def form(self) -> str:
        """scalar, list or map."""
        if self.text is not None:
            return "scalar"
        return "list" if self.items is not None else "map"

    @property
    def is_null(self) -> bool:
        """Whether nothing is said here: empty, ~ or null, without quotes."""
        return self.text is not None and self.plain and self.text in ("", "~", "null")

    def get(self, key: str) -> "Node | None":
        """Value of a key of a map."""
        return next((v for k, v in self.pairs or () if k.text == key), None)

    def walk(self) -> "Iterator[Node]":
        """The node and all below, in the order of the text."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            if node.items is not None:
                stack.extend(reversed(node.items))
            elif node.pairs is not None:
                stack.extend(n for pair in reversed(node.pairs) for n in reversed(pair))


def written(node: Node) -> str:
    """A node on one line, as a flow of YAML."""
    if node.pairs is not None:
        return "{" + ", ".join(f"{k.text}: {written(v)}" for k, v in node.pairs) + "}"
    if node.items is not None:
        return "[" + ", ".join(written(item) for item in node.items) + "]"
    return " ".join((node.text or "").split())
