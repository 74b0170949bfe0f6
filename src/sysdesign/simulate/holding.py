"""Contents of caches as rows of the kernel: classes of keys, entries, what is held at the start."""

from __future__ import annotations

from hashlib import blake2b
from math import inf, isfinite
from typing import TYPE_CHECKING, Any

from sysdesign.formulas.caches import cache_hit
from sysdesign.formulas.popularity import (
    Popularity,
    hit_within,
    lru_keys,
    top,
    uniform,
    zipf,
)
from sysdesign.network import Contents
from sysdesign.records import dataclass
from sysdesign.simulate.errors import SimulateError
from sysdesign.simulate.kernel import layout as at
from sysdesign.simulate.laws import one

if TYPE_CHECKING:
    from sysdesign.simulate.machine import Machine
    from sysdesign.simulate.plan import Plan

MOST_ENTRIES = 400_000
"""Entries of all caches together; where there are more keys, some stand for several alike."""
LEAST_ENTRIES = 2_000
"""Of one cache, as long as it has so many keys."""
_HALVINGS = 60
_EVICT = {"lru": at.EV_LRU, "lfu": at.EV_LFU, "fifo": at.EV_FIFO, "random": at.EV_RANDOM}


@dataclass(frozen=True)
class Held:
    """One cache: its words, its classes of keys, the entries of each class, the keys it can hold.

    `asked_per_s` are calls for all its keys, `row` is where it lies.
    """

    words: Contents
    popularity: Popularity
    entries: tuple[int, ...]
    room: float
    asked_per_s: float
    row: int

    @property
    def count(self) -> int:
        """Entries of one set."""
        return sum(self.entries)

    @property
    def sets(self) -> int:
        """How many copies hold contents of their own."""
        return max(round(self.words.copies), 1)

    @property
    def is_sampled(self) -> bool:
        """Whether some entries stand for several keys."""
        return self.count < 0.99 * self.popularity.count

    @property
    def said(self) -> str:
        """What was assumed or shortened, in words; empty where nothing was."""
        words = self.words
        told = [words.why] if words.why else []
        if self.is_sampled:
            told.append(
                f"{self.count:,} entries stand for its {_round(self.popularity.count):,} keys, "
                "those asked for most each for itself"
            )
        return f"{words.component}: {'; '.join(told)}" if told else ""


_ALIKE = 0.01  # of the calls: so close to its usual hit ratio a cache is as good as full
_LONGEST_S = 1e9


def refilled_s(held: Held) -> float:
    """Seconds until a cache that was emptied answers about as many calls as before.

    Up to then nothing has to go: a key is held once it was asked for (as in Che's approximation,
    Che, Tung and Wang, Hierarchical web caching systems, IEEE JSAC 20, 2002).
    """
    usual = expected_hit(held.words) - _ALIKE
    asked_per_s = held.asked_per_s / held.sets

    def hit(seconds: float) -> float:
        return hit_within(held.popularity, asked_per_s * seconds, asked_once)

    low, high = 0.0, 1.0
    while high < _LONGEST_S and hit(high) < usual:
        low, high = high, 2 * high
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if hit(middle) < usual else (low, middle)
    return high


def asked_once(calls: Any) -> Any:
    """Chance that a key was asked for at least once, by the calls for it on average."""
    import numpy as np

    return -np.expm1(-calls)


def _round(number: float) -> int:
    """Three digits of a number."""
    return round(float(f"{number:.3g}"))


def popularity_of(words: Contents) -> Popularity:
    """Classes of keys that are asked for alike.

    Raises
    ------
    SimulateError
        where there are none, or their shares cannot be.
    """
    keys = words.keys
    if not (keys >= 1 and isfinite(keys)):
        raise SimulateError(f"{words.component}: {keys:g} keys: give one or more")
    try:
        if words.zipf is not None:
            return zipf(keys, words.zipf)
        return uniform(keys) if words.top is None else top(keys, *words.top)
    except ValueError as error:
        raise SimulateError(f"{words.component}: {error}") from None


