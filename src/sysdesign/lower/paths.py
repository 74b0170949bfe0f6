"""The path of an operation, followed from one origin: steps become a tree of calls.

Who calls whom is decided as in `design.graph`, which counts; a test holds the two together.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from sysdesign.design import Given, Operation, Step, Trait
from sysdesign.design.graph import Splicer, step_do
from sysdesign.formulas.filled import batches, batches_that_vary
from sysdesign.formulas.fitting import known_law
from sysdesign.formulas.number import where
from sysdesign.kinds.lowering import (
    NOTHING,
    Ask,
    in_order,
    middle,
)
from sysdesign.lower.carrier import Carrier
from sysdesign.lower.contents import contents
from sysdesign.lower.lacks import LacksError
from sysdesign.lower.part import apart, waiting
from sysdesign.lower.parts import Parts
from sysdesign.network import (
    Attempts,
    Branch,
    Call,
    Choice,
    Filled,
    Hold,
    Node,
    Nothing,
    Number,
    Parallel,
    Repeat,
    Send,
    Spread,
)
from sysdesign.records import dataclass


@dataclass(frozen=True, slots=True)
class At:
    """Where the walk is: who calls, from which place.

    `outer`: the actor calls, or whoever starts the operation. `passes`: what is called is the
    operation itself on its way in, so that its bytes go along.
    """

    caller: str
    place: str
    outer: bool = False
    passes: bool = False
    route: str = ""


@dataclass(frozen=True, slots=True)
class Often:
    """Calls of a step, on average, how many of them go at once, and items of each."""

    calls: Number
    at_once: Number
    items: Number = 1.0
    varies: Spread | None = None
    filled: Filled | None = None

    def of(self, node: Node) -> Node:
        """A node so many times."""
        if isinstance(node, Nothing) or (
            isinstance(self.calls, float) and self.calls == 1.0 and self.varies is None
        ):
            return node
        return Repeat(node, self.calls, self.at_once, self.varies, self.filled)


class Path:
    """One operation from one origin."""

    def __init__(self, parts: Parts, carrier: Carrier, name: str, origin: str) -> None:
        self.parts = parts
        self.design = parts.design
        self.numbers = parts.numbers
        self.words = parts.words
        self.carrier = carrier
        self.name = name
        self.operation: Operation = parts.design.operations[name]
        self.origin = origin
        self.splicer = Splicer(parts.design.paths)
        self.by_client = parts.design.conventions.measure == "client"

    def root(self) -> Node:
        """The whole tree of a call.

        Raises
        ------
        LacksError
            naming what the file does not say.
        """
        if not self.operation.path:
            raise LacksError(f"path of {self.name}")
        start = At("", self.origin, outer=True, passes=True)
        node = in_order(*self.steps(self.operation.path, start))
        if self.by_client and self.operation.actor:
            node = in_order(self.carrier.last_mile(self.operation, self.origin), node)
        guard = self.words.actors_guard(self.operation)
        return node if guard == Attempts() else Call("", "", node, guard)

    # -- lists -----------------------------------------------------------------------------------

    def steps(self, steps: tuple[Step, ...], at: At) -> list[Node]:
        """A list of steps, its named parts spliced in."""
        return self.listed(self.splicer.flat(steps), at)

    def listed(self, steps: Sequence[Step], at: At) -> list[Node]:
        """A flat list: each node is a step, or a forwarder with all that it carries."""
        nodes: list[Node] = []
        while steps:
            reach = self.reach(steps)
            if reach > 1 or self.forwards(steps[0]):
                nodes.extend(self.forward(steps[:reach], at))
            else:
                nodes.append(self.any(steps[0], at))
            at = self.routed(steps[0], at)
            steps = steps[reach:]
        return nodes

    def forwards(self, step: Step) -> bool:
        """Whether a step passes calls on to what follows it."""
        part = self.design.components.get(step.target) if step.form == "component" else None
        return part is not None and part.has_trait(Trait.FORWARDS)

    def reach(self, steps: Sequence[Step]) -> int:
        """How many steps from the first on a forwarder carries, itself and others included.

        One that is named again right after its own steps starts anew.
        """
        if not self.forwards(steps[0]):
            return 1
        last = steps[0].target
        for i, step in enumerate(steps[1:], 1):
            if self.forwards(step):
                if step.target == last:
                    return i
                last = step.target
        return len(steps)

    def routed(self, step: Step, at: At) -> At:
        """A name service that an actor asks sends it to a place by its own `route`."""
        part = self.design.components.get(step.target)
        if not at.outer or part is None or part.route is None or self.forwards(step):
            return at
        return replace(at, route=str(part.route))

    def forward(self, steps: Sequence[Step], at: At) -> list[Node]:
        """A forwarder carries each step up to the next forwarder in a visit of its own.

        One that answers by itself is asked once, and carries all of them on a miss.
        """
        head, rest = steps[0], steps[1:]
        if self.design.components[head.target].has_trait(Trait.CACHES):

            def carried(here: At) -> list[Node]:
                return [self.missed(head, self.listed(rest, here), here.place)]

            return [self.call(head, at, carried)]
        own = next((i for i, step in enumerate(rest) if self.forwards(step)), len(rest))
        cuts = [*range(1, own), len(rest)] if rest else [0]
        visits, start = [], 0
        for cut in cuts:
            carried = partial(self.listed, rest[start:cut])
            visits.append(self.call(head, at, carried, again=start > 0))
            start = cut
        return visits

    # -- one step --------------------------------------------------------------------------------

    def any(self, step: Step, at: At) -> Node:
        """A step of any form."""
        if step.form == "parallel":
            return self.parallel(step, at)
        if step.form == "choose":
            return self.choose(step, at)
        return self.push(step, at) if step.form == "actor" else self.call(step, at)

    def parallel(self, step: Step, at: At) -> Node:
        """All at once; goes on when as many are done as it waits for."""
        nodes = self.branches(step.calls, at)
        if not nodes:
            return NOTHING
        word = str(step.wait or "all")
        wait = {"all": len(nodes), "any": 1}.get(word) or int(word)
        return Parallel(tuple(nodes), wait if wait < len(nodes) else None)

    def branches(self, steps: tuple[Step, ...], at: At) -> list[Node]:
        """Each step for itself, a named part of a path in its order; but forwarders carry."""
        if any(map(self.forwards, Splicer(self.design.paths).flat(steps))):
            return self.steps(steps, at)
        return [in_order(*self.steps((step,), at)) for step in steps]

    def choose(self, step: Step, at: At) -> Node:
        """One way of several by their shares; one may take what the others leave."""
        shares = [self.number(b.share, "a share") for b in step.branches if b.share]
        rest: Number = 1.0 - sum(shares)
        branches = []
        for branch in step.branches:
            share = shares.pop(0) if branch.share else rest
            branches.append(Branch(share, in_order(*self.steps(branch.calls, at))))
        if all(b.share for b in step.branches) and middle(rest) > 1e-9:
            branches.append(Branch(rest, NOTHING))
        return Choice(tuple(branches), "choose")

    def push(self, step: Step, at: At) -> Node:
        """What is sent to an actor over a connection that is open."""
        way = self.carrier.to_actor(step, at.place) if self.by_client else NOTHING
        guard = self.words.guard(at.caller, step.target, step)
        often = self.often(step)
        inner = in_order(*self.steps(step.words.calls, at))
        call = Call(at.caller, step.target, in_order(way, inner), guard, items=often.items,
                    from_place=at.place)  # fmt: skip
        return self.sent(step, at, often.of(call))

    def call(
        self, step: Step, at: At,
        carried: Callable[[At], list[Node]] | None = None, *, again: bool = False,
    ) -> Node:  # fmt: skip
        """A call of a component, as often as the step says, with what its caller does on a miss.

        `carried` is what it passes on; `again` tells that its own calls were made before.
        """
        often = self.often(step)
        ask = self.ask(step, at, often.items)
        branches, places = [], self.parts.lowered(step.target).where(ask)
        for share, place in places:
            here = At(step.target, place, passes=at.passes and self.forwards(step))
            aside = replace(here, passes=False)
            inner = [] if again else self.steps(step.words.calls, aside)
            node = self.attempt(step, at, ask, place, [*inner, *(carried(here) if carried else ())])
            branches.append(Branch(share, node))
        one = branches[0].inner
        node = one if len(branches) == 1 else Choice(tuple(branches), "place", step.target)
        if not again:
            place = places[0][1] if len(places) == 1 else ""
            node = in_order(node, self.on_miss(step, at, often, place), self.fallback(step, at))
        return self.sent(step, at, often.of(node))

    def ask(self, step: Step, at: At, items: Number) -> Ask:
        """What a step wants of a component."""
        do = step_do(self.design, step)
        part = self.parts.part(step.target)
        called = at.outer and self.operation.actor
        route = str(part.component.route or at.route or "nearest") if called else ""
        work = part.work_of(do, dict(step.words.work))
        return Ask(do, work, items, at.place, str(step.words.read_from or ""), route)

    def attempt(self, step: Step, at: At, ask: Ask, place: str, inner: list[Node]) -> Node:
        """One guarded call: the way there, what it waits for, and what is done there."""
        target = step.target
        served = self.parts.lowered(target).serve(ask, place, in_order(*inner))
        if step.words.lock:
            served = Hold(self.carrier.lock(step).name, served)
        way = NOTHING if at.outer else self.way(at, target, place)
        if at.outer and self.by_client and self.operation.actor:
            way = self.carrier.from_actor(self.operation, self.origin, place)
        named = self.named(at)
        sizes = (self.operation, self.origin) if at.passes else None
        carried = self.carrier.transfer(named, at.place, step, ask, place, sizes)
        linked = self.carrier.linked(named, at.place, step, in_order(way, carried, served))
        guard = self.words.guard(named, target, step)
        return Call(at.caller, target, linked, guard, place, ask.do, ask.items, at.place)

    def named(self, at: At) -> str:
        """Who calls, as links name it: a component, the actor, or nobody."""
        return str(self.operation.actor or "") if at.outer else at.caller

    def way(self, at: At, target: str, place: str) -> Node:
        """Network between two components."""
        parts, geography = self.design.components, self.parts.geography
        if at.place != place:
            return apart(geography, at.place, place)
        return waiting(geography.within_s(parts[at.caller], parts[target], place))

    # -- how often -------------------------------------------------------------------------------

    def often(self, step: Step) -> Often:
        """How often a step is done: a batch of items is one call, with one round trip.

        So are a pipeline, a multi-get, a batch of messages; see `formulas.filled`.
        """
        words = step.words
        items = self.number(words.times, "times") if words.times else 1.0
        at_once = self.number(words.at_once, "at_once") if words.at_once else 1.0
        varies = self.varies(words.times)
        if words.batch is None:
            return Often(items, at_once, varies=varies)
        batch = self.number(words.batch, "batch")
        shape = None
        if varies is not None:
            shape = known_law(varies.family or None, varies.scv, varies.p99_over_mean)
        calls = batches(items, batch, shape)
        each = items / where(calls > 0.0, calls, 1.0)
        if varies is None or shape is None or shape.scv == 0:
            return Often(calls, at_once, each)
        scv = batches_that_vary(middle(items), middle(batch), shape)[1]
        alike = "lognormal" if varies.p99_over_mean and not varies.family else varies.family
        spread = Spread(1.0, scv=scv, family="lognormal" if alike == "lognormal" else "")
        return Often(calls, at_once, each, spread, Filled(items, batch, varies))

    def varies(self, times: Given | None) -> Spread | None:
        """The shape of a count that differs from call to call."""
        shape = self.numbers.spread(times)
        if shape and (shape.p99_over_mean or shape.scv or shape.family):
            return replace(shape, mean_s=1.0)
        return None

    def sent(self, step: Step, at: At, node: Node) -> Node:
        """Not waited for, where a word says so."""
        return Send(node) if self.words.said(self.named(at), step.target, step, "async_") else node

    def missed(self, step: Step, nodes: list[Node], place: str) -> Node:
        """What is done for the share of calls that a cache at a place does not answer."""
        hit = self.number(step.words.hit, "hit") if step.words.hit else None
        if hit is None:
            hit = self.parts.lowered(step.target).hit
        if hit is None:
            raise LacksError(f"hit of {step.target}")
        branches = (Branch(1.0 - hit, in_order(*nodes)), Branch(hit, NOTHING))
        goes_on = self.design.components[step.target].when_down != "fail"
        part, lowered = self.parts.part(step.target), self.parts.lowered(step.target)
        held = contents(part, lowered, step, hit, place)
        return Choice(branches, "miss", step.target, instead=goes_on, contents=held)

    def on_miss(self, step: Step, at: At, often: Often, place: str) -> Node:
        """The caller fills what the cache lacks, item by item."""
        if not step.words.miss:
            return NOTHING
        node = self.missed(step, self.steps(step.words.miss, at), place)
        if isinstance(often.items, float) and often.items == 1.0:
            return node
        return Repeat(node, often.items, often.at_once)

    def fallback(self, step: Step, at: At) -> Node:
        """What is done instead when a call fails; how often that is, an engine finds out."""
        if not isinstance(step.words.fallback, tuple):
            return NOTHING
        instead = in_order(*self.steps(step.words.fallback, at))
        return Choice((Branch(0.0, instead), Branch(1.0, NOTHING)), "fallback", step.target)

    def number(self, given: Given | None, what: str) -> Number:
        """A number of the path.

        Raises
        ------
        LacksError
            where it cannot be worked out.
        """
        value = self.numbers.value(given)
        if value is None:
            raise LacksError(f"{what} in the path of {self.name}")
        return value
