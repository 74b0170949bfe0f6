"""Slots of a station that are held through nested calls: the wait for one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import ceil, inf, isfinite, sqrt
from typing import NamedTuple, Protocol

from sysdesign.analyze.bounds import Longest
from sysdesign.analyze.loads import Load, most_useful
from sysdesign.analyze.outcome import AT_ONCE, Outcome, mixed_delay, remembered
from sysdesign.analyze.traffic import Fate, Held, traffic
from sysdesign.formulas.delays import Delay, constant, mixture, spread, waiting
from sysdesign.formulas.laws import EXPONENTIAL
from sysdesign.formulas.pools import Held as Stage
from sysdesign.formulas.pools import pool
from sysdesign.formulas.stations import refused, wait_mm
from sysdesign.formulas.tails import tail_of
from sysdesign.network import Flow, Node, Policy
from sysdesign.records import dataclass

_FAR = 7.0  # standard deviations between calls in hand and slots: no wait worth a number
_MOST_SLOTS = 1024  # of a pool that is solved; a part of the instances stands for all
_FEW = 2.0  # slots
_ALIKE = 1e-9
_BUSY = 0.3  # stations less used than this are plain delays
_BURSTY = 1.05
_NEARLY_FULL = 0.85
_NOTABLE = 0.02  # of the time a slot is held
_LINES = 3.0
_UNLIKE = 0.8


@dataclass(frozen=True, slots=True)
class PoolUse:
    """How a pool fares: wait for a slot beyond the waits behind it, and share of slots needed.

    `refused` is the share of calls that find neither a slot nor a place to wait for one. Where it
    `is_bound`, no more than `used` are needed. Autoscaling that makes instances for want of slots
    may make `more` times as many.
    """

    extra: Delay = AT_ONCE
    used: float | None = None
    refused: float = 0.0
    doubt: str = ""
    is_bound: bool = False
    more: float = 1.0

    @property
    def used_at_most(self) -> float | None:
        """Share of the slots that are needed, of those there may be."""
        return None if self.used is None else self.used / self.more


NO_POOL = PoolUse()


class _Block(NamedTuple):
    """Instances whose slots serve one queue, and their part of all calls to the station."""

    slots: int
    rate_per_s: float
    part: float


class _Behind(NamedTuple):
    """What a slot is held for: busy stations, a delay for all else; `rough` where they are few."""

    stages: list[Stage]
    delay_s: float
    rough: bool


class Clock(Protocol):
    """What is known of the stations behind a pool."""

    loads: Mapping[str, Load]
    fates: dict[int, Fate]

    def of(self, node: Node) -> Outcome:
        """How a node ends."""

    def wait(self, station: str) -> Delay:
        """Wait of a call at a station."""


def pool_use(load: Load, holding: Iterable[Held], clock: Clock) -> PoolUse:
    """Solve the pool of one station from the calls that hold its slots."""
    holds = [held for held in holding if held.rate_per_s > 0]
    if load.station.slots is None or not holds:
        return NO_POOL
    rate = sum(float(held.rate_per_s) for held in holds)
    outcomes = [clock.of(held.node.inner) for held in holds]
    inner = mixed_delay([float(held.rate_per_s) for held in holds], [ended(o) for o in outcomes])
    if not isfinite(float(inner.mean_s)):
        return NO_POOL  # what is behind is overloaded, and said to be
    load, more = _grown(load, rate * float(inner.mean_s))
    hot = _group(load, load.hottest, holds, rate, inner, clock)
    rest = (1 - load.hottest) / (load.groups - 1) if load.groups > 1 else load.hottest
    hot = replace(hot, more=more)
    if load.hottest - rest < _ALIKE or hot == PoolUse(used=hot.used, more=more):
        return hot
    other = _group(load, rest, holds, rate, inner, clock)
    shares = [load.hottest, 1 - load.hottest]
    refused = shares[0] * hot.refused + shares[1] * other.refused
    extra = mixture(shares, [hot.extra, other.extra])
    return PoolUse(extra, hot.used, refused, hot.doubt, more=more)


def _grown(load: Load, in_hand: float) -> tuple[Load, float]:
    """Instances that calls in hand make of autoscaling; how many times as many there may be.

    What follows a backlog or a lag grows until it keeps up, whether cores or slots are short.
    """
    scale = load.station.autoscale
    if scale is None or not scale.keeps_up:
        return load, 1.0
    most = max(most_useful(load.station), load.instances)
    wanted = in_hand * load.hottest / (float(load.station.slots or 1.0) * float(scale.of_one))
    instances = min(max(load.instances, float(ceil(wanted - 1e-9))), most)
    if instances > load.instances:
        load = replace(load, instances=instances)
    return load, most / instances


def surely_free(load: Load, holding: Iterable[Held], longest: Longest) -> PoolUse | None:
    """A pool whose slots are far from taken even if calls take as long as they may; else None."""
    holds = [held for held in holding if held.rate_per_s > 0]
    if load.station.slots is None or not holds:
        return NO_POOL
    in_hand = sum(float(held.rate_per_s) * longest.of(held.node.inner) for held in holds)
    rate = sum(float(held.rate_per_s) for held in holds)
    block = _block(load, rate * load.hottest, load.hottest)
    in_hand *= block.rate_per_s / rate
    if in_hand + _FAR * sqrt(in_hand) + _FEW < block.slots:
        return PoolUse(used=in_hand / block.slots, is_bound=True)
    return None


def _group(
    load: Load, share: float, holds: list[Held], rate: float, inner: Delay, clock: Clock
) -> PoolUse:
    """The pool of a group that gets this share of the calls."""
    block = _block(load, rate * share, share)
    hold_s = float(inner.mean_s)
    in_hand = block.rate_per_s * hold_s
    if hold_s <= 0:
        return PoolUse(used=0.0)
    if in_hand + _FAR * sqrt(in_hand) + _FEW < block.slots:
        return PoolUse(used=in_hand / block.slots)
    if load.station.waiting is not None:
        places = int(float(load.station.waiting) * block.slots / float(load.station.slots or 1.0))
        lost = float(refused(block.rate_per_s, hold_s, block.slots, places))
        if places == 0 or lost > _NOTABLE:
            return PoolUse(_bounded(block, hold_s, places, lost), in_hand / block.slots, lost)
    times = [float(clock.of(held.node.inner).answered.mean_s) for held in holds]
    least = min(times) if min(times) < _UNLIKE * max(times) else inf
    now = _solved(block, _behind(clock, holds, rate, hold_s, block), inner, least)
    return (
        now
        if now.doubt or (now.used or 1.0) >= 1
        else replace(now, doubt=_own(load, clock, hold_s))
    )


def _bounded(block: _Block, hold_s: float, places: int, lost: float) -> Delay:
    """Wait for a slot of those that find a place to wait; most of these are taken."""
    if places == 0:
        return AT_ONCE
    return spread(EXPONENTIAL, lost**0.5 * places * hold_s / block.slots)


def ended(outcome: Outcome) -> Delay:
    """Time until a call ends, answered or not."""
    return mixed_delay([outcome.share, 1 - outcome.share], [outcome.answered, outcome.failed])


def _block(load: Load, rate_per_s: float, share: float) -> _Block:
    """One instance where each gets calls of its own, else as many as can be solved for."""
    slots = float(load.station.slots or 1.0)
    apart = load.station.policy in (Policy.RANDOM, Policy.ROUND_ROBIN)
    parts = 1.0 if apart else max(1.0, min(load.instances, _MOST_SLOTS // slots))
    part = min(parts / load.instances, 1.0)
    return _Block(max(1, int(slots * parts + 1e-9)), rate_per_s * part, part * share)


def _behind(clock: Clock, holds: list[Held], rate: float, hold_s: float, block: _Block) -> _Behind:
    """Busy stations that calls visit with a slot in hand; others' calls take their servers too."""
    flows = [Flow("", "", held.rate_per_s, held.node.inner) for held in holds]
    inside = traffic(flows, clock.fates, sends=False)
    stages, rest, rough = list[Stage](), hold_s, False
    for name, streams in inside.streams.items():
        load = clock.loads[name]
        if not load.queues or load.utilisation < _BUSY:
            continue
        items = sum(float(stream.arrival_per_s) for stream in streams) / rate
        work = sum(float(s.arrival_per_s * s.work.mean_s * s.items) for s in streams) / rate
        demand = work * load.stretch
        if demand <= 0:
            continue  # who brings no work waits for that of others: a delay
        servers = load.servers * load.groups
        spare = servers * (1 - load.mean_utilisation) + rate * demand
        exact = spare * block.part
        count = int(exact + 1e-9)
        if count < 1:
            rough = True
            continue
        stages.append(Stage(demand * count / exact, count))
        rest -= items * float(clock.wait(name).mean_s) + demand * count / exact
        rough = rough or load.shape.scv > _BURSTY
    return _Behind(stages, max(rest, 0.0), rough)


