"""From trees to programs: each flow becomes steps that a token does one after another.

A node is compiled backwards: its steps know where to go on when it went well and when it failed.
What a token has to remember on its way (instances it holds, counters, guards) has a place of its
own, known here; parts that are done at the same time and what nobody waits for start with fresh
counters and guards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Several
from dataclasses import field, replace
from itertools import accumulate
from math import inf

from sysdesign.network import (
    Attempts,
    Branch,
    Call,
    Choice,
    Contents,
    Delay,
    Hold,
    Network,
    Node,
    Nothing,
    Parallel,
    Policy,
    Repeat,
    Retry,
    Send,
    Sequence,
    Spread,
    Station,
    Visit,
)
from sysdesign.network.outages import Outage
from sysdesign.network.scenario import Cold, Cut, Deploy, Down, Errors, Scenario, Slow
from sysdesign.records import dataclass
from sysdesign.simulate.kernel import layout as at
from sysdesign.simulate.laws import Laws, one

_WITH_REGISTERS = frozenset(
    (
        at.TIMES,
        at.AGAIN,
        at.WAVE,
        at.GUARD,
        at.ATTEMPT,
        at.PASSED,
        at.MISSED,
        at.KEY,
        at.VISIT,
        at.PURE,
        at.HOLD,
        at.FORK,
    )
)


MOST_RETRIES = at.TRIAL - 1
"""More are as good as no end of them."""

SLOWED = "\0"
"""Caller of the row that keeps how slow a component without a station is."""


WAY = "\1"
"""Caller of the row that keeps whether the way between two places is cut."""


@dataclass(frozen=True)
class Happening:
    """What a scenario can do to calls: only those look for it."""

    slow: frozenset[str] = frozenset()
    slow_calls: frozenset[tuple[str, str]] = frozenset()
    failing_calls: frozenset[tuple[str, str]] = frozenset()
    cuts: tuple[Cut, ...] = ()
    emptied: frozenset[str] = frozenset()

    @staticmethod
    def of(
        scenario: Scenario | None, network: Network, broken: Several[Outage] | None = None
    ) -> Happening:
        """All that its changes name, and all that breaks by chance where that is so."""
        changes = scenario.changes if scenario else ()
        down = {c.station for c in changes if isinstance(c, Down)}
        if broken is not None:
            down |= {name for name, s in network.stations.items() if s.fails is not None}
            down |= {name for outage in broken for name in outage.down}
        emptied = {s.component for name, s in network.stations.items() if name in down}
        emptied |= {c.component for c in changes if isinstance(c, Cold | Deploy)}
        slow = [c for c in changes if isinstance(c, Slow)]
        errors = [c for c in changes if isinstance(c, Errors)]
        return Happening(
            frozenset(c.station for c in slow if c.call is None),
            frozenset(c.call for c in slow if c.call is not None),
            frozenset(c.call for c in errors if c.call is not None),
            tuple(c for c in changes if isinstance(c, Cut))
            + tuple(cut for outage in broken or () for cut in outage.cuts),
            frozenset(emptied),
        )


@dataclass(frozen=True)
class Scope:
    """What surrounds a node: registers in use, and stations held.

    A call of a component in `instead` that fails counts as a miss. `past` is where a call goes on
    past its own target when that is down, -1 where it fails; so many slots were held there.
    `place` is where the call is answered; copies may be at others.
    `again` tells that what follows a failed call is done several times.
    """

    held: Mapping[str, int] = field(default_factory=dict)
    holds: int = 0
    keys: int = 0
    counters: int = 0
    guards: int = 0
    key: int = -1
    pair: int = -1
    target: str = ""
    place: str = ""
    copies: bool = False
    instead: frozenset[str] = frozenset()
    past: int = -1
    past_holds: int = 0
    again: bool = False

    def part(self, *, copies: bool = False) -> Scope:
        """Of a token that does a part of this one."""
        return replace(self, counters=0, guards=0, copies=copies)


@dataclass(frozen=True)
class Pair:
    """Calls of one component by another, from one place."""

    caller: str
    target: str
    from_place: str
    place: str = ""

    @property
    def is_call(self) -> bool:
        """Whether it stands for calls, not for what can be slow or cut."""
        return self.caller not in (SLOWED, WAY)


@dataclass(frozen=True)
class Route:
    """Messages of a call go to flows: so many for each item, on average.

    Of several flows, each message goes to one, by the shares (they sum to 1). A box that is
    `bounded` may refuse them, or let the sender wait.
    """

    flows: tuple[int, ...]
    gain: float
    shares: tuple[float, ...] = (1.0,)
    bounded: bool = False


class Program:
    """Steps of all flows, with the laws and parameters that they use.

    `routes` tells to which flows the calls of an operation hand messages over.
    """

    def __init__(
        self, network: Network, rows: Mapping[str, int], pairs_from: int, happening: Happening
    ) -> None:
        self.network = network
        self.happening = happening
        self.rows = rows
        self.pairs_from = pairs_from
        self.code: list[int] = [at.GONE] + [0] * (at.STEP - 1)
        self.code += [at.SPILLED] + [0] * (at.STEP - 1)
        self.real: list[float] = [0.0]
        self.laws = Laws(self.code, self.real)
        self.streams: dict[str, int] = {}
        self.pairs: dict[Pair, int] = {}
        self.bits: dict[str, int] = {}
        self.contents: dict[Contents, int] = {}  # caches by key, in their order
        self.asks_per_s: dict[Contents, float] = {}  # calls a second for their keys
        self.lookups: list[int] = []  # steps that name one of them
        self.most = [0, 0, 0, 0]  # holds, keys, counters, guards
        self.widest = 1
        self._marked: list[int] = []  # steps that name a counter or a guard
        self.hands: Mapping[tuple[str, str, str], tuple[Route, ...]] = {}

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
        return self.pair_row(Pair(call.caller, call.target, call.from_place, call.place))

    def pair_row(self, key: Pair) -> int:
        """Row of a pair."""
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
        found = (scope.holds, scope.keys, scope.counters, scope.guards)
        self.most = [max(a, b) for a, b in zip(self.most, found, strict=True)]

    # -- nodes -----------------------------------------------------------------------------------

    def node(self, node: Node, ok: int, fail: int, scope: Scope) -> int:
        """The first step of a node."""
        self._needs(scope)
        match node:
            case Nothing():
                return ok
            case Delay():
                return self.delay(node, ok, scope)
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
                inner = self.node(node.inner, gone, gone, Scope(place=scope.place))
                return ok if inner == gone else self.step(at.SEND, A=inner, NEXT=ok, K=scope.holds)
            case Call():
                return self.call(node, ok, fail, scope)
        raise NotImplementedError(type(node).__name__)

    def delay(self, node: Delay, ok: int, scope: Scope) -> int:
        """Time that passes; constant ones after each other are one."""
        law = self.laws.row(node.spread)
        if self._is_constant(law) and self.real[self.code[law + 1]] == 0:
            return ok
        slow = self.slowed(node, scope)
        merges = self.code[ok] == at.DELAY and self.code[ok + at.K] == scope.holds
        if merges and not slow and not self.code[ok + at.E] and self._is_constant(law):
            after = self.code[ok + at.A]
            if self._is_constant(after):
                mean = self.real[self.code[law + 1]] + self.real[self.code[after + 1]]
                both = self.laws.row(Spread(mean, family="constant"))
                fields = {"B": self.code[ok + at.B], "NEXT": self.code[ok + at.NEXT]}
                stream = self.code[ok + at.C]
                return self.step(at.DELAY, A=both, C=stream, K=scope.holds, **fields)
        last = int(self.cut and self.code[ok] == at.DONE)
        stream = self.stream(f"delays of {node.component}")
        return self.step(
            at.DELAY, A=law, B=last, C=stream, NEXT=ok, K=scope.holds,
            D=self.list_of(slow) if slow else 0, E=len(slow),
        )  # fmt: skip

    def slowed(self, node: Delay, scope: Scope) -> list[int]:
        """Rows of what can make a delay longer."""
        found = []
        if node.component and node.component in self.happening.slow:
            found.append(self.pair_row(Pair(SLOWED, node.component, "")))
        if node.component and node.component == scope.target and self._slow_pair(scope):
            found.append(scope.pair)
        return found

    def _slow_pair(self, scope: Scope) -> bool:
        return scope.pair >= 0 and self._pair_of(scope) in self.happening.slow_calls

    def _pair_of(self, scope: Scope) -> tuple[str, str]:
        pair = list(self.pairs)[(scope.pair - self.pairs_from) // at.PAIR]
        return pair.caller, pair.target

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
        station = self.station(node.station)
        kind = at.VISIT if station.queues else at.PURE
        slow = station.component == scope.target and self._slow_pair(scope)
        first = self.step(
            kind, A=self.rows[node.station], B=laws[0], C=laws[1],
            D=self.numbers(chance) if chance else -1,
            E=scope.held.get(node.station, -1), NEXT=ok,
            FAIL=self.past(station, fail, scope), K=scope.holds,
            F=self.key_of(station, scope), L=int(scope.copies), G=scope.pair if slow else 0,
        )  # fmt: skip
        return first if node.station in scope.held else self.reached(station, first, fail, scope)

    def reached(self, station: Station, first: int, fail: int, scope: Scope) -> int:
        """The way to a copy at another place, where it can be cut."""
        ends = {scope.place, station.place}
        cuts = [c for c in self.happening.cuts if c.places and {c.a, c.b} == ends]
        if len(ends) < 2 or "" in ends or not cuts:
            return first
        row = self.pair_row(way_pair(scope.place, station.place))
        return self.step(at.CHECK, A=row, B=self.route, C=fail, NEXT=first, FAIL=fail,
                         K=scope.holds)  # fmt: skip

    def past(self, station: Station, fail: int, scope: Scope) -> int:
        """Where a call goes on that a station does not answer: past it, where callers do that."""
        if scope.past < 0 or station.component != scope.target:
            return fail
        step = scope.past
        for h in range(scope.past_holds, scope.holds):
            step = self.step(at.RELEASE, E=at.T_REGS + at.HOLDS * h, NEXT=step, K=h + 1,
                             L=scope.guards)  # fmt: skip
        return step

    def key_of(self, station: Station, scope: Scope) -> int:
        """The register of the key, counted from 1, where a station has groups."""
        return scope.key + 1 if one(station.shards) > 1.5 and scope.key >= 0 else 0

    def hold(self, node: Hold, ok: int, fail: int, scope: Scope) -> int:
        """A slot around what is done; given back however it ends."""
        reg = at.T_REGS + at.HOLDS * scope.holds
        holds = scope.holds + 1
        inside = replace(scope, held={**scope.held, node.station: reg}, holds=holds)
        good = self.step(at.RELEASE, E=reg, NEXT=ok, K=holds, L=scope.guards)
        bad = self.step(at.RELEASE, E=reg, NEXT=fail, K=holds, L=scope.guards)
        inner = self.node(node.inner, good, bad, inside)
        station = self.station(node.station)
        first = self.step(
            at.HOLD, A=self.rows[node.station], B=bad, E=reg, NEXT=inner,
            FAIL=self.past(station, fail, scope), K=scope.holds,
            F=self.key_of(station, scope), L=int(scope.copies),
        )  # fmt: skip
        return self.reached(station, first, fail, scope)

    def sequence(self, parts: tuple[Node, ...], ok: int, fail: int, scope: Scope) -> int:
        """One after another; the first that fails ends it."""
        after: frozenset[str] = frozenset()
        for part in reversed(parts):
            inside = replace(scope, instead=scope.instead | after) if after else scope
            ok = self.node(part, ok, fail, inside)
            after = (after - asks(part)) | misses(part)
        return ok

    def repeat(self, node: Repeat, ok: int, fail: int, scope: Scope) -> int:
        """The same so many times, some of them at once."""
        for component in misses(node):  # once all is done, that call is forgotten
            bit = self.bits.setdefault(component, len(self.bits)) % 60
            ok = self.step(at.FALLBACK, A=bit, B=ok, NEXT=ok, K=scope.holds)
            scope = replace(scope, again=True)
        reg = scope.counters
        inside = replace(scope, counters=scope.counters + 1)
        self._needs(inside)
        width = max(int(one(node.at_once)), 1)
        mean = one(node.times)
        if width > 1:
            entry = self.part(node.inner, scope)
            again = self.step(at.AGAIN, A=-1 - reg, NEXT=ok, C=0, K=scope.holds)
            body = self.step(at.WAVE, A=-1 - reg, B=entry, C=width, NEXT=again, FAIL=fail,
                             K=scope.holds)  # fmt: skip
            self.code[again + at.B] = body
            self.widest = max(self.widest, 1)
        else:
            again = self.step(at.AGAIN, A=-1 - reg, NEXT=ok, C=1, K=scope.holds)
            body = self.node(node.inner, again, fail, inside)
            self.code[again + at.B] = body
        law = -1 if node.varies is None else self.laws.row(node.varies)
        chance = mean if law >= 0 else mean - int(mean)
        return self.step(
            at.TIMES, A=-1 - reg, B=int(mean), C=self.numbers(chance), D=law, E=ok, NEXT=body,
            F=self.route, K=scope.holds,
        )  # fmt: skip

    def part(self, node: Node, scope: Scope, *, copies: bool = False) -> int:
        """The steps of a token that reports to its parent."""
        good = self.step(at.CHILD, A=1, K=scope.holds)
        bad = self.step(at.CHILD, A=0, K=scope.holds)
        return self.node(node, good, bad, scope.part(copies=copies))

    def parallel(
        self, parts: tuple[Node, ...], wait: int | None, ok: int, fail: int, scope: Scope
    ) -> int:
        """All at once; goes on with as many as are waited for."""
        if not parts:
            return ok
        if len(parts) == 1:
            return self.node(parts[0], ok, fail, scope)
        seats, common = self.copies(parts)
        entries = [self.part(part, scope, copies=seats > 0) for part in parts]
        self.widest = max(self.widest, len(parts))
        need = len(parts) if wait is None else min(wait, len(parts))
        if need == 0:
            return self.parallel_sent(parts, ok, scope)
        if seats:
            self._needs(replace(scope, counters=scope.counters + seats))
        return self.step(
            at.FORK, A=need, B=len(parts), C=self.list_of(entries), NEXT=ok, FAIL=fail,
            K=scope.holds, D=scope.counters + 1 if seats else 0, F=seats,
            E=next((scope.held[s] for s in common if s in scope.held), -1),
        )  # fmt: skip

    def parallel_sent(self, parts: tuple[Node, ...], ok: int, scope: Scope) -> int:
        """Parts of which none is waited for."""
        for part in reversed(parts):
            ok = self.node(Send(part), ok, ok, scope)
        return ok

    def copies(self, parts: tuple[Node, ...]) -> tuple[int, list[str]]:
        """Places for the instances that copies choose, and the stations that several go to."""
        visits = [set(_stations(part)) for part in parts]
        common = []
        for name in sorted(set().union(*visits)):
            station = self.station(name)
            several = one(station.instances) > 1.5 and station.policy is not Policy.SHARED
            if several and sum(name in v for v in visits) > 1:
                common.append(name)
        seats = sum(len(v) for v in visits) + 1 if common else 0
        return min(seats, 200), common

    def choice(self, node: Choice, ok: int, fail: int, scope: Scope) -> int:
        """One of several ways; a fallback only after its call has failed."""
        if node.why == "fallback":
            bit = self.bits.setdefault(node.component, len(self.bits)) % 60
            instead = self.node(node.branches[0].inner, ok, fail, scope)
            return self.step(at.FALLBACK, A=bit, B=instead, NEXT=ok, K=scope.holds)
        first = self.ways(node, ok, fail, scope)
        if not node.instead or scope.target == node.component:
            return first
        bit = self.bits.setdefault(node.component, len(self.bits)) % 60
        missed = self.node(node.branches[0].inner, ok, fail, scope)
        return self.step(at.FALLBACK, A=bit, B=missed, C=int(scope.again), NEXT=first,
                         K=scope.holds)  # fmt: skip

    def ways(self, node: Choice, ok: int, fail: int, scope: Scope) -> int:
        """By chance, or by what a cache holds."""
        words = node.contents
        if words is not None and (words.is_known or words.component in self.happening.emptied):
            return self.lookup(node, words, ok, fail, scope)
        branches = [b for b in node.branches if one(b.share) > 0]
        if len(branches) == 1:
            return self.node(branches[0].inner, ok, fail, scope)
        entries = [self.node(b.inner, ok, fail, scope) for b in branches]
        return self._ways(branches, entries, scope)

    def lookup(self, node: Choice, words: Contents, ok: int, fail: int, scope: Scope) -> int:
        """A key is asked for; on a miss it is fetched and put in, or was not to be had."""
        reg = at.T_REGS + at.HOLDS * scope.holds
        holds = scope.holds + 1
        inside = replace(scope, holds=holds)
        good = self.step(at.FILL, E=reg, NEXT=ok, K=holds, L=scope.guards)
        bad = self.step(at.RELEASE, E=reg, NEXT=fail, K=holds, L=scope.guards)
        missed = self.node(node.branches[0].inner, good, bad, inside)
        hit = self.node(node.branches[1].inner, ok, fail, scope) if len(node.branches) > 1 else ok
        cache = self.contents.setdefault(words, len(self.contents))
        found = self.step(at.LOOKUP, A=cache, B=missed, E=reg, NEXT=hit, FAIL=fail, K=scope.holds)
        self.lookups.append(found)
        return found

    def _ways(self, branches: list[Branch], entries: list[int], scope: Scope) -> int:
        whole = sum(one(b.share) for b in branches)
        shares, below = [], 0.0
        for branch in branches:
            below += one(branch.share) / whole
            shares.append(below)
        return self.step(
            at.CHOICE, A=self.numbers(*shares), B=len(entries), C=self.list_of(entries),
            D=self.route, K=scope.holds,
        )  # fmt: skip

    # -- calls -----------------------------------------------------------------------------------

    def call(self, node: Call, ok: int, fail: int, scope: Scope) -> int:
        """A call with its guard, its messages, and its row in the table of pairs."""
        guard = node.guard
        if guard.optional or node.target in scope.instead:
            bit = self.bits.setdefault(node.target, len(self.bits)) % 60 if node.target else -1
            fail = self.step(at.OPTIONAL, A=bit, B=int(guard.optional), NEXT=ok, K=scope.holds)
        pair = self.pair(node) if node.target else -1
        after = self.messages(node, ok, scope)
        inside = replace(scope, key=-1, pair=pair, target=node.target, copies=False,
                         place=node.place or scope.place,
                         instead=frozenset(), past=-1, again=False)  # fmt: skip
        if node.target and self.has_groups(node.inner):
            inside = replace(inside, key=scope.keys, keys=scope.keys + 1)
        if is_bare(guard):
            missed = self.step(at.NOTED, A=pair, NEXT=fail, K=scope.holds) if pair >= 0 else fail
            first = self.asked(node, pair, after, missed, inside)
        else:
            first = self.guarded(node, pair, after, fail, inside)
        if inside.key >= 0:
            first = self.step(at.KEY, A=inside.key + 1, D=self.route, NEXT=first, K=scope.holds)
        if pair < 0:
            return first
        return self.step(at.CALL, A=pair, NEXT=first, K=scope.holds)

    def has_groups(self, node: Node) -> bool:
        """Whether a call itself goes to a station where its key decides."""
        return any(one(self.station(name).shards) > 1.5 for name in _stations(node))

    def asked(self, node: Call, pair: int, ok: int, fail: int, scope: Scope) -> int:
        """One attempt, which may be cut off or fail at once."""
        ok = self.room_for(node, ok, fail, scope)
        carried = own_miss(node.inner, node.target)
        if carried is not None:
            past = self.node(carried, ok, fail, scope)
            scope = replace(scope, past=past, past_holds=scope.holds)
        first = self.node(node.inner, ok, fail, scope)
        cut = [c for c in self.happening.cuts if is_cut(c, node)]
        errors = (node.caller, node.target) in self.happening.failing_calls
        if pair < 0 or not (cut or errors):
            return first
        if node.guard.timeout_s is None:
            lost = self.node(way_of(node), fail, fail, scope)
        else:
            lost = self.step(at.LOST, K=scope.holds)
        return self.step(at.CHECK, A=pair, B=self.route, C=lost, NEXT=first, FAIL=fail,
                         K=scope.holds)  # fmt: skip

    def guarded(self, node: Call, pair: int, ok: int, fail: int, scope: Scope) -> int:
        """Attempts of a call."""
        g, guard = scope.guards, node.guard
        inside = replace(scope, guards=g + 1)
        self._needs(inside)
        retry = guard.retry or Retry(0)
        fields = {"A": g, "C": at.F_REGS + 4 * g, "E": pair, "K": scope.holds,
                  "D": self.parameters(guard, retry), "F": self.jitter}  # fmt: skip
        passed = self.step(at.PASSED, NEXT=ok, **fields)
        attempt = self.step(at.ATTEMPT, **fields)
        count = min(retry.count, MOST_RETRIES)
        missed = self.step(at.MISSED, NEXT=attempt, FAIL=fail, G=count, H=when(retry), **fields)
        if guard.hedge is None:
            first = self.asked(node, pair, passed, missed, inside)
        else:
            good = self.step(at.CHILD, A=1, K=scope.holds)
            bad = self.step(at.CHILD, A=0, K=scope.holds)
            entry = self.asked(node, pair, good, bad, inside.part())
            first = self.step(at.HEDGE, A=entry, D=fields["D"], E=pair, NEXT=passed, FAIL=missed,
                              K=scope.holds)  # fmt: skip
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

    def messages(self, node: Call, ok: int, scope: Scope) -> int:
        """Messages are handed over at the end of a call."""
        routes = self.routes(node)
        alone = [route for route in routes if len(route.flows) == 1]
        for route in routes:
            if len(route.flows) > 1:
                ok = self.to_one(route, node, ok, scope)
        if not alone:
            return ok
        values: list[int] = []
        for route in alone:
            count = route.gain * one(node.items)
            values += [route.flows[0], int(count), self.numbers(count - int(count))]
            self.widest = max(self.widest, int(count) + 1)
        return self.step(at.HAND, A=self.list_of(values), B=len(alone), D=self.route, NEXT=ok,
                         K=scope.holds)  # fmt: skip

    def routes(self, node: Call) -> tuple[Route, ...]:
        """Where the messages of a call go."""
        if node.do.partition("_")[0] == "read":
            return ()
        return self.hands.get((self.operation, node.target, node.place), ())

    def to_one(self, route: Route, node: Call, ok: int, scope: Scope) -> int:
        """Each message goes to one of several flows."""
        count = route.gain * one(node.items)
        self.widest = max(self.widest, int(count) + 1)
        return self.step(
            at.HAND, A=self.list_of(list(route.flows)), B=len(route.flows), D=self.route,
            C=self.numbers(*accumulate(route.shares)), E=int(count),
            F=self.numbers(count - int(count)), NEXT=ok, K=scope.holds,
        )  # fmt: skip

    def room_for(self, node: Call, ok: int, fail: int, scope: Scope) -> int:
        """Boxes that refuse messages, or let their sender wait, do so within the attempt."""
        for route in self.routes(node):
            if route.bounded:
                count = max(int(route.gain * one(node.items)), 1)
                ok = self.step(at.ROOM_FOR, A=route.flows[0], B=count, NEXT=ok, FAIL=fail,
                               C=int(not is_bare(node.guard)), K=scope.holds)  # fmt: skip
        return ok

    def settle(self) -> None:
        """Put counters and guards after the registers of instances, now that all are known."""
        keys = at.T_REGS + at.HOLDS * self.most[0]
        counters = keys + self.most[1]
        guards = counters + self.most[2]
        code = self.code
        for place in self._marked:
            kind = code[place]
            if kind in (at.TIMES, at.AGAIN, at.WAVE):
                code[place + at.A] = counters - 1 - code[place + at.A]
            elif kind == at.KEY:
                code[place + at.A] += keys - 1
            elif kind in (at.VISIT, at.PURE, at.HOLD):
                code[place + at.F] += keys - 1 if code[place + at.F] else 0
            elif kind == at.FORK:
                code[place + at.D] += counters - 1 if code[place + at.D] else 0
            else:
                code[place + at.B] = guards + 2 * code[place + at.A]


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


def way_pair(a: str, b: str) -> Pair:
    """The row of the way between two places."""
    return Pair(WAY, "", min(a, b), max(a, b))


def is_cut(cut: Cut, call: Call) -> bool:
    """Whether a way that is cut lies between caller and target."""
    if cut.places and not cut.a:
        return cut.b == call.place != call.from_place
    if cut.places:
        return {cut.a, cut.b} == {call.from_place, call.place}
    return cut.a in (call.caller, "any") and cut.b in (call.target, "any")


def misses(node: Node) -> frozenset[str]:
    """The component whose call before this part of a sequence may fail: a miss, then."""
    inner = node.inner if isinstance(node, Repeat) else node
    if isinstance(inner, Choice) and inner.why == "miss" and inner.instead:
        return frozenset((inner.component,))
    return frozenset()


def asks(node: Node) -> frozenset[str]:
    """The component that a part of a sequence calls."""
    inner = node.inner if isinstance(node, Repeat) else node
    if isinstance(inner, Call):
        return frozenset((inner.target,))
    if isinstance(inner, Choice) and inner.why == "place":
        return frozenset((inner.component,))
    return frozenset()


def own_miss(node: Node, target: str) -> Node | None:
    """What a call of a cache that passes calls on does on a miss, where it can do without it."""
    match node:
        case Choice(why="miss", instead=True) if node.component == target:
            return node.branches[0].inner
        case Sequence():
            found = (own_miss(part, target) for part in node.parts)
            return next((inner for inner in found if inner is not None), None)
        case Hold():
            return own_miss(node.inner, target)
    return None


def way_of(call: Call) -> Node:
    """The network time of a call: what its inner part begins with."""
    first = call.inner.parts[0] if isinstance(call.inner, Sequence) else call.inner
    return first if isinstance(first, Delay) else Nothing()


def _stations(node: Node) -> Iterator[str]:
    """Stations that a part goes to by itself, not by calls of others."""
    match node:
        case Visit():
            yield node.station
        case Sequence() | Parallel():
            for part in node.parts:
                yield from _stations(part)
        case Choice():
            for branch in node.branches:
                yield from _stations(branch.inner)
        case Repeat():
            yield from _stations(node.inner)
        case Hold():
            yield node.station
            yield from _stations(node.inner)
