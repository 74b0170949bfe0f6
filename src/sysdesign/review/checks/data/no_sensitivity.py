"""Every entity says how sensitive it is, and its store whether it is encrypted where that matters.

Why
---
Who may see a record decides where it may lie, who may copy it and what a leak costs. It cannot be
told from the table.

Flawed
------
    sysdesign: 1
    data: {account: {store: accounts, key: id}}
    components: {accounts: sql_database}

Sound
-----
    sysdesign: 1
    data: {account: {store: accounts, key: id, class: personal}}
    components: {accounts: {kind: sql_database, encrypted: true}}

False alarms
------------
Public and internal records need no special storage.

Source
------
criteria: "Are there any special requirements to store the data?"
"""

from sysdesign.review.rule import Outcomes, at, defined, fails, holds, rule, unknown
from sysdesign.study import Study

SENSITIVE = ("personal", "financial", "secret")


@rule("DAT-08", needs=("data",))
def no_sensitivity(study: Study) -> Outcomes:
    """Look for the class of each entity, and the encryption of stores of sensitive ones."""
    for name, entity in study.design.data.items():
        store = study.design.components.get(entity.store or "")
        if not entity.class_:
            yield fails(
                name,
                f"how sensitive {name} is, is not said",
                at(name),
                f"write {name}: {{class: public, internal, personal, financial or secret}}",
            )
        elif entity.class_ in SENSITIVE and store is not None and store.encrypted is None:
            yield unknown(
                name,
                f"{entity.store} keeps {name}, which is {entity.class_}, and whether it is "
                "encrypted is not stated",
                defined(study, str(entity.store)),
                f"write {entity.store}: {{encrypted: true}}, or how",
                f"components.{entity.store}.encrypted",
            )
        else:
            yield holds(name, f"{name} is {entity.class_}", entity.at("class"))
