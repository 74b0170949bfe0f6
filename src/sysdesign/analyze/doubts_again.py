"""Doubts about calls that come to one station several times, where formulas do not follow them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Many
from math import isfinite

from sysdesign.analyze.bunches import NONE, added
from sysdesign.analyze.loads import same_queue
from sysdesign.analyze.result import Doubt
from sysdesign.analyze.times import Clock
from sysdesign.analyze.waiting import wait_variance
from sysdesign.formulas.recurring import mean_correlation
from sysdesign.network import (
    Call,
    Choice,
    Flow,
    Hold,
    Node,
    Parallel,
    Repeat,
    Sequence,
    Visit,
    expected,
)

_MISSED = 0.15  # of the variance
_BUSY = 0.25
_BUSY_WITH_OTHERS = 0.5
_LEAVE = 0.05  # of the calls
_REFUSED = 0.01
_FEW = 0.001


def again_doubts(flow: Flow, clock: Clock) -> Iterator[Doubt]:
    """Stations that a call comes back to behind a guard, a choice or a join.

    Waits there are put together as independent; how much of the variance that misses is known.
    """
    visits = {name: count for name, count in _visits(flow.root).items() if count > 1}
    if not visits:
        return
    outcome = clock.of(flow.root)
    mean = float(outcome.answered.mean_s)
    for name, count in visits.items():
        load = clock.loads[name]
        waited = float(clock.wait(name).mean_s)
        if not load.queues or not 0 < waited < float("inf") or not isfinite(mean):
            continue
        seconds, same = same_queue(load)
        alike = same * mean_correlation(2, mean / count / seconds)
        joined = outcome.waits[name].times if name in outcome.waits else 1
        missed = (count * (count - 1) - joined * (joined - 1)) * alike
        if missed * wait_variance(load, waited) > _MISSED * outcome.variance:
            yield Doubt(
                name, f"calls come to it {count:.3g} times, and meet a long queue each time"
            )


GivenUp = Mapping[str, Mapping[str, float]]
"""Calls a second that are given up at a time limit, by the station they wait for, by operation."""


def given_up(flows: Many[Flow], clock: Clock) -> GivenUp:
    """Where calls are given up at a time limit, and whose."""
    found: dict[str, dict[str, float]] = {}
    if all(fate.missing <= _FEW for fate in clock.fates.values()):
        return found
    for flow in flows:
        for node, count in expected(flow.root):
            if not isinstance(node, Call) or id(node) not in clock.fates:
                continue
            if node.guard.timeout_s is None and node.guard.deadline_s is None:
                continue
            rate = float(flow.rate_per_s) * float(count) * max(clock.fates[id(node)].missing, 0.0)
            for name in _visits(node.inner) if rate > 0 else ():
                mine = found.setdefault(name, {})
                mine[flow.operation] = mine.get(flow.operation, 0.0) + rate
    return found


def given_up_doubts(flow: Flow, lost: GivenUp, clock: Clock) -> Iterator[Doubt]:
    """Stations where calls of others are given up while they wait: they leave the queue early.

    Formulas let them wait to the end, and so this operation waits longer than it would.
    """
    for name in _visits(flow.root) if lost else ():
        load = clock.loads[name]
        if not load.queues or load.utilisation <= _BUSY_WITH_OTHERS or load.arrival_per_s <= 0:
            continue
        others = sum(
            r for operation, r in lost.get(name, {}).items() if operation != flow.operation
        )
        if others > _LEAVE * load.arrival_per_s:
            yield Doubt(name, "calls of others are given up while they wait, and leave it early")


def fed_less_doubts(flow: Flow, flows: Many[Flow], clock: Clock) -> Iterator[Doubt]:
    """Work that messages set off where some are refused, or their senders fail before they send.

    It is worked out as if all messages came.
    """
    if not flow.trigger:
        return
    for name, load in clock.loads.items():
        if load.station.component == flow.trigger and load.refused > _REFUSED:
            yield Doubt(
                name, f"it refuses {load.refused:.1%} of what is sent, and its consumers get less"
            )
    for sender in flows:
        failed = (
            1 - clock.of(sender.root).share if sender.operation in flow.from_operations else 0.0
        )
        if failed > _REFUSED:
            said = (
                f"{failed:.1%} of the calls of {sender.operation} fail, and may not have set it off"
            )
            yield Doubt(flow.operation, said)


def left_behind_doubts(flow: Flow, quorums: Many[Parallel], clock: Clock) -> Iterator[Doubt]:
    """Stations that still work on what a quorum did not wait for when the call comes again."""
    if not quorums:
        return
    whole = _visits(flow.root)
    for name in dict.fromkeys(name for node in quorums for name in _visits(node)):
        load = clock.loads[name]
        inside = max(_visits(node).get(name, 0.0) for node in quorums)
        if load.queues and load.utilisation > _BUSY and whole[name] > inside + 1e-9:
            yield Doubt(
                name, "it still works on what a call did not wait for when that comes again"
            )


def _visits(node: Node) -> dict[str, float]:
    """Mean number of visits to each station one after the other."""
    found = NONE
    match node:
        case Visit():
            return {node.station: 1.0}
        case Sequence():
            for part in node.parts:
                found = added(found, _visits(part), 1.0)
        case Choice():
            for branch in node.branches:
                found = added(found, _visits(branch.inner), float(branch.share))
        case Parallel():
            most: dict[str, float] = {}
            for part in node.parts:
                for name, count in _visits(part).items():
                    most[name] = max(most.get(name, 0.0), count)
            return most
        case Repeat():
            rounds = float(node.times) / max(min(float(node.times), float(node.at_once)), 1.0)
            found = added(found, _visits(node.inner), rounds)
        case Call() | Hold():
            return _visits(node.inner)
    return dict(found)
