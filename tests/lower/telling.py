"""A design lowered at its medians, and trees of calls in words that a test can hold on to."""

from collections.abc import Collection
from typing import TypeVar

from sysdesign.lower import lower
from sysdesign.network import (
    Call,
    Choice,
    Delay,
    Flow,
    Hold,
    Network,
    Node,
    Nothing,
    Parallel,
    Repeat,
    Send,
    Sequence,
    Visit,
    expected,
)
from sysdesign.study.numbers import Medians
from sysdesign.workbench import open_text

T = TypeVar("T", bound=Node)


def network_of(text: str, without: Collection[str] = ()) -> Network:
    """The network of a design."""
    study = open_text("sysdesign: 1\n" + text).study
    return lower(study.design, Medians(study.estimate), without)


def flow_of(network: Network, operation: str, origin: str | None = None) -> Flow:
    """The flow of an operation, from one origin where it has several."""
    found = [f for f in network.flows if f.operation == operation and origin in (None, f.origin)]
    assert len(found) == 1, [f.origin for f in found]
    return found[0]


def told(node: Node) -> str:
    """A tree in words.

    `app 5` is a visit of 5 ms, `~0.7` network of 0.7 ms, `-> db(…)` a call, `hold db(…)` a slot in
    hand, `2/3{a | b | c}` two of three at once, `1/1{a or b}` a spare, `miss[10%: a]` a choice, `20/4x(a)` twenty times,
    four at once, `send(a)` what is not waited for.
    """
    match node:
        case Nothing():
            return ""
        case Visit():
            return f"{node.station} {_number(node.work.mean_s * 1e3)}" + _times(node.items)
        case Delay():
            return f"~{_number(node.spread.mean_s * 1e3)}"
        case Sequence():
            return "; ".join(map(told, node.parts))
        case Hold():
            return f"hold {node.station}({told(node.inner)})"
        case Parallel():
            wait = len(node.parts) if node.wait is None else node.wait
            spares = f" or {' | '.join(map(told, node.spares))}" if node.spares else ""
            return f"{wait}/{len(node.parts)}{{{' | '.join(map(told, node.parts))}{spares}}}"
        case Choice():
            ways = [f"{_number(b.share * 100)}%: {told(b.inner)}" for b in node.branches
                    if not isinstance(b.inner, Nothing)]  # fmt: skip
            return f"{node.why}[{' | '.join(ways)}]"
        case Repeat():
            return f"{_number(node.times)}/{_number(node.at_once)}x({told(node.inner)})"
        case Call():
            return f"-> {node.target}({told(node.inner)})"
        case Send():
            return f"send({told(node.inner)})"
    raise AssertionError(node)


def _number(value: float) -> str:
    return f"{round(float(value), 4):g}"


def _times(items: float) -> str:
    return "" if items == 1 else f"*{_number(items)}"


def nodes_of(network: Network, operation: str, kind: type[T]) -> list[T]:
    """Every node of a kind in the one flow of an operation, in the order of the path."""
    root = flow_of(network, operation).root
    return [node for node, _ in expected(root) if isinstance(node, kind)]


def calls_of(node: Node, target: str) -> list[Call]:
    """Every call of a component in a tree."""
    return [n for n, _ in expected(node) if isinstance(n, Call) and n.target == target]
