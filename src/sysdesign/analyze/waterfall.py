"""The latency budget of an operation: its calls in order, when each starts, how long it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import isfinite
from typing import Any

from sysdesign.analyze.analyze import outcome_of
from sysdesign.analyze.outcome import Outcome
from sysdesign.analyze.result import Analysis
from sysdesign.analyze.solve import Settled
from sysdesign.analyze.times import Clock
from sysdesign.analyze.trees import nodes_of
from sysdesign.formulas.readings import percentiles
from sysdesign.formulas.tails import joined
from sysdesign.network import Call, Choice, Delay, Flow, Hold, Node, Parallel, Repeat, Send, Visit
from sysdesign.network import Sequence as InOrder
from sysdesign.records import dataclass

_NEVER = 1e-9
_PLAIN = ("", "parallel")
_TAIL = 0.99


@dataclass(frozen=True, slots=True)
class Step:
    """A call on the way of an operation.

    `start_s` and `mean_s` are means of the calls that make it, a `share` of all; both count from
    the start of the operation, what it calls in turn included. `own_s` is work and waiting at the
    component itself, `network_s` the way there and back. `times` calls are made, `at_once`
    together; of them all `mean_s` and `p99_s` tell. `how` is miss, choose, fallback, optional,
    parallel or async, or empty. All times are None where calls pile up without end.
    `station` is where the target itself works on it, `work_s` how long on each call and `way_s` how
    long each is under way. `branch` is the number of the branch that it starts, 0 where it starts
    none. Calls are given up after `limit_s`, a share `given_up` of them. `fallback` says what
    stands in for an optional one that fails.
    """

    depth: int
    component: str
    place: str
    do: str
    how: str
    share: float
    times: float
    at_once: float
    start_s: float | None
    mean_s: float | None
    own_s: float | None
    network_s: float | None
    p99_s: float | None
    station: str = ""
    work_s: float = 0.0
    way_s: float = 0.0
    branch: int = 0
    limit_s: float | None = None
    given_up: float = 0.0
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class Joint:
    """Branches that start together; it goes on when `needed` of them have ended.

    `last` names the first call of each branch, and how often it is the one that is waited for;
    `mean_s` is until then. None where calls pile up without end.
    """

    depth: int
    needed: int
    start_s: float | None
    mean_s: float | None
    last: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Budget:
    """The steps of an operation for calls from one origin."""

    operation: str
    origin: str
    mean_s: float | None
    p99_s: float | None
    steps: tuple[Step, ...]


def waterfall(analysis: Analysis, operation: str, origin: str | None = None) -> Budget:
    """Steps of an operation, for the origin with the most calls unless one is named.

    Raises: ValueError if there is no such operation, or no calls come from there.
    """
    state: Settled = analysis.state
    flows = [flow for flow in state.flows if flow.operation == operation]
    if not flows:
        raise ValueError(f"no operation {operation}: choose of {', '.join(analysis.operations)}")
    chosen = [flow for flow in flows if origin in (None, flow.origin)]
    if not chosen:
        raise ValueError(f"no calls of {operation} come from {origin}")
    flow = max(chosen, key=lambda one: float(one.rate_per_s))
    return _budget(flow, state.clock)


def _budget(flow: Flow, clock: Clock) -> Budget:
    outcome = outcome_of(flow, clock)
    mean = float(outcome.answered.mean_s)
    known = isfinite(mean) and outcome.share > 0
    p99 = percentiles(outcome.answered, [_TAIL])[0] if known else None
    walked = walk(flow, clock)
    steps = tuple(step for step in walked if isinstance(step, Step))
    return Budget(flow.operation, flow.origin, mean if known else None, p99, steps)


def walk(flow: Flow, clock: Clock) -> Iterator[Step | Joint]:
    """Steps of a flow in order; each joint stands before its branches."""
    return _Walk(clock).through(flow.root, _Way())


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a walk stands: seconds since the start, share of calls, how long a second counts.

    `rounds` is the end of all rounds of a repeated call; a tail of many that are more than one
    call each is not known.
    """

    depth: int = 0
    start_s: float = 0.0
    share: float = 1.0
    how: str = ""
    times: float = 1.0
    at_once: float = 1.0
    scale: float = 1.0
    rounds: Outcome | None = None
    repeated: bool = False


