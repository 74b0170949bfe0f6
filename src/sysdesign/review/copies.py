"""Whether the copies of a store can show a reader an old state."""

from sysdesign.design import Component
from sysdesign.review.facts import number
from sysdesign.review.flows import is_called
from sysdesign.review.reading import reads_of
from sysdesign.review.rule import defined
from sysdesign.source import Span
from sysdesign.study import Study

_NEAR = ("nearest", "any", "follower")


def reads_from(study: Study, entity: str, part: Component) -> dict[str, Span]:
    """Which copies an entity is read from, with the place that says so; "" where nothing does.

    Work that nobody called reads no writes of its own: it counts for strong consistency alone.
    """
    is_strong = study.design.data[entity].consistency == "strong"
    store = str(study.design.data[entity].store)
    stated = part.copies.reads if part.copies else None
    here = part.copies.at("reads") if part.copies else defined(study, store)
    found: dict[str, Span] = {}
    for visit in reads_of(study, entity, store):
        if not is_strong and not is_called(study.design.operations[visit.operation]):
            continue
        own = visit.step.words.read_from
        found.setdefault(str(own or stated or ""), own.span if own else here)
    return found or {str(stated or ""): here}


def lag_of(study: Study, part: Component, reads: str, *, is_strong: bool) -> str:
    """Why a reader may see an old state; empty where it cannot.

    A quorum of reads and one of writes meet in a copy when together they are more than all copies
    (Gifford, 1979). Copies that a leader does not wait for are late; regions that follow `async`
    are late for readers elsewhere, though not for those who stay where they wrote.
    """
    copies = part.copies
    if copies is None or reads == "leader":
        return ""
    if copies.across == "async" and is_strong:
        return "other regions follow late (across: async)"
    count = _agreeing(study, part)
    if copies.mode == "peers":
        return "peers take writes apart and agree later"
    if copies.mode == "leader" and reads:
        behind = count - 1 - (number(study, copies.wait) or 0.0)
        return f"{behind:g} of {count:g} copies follow late" if behind > 0 else ""
    if copies.mode == "quorum":
        majority = count // 2 + 1
        write = number(study, copies.write) or majority
        read = 1.0 if reads in _NEAR else number(study, copies.read) or majority
        if write + read <= count:
            return f"{write:g} written and {read:g} read of {count:g} copies need not meet"
    return ""


def _agreeing(study: Study, part: Component) -> float:
    """Copies that agree with each other: all, or those of one region where regions stand apart."""
    count = part.copies.count if part.copies else None
    if count and count.by_place and part.copies and part.copies.across in ("async", "none"):
        return max(number(study, one) or 1.0 for one in count.by_place.values())
    return number(study, count) or 1.0
