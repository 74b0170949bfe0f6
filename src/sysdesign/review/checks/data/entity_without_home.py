"""Every entity has one store of record and one owner.

Why
---
Two stores that both hold the truth will disagree, and two services that both write it will each
blame the other.

Flawed
------
    sysdesign: 1
    data:
      link: {store: links, key: code}
    components: {links: sql_database, web: service}

Sound
-----
    sysdesign: 1
    data:
      link: {store: links, owner: web, key: code}
    components: {links: sql_database, web: service}

False alarms
------------
What can be made again from other entities may lie in a cache: say so with `derived_from`.

Source
------
seven steps: "Req to id various system entities, how they will interact with each other"
"""

from sysdesign.design import Entity, Trait
from sysdesign.review.rule import Outcome, Outcomes, at, fails, holds, rule
from sysdesign.study import Study


@rule("DAT-02", needs=("data",))
def entity_without_home(study: Study) -> Outcomes:
    """Look for the store and the owner of each entity, and whether they are fit for it."""
    for name, entity in study.design.data.items():
        yield _flaw(study, name, entity) or holds(
            name, f"kept in {entity.store}, written by {entity.owner}", at(name)
        )


def _flaw(study: Study, name: str, entity: Entity) -> Outcome | None:
    parts = study.design.components
    if not entity.store:
        return fails(
            name, f"{name} has no store of record", at(name), f"write {name}: {{store: …}}"
        )
    if not entity.owner:
        return fails(
            name,
            f"nobody owns {name}",
            at(name),
            f"write {name}: {{owner: the service that alone writes it}}",
        )
    store, owner = parts[entity.store], parts[entity.owner]
    if not store.has_trait(Trait.STORES_DATA):
        return fails(
            name,
            f"{entity.store} is to keep {name}, and is no store",
            entity.at("store"),
            "name a store, or make it one",
        )
    if not owner.has_trait(Trait.RUNS_CODE):
        return fails(
            name,
            f"{entity.owner} is to own {name}, and runs no code of ours",
            entity.at("owner"),
            "name the service or worker that writes it",
        )
    if entity.written_by and not entity.derived_from and not store.has_trait(Trait.STORE_OF_RECORD):
        return fails(
            name,
            f"{name} is written by {', '.join(entity.written_by)} and lies only in "
            f"{entity.store}, which is not fit to be the store of record",
            entity.at("store"),
            "keep it in a database, or say what it is derived_from",
        )
    return None
