"""Who calls whom: all visits of all operations, put together by their two ends."""

from collections.abc import Iterator
from dataclasses import field

from sysdesign.design import Component, Design, LinkWords, Trait, Visit
from sysdesign.design.calls import stand_in
from sysdesign.estimate.load import times
from sysdesign.export.model import Relation
from sysdesign.export.rates import total_rate
from sysdesign.export.text import plain
from sysdesign.figures import Term
from sysdesign.figures.term import product
from sysdesign.lower.words import Words
from sysdesign.records import dataclass
from sysdesign.study import Study
from sysdesign.study.numbers import Medians

MOST = 3
"""Things done on one relation that its label names; more are counted."""


@dataclass(slots=True)
class _Seen:
    """What is gathered of one relation; `terms` is None once a rate is not known."""

    does: dict[str, None] = field(default_factory=dict)
    terms: list[Term] | None = field(default_factory=list)
    waits: bool = False
    optional: bool = True
    fallbacks: dict[str, None] = field(default_factory=dict)


def relations(study: Study) -> tuple[Relation, ...]:
    """Every call between two parts, in the order of the paths; then what is only stated.

    Nothing calls itself here: such a call stays in the sequence of its operation.
    """
    found: dict[tuple[str, str], _Seen] = {}
    for name, visits in study.visits.items():
        for visit in visits:
            source = source_of(study.design, name, visit)
            if source and source != visit.target:
                _add(study, found.setdefault((source, visit.target), _Seen()), visit)
    called = tuple(_relation(study, *ends, seen) for ends, seen in found.items())
    return (*called, *_stated(study.design, dict.fromkeys(found)))


def source_of(design: Design, operation: str, visit: Visit) -> str:
    """Who makes a call: a component, an actor, what starts the operation; "" where nobody does."""
    return visit.caller or starter(design, operation)


def starter(design: Design, operation: str) -> str:
    """Who starts an operation: its actor, the component whose messages or changes do, a clock."""
    said = design.operations[operation]
    if said.actor or said.trigger is None:
        return str(said.actor or "")
    sender = said.trigger.from_ or said.trigger.changes
    first = said.path[0].target if said.path else ""
    part = design.components.get(first)
    clock = str(first) if part is not None and part.has_trait(Trait.STARTS_WORK) else ""
    return str(sender or "") or clock


def is_asynchronous(design: Design, visit: Visit, words: Words) -> bool:
    """Whether whoever makes this one call goes on without an answer."""
    part = design.components.get(visit.target)
    sends = part is not None and part.has_trait(Trait.ASYNCHRONOUS)
    started = not visit.caller and not design.operations[visit.operation].actor
    link = words.link(visit.caller, visit.target, "async_")
    said = visit.step.words.async_ or (link is not None and bool(link.async_))
    return bool(sends or started or said or visit.to_actor)


def _add(study: Study, seen: _Seen, visit: Visit) -> None:
    words = Words(study.design, Medians(study.estimate))
    if not visit.caller and study.design.operations[visit.operation].trigger:
        seen.does["starts" if _is_clock(study.design, visit) else "sets off"] = None
    elif visit.do or visit.to_actor:
        seen.does["pushes" if visit.to_actor else plain(visit.do)] = None
    rate = study.estimate.ledger.term(f"{visit.operation}.peak_rate")
    count = times(study.estimate.ledger, visit)
    if rate is None or count is None:
        seen.terms = None
    elif seen.terms is not None:
        seen.terms.append(product(rate, count))
    seen.waits = seen.waits or not is_asynchronous(study.design, visit, words)
    seen.optional = seen.optional and visit.optional
    if instead := stand_in(visit.step):
        seen.fallbacks[instead] = None


def _is_clock(design: Design, visit: Visit) -> bool:
    trigger = design.operations[visit.operation].trigger
    return trigger is not None and not (trigger.from_ or trigger.changes)


def _relation(study: Study, source: str, target: str, seen: _Seen) -> Relation:
    does = list(seen.does)
    more = [f"{len(does) - MOST} more"] if len(does) > MOST else []
    return Relation(
        source,
        target,
        ", ".join((*does[:MOST], *more)).replace("_", " "),
        spoken(study, source, target),
        total_rate(study, seen.terms) if seen.terms else "",
        seen.waits,
        seen.optional,
        tuple(map(plain, seen.fallbacks)),
    )


def spoken(study: Study, source: str, target: str) -> str:
    """Protocol and encryption of a link, as stated: "https, tls"."""
    words = Words(study.design, Medians(study.estimate))
    protocol = words.link(source, target, "protocol")
    safe = words.link(source, target, "encrypted")
    how = safe.encrypted if safe else None
    said = "encrypted" if how is True else plain(how) if isinstance(how, str) else ""
    texts = (plain(protocol.protocol) if protocol else "", said)
    return ", ".join(dict.fromkeys(text for text in texts if text))


def _stated(design: Design, called: dict[tuple[str, str], None]) -> Iterator[Relation]:
    """Relations that no path shows: links of their own, dead letters, backups."""
    named = (*_links(design), *(r for n, p in design.components.items() for r in _aside(n, p)))
    for relation in named:
        ends = (relation.source, relation.target)
        if ends not in called and relation.source != relation.target:
            called[ends] = None
            yield relation


def _links(design: Design) -> Iterator[Relation]:
    ends = (*design.components, *design.problem.actors)
    for link in design.links.values():
        if isinstance(link, LinkWords) and link.a in ends and link.b in ends:
            yield Relation(str(link.a), str(link.b), "", plain(link.protocol), "",
                           not link.async_, bool(link.optional))  # fmt: skip


def _aside(name: str, part: Component) -> Iterator[Relation]:
    if part.dead_letter:
        yield Relation(name, str(part.dead_letter), "puts aside", waits=False)
    if part.backup and part.backup.to:
        yield Relation(name, str(part.backup.to), "backs up", waits=False)
