"""With any one zone lost, every must-have still finds instances and copies that answer.

Why
---
A zone is a building with its own power and network, and buildings fail. Instances that all stand
in one of them fail together, however many there are.

Flawed
------
    sysdesign: 1
    problem: {level: A}
    requirements: {functional: {look: {priority: must, accept: A page is shown., by: go}}}
    operations: {go: {rate: 20 req/s, peak: 2, path: [web]}}
    places: {eu: {zones: [eu-a, eu-b]}}
    components: {web: {kind: service, in: eu-a, replicas: 4, cores: 4, work: 5 ms}}

Sound
-----
    sysdesign: 1
    problem: {level: A}
    requirements: {functional: {look: {priority: must, accept: A page is shown., by: go}}}
    operations: {go: {rate: 20 req/s, peak: 2, path: [web]}}
    places: {eu: {zones: [eu-a, eu-b]}}
    components: {web: {kind: service, in: eu, replicas: 4, cores: 4, work: 5 ms}}

False alarms
------------
Asked at level A alone; BOT-04 asks the same of one instance at level B. More than 1% of the calls
have to fail. Whether what is left carries the peak is BOT-01, and not told twice.

Source
------
nine steps: "We'll implement redundancy with multiple data centers"
"""

from sysdesign.review.lacks import any_gap, open_for
from sysdesign.review.rule import Outcomes, defined, fails, holds, rule
from sysdesign.review.statements import percent
from sysdesign.study import Study
from sysdesign.study.uptime import bare_model, musts

_NOTICED = 0.01


@rule("BOT-06", needs=("components", "operations"), nothing="no must-have stands in zones")
def zone_needed(study: Study) -> Outcomes:
    """Look at the loss of each zone of the must-haves."""
    lacking = any_gap(study)
    if lacking:
        yield open_for("must-haves", lacking)
        return
    if study.design.problem.level != "A":
        yield holds("zones", f"level {study.design.problem.level or 'B'} need not outlive a zone")
        return
    model = bare_model(study)
    for operation in musts(study):
        zones = [name for name in model.parts(operation) if name.startswith("zone ")]
        shares = model.each(operation, [frozenset([zone]) for zone in zones])
        if not zones:
            continue
        worst, zone = max(zip(shares, zones, strict=True), key=lambda one: one[0])
        where = defined(study, operation)
        if worst < _NOTICED:
            yield holds(operation, f"it outlives each of {len(zones)} zones", where)
            continue
        culprits = _culprits(study, zone.removeprefix("zone "), operation)
        yield fails(
            operation,
            f"with {zone} lost {percent(worst)} of the calls fail: {culprits}",
            where,
            "spread its components over the zones of a region, with room for the loss of one",
        )


def _culprits(study: Study, zone: str, operation: str) -> str:
    """Pools that are left with too few by the loss of a zone."""
    model, names = bare_model(study), []
    for _, flow in model.flows(operation):
        scene = model.scene(operation, flow.origin, frozenset())
        for needs in scene.needs if scene else ():
            lost = sum(s.count for pool in needs.pools for s in pool.stands if s.zone == zone)
            whole = sum(pool.count for pool in needs.pools)
            if lost and whole - lost < needs.k:
                left = f"{whole - lost} of {whole} left, {needs.k} needed"
                names.append(f"{needs.pools[0].name} ({left})")
    return ", ".join(dict.fromkeys(names)) or "what is left cannot carry them"
