"""Walks through the trees of calls."""

from __future__ import annotations

from collections.abc import Iterator

from sysdesign.network import Call, Choice, Hold, Node, Parallel, Repeat, Send, Sequence


def nodes_of(root: Node, sends: bool = True) -> Iterator[Node]:
    """All nodes of a tree; without `sends`, those that the caller waits for."""
    ahead = [root]
    while ahead:
        node = ahead.pop()
        yield node
        match node:
            case Sequence() | Parallel():
                ahead.extend(reversed(node.parts))
            case Choice():
                ahead.extend(branch.inner for branch in reversed(node.branches))
            case Call() | Hold() | Repeat():
                ahead.append(node.inner)
            case Send() if sends:
                ahead.append(node.inner)
