"""Ways between places whose round trip is not known, and whose times are too short for it."""

from collections.abc import Iterator

from sysdesign.network.flow import Call, Delay, Hold, Node, Parallel, Send
from sysdesign.network.network import Network
from sysdesign.network.scenario import Detour, Scenario
from sysdesign.network.tree import below


def unknown_ways(
    network: Network, operation: str, origin: str | None = None, *, until: str = ""
) -> tuple[str, ...]:
    """Ways for want of whose round trip calls of an operation take longer than is worked out.

    Calls cross them, or wait for slots that other calls hold meanwhile. Of the calls from one
    `origin` where it is given. What is not waited for counts where it leads to `until`, the queue
    whose messages are timed.
    """
    if not _lacks_some(network):
        return ()
    held = slots_over_unknown(network)
    found: dict[str, None] = {}
    for flow in network.flows:
        if flow.operation == operation and origin in (None, flow.origin):
            for node in _nodes(flow.root, until):
                if isinstance(node, Delay) and node.lacks:
                    found[node.lacks] = None
                elif isinstance(node, Hold):
                    found.update(dict.fromkeys(held.get(node.station, ())))
    return tuple(found)


def unknown_detours(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Ways of unknown length that calls take while a place is lost, by operation."""
    found: dict[str, dict[str, None]] = {}
    detours = (one for one in scenario.changes if isinstance(one, Detour))
    for flow in (flow for one in detours for flow in one.flows):
        for way in _lacking(flow.root, ""):
            found.setdefault(flow.operation, {})[way] = None
    return {operation: tuple(ways) for operation, ways in found.items()}


def slots_over_unknown(network: Network) -> dict[str, tuple[str, ...]]:
    """Stations whose slots are held for longer than is worked out, each with the ways it is for."""
    if not _lacks_some(network):
        return {}
    found: dict[str, dict[str, None]] = {}
    for flow in network.flows:
        for node in _nodes(flow.root, None):
            if isinstance(node, Hold) and network.stations[node.station].slots is not None:
                found.setdefault(node.station, {}).update(dict.fromkeys(_lacking(node.inner, "")))
    return {station: tuple(ways) for station, ways in found.items() if ways}


def _lacks_some(network: Network) -> bool:
    return any(" <-> " in name for name in network.unknown)


def _lacking(root: Node, until: str | None) -> Iterator[str]:
    return (one.lacks for one in _nodes(root, until) if isinstance(one, Delay) and one.lacks)


def _nodes(root: Node, until: str | None) -> Iterator[Node]:
    """Nodes of a tree; of what is not waited for that which calls `until`, all of it where None."""
    ahead = [root]
    while ahead:
        node = ahead.pop()
        yield node
        if isinstance(node, Parallel):  # what stands in for others is not called as a rule
            ahead.extend(reversed(node.parts))
        elif not isinstance(node, Send) or until is None or (until and _calls(node, until)):
            ahead.extend(reversed(tuple(below(node))))


def _calls(root: Node, target: str) -> bool:
    return any(isinstance(node, Call) and node.target == target for node in _nodes(root, None))
