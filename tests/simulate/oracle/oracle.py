"""The whole: flows arrive, are followed, and counted from the end of the warm-up on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sysdesign.network import Failing, Flow, Network
from sysdesign.network.scenario import Cut, Load, Scenario
from tests.simulate.oracle.changes import Changes, stops
from tests.simulate.oracle.messages import Delivery, Inbox, Met, Post
from tests.simulate.oracle.places import REFUSED, TIMEOUT, Place
from tests.simulate.oracle.scaling import Scaler, break_and_mend
from tests.simulate.oracle.walk import Run, Scope, Walk
from tests.simulate.oracle.world import World


@dataclass
class Seen:
    """Calls of one operation that arrived after the warm-up, and what became of them."""

    started: int = 0
    completed: int = 0
    failed: int = 0
    refused: int = 0
    timed_out: int = 0
    degraded: int = 0
    retried: int = 0
    times: list[float] = field(default_factory=list)

    @property
    def inside(self) -> int:
        return self.started - self.completed - self.failed

    @property
    def mean_s(self) -> float:
        return sum(self.times) / len(self.times)

    def percentile(self, share: float) -> float:
        ordered = sorted(self.times)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


@dataclass
class At:
    """What a station met; `visits` are pieces of work, also of calls that hold a slot."""

    arrivals: int
    visits: int
    done: int
    refused: int
    failed: int
    inside_at_start: int
    inside: int
    busy_s: float
    in_hand_s: float


@dataclass
class Answer:
    """All that was met, by name."""

    operations: dict[str, Seen]
    stations: dict[str, At]
    messages: dict[str, Met]
    pairs: dict[tuple[str, str], dict[str, int]]
    backlog_s: dict[str, float]
    instances: dict[str, float]
    length_s: float
    hits: dict[str, tuple[int, int]] = field(default_factory=dict)


class Oracle:
    """One run of a network."""

    def __init__(
        self,
        network: Network,
        seed: int | str,
        scenario: Scenario | None = None,
        failures: bool = False,
    ) -> None:
        self.network = network
        self.world = World(seed)
        self.walk = Walk(self.world, network)
        self.seen = {name: Seen() for name in network.operations()}
        flows = enumerate(network.flows)
        self.inboxes = {
            i: Inbox(self.world, flow, self.start) for i, flow in flows if flow.trigger or flow.join
        }
        self.post = Post(self.world, network, self.inboxes, self.walk.forget)
        self.walk.asks = self.post.asks
        self.walk.sent = self.post.sent
        self.scenario = scenario
        self.changes = Changes(self)
        self.scalers = {
            name: Scaler(self.world, place, place.station.autoscale)
            for name, place in self.walk.places.items()
            if place.station.autoscale is not None
        }
        for name, scaler in self.scalers.items():
            component = network.stations[name].component
            scaler.inboxes = [b for b in self.inboxes.values() if stops(component, b.flow)]
        if failures:
            self.fail()
        self.detour: dict[tuple[str, str], Flow] = {}
        self.factors: list[tuple[str | None, float]] = []

    def run(self, length_s: float, warm_up_s: float = 0.0) -> Answer:
        """Follow what happens for so long, after a warm-up that is not counted."""
        self.world.warm_up_s = warm_up_s
        inside: dict[str, int] = {}

        def warm() -> None:
            inside.update({n: int(p.in_hand.level) for n, p in self.walk.places.items()})

        self.world.later(warm_up_s, warm)
        if self.scenario is not None:
            self.changes.plan(self.scenario)
        for i, flow in enumerate(self.network.flows):
            if i not in self.inboxes:
                self.bring(i, flow)
        self.world.run_until(warm_up_s + length_s)
        return self.answer(inside, length_s)

    def fail(self) -> None:
        """Instances break by chance, alone or all of a station together."""
        for name, place in self.walk.places.items():
            fails = place.station.fails
            if fails is None:
                continue
            count = len(place.up) if place.station.queues else 1
            for index in range(count):
                self.one_fails(name, fails, index, count)

        for region in self.network.places.values():
            here = {name: range(len(p.up)) for name, p in self.walk.places.items()
                    if p.station.place == region.name}  # fmt: skip
            if region.fails is not None:
                self.whole_fails(region.fails, here, [Cut(0.0, a="", b=region.name, places=True)])
            for number, zone in enumerate(region.zones):
                count = len(region.zones)
                stand = {name: [i for i in some if i % count == number]
                         for name, some in here.items() if zone in self.zones(name)}  # fmt: skip
                if region.zone_fails is not None:
                    self.whole_fails(region.zone_fails, stand, [])
        for way in self.network.ways:
            self.whole_fails(way.fails, {}, [Cut(0.0, a=way.a, b=way.b, places=True)])

    def zones(self, name: str) -> tuple[str, ...]:
        """Zones of a station, whose instances stand in them in turn."""
        return self.network.stations[name].zones

    def whole_fails(
        self, fails: Failing, hit: Mapping[str, Iterable[int]], cuts: list[Cut]
    ) -> None:
        """Instances of several stations go down together, and ways with them."""

        def down(together: bool) -> None:
            self.walk.cut += cuts
            for name, some in hit.items():
                self.changes.each(name, list(some), 1)

        def up() -> None:
            for cut in cuts:
                self.walk.cut.remove(cut)
            for name, some in hit.items():
                self.changes.each(name, list(some), -1)

        break_and_mend(self.world, fails, down, up)

    def one_fails(self, name: str, fails: Failing, index: int, count: int) -> None:
        hit: list[int] = []

        def down(together: bool) -> None:
            hit[:] = range(count) if together else [index]
            self.changes.each(name, hit, 1)

        break_and_mend(self.world, fails, down, lambda: self.changes.each(name, hit, -1))

    # -- load ------------------------------------------------------------------------------------

    def bring(self, number: int, flow: Flow) -> None:
        """Calls of a flow come: of users that wait for each answer, or whatever happens."""
        dice = self.world.dice_of(f"arrivals {number}")
        if flow.users is not None:
            for _ in range(round(float(flow.users))):
                self.user(flow, dice.random())  # not all have begun to think just now
            return
        rate = float(flow.rate_per_s) * self.most(flow)

        def arrives() -> None:
            self.world.later(dice.expovariate(rate), arrives)
            if dice.random() * rate < float(flow.rate_per_s) * self.load(flow):
                self.start(flow)

        if rate > 0:
            self.world.later(dice.expovariate(rate), arrives)

    def factor(self, operation: str | None, factor: float) -> None:
        """A factor on the arrivals of an operation, or of all; a negative one ends it."""
        if factor >= 0:
            self.factors.append((operation, factor))
        else:
            self.factors.remove((operation, -factor))

    def load(self, flow: Flow) -> float:
        """All factors on the arrivals of a flow at this time."""
        found = 1.0
        for operation, factor in self.factors:
            found *= factor if operation in (None, flow.operation) else 1.0
        return found

    def most(self, flow: Flow) -> float:
        """As high as the load of a flow can rise."""
        found = 1.0
        for change in self.scenario.changes if self.scenario is not None else ():
            if isinstance(change, Load) and change.operation in (None, flow.operation):
                found *= max(change.factor, 1.0)
        return found

    def user(self, flow: Flow, left: float = 1.0) -> None:
        """Thinks, calls, and again; a part of the thinking is left."""

        def calls() -> None:
            self.start(flow, then=lambda why: self.user(flow))

        pause = self.world.draw(flow.think) if flow.think is not None else 0.0
        self.world.later(left * pause, calls)

    def start(
        self,
        flow: Flow,
        delivery: Delivery | None = None,
        then: Callable[[str], None] | None = None,
    ) -> None:
        """One call of an operation from its start to its end, or one run of a message."""
        seen = self.seen[flow.operation]
        boxed = delivery is not None and flow.bounds is not None and not flow.join
        run = delivery.run if delivery is not None else None
        if run is None:
            run = Run(flow, self.world.now, counted=self.world.counts)
            seen.started += run.counted and not boxed
            if delivery is not None:
                delivery.begins(run)

        if delivery is not None:

            def take() -> None:
                run.began = self.world.now
                if boxed and delivery.number == 1:  # only now it is sure that it will be done
                    run.counted = self.world.counts
                    seen.started += run.counted
                delivery.taken()

            run.taken = take

        def done(why: str) -> None:
            if run.dropped:
                return
            run.take()
            if delivery is not None and not delivery.is_over(why):
                run.again()
                delivery.again()
                return
            if run.counted:
                self.count(seen, run, why)
            self.post.ended(run)
            if delivery is not None:
                delivery.ends(why)
            if then is not None:
                then(why)

        way = self.detour.get((flow.operation, flow.origin), flow)
        self.walk.do(way.root, Scope(run), done)

    def count(self, seen: Seen, run: Run, why: str) -> None:
        seen.retried += run.retried
        if why:
            seen.failed += 1
            seen.refused += why == REFUSED
            seen.timed_out += why == TIMEOUT
        else:
            seen.completed += 1
            seen.degraded += run.degraded
            seen.times.append(self.world.now - run.began)

    # -- what was met ----------------------------------------------------------------------------

    def answer(self, inside: dict[str, int], length_s: float) -> Answer:
        pairs: dict[tuple[str, str], dict[str, int]] = {}
        for (caller, _, target, _), pair in self.walk.pairs.items():
            into = pairs.setdefault((caller, target), {})
            for word in ("calls", "attempts", "retries", "timeouts", "errors", "refused", "opened"):
                into[word] = into.get(word, 0) + getattr(pair, word)
            opened = 0 if pair.switch is None else pair.switch.opened
            into["openings"] = into.get("openings", 0) + opened
        messages: dict[str, Met] = {}
        backlog: dict[str, float] = {}
        for inbox in self.inboxes.values():
            name, met = inbox.flow.operation, inbox.met
            into_met = messages.setdefault(name, Met())
            into_met.came += met.came
            into_met.taken += met.taken
            into_met.dead += met.dead
            into_met.dropped += met.dropped
            into_met.turned_away += met.turned_away
            into_met.ages += met.ages
            backlog[name] = backlog.get(name, 0.0) + inbox.backlog.until_now()
        stations = {name: at(p, inside.get(name, 0)) for name, p in self.walk.places.items()}
        hits = {name: (s.hits, s.misses) for name, s in self.walk.stores.items()}
        scaled = {name: s.instances.until_now() / length_s for name, s in self.scalers.items()}
        return Answer(self.seen, stations, messages, pairs, backlog, scaled, length_s, hits)


def at(place: Place, inside_at_start: int) -> At:
    tally = place.tally
    return At(
        tally.arrivals, tally.visits, tally.done, tally.refused, tally.failed, inside_at_start,
        int(place.in_hand.level), place.busy.until_now(), place.in_hand.until_now(),
    )  # fmt: skip


def simulate(
    network: Network,
    length_s: float,
    warm_up_s: float = 0.0,
    seed: int | str = 1,
    scenario: Scenario | None = None,
    failures: bool = False,
) -> Answer:
    """One run of a network, the same for the same seed."""
    return Oracle(network, seed, scenario, failures).run(length_s, warm_up_s)
