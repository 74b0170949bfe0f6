"""Stations: groups of desks, each with servers to work and slots to hold calls in hand.

A desk is what has one queue: an instance, or all instances of a group where they share one. Servers
and slots are both a `Pool`: alike units that belong to instances, and a line of those who want one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from sysdesign.network import Policy, Station
from tests.simulate.oracle.world import World

Done = Callable[[str], None]
"""What happens after a part of a call; "" is well, else why it failed."""

ERROR, REFUSED, TIMEOUT, OPEN = "error", "refused", "timeout", "open"


@dataclass(eq=False)
class Waiter:
    """Who wants a unit: `begin` gets the instance whose it is."""

    begin: Callable[[int], None]
    done: Done
    priority: int = 5
    since: float = 0.0
    run: object = None


class Pool:
    """Units of some instances; waiting is in order, in a bounded line, or outside of it."""

    def __init__(self, station: Station, each: float, members: int, most: float) -> None:
        self.each = each
        self.free = [each] * members
        self.up = [True] * members
        self.order = station.order
        self.when_full = station.when_full
        self.most = most
        self.line: list[Waiter] = []
        self.outside: list[Waiter] = []

    def take(self, one: Waiter) -> None:
        """Begin, wait, or be turned away."""
        free = self.with_free()
        if not any(self.up):
            one.done(ERROR)
        elif free is not None:
            self.free[free] -= 1
            one.begin(free)
        elif len(self.line) < self.most:
            self.line.append(one)
        elif self.when_full == "block":
            self.outside.append(one)
        elif self.when_full == "drop_oldest" and self.line:
            oldest = min(self.line, key=lambda waiting: waiting.since)
            self.line.remove(oldest)
            self.line.append(one)
            oldest.done(REFUSED)
        else:
            one.done(REFUSED)

    def with_free(self) -> int | None:
        free = [i for i, units in enumerate(self.free) if units > 0 and self.up[i]]
        return max(free, key=lambda i: self.free[i]) if free else None

    def give_back(self, member: int) -> None:
        """A unit is free again, unless its instance went down meanwhile."""
        if self.up[member]:
            self.free[member] += 1
            self.serve()

    def serve(self) -> None:
        """Those that wait take what is free."""
        while (self.line or self.outside) and (free := self.with_free()) is not None:
            one = self.next() if self.line else self.outside.pop(0)
            if self.outside and len(self.line) < self.most:
                self.line.append(self.outside.pop(0))
            self.free[free] -= 1
            one.begin(free)

    def next(self) -> Waiter:
        if self.order == "lifo":
            return self.line.pop()
        if self.order == "priority":
            first = min(self.line, key=lambda one: one.priority)  # of equals the first
            self.line.remove(first)
            return first
        return self.line.pop(0)

    def down(self, member: int) -> None:
        """Units are gone; with the last instance those that wait fail."""
        self.up[member], self.free[member] = False, 0
        if not any(self.up):
            lost = self.line + self.outside
            self.line, self.outside = [], []
            for one in lost:
                one.done(ERROR)

    def come(self, member: int) -> None:
        self.up[member], self.free[member] = True, self.each
        self.serve()

    def grow(self) -> None:
        """One instance more."""
        self.up.append(True)
        self.free.append(self.each)
        self.serve()

    def retire(self, member: int) -> None:
        """An instance takes no more; what it has in hand it finishes."""
        self.up[member], self.free[member] = False, 0


class Area:
    """A level over time, and the area below it from the end of the warm-up on."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.level = 0.0
        self.area = self.whole = 0.0
        self.since = 0.0

    def change(self, by: float) -> None:
        self.whole += self.level * (self.world.now - self.since)
        self.area += self.level * self.world.counted(self.since)
        self.since = self.world.now
        self.level += by

    def until_now(self) -> float:
        self.change(0.0)
        return self.area


@dataclass
class Tally:
    """What came to a station, and what became of it; from the end of the warm-up on."""

    arrivals: int = 0
    visits: int = 0
    done: int = 0
    refused: int = 0
    failed: int = 0


@dataclass(eq=False)
class Desk:
    """Servers and slots with one queue each; `kills` end what is in hand of an instance."""

    servers: Pool
    slots: Pool
    members: list[int]
    in_hand: int = 0
    sharing: list[Shared] = field(default_factory=list)
    shared_at: float = 0.0
    shared_busy: float = 0.0
    turn: int = 0
    kills: dict[int, list[Callable[[], None]]] = field(default_factory=dict)


@dataclass(eq=False)
class Shared:
    """Work that shares the servers: seconds left, and whose instance it is."""

    left: float
    done: Done
    member: int


