"""What is stored follows from the rate, the size, the time it is kept, and the copies.

Why
---
Storage grows quietly until a disk is full at night. Copies and indexes are the part that is most
often forgotten.

Flawed
------
Not known: how large a link is.

    sysdesign: 1
    data:
      link: {store: links, key: code, count: 1M item}
    components: {links: {kind: sql_database, copies: 3}}

Sound
-----
    sysdesign: 1
    data:
      link: {store: links, key: code, count: 1M item, size: 500 B}
    components: {links: {kind: sql_database, copies: 3}}

False alarms
------------
Stores that the provider runs, and caches, are not asked for their copies.

Source
------
ten steps: "How much storage will we need?"
"""

from sysdesign.design import Trait
from sysdesign.review.facts import shown, storage_gap
from sysdesign.review.rule import Outcomes, at, defined, holds, rule, unknown
from sysdesign.study import Study


@rule("EST-02", needs=("data",))
def storage_not_known(study: Study) -> Outcomes:
    """Look for the bytes stored of each entity, and the copies its store keeps."""
    for name, entity in study.design.data.items():
        lacking = storage_gap(study, name)
        part = study.design.components.get(entity.store or "")
        if lacking:
            yield unknown(name, lacking.message, lacking.span, lacking.action, lacking.fact)
        elif (
            part and not part.copies and not part.is_managed and not part.has_trait(Trait.VOLATILE)
        ):
            yield unknown(
                name,
                f"how many copies {entity.store} keeps is not stated; one is taken",
                defined(study, str(entity.store)),
                f"write {entity.store}: {{copies: 3}}",
                f"components.{entity.store}.copies",
            )
        else:
            yield holds(
                name, f"{shown(study, f'{name}.stored')} at the horizon, without copies", at(name)
            )
