"""How a call goes through the tree of its flow, node after node; `done(why)` is what comes next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any

from sysdesign.network import (
    Call,
    Choice,
    Contents,
    Delay,
    Flow,
    Hold,
    Network,
    Node,
    Nothing,
    Parallel,
    Policy,
    Repeat,
    Send,
    Sequence,
    Station,
    Visit,
)
from sysdesign.network.scenario import Cut
from tests.simulate.oracle.guards import BUDGET_S, Guarded, Pair, Switch
from tests.simulate.oracle.places import ERROR, REFUSED, TIMEOUT, Desk, Done, Place, Waiter
from tests.simulate.oracle.stores import Stores
from tests.simulate.oracle.world import World

Asks = Callable[[Any, Call, Done, Callable[[], bool]], None]
"""Whether the messages of a call find room; told once they do, or that they are refused."""

PAST = "past"
"""Why a cache that does not answer is left: its call goes on without it."""


@dataclass
class Run:
    """One call of an operation, or all runs of one message."""

    flow: Flow
    began: float
    counted: bool
    degraded: bool = False
    dropped: bool = False
    retried: int = 0
    taken: Callable[[], None] | None = None
    set_off: int = 0
    went: dict[str, int] = field(default_factory=dict)
    joined: Callable[[], None] | None = None

    def take(self) -> None:
        """Work begins: from here on the time of a message counts."""
        if self.taken is not None:
            self.taken()
            self.taken = None

    def again(self) -> None:
        """Its message is delivered once more."""
        self.retried += 1
        self.degraded = False
        self.went.clear()


@dataclass
class Scope:
    """Where in its tree a call is: what it holds, of which key it is, what went wrong beside it."""

    run: Run
    held: dict[str, tuple[Desk, int]] = field(default_factory=dict)
    keys: dict[tuple[str, int], int] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    instead: frozenset[str] = frozenset()
    past: Node | None = None
    copies: list[tuple[Desk, int]] | None = None
    copy: int = 0
    pair: tuple[str, str] = ("", "")
    at: str = ""
    fates: tuple[list[bool], ...] = ()

    @property
    def alive(self) -> bool:
        """Whether all instances live in whose hands it is."""
        return not self.run.dropped and not any(fate[0] for fate in self.fates)


class Walk:
    """Follows calls; the parts of a network that they meet."""

    def __init__(self, world: World, network: Network) -> None:
        self.world = world
        self.network = network
        self.places = {name: Place(world, one) for name, one in network.stations.items()}
        self.stores: dict[str, Stores] = {}
        self.pairs: dict[tuple[str, str, str, str], Pair] = {}
        self.cut: list[Cut] = []
        self.failing: dict[Any, float] = {}
        self.slow: dict[Any, float] = {}
        self.calls_per_s = calls_per_s(network)
        self.sent: Callable[[Run, Call], None] = lambda run, call: None
        self.asks: Asks = lambda run, call, goes, wanted: goes("")
        self.ways: dict[type[Node], Any] = {
            Nothing: lambda node, scope, done: done(""),
            Delay: self.delay,
            Visit: self.visit,
            Sequence: self.sequence,
            Parallel: self.parallel,
            Choice: self.choice,
            Repeat: self.repeat,
            Send: self.send,
            Hold: self.hold,
            Call: self.call,
        }

    def do(self, node: Node, scope: Scope, done: Done) -> None:
        if scope.alive:
            self.ways[type(node)](node, scope, done)
        elif not scope.run.dropped:  # a dead instance does nothing more but give back what it holds
            done(ERROR)

    # -- order -----------------------------------------------------------------------------------

    def delay(self, node: Delay, scope: Scope, done: Done) -> None:
        slow = self.slow.get(node.component, 1.0) if node.component else 1.0
        if node.component and node.component == scope.pair[1]:
            slow *= self.slow.get(scope.pair, 1.0)
        self.world.later(slow * self.world.draw(node.spread), lambda: done(""))

    def send(self, node: Send, scope: Scope, done: Done) -> None:
        run = scope.run
        run.set_off += 1

        def over(why: str) -> None:
            run.set_off -= 1
            if run.joined is not None:
                run.joined()

        self.do(node.inner, Scope(run, at=scope.at), over)
        done("")

    def sequence(self, node: Sequence, scope: Scope, done: Done) -> None:
        here = replace(scope, missing=set())

        def step(at: int) -> Done:
            def go_on(why: str) -> None:
                if at > 0 and at <= len(node.parts):
                    here.missing.difference_update(misses(node.parts[at - 1]))
                if why or at == len(node.parts):
                    done(why)
                else:
                    there = replace(here, instead=may_fail(node.parts, at) | scope.instead)
                    self.do(node.parts[at], there, step(at + 1))

            return go_on

        step(0)("")

    def parallel(self, node: Parallel, scope: Scope, done: Done) -> None:
        taken = [(desk, -1) for desk, _ in scope.held.values()]
        some = (*node.parts, *node.spares)
        scopes = [replace(scope, copies=taken, copy=i) for i in range(len(some))]
        if node.spares:
            self.some_of(node, list(zip(some, scopes, strict=True)), done)
        else:
            self.together(node.parts, node.wait, scopes, done)

    def some_of(self, node: Parallel, line: list[tuple[Node, Scope]], done: Done) -> None:
        """So many are asked of those in line; who fails, or is known to be down, is replaced."""
        needed = len(node.parts) if node.wait is None else min(node.wait, len(node.parts))
        first = [self.first_at(part, scope) for part, scope in line]
        before = [first[:i].count(one) for i, one in enumerate(first)]
        good = running = 0
        over = False

        def is_down(number: int) -> bool:
            """Whether all instances where it would begin are down, or wanted by those before it."""
            place = first[number]
            if place is None:
                return False
            here = place.groups[self.key(place, line[number][1])]
            up = [desk for desk in here if any(place.thought_up[m] for m in desk.members)]
            shared = place.station.policy is Policy.SHARED
            return len(up) <= (0 if shared else before[number])

        waiting = list(range(len(line)))

        def ask_next() -> None:
            nonlocal running
            while waiting:
                number = waiting.pop(0)
                if not is_down(number):
                    running += 1
                    self.do(*line[number], one)
                    return

        def one(why: str) -> None:
            nonlocal good, running
            running -= 1
            good += not why
            if why and not over:
                ask_next()
            settle(why)

        def settle(why: str) -> None:
            nonlocal over
            ends = good >= needed or good + running < needed
            if ends and not over and not beginning:
                over = True
                done("" if good >= needed else why)

        beginning = False
        if sum(not is_down(number) for number in waiting) < needed:
            done(ERROR)
            return
        beginning = True
        for _ in node.parts:
            ask_next()
        beginning = False
        settle(ERROR)

    def first_at(self, part: Node, scope: Scope) -> Place | None:
        """The station that a part begins at, once it is there; None where it has that already."""
        while isinstance(part, Sequence):
            part = next(p for p in part.parts if not isinstance(p, Delay | Nothing))
        if isinstance(part, Hold):
            return self.places[part.station]
        if isinstance(part, Visit) and part.station not in scope.held:
            return self.places[part.station]
        return None

    def together(
        self, parts: tuple[Node, ...], wait: int | None, scopes: list[Scope], done: Done
    ) -> None:
        needed = len(parts) if wait is None else min(wait, len(parts))
        good, left, over = 0, len(parts), needed == 0

        def one(why: str) -> None:
            nonlocal good, left, over
            good, left = good + (not why), left - 1
            if not over and (good >= needed or good + left < needed):
                over = True
                done("" if good >= needed else why)

        if over:
            done("")
        for part, scope in zip(parts, scopes, strict=True):
            self.do(part, scope, one)

    def choice(self, node: Choice, scope: Scope, done: Done) -> None:
        if node.why == "fallback":
            branch = node.branches[0 if node.component in scope.missing else 1]
            scope.missing.discard(node.component)
        elif node.instead and node.component in scope.missing:
            branch = node.branches[0]
        elif node.contents is not None:
            self.cached(node, node.contents, scope, done)
            return
        else:
            shares = [float(branch.share) for branch in node.branches]
            branch = self.world.dice.choices(node.branches, shares)[0]
        self.do(branch.inner, scope, done)

    def cached(self, node: Choice, words: Contents, scope: Scope, done: Done) -> None:
        """By what the cache holds, in the instance that the call went to before."""
        stores = self.stores_of(words)
        copy = scope.run.went.get(words.component)

        def fetch(fetched: Done) -> None:
            self.do(node.branches[0].inner, scope, fetched)

        if stores.ask(copy, fetch, done):
            self.do(node.branches[1].inner, scope, done)

    def stores_of(self, words: Contents) -> Stores:
        if words.name not in self.stores:
            self.stores[words.name] = Stores(self.world, words)
        return self.stores[words.name]

    def repeat(self, node: Repeat, scope: Scope, done: Done) -> None:
        width = max(int(node.at_once), 1)

        def go_on(left: int) -> Done:
            def some(why: str) -> None:
                if why or left <= 0:
                    done(why)
                else:
                    now = min(left, width)
                    self.together((node.inner,) * now, None, [scope] * now, go_on(left - now))

            return some

        go_on(self.times(node))("")

    def times(self, node: Repeat) -> int:
        """How often: drawn, or in as many batches as the items that are drawn fill."""
        if node.filled is not None:
            items = float(node.filled.items) * self.world.draw(node.filled.varies)
            return ceil(self.world.whole(items) / round(float(node.filled.batch)))
        times = float(node.times)
        return self.world.whole(
            times if node.varies is None else times * self.world.draw(node.varies)
        )

    # -- stations --------------------------------------------------------------------------------

    def enter(
        self, place: Place, scope: Scope, priority: int, done: Done
    ) -> tuple[Desk, Done] | None:
        """The desk that takes a call, and what ends it; None where it has failed already."""
        counted = self.world.counts
        tally = place.tally
        tally.arrivals += counted
        place.came += 1
        place.in_hand.change(1)

        def left(why: str) -> None:
            if counted:
                tally.done += not why
                tally.refused += why == REFUSED
                tally.failed += bool(why) and why != REFUSED
            place.in_hand.change(-1)
            done(why)

        failing = self.failing.get(place.station.name, 0.0)
        if failing and self.world.dice.random() < failing:
            left(ERROR)
        elif not place.allows():
            left(REFUSED)
        else:
            others = [desk for desk, copy in scope.copies or () if copy != scope.copy]
            desk = place.choose(self.key(place, scope), others)
            if desk is not None:
                scope.run.went[place.station.component] = desk.members[0] % place.each_group
                if scope.copies is not None:
                    scope.copies.append((desk, scope.copy))
                desk.in_hand += 1

                def leaves(why: str) -> None:
                    desk.in_hand -= 1
                    left(why)

                return desk, leaves
            left(ERROR)
        return None

    def key(self, place: Place, scope: Scope) -> int:
        """The group of the key of this call, the same at all stations of a component."""
        name = (place.station.component, place.shares)
        if name not in scope.keys:
            scope.keys[name] = place.group()
        return scope.keys[name]

    def visit(self, node: Visit, scope: Scope, done: Done) -> None:
        place, priority = self.places[node.station], priority_of(scope.run.flow)
        seconds = sum(
            self.world.draw(node.work) for _ in range(self.world.whole(float(node.items)))
        )
        if place.station.component == scope.pair[1]:
            seconds *= self.slow.get(scope.pair, 1.0)
        mine = scope.held.get(node.station)
        if mine is None and self.is_away(place, scope):
            done(ERROR)
            return
        place.tally.visits += self.world.counts
        done = self.passing(place, scope, done)
        if mine is None:
            entered = self.enter(place, scope, priority, done)
            if entered is None:
                return
            desk, done = entered
        else:
            desk = mine[0]
        if place.station.queues:
            place.work(desk, seconds, priority, done, scope.run.take, scope.run)
        else:
            scope.run.take()
            place.pass_by(desk, seconds, done)

    def passing(self, place: Place, scope: Scope, done: Done) -> Done:
        """A call goes past a cache that does not answer, where callers do so."""
        if scope.past is None or place.station.component != scope.pair[1]:
            return done
        return lambda why: done(PAST if why else "")

    def hold(self, node: Hold, scope: Scope, done: Done) -> None:
        place, priority = self.places[node.station], priority_of(scope.run.flow)
        if self.is_away(place, scope):
            done(ERROR)
            return
        entered = self.enter(place, scope, priority, self.passing(place, scope, done))
        if entered is None:
            return
        desk, leaves = entered

        def begin(member: int) -> None:
            fate = [False]
            kills = desk.kills.setdefault(member, [])

            def end(why: str) -> None:
                if not fate[0]:
                    fate[0] = True
                    kills.remove(kill)
                    desk.slots.give_back(member)
                    leaves(why)

            def kill() -> None:
                end(ERROR)

            kills.append(kill)
            held = {**scope.held, node.station: (desk, member)}
            inner = replace(scope, held=held, fates=(*scope.fates, fate))
            self.do(node.inner, inner, end)

        desk.slots.take(Waiter(begin, leaves, priority, self.world.now, run=scope.run))

    # -- calls -----------------------------------------------------------------------------------

    def pair_of(self, node: Call) -> Pair:
        name = (node.caller, node.from_place, node.target, node.place)
        if name not in self.pairs:
            words = node.guard.breaker
            self.pairs[name] = Pair(self.world, Switch(self.world, words) if words else None)
        return self.pairs[name]

    def call(self, node: Call, scope: Scope, done: Done) -> None:
        guard, run = node.guard, scope.run
        budget = guard.retry.budget if guard.retry else None
        pair_rate = self.calls_per_s.get((node.caller, node.from_place, node.target, node.place))
        most = max(BUDGET_S * float(budget or 0.0) * (pair_rate or 0.0), 1.0)

        def ended(why: str) -> None:
            if not why:
                self.sent(run, node)
            elif guard.optional:
                run.degraded = True
                scope.missing.add(node.target)
            elif node.target in scope.instead:
                scope.missing.add(node.target)
                why = ""
            done("" if guard.optional else why)

        def again() -> None:
            run.retried += 1

        keys: dict[tuple[str, int], int] = {}  # every attempt is for the same ones

        def inner(answer: Done) -> None:
            here = replace(scope, keys=keys, missing=set(), copies=None, instead=frozenset(),
                           pair=(node.caller, node.target), at=node.place or scope.at,
                           past=own_miss(node.inner, node.target))  # fmt: skip

            def answered(why: str) -> None:
                if why == PAST and here.past is not None:
                    self.do(here.past, replace(here, past=None), answer)
                else:
                    answer(why)

            attempt: Any = getattr(answer, "__self__", None)
            self.ask(node, here, answered, lambda: not attempt.ended)

        Guarded(
            self.world, node, self.pair_of(node), inner, lambda: scope.alive, again, ended, most
        )

    def ask(
        self, node: Call, scope: Scope, answer: Done, wanted: Callable[[], bool]
    ) -> None:  # fmt: skip
        """Send the call on its way, if the way is there."""
        ends = (node.caller, node.target)
        if self.is_cut(node):
            if node.guard.timeout_s is None:
                self.do(way_of(node), scope, lambda why: answer(ERROR))
            return
        if self.world.dice.random() < self.failing.get(ends, 0.0):
            answer(ERROR)
            return

        def served(why: str) -> None:
            if why:
                answer(why)
            else:
                self.asks(scope.run, node, answer, wanted)

        self.do(node.inner, scope, served)

    def forget(self, run: Run) -> None:
        """A run that waits anywhere waits no more."""
        for place in self.places.values():
            for group in place.groups:
                for desk in group:
                    for pool in (desk.servers, desk.slots):
                        for one in [w for w in pool.line if w.run is run]:
                            pool.line.remove(one)
                            one.done(REFUSED)

    def is_away(self, place: Place, scope: Scope) -> bool:
        """Whether a copy at another place cannot be reached from where the call is answered."""
        ends = {scope.at, place.station.place}
        if len(ends) < 2 or "" in ends:
            return False
        return any(cut.places and {cut.a, cut.b} == ends for cut in self.cut)

    def is_cut(self, node: Call) -> bool:
        """Whether a way that is cut lies between caller and target."""
        for cut in self.cut:
            if cut.places and not cut.a:
                if node.place == cut.b and node.from_place != cut.b:
                    return True
                continue
            if cut.places and {cut.a, cut.b} == {node.from_place, node.place}:
                return True
            if not cut.places and cut.a in (node.caller, "any") and cut.b in (node.target, "any"):
                return True
        return False


def misses(node: Node) -> set[str]:
    """The cache that a part of a sequence says what to do about when it does not answer."""
    inner = node.inner if isinstance(node, Repeat) else node
    if isinstance(inner, Choice) and inner.why == "miss" and inner.instead:
        return {inner.component}
    return set()


def may_fail(parts: tuple[Node, ...], at: int) -> frozenset[str]:
    """Caches whose calls in a part may fail, because a later one says what is done then."""
    found = set()
    asked: set[str] = set()
    for part in parts[at + 1 :]:
        found |= misses(part) - asked
        inner = part.inner if isinstance(part, Repeat) else part
        if isinstance(inner, Call):
            asked.add(inner.target)
        if isinstance(inner, Choice) and inner.why == "place":
            asked.add(inner.component)
    return frozenset(found)


def own_miss(node: Node, target: str) -> Node | None:
    """What a cache that passes calls on does on a miss, where callers can do without it."""
    if isinstance(node, Choice):
        here = node.why == "miss" and node.instead and node.component == target
        return node.branches[0].inner if here else None
    if isinstance(node, Hold):
        return own_miss(node.inner, target)
    for part in node.parts if isinstance(node, Sequence) else ():
        found = own_miss(part, target)
        if found is not None:
            return found
    return None


def way_of(node: Call) -> Node:
    """The network time of a call: what its inner part begins with."""
    first = node.inner.parts[0] if isinstance(node.inner, Sequence) else node.inner
    return first if isinstance(first, Delay) else Nothing()


def priority_of(flow: Flow) -> int:
    """1 is served first; 5 where nothing is said."""
    return int(getattr(flow, "priority", 5) or 5)


def calls_per_s(network: Network) -> dict[tuple[str, str, str, str], float]:
    """Calls of each pair, by first attempts."""
    from sysdesign.network import expected

    found: dict[tuple[str, str, str, str], float] = {}
    for flow in network.flows:
        for node, count in expected(flow.root):
            if isinstance(node, Call):
                name = (node.caller, node.from_place, node.target, node.place)
                found[name] = found.get(name, 0.0) + float(flow.rate_per_s) * float(count)
    return found


__all__ = ["TIMEOUT", "Run", "Scope", "Station", "Walk"]
