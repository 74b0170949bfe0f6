"""Equal parts of trees become one object, so that each is worked out once."""

from __future__ import annotations

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
)


def shared(network: Network) -> Network:
    """The same network; what its flows have in common is the same object.

    Networks of draws stay as they are: arrays are compared by nobody.
    """
    known: dict[Any, Node] = {}
    flows = []
    for flow in network.flows:
        try:
            flows.append(replace(flow, root=_shared(flow.root, known)))
        except TypeError:  # an array cannot be looked up
            flows.append(flow)
    return replace(network, flows=tuple(flows))


def _shared(node: Node, known: dict[Any, Node]) -> Node:
    key: Any
    match node:
        case Sequence():
            parts = tuple(_shared(part, known) for part in node.parts)
            key = (Sequence, *map(id, parts))
            made: Node = Sequence(parts)
        case Parallel():
            parts = tuple(_shared(part, known) for part in node.parts)
            key = (Parallel, node.wait, *map(id, parts))
            made = Parallel(parts, node.wait)
        case Choice():
            inner = [_shared(branch.inner, known) for branch in node.branches]
            shares = [branch.share for branch in node.branches]
            key = (Choice, node.why, node.component, *shares, *map(id, inner))
            branches = tuple(Branch(s, i) for s, i in zip(shares, inner, strict=True))
            made = Choice(branches, node.why, node.component)
        case Repeat() | Call() | Hold() | Send():
            below = _shared(node.inner, known)
            made = replace(node, inner=below)
            key = (type(node), id(below), *_own_fields(node))
        case _:
            key, made = node, node
    return known.setdefault(key, made)


def _own_fields(node: Repeat | Call | Hold | Send) -> tuple[Any, ...]:
    match node:
        case Call():
            return (node.caller, node.target, node.guard, node.place, node.do, node.items)
        case Repeat():
            return (node.times, node.at_once, node.varies)
        case Hold():
            return (node.station,)
    return ()
