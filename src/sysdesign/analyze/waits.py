"""Waits of a call by the queue they were met at, so that those at one queue can be joined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sysdesign.formulas.delays import Delay
from sysdesign.formulas.recurring import mean_correlation, stretched, waits_at_one_queue

_ALIKE = 1e-9


class Waits(NamedTuple):
    """So many waits at one station, the first and the last so many seconds after the start.

    `variance` in seconds squared is that of one; `relaxation_s` is how long a queue stays as it is,
    `same` the probability that two calls meet the same of the station's queues.
    """

    wait: Delay
    variance: float
    relaxation_s: float
    same: float
    times: int = 1
    first_s: float = 0.0
    last_s: float = 0.0

    @property
    def alike(self) -> float:
        """Mean correlation between any two of them."""
        if self.times < 2:
            return 0.0
        apart = (self.last_s - self.first_s) / (self.times - 1)
        return self.same * mean_correlation(self.times, apart / self.relaxation_s)

    @property
    def delay(self) -> Delay:
        """All of them."""
        return waits_at_one_queue(self.wait, self.times, self.alike)

    @property
    def more_variance(self) -> float:
        """Variance beyond that of as many independent waits."""
        return self.times * (self.times - 1) * self.alike * self.variance

    def later(self, seconds: float) -> Waits:
        """The same, after so many seconds."""
        return self._replace(first_s=self.first_s + seconds, last_s=self.last_s + seconds)

    @property
    def without_first(self) -> Waits:
        """All but the first."""
        apart = (self.last_s - self.first_s) / max(self.times - 1, 1)
        return self._replace(times=self.times - 1, first_s=self.first_s + apart)

    def then(self, other: Waits) -> Waits:
        """Both; as many waits of their mean where one of them is longer."""
        both = self._replace(times=self.times + other.times, last_s=other.last_s)
        own, more = float(self.wait.mean_s), float(other.wait.mean_s)
        if own <= 0 or abs(more - own) <= _ALIKE * own:
            return both
        longer = (self.times + other.times * more / own) / both.times
        return both._replace(wait=stretched(self.wait, longer), variance=longer**2 * self.variance)


def in_sequence(parts: Sequence[tuple[Mapping[str, Waits], float]]) -> dict[str, Waits]:
    """Waits of parts that follow each other, each with its mean time."""
    found: dict[str, Waits] = {}
    elapsed = 0.0
    for waits, mean_s in parts:
        for station, one in waits.items():
            moved, before = one.later(elapsed) if elapsed else one, found.get(station)
            found[station] = before.then(moved) if before else moved
        elapsed += mean_s
    return found


def repeatedly(waits: Mapping[str, Waits], times: int, mean_s: float) -> dict[str, Waits]:
    """Waits of a part that is done so many times, each of this mean time."""
    more = (times - 1) * mean_s
    return {
        station: one._replace(times=one.times * times, last_s=one.last_s + more)
        for station, one in waits.items()
    }
