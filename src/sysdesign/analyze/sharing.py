"""Equal parts of trees become one object, so that each is worked out once."""

from __future__ import annotations

from collections.abc import Sequence as Many
from dataclasses import replace
from typing import Any

from sysdesign.network import (
    Branch,
    Call,
    Choice,
    Hold,
    Network,
    Node,
    Parallel,
    Repeat,
    Send,
    Sequence,
    below,
)


def shared(network: Network) -> Network:
    """The same network; what its flows have in common is the same object."""
    if network.is_shared:
        return network
    sharer = _Sharer()
    flows = tuple(replace(flow, root=sharer.node(flow.root)) for flow in network.flows)
    return replace(network, flows=flows, is_shared=True)


class _Sharer:
    """Keeps one object of each sort; arrays are told apart by their first values, then by all."""

    def __init__(self) -> None:
        self.known: dict[Any, Node] = {}
        self.same: dict[int, Node] = {}
        self.arrays: dict[bytes, list[Any]] = {}
        self.kept: list[Node] = []  # what ids were taken of must stay

    def node(self, node: Node) -> Node:
        """The one object that is equal to a node."""
        if id(node) not in self.same:
            self.kept.append(node)
            self.same[id(node)] = self._node(node)
        return self.same[id(node)]

    def _node(self, node: Node) -> Node:
        key: Any
        made: Node
        match node:
            case Sequence():
                parts = tuple(self.node(part) for part in node.parts)
                key, made = (Sequence, *map(id, parts)), _kept(node, parts, Sequence(parts))
            case Parallel():
                parts = tuple(self.node(part) for part in node.parts)
                spares = tuple(self.node(part) for part in node.spares)
                both = (*parts, *spares)
                key = (Parallel, node.wait, len(parts), *map(id, both))
                made = _kept(node, both, Parallel(parts, node.wait, spares))
            case Choice():
                inner = [self.node(branch.inner) for branch in node.branches]
                shares = [branch.share for branch in node.branches]
                branches = tuple(Branch(s, i) for s, i in zip(shares, inner, strict=True))
                told = (node.why, node.component, node.instead, node.contents)
                key = (Choice, *told, *map(self.value, shares), *map(id, inner))
                made = _kept(node, inner, Choice(branches, *told))
            case Repeat() | Call() | Hold() | Send():
                inside = self.node(node.inner)
                key = (type(node), id(inside), *map(self.value, _own_fields(node)))
                made = node if inside is node.inner else replace(node, inner=inside)
            case _:
                key, made = self.value(node), node
        return self.known.setdefault(key, made)

    def value(self, value: Any) -> Any:
        """What stands for a value in a key: itself, or that of its parts where it holds arrays."""
        if hasattr(value, "shape"):
            return self._array(value)
        try:
            hash(value)
        except TypeError:
            names = value.__dataclass_fields__
            return (type(value), *(self.value(getattr(value, name)) for name in names))
        return value

    def _array(self, array: Any) -> tuple[str, int]:
        """The number of the first equal array."""
        some = self.arrays.setdefault(array[:_FIRST].tobytes(), [])
        for one in some:
            if one is array or (one.shape == array.shape and bool((one == array).all())):
                return "array", id(one)
        some.append(array)
        return "array", id(array)


_FIRST = 8


def _kept(node: Sequence | Parallel | Choice, parts: Many[Node], made: Node) -> Node:
    """The node itself where its parts are what they were, so that it is known again."""
    now = [b.inner for b in node.branches] if isinstance(node, Choice) else below(node)
    return node if all(a is b for a, b in zip(now, parts, strict=True)) else made


def _own_fields(node: Repeat | Call | Hold | Send) -> tuple[Any, ...]:
    match node:
        case Call():
            return (node.caller, node.target, node.guard, node.place, node.do, node.items)
        case Repeat():
            return (node.times, node.at_once, node.varies, node.filled)
        case Hold():
            return (node.station,)
    return ()
