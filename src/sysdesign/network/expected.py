"""How often each part of a flow is done, on average."""

from collections.abc import Iterator

from sysdesign.network.flow import Call, Choice, Hold, Node, Parallel, Repeat, Send, Sequence
from sysdesign.network.station import Number


def expected(node: Node, count: Number = 1.0) -> Iterator[tuple[Node, Number]]:
    """Every node below with its mean number for each call, itself first.

    First attempts alone; what is not waited for counts like the rest.
    """
    ahead = [(node, count)]
    while ahead:
        one = node, count = ahead.pop()
        yield one
        match node:
            case Sequence() | Parallel():
                ahead.extend([(part, count) for part in reversed(node.parts)])
            case Choice():
                ways = reversed(node.branches)
                ahead.extend([(branch.inner, count * branch.share) for branch in ways])
            case Repeat():
                ahead.append((node.inner, count * node.times))
            case Call() | Hold() | Send():
                ahead.append((node.inner, count))
