"""Facts for want of which the analysis leaves out a component, or some of its load."""

from sysdesign.estimate.storage import held_entities
from sysdesign.review.facts import Gap, load_gap, storage_gap
from sysdesign.review.rule import Outcome, defined, unknown
from sysdesign.study import Study


def operation_gap(study: Study, name: str) -> Gap | None:
    """Why an operation is not in the analysis; None where it is."""
    lacks = study.network.unknown.get(name)
    if lacks is None:
        return None
    said = f"how {name} fares cannot be worked out: {lacks}"
    return load_gap(study, name) or Gap(lacks, said, defined(study, name), f"state it: {lacks}")


def component_gap(study: Study, name: str) -> Gap | None:
    """Why the load of a component is not known, or not all of it; None where it is."""
    lacks = study.network.unknown.get(name)
    if lacks is not None:
        said = f"what {name} can do cannot be worked out: {lacks}"
        return Gap(lacks, said, defined(study, name), f"state it: {lacks}")
    callers = (v.operation for v in study.estimate.ledger.visits_to.get(name, ()))
    return _first(study, list(dict.fromkeys(callers)))


def any_gap(study: Study) -> Gap | None:
    """The first fact for want of which some load is left out; what has no path brings none."""
    return _first(study, [name for name in study.design.operations if study.visits[name]])


def cost_gap(study: Study) -> Gap | None:
    """The first fact for want of which the cost of the whole is not known; None where it is."""
    if study.figure("cost") is not None:
        return None
    for name in study.design.components:
        if study.figure(f"{name}.cost") is None:
            return _cost_gap(study, name)
    return None


def _cost_gap(study: Study, name: str) -> Gap:
    ledger = study.estimate.ledger
    for visit in ledger.visits_to.get(name, ()):
        found = load_gap(study, visit.operation)
        if found:
            return found
    for entity in held_entities(ledger, name):
        found = storage_gap(study, entity)
        if found:
            return found
    return component_gap(study, name) or Gap(
        f"components.{name}.price",
        f"what {name} costs cannot be worked out",
        defined(study, name),
        f"write {name}: {{price: 100 {study.units.currency}/month}}",
    )


def _first(study: Study, operations: list[str]) -> Gap | None:
    return next((gap for name in operations if (gap := operation_gap(study, name))), None)


def open_for(element: str, gap: Gap) -> Outcome:
    """An element that cannot be judged for want of a fact."""
    return unknown(element, gap.message, gap.span, gap.action, gap.fact)
