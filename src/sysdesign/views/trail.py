"""The path of an operation as messages in order, with the fragments around them and their times.

Order, fragments and times are those of the network that the analysis answers for; where the file
says too little for a network, the calls stand alone, in the order of the path.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sysdesign.analyze import Step, waterfall
from sysdesign.design import Trait
from sysdesign.design.calls import stand_in
from sysdesign.network import Attempts, Call, Choice, Flow, Hold, Node, Parallel, Repeat, Send
from sysdesign.network import Sequence as InOrder
from sysdesign.records import dataclass
from sysdesign.source import shortened
from sysdesign.study import Study
from sysdesign.views.shown import count, seconds, share
from sysdesign.views.wires import line_of, starter

_LONGEST = 40  # letters of a fallback around a call
_NEVER = 1e-9  # a share of calls that is not followed; as in the waterfall


@dataclass(frozen=True, slots=True)
class Message:
    """One call on the way; `inner` are those that its target makes meanwhile.

    `step` holds its share, count and times, None where nothing is known of them. `waits` tells
    whether the caller waits, `sent` whether it is a message: handed to a queue, or taken from a
    queue or a store. `guard` is what the caller does when no answer comes. `of` is the entity that
    is asked for.
    """

    number: int
    source: str
    target: str
    do: str
    waits: bool
    guard: Attempts
    line: int | None
    sent: bool = False
    of: str = ""
    step: Step | None = None
    inner: "tuple[Item, ...]" = ()


@dataclass(frozen=True, slots=True)
class Fragment:
    """Messages that belong together: par, alt, opt, miss, loop, retry.

    Each operand is a label with its messages; all of a `par` happen, one of an `alt`.
    """

    sort: str
    label: str
    operands: "tuple[tuple[str, tuple[Item, ...]], ...]"


Item = Message | Fragment


@dataclass(frozen=True, slots=True)
class Trail:
    """One operation from its caller on. `start` is who calls, "" for the clock.

    `origin` is the place of the calls that are told of; times are seconds, None where they are not
    known or have no end.
    """

    operation: str
    start: str
    items: tuple[Item, ...]
    origin: str = ""
    known: bool = False
    mean_s: float | None = None
    p99_s: float | None = None

    @property
    def messages(self) -> tuple[Message, ...]:
        """All messages by their numbers."""
        return tuple(_flat(self.items))


def _flat(items: Sequence[Item]) -> Iterator[Message]:
    for item in items:
        if isinstance(item, Message):
            yield item
            yield from _flat(item.inner)
        else:
            for _, some in item.operands:
                yield from _flat(some)


def trail(study: Study, operation: str) -> Trail:
    """The path of an operation, of the origin with the most calls."""
    start = starter(study, operation)
    flows = [flow for flow in study.network.flows if flow.operation == operation]
    if not flows:
        return Trail(operation, start, tuple(_said(study, operation, start)))
    budget = waterfall(study.analysis, operation)
    flow = next(one for one in flows if one.origin == budget.origin)
    items = tuple(_Walk(study, flow, start, budget.steps).items(flow.root, _At(start)))
    return Trail(operation, start, items, budget.origin, True, budget.mean_s, budget.p99_s)


def _said(study: Study, operation: str, start: str) -> Iterator[Message]:
    """The calls as the path names them, one after another."""
    taken = start in study.design.components
    visits = [v for v in study.visits[operation] if (v.caller or start) != v.target]
    for number, visit in enumerate(visits, 1):
        line = line_of(study, visit.step.target.span)
        waits = visit.waits or not visit.caller
        target = str(visit.target)
        sent = (taken and not visit.caller) or _is_queue(study, target)
        guard = Attempts(optional=visit.optional, fallback=stand_in(visit.step))
        of = str(visit.step.words.of or "")
        source = visit.caller or start
        yield Message(number, source, target, str(visit.do), waits, guard, line, sent, of)


def _is_queue(study: Study, target: str) -> bool:
    part = study.design.components.get(target)
    return part is not None and part.has_trait(Trait.ASYNCHRONOUS)


@dataclass(frozen=True, slots=True)
class _At:
    """Where the walk is: who calls, and how much of all calls come here."""

    caller: str
    share: float = 1.0
    repeated: bool = False
    waits: bool = True


class _Walk:
    """Follows a flow just as the waterfall does, so that its steps can be dealt out in order."""

    def __init__(self, study: Study, flow: Flow, start: str, steps: Sequence[Step]) -> None:
        self.study = study
        self.start = start
        self.operation = flow.operation
        self.taken = start in study.design.components
        self.steps = steps
        self.number = 0
        self.said: dict[tuple[str, str, str], tuple[int | None, str]] = {}
        for visit in study.visits[flow.operation]:
            ends = (visit.caller or start, str(visit.target), str(visit.do))
            told = (line_of(study, visit.step.target.span), str(visit.step.words.of or ""))
            self.said.setdefault(ends, told)

    def items(self, node: Node, at: _At) -> Iterator[Item]:
        """What happens in a part of the flow."""
        match node:
            case Call():
                yield from self.call(node, at)
            case InOrder():
                for part in node.parts:
                    yield from self.items(part, at)
            case Parallel():
                found = [tuple(self.items(part, at)) for part in node.parts]
                yield from _together([some for some in found if some])
            case Choice():
                yield from self.choice(node, at)
            case Repeat():
                yield from self.repeat(node, at)
            case Hold():
                yield from self.items(node.inner, at)
            case Send():
                yield from self.items(node.inner, replace(at, waits=False))

    def choice(self, node: Choice, at: _At) -> Iterator[Item]:
        branches = [b for b in node.branches if float(b.share) * at.share > _NEVER]
        if node.why == "place" and branches:  # the same call to another copy
            yield from self.items(max(branches, key=lambda b: float(b.share)).inner, at)
            return
        operands = []
        for branch in branches:
            part = float(branch.share)
            inside = at if at.repeated else replace(at, share=at.share * part)
            operands.append((share(part), tuple(self.items(branch.inner, inside))))
        done = tuple((label, some) for label, some in operands if some)
        if done and node.why == "miss":
            yield Fragment("miss", done[0][0], (("", done[0][1]),))
        elif done and (len(operands) > 1 or operands[0][0] != "100%"):
            yield Fragment("alt", "", done)
        else:
            yield from (item for _, some in done for item in some)

    def repeat(self, node: Repeat, at: _At) -> Iterator[Item]:
        times = float(node.times)
        if times < 1 and float(node.at_once) <= 1:
            inside = replace(at, share=at.share * times)
            found = tuple(self.items(node.inner, inside))
            if found:
                yield Fragment("opt", f"{share(times)} of calls", (("", found),))
            return
        found = tuple(self.items(node.inner, replace(at, repeated=True)))
        if len(found) > 1:
            yield Fragment("loop", f"×{count(times)}", (("", found),))
        else:
            yield from found

    def call(self, node: Call, at: _At) -> Iterator[Item]:
        if not node.target:  # the actor's guard of the whole
            found = tuple(self.items(node.inner, at))
            retry = node.guard.retry
            if retry is None or not found:
                yield from found
                return
            yield Fragment("retry", again(node.guard), (("", found),))
            return
        self.number += 1
        number = self.number
        source = node.caller or self.start
        line, of = self.said.get((source, node.target, node.do), (None, ""))
        sent = (self.taken and not node.caller) or _is_queue(self.study, node.target)
        message = Message(
            number, source, node.target, node.do or self.named(node), at.waits, node.guard, line,
            sent, of, self.steps[number - 1],
        )  # fmt: skip
        inside = replace(at, caller=node.target, waits=True)
        message = replace(message, inner=tuple(self.items(node.inner, inside)))
        if node.guard.optional:
            instead = shortened(node.guard.fallback, _LONGEST)
            label = f"if it fails: {instead}" if instead else "goes on without it"
            yield Fragment("opt", label, (("", (message,)),))
        else:
            yield message

    def named(self, node: Call) -> str:
        """What the first call asks for, where the path has no word for it: the operation."""
        return "" if node.caller else self.operation


def _together(found: list[tuple[Item, ...]]) -> Iterator[Item]:
    if len(found) > 1:
        yield Fragment("par", "", tuple(("", some) for some in found))
    else:
        yield from (item for some in found for item in some)


def again(guard: Attempts) -> str:
    """What a caller does when no answer comes: `up to 2 more, each 500 ms`."""
    told = [f"up to {guard.retry.count} more"] if guard.retry else []
    if guard.timeout_s is not None:
        told.append(f"after {seconds(float(guard.timeout_s))}")
    return ", ".join(told)


def asked(message: Message) -> str:
    """What is asked for, and how often: `read tweet ×20`."""
    do = message.do.replace("_", " ")
    return " ".join(filter(None, (do, message.of, often(message))))


def often(message: Message) -> str:
    """How many calls: `×20, 8 at once`; empty for one."""
    step = message.step
    if step is None or abs(step.times - 1) < 1e-9:
        return ""
    together = f", {count(step.at_once)} at once" if step.at_once > 1 and step.times > 1 else ""
    return f"×{count(step.times)}{together}"


def lasting(message: Message) -> str:
    """Mean and p99 of a message: `1.2 ms, p99 4 ms`; empty where nobody waits or knows."""
    step = message.step
    if step is None or not message.waits:
        return ""
    if step.mean_s is None:
        return seconds(None)
    tail = f", p99 {seconds(step.p99_s)}" if step.p99_s is not None else ""
    return f"{seconds(step.mean_s)}{tail}"
