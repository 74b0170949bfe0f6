"""Mean time of a call on an idle system: own work along the path, no network, no waiting."""

from sysdesign.design import Component, Step, Trait
from sysdesign.design.graph import DEEPEST, Splicer, step_do
from sysdesign.estimate.in_batches import calls
from sysdesign.estimate.ledger import Ledger, Made, maker
from sysdesign.estimate.load import hit_of
from sysdesign.figures import Term, written
from sysdesign.quantity import (
    Quantity,
    Uncertain,
    add,
    divide,
    exact,
    maximum,
    minimum,
    multiply,
    pointwise,
    show,
    subtract,
)
from sysdesign.quantity import total as sum_of

SHOWN = 12
_ZERO, _ONE = exact(0.0), exact(1.0)
_FORMULA = "mean own work along the path"


@maker("operation", "own_time")
def own_time(ledger: Ledger, name: str, _: str) -> Made | None:
    """Mean own work of a call, put together along its path."""
    operation = ledger.design.operations[name]
    clock = _Clock(ledger)
    value = clock.steps(operation.path)
    if value is None or not operation.path:
        return None
    unit = ledger.units.parse("s")
    inputs = tuple(dict.fromkeys(clock.inputs))
    works = list(dict.fromkeys(clock.works))
    more = f" and {len(works) - SHOWN} more" if len(works) > SHOWN else ""
    shown = f"of {', '.join(works[:SHOWN])}{more}" if works else _FORMULA
    term = written(Quantity(value, unit.dimension), _FORMULA, shown, inputs)
    notes = ("a sequence adds, parallel takes the longest, a miss counts by its share",)
    return Made(term, f"own time of a call of {name}, idle", None, operation.at("path"),
                defaults=tuple(dict.fromkeys(clock.defaults)), notes=notes)  # fmt: skip


