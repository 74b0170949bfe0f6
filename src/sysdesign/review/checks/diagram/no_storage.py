"""There is a lasting store, and some operation uses it.

Why
---
A system that remembers nothing is rare; a drawing that forgot where it remembers is not.

Flawed
------
    sysdesign: 1
    operations: {go: {path: [web: [hot]]}}
    components: {web: service, hot: cache}

Sound
-----
    sysdesign: 1
    operations: {go: {path: [web: [hot: {miss: [links]}]]}}
    components: {web: service, hot: cache, links: key_value_store}

False alarms
------------
A system that keeps nothing says so by declining any store: `declined: {sql_database: …}`.

Source
------
four weighted steps: "We also specify the data storage layer."
"""

from sysdesign import kinds
from sysdesign.design import Trait
from sysdesign.review.rule import Outcomes, at, fails, holds, rule, says
from sysdesign.study import Study


@rule("HLD-03", needs=("components", "operations"))
def no_storage(study: Study) -> Outcomes:
    """Look for a store among what operations reach."""
    design = study.design
    stores = [
        name
        for name, part in design.components.items()
        if part.has_trait(Trait.STORES_DATA) and not part.has_trait(Trait.CACHES, Trait.VOLATILE)
    ]
    used = [name for name in stores if name in study.reached]
    declined = [why for kind, why in design.declined.items() if _is_store(kind) and says(why)]
    if used:
        yield holds("components", f"{', '.join(used)} is used by a path", at(used[0]))
    elif declined:
        yield holds("components", f"no store: {declined[0]}", declined[0].span)
    else:
        said = f"no path uses {stores[0]}" if stores else "the design has no lasting store"
        yield fails(
            "components",
            said,
            at(stores[0]) if stores else design.at("components"),
            "name a store in the path of the operations that keep something",
        )


def _is_store(kind: str) -> bool:
    known = kinds.get(kind)
    return known is not None and known.has(Trait.STORE_OF_RECORD)
