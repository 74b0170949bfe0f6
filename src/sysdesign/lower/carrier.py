"""What a call passes on its way: pools, limits and bandwidth of links, locks, the last mile."""

import re
from dataclasses import replace

from sysdesign.design import Actor, Given, Operation, Step, Trait
from sysdesign.kinds.keys import hottest_key, keys_in_use
from sysdesign.kinds.lowering import NOTHING, Ask, in_order, middle
from sysdesign.lower.lacks import LacksError, some
from sysdesign.lower.part import apart
from sysdesign.lower.parts import Parts
from sysdesign.network import Branch, Choice, Delay, Hold, Node, Number, Spread, Station, Visit

_USER = re.compile(r"\busers?\b")


class Carrier:
    """Makes what lies between components; `stations` are those of links, bandwidth and locks.

    Their `component` is the component, or the link as the file names it.
    """

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.design = parts.design
        self.numbers = parts.numbers
        self.words = parts.words
        self.stations: dict[str, Station] = {}

    def _station(self, station: Station) -> Station:
        return self.stations.setdefault(station.name, station)

    # -- links -----------------------------------------------------------------------------------

    def linked(self, caller: str, place: str, step: Step, node: Node) -> Node:
        """A call through the limit of its link, with a connection of the caller's pool in hand."""
        node = in_order(self._limit(caller, step), node)
        pool = self._value(caller, step.target, "pool")
        if pool is None or caller not in self.design.components:
            return node
        callers = self._instances(caller, place)
        several = len(self.parts.lowered(caller).stations) > 1
        name = f"{caller} -> {step.target}"
        station = Station(f"{name} pool{f'@{place}' if several else ''}", name, place, callers,
                          slots=pool)  # fmt: skip
        return Hold(self._station(station).name, node)

    def _limit(self, caller: str, step: Step) -> Node:
        """Calls at most, of all callers together: above it they wait, or are refused."""
        link = self.words.link(caller, step.target, "limit")
        limit = self.numbers.value(link.limit) if link else None
        if link is None or limit is None:
            return NOTHING
        name = f"{link.a} -> {link.b}"
        waits = self.words.said(caller, step.target, None, "when_over") == "wait"
        some(limit, f"limit of {name}")
        if waits:
            station = self._station(Station(f"{name} limit", name))
            return Visit(station.name, Spread(1.0 / limit, family="constant"))
        station = self._station(Station(f"{name} limit", name, queues=False, cap_per_s=limit))
        return Visit(station.name, Spread(0.0, family="constant"))

    def admitted(self, name: str, operation: Operation) -> Node:
        """What the limit of an operation lets pass, of all callers together; more is refused.

        A limit for each user stops those who ask too often, and none of the load that is foreseen.
        """
        limit = operation.limit
        value = None if limit is None or _USER.search(limit.text) else self.numbers.value(limit)
        if value is None:
            return NOTHING
        some(value, f"limit of {name}")
        station = self._station(Station(f"{name} limit", name, queues=False, cap_per_s=value))
        return Visit(station.name, Spread(0.0, family="constant"))

    def _value(self, caller: str, target: str, word: str) -> Number | None:
        given = self.words.said(caller, target, None, word)
        return self.numbers.value(given) if isinstance(given, Given) else None

    def _instances(self, name: str, place: str) -> Number:
        """Instances of a component at a place; those of the provider count as one."""
        found = [s for s in self.parts.lowered(name).stations if s.place in (place, "")]
        return sum(s.instances * s.shards for s in found) if found else 1.0

    # -- bytes -----------------------------------------------------------------------------------

    def transfer(
        self, caller: str, place: str, step: Step, ask: Ask, to: str,
        whole: tuple[Operation, str] | None,
    ) -> Node:  # fmt: skip
        """Time for the bytes of a call where a bandwidth is stated: of the link, between places,
        of the instances that answer. Those of a `whole` operation go along with it.
        """
        widths = list(self._widths(caller, place, step.target, to))
        if not widths:
            return NOTHING
        size = self._bytes(step, ask, whole)
        if size is None:
            name = f"{caller} -> {step.target}"
            self.parts.part(step.target).say(f"bytes of a call {name} = 0 B, not stated")
            return NOTHING
        works = []
        for station, width in widths:
            name = self._station(station).name
            works.append(Visit(name, replace(size, mean_s=size.mean_s / width)))
        return in_order(*works)

    def _widths(
        self, caller: str, place: str, target: str, to: str
    ) -> "list[tuple[Station, Number]]":
        """Stations of the bandwidth that a call shares with others, with bytes a second."""
        found: list[tuple[Station, Given | None]] = []
        link = self.words.link(caller, target, "bandwidth")
        if link is not None:
            name = f"{link.a} -> {link.b}"
            found.append((Station(f"{name} bandwidth", name, order="ps"), link.bandwidth))
        if place != to:
            for way in self.parts.geography.links(place, to):
                name = f"{way.a} <-> {way.b}"
                found.append((Station(f"{name} bandwidth", name, order="ps"), way.bandwidth))
        if self.design.components[target].bandwidth is not None:
            found.append((self._own_line(target, to), self.design.components[target].bandwidth))
        worked_out = ((station, self.numbers.value(given)) for station, given in found)
        return [(s, some(width, s.name)) for s, width in worked_out if width is not None]

    def _own_line(self, name: str, place: str) -> Station:
        """The lines of the instances of a component at a place."""
        stations = self.parts.lowered(name).stations
        at = f"@{place}" if len({s.place for s in stations}) > 1 else ""
        return Station(
            f"{name}.bandwidth{at}", name, place, self._instances(name, place), order="ps",
            policy=stations[0].policy,
        )  # fmt: skip

    def _bytes(self, step: Step, ask: Ask, whole: tuple[Operation, str] | None) -> Spread | None:
        """Bytes there and back: of the step, of the operation, of the records."""
        words = step.words
        there, back = words.request, words.response
        if whole is not None:
            operation, origin = whole
            there = there or _of(operation.request, origin)
            back = back or _of(operation.response, origin)
        sizes = [s for s in map(self.numbers.spread, (there, back)) if s is not None]
        record = self._record(step)
        if record is not None and (back if ask.reads else there) is None:
            sizes.append(Spread(record * ask.items, family="constant"))
        if not sizes:
            return None
        largest = max(sizes, key=lambda s: middle(s.mean_s))
        return replace(largest, mean_s=sum(s.mean_s for s in sizes))

    def _record(self, step: Step) -> Number | None:
        """Bytes of a record that a step reads or writes in a store."""
        part = self.parts.part(step.target)
        if not part.component.has_trait(Trait.STORES_DATA, Trait.CACHES):
            return None
        here = part.stored_here()
        name = str(step.words.of or (here[0] if len(here) == 1 else ""))
        return self.numbers.figure(f"{name}.size") if name else None

    # -- locks -----------------------------------------------------------------------------------

    def lock(self, step: Step) -> Station:
        """One slot a key: calls of one key go one after another.

        Raises
        ------
        LacksError
            where neither the number of keys nor the share of the hottest is known.
        """
        words = step.words.lock
        by, part = str(words.by if words else ""), self.parts.part(step.target)
        name, _, field = by.partition(".")
        entity = part.entity(name)
        hottest: Number | None = self.numbers.value(words.hottest) if words else None
        keys: Number | None = None
        said: tuple[str, ...] = ()
        kind = entity.fields.get(field) if entity is not None else None
        if entity is not None and tuple(entity.key_) == (field,):
            keys = keys_in_use(part, name)
            hottest = hottest_key(part, name) if hottest is None else hottest
        elif kind is not None and kind.name == "ref":  # as many keys as there are to refer to
            keys = keys_in_use(part, str(kind.entity))
            hottest = hottest_key(part, str(kind.entity)) if hottest is None else hottest
        if keys is None and hottest is not None and middle(hottest) > 0:
            keys = 1.0 / hottest
            taken = f"{by}: all keys as wanted as the hottest, their number is not stated"
            said = (f"{taken}; waits for the lock are the longest there can be",)
            part.say(*said)
        if keys is None:
            raise LacksError(f"lock of {step.target} by {by}: state `hottest`")
        return self._station(
            Station(
                f"{step.target} lock {by}",
                step.target,
                slots=1.0,
                shards=keys,
                hottest=hottest,
                defaults=said,
            )
        )

    # -- the last mile ---------------------------------------------------------------------------

    def last_mile(self, operation: Operation, origin: str) -> Node:
        """Time for the bytes of an operation over the actor's own line."""
        actor = self.design.problem.actors.get(str(operation.actor))
        sizes = (_of(operation.request, origin), _of(operation.response, origin))
        return in_order(*(self._over_line(actor, size) for size in sizes))

    def _over_line(self, actor: Actor | None, size: Given | None) -> Node:
        width = self.numbers.value(actor.bandwidth) if actor else None
        spread = self.numbers.spread(size)
        if width is None or spread is None:
            return NOTHING
        return Delay(replace(spread, mean_s=spread.mean_s / width))

    def from_actor(self, operation: Operation, origin: str, place: str) -> Node:
        """Round trip from an actor to the first component: to its place, and the last mile."""
        actor = self.design.problem.actors.get(str(operation.actor))
        return in_order(self._apart(origin, place), self._network(actor, 1.0))

    def to_actor(self, step: Step, place: str) -> Node:
        """One way from a place to an actor, wherever its kind are."""
        actor = self.design.problem.actors.get(step.target)
        from_ = actor.from_ if actor else None
        last = in_order(self._network(actor, 0.5), self._over_line(actor, step.words.request))
        if not isinstance(from_, Given):
            return in_order(self._apart(place, str(from_ or place), 0.5), last)
        ways = [(self.numbers.value(share) or 0.0, p) for p, share in from_.by_place.items()]
        branches = tuple(Branch(share, self._apart(place, p, 0.5)) for share, p in ways)
        return in_order(Choice(branches, "place", step.target), last)

    def _apart(self, a: str, b: str, share: float = 1.0) -> Node:
        return apart(self.parts.geography, a, b, share) if a != b else NOTHING

    def _network(self, actor: Actor | None, share: float) -> Node:
        spread = self.numbers.spread(actor.network) if actor else None
        return Delay(replace(spread, mean_s=share * spread.mean_s)) if spread else NOTHING


def _of(given: Given | None, origin: str) -> Given | None:
    """The size that holds for calls from one place."""
    return given.by_place.get(origin) if given and given.by_place else given
