"""Mean time of a call on an idle system: own work along the path, no network, no waiting."""

from sysdesign.design import Component, Step, Trait
from sysdesign.design.graph import step_do
from sysdesign.estimate.ledger import Ledger, Made, maker
from sysdesign.estimate.load import hit_of
from sysdesign.figures import Term
from sysdesign.quantity import Quantity, Uncertain, add, divide, exact, maximum, multiply, subtract

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
    term = Term(Quantity(value, unit.dimension), _FORMULA, _FORMULA, inputs)
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
        self._paths: dict[str, Uncertain | None] = {}

    def steps(self, steps: tuple[Step, ...]) -> Uncertain | None:
        """A list: one after another; behind a CDN only what it misses."""
        total, share = _ZERO, _ONE
        for step in steps:
            time = self.step(step)
            if time is None:
                return None
            total = add(total, multiply(share, time))
            part = self.ledger.design.components.get(step.target)
            if part is not None and Trait.CACHES in part.traits and Trait.FORWARDS in part.traits:
                missed = self.missed(step)
                if missed is None:
                    return None
                share = multiply(share, missed)
        return total

    def step(self, step: Step) -> Uncertain | None:
        """One step of any form."""
        match step.form:
            case "actor":
                return _ZERO
            case "path":
                return self.path(step.target)
            case "parallel":
                times = [self.step(s) for s in step.calls]
                known = [t for t in times if t is not None]
                return maximum([_ZERO, *known]) if len(known) == len(times) else None
            case "choose":
                return self.choice(step)
        return _ZERO if step.words.async_ else self.call(step)

    def path(self, name: str) -> Uncertain | None:
        """A named part, added up once."""
        if name not in self._paths:
            self._paths[name] = None
            self._paths[name] = self.steps(self.ledger.design.paths.get(name, ()))
        return self._paths[name]

    def choice(self, step: Step) -> Uncertain | None:
        """Branches by their shares; the last share may be what is left."""
        total, left = _ZERO, _ONE
        for branch in step.branches:
            share = self.amount(self.ledger.amount(branch.share)) if branch.share else left
            time = self.steps(branch.calls)
            if share is None or time is None:
                return None
            left = subtract(left, share)
            total = add(total, multiply(share, time))
        return total

    def call(self, step: Step) -> Uncertain | None:
        """Own work of each item, what the call makes, and its share of misses."""
        part = self.ledger.design.components.get(step.target)
        work = self.work(step, part) if part is not None else None
        inner = self.steps(step.words.calls)
        if work is None or inner is None:
            return None
        rounds = self.rounds(step)
        if rounds is None:
            return None
        total = add(multiply(work, rounds), inner)
        if step.words.miss:
            miss, share = self.steps(step.words.miss), self.missed(step)
            if miss is None or share is None:
                return None
            total = add(total, multiply(share, miss))
        return total

    def work(self, step: Step, part: Component) -> Uncertain | None:
        """Mean own time of one item."""
        do = step_do(self.ledger.design, step)
        own = step.words.work.get(do) or step.words.work.get("")
        given = own or part.work_for(do)
        if own is None and not part.has("work") and "work" in part.defaults:
            default = part.defaults["work"]
            self.defaults.append(f"{step.target}.work = {default.text} ({default.source})")
        return self.amount(self.ledger.amount(given))

    def rounds(self, step: Step) -> Uncertain | None:
        """How many items one after another."""
        if step.words.times is None:
            return _ONE
        items = self.amount(self.ledger.amount(step.words.times))
        if step.words.at_once is None or items is None:
            return items
        at_once = self.amount(self.ledger.amount(step.words.at_once))
        return divide(items, at_once) if at_once is not None else None

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
