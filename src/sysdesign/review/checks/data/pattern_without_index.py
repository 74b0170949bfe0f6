"""Every access pattern is served by the key, an index, or an entity made for it.

Why
---
Without one the store reads all records to find a few; that works in the test and stops working with
the data.

Flawed
------
    sysdesign: 1
    operations: {newest: {path: [posts]}}
    data:
      post: {store: posts, key: id, patterns: {newest by author: {used_by: newest}}}
    components: {posts: sql_database}

Sound
-----
    sysdesign: 1
    operations: {newest: {path: [posts]}}
    data:
      post: {store: posts, key: id, patterns: {by author: {index: author, used_by: newest}}}
    components: {posts: sql_database}

False alarms
------------
An entity `derived_from` this one that the operation reads instead serves the pattern, too.

Source
------
four weighted steps: "Indexing options"
"""

from sysdesign.design import Entity
from sysdesign.review.reading import reads_of
from sysdesign.review.rule import Outcomes, at, fails, holds, rule
from sysdesign.study import Study


@rule("DAT-04", needs=("data",), nothing="records are read by their key only")
def pattern_without_index(study: Study) -> Outcomes:
    """Look for what serves each pattern."""
    for name, entity in study.design.data.items():
        for title in entity.patterns:
            served = _served(study, name, entity, title)
            if served:
                yield holds(f"{name}.{title}", f"'{title}' is served by {served}", at(title))
            else:
                yield fails(
                    f"{name}.{title}",
                    f"nothing serves the pattern '{title}' of {name}",
                    at(title),
                    f"write {title}: {{index: [the fields it asks by]}}, or derive an entity "
                    "for it",
                )


def _served(study: Study, name: str, entity: Entity, title: str) -> str:
    pattern = entity.patterns[title]
    if pattern.index:
        fields = ", ".join(pattern.index)
        is_key = pattern.index == entity.key_[: len(pattern.index)]
        return f"the key ({fields})" if is_key else f"an index ({fields})"
    for other, view in study.design.data.items():
        readers = {visit.operation for visit in reads_of(study, other)}
        if name in view.derived_from and readers & set(pattern.used_by):
            return f"{other}, which is made for it"
    return ""
