"""Walks through the trees of calls."""

from __future__ import annotations

from sysdesign.network import Call, Choice, Hold, Node, Parallel, Repeat, Send, Sequence

_MOST_KNOWN = 1024  # trees
_KNOWN: dict[tuple[int, bool], tuple[Node, tuple[Node, ...]]] = {}


def nodes_of(root: Node, sends: bool = True) -> tuple[Node, ...]:
    """All nodes of a tree; without `sends`, those that the caller waits for.

    They are remembered for the trees asked for last.
    """
    key = (id(root), sends)
    known = _KNOWN.get(key)
    if known is None:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        known = _KNOWN[key] = root, walked(root, sends)  # the root stays, and its id() with it
    return known[1]


def walked(root: Node, sends: bool = True) -> tuple[Node, ...]:
    """The same, of a part that is asked for once."""
    found, ahead = list[Node](), [root]
    while ahead:
        node = ahead.pop()
        found.append(node)
        match node:
            case Sequence() | Parallel():
                ahead.extend(reversed(node.parts))
            case Choice():
                ahead.extend(branch.inner for branch in reversed(node.branches))
            case Call() | Hold() | Repeat():
                ahead.append(node.inner)
            case Send() if sends:
                ahead.append(node.inner)
    return tuple(found)
