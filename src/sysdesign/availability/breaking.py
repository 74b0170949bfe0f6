"""Networks in which something is broken, slow or busier: what formulas can still work out.

What has failed is taken out of every path: an optional call is left out, a cache that is down is
missed, a fallback is taken; a call that has neither takes its operation down, and with it the load
that would have followed. How many calls fail is told by `Model`; these networks tell what load is
left, and how long calls take.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from collections.abc import Sequence as SequenceOf
from dataclasses import field, replace
from math import floor, inf

from sysdesign.network import (
    Branch,
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
    Station,
    Visit,
    all_of,
    expected,
    rebuilt,
)
from sysdesign.records import dataclass

Fails = Callable[[Node], bool]
_NOTHING = Nothing()


@dataclass(frozen=True, slots=True)
class Gone:
    """What is dead: stations, and the ways between two places or from component to component.

    `few` are instances of a group that are left at others, where some are dead.
    """

    stations: frozenset[str] = frozenset()
    ways: frozenset[tuple[str, str]] = frozenset()
    few: Mapping[str, float] = field(default_factory=dict)

    def hits(self, node: Node) -> bool:
        """Whether a node needs something dead."""
        match node:
            case Visit() | Hold():
                return node.station in self.stations
            case Call():
                ends = ((node.caller, node.target), (node.from_place, node.place))
                return any(end in self.ways or end[::-1] in self.ways for end in ends)
        return False


def without(network: Network, gone: Gone) -> Network:
    """The network with what is dead taken out; operations that then fail bring no load."""
    if not gone.stations and not gone.ways and not gone.few:
        return network
    flows = []
    for flow in network.flows:
        root = _left(flow.root, gone)
        if root is not None:
            flows.append(flow if root is flow.root else replace(flow, root=root))
    return _with_flows(network, tuple(flows))


def _with_flows(network: Network, flows: tuple[Flow, ...]) -> Network:
    """The network with other flows; equal parts of rebuilt trees may be several objects."""
    roots = {id(flow.root) for flow in network.flows}
    same = all(id(flow.root) in roots for flow in flows)
    return replace(network, flows=flows, is_shared=network.is_shared and same)


def _left(node: Node, gone: Gone) -> Node | None:
    """What is left of a node; None where it fails."""
    if gone.hits(node):
        return _NOTHING if isinstance(node, Call) and node.guard.optional else None
    match node:
        case Sequence():
            return _sequence(node, gone)
        case Parallel():
            return _parallel(node, gone)
        case Choice() if node.why == "fallback":
            return node
        case Choice() | Send():
            return rebuilt(node, lambda part: _left(part, gone) or _NOTHING)
        case Call() | Repeat() | Hold():
            inner = _left(node.inner, gone)
            if inner is None:
                return _NOTHING if isinstance(node, Call) and node.guard.optional else None
            return rebuilt(node, lambda _: inner)
    return node


def _parallel(node: Parallel, gone: Gone) -> Node | None:
    """Those that are left, spares in place of the others."""
    whole = (*node.parts, *node.spares)
    able = _manned(whole, gone.few) if node.spares else whole
    left = [one for part in able if (one := _left(part, gone)) is not None]
    needed = len(node.parts) if node.wait is None else node.wait
    if len(left) < needed:
        return None
    if _are_same(left, whole):
        return node
    parts, spares = tuple(left[: len(node.parts)]), tuple(left[len(node.parts) :])
    return replace(node, parts=parts, wait=None if len(parts) == needed else needed, spares=spares)


def _manned(copies: SequenceOf[Node], few: Mapping[str, float]) -> Iterator[Node]:
    """Copies without those for which no instance is left where they stand."""
    met: dict[str, int] = {}
    for copy in copies:
        stations = {one.station for one in all_of(copy) if isinstance(one, Visit)}
        if all(met.get(name, 0) + 1 <= few.get(name, inf) + 1e-9 for name in stations):
            yield copy
        for name in stations:
            met[name] = met.get(name, 0) + 1


def _are_same(some: SequenceOf[Node], others: SequenceOf[Node]) -> bool:
    return len(some) == len(others) and all(a is b for a, b in zip(some, others, strict=True))


def _sequence(node: Sequence, gone: Gone) -> Node | None:
    """One after another; what a dead cache lacks is asked for instead, a fallback is taken."""
    parts: list[Node] = []
    spared: dict[str, bool] = {}  # targets that failed, and whether that was optional
    for part in node.parts:
        choice = _catch(part)
        if choice is not None and choice.component in spared:
            is_optional = spared.pop(choice.component)
            other = _left(choice.branches[0].inner, gone)
            if other is None and not is_optional:
                return None
            if other is not None:
                parts.append(replace(part, inner=other) if isinstance(part, Repeat) else other)
            continue
        left, target = _left(part, gone), _target(part)
        if left is None or (isinstance(left, Nothing) and not isinstance(part, Nothing)):
            is_caught = any((c := _catch(p)) and c.component == target for p in node.parts)
            if left is None and not is_caught:
                return None
            if target is not None:
                spared[target] = left is not None
        else:
            parts.append(left)
    if _are_same(parts, node.parts):
        return node
    return Sequence(tuple(parts)) if parts else _NOTHING


def _catch(part: Node) -> Choice | None:
    """The way that is taken where a call failed: past a cache, or a fallback."""
    inner = part.inner if isinstance(part, Repeat) else part
    if isinstance(inner, Choice) and (
        inner.why == "fallback" or (inner.why == "miss" and inner.instead)
    ):
        return inner
    return None


def _target(part: Node) -> str | None:
    match part:
        case Call():
            return part.target
        case Repeat():
            return _target(part.inner)
        case Choice() if part.why == "place":
            return part.component
        case Visit():
            return part.station.partition("@")[0]
    return None


def share_failing(node: Node, gone: Gone) -> float:
    """Share of the calls of a node that need something dead, first attempts alone."""
    if gone.hits(node):
        return 0.0 if isinstance(node, Call) and node.guard.optional else 1.0
    match node:
        case Sequence():
            return _in_order(node, gone)
        case Parallel():
            some = sorted(share_failing(part, gone) for part in (*node.parts, *node.spares))
            needed = len(node.parts) if node.wait is None else node.wait
            return _any(some[:needed])
        case Choice():
            if node.why == "fallback":
                return 0.0
            return sum(float(b.share) * share_failing(b.inner, gone) for b in node.branches)
        case Repeat():
            one = share_failing(node.inner, gone)
            times = float(node.times)
            return one * times if times < 1 else 1 - (1 - one) ** times
        case Call() if node.guard.optional:
            return 0.0
        case Call() | Hold():
            return share_failing(node.inner, gone)
    return 0.0


def _in_order(node: Sequence, gone: Gone) -> float:
    shares: list[float] = []
    caught: dict[str, int] = {}
    for part in node.parts:
        choice, target = _catch(part), _target(part)
        if choice is not None and choice.component in caught:
            other = share_failing(choice.branches[0].inner, gone)
            at = caught[choice.component]
            missed = 0.0 if choice.why == "fallback" else share_failing(part, gone)
            shares[at] = shares[at] * other + (1 - shares[at]) * missed
            continue
        if target is not None:
            caught[target] = len(shares)
        shares.append(share_failing(part, gone))
    return _any(shares)


def _any(shares: list[float]) -> float:
    kept = 1.0
    for share in shares:
        kept *= 1 - share
    return 1 - kept


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
            flow = next((f for f in network.flows if f.operation == name), None)
            from_ = [n for n in flow.from_operations if n not in above] if flow else []
            own = factors.get(name)
            if own is None:
                own = max((factor(n, (*above, name)) for n in from_), default=every)
            known[name] = own
        return known[name]

    return replace(
        network, flows=tuple(_at_rate(f, factor(f.operation, ())) for f in network.flows)
    )


def _at_rate(flow: Flow, factor: float) -> Flow:
    users = None if flow.users is None else flow.users * factor
    return replace(flow, rate_per_s=flow.rate_per_s * factor, users=users)


def _mapped(network: Network, by: Callable[[Node], Node]) -> Network:
    roots = [by(flow.root) for flow in network.flows]
    flows = (f if root is f.root else replace(f, root=root)
             for f, root in zip(network.flows, roots, strict=True))  # fmt: skip
    return _with_flows(network, tuple(flows))
