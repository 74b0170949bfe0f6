"""Instances that come and go: autoscaling, failures and repairs."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, inf

from sysdesign.network import Autoscale, Failing, Spread
from tests.simulate.oracle.messages import Inbox
from tests.simulate.oracle.places import Area, Place
from tests.simulate.oracle.world import World

OUTAGE = Spread(300.0, family="exponential")
"""How long a provider is away where only its availability is known."""


class Scaler:
    """Looks at a station again and again, and changes how many instances it has."""

    def __init__(self, world: World, place: Place, words: Autoscale) -> None:
        self.world, self.place, self.words = world, place, words
        self.starting = 0
        self.low_since: float | None = None
        self.inboxes: list[Inbox] = []
        self.seen_taken = 0.0
        self.seen_busy = self.seen_arrivals = 0.0
        self.instances = Area(world)
        self.instances.change(sum(place.up))
        self.world.later(float(words.every_s), self.look)

    def measure(self) -> float:
        """The mean of the measure of one instance since the last look."""
        place, every = self.place, float(self.words.every_s)
        busy, arrivals = place.whole_busy(), place.came
        was_busy, was_arrivals = self.seen_busy, self.seen_arrivals
        self.seen_busy, self.seen_arrivals = busy, arrivals
        serving = max(place.serving(), 1)
        if self.words.by in ("backlog", "lag"):
            return self.behind(every) / (1 if self.words.by == "lag" else serving)
        if self.words.by == "rate":
            return (arrivals - was_arrivals) / every / serving
        return (busy - was_busy) / every / serving / float(place.station.servers)

    def behind(self, every: float) -> float:
        """Messages not taken yet, or the seconds that they need at the pace since the last look."""
        backlog = sum(box.backlog.level for box in self.inboxes)
        if self.words.by == "backlog":
            return backlog
        taken = sum(box.came for box in self.inboxes) - backlog
        since, self.seen_taken = max(taken - self.seen_taken, 0.0), taken
        if since == 0:
            return every if backlog else 0.0
        return backlog * every / since

    def look(self) -> None:
        words, serving = self.words, self.place.serving()
        self.world.later(float(words.every_s), self.look)
        wanted = ceil(serving * self.measure() / float(words.target) - 1e-9)
        wanted = round(max(min(wanted, float(words.most)), float(words.least), 1.0))
        if wanted >= serving:
            self.low_since = None
        elif self.low_since is None:
            self.low_since = self.world.now
        for _ in range(wanted - serving - self.starting):
            self.starting += 1
            self.world.later(float(words.warm_up_s), self.starts)
        if self.low_since is not None and self.world.now - self.low_since >= float(
            words.cool_down_s
        ):
            for _ in range(serving - wanted):
                self.place.retire()
                self.instances.change(-1)

    def starts(self) -> None:
        self.starting -= 1
        self.place.add()
        self.instances.change(1)


def break_and_mend(
    world: World, fails: Failing, down: Callable[[bool], None], up: Callable[[], None]
) -> None:
    """Down and up again for ever; `down` is told whether all go together."""
    repair, every = fails.repair, fails.every_s
    if fails.availability is not None:
        share = float(fails.availability)
        if share >= 1:
            return
        repair = OUTAGE
        every = float(OUTAGE.mean_s) * share / (1 - share)
    if every is None or repair is None or float(every) == inf:
        return
    mean, dice = float(every), world.dice

    def goes() -> None:
        down(dice.random() < float(fails.together))
        world.later(world.draw(repair), comes)

    def comes() -> None:
        up()
        world.later(dice.expovariate(1 / mean), goes)

    world.later(dice.expovariate(1 / mean), goes)
