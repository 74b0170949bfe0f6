"""Readers see what they need to see: the copies of a store agree as its entities ask.

Why
---
A copy that lags is right for counting likes and wrong for counting money. The need belongs to the
data, the lag to the store; nobody sees the gap between them until somebody is paid twice.

Flawed
------
    sysdesign: 1
    data: {entry: {store: ledger, key: id, consistency: strong}}
    components:
      ledger: {kind: sql_database, copies: {count: 3, mode: leader, wait: 0, reads: any}}

Sound
-----
    sysdesign: 1
    data: {entry: {store: ledger, key: id, consistency: strong}}
    components:
      ledger: {kind: sql_database, copies: {count: 3, mode: leader, wait: 0, reads: leader}}

False alarms
------------
A session that is kept on the copy it wrote to reads its own writes; then `reads: leader` is what it
does. A read that may be late although its entity may not is accepted by name.

Source
------
ten steps: "Replication types"
"""

from collections.abc import Iterator

from sysdesign.design import Component, Entity
from sysdesign.review.copies import lag_of, reads_from
from sysdesign.review.facts import number
from sysdesign.review.rule import Outcome, Outcomes, at, defined, fails, holds, rule, unknown
from sysdesign.study import Study

_NEEDS = {"strong": "the newest state", "read_your_writes": "what they wrote"}


@rule("DAT-12", needs=("data",), nothing="no entity names its store yet")
def readers_see_stale(study: Study) -> Outcomes:
    """Hold the consistency of each entity against how the copies of its store agree."""
    for name, entity in study.design.data.items():
        if entity.store:
            part = study.design.components[entity.store]
            yield _judged(study, name, entity, part)


def _judged(study: Study, name: str, entity: Entity, part: Component) -> Outcome:
    store, copies = str(entity.store), part.copies
    where = defined(study, store)
    count = number(study, copies.count) if copies else None
    in_parts = copies is not None and copies.mode == "erasure"
    if not part.is_managed and (count or 1) <= 1 and not in_parts:
        return holds(name, f"{store} keeps one copy", where)
    if not entity.consistency:
        return unknown(
            name,
            f"whether readers of {name} may see an old copy is not stated",
            at(name),
            f"write {name}: {{consistency: eventual, read_your_writes or strong}}",
            f"data.{name}.consistency",
        )
    if entity.consistency == "eventual":
        return holds(name, f"readers of {name} may see an old copy", at(name))
    if copies is None or copies.mode is None:
        return unknown(
            name,
            f"how the copies of {store} agree is not stated",
            where,
            f"write {store}: {{copies: {{mode: leader, quorum, peers or erasure}}}}",
            f"components.{store}.copies.mode",
        )
    return next(_ways(study, name, entity, part), None) or holds(
        name, f"{entity.consistency} by {copies.mode}", at(name)
    )


def _ways(study: Study, name: str, entity: Entity, part: Component) -> Iterator[Outcome]:
    """What is wrong with each way in which the entity is read."""
    store = str(entity.store)
    for way, where in reads_from(study, name, part).items():
        if way == "" and part.copies and part.copies.mode == "leader":
            yield unknown(
                name,
                f"from which copy of {store} its readers read is not stated",
                where,
                f"write {store}: {{copies: {{reads: leader, nearest or any}}}}",
                f"components.{store}.copies.reads",
            )
        lag = lag_of(study, part, way, is_strong=entity.consistency == "strong")
        if lag:
            yield fails(
                name,
                f"readers of {name} must see {_NEEDS[str(entity.consistency)]}, and {lag}",
                where,
                f"read it from the leader, let writes wait for more copies of {store}, "
                "or ask for less",
            )
