"""Every component is reached by some operation.

Why
---
A box that nothing calls is either forgotten in a path or not needed; both are worth knowing before
it is paid for.

Flawed
------
    sysdesign: 1
    operations: {go: {path: [web: [links]]}}
    components: {web: service, links: sql_database, hot: cache}

Sound
-----
    sysdesign: 1
    operations: {go: {path: [web: [hot: {miss: [links]}]]}}
    components: {web: service, links: sql_database, hot: cache}

False alarms
------------
Reached is also what a reached component names: its dead letter queue, the place of its backups, its
connection registry, or the end of a link. A part that people alone use is reached by a role that
`reads` it.

Source
------
four weighted steps: "Start to create services and connect to to each other in a diagram."
"""

from collections.abc import Iterator

from sysdesign.design import LinkWords
from sysdesign.review.rule import Outcomes, at, fails, holds, rule
from sysdesign.study import Study


@rule("HLD-01", needs=("components", "operations"))
def orphan_component(study: Study) -> Outcomes:
    """Follow paths, and what components name, from every operation."""
    reached = set(study.reached)
    reached.update(str(x) for role in study.design.security.roles.values() for x in role.reads)
    stack = list(reached)
    while stack:
        for name in _named(study, stack.pop()):
            if name not in reached:
                reached.add(name)
                stack.append(name)
    for name in study.design.components:
        if name in reached:
            yield holds(name, f"{name} is called or named by what is called", at(name))
        else:
            yield fails(
                name,
                f"no operation reaches {name}",
                at(name),
                f"name {name} in the path of the operation that needs it, or take it out",
            )


def _named(study: Study, name: str) -> Iterator[str]:
    """Components that one component names."""
    part = study.design.components.get(name)
    if part is None:
        return
    if part.dead_letter:
        yield part.dead_letter
    if part.backup and part.backup.to:
        yield part.backup.to
    if part.connections and part.connections.registry:
        yield part.connections.registry
    for link in study.design.links.values():
        if isinstance(link, LinkWords) and link.a == name and link.b in study.design.components:
            yield link.b
