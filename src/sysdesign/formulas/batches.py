"""Calls of one batch at one queue: they find the same queue, wait behind each other, are joined.

The first of a batch that finds all servers busy waits for n - c + 1 departures, n calls present;
each that follows waits for one more. A join of such times is no join of independent ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import exp
from typing import TYPE_CHECKING, NamedTuple

from sysdesign.formulas.bursts import present
from sysdesign.formulas.delays import Delay, constant, mixture, series, spread
from sysdesign.formulas.forkjoin import harmonic
from sysdesign.formulas.inversion import Grid
from sysdesign.formulas.laws import EXPONENTIAL, by_scv
from sysdesign.formulas.number import numpy_module
from sysdesign.formulas.tails import Tail, joined, tail_of

if TYPE_CHECKING:
    from sysdesign.formulas.inversion import Complex, Reals
    from sysdesign.formulas.laws import Shape

MOST_SERVERS = 400
_NEVER = 1e-9
_SAME = 1e-11
_MOST_STEPS = 4096
_MOST_ONE_BY_ONE = 32  # parts that follow each other; more start some at a time
_PACED_CALLS, _PACED_SERVERS = 16, 32  # beyond, the pace is that of all departures
_TRIES = 8
_FAR = 700.0
_MOST_TERMS = 200


class Ahead(NamedTuple):
    """What a batch finds: with probability `free[m]` there are m free servers, at least 1.

    Else, with probability `busy`, it waits for 1, 2, ... departures with probabilities `after`,
    which fall on by `ratio`, before its first call starts.
    """

    free: tuple[float, ...]
    busy: float
    after: tuple[float, ...]
    ratio: float

    @property
    def mean_departures(self) -> float:
        """Departures before the first call starts, over all batches."""
        return self._moments[0]

    @property
    def wait_scv(self) -> float:
        """Of the time that these departures take, for those that wait for some."""
        first, second = (moment / self.busy for moment in self._moments)
        return second / first**2 + 1 / first - 1  # one of d departures has the variance d

    @property
    def _moments(self) -> tuple[float, float]:
        first = sum((d + 1) * share for d, share in enumerate(self.after))
        second = sum((d + 1) ** 2 * share for d, share in enumerate(self.after))
        spare = 1 - self.ratio
        last, beyond = self.after[-1] * self.ratio / spare, len(self.after) + 1 / spare
        return first + last * beyond, second + last * (beyond**2 + self.ratio / spare**2)


@lru_cache(maxsize=256)
def ahead_of_batch(offered: float, servers: int, together: float) -> Ahead:
    """What batches of `together` calls find; exact for exponential service and Poisson batches.

    A `together` that is not whole is as in `wait_in_bursts`.

    Raises: ValueError if there are more than 400 servers, or they are overloaded.
    Source: as `wait_in_bursts`; batches come at random times, so they find what is there on average
    (Wolff, "Poisson arrivals see time averages", Operations Research 30(2), 1982).

    >>> ahead = ahead_of_batch(0.5, 1, 1.0)
    >>> round(ahead.free[1], 9), round(ahead.busy, 9), round(ahead.mean_departures, 9)
    (0.5, 0.5, 1.0)
    """
    if servers > MOST_SERVERS or offered >= servers:
        raise ValueError(f"{offered:g} busy of {servers} servers: give at most 400, not overloaded")
    shares, ratio = present(offered, servers, together)
    beyond = shares[-1] * ratio / (1 - ratio)
    whole = sum(shares) + beyond
    free = [0.0, *(share / whole for share in reversed(shares[:servers]))]
    after = [share / whole for share in shares[servers:]]
    busy = sum(after) + beyond / whole
    return Ahead(tuple(free), busy, _one_by_one(after, ratio), ratio)


def _one_by_one(shares: Sequence[float], ratio: float) -> tuple[float, ...]:
    """The first of some shares, up to where all others fall by one ratio."""
    for count in range(1, len(shares)):
        if abs(shares[count] - ratio * shares[count - 1]) <= _SAME * shares[count]:
            return tuple(shares[:count])
    return tuple(shares)


def wait_before_batch(ahead: Ahead, departure_s: float, work: Shape = EXPONENTIAL) -> Delay:
    """Wait of the first of a batch, for those that find no server free.

    It is made of residuals of the work, `departure_s` each on average: exact for exponential work,
    and for batches of one call on one server (Hokstad, Operations Research 26(3), 1978).
    """
    if ahead.busy <= 0 or departure_s <= 0:
        return constant(0.0)
    mean = ahead.mean_departures * departure_s / ahead.busy
    if len(ahead.after) > _MOST_TERMS:
        return spread(by_scv(ahead.wait_scv), mean)

    def rest(grid: Grid) -> Complex:
        np = numpy_module()
        one = work.residual(grid, 2 * departure_s / (1 + work.scv))
        total = np.full(one.shape, ahead.after[-1] / (1 - ahead.ratio * one))
        for share in reversed(ahead.after[:-1]):
            total = total * one + share
        return total * one / ahead.busy  # type: ignore[no-any-return]

    return Delay(mean, rest)


@lru_cache(maxsize=1024)
def exponential_join(calls: int, needed: int, begun: int, servers: int) -> float:
    """Mean time until so many of a batch have ended, in services, `begun` of its calls just begun.

    All servers are busy; the others start one at each departure, which is one of the batch as
    often as its part of the servers. Exact for exponential service.

    >>> exponential_join(2, 2, 1, 1), exponential_join(3, 3, 3, 4) == harmonic(3)
    (2.0, True)
    """
    at = {(begun, 0): 1.0}  # of the batch: in service, ended
    mean = 0.0
    for _ in range(calls - begun):
        mean += sum(at.values()) / servers
        after: dict[tuple[int, int], float] = {}
        for (own, ended), chance in at.items():
            leaves = own / servers
            if ended + 1 < needed:
                after[own, ended + 1] = after.get((own, ended + 1), 0.0) + chance * leaves
            if own < servers:
                after[own + 1, ended] = after.get((own + 1, ended), 0.0) + chance * (1 - leaves)
        at = after
    for (own, ended), chance in at.items():
        mean += chance * (harmonic(own) - harmonic(own - (needed - ended)))
    return mean


@lru_cache(maxsize=1024)
def pace(calls: int, needed: int, servers: int) -> float:
    """Mean time from start to start, in services, with which independent times are joined exactly.

    Starts are departures, of which some are of the batch itself: taken as independent of its own
    work they need another pace than 1 / servers, so that exponential calls are joined as they are.
    """
    usual = 1 / servers
    if calls > _PACED_CALLS or servers > _PACED_SERVERS or calls < 2:
        return usual
    true = exponential_join(calls, needed, 1, servers)
    low, now = usual, usual * 1.1
    off = _independent_join(calls, needed, low) - true
    for _ in range(_TRIES):
        now_off = _independent_join(calls, needed, now) - true
        if abs(now_off) < _NEVER or now_off == off:
            break
        low, off, now = now, now_off, now - now_off * (now - low) / (now_off - off)
        now = min(max(now, usual / 4), usual * 4)
    return now


def _independent_join(calls: int, needed: int, pace_s: float) -> float:
    """Mean join of exponential calls that start at times of their own, one of them at once."""
    starting = 1 / pace_s
    left: list[list[float]] = [[0.0] * (needed + 1) for _ in range(calls + 1)]
    for started in range(calls, 0, -1):
        for ended in range(min(started, needed - 1), -1, -1):
            ending = started - ended
            more = starting if started < calls else 0.0
            after = ending * left[started][ended + 1]
            if more:
                after += more * left[started + 1][ended]
            left[started][ended] = (1 + after) / (ending + more)
    return left[1][0]


class Part(NamedTuple):
    """A part of a join: its time once its call has started, which is the `place`-th of the batch.

    Places begin at 0 and rise from part to part.
    """

    rest: Delay
    place: int


class BatchJoin(NamedTuple):
    """A join of a batch, the same without the wait of its first call, and that wait."""

    whole: Delay
    rest: Delay
    wait: Delay


def join_batch(
    parts: Sequence[Part],
    needed: int,
    ahead: Ahead,
    service_s: float,
    servers: int,
    wait_s: float | None = None,
    work: Shape = EXPONENTIAL,
) -> BatchJoin:
    """Join of parts that come to one queue together, until `needed` of them have ended.

    `wait_s` is the mean wait of the first call where it is not that of exponential service, `work`
    the law whose residuals make up that wait.

    For exponential calls of as much work each it is exact on average where all servers are busy or
    all calls find one free, between them 1% off at most.
    Assumes: Poisson batches. Calls that do not find a free server start by and by at the pace of
    departures, whatever becomes of those before them.
    Source: the state found as in Chaudhry and Templeton, A First Course in Bulk Queues (1983);
    order statistics as in David and Nagaraja, Order Statistics (2003).
    """
    calls = parts[-1].place + 1
    behind = _behind(ahead, service_s, servers, wait_s, work)
    at_once = _joined([part.rest for part in parts], needed)
    paced = pace(calls, needed, servers) if calls == len(parts) else 1 / servers
    starts = _Starts(_fewer(parts, needed), needed, paced * service_s, at_once)
    free = {begun: share for begun, share in enumerate(ahead.free) if 0 < begun < calls}
    some = sum(free.values())
    shares, joins = [max(1 - some - ahead.busy, 0.0)], [at_once.delay]
    if some > _NEVER:
        shares.append(some)
        joins.append(starts.mixed({begun: share / some for begun, share in free.items()}))
    shares.append(1 - sum(shares))
    last = starts.mixed({1: 1.0})
    whole = mixture(shares, [*joins, series([behind, last])])
    return BatchJoin(whole, mixture(shares, [*joins, last]), _or_none(ahead, behind))


def join_in_order(groups: Sequence[Sequence[Delay]], needed: int) -> Delay:
    """Until so many of all have ended; groups are independent, each told by its 1st, 2nd, ... end.

    Source: David and Nagaraja, Order Statistics (2003), chapter 5.
    """
    alike, _ = joined([one for group in groups for one in group], needed)
    base = min(one.shift_s for group in groups for one in group)
    grid = _wide(alike, base, 0.0)
    times = grid.times[: grid.steps + 1]
    np = numpy_module()
    ended = [times * 0 + 1.0]  # exactly so many
    for group in groups:
        tails = [tail_of(one) for one in group]
        least = [np.clip(1 - t.at(times + (base - t.base_s)), 0.0, 1.0) for t in tails]
        own = [1 - least[0], *(a - b for a, b in pairwise(least)), least[-1]]
        ended = [
            sum(ended[i] * own[n - i] for i in range(len(ended)) if 0 <= n - i < len(own))
            for n in range(min(len(ended) + len(group), needed))
        ]
    table = np.minimum.accumulate(np.clip(sum(ended), 0.0, 1.0))
    area = float(table.sum() - (table[0] + table[-1]) / 2) * grid.step_s
    return Tail(base, base + area, grid, table).delay


def wait_of_first(
    ahead: Ahead,
    service_s: float,
    servers: int,
    wait_s: float | None = None,
    work: Shape = EXPONENTIAL,
) -> Delay:
    """Wait of the first of a batch, or of a call alone among batches; as `join_batch`."""
    return _or_none(ahead, _behind(ahead, service_s, servers, wait_s, work))


def _behind(
    ahead: Ahead, service_s: float, servers: int, wait_s: float | None, work: Shape
) -> Delay:
    usual = ahead.mean_departures * service_s / servers
    longer = 1.0 if wait_s is None or usual <= 0 else max(wait_s, 0.0) / usual
    return wait_before_batch(ahead, service_s / servers * longer, work)


def _or_none(ahead: Ahead, behind: Delay) -> Delay:
    return mixture([1 - ahead.busy, ahead.busy], [constant(0.0), behind])


def _fewer(parts: Sequence[Part], needed: int) -> Sequence[Part]:
    """So many neighbours of very many parts as one, which starts with its last."""
    each = -(-len(parts) // _MOST_ONE_BY_ONE)
    if each == 1 or needed < len(parts):
        return parts
    some = [parts[i : i + each] for i in range(0, len(parts), each)]
    return [Part(_joined([p.rest for p in few], len(few)).delay, few[-1].place) for few in some]


def _joined(rests: Sequence[Delay], needed: int) -> Tail:
    if needed == len(rests) and all(rest is rests[0] for rest in rests):
        return tail_of(rests[0]).longest(needed)
    return joined(rests, needed)[0]


class _Starts:
    """Joins of parts of which some start at once and the others follow, each a while later.

    Tables are the probability that at least so many of some parts have ended by each time; rows of
    them are kept by that number, as far as it decides.
    """

    def __init__(self, parts: Sequence[Part], needed: int, pace_s: float, at_once: Tail) -> None:
        np = numpy_module()
        self.parts = parts
        self.needed = min(needed, len(parts))
        self.at_once = at_once
        self.base_s = min(part.rest.shift_s for part in parts)
        self.grid = _wide(at_once, self.base_s, pace_s * parts[-1].place)
        times = self.grid.times[: self.grid.steps + 1]
        known: dict[int, Reals] = {}
        for part in parts:
            if id(part.rest) not in known:
                tail = tail_of(part.rest)
                known[id(part.rest)] = np.clip(tail.at(times + (self.base_s - tail.base_s)), 0, 1)
        self.above = [known[id(part.rest)] for part in parts]
        self.delayed = _Delayed(self.grid, pace_s)
        self.following = self._following()

    def mixed(self, begun: dict[int, float]) -> Delay:
        """So many calls begun with these probabilities; the others follow."""
        np = numpy_module()
        ended = sum(share * self._ended(count) for count, share in begun.items())
        table = np.minimum.accumulate(np.clip(1 - ended, 0.0, 1.0))
        times = self.grid.times[: len(table)] + (self.base_s - self.at_once.base_s)
        more = table - self.at_once.at(times)
        longer = float(more.sum() - (more[0] + more[-1]) / 2) * self.grid.step_s
        return Tail(self.base_s, self.at_once.mean_s + max(longer, 0.0), self.grid, table).delay

    def _following(self) -> list[dict[int, Reals]]:
        """Rows of the parts from each on, the first of them just begun; by its number."""
        found: list[dict[int, Reals]] = [{}]
        for i in range(len(self.parts) - 1, -1, -1):
            found.insert(0, self._with(i, self._later(i + 1, self.parts[i].place, found[0])))
        return found

    def _later(self, part: int, begun: int, rows: dict[int, Reals]) -> dict[int, Reals]:
        """Rows of the parts from this one on, when the call at an earlier place begins."""
        if part == len(self.parts):
            return {}
        starts = self.parts[part].place - begun
        return {count: self.delayed.by(table, starts) for count, table in rows.items()}

    def _ended(self, begun: int) -> Reals:
        """Probability that as many have ended as are needed."""
        count = sum(part.place < begun for part in self.parts)
        rows = self._later(count, begun - 1, self.following[count])
        for i in range(count - 1, -1, -1):
            rows = self._with(i, rows)
        return rows[self.needed]

    def _with(self, i: int, rows: dict[int, Reals]) -> dict[int, Reals]:
        """Rows of the parts after one, and this one too."""
        above, left = self.above[i], len(self.parts) - i
        found = {}
        for count in range(max(1, self.needed - i), min(self.needed, left) + 1):
            enough = 1 - above if count == 1 else rows[count - 1] * (1 - above)
            found[count] = enough + rows[count] * above if count in rows else enough
        return found


def _wide(at_once: Tail, base_s: float, later_s: float) -> Grid:
    """A grid that holds what starts later too, with steps as short while they are not too many."""
    span, steps = at_once.grid.span_s, at_once.grid.steps
    while span < at_once.grid.span_s + at_once.base_s - base_s + 2 * later_s:
        span *= 2
        steps = min(2 * steps, _MOST_STEPS)
    return Grid(span, steps)


class _Delayed:
    """Tables of a grid, each delayed by exponential times; exact where straight between times."""

    def __init__(self, grid: Grid, mean_s: float) -> None:
        np = numpy_module()
        self.size = 2 * grid.steps + grid.steps // 4  # of small factors, and wide enough
        self.count = grid.steps + 1
        step = min(grid.step_s / mean_s if mean_s > 0 else _FAR, _FAR)
        fall = exp(-step)
        self.new = 1 - (1 - fall) / step
        self.falling = fall ** np.arange(self.count)
        more = (1 - fall - self.new + fall * self.new) * self.falling[:-1]
        self.kernel = np.fft.rfft(np.concatenate(([self.new], more)), self.size)

    def by(self, table: Reals, times: int) -> Reals:
        """A table that starts so many exponential times later."""
        np = numpy_module()
        moved = np.fft.rfft(table, self.size) * self.kernel
        if table[0]:  # what comes first begins there, and not a step before
            once = np.fft.irfft(moved, self.size)[: self.count]
            once = once - self.new * table[0] * self.falling
            if times == 1:
                return once  # type: ignore[no-any-return]
            moved = np.fft.rfft(once, self.size)
        for _ in range(times - 1):
            moved = moved * self.kernel
        return np.fft.irfft(moved, self.size)[: self.count]  # type: ignore[no-any-return]
