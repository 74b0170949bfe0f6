"""How fast this machine and its Python are, against those for which the bars were set.

    python -m bench.yardstick [ROUNDS]

The yardstick is an M/M/1 at 0.8 in SimPy, as plain as it can be written: plain Python, much like
what a command runs. Bars are processor seconds of a core of 2.6 GHz with CPython 3.13.5 as Debian
builds it and SimPy 4.1.2, which did 205,500 requests a second there (2026, best of some runs).
Where it does a third of them, what takes three times as long is `alike`. Neighbours make either
go up and down, so measure both in one run, and quietly.
"""

import sys
import time
from collections.abc import Generator
from random import Random
from typing import Any

import simpy

THERE = 205_500.0
"""Requests a processor second."""

REQUESTS = 50_000


def here(rounds: int = 5) -> float:
    """Requests a processor second of this machine, best of some rounds."""
    return max(_rate() for _ in range(rounds))


def _rate() -> float:
    env, dice, times = simpy.Environment(), Random(1), list[float]()
    server = simpy.Resource(env, 1)

    def request() -> Generator[Any, Any, None]:
        began = env.now
        with server.request() as turn:
            yield turn
            yield env.timeout(dice.expovariate(1.0))
        times.append(env.now - began)

    def arrivals() -> Generator[Any, Any, None]:
        for _ in range(REQUESTS):
            yield env.timeout(dice.expovariate(0.8))
            env.process(request())

    env.process(arrivals())
    before = time.process_time()
    env.run()
    return len(times) / (time.process_time() - before)


def slower(rounds: int = 5) -> float:
    """How many times slower plain Python is here than where the bars were set."""
    return THERE / here(rounds)


def told(factor: float) -> str:
    """One line for people."""
    return f"plain Python is {factor:.1f} times slower here than where the bars were set"


if __name__ == "__main__":
    print(told(slower(int(sys.argv[1]) if sys.argv[1:] else 5)))