class Place:
    """A station at work."""

    def __init__(self, world: World, station: Station) -> None:
        self.world = world
        self.station = station
        self.tally = Tally()
        self.busy, self.in_hand = Area(world), Area(world)
        self.slow = 1.0
        self.shares = max(round(float(station.shards)), 1)
        self.each_group = max(round(float(station.instances)), 1)
        self.up = [True] * (self.each_group * self.shares)
        self.thought_up = list(self.up)
        shared = station.policy is Policy.SHARED
        self.groups: list[list[Desk]] = []
        for group in range(self.shares):
            first = group * self.each_group
            members = list(range(first, first + self.each_group))
            self.groups.append(
                [self.desk(members)] if shared else [self.desk([one]) for one in members]
            )
        self.where = [(d, d.members.index(i)) for i in range(len(self.up)) for d in self.desks(i)]
        self.came = 0
        self.turns = [-1] * self.shares
        self.hottest = float(station.hottest or 1 / self.shares)
        cap = station.cap_per_s
        self.tokens = self.bucket = inf if cap is None else max(float(cap), 1.0)
        self.filled_at = 0.0

    def desk(self, members: list[int]) -> Desk:
        station, count = self.station, len(members)
        slots = inf if station.slots is None else float(station.slots)
        most = inf if station.waiting is None else float(station.waiting) * count
        held = station.slots is not None
        return Desk(
            servers=Pool(station, max(int(station.servers), 1), count, inf if held else most),
            slots=Pool(station, slots, count, most),
            members=members,
        )

    # -- who serves a call -----------------------------------------------------------------------

    def allows(self) -> bool:
        """A token of the documented limit: as many as a second brings lie ready at most."""
        cap = self.station.cap_per_s
        if cap is None:
            return True
        now = self.world.now
        self.tokens = min(self.bucket, self.tokens + float(cap) * (now - self.filled_at))
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    def choose(self, group: int, used: list[Desk]) -> Desk | None:
        """The desk that a call goes to; None where none is thought to be up.

        Copies that are asked together are different ones; one that is down is not replaced by
        another that is asked already.
        """
        dice = self.world.dice
        desks = [d for d in self.groups[group] if any(self.thought_up[m] for m in d.members)]
        unused = [d for d in desks if d not in used]
        if not unused and used and len(desks) < len(self.groups[group]):
            return None
        desks = unused or desks
        if len(desks) < 2:
            return desks[0] if desks else None
        match self.station.policy:
            case Policy.ROUND_ROBIN:
                every = self.groups[group]
                while True:
                    self.turns[group] = (self.turns[group] + 1) % len(every)
                    if every[self.turns[group]] in desks:
                        return every[self.turns[group]]
            case Policy.LEAST_CONNECTIONS:
                least = min(desk.in_hand for desk in desks)
                return dice.choice([desk for desk in desks if desk.in_hand == least])
            case Policy.POWER_OF_TWO:
                return min(dice.sample(desks, 2), key=lambda desk: desk.in_hand)
        return dice.choice(desks)

    def set_hottest(self, share: float) -> None:
        """Another share of the calls goes to the first group."""
        self.hottest = share

    def group(self) -> int:
        if self.shares == 1 or self.world.dice.random() < self.hottest:
            return 0
        return self.world.dice.randrange(1, self.shares)

    # -- work ------------------------------------------------------------------------------------

    def stretch(self) -> float:
        """How much longer work takes now: slowness, and instances that contend."""
        station, count = self.station, sum(self.up) / self.shares
        if (station.sigma or station.kappa) and count > 1:
            return self.slow * (
                1 + station.sigma * (count - 1) + station.kappa * count * (count - 1)
            )
        return self.slow

    def work(self, desk: Desk, seconds: float, priority: int, done: Done,
             taken: Callable[[], None], run: object = None) -> None:  # fmt: skip
        """Have so much work done at a desk, sooner or later."""
        if self.station.order == "ps":
            taken()
            self.share(desk, seconds, done)
            return

        def begin(member: int) -> None:
            taken()
            over = [False]
            self.busy.change(1)

            def end(why: str = "") -> None:
                if not over[0]:
                    over[0] = True
                    kills.remove(kill)
                    self.busy.change(-1)
                    desk.servers.give_back(member)
                    done(why)

            def kill() -> None:
                end(ERROR)

            kills = desk.kills.setdefault(member, [])
            kills.append(kill)
            self.world.later(seconds * self.stretch(), end)

        desk.servers.take(Waiter(begin, done, priority, self.world.now, run=run))

    def pass_by(self, desk: Desk, seconds: float, done: Done) -> None:
        """Work that never queues: the provider's, on a device."""
        if not desk.servers.up[0]:
            done(ERROR)
            return
        over, kills = [False], desk.kills.setdefault(0, [])
        self.busy.change(1)

        def end(why: str = "") -> None:
            if not over[0]:
                over[0] = True
                kills.remove(kill)
                self.busy.change(-1)
                done(why)

        def kill() -> None:
            end(ERROR)

        kills.append(kill)
        self.world.later(seconds * self.stretch(), end)

    # -- sharing of servers ----------------------------------------------------------------------

    def share(self, desk: Desk, seconds: float, done: Done) -> None:
        """Join those that share the servers: each gets one, or all get an equal part of them."""
        pool = desk.servers
        up = [m for m, is_up in enumerate(pool.up) if is_up]
        if not up:
            done(ERROR)
            return
        if len(desk.sharing) >= pool.each * len(up) + pool.most:
            done(REFUSED)
            return
        self.share_out(desk)
        member = up[desk.turn % len(up)]
        desk.sharing.append(Shared(seconds * self.stretch(), done, member))
        self.next_ends(desk)

    def speed(self, desk: Desk) -> float:
        """Seconds of work of one call that are done in a second."""
        servers = desk.servers.each * sum(desk.servers.up)
        return min(1.0, servers / len(desk.sharing))

    def share_out(self, desk: Desk) -> None:
        """What was done since the last change of anything."""
        now = self.world.now
        if desk.sharing:
            worked = (now - desk.shared_at) * self.speed(desk)
            for one in desk.sharing:
                one.left -= worked
        desk.shared_at = now

    def next_ends(self, desk: Desk) -> None:
        desk.turn += 1  # what was foreseen before is void
        busy = min(len(desk.sharing), desk.servers.each * sum(desk.servers.up))
        self.busy.change(busy - desk.shared_busy)
        desk.shared_busy = busy
        if not desk.sharing or not any(desk.servers.up):
            return
        turn, first = desk.turn, min(desk.sharing, key=lambda one: one.left)

        def ended() -> None:
            if turn == desk.turn:
                self.share_out(desk)
                desk.sharing.remove(first)
                self.next_ends(desk)
                first.done("")

        self.world.later(max(first.left, 0.0) / self.speed(desk), ended)

    # -- failures --------------------------------------------------------------------------------

    def desks(self, index: int) -> list[Desk]:
        """The desk of an instance."""
        return [d for d in self.groups[index // self.each_group] if index in d.members]

    def serving(self) -> int:
        """Instances that take calls."""
        return sum(self.up)

    def whole_busy(self) -> float:
        """Seconds that servers worked, those of the warm-up included."""
        self.busy.change(0)
        return self.busy.whole

    def add(self) -> None:
        """One instance more in the first group."""
        index = len(self.up)
        self.up.append(True)
        self.thought_up.append(True)
        if self.station.policy is Policy.SHARED:
            desk = self.groups[0][0]
            self.share_out(desk)
            desk.members.append(index)
            self.where.append((desk, len(desk.members) - 1))
            desk.slots.grow()
            desk.servers.grow()
            self.next_ends(desk)
        else:
            self.groups[0].append(self.desk([index]))
            self.where.append((self.groups[0][-1], 0))

    def retire(self) -> None:
        """The newest instance takes no more calls; what it has in hand it finishes."""
        index = max(i for i, is_up in enumerate(self.up) if is_up)
        self.up[index] = self.thought_up[index] = False
        desk, member = self.where[index]
        if self.station.policy is Policy.SHARED:
            self.share_out(desk)
            desk.servers.retire(member)
            desk.slots.retire(member)
            self.next_ends(desk)

    def go_down(self, index: int) -> None:
        """An instance dies with all that it has in hand; who calls learns of it late."""
        if not self.up[index]:
            return
        self.up[index] = False
        desk, member = self.where[index]
        self.share_out(desk)
        desk.servers.down(member)
        desk.slots.down(member)
        for kill in list(desk.kills.get(member, ())):
            kill()
        lost = [one for one in desk.sharing if one.member == member]
        desk.sharing = [one for one in desk.sharing if one.member != member]
        self.next_ends(desk)
        for one in lost:
            one.done(ERROR)
        health = self.station.health
        late = 0.0 if health is None else float(health.every_s) * float(health.fails)

        def noticed() -> None:
            self.thought_up[index] = self.up[index]

        if late:
            self.world.later(late, noticed)
        else:
            noticed()

    def come_up(self, index: int) -> None:
        if self.up[index]:
            return
        self.up[index] = self.thought_up[index] = True
        desk, member = self.where[index]
        self.share_out(desk)
        desk.servers.come(member)
        desk.slots.come(member)
        self.next_ends(desk)
