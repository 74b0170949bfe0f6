"""The parts of a node, and a node with its parts changed; what each kind means is for engines."""

from collections.abc import Callable, Iterable, Iterator
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
    """The parts of a node, in order; those that stand in for others come last."""
    match node:
        case Sequence():
            return node.parts
        case Parallel():
            return (*node.parts, *node.spares)
        case Repeat() | Hold() | Send() | Call():
            return (node.inner,)
        case Choice():
            return (branch.inner for branch in node.branches)
    return ()


def all_of(root: Node) -> Iterator[Node]:
    """Every node below, itself first; those that stand in for others as well."""
    ahead = [root]
    while ahead:
        node = ahead.pop()
        yield node
        ahead.extend(below(node))


def rebuilt(node: Node, by: Callable[[Node], Node]) -> Node:
    """A node with its parts changed; the same one where none is."""
    match node:
        case Sequence():
            parts = tuple(map(by, node.parts))
            return node if _are_same(parts, node.parts) else replace(node, parts=parts)
        case Parallel():
            parts, spares = tuple(map(by, node.parts)), tuple(map(by, node.spares))
            same = _are_same(parts, node.parts) and _are_same(spares, node.spares)
            return node if same else replace(node, parts=parts, spares=spares)
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


def _are_same(some: Iterable[Node], others: Iterable[Node]) -> bool:
    return all(a is b for a, b in zip(some, others, strict=True))
