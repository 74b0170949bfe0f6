"""From rows of traces to what a person can follow: who worked for a call, when, how long."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sysdesign.simulate.kernel import layout as at
from sysdesign.simulate.result import Trace, TraceStep

if TYPE_CHECKING:
    from sysdesign.simulate.machine import Machine
    from sysdesign.simulate.plan import Plan
    from sysdesign.simulate.tables import Tables

LINES = 4000
"""Rows that there is room for, for each trace."""
_LEAST_S = 1e-12  # what takes less is no part of a waterfall
_DELAYS = "delays of "

_LASTING = {
    at.PURE: "works", at.HOLD: "waits for a slot", at.MISSED: "pauses before another attempt",
    at.LOST: "waits for what never comes", at.LOOKUP: "waits for another's fetch",
}  # fmt: skip
"""What a token does from a step to its next one, where that takes time."""
_MARKS = {
    at.ATTEMPT: "is asked once more", at.OPTIONAL: "is done without", at.FAILED: "fails",
    at.FALLBACK: "",
}  # fmt: skip


def trace(machine: Machine, tables: Tables, plan: Plan) -> None:
    """Set how many calls of each flow are told."""
    if plan.traces <= 0:
        return
    told = [
        k for k, flow in enumerate(tables.flows)
        if flow.operation == (plan.trace_of or flow.operation) and float(flow.rate_per_s) > 0
        and (plan.trace_of or not (flow.trigger or flow.join))
    ]  # fmt: skip
    for n in range(plan.traces if told else 0):
        machine.ins[told[n % len(told)] * at.FLOW + at.FL_TRACE] += 1


def traces_of(tables: Tables, machine: Machine) -> tuple[Trace, ...]:
    """The calls that were told, in the order in which they came."""
    count = int(machine.num[at.N_TRACED])
    rows: dict[int, list[tuple[float, int, int, int]]] = defaultdict(list)
    for k in range(count):
        number, token, step = (int(machine.told[at.LINE * k + j]) for j in range(at.LINE))
        rows[number].append((float(machine.told_at[k]), token, step >> 1, step & 1))
    return tuple(_Waterfall(tables).trace(some) for _, some in sorted(rows.items()))


class _Waterfall:
    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.code: Any = tables.code
        self.entries = {int(tables.ins[k * at.FLOW + at.FL_ENTRY]): flow
                        for k, flow in enumerate(tables.flows)}  # fmt: skip
        first = len(tables.flows) * at.FLOW
        self.names = {first + k * at.STATION: s.name for k, s in enumerate(tables.stations)}
        pairs = tables.pair_row(0)
        self.targets = {pairs + k * at.PAIR: p.target for k, p in enumerate(tables.pairs)}
        self.streams = {4 * k: name for k, name in enumerate(tables.streams)}
        self.caches = {held.row: held.words.component for held in tables.holding}

    def trace(self, rows: list[tuple[float, int, int, int]]) -> Trace:
        """One call: each token goes from step to step, and what lies between takes its time."""
        began, first = rows[0][0], rows[0][2]
        open_: dict[int, tuple[float, int, int]] = {}
        lying: dict[int, tuple[float, str]] = {}  # messages: since when, and where
        steps: list[TraceStep] = []
        for when, token, pc, begins in rows:
            kind = int(self.code[pc])
            if kind == at.SPILLED and not begins:
                lying[token] = (when, "")
                continue
            if token in lying:
                since, queue = lying[token]
                lying[token] = (since, queue or self.queue(pc))
                if kind in (at.SPILLED, at.GONE):
                    what = "lies until it is taken" if kind == at.SPILLED else "is dropped"
                    steps.append(TraceStep(since - began, what, queue, when - since))
                    del lying[token]
            if kind == at.SPILLED:
                continue
            before = open_.get(token)
            if before is not None and token not in lying:
                steps += self.between(began, before, when, pc)
            open_[token] = (when, pc, begins)
            if kind in (at.FAILED, at.CHILD, at.DONE, at.GONE):
                open_.pop(token, None)
            if _MARKS.get(kind):
                steps.append(TraceStep(when - began, _MARKS[kind], self.where(pc)))
        steps.sort(key=lambda step: step.at_s)
        named = self.entries.get(first)
        return Trace(named.operation if named else "", began, tuple(steps))

    def queue(self, pc: int) -> str:
        """What holds the messages of the flow that a step is the first of."""
        flow = self.entries.get(pc)
        return flow.trigger or flow.join if flow else ""

    def between(
        self, began: float, before: tuple[float, int, int], when: float, after: int
    ) -> list[TraceStep]:
        """What a token did between two steps."""
        start, pc, begins = before
        kind = int(self.code[pc])
        took = when - start
        if kind == at.LOOKUP and took < _LEAST_S:
            hit = after != int(self.code[pc + at.B])
            return [TraceStep(start - began, "hit" if hit else "miss", self.where(pc))]
        if took < _LEAST_S:
            return []
        if kind == at.VISIT:
            what = "works" if begins or after != pc else "waits"
        elif kind == at.DELAY:
            what = "takes its time" if self.where(pc) != "network" else "under way"
        else:
            what = _LASTING.get(kind, "")
        return [TraceStep(start - began, what, self.where(pc), took)] if what else []

    def where(self, pc: int) -> str:
        """Whom a step is about."""
        code, kind = self.code, int(self.code[pc])
        if kind in (at.VISIT, at.PURE, at.HOLD):
            return self.names.get(int(code[pc + at.A]), "")
        if kind == at.DELAY:
            name = self.streams.get(int(code[pc + at.C]), "").removeprefix(_DELAYS)
            return name or "network"
        if kind in (at.ATTEMPT, at.MISSED):
            return self.targets.get(int(code[pc + at.E]), "")
        return self.caches.get(int(code[pc + at.A]), "") if kind == at.LOOKUP else ""
