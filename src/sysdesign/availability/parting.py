"""What calls do where parts of their way are dead: those that get through, and those that fail.

A call that fails does all that lies before the dead part, again with each attempt more, and
nothing after it: what it would have called or sent goes without. An optional call is left out, a
cache that is down is missed, a fallback is taken.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Sequence as SequenceOf
from dataclasses import field, replace
from math import inf

from sysdesign.network import (
    Branch,
    Call,
    Choice,
    Delay,
    Hold,
    Node,
    Nothing,
    Parallel,
    Repeat,
    Retry,
    Send,
    Sequence,
    Spread,
    Visit,
    all_of,
    rebuilt,
)
from sysdesign.records import dataclass

NOTHING = Nothing()
_FOLLOWED = 4
"""Further attempts that are followed one by one; more of them wait as long as the last."""


@dataclass(frozen=True, slots=True)
class Gone:
    """What is dead: stations, and the ways between two places or from component to component.

    A hand-over to one of the `queues` has to be taken for the sender's call to go on. `few` are
    instances of a group that are left where others are dead, `some` the shares of the calls to
    stations that come to a dead part of them.
    """

    stations: frozenset[str] = frozenset()
    ways: frozenset[tuple[str, str]] = frozenset()
    queues: frozenset[str] = frozenset()
    few: Mapping[str, float] = field(default_factory=dict)
    some: Mapping[str, float] = field(default_factory=dict)

    def hits(self, node: Node) -> bool:
        """Whether a node needs something dead."""
        match node:
            case Visit() | Hold():
                return node.station in self.stations
            case Call():
                ends = ((node.caller, node.target), (node.from_place, node.place))
                return any(end in self.ways or end[::-1] in self.ways for end in ends)
        return False


@dataclass(frozen=True, slots=True)
class Parted:
    """A node of which a share of the calls fails, as one for those that do not and one for these.

    `good` is the node itself where nothing of it is dead.
    """

    good: Node
    fails: float = 0.0
    bad: Node = NOTHING

    @property
    def both(self) -> Node:
        """What all of the calls do, where they go on after it one way or the other."""
        return _one_of([(1 - self.fails, self.good), (self.fails, self.bad)])


_DEAD = Parted(NOTHING, 1.0)


def parted(node: Node, gone: Gone, *, caught: bool = False) -> Parted:
    """A node by whether its calls need something dead; where they are `caught` optional ones fail.

    Shares are those of first attempts, each by chance.
    """
    if gone.hits(node):
        return Parted(NOTHING) if isinstance(node, Call) and _is_left_out(node, caught) else _DEAD
    match node:
        case Sequence():
            return _sequence(node, gone)
        case Parallel():
            return _parallel(node, gone)
        case Choice() if node.why != "fallback":
            return _choice(node, gone, caught)
        case Repeat():
            return _repeat(node, gone, caught)
        case Send():
            inner = parted(node.inner, gone)
            if _is_message(node, gone):
                return Parted(rebuilt(node, lambda _: inner.good), inner.fails, inner.bad)
            return Parted(rebuilt(node, lambda _: inner.both))
        case Visit():
            return Parted(node, gone.some.get(node.station, 0.0))
        case Hold():
            return _hold(node, gone)
        case Call():
            inner = parted(node.inner, gone)
            made = Parted(rebuilt(node, lambda _: inner.good), inner.fails, _tried(node, inner))
            return Parted(made.both) if _is_left_out(node, caught) else made
    return Parted(node)


def _hold(node: Hold, gone: Gone) -> Parted:
    inner, never = parted(node.inner, gone), gone.some.get(node.station, 0.0)
    good = rebuilt(node, lambda _: inner.good)
    fails = _any([never, inner.fails])
    held = replace(node, inner=inner.bad)
    if not never:
        return Parted(good, fails, held)
    return Parted(good, fails, _one_of([(never / fails, NOTHING), (1 - never / fails, held)]))


def _is_left_out(node: Call, caught: bool) -> bool:
    return node.guard.optional and not caught


def _is_message(node: Send, gone: Gone) -> bool:
    inner = node.inner.inner if isinstance(node.inner, Repeat) else node.inner
    return isinstance(inner, Call) and inner.target in gone.queues


def _tried(node: Call, inner: Parted) -> Node:
    """A call that fails each time: all attempts of it, none once its breaker is open."""
    guard, retry = node.guard, node.guard.retry
    if not inner.fails or (guard.breaker and inner.fails >= float(guard.breaker.errors)):
        return NOTHING
    nothing = isinstance(inner.bad, Nothing)
    once = NOTHING if nothing else replace(node, inner=inner.bad, items=0.0)  # none handed over
    if retry is None or (retry.when and "error" not in retry.when):
        return once
    return _in_turn([once, _again(retry, once)])


def _again(retry: Retry, once: Node) -> Node:
    """Pauses and further attempts; a budget grants some of them, the first ones first."""
    granted = float(retry.count) if retry.budget is None else float(retry.budget)
    rest: Node = NOTHING
    last = _in_turn([_pause(retry, _FOLLOWED), once])
    if (left := min(retry.count, granted) - _FOLLOWED) > 0 and not isinstance(last, Nothing):
        rest = Repeat(last, left)
    for attempt in reversed(range(min(retry.count, _FOLLOWED))):
        share = min(max(granted - attempt, 0.0), 1.0)
        step = _in_turn([_pause(retry, attempt), once, rest])
        rest = _one_of([(share, step), (1 - share, NOTHING)])
    return rest


def _pause(retry: Retry, attempt: int) -> Node:
    """What is waited before an attempt; with jitter any time up to it is as likely."""
    length = retry.pause_s(attempt)
    if length <= 0:
        return NOTHING
    half, family = (length / 2, "uniform") if retry.jitter else (length, "constant")
    return Delay(Spread(half, family=family))


def _one_of(ways: Iterable[tuple[float, Node]]) -> Node:
    """One of several ways by their shares; the way itself where there is one."""
    some = [(share, inner) for share, inner in ways if share > 0]
    if len(some) == 1:
        return some[0][1]
    return Choice(tuple(Branch(share, inner) for share, inner in some), "choose")


def _in_turn(parts: Iterable[Node]) -> Node:
    some = [part for part in parts if not isinstance(part, Nothing)]
    return some[0] if len(some) == 1 else Sequence(tuple(some)) if some else NOTHING


def _choice(node: Choice, gone: Gone, caught: bool) -> Parted:
    """Of those that fail, and those that do not, other shares take each way."""
    parts = [parted(branch.inner, gone, caught=caught) for branch in node.branches]
    shares = [float(branch.share) for branch in node.branches]
    fails = sum(share * part.fails for share, part in zip(shares, parts, strict=True))
    if fails <= 0:
        goods = iter(parts)
        return Parted(rebuilt(node, lambda _: next(goods).good))
    bad = _one_of((share * part.fails / fails, part.bad)
                  for share, part in zip(shares, parts, strict=True))  # fmt: skip
    if fails >= 1:
        return Parted(NOTHING, 1.0, bad)
    left = [share * (1 - part.fails) / (1 - fails) for share, part in zip(shares, parts,
            strict=True)]  # fmt: skip
    branches = tuple(Branch(share, part.good) for share, part in zip(left, parts, strict=True)
                     if share > 0 or node.why == "miss")  # fmt: skip
    return Parted(replace(node, branches=branches), fails, bad)


def _repeat(node: Repeat, gone: Gone, caught: bool) -> Parted:
    """So many times, as long as none fails; below one, the share of the calls that do it at all."""
    inner, times = parted(node.inner, gone, caught=caught), float(node.times)
    good = rebuilt(node, lambda _: inner.good)
    if inner.fails <= 0:
        return Parted(good)
    if times < 1:
        fails = times * inner.fails
        less = times * (1 - inner.fails) / (1 - fails)
        left = replace(node, inner=inner.good, times=less, filled=None)
        return Parted(left, fails, inner.bad)
    fails = 1 - (1 - inner.fails) ** times
    most = min(times, max(float(node.at_once), 1.0)) if inner.fails >= 1 else times
    return Parted(
        good, fails, replace(node, inner=inner.both, times=most, varies=None, filled=None)
    )


def _parallel(node: Parallel, gone: Gone) -> Parted:
    """All begin, whichever of them fail; as many as are waited for have to get through."""
    needed = len(node.parts) if node.wait is None else node.wait
    if node.spares:
        node = _stood_in(node, needed, gone)
        if len(node.parts) < needed:  # nobody is asked
            return _DEAD
    parts = [parted(part, gone) for part in node.parts]
    fails = _any(sorted(part.fails for part in parts)[:needed])
    if fails <= 0 and not any(part.fails for part in parts):
        goods = iter([*parts, *(parted(spare, gone) for spare in node.spares)])
        return Parted(rebuilt(node, lambda _: next(goods).good))
    whole = fails if needed == len(parts) else 1.0
    bad = (
        [replace(part, fails=min(part.fails / whole, 1.0)).both for part in parts] if fails else []
    )
    left = [part.good for part in parts if part.fails < 1]
    wait = None if len(left) <= needed else needed
    good = replace(node, parts=tuple(left), wait=wait) if fails < 1 else NOTHING
    there = tuple(part for part in bad if not isinstance(part, Nothing))
    return Parted(good, fails, Parallel(there) if there else NOTHING)


def _stood_in(node: Parallel, needed: int, gone: Gone) -> Parallel:
    """The same with the next spare in place of each candidate that is dead."""
    left: list[Node] = []
    met: dict[str, int] = {}
    for one in (*node.parts, *node.spares):
        stations = {n.station for n in all_of(one) if isinstance(n, Visit)}
        manned = all(met.get(name, 0) + 1 <= gone.few.get(name, inf) + 1e-9 for name in stations)
        if manned and parted(one, gone).fails < 1:
            left.append(one)
        met |= {name: met.get(name, 0) + 1 for name in stations}
    count = len(node.parts)
    if len(left) == count + len(node.spares):
        return node
    wait = needed if needed < min(len(left), count) else None
    return replace(node, parts=tuple(left[:count]), wait=wait, spares=tuple(left[count:]))


def _sequence(node: Sequence, gone: Gone) -> Parted:
    """One after another; what a dead cache lacks is asked for instead, a fallback is taken."""
    parts: list[Parted] = []
    missed: dict[str, tuple[float, bool]] = {}  # targets: share that fails, whether it may
    for i, part in enumerate(node.parts):
        choice, target = catch_of(part), _target(part)
        if choice is not None and choice.component in missed:
            parts.append(_instead(part, choice, *missed.pop(choice.component), gone))
            continue
        caught = target is not None and any(
            (c := catch_of(later)) and c.component == target for later in node.parts[i + 1 :]
        )
        one = parted(part, gone, caught=caught)
        if caught and target is not None and one.fails:
            missed[target] = one.fails, _may_fail(part)
            one = Parted(one.both)
        parts.append(one)
    return _chained(node, parts)


def _chained(node: Sequence, parts: SequenceOf[Parted]) -> Parted:
    fails = _any(part.fails for part in parts)
    if all(part.good is old for part, old in zip(parts, node.parts, strict=True)):
        good: Node = node
    else:
        good = _in_turn(part.good for part in parts)
    if fails <= 0:
        return Parted(good)
    ways, left, before = [], 1.0, list[Node]()
    for part in parts:
        if part.fails:
            ways.append((left * part.fails / fails, _in_turn([*before, part.bad])))
        left *= 1 - part.fails
        before.append(part.good)
    return Parted(good if fails < 1 else NOTHING, fails, _one_of(ways))


def _instead(part: Node, choice: Choice, share: float, may: bool, gone: Gone) -> Parted:
    """What the share of calls that failed do instead, and what the others would have done."""
    inner = choice.branches[0].inner
    other = parted(replace(part, inner=inner) if isinstance(part, Repeat) else inner, gone)
    rest = parted(part, gone)
    if may:
        other = Parted(other.both)
    fails = share * other.fails + (1 - share) * rest.fails
    good: Node = NOTHING
    bad: Node = NOTHING
    if fails < 1:
        good = _one_of([(share * (1 - other.fails) / (1 - fails), other.good),
                        ((1 - share) * (1 - rest.fails) / (1 - fails), rest.good)])  # fmt: skip
    if fails > 0:
        bad = _one_of([(share * other.fails / fails, other.bad),
                       ((1 - share) * rest.fails / fails, rest.bad)])  # fmt: skip
    return Parted(good, fails, bad)


def catch_of(part: Node) -> Choice | None:
    """The way that is taken where a call failed: past a cache, or a fallback."""
    inner = part.inner if isinstance(part, Repeat) else part
    if isinstance(inner, Choice) and (
        inner.why == "fallback" or (inner.why == "miss" and inner.instead)
    ):
        return inner
    return None


def _may_fail(part: Node) -> bool:
    """Whether a call that has something to fall back on is optional besides."""
    match part:
        case Call():
            return part.guard.optional
        case Repeat():
            return _may_fail(part.inner)
        case Choice():
            return any(_may_fail(branch.inner) for branch in part.branches)
    return False


def _target(part: Node) -> str | None:
    match part:
        case Call():
            return part.target
        case Repeat():
            return _target(part.inner)
        case Choice() if part.why == "place":
            return part.component
        case Visit():
            return part.station.partition("@")[0]
    return None


def _any(shares: Iterable[float]) -> float:
    kept = 1.0
    for share in shares:
        kept *= 1 - share
    return 1 - kept
