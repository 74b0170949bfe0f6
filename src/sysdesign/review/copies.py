"""Whether the copies of a store can show a reader an old state."""

from sysdesign.design import Component
from sysdesign.review.facts import number
from sysdesign.review.reading import reads_of
from sysdesign.source import Span
from sysdesign.study import Study


def reads_from(study: Study, entity: str, part: Component) -> dict[str, Span]:
    """Which copies an entity is read from, with the place that says so; "" where nothing does."""
    store = str(study.design.data[entity].store)
    stated = part.copies.reads if part.copies else None
    here = part.copies.at("reads") if part.copies else study.estimate.ledger.span_of(store)
    found: dict[str, Span] = {}
    for visit in reads_of(study, entity, store):
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
    count = number(study, copies.count) or 1.0
    match copies.mode:
        case "peers":
            return "peers take writes apart and agree later"
        case "quorum":
            return _quorum_gap(study, part, reads, count)
        case "leader" if reads in ("nearest", "any", "follower", "quorum"):
            waited = number(study, copies.wait) or 0.0
            behind = count - 1 - waited
            return f"{behind:g} of {count:g} copies follow late" if behind > 0 else ""
    return ""


def _quorum_gap(study: Study, part: Component, reads: str, count: float) -> str:
    copies = part.copies
    assert copies is not None
    if copies.across in ("async", "none") and copies.count and copies.count.by_place:
        # Each region has a quorum of its own.
        count = max(number(study, one) or 1.0 for one in copies.count.by_place.values())
    majority = count // 2 + 1
    write = number(study, copies.write) or majority
    read = number(study, copies.read) or majority
    if reads in ("nearest", "any", "follower"):
        read = 1.0
    if write + read > count:
        return ""
    return f"{write:g} written and {read:g} read of {count:g} copies need not meet"
