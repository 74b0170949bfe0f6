"""The parts of a node, and a node with its parts changed; what each kind means is for engines."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from sysdesign.network.flow import (
    Branch,
    Call,
    Choice,
    Hold,
    Node,
    Parallel,
    Repeat,
    Send,
    Sequence,
)


def below(node: Node) -> Iterable[Node]:
    """The parts of a node, in order."""
    match node:
        case Sequence() | Parallel():
            return node.parts
        case Repeat() | Hold() | Send() | Call():
            return (node.inner,)
        case Choice():
            return (branch.inner for branch in node.branches)
    return ()


def rebuilt(node: Node, by: Callable[[Node], Node]) -> Node:
    """A node with its parts changed; the same one where none is."""
    match node:
        case Sequence() | Parallel():
            parts = tuple(map(by, node.parts))
            same = all(a is b for a, b in zip(parts, node.parts, strict=True))
            return node if same else replace(node, parts=parts)
        case Choice():
            inner = tuple(by(b.inner) for b in node.branches)
            if all(a is b.inner for a, b in zip(inner, node.branches, strict=True)):
                return node
            pairs = zip(inner, node.branches, strict=True)
            return replace(node, branches=tuple(Branch(b.share, i) for i, b in pairs))
        case Repeat() | Hold() | Send() | Call():
            part = by(node.inner)
            return node if part is node.inner else replace(node, inner=part)
    return node
