"""How many calls reach each station, and how irregularly: the traffic equations on trees.

Rates follow the trees exactly. The irregularity of a stream is carried as a weighted sum of those
of what leaves the stations before it, since all that happens on the way is linear in them;
`arrivals` solves for these. Source: Whitt, "The Queueing Network Analyzer", Bell System Technical
Journal 62(9), 1983.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from math import prod
from typing import Any, NamedTuple

from sysdesign.analyze.bunches import NONE, Bunches, added
from sysdesign.analyze.trees import Remembered, met_in
from sysdesign.formulas.number import is_one
from sysdesign.network import (
    Attempts,
    Call,
    Choice,
    Delay,
    Flow,
    Hold,
    Node,
    Parallel,
    Repeat,
    Send,
    Sequence,
    Spread,
    Visit,
)
from sysdesign.records import dataclass

Number = Any
"""A float, or an array with one value for each draw."""


@dataclass(frozen=True, slots=True)
class Fate:
    """How a guarded call, or one that wants a slot, fares.

    `attempts` are made for each call, a share `answered` goes on after it; `missing` is the share
    without its answer, optional calls included, which go on all the same. Where it `goes_on`, only
    refusals take calls away: whoever gives up at a time limit is counted as if it went on.
    """

    attempts: float = 1.0
    answered: float = 1.0
    missing: float = 0.0
    goes_on: bool = False


class Stream(NamedTuple):
    """Visits of one kind on their way into a station; `together` of them come at one moment.

    `gaps` is how irregular they come: calls that left each of these stations, so many a second, go
    on in this stream; none of them is Poisson. Nothing but time that is always the same lies
    between the station `behind` them and this one. A call that comes once comes `again` times in
    all, counted itself, some `apart_s` from time to time, waits not counted; `gathered` would come
    together if none of these times lay apart.
    """

    arrival_per_s: Number
    gaps: Mapping[str, float]
    work: Spread
    items: Number
    together: Number
    behind: str = ""
    again: Number = 1.0
    apart_s: Number = 0.0
    gathered: Number = 1.0

    def times(self, factor: float) -> Stream:
        """So many times as many."""
        arrival, gaps, *rest = self
        if gaps:
            gaps = {name: rate * factor for name, rate in gaps.items()}
        return Stream(arrival * factor, gaps, *rest)


class Held(NamedTuple):
    """Calls that hold a slot."""

    rate_per_s: Number
    node: Hold


class _Calls(NamedTuple):
    """Calls on their way, `together` of them side by side until they meet a queue.

    `gaps` and `behind` are as for a `Stream`. `beside` are calls of other kinds that come with each
    of them, by the station they meet. `repeats` is how often each is made, and `elapsed_s` the work
    done before it.
    """

    rate_per_s: Number
    gaps: Mapping[str, float] = NONE
    together: Number = 1.0
    behind: str = ""
    beside: Mapping[str, float] = NONE
    repeats: Number = 1.0
    elapsed_s: Number = 0.0

    def times(self, share: Number) -> _Calls:
        """So many as many."""
        return _Calls(self.rate_per_s * share, *self[1:])

    def with_more(self, met: Mapping[str, float]) -> _Calls:
        """The same, each with these at its side."""
        if not met:
            return self
        beside = added(self.beside, met, float(self.together))
        return _Calls(*self[:4], beside, *self[5:])


@dataclass(frozen=True, slots=True)
class Traffic:
    """What comes to each station."""

    streams: dict[str, list[Stream]] = field(default_factory=dict)
    holds: dict[str, list[Held]] = field(default_factory=dict)

    def add(self, other: Traffic, factor: float) -> None:
        """So many times as many calls more."""
        for name, some in other.streams.items():
            also = some if factor == 1 else [one.times(factor) for one in some]
            self.streams.setdefault(name, []).extend(also)
        for name, held in other.holds.items():
            more = [Held(one.rate_per_s * factor, one.node) for one in held]
            self.holds.setdefault(name, []).extend(more)

    def times(self, factor: float) -> Traffic:
        """So many times as many calls, which fare alike."""
        if factor == 1:
            return self
        made = Traffic()
        made.add(self, factor)
        return made


def traffic(
    flows: Iterable[Flow],
    fates: Mapping[int, Fate] | None = None,
    answered: Mapping[str, float] | None = None,
    sends: bool = True,
) -> Traffic:
    """Send the calls of all flows through their trees; callers are Poisson.

    `fates` by the id() of a guarded call: what its retries add and its failures take away;
    `answered` is the share of calls that a station does not refuse, 1 where it is not named. Work
    given up by the caller is done all the same. Without `sends`, what is handed over is not
    followed. All is linear in the rates of flows: a tree in which calls fare as they did before is
    not gone through again.
    """
    found = Traffic()
    for flow in flows:
        if is_one(flow.rate_per_s):
            one = _of_one(flow.root, fates or {}, answered or {}, sends)
            found.add(one, float(flow.rate_per_s))
        else:
            found.add(_followed(flow.root, flow.rate_per_s, fates or {}, answered or {}, sends), 1)
    return found


_KNOWN = Remembered()


def _of_one(
    root: Node, fates: Mapping[int, Fate], answered: Mapping[str, float], sends: bool
) -> Traffic:
    """What one call a second of a flow brings; remembered for the trees asked for last."""
    met = met_in(root)
    fared = tuple([(one, fates[one]) for one in met.guarded if one in fates]) if fates else ()
    taken = tuple([(n, answered[n]) for n in met.visits if n in answered]) if answered else ()
    found: Traffic = _KNOWN.of(
        root, (sends, fared, taken), lambda: _followed(root, 1.0, dict(fared), dict(taken), sends)
    )
    return found


def _followed(
    root: Node, rate: Number, fates: Mapping[int, Fate], answered: Mapping[str, float], sends: bool
) -> Traffic:
    walk = _Walk(fates, answered, sends)
    walk.flow(root, rate)
    return walk.found


class _Walk:
    def __init__(
        self, fates: Mapping[int, Fate], answered: Mapping[str, float], sends: bool
    ) -> None:
        self.fates = fates
        self.answered = answered
        self.sends = sends
        self.found = Traffic()
        self.bunches = Bunches()
        self.own: dict[str, list[Stream]] = {}
        """Streams of the flow that is followed."""

    def flow(self, root: Node, rate: Number) -> None:
        """All calls of a flow; then it is known how often each comes to the same station.

        For draws that is not followed.
        """
        elapsed = self.through(root, _Calls(rate)).elapsed_s
        for name, streams in self.own.items():
            if is_one(rate) and (len(streams) > 1 or _often(streams[0].again)):
                streams = _recurring(streams, rate, elapsed)
            self.found.streams.setdefault(name, []).extend(streams)

    def through(self, node: Node, calls: _Calls, missing: float = 0.0) -> _Calls:
        """Calls that go on after a node; `missing` did not get the answer before it."""
        way = _WAYS.get(node.__class__)
        if way is not None:
            return way(self, node, calls)
        if isinstance(node, Choice):
            return self.choice(node, calls, shares_of(node, missing))
        return calls

    def sequence(self, node: Sequence, calls: _Calls) -> _Calls:
        for i, part in enumerate(node.parts):
            if isinstance(part, Send) and self.sends:
                calls = self.send(part, node.parts[i + 1 :], calls)
            elif isinstance(part, Choice):
                missing = missing_before(node, i, self.fates)
                calls = self.choice(part, calls, shares_of(part, missing))
            else:
                calls = self.through(part, calls)
        return calls

    def call(self, node: Call, calls: _Calls) -> _Calls:
        fate = self.fates.get(id(node))
        if fate is None or fate is _FREE or fate == _FREE:
            after = self.through(node.inner, calls)
            return _Calls(calls.rate_per_s, *after[1:])
        after = self.through(node.inner, calls.times(fate.attempts))
        answered = fate.answered
        if fate.goes_on:
            done = part_of(after.rate_per_s, calls.rate_per_s * fate.attempts)
            answered = _once_of(done, node.guard)
        return after._replace(rate_per_s=calls.rate_per_s * answered, behind="")

    def hold(self, node: Hold, calls: _Calls) -> _Calls:
        self.found.holds.setdefault(node.station, []).append(Held(calls.rate_per_s, node))
        fate = self.fates.get(id(node))
        return self.through(node.inner, calls if fate is None else calls.times(fate.answered))

    def sent(self, node: Send, calls: _Calls) -> _Calls:
        if self.sends:
            self.through(node.inner, calls)
        return calls

    def delay(self, node: Delay, calls: _Calls) -> _Calls:
        rate, gaps, together, behind, beside, repeats, elapsed = calls
        behind = behind if node.spread.family == "constant" else ""
        return _Calls(rate, gaps, together, behind, beside, repeats, elapsed + node.spread.mean_s)

    def visit(self, node: Visit, calls: _Calls) -> _Calls:
        rate, gaps, together, behind, beside, repeats, elapsed = calls
        name = node.station
        if beside:
            together = together + beside.get(name, 0.0)
        own = (rate, gaps, node.work, node.items, together, behind, repeats, 0.0, together)
        stream = Stream(*own)
        self.own.setdefault(name, []).append(stream)
        answered = rate * self.answered[name] if name in self.answered else rate
        later = elapsed + node.work.mean_s * node.items
        left = {name: rate} if is_one(rate) else NONE  # not followed for draws
        return _Calls(answered, left, 1.0, name, NONE, repeats, later)

    def send(self, node: Send, then: tuple[Node, ...], calls: _Calls) -> _Calls:
        """What is handed over begins together with what comes then."""
        self.through(node.inner, calls.with_more(self.bunches.of_all(then).met))
        return calls.with_more(self.bunches.of(node.inner).met)

    def repeat(self, node: Repeat, calls: _Calls) -> _Calls:
        width = _at_most(node.times, node.at_once)
        rounds = node.times / width
        repeats = calls.repeats * _at_most(node.times, node.times)
        each = calls.times(node.times)._replace(
            together=width * calls.together, behind="", repeats=repeats
        )
        if is_one(rounds) and rounds > 1:  # what is at their side meets the first of them
            each = each._replace(
                together=width * (1 + (calls.together - 1) / rounds),
                beside=added(NONE, calls.beside, 1 / rounds),
            )
        after = self.through(node.inner, each)
        done = part_of(after.rate_per_s, each.rate_per_s)
        lost = done**node.times if self.fates or self.answered else 1.0
        elapsed = calls.elapsed_s + (after.elapsed_s - calls.elapsed_s) * rounds
        return _Calls(
            calls.rate_per_s * lost,
            after.gaps,
            calls.together,
            repeats=calls.repeats,
            elapsed_s=elapsed,
        )

    def parallel(self, node: Parallel, calls: _Calls) -> _Calls:
        if len(node.parts) < 2:
            return self.through(node.parts[0], calls) if node.parts else calls
        met = [self.bunches.of(part).met for part in node.parts]
        after = []
        for i, part in enumerate(node.parts):
            beside = NONE
            for other in (*met[:i], *met[i + 1 :]):
                beside = added(beside, {s: n for s, n in other.items() if s in met[i]}, 1.0)
            after.append(self.through(part, calls.with_more(beside)))
        rate = calls.rate_per_s
        if self.fates or self.answered:  # not all of them may be answered
            shares = [part_of(part.rate_per_s, rate) for part in after]
            rate = rate * at_least(len(shares) if node.wait is None else node.wait, shares)
        gaps = NONE
        for one in after:
            gaps = added(gaps, one.gaps, 1 / len(after))
        elapsed = sum(part.elapsed_s for part in after) / len(after)
        return _Calls(rate, gaps, repeats=calls.repeats, elapsed_s=elapsed)

    def choice(self, node: Choice, calls: _Calls, shares: list[Number]) -> _Calls:
        rate, elapsed = 0.0 * calls.rate_per_s, calls.elapsed_s
        gaps, straight = NONE, 1.0
        for share, branch in zip(shares, node.branches, strict=True):
            begun = calls.times(share)
            if is_one(share):  # of those at its side, as many take the same way
                together = 1 + (calls.together - 1) * share
                begun = begun._replace(together=together, gaps=added(NONE, calls.gaps, share))
            after = self.through(branch.inner, begun)
            rate = rate + after.rate_per_s
            if after.gaps is not begun.gaps and is_one(share):
                gaps = added(gaps, after.gaps, share)  # meet again as they parted
                straight -= share * share
            elapsed = elapsed + share * (after.elapsed_s - calls.elapsed_s)
        gaps = added(gaps, calls.gaps, straight)
        return _Calls(rate, gaps, repeats=calls.repeats, elapsed_s=elapsed)


_FREE = Fate()
_WAYS: Mapping[type[Any], Callable[[_Walk, Any, _Calls], _Calls]] = {
    Visit: _Walk.visit, Sequence: _Walk.sequence, Call: _Walk.call, Hold: _Walk.hold,
    Repeat: _Walk.repeat, Parallel: _Walk.parallel, Send: _Walk.sent, Delay: _Walk.delay,
}  # fmt: skip
"""What becomes of calls at each sort of node; of a choice it hangs on what came before."""


def _recurring(streams: list[Stream], rate: Number, elapsed_s: Number) -> list[Stream]:
    """How often a call that comes in one of these streams of a flow comes in all, and how soon."""
    visits = [part_of(stream.arrival_per_s, rate) for stream in streams]
    if is_one(rate):
        visits = [s.arrival_per_s / rate if rate > 0 else 1.0 for s in streams]
    whole = sum(visits)
    gathered = _gathered(streams, visits)
    found = []
    for stream, own in zip(streams, visits, strict=True):
        again = (stream.again + whole - own) / stream.together
        if is_one(again):
            again = max(again, 1.0)
        more = stream.together if gathered is None else gathered
        found.append(Stream(*stream[:6], again, elapsed_s / again, more))
    return found


def _gathered(streams: list[Stream], visits: list[Number]) -> float | None:
    """How many calls at once would make a queue as long as those of a flow that follow each other.

    With K visits of each call, x(1), x(2), ... of them side by side, this is K (K + 1) / R - 1,
    R = x(1) + 2 x(2) + 3 x(3) + ...: all work ahead, that of visits to come included, is that of
    a queue with calls of K pieces, and R / K pieces are left to those that wait, on average. So one
    by one they are as one, and all side by side as K. None for draws, or where nothing comes.
    Source: near full load, Reiman, "A multiclass feedback queue in heavy traffic", Advances in
    Applied Probability 20, 1988.
    """
    if not all(is_one(own) and is_one(s.together) for s, own in zip(streams, visits, strict=True)):
        return None
    passes, left, whole = 0.0, 0.0, 0.0
    for stream, own in zip(streams, visits, strict=True):
        once = own / stream.together
        left += own * (passes + (once + 1) / 2)
        passes += once
        whole += own
    return max(whole * (whole + 1) / left - 1, 1.0) if left > 0 else None


def shares_of(node: Choice, missing: float) -> list[Number]:
    """Shares of the branches; the first of a fallback is taken by those without an answer."""
    if node.why == "fallback" and len(node.branches) == 2:
        return [missing, 1.0 - missing]
    return [branch.share for branch in node.branches]


def missing_before(sequence: Sequence, place: int, fates: Mapping[int, Fate]) -> float:
    """Share of calls that the call before a fallback left without an answer."""
    node = sequence.parts[place]
    if not isinstance(node, Choice) or node.why != "fallback":
        return 0.0
    found = (_missing(part, node.component, fates) for part in reversed(sequence.parts[:place]))
    return next((share for share in found if share is not None), 0.0)


def _missing(node: Node, target: str, fates: Mapping[int, Fate]) -> float | None:
    """Share of calls of a target that go without an answer; None where it is not called."""
    match node:
        case Call() if node.target == target:
            return fates.get(id(node), _FREE).missing
        case Choice():
            found = [(float(b.share), _missing(b.inner, target, fates)) for b in node.branches]
            known = [(share, missing) for share, missing in found if missing is not None]
            return sum(share * missing for share, missing in known) if known else None
        case Repeat() | Call() | Hold():
            return _missing(node.inner, target, fates)
    return None


def part_of(part: Number, whole: Number) -> Number:
    """Part of a whole; all of it where there is nothing."""
    if is_one(part) and is_one(whole):
        return min(part / whole, 1.0) if whole > 0 else 1.0
    return part / (whole + (whole <= 0))


def _at_most(times: Number, at_once: Number) -> Number:
    """How many are side by side, at least one."""
    if is_one(times) and is_one(at_once):
        return max(min(times, at_once), 1.0)
    return 1.0  # bursts are not followed for draws


def _once_of(done: Number, guard: Attempts) -> Number:
    """Share of calls of which one attempt is done; all go on where they need not."""
    if guard.optional:
        return 1.0
    return 1 - (1 - done) ** (1 + (guard.retry.count if guard.retry else 0))


def at_least(needed: int, shares: list[Number]) -> Number:
    """Probability that at least so many of independent calls are answered."""
    if needed >= len(shares):
        return prod(shares)
    ended: list[Number] = [1.0] + [0.0] * needed
    for share in shares:
        ended[needed] = ended[needed] + ended[needed - 1] * share
        for count in range(needed - 1, 0, -1):
            ended[count] = ended[count] * (1 - share) + ended[count - 1] * share
        ended[0] = ended[0] * (1 - share)
    return ended[needed]


def _often(again: Number) -> bool:
    return not is_one(again) or again > 1
