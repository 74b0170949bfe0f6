"""Networks in which something is broken, slow or busier: what formulas can still work out.

What has failed is taken out of every path (`parting`): an optional call is left out, a cache that
is down is missed, a fallback is taken; a call that has neither ends there, and so do the messages
that it would have sent. How many calls fail is told by `Model`; these networks tell what load is
left, and how long calls take.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from collections.abc import Sequence as SequenceOf
from dataclasses import replace
from math import floor

from sysdesign.availability.parting import Gone, parted
from sysdesign.network import (
    Branch,
    Call,
    Choice,
    Delay,
    Flow,
    Network,
    Node,
    Nothing,
    Station,
    Visit,
    expected,
    rebuilt,
)

FAILING = ", failing"
"""What follows the name of an operation in a flow of its calls that fail."""

_ROUNDS = 50  # of messages that make fewer messages, in circles
_SAME = 1e-9


def without(network: Network, gone: Gone) -> Network:
    """The network with what is dead taken out.

    Calls that fail are flows of their own, which end at what is dead; what nobody sends any more
    starts nothing.
    """
    if not gone.stations and not gone.ways and not gone.few:
        return network
    gone = replace(gone, queues=frozenset(flow.trigger for flow in network.flows if flow.trigger))
    flows = tuple(left for flow in network.flows for left in _parted_flow(flow, gone))
    return _with_flows(network, _fed(network.flows, flows))


def _with_flows(network: Network, flows: tuple[Flow, ...]) -> Network:
    """The network with other flows; equal parts of rebuilt trees may be several objects."""
    roots = {id(flow.root) for flow in network.flows}
    same = all(id(flow.root) in roots for flow in flows)
    return replace(network, flows=flows, is_shared=network.is_shared and same)


def _parted_flow(flow: Flow, gone: Gone) -> Iterator[Flow]:
    """Calls of a flow that get through, and those that fail."""
    parts = parted(flow.root, gone)
    if parts.fails < 1 - _SAME:
        good = flow if parts.good is flow.root else replace(flow, root=parts.good)
        yield _at_rate(good, 1 - parts.fails) if parts.fails else good
    if parts.fails and not isinstance(parts.bad, Nothing):
        name = _plain(flow.operation) + FAILING
        yield _at_rate(replace(flow, operation=name, root=parts.bad), parts.fails)


def _plain(operation: str) -> str:
    return operation.removesuffix(FAILING)


def _fed(before: tuple[Flow, ...], after: tuple[Flow, ...]) -> tuple[Flow, ...]:
    """Flows that messages start at the rate at which these still come; none where none does."""
    known = {id(flow) for flow in before}
    changed = {_plain(f.operation) for f in after if id(f) not in known}
    changed |= {f.operation for f in before} - {f.operation for f in after}
    if not changed:
        return after
    came, now = _Messages(before), _Messages(after)
    rates = [1.0] * len(after)
    for _ in range(_ROUNDS):
        new = [_still(flow, came, now, rates, changed) for flow in after]
        if all(abs(one - other) < _SAME for one, other in zip(new, rates, strict=True)):
            break
        changed |= {_plain(f.operation) for f, one in zip(after, new, strict=True) if one != 1}
        rates = new
    return tuple(flow if rate == 1 else _at_rate(flow, rate)
                 for flow, rate in zip(after, rates, strict=True) if rate > _SAME)  # fmt: skip


def _still(
    flow: Flow, came: "_Messages", now: "_Messages", rates: list[float], changed: set[str]
) -> float:
    """Share of the messages of a flow that still come; 1 where all of its senders are as before."""
    if changed.isdisjoint(flow.from_operations):
        return 1.0
    before = came.of(flow)
    return min(now.of(flow, rates) / before, 1.0) if before > 0 else 1.0


class _Messages:
    """How many messages, or changes of a store, flows bring for those that they start."""

    def __init__(self, flows: tuple[Flow, ...]) -> None:
        self.flows = flows
        self._sent: dict[int, dict[tuple[str, str], float]] = {}

    def of(self, started: Flow, rates: SequenceOf[float] = ()) -> float:
        """What starts a flow a second, with senders at these shares of their rates."""
        found = 0.0
        for i, flow in enumerate(self.flows):
            if _plain(flow.operation) in started.from_operations:
                rate = float(flow.rate_per_s) * (rates[i] if rates else 1.0)
                if started.join:
                    found += rate
                    continue
                sent = self._of(i)
                here = sent.get((started.trigger, started.origin))
                found += rate * (sent.get((started.trigger, ""), 0.0) if here is None else here)
        return found

    def _of(self, i: int) -> dict[tuple[str, str], float]:
        """Items handed over in a call of a flow, by whom they go to and where."""
        if i not in self._sent:
            found = self._sent[i] = {}
            for node, count in expected(self.flows[i].root):
                if isinstance(node, Call) and node.do.partition("_")[0] != "read":
                    key = (node.target, node.place)
                    found[key] = found.get(key, 0.0) + float(count * node.items)
        return self._sent[i]


def share_failing(node: Node, gone: Gone) -> float:
    """Share of the calls of a node that need something dead, first attempts alone."""
    return parted(node, gone).fails


# -- fewer instances -------------------------------------------------------------------------------


def fewer(network: Network, lost: Mapping[tuple[str, str], float]) -> Network:
    """The network with so many instances less of each group, by component and place.

    Of copies that are led the followers go first; what is left of the last is taken out.
    """
    stations, dead, few = dict(network.stations), set[str](), dict[str, float]()
    for (component, place), count in lost.items():
        mine = [s for s in network.stations.values()
                if s.component == component and s.place == place and s.queues]  # fmt: skip
        left = count
        for station in reversed(mine):
            took = min(left, float(station.instances))
            left -= took
            if float(station.instances) - took < 1e-9:
                dead.add(station.name)
            else:
                few[station.name] = float(station.instances) - took
                stations[station.name] = _with(station, few[station.name])
        if dead.issuperset(s.name for s in mine):
            continue
        dead -= {s.name for s in mine[1:]}  # their part is done by those that are left
    return without(replace(network, stations=stations), Gone(frozenset(dead), few=few))


def _with(station: Station, instances: float) -> Station:
    """A station with fewer instances; nothing is added to it in the minutes that follow."""
    return replace(station, instances=instances, autoscale=None)


def manned(network: Network, instances: Mapping[str, float]) -> Network:
    """The network with so many instances at work where their number follows the load."""
    grown = {
        name: replace(station, instances=instances[name])
        for name, station in network.stations.items()
        if station.autoscale is not None and name in instances
    }
    return replace(network, stations={**network.stations, **grown}) if grown else network


def in_zone(network: Network, zone: str) -> dict[tuple[str, str], float]:
    """Instances of a group that stand in a zone, by component and place."""
    found: dict[tuple[str, str], float] = {}
    for station in network.stations.values():
        if zone in station.zones:
            key = (station.component, station.place)
            found[key] = found.get(key, 0.0) + float(station.instances)
    for key, count in found.items():
        zones = next(s.zones for s in network.stations.values() if (s.component, s.place) == key)
        at = zones.index(zone)
        found[key] = float(floor((count - at - 1 + len(zones)) / len(zones) + 1e-9))
    return found


# -- slower, busier --------------------------------------------------------------------------------


def slower(network: Network, component: str, factor: float, caller: str | None = None) -> Network:
    """The network with a component slower, or with what it does for one caller."""
    stations = {s.name for s in network.stations.values() if s.component == component}

    def slow(node: Node, inside: bool) -> Node:
        match node:
            case Visit() if inside and node.station in stations:
                work = replace(node.work, mean_s=node.work.mean_s * factor)
                return replace(node, work=work)
            case Delay() if inside and node.component == component:
                return replace(
                    node, spread=replace(node.spread, mean_s=node.spread.mean_s * factor)
                )
            case Call() if caller is not None:
                inside = node.caller == caller and node.target == component
        return rebuilt(node, lambda part: slow(part, inside))

    return _mapped(network, lambda root: slow(root, caller is None))


def emptied(
    network: Network, component: str, share: float = 1.0, place: str | None = None
) -> Network:
    """The network with every call of a cache a miss, or a share of those that hit at one place."""

    def cold(node: Node) -> Node:
        node = rebuilt(node, cold)
        if isinstance(node, Choice) and node.why == "miss" and node.component == component:
            first, *rest = node.branches
            missing = first.share + share * (1 - first.share)
            hits = tuple(Branch(b.share * (1 - share), b.inner) for b in rest)
            return replace(node, branches=(Branch(missing, first.inner), *hits))
        return node

    here = {s.name for s in network.stations.values()
            if s.component == component and place in (None, s.place)}  # fmt: skip
    roots = {id(f.root): f.root for f in network.flows}
    meets = {key for key, root in roots.items() if _meets(root, here)}
    return _mapped(network, lambda root: cold(root) if id(root) in meets else root)


def _meets(root: Node, stations: Collection[str]) -> bool:
    """Whether a call comes by some of these stations."""
    return any(isinstance(node, Visit) and node.station in stations for node, _ in expected(root))


def hotter(network: Network, component: str, share: float) -> Network:
    """The network with a share of the calls of a component on one key."""
    stations = {
        name: replace(s, hottest=share + (1 - share) / float(s.shards))
        if s.component == component and float(s.shards) > 1 else s
        for name, s in network.stations.items()
    }  # fmt: skip
    return replace(network, stations=stations)


def busier(network: Network, factors: Mapping[str, float], every: float = 1.0) -> Network:
    """The network with more calls of some operations, and of what their messages start."""
    known: dict[str, float] = {}

    def factor(name: str, above: Collection[str]) -> float:
        if name not in known:
            flow = next((f for f in network.flows if _plain(f.operation) == name), None)
            from_ = [n for n in flow.from_operations if n not in above] if flow else []
            own = factors.get(name)
            if own is None:
                own = max((factor(n, (*above, name)) for n in from_), default=every)
            known[name] = own
        return known[name]

    return replace(
        network, flows=tuple(_at_rate(f, factor(_plain(f.operation), ())) for f in network.flows)
    )


def _at_rate(flow: Flow, factor: float) -> Flow:
    users = None if flow.users is None else flow.users * factor
    return replace(flow, rate_per_s=flow.rate_per_s * factor, users=users)


def _mapped(network: Network, by: Callable[[Node], Node]) -> Network:
    roots = [by(flow.root) for flow in network.flows]
    flows = (f if root is f.root else replace(f, root=root)
             for f, root in zip(network.flows, roots, strict=True))  # fmt: skip
    return _with_flows(network, tuple(flows))
