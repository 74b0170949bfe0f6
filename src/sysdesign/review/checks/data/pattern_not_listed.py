"""Access patterns are listed, with who uses them and how fresh the answer must be.

Why
---
Data is laid out for the questions that are asked of it. A question that comes up later is answered
by reading everything.

Flawed
------
    sysdesign: 1
    operations:
      newest: {path: [posts: {do: read_author, of: post}]}
    data: {post: {store: posts, key: id}}
    components: {posts: wide_column_store}

Sound
-----
    sysdesign: 1
    operations:
      newest: {path: [posts: {do: read_author, of: post}]}
    data:
      post:
        store: posts
        key: id
        patterns: {newest by author: {index: [author, created], used_by: newest, fresh: 5 s}}
    components: {posts: wide_column_store}

False alarms
------------
A plain `read` goes by the key and needs no pattern; a named one, `read_author`, does. The need of
the entity (`consistency`) stands for `fresh` where a pattern does not say.

Source
------
four weighted steps: "Data Access patterns"
"""

from collections.abc import Iterator

from sysdesign.design import Entity
from sysdesign.review.reading import reads_of
from sysdesign.review.rule import Outcome, Outcomes, at, fails, holds, listed, rule
from sysdesign.study import Study


@rule("DAT-03", needs=("data",))
def pattern_not_listed(study: Study) -> Outcomes:
    """Look for a pattern behind each named read, and at what each pattern says."""
    for name, entity in study.design.data.items():
        flaws = list(_flaws(study, name, entity))
        yield from flaws
        if not flaws:
            known = ", ".join(entity.patterns)
            yield holds(name, f"read by key, {known}" if known else "read by key only", at(name))


def _flaws(study: Study, name: str, entity: Entity) -> Iterator[Outcome]:
    used = {one for pattern in entity.patterns.values() for one in pattern.used_by}
    for visit in reads_of(study, name):
        if "_" in visit.do and visit.operation not in used:
            yield fails(
                name,
                f"{visit.operation} does {visit.do} of {name}, and no pattern is listed for it",
                at(visit.step.target),
                f"write {name}: {{patterns: {{NAME: {{index: […], used_by: {visit.operation}, "
                "fresh: …}}",
            )
            return
    for title, pattern in entity.patterns.items():
        lacking = [] if pattern.used_by else ["used_by"]
        lacking += [] if pattern.fresh or entity.consistency else ["fresh"]
        if lacking:
            yield fails(
                f"{name}.{title}",
                f"the pattern '{title}' of {name} does not say {listed(lacking)}",
                at(title),
                f"write {', '.join(f'{key}: …' for key in lacking)}",
            )
