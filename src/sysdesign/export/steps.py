"""The path of each operation as a sequence: who calls whom, in blocks.

Who calls and how often is read from the visits of the design; what stands here is only the
structure. Both go through a path in the same order: a visit for each call, then the calls it makes
meanwhile, those of a miss, those of a failure.
"""

from collections.abc import Iterator

from sysdesign.design import Factor, Operation, Step, Trait, Visit
from sysdesign.design.graph import Splicer, part_is_cache
from sysdesign.estimate.load import hit_of, times
from sysdesign.export.model import Block, Item, Message, Sequence, Sort, Way
from sysdesign.export.rates import shown_share, total_rate
from sysdesign.export.relations import is_asynchronous, source_of, spoken
from sysdesign.export.text import joined, plain
from sysdesign.figures.term import product
from sysdesign.lower.words import Words
from sysdesign.quantity import show
from sysdesign.study import Study
from sysdesign.study.numbers import Medians


def sequences(study: Study) -> tuple[Sequence, ...]:
    """The sequence of every operation, in the order of the file."""
    return tuple(_Walk(study, name).sequence() for name in study.design.operations)


class _Walk:
    """Goes through one path, taking its visits one by one."""

    def __init__(self, study: Study, operation: str) -> None:
        self.study = study
        self.name = operation
        self.said: Operation = study.design.operations[operation]
        self.splicer = Splicer(study.design.paths)
        self.words = Words(study.design, Medians(study.estimate))
        made = study.visits[operation]
        # A forwarder is visited once for each step it carries: the same visit, several times.
        self.often: dict[int, int] = {}
        for visit in made:
            self.often[id(visit)] = self.often.get(id(visit), 0) + 1
        self.left: Iterator[Visit] = iter({id(visit): visit for visit in made}.values())

    def sequence(self) -> Sequence:
        """The whole operation."""
        items = self.steps(self.said.path)
        title = plain(self.said.api) or self.name
        reply = plain(self.said.returns) if self.said.actor and items else ""
        return Sequence(self.name, title, self.starts(), items, reply)

    def starts(self) -> str:
        """What sets it off, where no actor does."""
        trigger = self.said.trigger
        if trigger is None:
            return ""
        if trigger.every:
            return f"every {plain(trigger.every.text)}"
        if trigger.join:
            return f"once all messages of one {trigger.join} came"
        if trigger.changes:
            return f"changes of {trigger.of or trigger.changes}"
        return f"messages of {trigger.from_}" if trigger.from_ else ""

    def steps(self, steps: tuple[Step, ...]) -> tuple[Item, ...]:
        """Steps one after another; what follows a forwarder that caches is its miss."""
        flat = self.splicer.flat(steps)
        found: list[list[Item]] = [[]]
        carried: list[str] = []
        for step in flat:
            found[-1].extend(self.one(step))
            caches = self.forwards(step) and part_is_cache(self.study.design, step.target)
            if caches and step is not flat[-1]:
                found.append([])
                carried.append(step.target)
        return _nested(found, [self.missed(cache) for cache in carried])

    def forwards(self, step: Step) -> bool:
        """Whether a step passes calls on to what follows it."""
        part = self.study.design.components.get(step.target) if step.form == "component" else None
        return part is not None and part.has_trait(Trait.FORWARDS)

    def one(self, step: Step) -> tuple[Item, ...]:
        """A step of any form."""
        if step.form == "parallel":
            return self.parallel(step)
        if step.form == "choose":
            labels = self.shares(step)
            ways = [Way(label, self.steps(branch.calls))
                    for label, branch in zip(labels, step.branches, strict=True)]  # fmt: skip
            return (Block(Sort.CHOICE, tuple(ways)),) if ways else ()
        return self.call(step)

    def parallel(self, step: Step) -> tuple[Item, ...]:
        """Each step in a way of its own, a named part in its order; but forwarders carry."""
        flat = Splicer(self.study.design.paths).flat(step.calls)
        if any(map(self.forwards, flat)):
            return self.steps(step.calls)
        ways = tuple(Way("", items) for one in step.calls if (items := self.steps((one,))))
        return (Block(Sort.PARALLEL, ways),) if len(ways) > 1 else ways[0].items if ways else ()

    def call(self, step: Step) -> tuple[Item, ...]:
        """A call, with what it does meanwhile, on a miss and on a failure."""
        visit = next(self.left)
        assert visit.step is step  # both walks follow the same rules
        words, design = step.words, self.study.design
        inner = self.steps(words.calls)
        source = source_of(design, self.name, visit)
        waits = not is_asynchronous(design, visit, self.words)
        items: list[Item] = []
        if source != visit.target or visit.caller:  # the clock that starts does not call itself
            technology = spoken(self.study, source, visit.target)
            told = self.text(visit)
            items.append(Message(source, str(visit.target), told, technology, waits, inner))
        else:
            items.extend(inner)
        if words.miss:
            way = Way(self.missed(step.target, visit), self.steps(words.miss))
            items.append(Block(Sort.MISS, (way,)))
        if isinstance(words.fallback, tuple) and words.fallback:
            way = Way(f"{step.target} fails", self.steps(words.fallback))
            items.append(Block(Sort.FAILURE, (way,)))
        return tuple(items)

    # -- texts -----------------------------------------------------------------------------------

    def text(self, visit: Visit) -> str:
        """What is done, on what, how often a call, and the rate at peak."""
        words = visit.step.words
        opening = not visit.caller and bool(self.said.actor)
        told = joined(plain(self.said.api) if opening else "", plain(visit.do).replace("_", " "))
        told = f"{told} {words.of}".strip() if words.of else told
        count = self.study.estimate.ledger.amount(words.times)
        often = f"×{show(count.value.median, digits=2)}" if count else ""
        return joined(" ".join(t for t in (told, often) if t), self.rate(visit))

    def rate(self, visit: Visit) -> str:
        """Rate at peak; "" where it is not known, or only called when another fails."""
        ledger = self.study.estimate.ledger
        rate, count = ledger.term(f"{self.name}.peak_rate"), times(ledger, visit)
        if rate is None or count is None:
            return ""
        return total_rate(self.study, [product(rate, count)] * self.often[id(visit)])

    def shares(self, step: Step) -> list[str]:
        """The share of each way of a choice; "" where it is not known."""
        ledger = self.study.estimate.ledger
        terms = [ledger.amount(branch.share) for branch in step.branches]
        given = [b.share for b in step.branches]
        known = [t.value.median for t in terms if t is not None]
        rest = 1 - sum(known) if len(known) == sum(1 for g in given if g) else None
        shares = [t.value.median if t else None if g else rest
                  for t, g in zip(terms, given, strict=True)]  # fmt: skip
        return ["" if s is None else shown_share(self.study, max(s, 0.0)) for s in shares]

    def missed(self, cache: str, visit: Visit | None = None) -> str:
        """How many of the calls a cache does not answer, in words."""
        hit = visit.step.words.hit if visit else None
        found = hit_of(self.study.estimate.ledger, cache, Factor("miss", hit, component=cache))
        if found is None:
            return f"not in {cache}"
        return f"not in {cache}, {shown_share(self.study, 1 - found[0].value.median)}"


def _nested(lists: list[list[Item]], labels: list[str]) -> tuple[Item, ...]:
    """Lists, each of which is the miss of the one before."""
    items: tuple[Item, ...] = tuple(lists[-1])
    for before, label in zip(reversed(lists[:-1]), reversed(labels), strict=True):
        block = (Block(Sort.MISS, (Way(label, items),)),) if items else ()
        items = (*before, *block)
    return items
