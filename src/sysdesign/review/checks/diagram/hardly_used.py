"""No component is many times larger than its load, its bytes and its spares ask for.

Why
---
What is hardly used is paid for, patched and woken up for like the rest. It is often sized for a
load that never came, or for one that another component takes.

Flawed
------
    sysdesign: 1
    operations: {go: {rate: 10 req/s, path: [web]}}
    components: {web: {kind: service, replicas: 12, work: 5 ms}}

Sound
-----
    sysdesign: 1
    operations: {go: {rate: 10 req/s, path: [web]}}
    components: {web: {kind: service, replicas: 3, work: 5 ms}}

False alarms
------------
Questioned is what at peak uses less than 5% of its cores, slots, limits, memory, disks and
connections at its busiest place, and has at least twice the instances that its load and its spares
ask for; spares are one in each zone, and three in any case. Where it is not known how full memory,
disks or connections are, nothing is said. That a component serves no
requirement and has no reason is HLD-07, and not told twice.

Source
------
nine steps: "Keep It Simple: Start with a simple design and add complexity as needed."
"""

from math import ceil

from sysdesign.design import Component, Trait
from sysdesign.review.capacity import capacity, instances
from sysdesign.review.facts import number
from sysdesign.review.lacks import component_gap, open_for
from sysdesign.review.rule import Outcome, Outcomes, at, defined, fails, holds, rule
from sysdesign.study import Study
from sysdesign.study.losses import group_size, zones_of
from sysdesign.study.plans import planned_use

LEAST_USED = 0.05
SPARES = 3
TOO_MANY = 2.0


@rule("HLD-09", needs=("components", "operations"), nothing="nothing that is called is counted")
def hardly_used(study: Study) -> Outcomes:
    """Compare the use of each component with what it has beyond its spares."""
    for name, part in study.design.components.items():
        counted = part.has_trait(Trait.HAS_INSTANCES) and not part.is_managed
        if not counted or name not in study.reached:
            continue
        lacking = component_gap(study, name)
        if lacking:
            yield open_for(name, lacking)
            continue
        used = _used(study, name, part)
        if used is not None:
            yield _judged(study, name, *used)


def _judged(study: Study, name: str, used: float, of: str) -> Outcome:
    sizes, zones = group_size(study, name), zones_of(study, name)
    spares = {place: max(SPARES, zones.get(place, 0)) for place in sizes}
    shards = max(
        (float(s.shards) for s in study.network.stations.values() if s.component == name),
        default=1.0,
    )
    now = sum(sizes.values()) * shards
    enough = sum(max(spares[p], ceil(sizes[p] * shards * used / planned_use(study))) for p in sizes)
    if used >= LEAST_USED or now < TOO_MANY * enough:
        spare = "" if used >= LEAST_USED else f"; spares ask for as many as {enough:,}"
        return holds(name, f"{_shown(used)} of its {of} used at peak{spare}", at(name))
    return fails(
        name,
        f"{name} has {now:,g} instances, and at its busiest place no more than {_shown(used)} of "
        f"its {of} is used at peak",
        defined(study, name),
        f"{enough:,g} would do and be spare enough; or say in accept what the rest is for",
    )


def _shown(share: float) -> str:
    return f"{share:.0%}" if share >= 0.01 else "under 1%"


def _used(study: Study, name: str, part: Component) -> tuple[float, str] | None:
    """The most used of all that it has, and what that is; None where some is not known."""
    stations = [s for s in study.analysis.stations.values() if s.component == name]
    found: list[tuple[float | None, str]] = [(0.0, "cores")]
    for one in stations:
        found.append((one.utilisation or 0.0, "cores"))
        found.append((one.slots_used or 0.0, "slots"))
        found.append((one.cap_used or 0.0, "limit"))
    if part.has_trait(Trait.STORES_DATA, Trait.ASYNCHRONOUS):
        found.append((_bytes(study, name, part), "room for data"))
    if part.has_trait(Trait.HOLDS_CONNECTIONS):
        found.append((_connections(study, part), "connections"))
    known = [(share, of) for share, of in found if share is not None]
    return max(known) if len(known) == len(found) else None


def _bytes(study: Study, name: str, part: Component) -> float | None:
    """Share of disks or memory that what it keeps fills."""
    stored, room = study.figure(f"{name}.stored"), capacity(study, part)
    if stored is not None and room is not None and room.value.median > 0:
        return stored.median / room.value.median
    needed, memory = study.figure(f"{name}.memory_needed"), number(study, part.memory)
    count = instances(study, part)
    if needed is None or not memory or count is None or count.value.median <= 0:
        return None
    return needed.median / (memory * count.value.median)


def _connections(study: Study, part: Component) -> float | None:
    said, count = part.connections, instances(study, part)
    opened = number(study, said.open) if said else None
    limit = number(study, said.limit) if said else None
    if opened is None or not limit or count is None or count.value.median <= 0:
        return None
    return opened / (limit * count.value.median)
