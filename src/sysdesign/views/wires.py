"""Who calls whom, and how often a second at peak."""

from collections.abc import Iterator
from dataclasses import replace

from sysdesign.design import LinkWords, Trait, Visit
from sysdesign.network import Call, expected
from sysdesign.records import dataclass
from sysdesign.source import Span
from sysdesign.study import Study

Ends = tuple[str, str]
"""Who calls, and who is called."""


@dataclass(frozen=True, slots=True)
class Wire:
    """All calls from one actor or component to another.

    `per_s` counts calls at peak, first attempts alone; None where a rate or a fact lacks. `waits`
    tells whether some caller waits for the answer. `what` is call, dead letters or backup.
    """

    source: str
    target: str
    operations: tuple[str, ...] = ()
    per_s: float | None = None
    waits: bool = True
    what: str = "call"
    line: int | None = None


def line_of(study: Study, span: Span | None) -> int | None:
    """The line in the file; None for what was set on the command line."""
    if span is None or span.source is not study.source:
        return None
    return span.line


def place_of(study: Study, space: str, name: str) -> int | None:
    """The line on which an id is defined."""
    return line_of(study, study.design.ids.spaces.get(space, {}).get(name))


def starter(study: Study, operation: str) -> str:
    """The actor that calls an operation, or the queue, store or scheduler that sets it off.

    "" where the file does not name it.
    """
    found = study.design.operations[operation]
    if found.trigger is None:
        return str(found.actor or "")
    if found.trigger.every:
        first = next(iter(study.visits[operation]), None)
        part = study.design.components.get(first.target) if first else None
        return str(first.target) if first and part and part.has_trait(Trait.STARTS_WORK) else ""
    return str(found.trigger.from_ or found.trigger.changes or "")


def wires(study: Study) -> tuple[Wire, ...]:
    """Each pair of which one calls the other, in the order of paths; last what only stands by."""
    found: dict[Ends, Wire] = {}
    links = _asynchronous(study)
    for operation, visits in study.visits.items():
        start = starter(study, operation)
        for visit in visits:
            source = visit.caller or start
            if source and source != visit.target:
                waits = _waits(study, source, visit, links)
                _add(study, found, operation, source, visit, waits)
    rates = _rates(study)
    known = study.network.operations()
    called = [
        replace(wire, per_s=rates.get(ends, 0.0))
        if all(name in known for name in wire.operations) else wire
        for ends, wire in found.items()
    ]  # fmt: skip
    return (*called, *_standing_by(study, found))


def _add(
    study: Study, found: dict[Ends, Wire], operation: str, source: str, visit: Visit, waits: bool
) -> None:
    """One visit more between a caller and whom it calls."""
    target = str(visit.target)
    line = line_of(study, visit.step.target.span)
    before = found.get((source, target), Wire(source, target, waits=False, line=line))
    names = dict.fromkeys((*before.operations, operation))
    found[source, target] = replace(before, operations=tuple(names), waits=before.waits or waits)


def _asynchronous(study: Study) -> dict[Ends, bool]:
    """What links say of waiting, by their ends."""
    return {
        (str(link.a), str(link.b)): link.async_
        for link in study.design.links.values()
        if isinstance(link, LinkWords) and link.async_ is not None
    }


def _waits(study: Study, source: str, visit: Visit, links: dict[Ends, bool]) -> bool:
    """Whether the caller itself waits, whatever those before it do."""
    design, target = study.design, str(visit.target)
    if not visit.caller and source in design.components:  # a message that is taken
        return False
    part = design.components.get(target)
    if part is not None and part.has_trait(Trait.ASYNCHRONOUS):
        return False
    if visit.step.words.async_ is not None:
        return not visit.step.words.async_
    ends = ((source, target), ("any", target), (source, "any"), ("any", "any"))
    return not next((links[pair] for pair in ends if pair in links), False)


def _rates(study: Study) -> dict[Ends, float]:
    """Calls a second of each pair, by the network that the analysis answers for."""
    rates: dict[Ends, float] = {}
    for flow in study.network.flows:
        start = starter(study, flow.operation)
        for node, count in expected(flow.root):
            if isinstance(node, Call) and node.target:
                ends = (node.caller or start, node.target)
                rates[ends] = rates.get(ends, 0.0) + float(flow.rate_per_s) * float(count)
    return rates


def _standing_by(study: Study, found: dict[Ends, Wire]) -> Iterator[Wire]:
    """Dead letters and backups, which no path shows."""
    for name, part in study.design.components.items():
        aside = part.dead_letter
        if aside and (name, str(aside)) not in found:
            yield Wire(name, str(aside), waits=False, what="dead letters",
                       line=line_of(study, aside.span))  # fmt: skip
        to = part.backup.to if part.backup else None
        if to and (name, str(to)) not in found:
            yield Wire(name, str(to), waits=False, what="backup", line=line_of(study, to.span))
