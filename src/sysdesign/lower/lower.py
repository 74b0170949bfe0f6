"""From a design to its network: components become stations, operations become flows."""

from collections.abc import Collection, Iterator
from math import inf

from sysdesign.design import Design, Given, Operation, PlaceLink, Trait, Trigger
from sysdesign.design.calls import Failing as Fails
from sysdesign.formulas.number import limited
from sysdesign.kinds.lowering import Numbers, fails_as, in_order, middle
from sysdesign.lower.carrier import Carrier
from sysdesign.lower.lacks import LacksError, is_some, some
from sysdesign.lower.parts import Parts
from sysdesign.lower.paths import Path
from sysdesign.network import (
    Bounds,
    Call,
    Connections,
    Failing,
    Flow,
    Hold,
    Network,
    Node,
    Number,
    Place,
    Visit,
    Way,
    all_of,
    expected,
)
from sysdesign.network.turns import with_turns, without_turn

Shares = dict[str, Number]
"""Part of the calls that comes from each place; "" where the design names none."""


def lower(
    design: Design,
    numbers: Numbers,
    without: Collection[str] = (),
    usual: Network | None = None,
) -> Network:
    """The network of a design at peak.

    `numbers` works amounts out: one value each, or one for each draw. What cannot be lowered stands
    in `unknown` with the fact that lacks; every default that was taken stands in `defaults`.

    `without` names regions that are lost: their users call elsewhere, and other copies answer and
    lead. Stations keep their names and sizes, those of the lost regions are only called no more. An
    operation that finds no place left stands in `unknown`. Where the `usual` network, with nothing
    lost, is at hand, ways that meet no lost region are taken from it.
    """
    return with_turns(_Lowering(design, numbers, frozenset(without), usual).network())


