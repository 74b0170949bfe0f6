"""From trees to programs: each flow becomes steps that a token does one after another.

A node is compiled backwards: its steps know where to go on when it went well and when it failed.
What a token has to remember on its way (instances it holds, counters, guards) has a place of its
own, known here; parts that are done at the same time and what nobody waits for start with fresh
counters and guards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf

from sysdesign.network import (
    Attempts,
    Branch,
    Call,
    Choice,
    Delay,
    Hold,
    Network,
    Node,
    Nothing,
    Parallel,
    Repeat,
    Retry,
    Send,
    Sequence,
    Spread,
    Station,
    Visit,
)
from sysdesign.simulate.kernel import layout as at
from sysdesign.simulate.laws import Laws, one

_WITH_REGISTERS = frozenset(
    (at.TIMES, at.AGAIN, at.WAVE, at.GUARD, at.ATTEMPT, at.PASSED, at.MISSED)
)


@dataclass(frozen=True)
class Scope:
    """What surrounds a node: registers in use, and stations held."""

    held: Mapping[str, int] = field(default_factory=dict)
    holds: int = 0
    counters: int = 0
    guards: int = 0
    is_part: bool = False

    def fresh(self, *, held: bool) -> Scope:
        """Of a token of its own."""
        if held:
            return Scope(self.held, self.holds, is_part=True)
        return Scope(is_part=True)


@dataclass(frozen=True)
class Pair:
    """Calls of one component by another, from one place."""

    caller: str
    target: str
    from_place: str


@dataclass(frozen=True)
class Route:
    """Messages of a call go to a flow: so many for each item, on average."""

    flow: int
    gain: float


class Program:
    """Steps of all flows, with the laws and parameters that they use.

    `routes` tells to which flows the calls of an operation hand messages over.
    """

    def __init__(self, network: Network, rows: Mapping[str, int], pairs_from: int) -> None:
        self.network = network
        self.rows = rows
        self.pairs_from = pairs_from
        self.code: list[int] = [at.GONE] + [0] * (at.STEP - 1)
        self.real: list[float] = [0.0]
        self.laws = Laws(self.code, self.real)
        self.streams: dict[str, int] = {}
        self.pairs: dict[Pair, int] = {}
        self.bits: dict[str, int] = {}
        self.most = [0, 0, 0]  # holds, counters, guards
        self.widest = 1
        self._marked: list[int] = []  # steps that name a counter or a guard
        self.hands: Mapping[tuple[str, str], tuple[Route, ...]] = {}

    # -- what a flow is --------------------------------------------------------------------------

    def flow(self, index: int, name: str, root: Node, *, cut: bool) -> int:
        """The first step of a flow; `cut`: whether its end may be foreseen."""
        self.route = self.stream(f"routes of {name}")
        self.jitter = self.stream(f"jitter of {name}")
        self.operation = self.network.flows[index].operation
        self.bits = {}
        self.cut = cut
        return self.node(root, self.step(at.DONE), self.step(at.FAILED), Scope())

    def stream(self, name: str) -> int:
        """Place of a random stream."""
        return 4 * self.streams.setdefault(name, len(self.streams))

    def pair(self, call: Call) -> int:
        """Row of a pair, or -1 for the actor's guard of a whole operation."""
        key = Pair(call.caller, call.target, call.from_place)
        return self.pairs_from + at.PAIR * self.pairs.setdefault(key, len(self.pairs))

    def step(self, kind: int, **fields: int) -> int:
        """A step, and its place."""
        place = len(self.code)
        self.code += [kind] + [0] * (at.STEP - 1)
        for name, value in fields.items():
            self.code[place + getattr(at, name)] = value
        if kind in _WITH_REGISTERS:
            self._marked.append(place)
        return place

    def numbers(self, *values: float) -> int:
        """Parameters, and their place."""
        place = len(self.real)
        self.real += values
        return place

    def list_of(self, values: list[int]) -> int:
        """A list in the code."""
        place = len(self.code)
        self.code += values
        return place

    def _needs(self, scope: Scope) -> None:
        found = (scope.holds, scope.counters, scope.guards)
        self.most = [max(a, b) for a, b in zip(self.most, found, strict=True)]

    # -- nodes -----------------------------------------------------------------------------------

    def node(self, node: Node, ok: int, fail: int, scope: Scope) -> int:
        """The first step of a node."""
        self._needs(scope)
        match node:
            case Nothing():
                return ok
            case Delay():
                return self.delay(node, ok)
            case Visit():
                return self.visit(node, ok, fail, scope)
            case Hold():
                return self.hold(node, ok, fail, scope)
            case Sequence():
                return self.sequence(node.parts, ok, fail, scope)
            case Repeat():
                return self.repeat(node, ok, fail, scope)
            case Parallel():
                return self.parallel(node.parts, node.wait, ok, fail, scope)
            case Choice():
                return self.choice(node, ok, fail, scope)
            case Send():
                gone = self.step(at.GONE)
                inner = self.node(node.inner, gone, gone, scope.fresh(held=False))
                return ok if inner == gone else self.step(at.SEND, A=inner, NEXT=ok)
            case Call():
                return self.call(node, ok, fail, scope)
        raise NotImplementedError(type(node).__name__)

    def delay(self, node: Delay, ok: int) -> int:
        """Time that passes; constant ones after each other are one."""
        law = self.laws.row(node.spread)
        if self.code[law] == at.CONSTANT and self.real[self.code[law + 1]] == 0:
            return ok
        if self.code[ok] == at.DELAY and self._is_constant(law):
            after = self.code[ok + at.A]
            if self._is_constant(after):
                mean = self.real[self.code[law + 1]] + self.real[self.code[after + 1]]
                both = self.laws.row(Spread(mean, family="constant"))
                fields = {"B": self.code[ok + at.B], "NEXT": self.code[ok + at.NEXT]}
                return self.step(at.DELAY, A=both, C=self.code[ok + at.C], **fields)
        last = int(self.cut and self.code[ok] == at.DONE)
        stream = self.stream(f"delays of {node.component}")
        return self.step(at.DELAY, A=law, B=last, C=stream, NEXT=ok)

    def _is_constant(self, law: int) -> bool:
        return self.code[law] == at.CONSTANT

    def station(self, name: str) -> Station:
        """A station of the network."""
        return self.network.stations[name]

    def visit(self, node: Visit, ok: int, fail: int, scope: Scope) -> int:
        """Work at a station; the items are one draw of their sum."""
        items = one(node.items)
        whole = int(items)
        chance = items - whole
        if chance < 1e-9:
            chance = 0.0
        laws = [self.laws.row(node.work, n) for n in (whole, whole + (chance > 0))]
        kind = at.VISIT if self.station(node.station).queues else at.PURE
        return self.step(
            kind, A=self.rows[node.station], B=laws[0], C=laws[1],
            D=self.numbers(chance) if chance else -1,
            E=scope.held.get(node.station, -1), NEXT=ok, FAIL=fail,
        )  # fmt: skip

    def hold(self, node: Hold, ok: int, fail: int, scope: Scope) -> int:
        """A slot around what is done; given back however it ends."""
        reg = at.T_REGS + scope.holds
        inside = replace(scope, held={**scope.held, node.station: reg}, holds=scope.holds + 1)
        good = self.step(at.RELEASE, E=reg, NEXT=ok)
        bad = self.step(at.RELEASE, E=reg, NEXT=fail)
        inner = self.node(node.inner, good, bad, inside)
        return self.step(at.HOLD, A=self.rows[node.station], E=reg, NEXT=inner, FAIL=fail)

    def sequence(self, parts: tuple[Node, ...], ok: int, fail: int, scope: Scope) -> int:
        """One after another; the first that fails ends it."""
        for part in reversed(parts):
            ok = self.node(part, ok, fail, scope)
        return ok

    def repeat(self, node: Repeat, ok: int, fail: int, scope: Scope) -> int:
        """The same so many times, some of them at once."""
        reg = scope.counters
        inside = replace(scope, counters=scope.counters + 1)
        self._needs(inside)
        width = max(int(one(node.at_once)), 1)
        mean = one(node.times)
        if width > 1:
            entry = self.part(node.inner, scope)
            again = self.step(at.AGAIN, A=-1 - reg, NEXT=ok, C=0)
            body = self.step(at.WAVE, A=-1 - reg, B=entry, C=width, NEXT=again, FAIL=fail)
            self.code[again + at.B] = body
            self.widest = max(self.widest, 1)
        else:
            again = self.step(at.AGAIN, A=-1 - reg, NEXT=ok, C=1)
            body = self.node(node.inner, again, fail, inside)
            self.code[again + at.B] = body
        law = -1 if node.varies is None else self.laws.row(node.varies)
        chance = mean if law >= 0 else mean - int(mean)
        return self.step(
            at.TIMES, A=-1 - reg, B=int(mean), C=self.numbers(chance), D=law, E=ok, NEXT=body,
            F=self.route,
        )  # fmt: skip

    def part(self, node: Node, scope: Scope) -> int:
        """The steps of a token that reports to its parent."""
        good, bad = self.step(at.CHILD, A=1), self.step(at.CHILD, A=0)
        return self.node(node, good, bad, scope.fresh(held=True))

    def parallel(
        self, parts: tuple[Node, ...], wait: int | None, ok: int, fail: int, scope: Scope
    ) -> int:
        """All at once; goes on with as many as are waited for."""
        if not parts:
            return ok
        if len(parts) == 1:
            return self.node(parts[0], ok, fail, scope)
        entries = [self.part(part, scope) for part in parts]
        self.widest = max(self.widest, len(parts))
        need = len(parts) if wait is None else wait
        return self.step(at.FORK, A=need, B=len(parts), C=self.list_of(entries), NEXT=ok, FAIL=fail)

    def choice(self, node: Choice, ok: int, fail: int, scope: Scope) -> int:
        """One of several ways; a fallback only after its call has failed."""
        if node.why == "fallback":
            bit = self.bits.setdefault(node.component, len(self.bits)) % 60
            instead = self.node(node.branches[0].inner, ok, fail, scope)
            return self.step(at.FALLBACK, A=bit, B=instead, NEXT=ok)
        branches = [b for b in node.branches if one(b.share) > 0]
        if len(branches) == 1:
            return self.node(branches[0].inner, ok, fail, scope)
        return self._ways(branches, [self.node(b.inner, ok, fail, scope) for b in branches])

    def _ways(self, branches: list[Branch], entries: list[int]) -> int:
        whole = sum(one(b.share) for b in branches)
        shares, below = [], 0.0
        for branch in branches:
            below += one(branch.share) / whole
            shares.append(below)
        return self.step(
            at.CHOICE, A=self.numbers(*shares), B=len(entries), C=self.list_of(entries),
            D=self.route,
        )  # fmt: skip

    # -- calls -----------------------------------------------------------------------------------

    def call(self, node: Call, ok: int, fail: int, scope: Scope) -> int:
        """A call with its guard, its messages, and its row in the table of pairs."""
        guard = node.guard
        if guard.optional:
            bit = self.bits.setdefault(node.target, len(self.bits)) % 60 if node.target else -1
            fail = self.step(at.OPTIONAL, A=bit, NEXT=ok)
        pair = self.pair(node) if node.target else -1
        if is_bare(guard):
            first = self.node(node.inner, self.messages(node, ok), fail, scope)
        else:
            first = self.guarded(node, pair, ok, fail, scope)
        return self.step(at.CALL, A=pair, NEXT=first) if pair >= 0 else first

    def guarded(self, node: Call, pair: int, ok: int, fail: int, scope: Scope) -> int:
        """Attempts of a call."""
        g, guard = scope.guards, node.guard
        inside = replace(scope, guards=g + 1)
        self._needs(inside)
        retry = guard.retry or Retry(0)
        fields = {"A": g, "C": at.F_REGS + 4 * g, "E": pair,
                  "D": self.parameters(guard, retry), "F": self.jitter}  # fmt: skip
        passed = self.step(at.PASSED, NEXT=ok, **fields)
        attempt = self.step(at.ATTEMPT, **fields)
        missed = self.step(at.MISSED, NEXT=attempt, FAIL=fail, G=retry.count, H=when(retry),
                           **fields)  # fmt: skip
        good = self.messages(node, passed)
        if guard.hedge is None:
            first = self.node(node.inner, good, missed, inside)
        else:
            entry = self.part(node.inner, inside)
            first = self.step(at.HEDGE, A=entry, D=fields["D"], E=pair, NEXT=good, FAIL=missed)
        self.code[attempt + at.NEXT] = first
        return self.step(at.GUARD, NEXT=first, FAIL=missed, **fields)

    def parameters(self, guard: Attempts, retry: Retry) -> int:
        """Seconds and factors of a guard."""
        hedge = guard.hedge
        return self.numbers(
            _or(guard.timeout_s, inf), _or(guard.deadline_s, inf), one(retry.backoff_s),
            retry.growth, _or(retry.most_s, inf), float(retry.jitter),
            _or(hedge.after_s if hedge else None, inf),
            _or(hedge.percentile if hedge else None, 0.0),
        )  # fmt: skip

    def messages(self, node: Call, ok: int) -> int:
        """Messages are handed over at the end of a call."""
        routes = self.hands.get((self.operation, f"{node.target}@{node.place}"), ())
        if not routes or node.do.partition("_")[0] == "read":
            return ok
        values: list[int] = []
        for route in routes:
            count = route.gain * one(node.items)
            chance = self.numbers(count - int(count))
            values += [route.flow, int(count), chance]
            self.widest = max(self.widest, int(count) + 1)
        return self.step(at.HAND, A=self.list_of(values), B=len(routes), D=self.route, NEXT=ok)

    def settle(self) -> None:
        """Put counters and guards after the registers of instances, now that all are known."""
        counters = at.T_REGS + self.most[0]
        guards = counters + self.most[1]
        for place in self._marked:
            kind = self.code[place]
            if kind in (at.TIMES, at.AGAIN, at.WAVE):
                self.code[place + at.A] = counters - 1 - self.code[place + at.A]
            else:
                self.code[place + at.B] = guards + 2 * self.code[place + at.A]


def is_bare(guard: Attempts) -> bool:
    """Whether a guard can do nothing: such a call costs no more than its inside."""
    return (
        guard.timeout_s is None and guard.deadline_s is None and guard.retry is None
        and guard.hedge is None and guard.breaker is None
    )  # fmt: skip


def when(retry: Retry) -> int:
    """Bits of the failures that are repeated; an open breaker is not."""
    bits = {"error": at.WHY_ERROR, "refused": at.WHY_REFUSED, "timeout": at.WHY_TIMEOUT}
    return sum(1 << bits[word] for word in retry.when or bits)


def _or(number, otherwise: float) -> float:  # type: ignore[no-untyped-def]
    return otherwise if number is None else one(number)
