"""The disks of a store hold what it will have at the horizon.

Why
---
A full disk stops every write. Splitting a store under load is the work nobody wants to do in a
hurry.

Flawed
------
    sysdesign: 1
    conventions: {utilisation: 70%}
    data: {post: {store: posts, key: id, size: 1 kB, count: 900M item, keep: 1 year}}
    components: {posts: {kind: sql_database, copies: 2, disk: 1 TB, overhead: 1x}}

Sound
-----
    sysdesign: 1
    conventions: {utilisation: 70%}
    data: {post: {store: posts, key: id, size: 1 kB, count: 900M item, keep: 1 year}}
    components: {posts: {kind: sql_database, copies: 2, disk: 2 TB, overhead: 1x}}

False alarms
------------
Disks are planned to be filled to `conventions.utilisation`. A store that is already split by a key
and only needs more parts by then weighs less: minor. Caches are left out: they drop what does not
fit. A store that the provider runs has no limit of ours.

Source
------
criteria: "how do we partition data to distribute to several dbs"
"""

from sysdesign.design import Component, Trait
from sysdesign.quantity import show
from sysdesign.review.capacity import capacity
from sysdesign.review.facts import Gap, storage_gap
from sysdesign.review.rule import Outcome, Outcomes, defined, fails, holds, rule, unknown
from sysdesign.review.statements import percent
from sysdesign.source import Severity
from sysdesign.study import UNLIKELY, Study


@rule("DAT-09", needs=("data",), nothing="no entity names a lasting store yet")
def store_too_small(study: Study) -> Outcomes:
    """Compare the bytes of each store of record at the horizon with its disks."""
    for name in dict.fromkeys(str(e.store) for e in study.design.data.values() if e.store):
        part = study.design.components[name]
        if part.has_trait(Trait.STORES_DATA) and not part.has_trait(Trait.VOLATILE, Trait.CACHES):
            yield _judged(study, name, part)


def _judged(study: Study, name: str, part: Component) -> Outcome:
    where = defined(study, name)
    if part.is_managed:
        return holds(name, f"the provider of {name} makes room", where)
    stored, room = study.figure(f"{name}.stored"), capacity(study, part)
    if stored is None or room is None:
        lacking = _gap(study, name, part)
        return unknown(name, lacking.message, lacking.span, lacking.action, lacking.fact)
    chance = stored.quantity.value.probability_above(room.value)
    said = f"{stored.shown} at the horizon, room for {show(room.quantity)}"
    if chance < UNLIKELY:
        return holds(name, said, where)
    sure = "" if chance == 1 else f", with a probability of {percent(chance)}"
    message = f"{name} is too small{sure}: {said}"
    if part.shards and part.shards.by:
        action = "plan for more shards or larger disks by then"
        return fails(name, message, where, action, Severity.MINOR)
    action = (
        f"split it: {name}: {{shards: {{count: …, by: ENTITY.field}}}}, or give it larger disks"
    )
    return fails(name, message, where, action)


def _gap(study: Study, name: str, part: Component) -> Gap:
    """The fact without which a store cannot be compared with its disks."""
    where = defined(study, name)
    if part.disk is None:
        message = f"how large the disks of {name} are is not stated"
        return Gap(f"components.{name}.disk", message, where, f"write {name}: {{disk: 2 TB}}")
    gaps = (storage_gap(study, e) for e, said in study.design.data.items() if said.store == name)
    message = f"what {name} stores cannot be worked out"
    rest = Gap(f"components.{name}", message, where, "state its copies and what lies in it")
    return next((one for one in gaps if one), rest)
