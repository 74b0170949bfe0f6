"""What a call needs: the path of an operation as a tree of failures.

A call is up if all that it needs on its whole path is. What is optional, or has something to fall
back on, only degrades it. Ways that a share of the calls take weigh with that share; so does a
shard, since a call needs the groups of its own keys and no others. Calls of different steps ask for
different keys. What is handed over and not waited for has to be taken by its queue.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field

from sysdesign.availability.pools import Pool, Pools, any_of_groups, distinct
from sysdesign.availability.trees import (
    NEVER,
    AtLeast,
    Chosen,
    Fault,
    Tree,
    all_of,
    any_of,
)
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
    below,
    expected,
)
from sysdesign.records import dataclass

_ALL = 1 - 1e-12


@dataclass(frozen=True)
class Needs(Fault):
    """At least `k` instances of some pools have to be up, in each of the groups of `keys`.

    `behind` are the ways over which the pools are reached, "" where nothing lies between.
    """

    pools: tuple[Pool, ...] = field(compare=False)
    k: int = field(compare=False)
    keys: float = field(compare=False)
    behind: tuple[str, ...] = field(compare=False, default=())


@dataclass
class Parts:
    """What a tree is made of beside its needs: chances of ways, and moments in which calls fail.

    A moment is the share of the time while another instance takes the lead, or a dead one still
    gets calls; it is told of a component.
    """

    chances: dict[str, float] = field(default_factory=dict)
    moments: dict[str, float] = field(default_factory=dict)
    component_of: dict[str, str] = field(default_factory=dict)


def way_name(a: str, b: str) -> str:
    """Name of the way between two places."""
    return f"way {min(a, b)} <-> {max(a, b)}"


def zone_name(zone: str) -> str:
    """Name of the failure of a zone."""
    return f"zone {zone}"


def place_name(place: str) -> str:
    """Name of the failure of a region."""
    return f"place {place}"


def alone_name(station: str) -> str:
    """Name of the failure of what a provider runs."""
    return f"provider {station}"


def together_name(component: str) -> str:
    """Name of a failure that takes all instances of a component at once."""
    return f"together {component}"


def tree_of(flow: Flow, pools: Pools, parts: Parts, *, whole: bool = False) -> Tree:
    """What makes a call of a flow fail; with `whole`, what makes it fail or lack something."""
    walk = _Walk(pools, parts, whole=whole)
    return any_of(walk.source(flow), walk.any(flow.root, 1.0))


@dataclass(frozen=True)
class _Copies:
    """Copies of one component that a call needs together; others stand in for `spare` ones."""

    component: str
    k: int
    stations: tuple[str, ...]
    items: float
    spare: bool = False


class _Walk:
    def __init__(self, pools: Pools, parts: Parts, *, whole: bool) -> None:
        self.pools, self.parts, self.whole = pools, parts, whole
        network = pools.network
        self.stations = network.stations
        self.ways = {way_name(w.a, w.b) for w in network.ways if w.a != w.b}
        self.queues = {flow.trigger for flow in network.flows if flow.trigger}
        self.asked = self.switches = 0
        self.place, self.again = "", 0
        self.falls: frozenset[str] = frozenset()
        self.any_copy = False

    # -- parts of a flow -----------------------------------------------------------------------

    def source(self, flow: Flow) -> Tree:
        """The queue, stream or store whose messages start it."""
        if not flow.trigger:
            return NEVER
        for key in ((flow.trigger, flow.origin), (flow.trigger, "")):
            if key in self.pools.by_place:
                self.place = flow.origin
                return self.needed(_Copies(flow.trigger, 1, (), 1.0), self.pools.by_place[key])
        return self.alone(flow.trigger)

    def any(self, node: Node, items: float) -> Tree:
        """A node of which so many are done."""
        copies = self.copies(node)
        if copies is not None:
            return self.needed(copies, items=items)
        match node:
            case Visit():
                return self.alone(node.station)
            case Hold():
                return self.any(node.inner, items)
            case Sequence():
                return self.sequence(node, items)
            case Parallel():
                return self.parallel(node, items)
            case Repeat():
                return self.repeat(node, items)
            case Choice():
                return self.choice(node, items)
            case Send():
                return self.sent(node, items)
            case Call():
                return self.call(node, items)
        return NEVER

    def sequence(self, node: Sequence, items: float) -> Tree:
        """One after another: copies of one store together, what a cache lacks instead of it."""
        found: dict[int, Tree] = {}
        about: dict[str, int] = {}
        copies: dict[str, _Copies] = {}
        choices = [choice for part in node.parts if (choice := _choice_in(part))]
        before_us = self.falls
        self.falls = frozenset(c.component for c in choices if c.why == "fallback")
        for i, part in enumerate(node.parts):
            some = self.copies(part)
            if some is not None:
                before = copies.get(some.component)
                copies[some.component] = _together(before, some) if before else some
                about.setdefault(some.component, i)
                continue
            choice = _choice_in(part)
            asked = about.get(choice.component) if choice else None
            if choice and asked is not None and (choice.instead or choice.why == "fallback"):
                before_it = found.pop(asked, None)
                if before_it is None:
                    before_it = self.needed(copies.pop(choice.component), items=items)
                found[i] = self.instead(part, choice, before_it, items)
                about[choice.component] = i
                continue
            for target in self.targets(part):
                about[target] = i
            found[i] = self.any(part, items)
        self.falls = before_us
        trees = [*(self.needed(one, items=items) for one in copies.values()), *found.values()]
        return any_of(*trees)

    def targets(self, part: Node) -> Iterator[str]:
        """Whom a part of a sequence calls, or who works in it."""
        match part:
            case Call():
                yield part.target
            case Visit():
                yield self.stations[part.station].component
            case Repeat():
                yield from self.targets(part.inner)
            case Choice() if part.why == "place":
                yield part.component

    def instead(self, part: Node, choice: Choice, failing: Tree, items: float) -> Tree:
        """A cache and what it lacks, or a call and what its caller falls back on."""
        times = float(part.times) if isinstance(part, Repeat) else 1.0
        all_items = items * max(times, 1.0)
        other = self.any(choice.branches[0].inner, all_items)
        if choice.why == "fallback":
            return failing if self.whole else all_of(failing, other)
        if all_items > 1 or times < 1:
            return any_of(all_of(failing, other), self.any(part, items))
        missed = self.chosen(float(choice.branches[0].share), other, NEVER)
        return any_of(all_of(failing, other), missed)

    def parallel(self, node: Parallel, items: float) -> Tree:
        """All of them, or as many as are waited for."""
        trees = tuple(self.any(part, items) for part in (*node.parts, *node.spares))
        needed = len(node.parts) if node.wait is None else min(node.wait, len(node.parts))
        if needed == len(trees):
            return any_of(*trees)
        return AtLeast(len(trees) - needed + 1, trees)

    def repeat(self, node: Repeat, items: float) -> Tree:
        """So many times; below one it is the share of the calls that do it at all."""
        times = float(node.times)
        if times >= 1:
            return self.any(node.inner, items * times)
        return self.chosen(_some(times, items), self.any(node.inner, 1.0), NEVER)

    def choice(self, node: Choice, items: float) -> Tree:
        """One way of several, by their shares; of many items some may go each way."""
        if node.why == "fallback":
            return NEVER
        if node.why == "place" and self._one_place(node):
            self.any_copy = True  # who leads does not matter
            tree = self.any(node.branches[0].inner, items)
            self.any_copy = False
            return tree
        rest: Tree = NEVER
        branches = [b for b in node.branches if float(b.share) > 0]
        if items > 1:
            some = [(_some(float(b.share), items), b) for b in branches]
            return any_of(*(
                self.chosen(share, self.any(b.inner, items * float(b.share) / share), NEVER)
                for share, b in some
            ))  # fmt: skip
        left = 0.0
        for branch in reversed(branches):
            left += float(branch.share)
            rest = self.chosen(float(branch.share) / left, self.any(branch.inner, 1.0), rest)
        return rest

    def _one_place(self, node: Choice) -> bool:
        """Whether all ways lead to instances that stand in for each other."""
        some = [self.copies(branch.inner) for branch in node.branches]
        pools = {self.pools.of_station[c.stations[0]].name for c in some if c}
        return len(pools) == 1 and all(c is not None and c.k == 1 for c in some)

    def chosen(self, share: float, yes: Tree, no: Tree) -> Tree:
        """A way that a share of the calls take."""
        if share >= _ALL or yes == no:
            return yes
        if share <= 0:
            return no
        self.switches += 1
        name = f"chance {self.switches}"
        self.parts.chances[name] = share
        return Chosen(name, yes, no)

    def sent(self, node: Send, items: float) -> Tree:
        """What is not waited for has to be taken by its queue; late copies do not count."""
        calls = _calls(node.inner)
        if any(call.target in self.queues for call in calls) or (self.whole and calls):
            return self.any(node.inner, items)
        return NEVER

    def call(self, node: Call, items: float) -> Tree:
        """A guarded call; another attempt gets around an instance that is not yet known as dead."""
        if node.guard.optional and not self.whole and node.target not in self.falls:
            return NEVER
        place, again = self.place, self.again
        retry = node.guard.retry
        self.place = node.place or place
        tries = retry.count if retry and (not retry.when or "error" in retry.when) else 0
        self.again = max(again, tries)
        way: Tree = NEVER
        name = way_name(node.from_place, node.place)
        if node.place and node.from_place != node.place and name in self.ways:
            way = Fault(name)
        tree = any_of(way, self.any(node.inner, items))
        self.place, self.again = place, again
        return tree

    # -- leaves --------------------------------------------------------------------------------

    def alone(self, station: str) -> Tree:
        """What a provider runs."""
        if self.pools.alone.get(station):
            return Fault(alone_name(station))
        return NEVER

    def copies(self, node: Node) -> _Copies | None:
        """The instances that a node works on, where all are of one component and none calls."""
        match node:
            case Visit() if node.station in self.pools.of_station:
                component = self.stations[node.station].component
                return _Copies(component, 1, (node.station,), float(node.items))
            case Hold():
                return self.copies(node.inner)
            case Sequence():
                some = [part for part in node.parts if not isinstance(part, Delay | Nothing)]
                return self.copies(some[0]) if len(some) == 1 else None
            case Parallel():
                each = [self.copies(part) for part in (*node.parts, *node.spares)]
                found = [one for one in each if one is not None]
                if len(found) < len(each) or len({one.component for one in found}) != 1:
                    return None
                asked = found[: len(node.parts)]
                k = sum(one.k for one in asked) if node.wait is None else node.wait
                stations = tuple(name for one in found for name in one.stations)
                most = max(one.items for one in found)
                return _Copies(found[0].component, k, stations, most, bool(node.spares))
        return None

    def needed(self, copies: _Copies, pool: Pool | None = None, items: float = 1.0) -> Tree:
        """So many instances of a group, of those that carry the peak."""
        of = self.pools.of_station
        pools = (pool,) if pool else tuple(dict.fromkeys(of[name] for name in copies.stations))
        first = pools[0]
        keys = distinct(items * copies.items, first.shards)
        k = max(copies.k, first.enough) if len(pools) == 1 else copies.k
        behind = tuple(
            way_name(self.place, one.place) if self._is_apart(one.place) else "" for one in pools
        )
        name = " + ".join(dict.fromkeys(one.name for one in pools)) + f" {k}"
        if first.shards > 1:  # the keys of each step are others
            self.asked += 1
            name += f" {self.asked}"
        together = Fault(together_name(first.component)) if first.together > 0 else NEVER
        moment = NEVER if copies.spare else self.moment(first, keys)  # another is asked at once
        return any_of(Needs(name, pools, k, keys, behind), together, moment)

    def moment(self, pool: Pool, keys: float) -> Tree:
        """While another instance takes the lead, or a dead one still gets calls."""
        found = pool.found * float(pool.count) ** -self.again
        share = any_of_groups(found + (0.0 if self.any_copy else pool.leads), keys)
        if share <= 0:
            return NEVER
        asked = self.asked if pool.shards > 1 else f"{self.again}{self.any_copy:d}"
        name = f"moment {pool.name} {asked}"
        self.parts.moments[name] = share
        self.parts.component_of[name] = pool.component
        return Fault(name)

    def _is_apart(self, place: str) -> bool:
        return bool(place and self.place and place != self.place
                    and way_name(self.place, place) in self.ways)  # fmt: skip


def _together(one: _Copies, other: _Copies) -> _Copies:
    """Copies of a store, both of which a call waits for; the same one is needed once."""
    if set(one.stations) == set(other.stations) and one.k == other.k == 1:
        return one
    stations = tuple(dict.fromkeys((*one.stations, *other.stations)))
    return _Copies(one.component, one.k + other.k, stations, max(one.items, other.items))


def _some(share: float, items: float) -> float:
    """Probability that one of so many items at least goes a way."""
    return 1 - (1 - share) ** items if items > 1 else share


def _choice_in(part: Node) -> Choice | None:
    inner = part.inner if isinstance(part, Repeat) else part
    return inner if isinstance(inner, Choice) and inner.why in ("miss", "fallback") else None


def _calls(node: Node) -> list[Call]:
    """The nearest calls in a part of a flow."""
    found, waiting = [], [node]
    while waiting:
        match waiting.pop():
            case Call() as call:
                found.append(call)
            case other:
                waiting.extend(below(other))
    return found


def fixed_shares(network: Network) -> Mapping[str, float]:
    """Part of the work of a station that every instance does, whatever happens to the others."""
    fixed: dict[str, float] = {}
    whole: dict[str, float] = {}
    for flow in network.flows:
        every = _by_all(flow.root, network)
        for node, count in expected(flow.root):
            if isinstance(node, Visit):
                busy = float(flow.rate_per_s) * float(count) * float(node.items)
                busy *= float(node.work.mean_s)
                whole[node.station] = whole.get(node.station, 0.0) + busy
                if id(node) in every:
                    fixed[node.station] = fixed.get(node.station, 0.0) + busy
    return {name: fixed.get(name, 0.0) / busy for name, busy in whole.items() if busy > 0}


def _by_all(root: Node, network: Network) -> set[int]:
    """Visits that go to every copy."""
    found: set[int] = set()

    def walk(node: Node) -> None:
        match node:
            case Parallel():
                visits: dict[str, list[int]] = {}
                for part in node.parts:
                    last = part.parts[-1] if isinstance(part, Sequence) else part
                    last = last.inner if isinstance(last, Hold) else last
                    if isinstance(last, Visit):
                        visits.setdefault(last.station, []).append(id(last))
                    else:
                        walk(part)
                for name, some in visits.items():
                    if len(some) >= float(network.stations[name].instances):
                        found.update(some)
            case _:
                for part in below(node):
                    walk(part)

    walk(root)
    return found
