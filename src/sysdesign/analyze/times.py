"""How long a call takes: the laws of its visits put together along its tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf, isfinite

from sysdesign.analyze.before import Before
from sysdesign.analyze.bounds import Longest
from sysdesign.analyze.guards import guarded, tabled
from sysdesign.analyze.loads import Load, same_queue, shape_of
from sysdesign.analyze.outcome import (
    AT_ONCE,
    NOTHING,
    Join,
    Outcome,
    by_chance,
    ended_as,
    in_turn,
    one_by_one,
    remembered,
    scaled_parts,
    together,
)
from sysdesign.analyze.pools import NO_POOL, PoolUse, pool_use, surely_free
from sysdesign.analyze.result import Doubt
from sysdesign.analyze.side_by_side import SideBySide
from sysdesign.analyze.traffic import Fate, Traffic, missing_before, shares_of
from sysdesign.analyze.trees import Met, walked
from sysdesign.analyze.waiting import slowed, wait_of, wait_variance
from sysdesign.analyze.waits import Waits
from sysdesign.formulas.delays import Delay, series, spread
from sysdesign.formulas.forkjoin import fork_join_mean, harmonic
from sysdesign.formulas.laws import EXPONENTIAL
from sysdesign.formulas.rounds import in_rounds
from sysdesign.network import (
    Call,
    Choice,
    Hold,
    Node,
    Parallel,
    Policy,
    Repeat,
    Send,
    Sequence,
    Visit,
)
from sysdesign.network import (
    Delay as Pause,
)
from sysdesign.network.turns import is_partitions


class Clock:
    """Times of nodes at given loads; each node is worked out once.

    `fates` collects how guarded calls fare, `doubts` where a node is not to be trusted, both by
    the id() of the node. Where it is `rough`, slots that are surely far from taken are only told
    to be used at most so much, which saves the times of all that hold them. What meets stations
    as they were `before` is taken from there.
    """

    def __init__(
        self,
        loads: Mapping[str, Load],
        traffic: Traffic,
        *,
        rough: bool = False,
        before: Clock | None = None,
    ) -> None:
        self.loads = loads
        self.traffic = traffic
        self.fates: dict[int, Fate] = {}
        self.doubts: dict[int, Doubt] = {}
        self.pools: dict[str, PoolUse] = {}
        self.mets: dict[int, Met] = {}
        self._longest = Longest(self) if rough else None
        self._before = Before(before, loads) if before is not None else None
        self._outcomes: dict[tuple[int, bool], Outcome] = {}
        self._waits: dict[str, Delay] = {}
        self._variances: dict[str, float] = {}
        self._beside = SideBySide(loads, self.wait)
        self._first_waits: dict[str, Delay] = {}

    def of(self, node: Node, taken: bool = False) -> Outcome:
        """How a node ends. `taken`: its first wait is over, as when a message has been taken.

        A wait without end is never over.
        """
        key = (id(node), taken)
        found = self._outcomes.get(key)
        if found is None:
            found = self._as_before(node, key) if self._before else None
            if found is None:
                found = self._taken(node) if taken else self._of(node)
            self._outcomes[key] = found
        return found

    def _as_before(self, node: Node, key: tuple[int, bool]) -> Outcome | None:
        """How a node ended, where all that it meets is as it was."""
        before = self._before
        assert before is not None
        found = before.clock.outcomes.get(key)
        if found is None:
            return None
        met = before.met(node)
        if not before.is_same(met) or any(not _is_free(self.pool(name)) for name in met.holds):
            return None
        self._fare_as_before([node])
        return found

    def _fare_as_before(self, nodes: Iterable[Node]) -> None:
        """Guarded calls within nodes fare as they did."""
        before = self._before
        assert before is not None
        fates = before.clock.fates
        for node in nodes:
            guarded = before.met(node).guarded
            self.fates.update({one: fates[one] for one in guarded if one in fates})

    @property
    def outcomes(self) -> Mapping[tuple[int, bool], Outcome]:
        """What was worked out, by the id() of a node and whether its first wait is over."""
        return self._outcomes

    def _of(self, node: Node) -> Outcome:
        match node:
            case Visit():
                return self._visit(node, self._alone(node.station))
            case Sequence():
                return self._sequence(node) if node.parts else NOTHING
            case Pause():
                shape, mean = shape_of(node.spread), float(node.spread.mean_s)
                time = remembered(spread(shape, mean))
                return Outcome(time, parts={node.component: mean}, variance=shape.scv * mean**2)
            case Call():
                return self._call(node, self.of(node.inner))
            case Hold():
                return self._hold(node)
            case Repeat():
                return self._repeat(node, self.of(node.inner))
            case Parallel():
                return self.of(node.parts[0]) if len(node.parts) == 1 else self._parallel(node)
            case Choice():
                return self._choice(node, 0.0)
            case Send():
                self.of(node.inner)
        return NOTHING

    def _sequence(self, node: Sequence, taken: int = -1) -> Outcome:
        outcomes = []
        for i, part in enumerate(node.parts):
            missing = missing_before(node, i, self.fates)
            if isinstance(part, Choice) and missing > 0:
                outcomes.append(self._choice(part, missing))
            else:
                outcomes.append(self.of(part, i == taken))
                if i and outcomes[-1].waits:
                    outcomes[-1] = self._meeting_own(node, outcomes)
        return in_turn(outcomes)

    def _meeting_own(self, node: Sequence, outcomes: list[Outcome]) -> Outcome:
        """The last part of those so far, which may meet other work of its own call."""
        place, outcome = len(outcomes) - 1, outcomes[-1]
        first = place - 1
        while first and isinstance(node.parts[first], Send):
            first -= 1
        before = node.parts[first:place]
        found = self._beside.again(before, outcomes[first], node.parts[place], outcome)
        if found is None:
            return outcome
        return outcome._replace(
            answered=remembered(found.answered),
            parts=scaled_parts(outcome.parts, float(found.answered.mean_s)),
            waits=found.waits,
            rest=found.rest,
        )

    def _choice(self, node: Choice, missing: float) -> Outcome:
        shares = [max(float(share), 0.0) for share in shares_of(node, missing)]
        whole = sum(shares)
        if whole <= 0:
            return NOTHING
        outcomes = [self.of(branch.inner) for branch in node.branches]
        return by_chance([share / whole for share in shares], outcomes)

    def wait(self, station: str) -> Delay:
        """Wait of a call at a station."""
        found = self._waits.get(station)
        if found is None:
            found = self._waits[station] = remembered(wait_of(self.loads[station]))
        return found

    def _alone(self, station: str) -> Delay:
        """Wait of a call that comes by itself, or first of those that come with it."""
        if self.loads[station].abreast <= 1:
            return self.wait(station)
        found = self._first_waits.get(station)
        if found is None:
            found = self._first_waits[station] = remembered(self._beside.first_wait(station))
        return found

    def _wait_variance(self, station: str) -> float:
        """Variance of the wait of a call at a station, in seconds squared."""
        found = self._variances.get(station)
        if found is None:
            mean = float(self.wait(station).mean_s)
            found = self._variances[station] = wait_variance(self.loads[station], mean)
        return found

    def _visit(self, node: Visit, wait: Delay) -> Outcome:
        load = self.loads[node.station]
        mean = float(node.work.mean_s) * float(node.items) * load.stretch * slowed(load)
        shape = shape_of(node.work, float(node.items))
        work = remembered(spread(shape, mean))
        time = remembered(series([wait, work]))
        waited = 0.0 if wait is AT_ONCE else self._wait_variance(node.station)
        waits = {}
        if (load.again > 1 or load.together > 1) and 0 < waited < inf:
            waits[node.station] = Waits(wait, waited, *same_queue(load))
        return Outcome(
            answered=time,
            share=1 - load.refused,
            parts={load.station.component: float(time.mean_s)},
            variance=shape.scv * mean**2 + waited,
            waits=waits,
            rest=work if waits else None,
        )

    def _repeat(self, node: Repeat, inner: Outcome) -> Outcome:
        times, at_once = float(node.times), max(float(node.at_once), 1.0)
        varies = None if node.varies is None else shape_of(node.varies)
        waits: Mapping[str, Waits] = {}
        rest = None
        if inner.waits and at_once < 2 and times >= 1 and varies is None:
            answered, waits, rest = one_by_one(inner, times)
            answered = remembered(answered)
        elif inner.waits and at_once >= 2 and (found := self._in_rounds(node, inner)):
            answered, waits, rest = found.answered, found.waits, found.rest
        else:
            answered = remembered(in_rounds(inner.answered, times, at_once, varies))
        counts = 1.0 if varies is None else 1.0 + varies.scv
        failed = AT_ONCE
        if inner.share < 1:  # on average halfway
            failed = series([in_rounds(inner.answered, times / 2, at_once), inner.failed])
        return Outcome(
            answered=answered,
            share=inner.share**times,
            failed=failed,
            degraded=1 - (1 - inner.degraded) ** times,
            parts=scaled_parts(inner.parts, float(answered.mean_s)),
            variance=times * (inner.variance + counts * times * float(inner.answered.mean_s) ** 2),
            waits=waits,
            rest=rest,
        )

    def _in_rounds(self, node: Repeat, inner: Outcome) -> Join | None:
        """Rounds of calls that meet at one queue; None where they do not."""
        varies = None if node.varies is None else shape_of(node.varies)
        times, width = float(node.times), int(float(node.at_once) + 1e-9)
        known: dict[int, Join | None] = {}

        def of(count: int) -> Join | None:
            if count not in known:
                known[count] = self._beside.join([node.inner] * count, [inner] * count, count)
            return known[count]

        def slowest(count: int) -> Delay | None:
            found = of(count)
            return None if found is None else found.answered

        first = of(min(width, max(int(times), 1)))
        if first is None:
            return None
        if not first.waits or varies is not None or times != int(times):
            return Join(remembered(in_rounds(inner.answered, times, width, varies, slowest)))
        rounds, left = divmod(int(times), width)
        parts = [ended_as(first, max(rounds, 1))]
        if rounds and left:
            last = of(left) if left > 1 else None
            parts.append(ended_as(last, 1) if last else inner)
        whole = in_turn(parts)
        return Join(remembered(whole.answered), whole.waits, whole.rest)

    def _call(self, node: Call, inner: Outcome) -> Outcome:
        outcome, fate = guarded(inner, node.guard)
        if fate != _FREE:
            self.fates[id(node)] = fate
        return outcome

    def _hold(self, node: Hold, taken: bool = False) -> Outcome:
        pool, inner = self.pool(node.station), self.of(node.inner)
        if pool.refused > 0:
            self.fates[id(node)] = Fate(1.0, 1 - pool.refused)
        if (taken and isfinite(float(pool.extra.mean_s))) or _is_free(pool):
            return inner
        component = self.loads[node.station].station.component
        waited = Outcome(
            answered=pool.extra,
            share=1 - pool.refused,
            parts={component: float(pool.extra.mean_s)},
            variance=tabled(pool.extra)[1],
        )
        return in_turn([waited, inner])

    def pool(self, station: str) -> PoolUse:
        """Slots of a station, held through calls."""
        found = self.pools.get(station)
        if found is None:
            self.pools[station] = NO_POOL  # a pool held while waiting for itself ends here
            load, holding = self.loads[station], self.traffic.holds.get(station, ())
            found = self._before.pool(station, holding) if self._before else None
            if found is not None and self._before is not None:
                self._fare_as_before([held.node.inner for held in holding])
            elif self._longest:
                found = surely_free(load, holding, self._longest)
            found = pool_use(load, holding, self) if found is None else found
            self.pools[station] = found
        return found

    def slot_wait_s(self, station: str) -> float:
        """Mean wait for a slot of a station, inf where some are refused."""
        found = self.pool(station)
        return float(found.extra.mean_s) if found.refused <= 0 else inf

    def in_full(self, station: str) -> PoolUse:
        """The slots of a station as they are, where only a bound was told."""
        if self.pool(station).is_bound:
            load, holding = self.loads[station], self.traffic.holds.get(station, ())
            self.pools[station] = pool_use(load, holding, self)
        return self.pools[station]

    def _parallel(self, node: Parallel) -> Outcome:
        if not node.parts:
            return NOTHING
        outcomes = [self.of(part) for part in node.parts]
        needed = len(outcomes) if node.wait is None else min(node.wait, len(outcomes))
        known = None
        if any(outcome.waits for outcome in outcomes):
            known = self._beside.join(node.parts, outcomes, needed)
        return together(outcomes, node.wait, self._saved(node) if known is None else 0.0, known)

    def _saved(self, node: Parallel) -> float:
        """Seconds by which equal queues that get all calls together end before independent ones.

        Source: Nelson and Tantawi (1988), for exponential service and one server each.
        """
        queues = [self._only_queue(part) for part in node.parts]
        found = {load.station.name: load for load in queues if load is not None}
        if len(found) < max(len(queues), 2) or node.wait not in (None, len(found)):
            return 0.0
        use = [load.utilisation for load in found.values()]
        if max(use) >= 1 or max(use) - min(use) > _ALIKE * max(use):
            return 0.0
        first = next(iter(found.values()))
        if first.shape.scv < _REGULAR and use[0] > _BUSY_TOGETHER:
            self._doubt(node, "equal queues with much the same work are busy together")
        if first.servers > 1 or use[0] <= _BUSY:
            return 0.0
        if first.shape != EXPONENTIAL:
            self._doubt(node, "equal queues that are busy together are taken as independent")
            return 0.0
        time = first.work_s / (1 - use[0])
        mean = float(fork_join_mean(first.accepted_per_s, first.work_s, len(found)))
        saved = max(harmonic(len(found)) * time - mean, 0.0)
        if saved > _NOTABLE * mean:
            self._doubt(node, "equal queues that are busy together: the median is too high")
        return saved

    def _only_queue(self, node: Node) -> Load | None:
        """The one station that a branch queues at, if no other calls go there."""
        parts = walked(node, sends=False)
        visits = [part for part in parts if isinstance(part, Visit)]
        queues = [self.loads[v.station] for v in visits if self.loads[v.station].queues]
        if len(queues) != 1 or any(isinstance(n, Choice | Parallel | Repeat) for n in parts):
            return None
        load = queues[0]
        alone = len(self.traffic.streams.get(load.station.name, ())) == 1
        plain = load.groups == 1 and (load.instances == 1 or load.station.policy is Policy.SHARED)
        return load if alone and plain and load.accepted_per_s > 0 else None

    def _doubt(self, node: Node, why: str) -> None:
        self.doubts[id(node)] = Doubt("parallel calls", why)

    def _taken(self, node: Node) -> Outcome:
        match node:
            case Visit() if isfinite(float(self.wait(node.station).mean_s)):
                return self._visit(node, AT_ONCE)
            case Hold() if is_partitions(self.loads[node.station].station):
                return self.of(node.inner, taken=True)
            case Hold() if self.loads[node.station].station.slots is not None:
                return self._hold(node, taken=True)
            case Hold():
                return self.of(node.inner, taken=True)
            case Call():
                return self._call(node, self.of(node.inner, taken=True))
            case Parallel() if len(node.parts) == 1:
                return self.of(node.parts[0], taken=True)
            case Sequence() if node.parts:
                works = [any(isinstance(n, Visit) for n in walked(p)) for p in node.parts]
                first = works.index(True) if any(works) else 0
                return self._sequence(node, taken=first)
        return self.of(node)


def _is_free(pool: PoolUse) -> bool:
    return pool.extra is AT_ONCE and pool.refused <= 0


_FREE = Fate()
_ALIKE = 1e-6
_REGULAR = 0.7  # scv
_BUSY = 0.3
_BUSY_TOGETHER = 0.2
_NOTABLE = 0.1
