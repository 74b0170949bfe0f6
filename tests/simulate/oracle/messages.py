"""Messages: what calls hand over, and the runs of triggered flows that take them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from sysdesign.network import Bounds, Call, Flow, Network, expected
from tests.simulate.oracle.places import REFUSED, Area
from tests.simulate.oracle.walk import Run
from tests.simulate.oracle.world import World

Done = Callable[[str], None]


@dataclass(eq=False)
class Message:
    """One message, and the call that handed it over."""

    handed_s: float
    sender: Run | None
    lying: Lying | None = None

    def settled(self) -> None:
        """It is over: whoever waits for all of its call knows."""
        if self.sender is not None:
            self.sender.set_off -= 1
            if self.sender.joined is not None:
                self.sender.joined()


@dataclass
class Met:
    """What became of the messages of a flow from the end of the warm-up on."""

    came: int = 0
    taken: int = 0
    dead: int = 0
    dropped: int = 0
    turned_away: int = 0
    ages: list[float] = field(default_factory=list)


@dataclass(eq=False)
class Lying:
    """A message that nobody has taken, and the run that has been started with it, if any."""

    message: Message
    inbox: Inbox
    since: float
    run: Run | None = None


class Box:
    """Messages of flows that share them, in the order in which they came."""

    def __init__(self, world: World, bounds: Bounds, forget: Callable[[Run], None]) -> None:
        self.world, self.bounds, self.forget = world, bounds, forget
        self.most = inf if bounds.most is None else max(round(float(bounds.most)), 1)
        self.lying: list[Lying] = []
        self.outside: list[tuple[int, Callable[[], None], Callable[[], bool]]] = []

    def asks(self, count: int, inbox: Inbox, goes: Done, wanted: Callable[[], bool]) -> None:
        """A call wants to hand so many over; refused, or later."""
        if len(self.lying) + min(count, self.most) <= self.most:
            goes("")
        elif self.bounds.when_full == "block":
            self.outside.append((count, lambda: self.asks(count, inbox, goes, wanted), wanted))
        else:
            inbox.met.turned_away += count * self.world.counts
            goes(REFUSED)

    def takes_in(self, one: Lying) -> bool:
        """Whether there is room for a message, or room is made."""
        if len(self.lying) >= self.most:
            if self.bounds.when_full != "drop_oldest":
                one.inbox.met.turned_away += self.world.counts
                return False
            self.drop(self.lying[0])
        self.lying.append(one)
        if self.bounds.keep_s is not None:
            self.world.later(float(self.bounds.keep_s), lambda: self.is_old(one))
        return True

    def is_old(self, one: Lying) -> None:
        if one in self.lying:
            self.drop(one)
            self.let_in()
            one.inbox.take()

    def drop(self, one: Lying) -> None:
        """A message goes, with the run that was started for it."""
        self.lying.remove(one)
        inbox = one.inbox
        inbox.met.dropped += self.world.counts
        inbox.backlog.change(-1)
        if one.run is None:
            inbox.waiting.remove(one.message)
        else:
            one.run.dropped = True
            inbox.working -= 1
            self.forget(one.run)
        self.world.later(0.0, one.message.settled)

    def taken(self, one: Lying) -> None:
        """Work begins for a message."""
        if one in self.lying:
            self.lying.remove(one)
        self.let_in()

    def let_in(self) -> None:
        """Senders that wait try again, as many as there is room for."""
        room = self.most - len(self.lying)
        while room > 0 and self.outside:
            count, again, wanted = self.outside.pop(0)
            if wanted():
                room -= count
                self.world.later(0.0, again)


class Inbox:
    """The messages of one triggered flow."""

    box: Box | None = None

    def __init__(
        self, world: World, flow: Flow,
        start: Callable[[Flow, Delivery], None],
    ) -> None:  # fmt: skip
        self.world, self.flow, self.start = world, flow, start
        self.waiting: deque[Message] = deque()
        self.working = 0
        self.stopped = False
        self.met = Met()
        self.came = 0
        self.backlog = Area(world)

    def put(self, message: Message) -> None:
        message.lying = Lying(message, self, self.world.now)
        if self.box is not None and not self.box.takes_in(message.lying):
            return
        if message.sender is not None:
            message.sender.set_off += 1
        self.met.came += self.world.counts
        self.came += 1
        self.backlog.change(1)
        self.waiting.append(message)
        self.take()

    def stop(self, stopped: bool) -> None:
        """Nothing is taken any more, or again."""
        self.stopped = stopped
        self.take()

    def take(self) -> None:
        """Each starts a run, as long as not too many runs are under way."""
        most = inf if self.flow.at_once is None else max(round(float(self.flow.at_once)), 1)
        while not self.stopped and self.working < most and self.waiting:
            self.working += 1
            self.start(self.flow, Delivery(self, self.waiting.popleft()))


class Delivery:
    """A message on its way through its runs: each that fails is followed by another, up to the last."""

    def __init__(self, inbox: Inbox, message: Message) -> None:
        self.inbox, self.message = inbox, message
        self.number = 1
        self.run: Run | None = None

    def begins(self, run: Run) -> None:
        """The first of its runs, to which all that follow add."""
        self.run = run
        if self.message.lying is not None:
            self.message.lying.run = run

    def taken(self) -> None:
        """A worker takes it, for the first time or again."""
        inbox, world = self.inbox, self.inbox.world
        inbox.backlog.change(-1)
        if self.number > 1:
            return
        if inbox.box is not None and self.message.lying is not None:
            inbox.box.taken(self.message.lying)
        if world.counts:
            inbox.met.taken += 1
            inbox.met.ages.append(world.now - self.message.handed_s)

    def is_over(self, why: str) -> bool:
        """Whether it is the end of the message that a run has ended so."""
        return not why or self.number >= self.inbox.flow.attempts

    def again(self) -> None:
        """It is delivered once more."""
        self.number += 1
        self.inbox.backlog.change(1)
        self.inbox.start(self.inbox.flow, self)

    def ends(self, why: str) -> None:
        """It is done with, or dead."""
        inbox = self.inbox
        inbox.working -= 1
        inbox.met.dead += bool(why) and inbox.world.counts
        self.message.settled()
        inbox.take()


class Post:
    """Carries messages from calls to the flows that they trigger."""

    def __init__(
        self, world: World, network: Network, inboxes: dict[int, Inbox],
        forget: Callable[[Run], None],
    ) -> None:  # fmt: skip
        self.world, self.inboxes = world, inboxes
        boxes: dict[tuple[str, str, str], Box] = {}
        for inbox in inboxes.values():
            flow = inbox.flow
            if flow.bounds is not None and not flow.join:
                key = (flow.trigger, flow.origin, flow.group)
                boxes.setdefault(key, Box(world, flow.bounds, forget))
        for inbox in inboxes.values():
            flow = inbox.flow
            inbox.box = None if flow.join else boxes.get((flow.trigger, flow.origin, flow.group))
        self.flows = list(network.flows)
        self.network = network
        self.gains = {i: self.gain(flow) for i, flow in enumerate(self.flows) if flow.trigger}

    def gain(self, flow: Flow) -> float:
        """Runs' worth of messages that one handed-over item makes."""
        if flow.join:
            rate = sum(float(f.rate_per_s) for f in self.flows if f.operation == flow.join)
            return float(flow.rate_per_s) / rate if rate else 0.0
        rate = 0.0
        for sender in self.flows:
            if sender.operation in flow.from_operations:
                for node, count in expected(sender.root):
                    if isinstance(node, Call) and self.hands_over(node, flow):
                        rate += float(sender.rate_per_s) * float(count) * float(node.items)
        return float(flow.rate_per_s) / rate if rate else 0.0

    def hands_over(self, node: Call, flow: Flow) -> bool:
        """Whether the items of a call go to this flow: a write or a send, at its place."""
        here = not node.place or not flow.origin or node.place == flow.origin
        return node.target == flow.trigger and node.do.partition("_")[0] != "read" and here

    def takers(self, run: Run, node: Call) -> list[list[int]]:
        """Flows that a call hands messages to; those that share them together."""
        found: dict[tuple[str, str], list[int]] = {}
        for i, inbox in self.inboxes.items():
            flow = inbox.flow
            if flow.join or run.flow.operation not in flow.from_operations:
                continue
            if self.hands_over(node, flow):
                found.setdefault((flow.group, flow.origin), []).append(i)
        return list(found.values())

    def asks(self, run: Run, node: Call, goes: Done, wanted: Callable[[], bool]) -> None:
        """A call is done but for its messages: they may be refused, or have to wait."""
        boxes = [(box, self.inboxes[some[0]], sum(self.gains[i] for i in some))
                 for some in self.takers(run, node)
                 if (box := self.inboxes[some[0]].box) is not None
                 and box.bounds.when_full != "drop_oldest"]  # fmt: skip

        def step(at: int) -> Done:
            def go_on(why: str) -> None:
                if why or at == len(boxes):
                    goes(why)
                else:
                    box, inbox, gain = boxes[at]
                    box.asks(max(int(gain * float(node.items)), 1), inbox, step(at + 1), wanted)

            return go_on

        step(0)("")

    def sent(self, run: Run, node: Call) -> None:
        """A call has ended well."""
        for some in self.takers(run, node):
            gains = [self.gains[i] for i in some]
            if len(some) > 1 and sum(gains) <= 1 + 1e-9:  # each message goes to one of them
                for _ in range(self.world.whole(float(node.items) * min(sum(gains), 1.0))):
                    (i,) = self.world.dice.choices(some, gains)
                    self.inboxes[i].put(Message(self.world.now, run))
                continue
            for i, gain in zip(some, gains, strict=True):
                for _ in range(self.world.whole(float(node.items) * gain)):
                    self.inboxes[i].put(Message(self.world.now, run))

    def ended(self, run: Run) -> None:
        """A run is over; what waits for all that it set off begins, now or later."""
        joins = [(i, b) for i, b in self.inboxes.items() if b.flow.join == run.flow.operation]
        if not joins:
            return

        def joined() -> None:
            if run.set_off == 0:
                run.joined = None
                for i, inbox in joins:
                    for _ in range(self.world.whole(self.gains[i])):
                        inbox.put(Message(self.world.now, run))

        run.joined = joined
        joined()
