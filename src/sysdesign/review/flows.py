"""Which operation sets off which, and which operations the requirements are about."""

from collections.abc import Iterable

from sysdesign.design import Operation, Quality
from sysdesign.estimate.load import sources_of
from sysdesign.study import Study


def is_called(operation: Operation) -> bool:
    """Whether an actor calls it, rather than a queue, a change or the clock."""
    return operation.trigger is None


def sources(study: Study, name: str) -> tuple[str, ...]:
    """Operations that set off a triggered one, by their messages, records or last call."""
    trigger = study.design.operations[name].trigger
    if trigger is not None and trigger.join:
        return (trigger.join,)
    return tuple(sources_of(study.estimate.ledger, name))


def callers(study: Study, name: str) -> tuple[str, ...]:
    """Called operations that set off a triggered one in the end; itself where it is called."""
    found: dict[str, bool] = {}
    stack = [name]
    while stack:
        one = stack.pop()
        if one not in found:
            found[one] = is_called(study.design.operations[one])
            stack.extend(() if found[one] else sources(study, one))
    return tuple(one for one, called in found.items() if called)


def set_off(study: Study, names: Iterable[str]) -> frozenset[str]:
    """Some operations, and all that they set off, however far down."""
    follows: dict[str, list[str]] = {}
    for name, operation in study.design.operations.items():
        if operation.trigger is not None:
            for source in sources(study, name):
                follows.setdefault(source, []).append(name)
    seen: set[str] = set()
    stack = list(names)
    while stack:
        name = stack.pop()
        if name not in seen:
            seen.add(name)
            stack.extend(follows.get(name, ()))
    return frozenset(seen)


def measured(study: Study, quality: Quality) -> tuple[str, ...]:
    """Operations that a quality requirement is about: named, or measured by its tests."""
    ends = (name for test in quality.expect for name in (test.measure.owner, test.measure.until))
    names = (*quality.by, *ends)
    return tuple(dict.fromkeys(name for name in names if name in study.design.operations))


def required(study: Study) -> frozenset[str]:
    """Operations that some requirement names, and all that they set off."""
    wanted = study.design.requirements
    named: list[str] = [name for one in wanted.functional.values() for name in one.by]
    named += [name for one in wanted.quality.values() for name in measured(study, one)]
    return set_off(study, named)
