"""Who reads an entity, and from where."""

from collections.abc import Iterator

from sysdesign.design import Visit
from sysdesign.study import Study


def reads_of(study: Study, entity: str, component: str | None = None) -> Iterator[Visit]:
    """Visits that read an entity, from one component or from any that holds it.

    A step that does not name the entity reads the only one in that store.
    """
    data = study.design.data
    homes = (component,) if component else (data[entity].store, *data[entity].copied_to)
    for home in homes:
        held = [n for n, e in data.items() if home == e.store or home in e.copied_to]
        for visit in study.estimate.ledger.visits_to.get(home or "", ()):
            of = visit.step.words.of or (held[0] if len(held) == 1 else None)
            if of == entity and visit.do.split("_")[0] == "read":
                yield visit
