"""What a caller does about a call: timeout, deadline, retries and their budget, hedge, breaker."""

from __future__ import annotations

from bisect import insort
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from sysdesign.network import Breaker, Call
from tests.simulate.oracle.places import ERROR, OPEN, TIMEOUT, Done
from tests.simulate.oracle.world import World

LEAST = 20
"""Calls that a breaker has to see before it opens, and a percentile before a hedge."""

BUDGET_S = 10.0
"""So many seconds' worth of calls a retry budget can save up."""


@dataclass
class Switch:
    """A breaker: closed, open until a time, then one trial."""

    world: World
    words: Breaker
    seen: deque[tuple[float, bool]] = field(default_factory=deque)
    open_until: float | None = None
    trying: bool = False
    opened: int = 0

    def lets(self) -> bool:
        if self.open_until is None:
            return True
        if self.world.now < self.open_until or self.trying:
            return False
        self.trying = True
        return True

    def saw(self, went_well: bool, *, trial: bool) -> None:
        now = self.world.now
        if self.open_until is not None:
            if trial:
                self.trying = False
                if went_well:
                    self.open_until = None
                    self.seen.clear()
                else:
                    self.open()
            return
        self.seen.append((now, went_well))
        while self.seen[0][0] < now - float(self.words.over_s):
            self.seen.popleft()
        bad = sum(not well for _, well in self.seen)
        if len(self.seen) >= LEAST and bad >= float(self.words.errors) * len(self.seen):
            self.open()

    def open(self) -> None:
        self.open_until = self.world.now + float(self.words.open_s)
        self.opened += self.world.counts
        self.seen.clear()


@dataclass
class Pair:
    """All that one caller knows of one target, and what it met from the end of the warm-up on."""

    world: World
    switch: Switch | None = None
    tokens: float = 0.0
    earned: deque[tuple[float, float]] = field(default_factory=deque)
    times: list[float] = field(default_factory=list)
    calls: int = 0
    attempts: int = 0
    retries: int = 0
    timeouts: int = 0
    errors: int = 0
    refused: int = 0
    opened: int = 0

    def earns(self, budget: float, most: float) -> None:
        self.tokens = min(self.tokens + budget, most)

    def may_retry(self) -> bool:
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    def failed(self, why: str) -> None:
        if self.world.counts:
            self.timeouts += why == TIMEOUT
            self.errors += why == ERROR
            self.opened += why == OPEN
            self.refused += why == "refused"


class Guarded:
    """One guarded call, from its first attempt to its end."""

    def __init__(
        self, world: World, node: Call, pair: Pair, inner: Callable[[Done], None],
        alive: Callable[[], bool], again: Callable[[], None], done: Done, budget_most: float,
    ) -> None:  # fmt: skip
        self.world, self.node, self.pair = world, node, pair
        self.inner, self.alive, self.again, self.done = inner, alive, again, done
        self.over = False
        guard = node.guard
        pair.calls += world.counts
        if guard.retry is not None and guard.retry.budget is not None:
            pair.earns(float(guard.retry.budget), budget_most)
        if guard.deadline_s is not None:
            world.later(float(guard.deadline_s), self.too_late)
        self.current: Attempt | None = None
        self.attempt(0)

    def attempt(self, number: int) -> None:
        if not self.alive():
            self.finish(ERROR)
        elif not self.over:
            self.current = Attempt(self, number)
            self.current.begin()

    def too_late(self) -> None:
        if not self.over and self.current is not None:
            self.current.give_up()
            self.finish(TIMEOUT)

    def finish(self, why: str) -> None:
        if not self.over:
            self.over = True
            self.done(why)

    def attempted(self, number: int, why: str) -> None:
        """An attempt has ended; another one may follow."""
        retry = self.node.guard.retry
        if why and retry is not None and number < retry.count:
            wanted = why != OPEN and (not retry.when or why in retry.when)
            if wanted and (retry.budget is None or self.pair.may_retry()):
                pause = float(retry.backoff_s) * retry.growth**number
                if retry.most_s is not None:
                    pause = min(pause, float(retry.most_s))
                pause *= self.world.dice.random() if retry.jitter else 1.0
                self.world.later(pause, lambda: self.retry(number + 1))
                return
        self.finish(why)

    def retry(self, number: int) -> None:
        if not self.alive():
            self.finish(ERROR)
        elif not self.over:
            self.pair.retries += self.world.counts
            self.again()
            self.attempt(number)


class Attempt:
    """One attempt: its call, perhaps a second one, and a timeout."""

    def __init__(self, of: Guarded, number: int) -> None:
        self.of, self.number = of, number
        self.began = of.world.now
        self.ended = False
        self.running = 0
        self.trial = False

    def begin(self) -> None:
        of, guard = self.of, self.of.node.guard
        switch = of.pair.switch
        if switch is not None:
            if not switch.lets():
                self.ended = True
                of.pair.failed(OPEN)
                of.attempted(self.number, OPEN)
                return
            self.trial = switch.trying
        if guard.timeout_s is not None:
            of.world.later(float(guard.timeout_s), lambda: self.end(TIMEOUT))
        if guard.hedge is not None:
            after = self.hedge_after()
            if after is not None:
                of.world.later(after, self.hedge)
        self.ask()

    def ask(self) -> None:
        self.running += 1
        self.of.pair.attempts += self.of.world.counts
        self.of.inner(self.answer)

    def answer(self, why: str) -> None:
        """The first good answer counts; all have to fail for the attempt to fail."""
        self.running -= 1
        if not why or self.running == 0:
            self.end(why)

    def hedge(self) -> None:
        if not self.ended and not self.of.over and self.of.alive():
            self.ask()

    def hedge_after(self) -> float | None:
        hedge, times = self.of.node.guard.hedge, self.of.pair.times
        if hedge is None:
            return None
        if hedge.after_s is not None:
            return float(hedge.after_s)
        if len(times) < LEAST:
            return None
        return times[min(int(float(hedge.percentile or 0.95) * len(times)), len(times) - 1)]

    def end(self, why: str) -> None:
        if not self.ended and not self.of.over:
            self.ended = True
            if not self.of.alive():  # nobody is there to judge it
                self.of.finish(why)
                return
            self.judge(why)
            self.of.attempted(self.number, why)

    def give_up(self) -> None:
        if not self.ended:
            self.ended = True
            if self.of.alive():
                self.judge(TIMEOUT)

    def judge(self, why: str) -> None:
        pair = self.of.pair
        pair.failed(why)
        if pair.switch is not None:
            pair.switch.saw(not why, trial=self.trial)
        hedge = self.of.node.guard.hedge
        if not why and hedge is not None and hedge.percentile is not None:
            insort(pair.times, self.of.world.now - self.began)
