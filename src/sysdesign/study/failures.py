"""What happens when something breaks: who feels it, what load is carried, what is broken by it.

What fails is told by the structure of the paths; what is left is looked at by formulas at peak, in
the minutes before anything is added. The way there (queues that fill, caches that warm up, retries
that pile up) is for a simulation.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sysdesign.analyze import Glance, Times, glance, overloaded, visited
from sysdesign.analyze.sharing import shared
from sysdesign.analyze.trees import nodes_of
from sysdesign.availability import Model
from sysdesign.availability.breaking import fewer, share_failing
from sysdesign.availability.parting import Gone
from sysdesign.design.names import CHAIN_MEASURES
from sysdesign.design.value import Statement
from sysdesign.network import Call, Choice, Hold, Network, Node, expected, unknown_ways
from sysdesign.records import cached_property, dataclass
from sysdesign.study.asked import asked, primary
from sysdesign.study.study import Study
from sysdesign.study.unknown_ways import AT_LEAST, not_stated
from sysdesign.study.uptime import at_peak, bare_model, musts
from sysdesign.study.words import shown_time

ALL = 0.999
"""Share of failing calls from which on an operation is down."""

SHARE_P99 = 0.99
"""Of more calls that are stuck than the rest, no 99th percentile is worked out."""

HALF = 0.5
"""Share of failing calls from which on a must-have counts as dead."""

SOME = 1e-4
"""Share of calls below which nobody speaks of it."""

NONE: frozenset[str] = frozenset()
_ROUNDING = 1e-9
_CHANGE = 0.03  # of what counts as full: below it times are as before


@dataclass(frozen=True, slots=True)
class Felt:
    """What an operation feels: share of calls that fail, that lack something; p99 in seconds.

    `over` are stations on its way with more work than they can do, and `stuck` the share of its
    calls that wait there without end, or until they are given up. `p99_s` is None where it was not
    looked at, or has no end. Messages of one that `waits` in a queue are not lost when it fails,
    but late. The time `lacks` the ways whose round trip is not known.
    """

    operation: str
    fails: float
    degraded: float
    p99_s: float | None
    over: tuple[str, ...] = ()
    stuck: float = 0.0
    waits: bool = False
    lacks: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """What stands before its time."""
        return AT_LEAST if self.lacks else ""

    @property
    def state(self) -> str:
        """Up, degraded, late, partly down, overloaded or down."""
        if self.waits and max(self.stuck, self.fails) >= SOME:
            return "late"
        if self.fails >= ALL:
            return "down"
        if self.stuck >= SOME:
            return "overloaded"
        if self.fails >= SOME:
            return "partly down"
        return "degraded" if self.degraded >= SOME else "up"


@dataclass(frozen=True, slots=True)
class Effect:
    """What one event does.

    `verdict` is survive (all requirements hold and nothing fails), degrade, die (half of the calls
    of a must-have fail, or it is overloaded, or data are gone) or not known. `carries` is the load
    in peaks that is still carried. `broken` are requirements with what they come to, `actors` who
    feels it.
    """

    event: str
    kind: str
    words: str
    verdict: str
    felt: tuple[Felt, ...]
    carries: float | None
    fullest: str | None
    recovers: str
    broken: tuple[tuple[str, str], ...] = ()
    actors: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Breaker:
    """Looks at broken networks of one study; without `timed`, at loads alone, which is quick.

    Times are those of `only` some operations, where they are named. Requirements are told that do
    not hold any more, and did `before`: in the design as it stands, where this one is changed.
    """

    def __init__(
        self, study: Study, *, timed: bool = True, only: tuple[str, ...] | None = None,
        before: "Breaker | None" = None,
    ) -> None:  # fmt: skip
        self.study, self.timed, self.only = study, timed, only
        self._before = before or self
        self._known: dict[str, Effect] = {}
        self._seen: dict[int, tuple[Network, Glance]] = {}
        self._fewer: dict[tuple[tuple[tuple[str, str], float], ...], Network] = {}

    @cached_property
    def bare(self) -> Model:
        """Who fails by structure alone: an instance is enough where only capacity asks for more."""
        return bare_model(self.study)

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """Operations whose times requirements name, and the one that tells most."""
        if self.only is not None:
            return self.only
        known = self.study.network.operations()
        some = [one for one in asked(self.study.design, known) if isinstance(one, str)]
        first = primary(self.study.design, known)
        return tuple(dict.fromkeys([*([first] if first else []), *some])) if self.timed else ()

    @cached_property
    def musts(self) -> frozenset[str]:
        """Operations of must-have requirements; all that actors call where none is named."""
        return frozenset(musts(self.study))

    @cached_property
    def waiting(self) -> frozenset[str]:
        """Operations whose messages wait in a queue, a stream or a change log."""
        return frozenset(flow.operation for flow in self.study.network.flows if flow.trigger)

    @cached_property
    def usual(self) -> Glance:
        """The network with nothing broken."""
        known = self.study.analysis.operations
        return replace(
            self._quick,
            carries=self.study.analysis.carries,
            times={name: known[name].times for name in self.asked if name in known},
            failed={name: one.failed for name, one in known.items()},
            degraded={name: one.degraded for name, one in known.items()},
        )

    def fewer(self, lost: Mapping[tuple[str, str], float]) -> Network:
        """The network with so many instances less of each group; the same one for the same loss."""
        key = tuple(sorted(lost.items()))
        if key not in self._fewer:
            self._fewer[key] = fewer(at_peak(self.study, self.study.network), lost)
        return self._fewer[key]

    def look(self, network: Network, slow: frozenset[str] = NONE) -> Glance:
        """A broken network at peak, or one with `slow` components; each is looked at once."""
        if id(network) not in self._seen:
            self._seen[id(network)] = network, self._look(network, slow)
        return self._seen[id(network)][1]

    def _look(self, network: Network, slow: frozenset[str]) -> Glance:
        """A broken network at peak; times of an operation with nothing changed are as before.

        Beside the operations that are asked for, those that give up calls of what is slow.
        """
        if network is self.study.network:
            return self.usual
        full = self.study.analysis.full
        network = shared(network) if self.asked else network
        quick = glance(network, (), full)
        if not self.asked:
            return quick
        before = self._quick.use
        changed = {n for n, use in quick.use.items() if abs(use - before.get(n, 0.0)) > _CHANGE}
        roots = {(f.operation, f.origin): f.root for f in self.study.network.flows}
        moved = {f.operation for f in network.flows if f.root is not roots.get((f.operation,
                 f.origin))}  # fmt: skip
        there = self._ways.keys() & set(network.operations())
        slower = {name for name in there if name in moved or changed & set(self._ways[name])}
        taken = frozenset().union(*(self._slots[name] for name in slower))
        slower |= {name for name in there if taken & self._slots[name]}
        late = [name for name, some in self.limited.items() if slow & some]
        again = [
            name for name in dict.fromkeys([*self.asked, *late])
            if name in slower
            and self.stuck(name, quick.over.get(name, ()), quick, network) < SHARE_P99
        ]  # fmt: skip
        times = self.study.analysis.state.clock
        seen = glance(network, again, full, begun=quick.begun, before=times, slots=True)
        usual = self.usual
        same = [name for name in usual.times if name in there and name not in slower]
        return replace(
            seen,
            times={**{n: usual.times[n] for n in same}, **seen.times},
            failed={**{n: usual.failed[n] for n in same}, **seen.failed},
            degraded={**{n: usual.degraded[n] for n in same}, **seen.degraded},
        )

    @cached_property
    def limited(self) -> dict[str, frozenset[str]]:
        """What each operation calls under a limit of time, or by a call that has one."""
        found: dict[str, set[str]] = {name: set() for name in self._ways}
        for flow in self.study.network.flows:
            for node in self._nodes[id(flow)]:
                if isinstance(node, Call) and (
                    node.guard.timeout_s is not None or node.guard.deadline_s is not None
                ):
                    inner = (one for one in nodes_of(node) if isinstance(one, Call))
                    found[flow.operation] |= {one.target for one in inner}
        return {name: frozenset(some) for name, some in found.items()}

    @cached_property
    def _ways(self) -> dict[str, tuple[str, ...]]:
        network = self.study.network
        return {name: visited(network, name) for name in network.operations()}

    @cached_property
    def _parts(self) -> dict[str, frozenset[str]]:
        """What can break on the way of each operation: pools, providers, zones, places, ways."""
        return {
            name: frozenset(part.partition(" ")[2] for part in self.bare.parts(name))
            for name in self.study.network.operations()
        }

    @cached_property
    def _slots(self) -> dict[str, frozenset[str]]:
        """Where the calls of each operation hold slots, for which they wait with others' calls."""
        found: dict[str, set[str]] = {name: set() for name in self._ways}
        for flow in self.study.network.flows:
            found[flow.operation] |= {n.station for n in nodes_of(flow.root) if isinstance(n, Hold)}
        return {name: frozenset(some) for name, some in found.items()}

    @cached_property
    def _quick(self) -> Glance:
        study = self.study
        return study.once("glance", lambda: glance(study.network, (), study.analysis.full))

    # -- putting it together -------------------------------------------------------------------

    def effect(
        self, event: str, kind: str, words: str, network: Network, *,
        broken: frozenset[str] = NONE, recovers: str = "", notes: Sequence[str] = (),
        slow: frozenset[str] = NONE,
    ) -> Effect:  # fmt: skip
        """What an event does; `broken` names what is down as the availability engine calls it.

        `slow` are components that are up, but take longer.
        """
        if event not in self._known:
            seen = self.look(network, slow)
            known = self.study.network.operations()
            more = kind != "scenario"
            felt = tuple(
                self.felt(n, seen, *self.lost(n, broken), network, more=more) for n in known
            )
            self._known[event] = self.told(event, kind, words, felt, seen, recovers, notes)
        return self._known[event]

    def keep(self, effect: Effect) -> Effect:
        """Take an effect that another breaker of this study worked out."""
        return self._known.setdefault(effect.event, effect)

    def told(
        self, event: str, kind: str, words: str, felt: tuple[Felt, ...], seen: Glance | None,
        recovers: str, notes: Sequence[str] = (),
    ) -> Effect:  # fmt: skip
        """The same from what each operation feels."""
        missed = tuple(self._broken(felt, seen.times if seen else {}))
        lacking = (one for one in felt if one.lacks)
        said = (f"of the time of {one.operation}, {not_stated(one.lacks)}" for one in lacking)
        notes = (*said, *notes)
        actors = dict.fromkeys(
            str(actor) for one in felt if one.state != "up"
            and (actor := self.study.design.operations[one.operation].actor)
        )  # fmt: skip
        verdict = "not known" if self._open(felt) else "survive"
        if missed or any(one.state != "up" for one in felt):
            verdict = "degrade"
        if any(one.operation in self.musts and not one.waits
               and max(one.fails, one.stuck) > HALF for one in felt):  # fmt: skip
            verdict = "die"
        called = [one for one in felt if self.study.design.operations[one.operation].actor]
        if called and all(one.fails >= ALL for one in called):
            seen = None  # what the clock starts is no load that anybody asks for
        return Effect(event, kind, words, verdict, felt, seen.carries if seen else None,
                      seen.fullest if seen else None, recovers, missed, tuple(actors),
                      tuple(notes))  # fmt: skip

    def lost(self, name: str, broken: frozenset[str]) -> tuple[float, float]:
        """Shares of the calls of an operation that fail, and that lack something, by structure."""
        if not broken or not any(part.partition(" ")[2] in self._parts[name] for part in broken):
            return 0.0, 0.0
        fails = self.bare.after(name, broken)
        return fails, self.bare.after(name, broken, whole=True) - fails

    def lacks(self, name: str, caller: str, target: str) -> float:
        """1 where an optional call of an operation goes over a link."""
        return float(any(operation == name and node.caller == caller and node.guard.optional
                         for operation, node in self.calls.get(target, ())))  # fmt: skip

    @cached_property
    def calls(self) -> dict[str, list[tuple[str, Call]]]:
        """Calls of each component, each with the operation that makes it."""
        found: dict[str, list[tuple[str, Call]]] = {}
        for flow in self.study.network.flows:
            for node in self._nodes[id(flow)]:
                if isinstance(node, Call):
                    found.setdefault(node.target, []).append((flow.operation, node))
        return found

    @cached_property
    def choices(self) -> dict[str, list[Choice]]:
        """Hits or misses, and fallbacks, of each component."""
        found: dict[str, list[Choice]] = {}
        for nodes in self._nodes.values():
            for node in nodes:
                if isinstance(node, Choice):
                    found.setdefault(node.component, []).append(node)
        return found

    @cached_property
    def _nodes(self) -> dict[int, list[Node]]:
        return {
            id(flow): [node for node, _ in expected(flow.root)] for flow in self.study.network.flows
        }

    @cached_property
    def overloaded(self) -> Mapping[str, tuple[str, ...]]:
        """Operations that have too little already as the design stands, and where."""
        network, over = self.study.network, overloaded(self.study.analysis.state)
        found = {name: over.on_the_way(network, name) for name in network.operations()}
        return {name: over for name, over in found.items() if over}

    def felt(
        self, name: str, seen: Glance, fails: float, lacks: float, network: Network, *,
        more: bool = True,
    ) -> Felt:  # fmt: skip
        """What an operation feels: by structure, and by what formulas say of the rest.

        Of one that is overloaded as the design stands, only what is `more` than that.
        """
        lost = seen.failed.get(name, 0.0) - self.usual.failed.get(name, 0.0)
        poor = seen.degraded.get(name, 0.0) - self.usual.degraded.get(name, 0.0)
        fails, lacks = max(fails, lost), max(lacks, poor)
        before = self.overloaded.get(name, ())
        new = (one for one in seen.over.get(name, ()) if one not in before)
        over = (*(() if more else before), *new)
        times = seen.times.get(name)
        p99 = times.p99_s if times and fails < ALL else None
        fails = 0.0 if fails < _ROUNDING else fails
        stuck = self.stuck(name, over, seen, network)
        unknown = unknown_ways(network, name) if p99 is not None else ()
        return Felt(name, fails, max(lacks, 0.0), p99, over, stuck, name in self.waiting,
                    unknown)  # fmt: skip

    def stuck(self, operation: str, over: Sequence[str], seen: Glance, network: Network) -> float:
        """Share of the calls of an operation that come where there is too much."""
        if not over:
            return 0.0
        return self.share(operation, Gone(some={n: seen.meets.get(n, 1.0) for n in over}), network)

    def share(self, operation: str, gone: Gone, network: Network | None = None) -> float:
        """Share of the calls of an operation that need something dead, as they go in a network."""
        every = (network or self.study.network).flows
        flows = [f for f in every if f.operation == operation]
        whole = sum(float(f.rate_per_s) for f in flows) or 1.0
        return sum(float(f.rate_per_s) * share_failing(f.root, gone) for f in flows) / whole

    def _broken(
        self, felt: tuple[Felt, ...], times: Mapping[str, Times]
    ) -> Iterator[tuple[str, str]]:
        """Requirements on times that held before and do not any more."""
        for name, test, one, limit in self._on_times(felt):
            before = self._before.usual.times.get(one.operation)
            value, usual = _time(times.get(one.operation), test), _time(before, test)
            told = one.fails < ALL and one.operation in times
            told = told and (value is not None or one.stuck < SOME)
            late = told and _misses(value, test.comparison, limit)
            if late and (before is None or not _misses(usual, test.comparison, limit)):
                yield name, f"{test.measure.text} {one.mark}{shown_time(value)}"
            elif one.fails >= ALL or one.stuck >= SOME:
                yield name, f"{one.operation} is {one.state}"

    def _open(self, felt: tuple[Felt, ...]) -> bool:
        """Whether a time that a requirement is about was known before, and now lacks something."""
        before = self._before.study.network
        return any(one.lacks and not unknown_ways(before, one.operation)
                   for _, _, one, _ in self._on_times(felt))  # fmt: skip

    def _on_times(self, felt: tuple[Felt, ...]) -> Iterator[tuple[str, Statement, Felt, float]]:
        """Requirements on times of what is felt, each with its bound in seconds."""
        by_name = {one.operation: one for one in felt}
        for name, quality in self.study.design.requirements.quality.items():
            for test in quality.expect:
                one = by_name.get(test.measure.owner)
                bound = self.study.estimate.ledger.amount(test.bound)
                timed = test.measure.measure in CHAIN_MEASURES and not test.measure.until
                if one is not None and bound is not None and timed:
                    yield name, test, one, bound.value.median


def _time(times: Times | None, test: Statement) -> float | None:
    value: float | None = getattr(times, f"{test.measure.measure}_s") if times else None
    return value


def _misses(value: float | None, comparison: str, limit: float) -> bool:
    if value is None:
        return comparison in ("<", "<=")
    return {"<": value >= limit, "<=": value > limit, ">": value <= limit, ">=": value < limit}[
        comparison
    ]
