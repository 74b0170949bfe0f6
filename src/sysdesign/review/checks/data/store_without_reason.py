"""Every store of record says why it is this kind of store.

Why
---
The kind of store is the choice that is hardest to take back. A reason that names a pattern, a
consistency or a size can be checked again when the load has grown.

Flawed
------
    sysdesign: 1
    data: {post: {store: posts, key: id}}
    components: {posts: {kind: wide_column_store, why: It scales.}}

Sound
-----
    sysdesign: 1
    data: {post: {store: posts, key: id}}
    components:
      posts:
        kind: wide_column_store
        why: Newest by author is one partition read, and writes scale with shards.

False alarms
------------
A decision about the store stands for its `why`. Whether the reason is a good one, people judge.

Source
------
four weighted steps: "The database to use"
"""

from sysdesign.review.reasons import reason_for
from sysdesign.review.rule import Outcomes, at, defined, fails, holds, rule
from sysdesign.study import Study


@rule("DAT-05", needs=("data",), nothing="no entity names its store yet")
def store_without_reason(study: Study) -> Outcomes:
    """Look for the reason of each store of record."""
    for name in dict.fromkeys(e.store for e in study.design.data.values() if e.store):
        part = study.design.components[name]
        reason = reason_for(study, name)
        where = defined(study, name)
        if reason:
            yield holds(name, reason, where)
        else:
            yield fails(
                name,
                f"nothing says why {name} is of the kind {part.kind}",
                at(part.why) if part.why else where,
                f"write {name}: {{why: the pattern, consistency or size that asks for it}}",
            )
