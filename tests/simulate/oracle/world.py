"""Time and chance: a heap of what is to come, and dice by name."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from math import gamma
from typing import Any

from sysdesign.formulas.fitting import law
from sysdesign.formulas.laws import Constant, Gammas
from sysdesign.formulas.tables import Lognormal, Pareto, Uniform, Weibull
from sysdesign.network import Spread


class World:
    """What happens next is the earliest; of two at one time the one that was planned first."""

    def __init__(self, seed: int | str) -> None:
        self.seed = seed
        self.now = 0.0
        self.events = 0
        self.warm_up_s = 0.0
        self.heap: list[Any] = []
        self.named: dict[str, random.Random] = {}
        self.drawers: dict[int, tuple[Spread, Callable[[], float]]] = {}
        self.dice = self.dice_of("all")

    def dice_of(self, name: str) -> random.Random:
        """Dice of one purpose: what one flow throws does not move another."""
        return self.named.setdefault(name, random.Random(f"{self.seed} {name}"))

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        self.events += 1
        heapq.heappush(self.heap, (self.now + seconds, self.events, action))

    @property
    def counts(self) -> bool:
        """Whether the warm-up is over."""
        return self.now >= self.warm_up_s

    def counted(self, since: float) -> float:
        """Seconds from then to now, without those of the warm-up."""
        return max(self.now - max(since, self.warm_up_s), 0.0)

    def run_until(self, end_s: float) -> None:
        while self.heap and self.heap[0][0] <= end_s:
            self.now, _, action = heapq.heappop(self.heap)
            action()
        self.now = end_s

    def whole(self, number: float) -> int:
        """A whole number with this mean: the part behind the point is a chance."""
        return int(number) + (self.dice.random() < number - int(number))

    def draw(self, spread: Spread) -> float:
        """Seconds of one piece of work."""
        if id(spread) not in self.drawers:  # kept with its spread, so that the id stays its own
            self.drawers[id(spread)] = (spread, drawer(spread, self.dice))
        return self.drawers[id(spread)][1]()


def drawer(spread: Spread, dice: random.Random) -> Callable[[], float]:
    """What draws the length of a piece of work; of the package only the parameters of the law."""
    shape, mean = law(spread.family or None, spread.scv, spread.p99_over_mean), float(spread.mean_s)
    match shape:
        case Constant():
            return lambda: mean
        case Gammas():
            shares = [branch.share for branch in shape.branches]

            def mixed() -> float:
                one = dice.choices(shape.branches, shares)[0]
                return mean * one.mean * one.scv * dice.gammavariate(1 / one.scv, 1.0)

            return mixed
        case Lognormal():
            sigma = shape.sigma
            return lambda: mean * dice.lognormvariate(-(sigma**2) / 2, sigma)
        case Uniform():
            half = shape.half_width
            return lambda: mean * dice.uniform(1 - half, 1 + half)
        case Weibull():
            power = shape.power
            return lambda: mean * dice.weibullvariate(1 / gamma(1 + power), 1 / power)
        case Pareto():
            index = shape.index
            return lambda: mean * (1 - 1 / index) * dice.paretovariate(index)
    raise NotImplementedError(shape)
