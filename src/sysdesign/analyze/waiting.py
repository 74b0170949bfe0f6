"""How long calls wait at a station under its load: by its policy, order, work and bounds."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isfinite

from sysdesign.analyze.loads import (
    Load,
    Queue,
    blocking,
    meets,
    queue_of,
    same_queue,
    waiting_most,
    whole,
)
from sysdesign.formulas.ahead import limited_places, two_choices, wait_behind
from sysdesign.formulas.bursts import wait_in_bursts
from sysdesign.formulas.delays import Delay, constant, mixture, spread, waiting
from sysdesign.formulas.in_step import InStep, in_step
from sysdesign.formulas.irregular import wait_chance_factor
from sysdesign.formulas.laws import CONSTANT, EXPONENTIAL, Shape, by_scv
from sysdesign.formulas.mixing import Mixed
from sysdesign.formulas.recurring import correlation
from sysdesign.formulas.regular import wait_between_regular
from sysdesign.formulas.stations import erlang_c, refused, wait_mg, wait_mm
from sysdesign.network import Policy

_FEW_LOST = 1e-6
_SEVERAL = 4
_OWN_QUEUE = 0.37  # part of a service lost to waiting at one instance, fitted: 5 to 20 instances
_SIDE_BY_SIDE = 1 + 1e-9
_AGAIN = 1.01
_REGULAR_WORK = 0.7  # scv: above, several servers are met better by other formulas


def slowed(load: Load) -> float:
    """How much longer work takes where all calls share the servers (order ps).

    In overload it is the wait that never ends. The mean is exact, for any law of the work on one
    server; so is that of each length of work.
    Source: Kleinrock, Queueing Systems II (1976), section 4.4.
    """
    idle = not load.queues or load.accepted_per_s <= 0
    if load.station.order != "ps" or idle or load.utilisation >= 1:
        return 1.0
    queue = load.queue
    return 1 + float(wait_mm(queue.arrival_per_s, queue.service_s, queue.servers)) / load.work_s


def wait_of(load: Load) -> Delay:
    """Wait of a call, the hottest group and the others by their shares; inf where overloaded."""
    if not load.queues or load.accepted_per_s <= 0:
        return constant(0.0)
    if load.station.order == "ps":
        return constant(0.0) if load.utilisation < 1 else waiting(1.0, inf, 1.0, EXPONENTIAL)
    if meets_no_queue(load) and load.utilisation < 1:
        return constant(0.0)
    groups = load.groups
    rest = 1 - load.hottest
    hot = _group_wait(load, load.hottest)
    if groups <= 1 or load.hottest - 1 / groups < 1e-9 or rest <= 0:
        return hot
    return mixture([load.hottest, rest], [hot, _group_wait(load, rest / (groups - 1))])


def meets_no_queue(load: Load) -> bool:
    """Whether calls come so evenly that none waits: constant work after as long constant work.

    Calls leave c servers of constant work such that any c + 1 of them span that work at least; as
    many servers that take no longer have always finished the first when the last comes.
    """
    promised = load.spaced
    if promised is None or load.shape != CONSTANT or not is_one_queue(load):
        return False
    return promised.calls <= whole(load.servers) and promised.seconds >= load.work_s * (1 - 1e-9)


def is_one_queue(load: Load) -> bool:
    """Whether all calls stand in one line for whole servers."""
    shared = load.station.policy is Policy.SHARED or load.instances == 1
    return load.groups == 1 and shared and load.servers == whole(load.servers)


def steps_of(load: Load) -> InStep | None:
    """The waits of batches that keep in step, all of as many calls of constant work."""
    if load.batches < 2 or load.shape != CONSTANT or not is_one_queue(load):
        return None
    if waiting_most(load.station) is not None or not 0 < load.utilisation < 1:
        return None
    return in_step(load.utilisation, load.work_s, whole(load.servers), load.batches)


def wait_variance(load: Load, mean_s: float) -> float:
    """Variance of a wait of this mean, roughly: as long as work is not much wilder than its scv."""
    if mean_s == 0 or not isfinite(mean_s):
        return mean_s
    queue = load.queue
    chance = float(erlang_c(queue.arrival_per_s * queue.service_s, queue.servers))
    waited = mean_s / max(chance, 1e-12)
    return mean_s * waited * (1 + max(1.0, load.shape.scv))


def _recurring(load: Load, share: float) -> Load:
    """The load with the work that waits are made of where calls come again and again.

    The excess of its scv over 1 counts 2 / (k + 1) fold for k visits of each call: near full load
    all work ahead, that of visits to come included, is that of a queue with calls of k pieces; a
    call has (k + 1) / 2 of them left on average. Visits far apart in time are as if of other calls.
    Exact for one server near full load, and for exponential work.
    Source: Reiman, "A multiclass feedback queue in heavy traffic", Advances in Applied Probability
    20, 1988.
    """
    scv = load.shape.scv
    if load.again < _AGAIN or scv == 1 or not isfinite(scv) or load.utilisation >= 1:
        return load
    seconds, _ = same_queue(load)
    more = (load.again - 1) * meets(load, share)
    kept = 1 - correlation(load.apart_s / seconds) * more / (more + 2)
    return load.with_shape(by_scv(max(1 + (scv - 1) * kept, 0.0)))


def _group_wait(load: Load, share: float) -> Delay:
    load = _recurring(load, share)
    queue = queue_of(load, share)
    rho = queue.arrival_per_s * queue.service_s / queue.servers
    if waiting_most(load.station) is not None:
        bounded = _bounded(load, queue)
        if bounded is not None:
            return bounded
    several = load.instances > 1 and rho < 1
    policy = load.station.policy
    if policy is Policy.POWER_OF_TWO and load.instances <= 2:  # both are looked at
        policy = Policy.LEAST_CONNECTIONS
        queue = queue_of(replace(load, station=replace(load.station, policy=policy)), share)
    if several and policy is Policy.POWER_OF_TWO:
        ahead = two_choices(rho, queue.servers, load.instances)
        return wait_behind(ahead, queue.service_s, queue.servers, max(load.shape.scv, 0.0))
    if rho < 1 and takes_turns(load, queue):
        _, irregular, _, servers, service = queue
        scv = max(load.shape.scv, 0.0)
        return wait_between_regular(rho, service, servers, scv, irregular).delay
    if (steps := steps_of(load)) is not None:
        return steps.of_any(load.batches)
    chance, mean = _wait(queue, load.shape)
    if several and policy is Policy.LEAST_CONNECTIONS:
        mean += _OWN_QUEUE * chance * load.work_s / float(load.station.servers) * _uneven(load)
    if queue.together > _SIDE_BY_SIDE and 0 < chance < 1 and isfinite(mean):
        return _wait_of_bunches(queue, load.shape, chance, mean)
    return waiting(chance, mean, rho, waited_law(load.shape, queue.servers))


def takes_turns(load: Load, queue: Queue) -> bool:
    """Whether instances take turns, and so get their calls regularly, at work that is regular."""
    turns = load.station.policy is Policy.ROUND_ROBIN and load.instances > 1
    return turns and load.shape.scv <= _REGULAR_WORK and queue.together <= _SIDE_BY_SIDE


def _wait_of_bunches(queue: Queue, shape: Shape, chance: float, mean: float) -> Delay:
    """Wait of calls that come together: as spread as with exponential work, or as its own law."""
    burst = wait_in_bursts(queue.arrival_per_s, queue.service_s, queue.servers, queue.together)
    alone = wait_in_bursts(queue.arrival_per_s, queue.service_s, queue.servers, 1.0)
    longest = max(burst.mean_s, mean)
    if longest <= 0 or chance <= 0:
        return constant(0.0)
    part = (burst.mean_s - alone.mean_s) / longest
    scv = burst.scv + (1 - part) * max(shape.scv - 1, 0.0)
    waits = spread(by_scv(scv), mean / chance)
    return mixture([1 - chance, chance], [constant(0.0), waits])


def waited_law(shape: Shape, servers: int) -> Shape:
    """The law whose residuals make up a wait: one of the same scv where several servers are busy.

    Of many servers the first is done long before the tail of its work counts: simulations of
    lognormal work on four servers are met better so, and its tables are saved.
    """
    if servers < _SEVERAL and not isinstance(shape, Mixed):
        return shape
    return by_scv(max(shape.scv, 0.0)) if isfinite(shape.scv) else shape


def _uneven(load: Load) -> float:
    return (1 + max(load.shape.scv, 0.0)) / 2


def _wait(queue: Queue, shape: Shape) -> tuple[float, float]:
    """Probability to wait and mean wait in one queue."""
    arrival, irregular, together, servers, service = queue
    offered = arrival * service
    if offered >= servers:
        return 1.0, inf
    scv, rho = max(shape.scv, 0.0), offered / servers
    light = shape.light_load_ratio(servers) if servers > 1 else None
    mean = float(wait_mg(arrival, service, servers, scv, irregular, light))
    chance = float(erlang_c(offered, servers)) * wait_chance_factor(rho, irregular, scv)
    if together > _SIDE_BY_SIDE:
        alone = wait_in_bursts(arrival, service, servers, 1.0)
        burst = wait_in_bursts(arrival, service, servers, together)
        return max(burst.probability, chance), mean + (burst.mean_s - alone.mean_s)
    return min(chance, 1.0), mean


def _bounded(load: Load, queue: Queue) -> Delay | None:
    """Wait where only so many may; None where too many may to tell them apart and few are lost."""
    arrival, service, servers, places = blocking(load, queue)
    ahead = limited_places(arrival * service, servers, places)
    if ahead is not None:
        return wait_behind(ahead, service, servers, max(load.shape.scv, 0.0))
    lost = float(refused(arrival, service, servers, places))
    if lost < _FEW_LOST:
        return None
    taken = queue._replace(arrival_per_s=min(arrival * (1 - lost), (1 - lost) * servers / service))
    chance, mean = _wait(taken, load.shape)
    most = places * service / servers
    rho = min(taken.arrival_per_s * service / servers, 1 - 1e-6)
    return waiting(chance, min(mean, most), rho, waited_law(load.shape, servers))