def _own(load: Load, clock: Clock, hold_s: float) -> str:
    """Doubt where holders of slots queue for the servers of the same station."""
    station = load.station
    waited = float(clock.wait(station.name).mean_s)
    if not load.queues or not isfinite(waited) or load.utilisation >= 1:
        return ""
    line = 1 / (1 - load.utilisation)  # calls that wait, where some do
    few = float(station.slots or 1.0) - float(station.servers) < _LINES * line
    return (
        "so few slots that its queue for servers stays short"
        if (few and waited > _NOTABLE * hold_s)
        else ""
    )


def _solved(block: _Block, behind: _Behind, inner: Delay, least_s: float) -> PoolUse:
    stages = [*behind.stages, Stage(behind.delay_s)]
    now = pool(block.rate_per_s, block.slots, stages, scv_of(inner))
    used = block.rate_per_s / now.capacity_per_s
    if used >= 1:
        return PoolUse(waiting(1.0, inf, 1.0, EXPONENTIAL), used)
    free = behind.delay_s + sum(
        stage.demand_s + float(wait_mm(block.rate_per_s, stage.demand_s, int(stage.servers)))
        for stage in behind.stages
    )
    # what is waited for a slot is partly waited less behind it
    extra = max(float(now.wait_s) + float(now.hold_s) - free, 0.0) if isfinite(free) else 0.0
    unlike = float(now.wait_s) - extra > _NOTABLE * least_s
    doubt = "calls that take unlike times share its slots" if unlike else ""
    if extra <= 0:
        return PoolUse(used=used, doubt=doubt)
    chance = min(float(now.waiting), 1.0)
    wait = mixture([1 - chance, chance], [constant(0.0), spread(EXPONENTIAL, extra / chance)])
    return PoolUse(
        remembered(wait), used, doubt=_doubt(behind, used, extra / float(inner.mean_s)) or doubt
    )


def _doubt(behind: _Behind, used: float, waited: float) -> str:
    if behind.rough and waited > _NOTABLE:
        return "calls wait for a slot, and the stations behind are bursty or shared by many pools"
    return f"its slots are {used:.0%} used" if used > _NEARLY_FULL else ""


def scv_of(delay: Delay) -> float:
    """Squared coefficient of variation."""
    mean = float(delay.mean_s)
    if delay.is_fixed or mean <= 0:
        return 0.0
    return tail_of(delay).scv_beyond * ((mean - delay.shift_s) / mean) ** 2
