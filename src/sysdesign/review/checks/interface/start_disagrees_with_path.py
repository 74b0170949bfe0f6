"""How an operation starts agrees with what it runs over.

Why
---
Whether somebody waits decides what a slow part costs. A queue that nobody reads fills up; an
operation that nothing starts never runs; a caller that waits for a batch worker waits for long.

Flawed
------
    sysdesign: 1
    problem: {actors: {writer: {primary: true}}}
    operations:
      post: {actor: writer, path: [web: [jobs]]}
    components: {web: service, jobs: queue}

Sound
-----
    sysdesign: 1
    problem: {actors: {writer: {primary: true}}}
    operations:
      post: {actor: writer, path: [web: [jobs]]}
      work: {trigger: jobs, path: [worker]}
    components: {web: service, jobs: queue, worker: worker}

False alarms
------------
A queue that another system reads looks as if nobody did: add the operation that reads it, with the
`external_service` in its path.

Source
------
criteria: "ways of interacting with the system (user access, scheduled processes,
synchronous/asynchronous communication), and data flow"
"""

from collections.abc import Iterator

from sysdesign.design import Operation, Trait, Visit
from sysdesign.review.flows import is_called, sources
from sysdesign.review.rule import Outcome, Outcomes, at, fails, holds, rule, unknown
from sysdesign.study import Study


@rule("API-05", needs=("operations",))
def start_disagrees_with_path(study: Study) -> Outcomes:
    """Look at the start of each operation, at its path, and at the readers of each queue."""
    for name, operation in study.design.operations.items():
        wrong = _start(study, name, operation) or next(_path(study, name, operation), None)
        yield wrong or holds(name, f"{name} is started by {_starter(operation)}", at(name))
    yield from _unread(study)


def _starter(operation: Operation) -> str:
    trigger = operation.trigger
    if trigger is None:
        return str(operation.actor)
    return str(
        trigger.from_
        or trigger.changes
        or (f"every {trigger.every.text}" if trigger.every else f"the last call of {trigger.join}")
    )


def _start(study: Study, name: str, operation: Operation) -> Outcome | None:
    trigger = operation.trigger
    if trigger is None:
        if operation.actor:
            return None
        return unknown(
            name,
            f"who or what starts {name} is not stated",
            at(name),
            f"write {name}: {{actor: …}}, or trigger: a queue or {{every: 1 day}}",
            f"operations.{name}.actor",
        )
    if operation.actor:
        return fails(
            name,
            f"{name} is called by {operation.actor}, and started by a trigger, too",
            operation.at("actor"),
            "leave one of them; a call and its later work are two operations",
        )
    if not trigger.every and not sources(study, name):
        return fails(
            name,
            f"no operation sends what starts {name}, so it never runs",
            operation.at("trigger"),
            f"name {_starter(operation)} in the path of the operation that feeds it",
        )
    return None


def _path(study: Study, name: str, operation: Operation) -> Iterator[Outcome]:
    for visit in study.visits[name]:
        part = study.design.components.get(visit.target)
        if part is None or visit.to_actor:
            continue
        if part.has_trait(Trait.ASYNCHRONOUS) and visit.step.words.async_ is False:
            yield fails(
                name,
                f"{name} says it waits for {visit.target}, which nobody can: it takes messages",
                visit.step.words.at("async"),
                "take async: false out",
            )
        elif part.has_trait(Trait.STARTS_WORK) and not _is_scheduled(operation):
            yield fails(
                name,
                f"{visit.target} starts work by the clock, and {name} has no schedule",
                at(visit.step.target),
                f"write {name}: {{trigger: {{every: 1 day}}}}",
            )
        elif is_called(operation) and _waits_for_worker(study, visit):
            yield fails(
                name,
                f"{name} keeps its caller waiting for {visit.target}, which is a worker",
                at(visit.step.target),
                "send it a message over a queue, or make it a service",
            )


def _is_scheduled(operation: Operation) -> bool:
    return operation.trigger is not None and operation.trigger.every is not None


def _waits_for_worker(study: Study, visit: Visit) -> bool:
    part = study.design.components[visit.target]
    return visit.waits and part.has_trait(Trait.CONSUMES) and not part.has_trait(Trait.IS_ENTRY)


def _unread(study: Study) -> Iterator[Outcome]:
    triggers = [o.trigger for o in study.design.operations.values() if o.trigger]
    read = {str(trigger.from_) for trigger in triggers}
    for name, part in study.design.components.items():
        if part.has_trait(Trait.ASYNCHRONOUS) and name in study.reached:
            if name in read:
                yield holds(name, f"{name} is written and read", at(name))
            else:
                yield fails(
                    name,
                    f"messages are sent to {name}, and no operation takes them",
                    at(name),
                    f"add an operation with trigger: {name}",
                )