class _Clock:
    """Adds up the steps of one operation; remembers what was used and what was taken unsaid.

    Each method gives seconds, or None where the file does not say enough.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.inputs: list[str] = []
        self.defaults: list[str] = []
        self.works: list[str] = []
        self.depth = 0
        self.splicer = Splicer(ledger.design.paths)

    def steps(self, steps: tuple[Step, ...]) -> Uncertain | None:
        """A list, unless it lies deeper than the reader lets pass."""
        if self.depth >= DEEPEST:
            return None
        self.depth += 1
        time = self.list(steps)
        self.depth -= 1
        return time

    def list(self, steps: tuple[Step, ...]) -> Uncertain | None:
        """A list: one after another; a forwarder carries each that follows, a CDN its misses."""
        total, share, again = _ZERO, _ONE, _ZERO
        forwarder, followers = "", 0
        for step in self.splicer.flat(steps):
            part = self.ledger.design.components.get(step.target)
            forwards = (
                step.form == "component" and part is not None and part.has_trait(Trait.FORWARDS)
            )
            if forwards and step.target == forwarder:
                share = _ONE  # named again it starts anew
            time = self.step(step)
            if time is None:
                return None
            total = add(total, multiply(share, time))
            if forwards and part is not None:
                carried, work = self.carried(step, part), self.own(step, part)
                if carried is None or work is None:
                    return None
                forwarder, followers = step.target, 0
                again = _ZERO if part.has_trait(Trait.CACHES) else multiply(share, work)
                share = multiply(share, carried)
            elif forwarder:
                followers += 1
                total = add(total, again) if followers > 1 else total
        return total

    def carried(self, step: Step, part: Component) -> Uncertain | None:
        """How often a forwarder passes on: each of its calls, a CDN those it misses."""
        calls = self.calls(step)
        missed = self.missed(step) if part.has_trait(Trait.CACHES) else _ONE
        return None if calls is None or missed is None else multiply(calls, missed)

    def step(self, step: Step) -> Uncertain | None:
        """One step of any form."""
        match step.form:
            case "actor" | "path":
                return _ZERO
            case "parallel":
                return self.parallel(step)
            case "choose":
                return self.choice(step)
        part = self.ledger.design.components.get(step.target)
        if part is None:
            return None
        sent = step.words.async_ or part.has_trait(Trait.ASYNCHRONOUS)
        return _ZERO if sent else self.call(step, part)

    def parallel(self, step: Step) -> Uncertain | None:
        """The longest of all, or of so many as are waited for."""
        times = [self.steps((s,)) for s in step.calls]
        known = [t for t in times if t is not None]
        if len(known) < len(times):
            return None
        wait = str(step.wait or "all")
        counts = {"all": len(known), "any": 1}
        count = counts[wait] if wait in counts else int(wait)
        if not known or count >= len(known):
            return maximum([_ZERO, *known])
        return minimum(known) if count == 1 else pointwise(lambda v: sorted(v)[count - 1], *known)

    def choice(self, step: Step) -> Uncertain | None:
        """Branches by their shares; one may take what the others leave."""
        shares = [self.amount(self.ledger.amount(b.share)) for b in step.branches if b.share]
        known = [share for share in shares if share is not None]
        if len(known) < len(shares):
            return None
        rest, total = subtract(_ONE, sum_of(known)), _ZERO
        for branch in step.branches:
            share = known.pop(0) if branch.share else rest
            time = self.steps(branch.calls)
            if time is None:
                return None
            total = add(total, multiply(share, time))
        return total

    def call(self, step: Step, part: Component) -> Uncertain | None:
        """Own work of its items, what its calls make, and its share of misses."""
        work, inner = self.own(step, part), self.steps(step.words.calls)
        rounds, calls = self.rounds(step), self.calls(step)
        if work is None or inner is None or rounds is None or calls is None:
            return None
        total = add(work, multiply(calls, inner))
        if step.words.miss:
            miss, share = self.steps(step.words.miss), self.missed(step)
            if miss is None or share is None:
                return None
            total = add(total, multiply(multiply(rounds, share), miss))
        return total

    def own(self, step: Step, part: Component) -> Uncertain | None:
        """Own work of the items of a step."""
        work, rounds = self.work(step, part), self.rounds(step)
        if work is None or rounds is None:
            return None
        seconds = show(work, self.ledger.units.parse("s").dimension)
        once = rounds.is_exact and rounds.median == 1
        self.works.append(f"{'' if once else f'{rounds.median:.3g} × '}{step.target} {seconds}")
        return multiply(work, rounds)

    def work(self, step: Step, part: Component) -> Uncertain | None:
        """Mean own time of one item."""
        do = step_do(self.ledger.design, step)
        here = step.words.work
        own = here.get(do) or here.get(do.split("_")[0]) or here.get("")
        given = own or part.work_for(do)
        if given is not None and own is None and given not in part.work.values():
            default = part.defaults["work"]
            self.defaults.append(f"{step.target}.work = {default.text} ({default.source})")
        return self.amount(self.ledger.amount(given))

    def rounds(self, step: Step) -> Uncertain | None:
        """How many items one after another; fewer than go at once take one round."""
        if step.words.times is None:
            return _ONE
        return self.one_by_one(step, self.ledger.amount(step.words.times))

    def calls(self, step: Step) -> Uncertain | None:
        """How many calls one after another: items of one batch go in one call."""
        if step.words.batch is None:
            return self.rounds(step)
        return self.one_by_one(step, calls(self.ledger, step.words.times, step.words.batch))

    def one_by_one(self, step: Step, count: Term | None) -> Uncertain | None:
        """How many of so many one after another."""
        many = self.amount(count)
        if step.words.at_once is None or many is None:
            return many
        at_once = self.amount(self.ledger.amount(step.words.at_once))
        if at_once is None:
            return None
        return maximum([divide(many, at_once), minimum([many, _ONE])])

    def missed(self, step: Step) -> Uncertain | None:
        """Share of calls that a cache does not answer."""
        hit: Term | None
        if step.words.hit is not None:
            hit = self.ledger.amount(step.words.hit)
        else:
            found = hit_of(self.ledger, step.target)
            hit = found[0] if found else None
            if found and found[1]:
                self.defaults.append(found[1])
        value = self.amount(hit)
        return None if value is None else subtract(_ONE, value)

    def amount(self, term: Term | None) -> Uncertain | None:
        """Value of a term; its inputs are remembered."""
        if term is None:
            return None
        self.inputs.extend(term.inputs)
        return term.value
