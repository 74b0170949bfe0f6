"""How often each part of a flow is done, on average."""

from collections.abc import Iterator

from sysdesign.network.flow import Call, Choice, Hold, Node, Parallel, Repeat, Send, Sequence
from sysdesign.network.station import Number


def expected(node: Node, count: Number = 1.0) -> Iterator[tuple[Node, Number]]:
    """Every node below with its mean number for each call, itself first.

    First attempts alone; what is not waited for counts like the rest.
    """
    yield node, count
    match node:
        case Sequence() | Parallel():
            for part in node.parts:
                yield from expected(part, count)
        case Choice():
            for branch in node.branches:
                yield from expected(branch.inner, count * branch.share)
        case Repeat():
            yield from expected(node.inner, count * node.times)
        case Call() | Hold() | Send():
            yield from expected(node.inner, count)
