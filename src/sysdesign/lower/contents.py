"""What a cache holds: keys asked for, and how many fit, from the file or from its hit ratio."""

from sysdesign.design import Step
from sysdesign.kinds.keys import keys_held, keys_in_use, skew
from sysdesign.kinds.lowering import Lowered, middle
from sysdesign.lower.part import DesignPart
from sysdesign.network import Contents, Number
from sysdesign.network.contents import USUAL_ZIPF


def contents(
    part: DesignPart, lowered: Lowered, step: Step, hit: Number, place: str
) -> Contents | None:
    """Contents of a cache for the entity of a step; None where its keys are not known.

    Where a hit ratio is stated, as many keys are held as give it.
    """
    component = part.component
    named = str(step.words.of or "") or (part.entities[0] if len(part.entities) == 1 else "")
    keys = keys_in_use(part, named) if named else None
    if keys is None or not keys > 1:
        return None
    said = skew(part, named)
    exponent, first = said or (USUAL_ZIPF, None)
    if first is not None and not first[0]:
        first = (1 / keys, first[1])
    stated = component.hit is not None or step.words.hit is not None
    held = None if stated or said is None else keys_held(part, named)
    ttl = None if held is None else part.numbers.value(component.ttl)
    ttl_s = None if ttl is None else middle(ttl)
    why = [] if said else [f"keys of {named} by Zipf {USUAL_ZIPF:g}, assumed"]
    if held is None:
        why.append("as many keys as give the hit ratio stated")
    return Contents(
        f"{part.name}@{place}/{named}", part.name, keys, exponent, first, held, middle(hit),
        place if lowered.station_at(place).place else "", str(component.evict or "lru"), ttl_s,
        bool(component.coalesce), _copies(lowered, place), "; ".join(why),
    )  # fmt: skip


def _copies(lowered: Lowered, place: str) -> float:
    """Instances that calls are spread over hold contents of their own; copies hold the same."""
    component, station = lowered.part.component, lowered.station_at(place)
    if component.is_managed or component.shards or component.copies or not station.queues:
        return 1.0
    return middle(station.instances)
