"""Walks through the trees of calls; what is found is remembered for the trees asked for last."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

from sysdesign.network import Call, Choice, Hold, Node, Parallel, Repeat, Send, Sequence, Visit


class Remembered:
    """Values that follow from trees, which never change; the oldest are forgotten when many."""

    MOST = 1024

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[Node, Any]] = {}

    def of(self, root: Node, key: Hashable, make: Callable[[], Any]) -> Any:
        """The value of a tree under a key, made when it is first asked for."""
        place = (id(root), key)
        known = self._known.get(place)
        if known is None:
            if len(self._known) >= self.MOST:
                self._known.clear()
            known = self._known[place] = root, make()  # the root stays, and its id() with it
        return known[1]


_NODES, _MET = Remembered(), Remembered()


def nodes_of(root: Node, sends: bool = True) -> tuple[Node, ...]:
    """All nodes of a tree; without `sends`, those that the caller waits for."""
    found: tuple[Node, ...] = _NODES.of(root, sends, lambda: walked(root, sends))
    return found


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


class Met(NamedTuple):
    """What a tree meets: stations of its visits and of its slots, and the id() of its guards."""

    visits: tuple[str, ...]
    holds: tuple[str, ...]
    guarded: tuple[int, ...]


def met_in(root: Node) -> Met:
    """What a tree meets, with all that it hands over."""
    found: Met = _MET.of(root, None, lambda: met_by(root))
    return found


def met_by(root: Node) -> Met:
    """The same, of a part that is asked for once."""
    nodes = walked(root)
    return Met(
        tuple({one.station: None for one in nodes if isinstance(one, Visit)}),
        tuple({one.station: None for one in nodes if isinstance(one, Hold)}),
        tuple([id(one) for one in nodes if isinstance(one, Call | Hold)]),
    )
