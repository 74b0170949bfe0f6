"""From trees to programs: each flow becomes steps that a token does one after another.

A node is compiled backwards: its steps know where to go on when it went well and when it failed.
What a token has to remember on its way (instances it holds, counters, guards) has a register of its
own, counted by `scope`; parts that are done at the same time and what nobody waits for start with
fresh counters and guards. How a step is written stands in `steps`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
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
from sysdesign.simulate.kernel import layout as at
from sysdesign.simulate.laws import one
from sysdesign.simulate.scope import Happening, Route, Scope
from sysdesign.simulate.steps import SLOWED, Pair, Steps, way_pair
from sysdesign.simulate.trees import (
    asks,
    is_bare,
    is_cut,
    misses,
    own_miss,
    stations_of,
    way_of,
    when,
)

MOST_RETRIES = at.TRIAL - 1
"""More are as good as no end of them."""


class Program(Steps):
    """Compiles the flows of a network, one after another, into the steps of all.

    `hands` tells to which flows the calls of an operation hand messages over.
    """

    def __init__(
        self, network: Network, rows: Mapping[str, int], pairs_from: int, happening: Happening
    ) -> None:
        super().__init__(pairs_from)
        self.network = network
        self.happening = happening
        self.rows = rows
        self.bits: dict[str, int] = {}
        self.contents: dict[Contents, int] = {}  # caches by key, in their order
        self.asks_per_s: dict[Contents, float] = {}  # calls a second for their keys
        self.lookups: list[int] = []  # steps that name one of them
        self.widest = 1  # tokens that a step makes at once
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

    # -- nodes -----------------------------------------------------------------------------------

    def node(self, node: Node, ok: int, fail: int, scope: Scope) -> int:
        """The first step of a node."""
        self.needs(scope)
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
                return self.parallel(node, ok, fail, scope)
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
        self.needs(inside)
        width = max(int(one(node.at_once)), 1)
        mean, varies, batch = one(node.times), node.varies, 1
        if node.filled is not None:
            mean, varies = one(node.filled.items), node.filled.varies
            batch = max(round(one(node.filled.batch)), 1)
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
        law = -1 if varies is None else self.laws.row(varies)
        chance = mean if law >= 0 else mean - int(mean)
        return self.step(
            at.TIMES, A=-1 - reg, B=int(mean), C=self.numbers(chance), D=law, E=ok, NEXT=body,
            F=self.route, G=batch, K=scope.holds,
        )  # fmt: skip

    def part(self, node: Node, scope: Scope, *, copies: bool = False) -> int:
        """The steps of a token that reports to its parent."""
        good = self.step(at.CHILD, A=1, K=scope.holds)
        bad = self.step(at.CHILD, A=0, K=scope.holds)
        return self.node(node, good, bad, scope.part(copies=copies))

    def parallel(self, node: Parallel, ok: int, fail: int, scope: Scope) -> int:
        """All at once; goes on with as many as are waited for, spares in place of some."""
        parts, some = node.parts, (*node.parts, *node.spares)
        if not parts:
            return ok
        if len(some) == 1:
            return self.node(parts[0], ok, fail, scope)
        seats, common = self.copies(some)
        entries = [self.part(part, scope, copies=seats > 0) for part in some]
        self.widest = max(self.widest, len(parts))
        need = len(parts) if node.wait is None else min(node.wait, len(parts))
        if need == 0:
            return self.parallel_sent(parts, ok, scope)
        spares, registers = len(node.spares), seats + bool(node.spares)
        if registers:
            self.needs(replace(scope, counters=scope.counters + registers))
        return self.step(
            at.FORK, A=need, B=len(parts), C=self.list_of(self.candidates(entries, spares)),
            NEXT=ok, FAIL=fail, K=scope.holds, D=scope.counters + 1 if seats else 0, F=seats,
            E=next((scope.held[s] for s in common if s in scope.held), -1),
            G=spares, H=scope.counters + registers if spares else 0,
        )  # fmt: skip

    def candidates(self, entries: list[int], spares: int) -> list[int]:
        """First steps; with spares also the steps that tell who is down, and ranks there."""
        if not spares:
            return entries
        works = [self.works(entry) for entry in entries]
        at_ = [self.code[step + at.A] if step >= 0 else -1 for step in works]
        ranks = [at_[:k].count(row) for k, row in enumerate(at_)]
        shared = {self.rows[s.name] for s in self.network.stations.values()
                  if s.policy is Policy.SHARED}  # fmt: skip
        ranks = [0 if row in shared else n for n, row in zip(ranks, at_, strict=True)]
        return [*entries, *works, *ranks]

    def works(self, step: int) -> int:
        """Where a candidate works or asks for a slot once it is there; -1 where nobody knows."""
        code = self.code
        while code[step] in (at.DELAY, at.CHECK):
            step = code[step + at.NEXT]
        visits, row = code[step] in (at.VISIT, at.PURE), code[step + at.A]
        if not (visits or code[step] == at.HOLD) or (visits and code[step + at.E] >= 0):
            return -1
        grouped = any(self.rows[s.name] == row and one(s.shards) > 1.5
                      for s in self.network.stations.values())  # fmt: skip
        return -1 if grouped and not code[step + at.F] else step

    def parallel_sent(self, parts: tuple[Node, ...], ok: int, scope: Scope) -> int:
        """Parts of which none is waited for."""
        for part in reversed(parts):
            ok = self.node(Send(part), ok, ok, scope)
        return ok

    def copies(self, parts: tuple[Node, ...]) -> tuple[int, list[str]]:
        """Places for the instances that copies choose, and the stations that several go to."""
        visits = [set(stations_of(part)) for part in parts]
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
        return any(one(self.station(name).shards) > 1.5 for name in stations_of(node))

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
        self.needs(inside)
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


def _or(number, otherwise: float) -> float:  # type: ignore[no-untyped-def]
    return otherwise if number is None else one(number)
