"""The queue that a call meets at a station, with the numbers of its formula."""

from __future__ import annotations

from math import isfinite

from sysdesign.analyze.loads import Load, waiting_most
from sysdesign.analyze.times import Clock
from sysdesign.analyze.waiting import meets_no_queue, takes_turns
from sysdesign.formulas.stations import erlang_c, wait_mm
from sysdesign.network import Policy
from sysdesign.records import dataclass


@dataclass(frozen=True, slots=True)
class Queueing:
    """How calls wait at a station; of the hottest group, where it has several.

    `group_per_s` calls come to that group; its queue gets `queue_per_s` and stands before
    `servers`, each of which takes `service_s`. `chance` is Erlang C, `plain_s` the mean wait of
    M/M/c, `wait_s` that of a call of any group by `model`: none (a pure delay), even (calls come
    too evenly to wait), shared (processor sharing), two (choices), bounded, turns (of instances at
    regular work), or queue. Calls come `together` at a time, 1 where they come one by one.
    Times are None where they have no end.
    """

    station: str
    component: str
    model: str
    shards: float
    hottest: float
    instances: float
    per_s: float
    group_per_s: float
    queue_per_s: float
    servers: int
    service_s: float
    utilisation: float
    chance: float
    plain_s: float | None
    wait_s: float | None
    work_scv: float
    arrival_scv: float
    together: float
    policy: str


def queueing(clock: Clock, station: str) -> Queueing:
    """The queue of a station at the loads of a clock."""
    load = clock.loads[station]
    queue = load.queue if load.queues else None
    offered = queue.arrival_per_s * queue.service_s if queue else 0.0
    stable = queue is not None and offered < queue.servers
    chance = plain = 0.0
    if queue and stable and offered > 0:
        chance = float(erlang_c(offered, queue.servers))
        plain = float(wait_mm(queue.arrival_per_s, queue.service_s, queue.servers))
    wait = float(clock.wait(station).mean_s)
    return Queueing(
        station=station,
        component=load.station.component,
        model=_model(load),
        shards=load.groups,
        hottest=load.hottest,
        instances=load.instances,
        per_s=load.accepted_per_s,
        group_per_s=load.accepted_per_s * load.hottest,
        queue_per_s=queue.arrival_per_s if queue else 0.0,
        servers=queue.servers if queue else 1,
        service_s=queue.service_s if queue else load.work_s,
        utilisation=load.utilisation,
        chance=chance if stable else 1.0,
        plain_s=plain if stable or queue is None else None,
        wait_s=wait if isfinite(wait) else None,
        work_scv=load.shape.scv,
        arrival_scv=queue.arrival_scv if queue else load.arrival_scv,
        together=queue.together if queue else 1.0,
        policy=load.station.policy.value,
    )


def _model(load: Load) -> str:
    """Which formula tells how calls wait."""
    if not load.queues or load.accepted_per_s <= 0:
        return "none"
    if load.station.order == "ps":
        return "shared"
    if meets_no_queue(load):
        return "even"
    if waiting_most(load.station) is not None:
        return "bounded"
    if load.station.policy is Policy.POWER_OF_TWO and load.instances > 2:
        return "two"
    return "turns" if takes_turns(load, load.queue) else "queue"
