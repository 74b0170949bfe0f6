"""No single instance is needed by a must-have: another one takes its calls.

Why
---
What exists once is down as often as it breaks, and all that needs it is down with it.

Flawed
------
    sysdesign: 1
    problem: {level: B}
    requirements: {functional: {look: {priority: must, accept: A page is shown., by: go}}}
    operations: {go: {rate: 20 req/s, peak: 2, path: [web]}}
    components: {web: {kind: service, replicas: 1, cores: 4, work: 5 ms}}

Sound
-----
    sysdesign: 1
    problem: {level: B}
    requirements: {functional: {look: {priority: must, accept: A page is shown., by: go}}}
    operations: {go: {rate: 20 req/s, peak: 2, path: [web]}}
    components: {web: {kind: service, replicas: 2, cores: 4, work: 5 ms}}

False alarms
------------
Looked at are instances: by the loss of one more than 1% of the calls of a must-have fail. Whether
those that are left can carry the peak is BOT-01, and not told twice. A copy of one shard fails the
calls of that shard alone. What a provider runs is one part with an availability of its own; the
command `availability` names it. Optional calls and those with a fallback do not count. Level C asks
for none of this. Where no requirement is a must-have, every operation that an actor calls counts.

Source
------
ten steps: "Is there any single point of failure in our system? What are we doing to mitigate it?"
Birnbaum (1969) for the importance of a part.
"""

from sysdesign.availability import Pool, places_beside
from sysdesign.review.lacks import any_gap, open_for
from sysdesign.review.rule import Outcome, Outcomes, defined, fails, holds, rule
from sysdesign.review.statements import percent
from sysdesign.source import listed
from sysdesign.study import Study
from sysdesign.study.uptime import bare_model, musts

_NOTICED = 0.01


@rule("BOT-04", needs=("components", "operations"), nothing="nothing with instances is called")
def single_point(study: Study) -> Outcomes:
    """Look at the loss of one instance of each pool that a must-have needs."""
    lacking = any_gap(study)
    if lacking:
        yield open_for("must-haves", lacking)
        return
    worst = _worst(study)
    for pool in bare_model(study).pools.by_place.values():
        if pool.component not in study.design.components:
            continue
        if pool.name in worst and study.design.problem.level != "C":
            operation, share = worst[pool.name]
            yield _flaw(study, pool, operation, share)
        elif pool.count > 1 or study.design.problem.level == "C":
            said = f"{pool.count} instances stand in for each other"
            yield holds(pool.name, said, defined(study, pool.component))


def _worst(study: Study) -> dict[str, tuple[str, float]]:
    """Pools whose loss of one instance fails a must-have: the one it hurts most, and how much."""
    found: dict[str, tuple[str, float]] = {}
    model = bare_model(study)
    for operation in musts(study):
        names = [name for name in model.parts(operation) if name.startswith("one ")]
        shares = model.each(operation, [frozenset([name]) for name in names])
        for name, share in zip(names, shares, strict=True):
            pool = name.removeprefix("one ")
            if share >= _NOTICED and share > found.get(pool, ("", 0.0))[1]:
                found[pool] = (operation, share)
    return found


def _flaw(study: Study, pool: Pool, operation: str, share: float) -> Outcome:
    calls = f"{percent(share)} of the calls of {operation}"
    name = pool.component
    others = places_beside(study.network, pool)
    there = f" in {pool.place}: what is in {listed(others)} takes over only when all of it is lost"
    if pool.count == 1 and pool.shards > 1:
        said = f"a shard of {pool.name} has one copy; without it {calls} fail"
        action = f"give {name} a second copy of each shard{there if others else ''}"
    elif pool.count == 1:
        said = f"{pool.name} has one instance; without it {calls} fail"
        more = "a second instance" + (there if others else ", or a copy that takes over")
        action = f"give {name} {more}"
    else:
        said = f"without {pool.one} of {pool.name} {calls} fail"
        action = f"give {name} more copies than a call waits for"
    return fails(pool.name, said, defined(study, name), action)
