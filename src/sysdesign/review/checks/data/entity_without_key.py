"""Every entity has a key and fields, and the entities refer to each other.

Why
---
The key decides how a record is found and where it lies; references show which records must be read
together. Both are dear to change once there is data.

Flawed
------
    sysdesign: 1
    data:
      link: {store: links, fields: {code: id, url: string(2000)}}
    components: {links: sql_database}

Sound
-----
    sysdesign: 1
    data:
      link: {store: links, fields: {code: id, url: string(2000)}, key: code}
    components: {links: sql_database}

False alarms
------------
References are asked for once there are three entities or more; one `ref` or `derived_from` between
any two of them is enough.

Source
------
criteria: "What are the main entities we have in the datastore?"
"""

from sysdesign.design import Entity, FieldKind
from sysdesign.review.rule import Outcomes, at, fails, holds, listed, rule
from sysdesign.study import Study

_MANY = 3


@rule("DAT-01", needs=("data",))
def entity_without_key(study: Study) -> Outcomes:
    """Look for the key and the fields of each entity, and for references between them."""
    data = study.design.data
    for name, entity in data.items():
        stated = {"key": entity.key_, "fields": entity.fields}
        lacking = [key for key, value in stated.items() if not value]
        if lacking:
            yield fails(
                name,
                f"{name} has no {listed(lacking)}",
                at(name),
                f"write {name}: {{{', '.join(f'{key}: …' for key in lacking)}}}",
            )
        else:
            yield holds(name, f"found by {', '.join(entity.key_)}", at(name))
    with_fields = [entity for entity in data.values() if entity.fields]
    if len(with_fields) >= _MANY and not any(_refers(entity) for entity in data.values()):
        yield fails(
            "data",
            "no entity refers to another",
            study.design.at("data"),
            "make ref ENTITY the type of the fields that point to one",
        )


def _refers(entity: Entity) -> bool:
    return bool(entity.derived_from) or any(_is_ref(kind) for kind in entity.fields.values())


def _is_ref(kind: FieldKind) -> bool:
    return kind.name == "ref" or (kind.of is not None and _is_ref(kind.of))
