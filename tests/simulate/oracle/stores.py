"""Caches that keep keys: each key for itself, in plain dictionaries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from sysdesign.network import Contents
from tests.simulate.oracle.world import World

Done = Callable[[str], None]
Key = int


@dataclass
class Entry:
    """A key that is held: since when, and how often and when it was asked for."""

    until: float
    asked: int = 1
    last: int = 0


@dataclass
class Store:
    """What one copy of a cache holds, in the order in which keys were put in or asked for."""

    world: World
    words: Contents
    held: dict[Key, Entry] = field(default_factory=dict)
    flights: dict[Key, list[Done]] = field(default_factory=dict)
    clock: int = 0

    def has(self, key: Key) -> bool:
        """Whether a call for a key is answered; it then counts for what goes first."""
        entry = self.held.get(key)
        if entry is None or entry.until <= self.world.now:
            return False
        self.clock += 1
        entry.asked, entry.last = entry.asked + 1, self.clock
        if self.words.evict == "lru":
            self.held[key] = self.held.pop(key)
        return True

    def put(self, key: Key) -> None:
        now = self.world.now
        room = inf if self.words.held is None else float(self.words.held)
        for old in [k for k, entry in self.held.items() if entry.until <= now and k != key]:
            del self.held[old]
        until = inf if self.words.ttl_s is None else now + float(self.words.ttl_s)
        if key in self.held:
            self.has(key)
            self.held[key].until = until
            return
        while self.held and len(self.held) >= room:
            del self.held[self.first_out()]
        self.clock += 1
        self.held[key] = Entry(until, 1, self.clock)

    def first_out(self) -> Key:
        if self.words.evict == "random":
            return self.world.dice.choice(list(self.held))
        if self.words.evict == "lfu":
            return min(self.held, key=lambda key: (self.held[key].asked, self.held[key].last))
        return next(iter(self.held))


class Stores:
    """All copies of one cache, and the dice for its keys."""

    def __init__(self, world: World, words: Contents) -> None:
        self.world, self.words = world, words
        self.copies = [Store(world, words) for _ in range(round(words.copies))]
        keys = range(round(words.keys))
        if words.zipf is not None:
            self.weights = [(rank + 1) ** -words.zipf for rank in keys]
        elif words.top is not None:
            share, gets = words.top
            first = round(share * len(keys))
            rest = len(keys) - first
            self.weights = [gets / first if k < first else (1 - gets) / rest for k in keys]
        else:
            self.weights = [1.0 for _ in keys]
        self.hits = 0
        self.misses = 0

    def ask(self, copy: int | None, fetch: Callable[[Done], None], done: Done) -> bool:
        """Answer from a copy: True, or fetch what lacks, or wait for who fetches it."""
        (key,) = self.world.dice.choices(range(len(self.weights)), self.weights)
        place = copy if copy is not None else self.world.dice.randrange(len(self.copies))
        store = self.copies[place if len(self.copies) > 1 else 0]
        found = store.has(key)
        self.hits += found and self.world.counts
        self.misses += not found and self.world.counts
        if found:
            return True
        waiting = store.flights.get(key)
        if self.words.coalesce and waiting is not None:
            waiting.append(done)
            return False
        if self.words.coalesce:
            store.flights[key] = []

        def fetched(why: str) -> None:
            if not why:
                store.put(key)
            done(why)
            for one in store.flights.pop(key, []):
                one(why and "error")

        fetch(fetched)
        return False

    def empty(self, copy: int | None = None) -> None:
        for place, store in enumerate(self.copies):
            if copy is None or place == copy:
                store.held.clear()
