"""Who calls whom, how often a call of an operation: the paths of a design, followed.

This is the one reading of the path rules of the format; it knows words, not numbers. A number of
visits is a product of factors that an engine works out as it needs.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sysdesign.design.calls import Step
from sysdesign.design.component import Trait
from sysdesign.design.value import Given
from sysdesign.records import dataclass

if TYPE_CHECKING:
    from sysdesign.design.design import Design


MAX_STEPS = 20_000
"""Steps of one operation at most, its named parts spliced in; the reader refuses more."""
DEEPEST = 600
MAX_DEPTH = 500
"""Named parts inside each other at most; the reader refuses more, and parts that come back."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor on the number of visits.

    `sort` is `times` (a count), `calls` (batches, of the size `batch`, that a count fills), `share`
    (of a choose), `rest` (what the other shares leave),
    `miss` (share of calls that the cache `component` does not answer; `given` overrides its hit).
    """

    sort: str
    given: Given | None = None
    others: tuple[Given, ...] = ()
    component: str = ""
    batch: Given | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One place in the path of an operation where a component or an actor is called.

    `caller` is the component that calls, "" for whoever starts the operation. `waits` tells
    whether the operation waits for it; `optional` whether it may fail.
    """

    operation: str
    caller: str
    target: str
    step: Step
    do: str
    factors: tuple[Factor, ...]
    waits: bool = True
    optional: bool = False
    to_actor: bool = False


def visits(design: "Design") -> Mapping[str, tuple[Visit, ...]]:
    """Visits of each operation, in the order of its path."""
    return {name: tuple(_Walk(design, name).run()) for name in design.operations}


def step_do(design: "Design", step: Step) -> str:
    """What a step does: what it says, else read for stores, send for queues."""
    if step.words.do:
        return step.words.do
    part = design.components.get(step.target)
    if part is not None and part.has_trait(Trait.ASYNCHRONOUS):
        return "send"
    return "read" if part is not None and part.has_trait(Trait.STORES_DATA, Trait.CACHES) else ""


class Splicer:
    """Puts named parts of paths in the place of their names; one for each operation."""

    def __init__(self, paths: Mapping[str, tuple[Step, ...]]) -> None:
        self.paths = paths
        self.open: list[str] = []
        self.followed = 0

    def flat(self, steps: tuple[Step, ...]) -> list[Step]:
        """The list with every named part spliced in, within the bound of steps."""
        found: list[Step] = []
        for step in steps:
            self.followed += 1
            if self.followed > MAX_STEPS:
                break
            if step.form != "path":
                found.append(step)
            elif step.target not in self.open:
                self.open.append(step.target)
                found.extend(self.flat(self.paths.get(step.target, ())))
                self.open.pop()
        return found


def once_a_call(visit: Visit) -> tuple[Factor, ...]:
    """Factors on calls, where those of the visit are on items: a batch of items is one call."""
    words = visit.step.words
    if words.batch is None:
        return visit.factors
    before = visit.factors[:-1] if words.times else visit.factors
    return (*before, Factor("calls", words.times, batch=words.batch))


@dataclass(frozen=True, slots=True)
class _At:
    """Where the walk is: who calls, how often, waited for or not."""

    caller: str
    factors: tuple[Factor, ...] = ()
    waits: bool = True
    optional: bool = False


class _Walk:
    def __init__(self, design: "Design", operation: str) -> None:
        self.design = design
        self.operation = operation
        self.found: list[Visit] = []
        self.splicer = Splicer(design.paths)
        self.depth = 0

    def run(self) -> list[Visit]:
        """Visits of the operation, in the order of the path."""
        self.steps(self.design.operations[self.operation].path, _At(""))
        return self.found

    def steps(self, steps: tuple[Step, ...], at: _At) -> None:
        """Follow a list, unless it lies deeper than the reader lets pass."""
        if steps and self.depth < DEEPEST:
            self.depth += 1
            self.list(steps, at)
            self.depth -= 1

    def list(self, steps: tuple[Step, ...], at: _At) -> None:
        """Follow a list: a forwarder carries what follows it, up to the next forwarder."""
        inner, visit, followers = at, -1, 0
        for step in self.splicer.flat(steps):
            part = self.design.components.get(step.target) if step.form == "component" else None
            if part is not None and part.has_trait(Trait.FORWARDS):
                chained = inner if inner.caller != step.target else at
                here = self.call(step, chained)
                visit, followers = here, 0
                factors = once_a_call(self.found[here])
                if part.has_trait(Trait.CACHES):
                    factors = (*factors, Factor("miss", step.words.hit, component=step.target))
                inner = _At(step.target, factors, chained.waits, chained.optional)
                continue
            if visit >= 0:
                followers += 1
                if followers > 1 and not part_is_cache(self.design, inner.caller):
                    self.found.append(self.found[visit])  # one visit of the forwarder each
            self.any(step, inner)

    def any(self, step: Step, at: _At) -> None:
        """Follow one step of any form."""
        if step.form == "parallel":
            self.steps(step.calls, at)
        elif step.form == "choose":
            shares = tuple(b.share for b in step.branches if b.share)
            for branch in step.branches:
                factor = (
                    Factor("share", branch.share) if branch.share else Factor("rest", others=shares)
                )
                self.steps(
                    branch.calls, _At(at.caller, (*at.factors, factor), at.waits, at.optional)
                )
        else:
            self.call(step, at)

    def call(self, step: Step, at: _At) -> int:
        """A call of a component or an actor, and what it makes while holding on."""
        words = step.words
        part = self.design.components.get(step.target)
        do = step_do(self.design, step)
        sends = part is not None and part.has_trait(Trait.ASYNCHRONOUS)
        factors = at.factors
        if words.times:
            factors = (*factors, Factor("times", words.times))
        waits = at.waits and not words.async_ and not sends
        optional = at.optional or bool(words.optional) or words.fallback is not None
        place = len(self.found)
        self.found.append(
            Visit(self.operation, at.caller, step.target, step, do, factors, waits, optional,
                  step.form == "actor")
        )  # fmt: skip
        once = once_a_call(self.found[place])
        inside = _At(step.target if step.form == "component" else at.caller, once, waits, optional)
        self.steps(words.calls, inside)
        if words.miss:
            missed = (*factors, Factor("miss", words.hit, component=step.target))
            # The caller fills the miss; the cache does not call the store.
            self.steps(words.miss, _At(at.caller, missed, waits, optional))
        if isinstance(words.fallback, tuple):
            self.steps(words.fallback, _At(at.caller, (Factor("never"),), waits, optional))
        return place


def part_is_cache(design: "Design", component: str) -> bool:
    """Whether a component answers some calls itself."""
    part = design.components.get(component)
    return part is not None and part.has_trait(Trait.CACHES)
