"""Messages: what calls hand over, and the runs of triggered flows that take them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from sysdesign.network import Call, Flow, Network, expected
from tests.simulate.oracle.places import Area
from tests.simulate.oracle.walk import Run
from tests.simulate.oracle.world import World


@dataclass
class Message:
    """One message, and the call that handed it over."""

    handed_s: float
    sender: Run | None


@dataclass
class Met:
    """What became of the messages of a flow from the end of the warm-up on."""

    came: int = 0
    taken: int = 0
    dead: int = 0
    ages: list[float] = field(default_factory=list)


class Inbox:
    """The messages of one triggered flow."""

    def __init__(
        self, world: World, flow: Flow, start: Callable[[Flow, Callable[[], None], Done], None]
    ) -> None:
        self.world, self.flow, self.start = world, flow, start
        self.waiting: deque[Message] = deque()
        self.working = 0
        self.stopped = False
        self.met = Met()
        self.came = 0
        self.backlog = Area(world)

    def put(self, message: Message) -> None:
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
        """So many together start a run, as long as not too many runs are under way."""
        most = inf if self.flow.at_once is None else max(round(float(self.flow.at_once)), 1)
        batch = max(round(float(self.flow.batch)), 1)
        while not self.stopped and self.working < most and len(self.waiting) >= batch:
            self.work([self.waiting.popleft() for _ in range(batch)])

    def work(self, messages: list[Message], number: int = 1) -> None:
        self.working += 1

        def taken() -> None:
            self.backlog.change(-len(messages))
            if self.world.counts and number == 1:
                self.met.taken += len(messages)
                self.met.ages += [self.world.now - one.handed_s for one in messages]

        def done(why: str) -> None:
            self.working -= 1
            attempts = int(getattr(self.flow, "attempts", 1) or 1)
            if why and number < attempts:
                self.backlog.change(len(messages))
                self.work(messages, number + 1)
                return
            self.met.dead += len(messages) * (bool(why) and self.world.counts)
            for one in messages:
                if one.sender is not None:
                    one.sender.set_off -= 1
                    if one.sender.joined is not None:
                        one.sender.joined()
            self.take()

        self.start(self.flow, taken, done)


Done = Callable[[str], None]


class Post:
    """Carries messages from calls to the flows that they trigger."""

    def __init__(self, world: World, network: Network, inboxes: dict[int, Inbox]) -> None:
        self.world, self.inboxes = world, inboxes
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

    def sent(self, run: Run, node: Call) -> None:
        """A call has ended well."""
        for i, inbox in self.inboxes.items():
            flow = inbox.flow
            if flow.join or run.flow.operation not in flow.from_operations:
                continue
            if self.hands_over(node, flow):
                for _ in range(self.world.whole(float(node.items) * self.gains[i])):
                    inbox.put(Message(self.world.now, run))

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
