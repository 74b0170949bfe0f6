"""How a store becomes stations: shards, copies that agree in one of four modes, regions.

Source: Kleppmann, Designing Data-Intensive Applications (2017), chapter 5; Gifford, Weighted Voting
for Replicated Data (1979), for quorums.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sysdesign.kinds.keys import hottest_key
from sysdesign.kinds.lowering import (
    NOTHING,
    Ask,
    Lowered,
    Part,
    Site,
    held,
    in_order,
    instances,
    middle,
    name_at,
    policy_of,
    provider,
    station_of,
    worked,
)
from sysdesign.network import Branch, Choice, Node, Number, Parallel, Policy, Send, Station
from sysdesign.records import cached_property, dataclass
from sysdesign.source import listed

MOST = 100
"""Copies of one shard that are followed one by one; more is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How the copies of one shard agree.

    `at` counts them by place. A write waits for `write` of them and a read asks `read`; where one
    leads, calls go through it, at the place `leader`. `apart` regions hold contents of their own,
    `late` ones follow without being waited for.
    """

    mode: str
    at: dict[str, int]
    write: int
    read: int
    reads: str
    leader: str | None
    apart: bool
    late: bool

    @property
    def count(self) -> int:
        """Copies of one shard, all places together."""
        return sum(self.at.values())

    @property
    def leads(self) -> bool:
        """Whether one copy leads the others."""
        return self.mode == "leader" or (self.mode == "quorum" and self.leader is not None)

    def leader_of(self, place: str) -> str:
        """Place of the copy that leads for callers at a place."""
        return place if self.apart or self.leader is None else self.leader

    def agreeing(self, place: str) -> dict[str, int]:
        """Copies by place that a call at a place may wait for."""
        return {place: self.at[place]} if self.apart or self.late else self.at


def store(part: Part) -> Lowered:
    """Shards with copies; without either, instances like any other."""
    if part.component.is_managed:
        return provider(part)
    if part.stated("shards") is None and part.stated("copies") is None:
        return instances(part)
    rule = _rule(part)
    pooled = part.component.replicas is not None
    stations = tuple(_pool(part) if pooled else _stations(part, rule))
    return _Store(part, stations, rule=rule, pooled=pooled)


@dataclass(frozen=True)
class _Store(Lowered):
    """A store with copies; `pooled` ones lie mixed on common instances."""

    rule: Rule = Rule("peers", {}, 1, 1, "nearest", None, apart=False, late=False)
    pooled: bool = False

    def where(self, ask: Ask) -> tuple[tuple[Number, str], ...]:
        """Writes go to the leader, reads to the copies that answer them."""
        rule, near = self.still, self.part.nearest
        places = tuple(rule.at)
        here = near(ask.place, places)
        how = self.how(ask)
        if how == "any" and not rule.apart:
            return tuple((n / rule.count, place) for place, n in rule.at.items())
        if how == "follower":
            following = [p for p in places if rule.at[p] > self.leading(p)]
            return ((1.0, near(ask.place, following or places)),)
        return ((1.0, here if how == "nearest" else rule.leader_of(here)),)

    @cached_property
    def still(self) -> Rule:
        """The rule for the copies that are not lost: where its place is lost another leads."""
        rule = self.rule
        at = {place: rule.at[place] for place in self.part.left(tuple(rule.at))}
        leader = rule.leader
        if leader is not None and leader not in at:
            leader = self.part.nearest(leader, tuple(at))
        return replace(rule, at=at, leader=leader)

    def how(self, ask: Ask) -> str:
        """Which copies answer: leader, nearest, any, quorum, follower; "" for a write."""
        return (ask.read_from or self.rule.reads) if ask.reads else ""

    def enough(self, place: str, copies: int) -> None:
        """Stop where fewer copies are left than a call at a place waits for."""
        left, had = (sum(rule.agreeing(place).values()) for rule in (self.still, self.rule))
        if left < min(copies, had):
            self.part.stop(f"{self.part.name}: {left} copies left, a call waits for {copies}")

    def leading(self, place: str) -> int:
        """How many of the copies at a place lead."""
        return int(self.still.leads and self.still.leader_of(place) == place)

    def serve(self, ask: Ask, place: str, inner: Node) -> Node:
        """Work on the copy at a place, and on the others as the mode wants."""
        how = self.how(ask)
        if how in ("nearest", "any", "follower"):
            return self.one_of(ask, place, inner, followers=how == "follower")
        first = self.station(place, leads=bool(self.leading(place)))
        own, rule = worked(first, ask), self.still
        if how == "leader" or self.rule.count == 1:
            return held(first, own, inner)
        self.enough(place, rule.read if how else rule.write)
        others = list(self.others(ask, place, rule.agreeing(place)))
        if how:
            return held(first, _quorum(own, others, rule.read, leads=rule.leads), inner)
        late = self.late(ask, place)
        if rule.mode in ("leader", "peers"):
            acknowledged = _together(others, rule.write - 1)
            return held(first, own, acknowledged, late, inner)
        return held(first, _written(own, others, rule.write, leads=rule.leads), late, inner)

    def one_of(self, ask: Ask, place: str, inner: Node, *, followers: bool) -> Node:
        """One copy at a place, each of them alike; the others there stand in for it."""
        leading = 0 if followers else self.leading(place)
        following = self.rule.at[place] - self.leading(place)
        ways = [
            (n, self.station(place, leads=leads))
            for n, leads in ((leading, True), (following, False))
            if n
        ] or [(1, self.station(place, leads=True))]
        whole = sum(n for n, _ in ways)
        nodes = [held(station, worked(station, ask), inner) for _, station in ways]
        if len({station.name for _, station in ways}) == 1:
            return nodes[0]
        instead = [Parallel((node,), None, tuple(n for n in nodes if n is not node))
                   for node in nodes]  # fmt: skip
        branches = (Branch(n / whole, node) for (n, _), node in zip(ways, instead, strict=True))
        return Choice(tuple(branches), "place", self.part.name)

    def others(self, ask: Ask, place: str, at: dict[str, int]) -> Iterator[Node]:
        """Work on every other copy, the nearest first, with the way there from the copy here."""
        left = dict(at)
        if place in left:
            left[place] -= 1
        while any(left.values()):
            there = self.part.nearest(place, [p for p, n in left.items() if n])
            station = self.station(there, leads=False)
            for _ in range(left.pop(there)):
                way = self.part.way(place, there, copies=self.rule.at[there])
                yield in_order(way, held(station, worked(station, ask)))

    def late(self, ask: Ask, place: str) -> Node:
        """Copies in other regions that nobody waits for."""
        if not self.rule.late:
            return NOTHING
        at = {p: n for p, n in self.still.at.items() if p != place}
        return _together(list(self.others(ask, place, at)), 0)

    def station(self, place: str, *, leads: bool) -> Station:
        """The station of the copy that leads at a place, or of those that do not."""
        here = [s for s in self.stations if s.place == place]
        return here[-1] if here and not leads else self.station_at(place)


def followers_of(name: str) -> str:
    """What the station is called where copies follow that a leader leads."""
    return f"{name}.followers"


def _quorum(own: Node, others: Sequence[Node], read: int, *, leads: bool) -> Node:
    """So many copies are asked, the nearest first; the others stand in for them.

    None stands in for one that leads: without it nobody answers until another one leads.
    Source: DeCandia et al., Dynamo (SOSP 2007), 4.6, the sloppy quorum: the first healthy nodes.
    """
    if leads and 1 < read <= len(others):
        return Parallel((own, _quorum(others[0], others[1:], read - 1, leads=False)))
    copies = [own, *others]
    if leads or read >= len(copies):
        return _together(copies[:read], read)
    return Parallel(tuple(copies[:read]), None, tuple(copies[read:]))


def _written(own: Node, others: Sequence[Node], write: int, *, leads: bool) -> Node:
    """All copies get a write, of which so many are waited for; one that leads is always."""
    if not leads or not others:
        return _together((own, *others), write)
    if write == 1:
        return in_order(_together(others, 0), own)
    return Parallel((own, _together(others, write - 1)))


def _together(parts: Sequence[Node], wait: int) -> Node:
    """Parts at the same time, of which so many are waited for."""
    if not parts:
        return NOTHING
    every = Parallel(tuple(parts), wait if 0 < wait < len(parts) else None)
    node = parts[0] if len(parts) == 1 else every
    return node if wait > 0 else Send(node)


# -- what the file says --------------------------------------------------------------------------


def _rule(part: Part) -> Rule:
    """How the copies agree, with what the file leaves open filled in and said."""
    mode = _word(part, "mode")
    at = _counts(part, mode)
    if not mode:
        mode = part.word("copies.mode", "leader") if sum(at.values()) > 1 else "peers"
    across = part.word("copies.across", "same") if len(at) > 1 else "same"
    if mode == "erasure":
        at, write, read = _parts_of(part, at, across)
    else:
        write, read = _waited(part, mode, at if across == "same" else {"": max(at.values())})
    leader = _leader(part, mode, across, tuple(at))
    usual = {"leader": "leader", "peers": "nearest"}.get(mode, "quorum")
    reads = part.word("copies.reads", usual) if sum(at.values()) > 1 else "nearest"
    if any(n > MOST for n in at.values()):
        part.say(f"{part.name}: of more than {MOST} copies of a shard only {MOST} are followed")
        at = {place: min(n, MOST) for place, n in at.items()}
    return Rule(mode, at, write, read, reads, leader, across == "none", across == "async")


def _counts(part: Part, mode: str) -> dict[str, int]:
    """Copies of one shard by place; the parts of an erasure code need no count."""
    if mode == "erasure" and part.stated("copies.count") is None:
        return dict.fromkeys(part.places or ("",), 1)
    return {s.place: max(round(middle(s.count)), 1) for s in part.sites("copies.count")}


def _leader(part: Part, mode: str, across: str, places: Sequence[str]) -> str | None:
    """Place of the one leader; None where each region has its own, or none leads.

    Regions that follow late, with no leader named, take writes each and tell the others.
    """
    named = _word(part, "leader")
    if named and named in places:
        return named
    if mode != "leader" or across != "same" or len(places) == 1:
        return None
    part.say(f"{part.name}.copies.leader = {places[0]}, not stated")
    return places[0]


def _word(part: Part, key: str) -> str:
    """A word of the copies, empty where it is not stated."""
    return str(getattr(part.stated("copies"), key, None) or "")


def _waited(part: Part, mode: str, at: dict[str, int]) -> tuple[int, int]:
    """Copies a write waits for, the first included, and copies a read asks."""
    count = sum(at.values())
    if mode == "leader":
        wait = part.number("copies.wait", 0.0) if count > 1 else 0.0
        return 1 + round(middle(wait)), count // 2 + 1
    if mode == "peers":
        return 1, count // 2 + 1
    half = float(count // 2 + 1)
    write, read = (
        min(max(round(middle(part.number(f"copies.{key}", half))), 1), count)
        for key in ("write", "read")
    )
    return write, read


def _parts_of(part: Part, at: dict[str, int], across: str) -> tuple[dict[str, int], int, int]:
    """Erasure coding: parts by place, all of which are written, and those that a read needs."""
    data = round(middle(part.number("copies.data", 1.0)))
    parity = round(middle(part.number("copies.parity", 0.0)))
    places, whole = list(at), data + parity
    if across != "same":
        return dict.fromkeys(places, whole), whole, data
    share, more = divmod(whole, len(places))
    spread = {place: share + (i < more) for i, place in enumerate(places)}
    return {place: n for place, n in spread.items() if n}, whole, data


def _stations(part: Part, rule: Rule) -> Iterator[Station]:
    """Each copy of each shard on an instance of its own; the one that leads apart."""
    shards = part.number("shards.count", 1.0)
    sites = [Site(place, float(n)) for place, n in rule.at.items()]
    policy = policy_of(part, Policy.RANDOM, rule.count)
    hottest = _hottest(part, shards)
    for site in sites:
        leads = int(rule.leads and rule.leader_of(site.place) == site.place)
        follow = site.count - leads
        roles = [(part.name, float(leads or follow))]
        if leads and follow:
            roles.append((followers_of(part.name), follow))
        names = [name_at(name, site.place, sites) for name, _ in roles]
        for name, (_, count), after in zip(names, roles, [*names[1:], ""], strict=True):
            station = station_of(part, Site(site.place, count), name, policy, shards)
            yield replace(station, hottest=hottest, followers=after)


def _pool(part: Part) -> Iterator[Station]:
    """Copies that lie mixed on `replicas` instances."""
    sites = part.sites("replicas")
    policy = policy_of(part, Policy.RANDOM, middle(sum(site.count for site in sites)))
    for site in sites:
        yield station_of(part, site, name_at(part.name, site.place, sites), policy)


def _hottest(part: Part, shards: Number) -> Number | None:
    """Share of the calls at the hottest shard: its hottest key, and its part of all others.

    None where the file does not say how uneven the keys are: shards are alike.
    """
    if middle(shards) <= 1:
        return None
    key = part.known("shards.hottest")
    if key is None:
        by = str(getattr(part.stated("shards"), "by", None) or "").partition(".")[0]
        here = part.stored_here()
        named = by if part.entity(by) else here[0] if len(here) == 1 else ""
        key = hottest_key(part, named) if named else None
        if key is not None and part.behind:
            caches = f"{listed(part.behind)} answer{'s' * (len(part.behind) == 1)}"
            part.say(f"{part.name}.shards.hottest: as often as {named} is asked for, though "
                     f"{caches} most of it")  # fmt: skip
    if key is None:
        part.say(f"{part.name}.shards.hottest: all shards alike, not stated")
        return None
    return key + (1 - key) / shards
