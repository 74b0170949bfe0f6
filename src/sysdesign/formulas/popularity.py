"""How unevenly keys are asked for, and how many of them a cache must hold for a hit ratio.

Source: Che, Tung and Wang, "Hierarchical Web caching systems" (IEEE JSAC 20(7), 2002), section IV:
an LRU cache keeps a key that was asked for within its characteristic time T, the same for all keys.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

EXACT_RANKS = 1_000
_BUCKETS_A_DECADE = 40


@dataclass(frozen=True, slots=True)
class Popularity:
    """Classes of keys that are asked for alike.

    `keys[i]` keys share the part `shares[i]` of all calls; shares sum to 1, classes are in order of
    falling popularity.
    """

    keys: tuple[float, ...]
    shares: tuple[float, ...]

    @property
    def count(self) -> float:
        """Number of keys."""
        return math.fsum(self.keys)


def uniform(count: float) -> Popularity:
    """All keys alike."""
    return Popularity((count,), (1.0,))


def top(count: float, share: float, gets: float) -> Popularity:
    """The first `share` of the keys gets the part `gets` of the calls; alike within each part."""
    if not 0 < share < 1 or not 0 <= gets <= 1:
        raise ValueError("shares lie between 0 and 1")
    return Popularity((count * share, count * (1 - share)), (gets, 1 - gets))


def zipf(count: float, exponent: float) -> Popularity:
    """The key of rank r is asked for in proportion to r ** -exponent.

    The first thousand ranks are exact; later ones are taken together, forty classes a decade, each
    by the midpoint integral of the power (relative error below 1e-6).
    """
    if count < 1 or exponent < 0:
        raise ValueError("at least one key and an exponent of zero or more")
    exact = min(int(count), EXACT_RANKS)
    keys = [1.0] * exact
    weights = [rank**-exponent for rank in range(1, exact + 1)]
    low = exact + 0.5
    end = count + 0.5
    while low < end:
        high = min(low * 10 ** (1 / _BUCKETS_A_DECADE), end)
        keys.append(high - low)
        weights.append(_power_integral(low, high, exponent))
        low = high
    whole = math.fsum(weights)
    return Popularity(tuple(keys), tuple(w / whole for w in weights))


def _power_integral(low: float, high: float, exponent: float) -> float:
    if abs(exponent - 1) < 1e-9:
        return math.log(high / low)
    return float((high ** (1 - exponent) - low ** (1 - exponent)) / (1 - exponent))


def lru_hit(popularity: Popularity, held: float) -> float:
    """Hit ratio of an LRU cache that holds so many keys (Che's approximation)."""
    if held <= 0:
        return 0.0
    if held >= popularity.count:
        return 1.0
    time = _root(lambda t: _held(popularity, t) - held, popularity)
    return _hit(popularity, time)


def lru_keys(popularity: Popularity, hit: float) -> float:
    """Keys an LRU cache must hold for a hit ratio (Che's approximation); all of them for 1."""
    if hit <= 0:
        return 0.0
    if hit >= 1:
        return popularity.count
    time = _root(lambda t: _hit(popularity, t) - hit, popularity)
    return _held(popularity, time)


def _held(popularity: Popularity, time: float) -> float:
    return math.fsum(
        n * -math.expm1(-time * p / n)
        for n, p in zip(popularity.keys, popularity.shares, strict=True)
    )


def _hit(popularity: Popularity, time: float) -> float:
    return math.fsum(
        p * -math.expm1(-time * p / n)
        for n, p in zip(popularity.keys, popularity.shares, strict=True)
    )


def _root(function: Callable[[float], float], popularity: Popularity) -> float:
    """Zero of a rising function of T by bisection on log T."""
    low, high = -40.0, math.log(popularity.count) + 60.0
    for _ in range(90):
        middle = (low + high) / 2
        if function(math.exp(middle)) < 0:
            low = middle
        else:
            high = middle
    return math.exp((low + high) / 2)
