"""A slow, obvious simulation of calls and stations, one event after the other, to judge formulas.

A call is a generator. It yields seconds to let time pass, or a station to queue for one of its
servers; it frees the server itself. Events happen in order of (time, number).
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Callable, Generator
from itertools import count
from statistics import fmean, stdev

from scipy import stats

Call = Generator["float | Station", None, None]


class Station:
    """Servers, and the calls that wait for one, first come first served."""

    def __init__(self, servers: int) -> None:
        self.free = servers
        self.queue: deque[Call] = deque()
        self.inside = 0


class Simulation:
    """A clock and the events ahead of it."""

    def __init__(self, seed: int) -> None:
        self.now = 0.0
        self.random = random.Random(seed)
        self._events: list[tuple[float, int, Call]] = []
        self._number = count()

    def start(self, call: Call, after: float = 0.0) -> None:
        heapq.heappush(self._events, (self.now + after, next(self._number), call))

    def leave(self, station: Station) -> None:
        station.inside -= 1
        if station.queue:
            self.start(station.queue.popleft())
        else:
            station.free += 1

    def run(self) -> None:
        """Until nothing is left to happen."""
        while self._events:
            self.now, _, call = heapq.heappop(self._events)
            self._resume(call)

    def _resume(self, call: Call) -> None:
        for wish in call:
            if not isinstance(wish, Station):
                self.start(call, wish)
                return
            wish.inside += 1
            if wish.free == 0:
                wish.queue.append(call)
                return
            wish.free -= 1

    def arrivals(self, rate: float, calls: int, make: Callable[[int], Call]) -> None:
        """A Poisson stream of so many calls."""

        def source() -> Call:
            for number in range(calls):
                yield self.random.expovariate(rate)
                self.start(make(number))

        self.start(source())


def visit(
    simulation: Simulation, station: Station, seconds: float, done: Callable[[], None]
) -> Call:
    """Queue, be served, leave."""
    yield station
    yield seconds
    simulation.leave(station)
    done()


def interval(results: list[float]) -> tuple[float, float]:
    """Mean and half width of its 99.9% interval, from independent runs."""
    half = stats.t.ppf(0.9995, len(results) - 1) * stdev(results) / len(results) ** 0.5
    return fmean(results), float(half)


def runs(one: Callable[[Simulation], float], count_: int = 20) -> tuple[float, float]:
    """Interval over runs with the seeds 0, 1, 2, ..."""
    return interval([one(Simulation(seed)) for seed in range(count_)])


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[int(share * len(values))]
