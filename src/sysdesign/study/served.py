"""What is asked of each station: by which operation, to do what, how often, for how long."""

from collections.abc import Iterator, Mapping

from sysdesign.network import (
    Call,
    Choice,
    Hold,
    Network,
    Node,
    Parallel,
    Repeat,
    Send,
    Sequence,
    Visit,
)
from sysdesign.records import dataclass

_Found = tuple[Visit, str, float]


@dataclass(frozen=True, slots=True)
class Served:
    """Work of one sort that an operation brings to a station at peak.

    `busy` is how many servers it keeps busy on average: calls a second times seconds of work.
    """

    operation: str
    do: str
    calls_per_s: float
    busy: float

    @property
    def reads(self) -> bool:
        """Whether it changes nothing; one copy of several does it then."""
        return self.do.partition("_")[0] == "read"


def served(network: Network) -> Mapping[str, tuple[Served, ...]]:
    """Work by station, first attempts alone; in the order of the flows."""
    rates: dict[tuple[str, str, str], float] = {}
    busy: dict[tuple[str, str, str], float] = {}
    for flow in network.flows:
        for node, do, count in _visits(network, flow.root, float(flow.rate_per_s), {}):
            key = (node.station, flow.operation, do)
            rates[key] = rates.get(key, 0.0) + count
            work = count * float(node.items) * float(node.work.mean_s)
            busy[key] = busy.get(key, 0.0) + work
    found: dict[str, list[Served]] = {}
    for (station, operation, do), rate in rates.items():
        one = Served(operation, do, rate, busy[station, operation, do])
        found.setdefault(station, []).append(one)
    return {station: tuple(some) for station, some in found.items()}


def _visits(network: Network, node: Node, count: float, asked: Mapping[str, str]
            ) -> Iterator[_Found]:  # fmt: skip
    """Visits below a node, each with what its component was last asked to do."""
    match node:
        case Visit():
            component = network.stations[node.station].component
            yield node, asked.get(component, ""), count
        case Call():
            asked = {**asked, node.target: node.do}
            yield from _visits(network, node.inner, count, asked)
        case Sequence() | Parallel():
            for part in node.parts:
                yield from _visits(network, part, count, asked)
        case Choice():
            for branch in node.branches:
                yield from _visits(network, branch.inner, count * float(branch.share), asked)
        case Repeat():
            yield from _visits(network, node.inner, count * float(node.times), asked)
        case Hold() | Send():
            yield from _visits(network, node.inner, count, asked)
