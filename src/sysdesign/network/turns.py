"""Slots that stand for turns: one for each partition of a stream, or for each key of a lock.

A message holds that of its partition from when it is taken until its run ends.
"""

from dataclasses import replace

from sysdesign.network.flow import Call, Flow, Hold, Node
from sysdesign.network.network import Network
from sysdesign.network.station import Station
from sysdesign.network.tree import below

PARTITIONS = "partitions"


def with_turns(network: Network) -> Network:
    """The same network, in which flows that take `at_once` messages at most hold a slot for each.

    Flows of one trigger, origin and group share the slots. What has them already is left as it is.
    """
    if all(flow.at_once is None or _has_turn(flow) for flow in network.flows):
        return network
    stations = dict(network.stations)
    flows, named = [], dict[tuple[str, str, str], str]()
    several = len({*network.places, *(flow.origin for flow in network.flows)}) > 1
    for flow in network.flows:
        if flow.at_once is None or _has_turn(flow):
            flows.append(flow)
            continue
        link = f"{flow.trigger} -> {_taker(flow.root) or flow.operation}"
        key = (flow.trigger, flow.origin, flow.group)
        if key not in named:
            named[key] = f"{link} {PARTITIONS}{f'@{flow.origin}' if several else ''}"
            stations[named[key]] = Station(named[key], link, flow.origin, slots=flow.at_once)
        flows.append(replace(flow, root=Hold(named[key], flow.root)))
    return replace(network, stations=stations, flows=tuple(flows))


def is_partitions(station: Station) -> bool:
    """Whether a station stands for the partitions of a stream."""
    return f" {PARTITIONS}" in station.name and station.slots is not None


def is_lock(station: Station) -> bool:
    """Whether a station lets one call of each key pass at a time."""
    return " lock " in station.name and station.slots == 1


def without_turn(root: Node) -> Node:
    """What a run does once it has its partition."""
    return root.inner if isinstance(root, Hold) and f" {PARTITIONS}" in root.station else root


def _has_turn(flow: Flow) -> bool:
    return without_turn(flow.root) is not flow.root


def _taker(root: Node) -> str:
    """Whom messages are handed to."""
    if isinstance(root, Call):
        return root.target
    return next((found for one in below(root) if (found := _taker(one))), "")
