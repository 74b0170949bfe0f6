"""What runs on several instances that somebody has to spread calls over."""

from collections.abc import Iterator

from sysdesign.design import Component, Trait, Visit
from sysdesign.review.facts import number
from sysdesign.review.flows import is_called
from sysdesign.study import Study


def callers_of(study: Study, name: str) -> set[str]:
    """Who calls a component ("" is an actor); what takes messages from a queue is not called."""
    return {visit.caller for visit in _calls(study, name)}


def _calls(study: Study, name: str) -> Iterator[Visit]:
    for visit in study.estimate.ledger.visits_to.get(name, ()):
        if visit.caller or is_called(study.design.operations[visit.operation]):
            yield visit


def is_tier(part: Component) -> bool:
    """Whether callers choose among its instances; stores and queues see to that themselves."""
    return (
        part.has_trait(Trait.HAS_INSTANCES)
        and not part.is_managed
        and not part.has_trait(Trait.STORES_DATA, Trait.ASYNCHRONOUS, Trait.STARTS_WORK)
    )


def is_many(study: Study, part: Component) -> bool:
    """Whether it has more than one instance, now or when it scales."""
    counts = [number(study, part.replicas), number(study, part.scale.max if part.scale else None)]
    return any(count is not None and count > 1 for count in counts)