class _Lowering:
    def __init__(
        self, design: Design, numbers: Numbers, lost: frozenset[str], usual: Network | None
    ) -> None:
        self.design = design
        self.usual = usual
        self.kept = _apart_from(lost, usual) if usual else {}
        self.numbers = numbers
        self.parts = Parts(design, numbers, lost)
        self.carrier = Carrier(self.parts)
        self.flows: dict[str, tuple[Flow, ...]] = {}
        self.open: list[str] = []
        self.unknown: dict[str, str] = {}

    def network(self) -> Network:
        """All stations in the order of the file, then those of links; all flows."""
        stations = dict(self.usual.stations) if self.usual else {}
        for name in self.design.components if self.usual is None else ():
            try:
                stations.update({s.name: s for s in self.parts.lowered(name).stations})
            except LacksError as lacking:
                self.unknown[name] = lacking.fact
        flows = [flow for name in self.design.operations for flow in self.flows_of(name)]
        stations.update(self.carrier.stations)
        unknown = {**self.unknown, **self.parts.geography.unknown}
        said = self.parts.said()
        if self.usual:
            unknown = {**self.usual.unknown, **unknown}
            said = tuple(dict.fromkeys((*self.usual.defaults, *said)))
        return Network(
            stations,
            tuple(flows),
            said,
            unknown,
            self.places(),
            tuple(self.ways()),
            connections=tuple(self.connections()),
        )

    def places(self) -> dict[str, Place]:
        """Regions of the design, and how they fail."""
        said = self.design.places
        return {
            name: Place(name, tuple(map(str, said[name].zones)), self._fails(said[name].fails),
                        self._fails(said[name].zone_fails))
            for name in self.parts.geography.regions if name in said
        }  # fmt: skip

    def connections(self) -> Iterator[Connections]:
        """Connections that operations open, where it is known how long they last."""
        for name, operation in self.design.operations.items():
            part = self.design.components.get(operation.opens or "")
            said = part.connections if part else None
            lifetime = self.numbers.value(said.lifetime) if said else None
            if said is None or lifetime is None or name in self.unknown:
                continue
            again = said.reconnect
            after, spread = (
                None if given is None else self.numbers.value(given)
                for given in ((again.after, again.spread) if again else (None, None))
            )
            yield Connections(str(operation.opens), name, lifetime,
                              0.0 if after is None else after,
                              0.0 if spread is None else spread)  # fmt: skip

    def ways(self) -> Iterator[Way]:
        """What can break between places."""
        for link in self.design.links.values():
            if isinstance(link, PlaceLink) and link.fails:
                yield Way(str(link.a), str(link.b), fails_as(self.numbers, link.fails))

    def _fails(self, said: Fails | None) -> Failing | None:
        return fails_as(self.numbers, said) if said else None

    def flows_of(self, name: str) -> tuple[Flow, ...]:
        """Flows of an operation, one for each origin; none where a fact lacks."""
        if name not in self.flows:
            self.open.append(name)
            try:
                self.flows[name] = tuple(self._flows(name))
            except LacksError as lacking:
                self.unknown[name] = lacking.fact
                self.flows[name] = ()
            finally:
                self.open.pop()
        return self.flows[name]

    def _flows(self, name: str) -> list[Flow]:
        operation = self.design.operations[name]
        shares = self.shares(name, operation)
        rate = self.numbers.figure(f"{name}.peak_rate")
        if rate is None:
            raise LacksError(f"rate of {name}")
        return [
            self._flow(name, operation, origin, share, rate) for origin, share in shares.items()
        ]

    def _flow(
        self, name: str, operation: Operation, origin: str, share: Number, rate: Number
    ) -> Flow:
        trigger, users = operation.trigger, operation.users
        count = self.numbers.value(users.count) if users else None
        root = self.kept.get((name, origin))
        if root is None:
            path = Path(self.parts, self.carrier, name, origin).root()
            root = in_order(self.carrier.admitted(name, operation), path)
        return Flow(
            name, origin, rate * share, root,
            trigger=_source(trigger),
            from_operations=tuple(self.senders(trigger)) if trigger else (),
            join=str(trigger.join or "") if trigger else "",
            at_once=self._at_once(trigger, share),
            users=None if count is None else count * share,
            think=self.numbers.spread(users.think) if users else None,
            every_s=self.numbers.value(trigger.every) if trigger and trigger.every else None,
            priority=float(operation.priority or 5),
            attempts=self._attempts(operation),
            group=self._group(name, trigger),
            bounds=self._bounds(trigger, origin, share),
        )  # fmt: skip

    def _group(self, name: str, trigger: Trigger | None) -> str:
        """Takers of a queue share its messages; those of a stream or of changes get each."""
        part = self.design.components.get(_source(trigger))
        if (
            trigger is None
            or part is None
            or (trigger.from_ and not part.has_trait(Trait.KEEPS_LOG))
        ):
            return ""
        return str(trigger.group or name)

    def _bounds(self, trigger: Trigger | None, origin: str, share: Number) -> Bounds | None:
        """How many messages lie in a queue or stream at a place, and how long, where it is stated.

        What a stream has too many of is gone, whether it was read or not.
        """
        source = _source(trigger)
        part = self.design.components.get(source)
        if trigger is None or trigger.join or not trigger.from_ or part is None:
            return None
        most, keep = (self.numbers.value(given) for given in (part.backlog, part.keep))
        if most is None and keep is None:
            return None
        if most is not None:
            most = most * self._holders(source, origin, share)
        full = "drop_oldest" if part.has_trait(Trait.KEEPS_LOG) else part.when_full or "refuse"
        return Bounds(most, keep, str(full))

    def _holders(self, source: str, origin: str, share: Number) -> Number:
        """Instances that hold messages of their own at a place; a share of what is managed."""
        part, lowered = self.parts.part(source), self.parts.lowered(source)
        if part.component.is_managed:
            return share
        here = [s for s in lowered.stations if s.place in ("", origin)] or lowered.stations
        copied = part.component.copies is not None
        return here[0].shards if copied else here[0].shards * here[0].instances

    def _attempts(self, operation: Operation) -> int:
        """Tries of a run of messages: the most that its worker or its queue states."""
        first = operation.path[0].target if operation.path else ""
        names = (_source(operation.trigger), first) if operation.trigger else ()
        parts = (self.design.components.get(name) for name in names)
        stated = [self.numbers.value(part.attempts) for part in parts if part]
        return max((round(middle(n)) for n in stated if n is not None), default=1)

    def _at_once(self, trigger: Trigger | None, share: Number) -> Number | None:
        """Messages at the same time at most: those of a partition go one after another.

        Those of a batch are in hand together: they share the wait for round trips, not the work.
        """
        part = self.design.components.get(_source(trigger))
        if part is None or part.partitions is None or not part.has_trait(Trait.KEEPS_LOG):
            return None
        partitions = self.numbers.value(part.partitions)
        if partitions is None or trigger is None:
            return None
        batch = self.numbers.value(trigger.batch) if trigger.batch else 1.0
        return limited(partitions * share * (1.0 if batch is None else batch), 1.0, inf)

    # -- where calls come from -------------------------------------------------------------------

    def shares(self, name: str, operation: Operation) -> Shares:
        """Part of an operation's calls that comes from each place."""
        if operation.rate is not None and operation.rate.by_place:
            return self._parts_of(name, operation.rate)
        if operation.trigger is not None:
            return self._triggered(operation.trigger)
        actor = self.design.problem.actors.get(str(operation.actor or ""))
        from_ = actor.from_ if actor else None
        if isinstance(from_, Given) and from_.by_place:
            return self._parts_of(f"actors.{operation.actor}.from", from_)
        return {str(from_ or self.first): 1.0}

    @property
    def first(self) -> str:
        """Where calls come from that name no place."""
        return next(iter(self.design.places), "")

    def _parts_of(self, what: str, given: Given) -> Shares:
        parts: Shares = {}
        for place, amount in given.by_place.items():
            value = self.numbers.value(amount)
            if value is None:
                raise LacksError(f"{what} in {place}")
            parts[place] = value
        whole = some(sum(parts.values()), what)
        return {place: value / whole for place, value in parts.items()}

    def _triggered(self, trigger: Trigger) -> Shares:
        """Work that messages start begins where they were taken in or written."""
        source = _source(trigger)
        found: Shares = {}
        for sender in self.senders(trigger):
            if sender in self.open:  # a loop: its messages stay where the others came from
                continue
            for flow in self.flows_of(sender):
                if trigger.join:
                    found[flow.origin] = found.get(flow.origin, 0.0) + flow.rate_per_s
                    continue
                for node, count in expected(flow.root):
                    if isinstance(node, Call) and node.target == source and _changes(node):
                        more = flow.rate_per_s * count * node.items
                        found[node.place] = found.get(node.place, 0.0) + more
        whole = sum(found.values())
        if found and all(is_some(value) for value in found.values()):
            return {place: value / whole for place, value in found.items()}
        places = self.parts.part(source).places if source else self.parts.geography.regions[:1]
        return {place: 1.0 / len(places) for place in places} or {self.first: 1.0}

    def senders(self, trigger: Trigger) -> list[str]:
        """Operations whose messages or records start the work."""
        if trigger.join:
            return [str(trigger.join)]
        source = _source(trigger)
        return [
            name for name in self.design.operations
            if name in trigger.by or (not trigger.by and self.parts.changes(name, source))
        ]  # fmt: skip


def _apart_from(lost: frozenset[str], network: Network) -> dict[tuple[str, str], Node]:
    """Ways of calls, by operation and origin, that meet none of some places.

    Whoever is called is chosen among the places that are left, so that no other is chosen then.
    """
    there = {name for name, station in network.stations.items() if station.place in lost}
    return {
        (flow.operation, flow.origin): without_turn(flow.root)
        for flow in network.flows
        if not any(_meets(node, lost, there) for node in all_of(without_turn(flow.root)))
    }


def _meets(node: Node, places: frozenset[str], stations: set[str]) -> bool:
    match node:
        case Call():
            return node.place in places or node.from_place in places
        case Visit() | Hold():
            return node.station in stations
    return False


def _source(trigger: Trigger | None) -> str:
    """Queue, stream or store that starts the work; "" for the clock and for none."""
    return str(trigger.from_ or trigger.changes or "") if trigger else ""


def _changes(call: Call) -> bool:
    return call.do.partition("_")[0] != "read"