class _Walk:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def mean(self, node: Node) -> float:
        """Mean seconds until a node has ended; 0 for what is not waited for."""
        return float(self.clock.of(node).answered.mean_s)

    def through(self, node: Node, way: _Way) -> Iterator[Step | Joint]:
        match node:
            case Call():
                yield from self.call(node, way)
            case InOrder():
                for part in node.parts:
                    yield from self.through(part, way)
                    way = replace(way, start_s=way.start_s + way.scale * self.mean(part))
            case Parallel():
                yield from self.parallel(node, way)
            case Choice():
                yield from self.choice(node, way)
            case Repeat():
                yield from self.repeat(node, way)
            case Hold():
                extra = float(self.clock.pool(node.station).extra.mean_s)
                after = replace(way, start_s=way.start_s + way.scale * extra)
                yield from self.through(node.inner, after)
            case Send():
                sent = replace(way, how="async", scale=0.0)
                yield from self.through(node.inner, sent)

    def parallel(self, node: Parallel, way: _Way) -> Iterator[Step | Joint]:
        inside = replace(way, how=way.how or "parallel") if len(node.parts) > 1 else way
        first = [_first_call(part) for part in node.parts]
        if sum(name != "" for name in first) < 2:
            for part in node.parts:
                yield from self.through(part, inside)
            return
        yield self.joint(node, way, first)
        for number, part in enumerate(node.parts, 1):
            starts = number
            for step in self.through(part, inside):
                yield replace(step, branch=starts) if starts and isinstance(step, Step) else step
                starts = 0

    def joint(self, node: Parallel, way: _Way, first: list[str]) -> Joint:
        needed = len(node.parts) if node.wait is None else min(node.wait, len(node.parts))
        mean = way.scale * self.mean(node)
        _, last = joined([self.clock.of(part).answered for part in node.parts], needed)
        known = isfinite(mean) and isfinite(way.start_s)
        return Joint(
            way.depth, needed, way.start_s if known else None, mean if known else None,
            tuple(zip(first, last, strict=True)),
        )  # fmt: skip

    def choice(self, node: Choice, way: _Way) -> Iterator[Step | Joint]:
        branches = [branch for branch in node.branches if float(branch.share) * way.share > _NEVER]
        if node.why == "place" and branches:  # the same call to another copy
            branches = [max(branches, key=lambda branch: float(branch.share))]
            yield from self.through(branches[0].inner, way)
            return
        for branch in branches:
            taken, share = replace(way, how=node.why or "choose"), float(branch.share)
            if way.repeated:  # of so many calls a part, on average
                taken = replace(taken, times=way.times * share, scale=way.scale * share)
            else:
                taken = replace(taken, share=way.share * share)
            yield from self.through(branch.inner, taken)

    def repeat(self, node: Repeat, way: _Way) -> Iterator[Step | Joint]:
        once, whole = self.mean(node.inner), self.mean(node)
        times = float(node.times)
        if times < 1 and float(node.at_once) <= 1:  # some calls make it, the others do not
            yield from self.through(node.inner, replace(way, share=way.share * times))
            return
        scale = whole / once if once > 0 and isfinite(whole) else 1.0
        together = min(float(node.at_once), times)
        inside = replace(
            way,
            times=way.times * times,
            at_once=way.at_once * together,
            scale=way.scale * scale,
            rounds=self.clock.of(node) if isinstance(node.inner, Call) else None,
            repeated=True,
        )
        yield from self.through(node.inner, inside)

    def call(self, node: Call, way: _Way) -> Iterator[Step | Joint]:
        if node.target:  # the actor's guard of all has none
            yield self.step(node, way)
            how = "async" if way.how == "async" else ""
            way = replace(way, depth=way.depth + 1, how=how, rounds=None)
        yield from self.through(node.inner, way)

    def step(self, node: Call, way: _Way) -> Step:
        outcome = self.clock.of(node)
        mean, waited = float(outcome.answered.mean_s), way.how != "async"
        known = isfinite(mean) and isfinite(way.start_s)
        tail = way.rounds.answered if way.rounds else None if way.repeated else outcome.answered
        return Step(
            depth=way.depth,
            component=node.target,
            place=node.place,
            do=node.do,
            how="optional" if node.guard.optional and way.how in _PLAIN else way.how,
            fallback=node.guard.fallback,
            share=way.share,
            times=way.times * float(node.items),
            at_once=way.at_once,
            start_s=way.start_s if known else None,
            mean_s=way.scale * mean if known else None,
            own_s=way.scale * outcome.parts.get(node.target, 0.0) if known else None,
            network_s=way.scale * _network(node.inner) if known else None,
            p99_s=percentiles(tail, [_TAIL])[0] if tail and known and waited else None,
            way_s=_network(node.inner),
            limit_s=_limit(node),
            given_up=self.clock.fates[id(node)].missing if id(node) in self.clock.fates else 0.0,
            **self.worked(node),
        )

    def worked(self, call: Call) -> dict[str, Any]:
        """Where the target itself works longest on a call, and how long."""
        found: dict[str, Any] = {}
        for node in _own(call.inner):
            if isinstance(node, Visit):
                load = self.clock.loads[node.station]
                work = float(node.work.mean_s) * float(node.items) * load.stretch
                mine = load.station.component == call.target
                if mine and work > found.get("work_s", -1.0):
                    found = {"station": node.station, "work_s": work}
            elif isinstance(node, Delay) and node.component == call.target and not found:
                found = {"work_s": float(node.spread.mean_s)}
        return found


def _own(root: Node) -> Iterator[Node]:
    """Parts of a call in order, those of the calls it makes left out."""
    ahead = [root]
    while ahead:
        node = ahead.pop()
        yield node
        match node:
            case InOrder() | Parallel():
                ahead.extend(reversed(node.parts))
            case Choice():
                ahead.extend(branch.inner for branch in reversed(node.branches))
            case Hold() | Repeat():
                ahead.append(node.inner)


def _limit(call: Call) -> float | None:
    """Seconds after which an attempt is given up."""
    limits = [float(t) for t in (call.guard.timeout_s, call.guard.deadline_s) if t is not None]
    return min(limits, default=None)


def _first_call(part: Node) -> str:
    """Target of the first call in a part, "" without any."""
    calls = (node for node in nodes_of(part, sends=False) if isinstance(node, Call))
    return next((call.target for call in calls if call.target), "")


def _network(node: Node) -> float:
    """Seconds on the network of a call, those of the calls it makes left out."""
    match node:
        case Delay() if not node.component:
            return float(node.spread.mean_s)
        case InOrder():
            return sum(_network(part) for part in node.parts)
        case Hold():
            return _network(node.inner)
    return 0.0