def room_of(words: Contents, popularity: Popularity) -> float:
    """Keys that one copy holds; where only its hit ratio is known, as many as give that."""
    if words.held is not None:
        room = one(words.held)
    elif words.hit is None:
        return inf
    else:
        room = _keys_for(one(words.hit), popularity, words.evict)
    if not room >= 0:
        raise SimulateError(f"{words.component}: room for {room:g} keys")
    return room if room < popularity.count else inf


def _keys_for(hit: float, popularity: Popularity, evict: str) -> float:
    if evict == "lru":
        return lru_keys(popularity, hit)
    low, high = 0.0, popularity.count
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if cache_hit(evict, popularity, middle) < hit else (low, middle)
    return high


def expected_hit(words: Contents) -> float:
    """Hit ratio by formulas, without lifetimes."""
    popularity = popularity_of(words)
    room = room_of(words, popularity)
    if room == inf:
        return 1.0
    return cache_hit(words.evict, popularity, room)


def sliced(popularity: Popularity, room: float, parts: int) -> tuple[Popularity, float]:
    """The keys that 1/parts of the calls ask for, each as often, and the room for them.

    Of keys that stand alone so many in a row become one that is asked for as often as their mean.
    """
    if parts <= 1 or popularity.count <= parts:
        return popularity, room
    fewer, shares, keys, share = [], [], 0.0, 0.0
    for more, gets in zip(popularity.keys, popularity.shares, strict=True):
        keys, share = keys + more, share + gets
        if keys >= parts * (1 - 1e-9):
            fewer.append(keys / parts)
            shares.append(share)
            keys = share = 0.0
    fewer[-1] += keys / parts
    shares[-1] += share
    return Popularity(tuple(fewer), tuple(shares)), room / parts


def entries_of(popularity: Popularity, most: int) -> tuple[int, ...]:
    """Entries of each class, at most so many in all: one a key, else more the more keys there are.

    Classes of many keys get entries in proportion to the root of their number, so that an entry
    stands for few keys in the head, and no entry is more than a small part of what is held.
    """
    whole = [max(round(keys), 1) for keys in popularity.keys]
    if sum(whole) <= most:
        return tuple(whole)
    low, high = 0.0, float(most)
    found = [1] * len(whole)
    for _ in range(_HALVINGS):
        factor = (low + high) / 2
        some = [min(keys, max(int(factor * keys**0.5), 1)) for keys in whole]
        if sum(some) <= most:
            low, found = factor, some
        else:
            high = factor
    return tuple(found)


def alias(shares: tuple[float, ...]) -> tuple[list[float], list[int]]:
    """Walker's alias table: own part of each class, and the class that takes the rest.

    Source: Vose, A linear algorithm for generating random numbers with a given distribution (IEEE
    TSE 17(9), 1991).
    """
    count, whole = len(shares), sum(shares)
    scaled = [share * count / whole for share in shares]
    part, other = [1.0] * count, list(range(count))
    small = [k for k in range(count) if scaled[k] < 1.0]
    large = [k for k in range(count) if scaled[k] >= 1.0]
    while small and large:
        less, more = small.pop(), large[-1]
        part[less], other[less] = scaled[less], more
        scaled[more] -= 1.0 - scaled[less]
        if scaled[more] < 1.0:
            small.append(large.pop())
    return part, other


