"""Facts for want of which the analysis leaves out a component, or some of its load."""

from sysdesign.review.facts import Gap, load_gap
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


def _first(study: Study, operations: list[str]) -> Gap | None:
    return next((gap for name in operations if (gap := operation_gap(study, name))), None)


def open_for(element: str, gap: Gap) -> Outcome:
    """An element that cannot be judged for want of a fact."""
    return unknown(element, gap.message, gap.span, gap.action, gap.fact)