class Holding:
    """Writes the rows of all caches; `tables` is what is being made."""

    def __init__(self, tables: Any) -> None:
        self.tables = tables
        self.found: list[Held] = []

    def rows(self) -> tuple[Held, ...]:
        """One row for each cache that the programs name, then the sets of each."""
        tables = self.tables
        named = list(tables.program.contents)
        first = tables.more(at.CACHE * len(named))
        sets = sum(max(round(words.copies), 1) for words in named)
        most = max(MOST_ENTRIES // max(sets, 1), LEAST_ENTRIES)
        for k, words in enumerate(named):
            self.found.append(self.cache(words, first + k * at.CACHE, most))
        base = 0
        for held in self.found:
            row = tables.more(at.SET * held.sets)
            tables.ins[held.row + at.CA_SET] = row
            for x in range(row, row + at.SET * held.sets, at.SET):
                tables.ins[x + at.X_CACHE], tables.ins[x + at.X_BASE] = held.row, base
                base += held.count * at.ENTRY
        self.at_stations()
        return tuple(self.found)

    def cache(self, words: Contents, row: int, most: int) -> Held:
        """The row of a cache."""
        tables, program = self.tables, self.tables.program
        if words.evict not in _EVICT:
            raise SimulateError(f"{words.component}: no way to evict is called {words.evict!r}: "
                                f"choose of {', '.join(_EVICT)}")  # fmt: skip
        ttl = inf if words.ttl_s is None else one(words.ttl_s)
        if not ttl >= 0:
            raise SimulateError(f"{words.component}: a lifetime of {ttl:g} s")
        popularity = popularity_of(words)
        popularity, room = sliced(popularity, room_of(words, popularity), tables.network.parts)
        entries = entries_of(popularity, most)
        held = Held(words, popularity, entries, room,
                    program.asks_per_s.get(words, 0.0), row)  # fmt: skip
        part, other = alias(popularity.shares)
        starts = [sum(entries[:k]) for k in range(len(entries))]
        weights = [keys / n for keys, n in zip(popularity.keys, entries, strict=True)]
        ins = tables.ins
        for field, value in (
            (at.CA_CLASSES, len(entries)), (at.CA_OTHER, program.list_of(other)),
            (at.CA_PART, program.numbers(*part)), (at.CA_FIRST, program.list_of(starts)),
            (at.CA_COUNT, program.list_of(list(entries))),
            (at.CA_WEIGHT, program.numbers(*weights)),
            (at.CA_STREAM, program.stream(f"keys of {words.name}")),
            (at.CA_EVICT, _EVICT[words.evict]), (at.CA_SETS, held.sets),
            (at.CA_COALESCE, int(words.coalesce)), (at.CA_KEYS, held.count),
        ):  # fmt: skip
            ins[row + field] = value
        tables.inf[row // 2 + at.CAF_ROOM] = held.room
        tables.inf[row // 2 + at.CAF_TTL] = ttl
        return held

    def at_stations(self) -> None:
        """Which stations hold which contents: they are lost with them."""
        tables = self.tables
        kept: dict[str, list[int]] = {}
        for held in self.found:
            words = held.words
            here = [s for s in tables.stations if s.component == words.component
                    and (not words.place or s.place in (words.place, ""))]  # fmt: skip
            rows = [tables.rows[s.name] for s in here]
            tables.ins[held.row + at.CA_STATIONS] = tables.program.list_of(rows or [-1])
            tables.ins[held.row + at.CA_STATION_COUNT] = len(rows)
            for station in here:
                kept.setdefault(station.name, []).append(held.row)
        for name, rows in kept.items():
            tables.ins[tables.rows[name] + at.S_KEPT] = tables.program.list_of(rows)
            tables.ins[tables.rows[name] + at.S_KEPTS] = len(rows)


# -- at the start --------------------------------------------------------------------------------


def arrays(holding: tuple[Held, ...]) -> tuple[Any, Any]:
    """`kept` and `due` of a run, nothing held yet."""
    import numpy as np

    count = sum(held.count * held.sets for held in holding)
    kept: Any = np.zeros((count, at.ENTRY), np.int64)
    kept[:, (at.Q_BEFORE, at.Q_AFTER, at.Q_OLDER, at.Q_NEWER)] = -1
    first = 0
    for held in holding:
        classes = np.repeat(np.arange(len(held.entries)), held.entries)
        for _ in range(held.sets):
            kept[first : first + held.count, at.Q_CLASS] = classes
            first += held.count
    return kept.reshape(-1), np.full(count, inf)


def filled(machine: Machine, holding: tuple[Held, ...], plan: Plan) -> None:
    """Put in what caches hold in the long run, so that no run begins with cold ones.

    Without lifetimes this is the law of the long run itself: with lru the keys asked for last, with
    calls for each key a Poisson stream; with fifo and random keys by how long they stay.
    """
    import numpy as np

    for held in holding:
        for k in range(held.sets):
            named = f"{plan.seed} {plan.replication} held by {held.words.name} {k}".encode()
            dice = np.random.default_rng(int.from_bytes(blake2b(named, digest_size=16).digest()))
            x = int(machine.ins[held.row + at.CA_SET]) + k * at.SET
            _fill(machine, held, x, dice)


def _fill(machine: Machine, held: Held, x: int, dice: Any) -> None:
    """One set: entries in the order in which they go, the last to go first, while there is room."""
    import numpy as np

    base, n = int(machine.ins[x + at.X_BASE]), held.count
    rate = held.asked_per_s / held.sets
    if rate <= 0:
        return
    counts = np.array(held.entries)
    shares = np.array(held.popularity.shares) / np.array(held.popularity.keys)
    rates: Any = np.repeat(shares * rate, counts)  # of one key
    weights: Any = np.repeat(np.array(held.popularity.keys) / counts, counts)
    ttl = float(machine.inf[held.row // 2 + at.CAF_TTL])
    asked: Any = dice.exponential(1.0, n) / np.maximum(rates, 1e-300)  # seconds ago
    evict = held.words.evict
    if evict in ("fifo", "random"):
        stays = _stay(held, rate)
        held_share = rates * stays / (1 + rates * stays) if stays < inf else np.ones(n)
        here = dice.random(n) < held_share
        order: Any = np.flatnonzero(here)
        dice.shuffle(order)
    elif evict == "lfu":
        order = np.argsort(-rates, kind="stable")
    else:
        order = np.argsort(asked, kind="stable")
    if ttl < inf:
        alive = dice.random(n) < rates * ttl / (1 + rates * ttl)
        order = order[alive[order]]
    below = np.cumsum(weights[order]) - weights[order] / 2
    order = order[below < held.room]
    _hold(machine, held, x, base, order, rates, float(weights[order].sum()), ttl, dice)


def _stay(held: Held, rate: float) -> float:
    """Seconds that a key stays where the oldest goes first, or any (Fricker et al., 2012)."""
    if held.room == inf:
        return inf
    import numpy as np

    keys = np.array(held.popularity.keys)
    rates = np.array(held.popularity.shares) / keys * rate
    low, high = -30.0, 60.0
    for _ in range(100):
        middle = (low + high) / 2
        time = np.exp(middle)
        full = float((keys * rates * time / (1 + rates * time)).sum()) > held.room
        low, high = (low, middle) if full else (middle, high)
    return float(np.exp(high))


def _hold(
    machine: Machine, held: Held, x: int, base: int, order: Any, rates: Any, used: float,
    ttl: float, dice: Any,
) -> None:  # fmt: skip
    """Entries are held, `order` the last to go first."""
    import numpy as np

    kept: Any = machine.kept
    rows: Any = base + order * at.ENTRY
    count = len(rows)
    if not count:
        return
    evict = held.words.evict
    if evict in ("lru", "fifo"):
        _chain(kept, rows, at.Q_AFTER, at.Q_BEFORE)
        machine.ins[x + at.X_TAIL], machine.ins[x + at.X_HEAD] = rows[0], rows[-1]
    else:  # with lfu the one asked for least comes first: a sorted array is a heap
        rows = rows[::-1]
        kept[base + np.arange(count) * at.ENTRY + at.Q_BEFORE] = rows
        kept[rows + at.Q_AFTER] = np.arange(count)
    kept[rows + at.Q_HELD] = 1
    if evict == "lfu":
        found = rates[(rows - base) // at.ENTRY]
        kept[rows + at.Q_ASKED] = 1 + np.minimum(1000 * found / found.min(), 1e12).astype(np.int64)
        kept[rows + at.Q_LAST] = np.arange(1, count + 1)
    machine.ins[x + at.X_COUNT] = count
    machine.ins[x + at.X_CLOCK] = count + 1
    machine.inf[x // 2 + at.XF_USED] = used
    if ttl < inf:
        young = dice.permutation(rows)
        _chain(kept, young, at.Q_NEWER, at.Q_OLDER)
        machine.ins[x + at.X_NEW], machine.ins[x + at.X_OLD] = young[0], young[-1]
        due: Any = machine.due
        due[young // at.ENTRY] = np.sort(dice.random(count))[::-1] * ttl


def _chain(kept: Any, rows: Any, forward: int, back: int) -> None:
    """Link rows, the first of them the end of the list."""
    import numpy as np

    kept[rows + forward] = np.concatenate(([-1], rows[:-1]))
    kept[rows + back] = np.concatenate((rows[1:], [-1]))
