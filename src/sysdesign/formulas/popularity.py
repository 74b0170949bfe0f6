"""How unevenly keys are asked for, and how many of them a cache must hold for a hit ratio.

Source: Che, Tung and Wang, "Hierarchical Web caching systems" (IEEE JSAC 20(7), 2002), section IV:
an LRU cache keeps a key that was asked for within its characteristic time T, the same for all keys.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from sysdesign.formulas.number import numpy_module
from sysdesign.records import dataclass

if TYPE_CHECKING:
    from sysdesign.formulas.inversion import Reals

    Kept = Callable[[Reals], Reals]
    """Probability that a key is held, from the calls for it in the time of the cache."""

EXACT_RANKS = 1_000
_BUCKETS_A_DECADE = 40
_HALVINGS, _STEPS, _PRECISION = 12, 100, 1e-12


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
    return hit_ratio(popularity, held, kept_since_last)


def lru_keys(popularity: Popularity, hit: float) -> float:
    """Keys an LRU cache must hold for a hit ratio (Che's approximation); all of them for 1."""
    if hit <= 0:
        return 0.0
    if hit >= 1:
        return popularity.count
    hits = _kept_part(popularity, popularity.shares, kept_since_last)
    time = characteristic_time(lambda t: hits(t) - hit, popularity)
    return _kept_part(popularity, popularity.keys, kept_since_last)(time)


def kept_since_last(calls: Reals) -> Reals:
    """Probability that a key is held, if each call for it renews its time; `calls` fall in it."""
    return -numpy_module().expm1(-calls)  # type: ignore[no-any-return]


def kept_since_filled(calls: Reals) -> Reals:
    """Probability that a key is held, if its time runs from when it was put in."""
    return calls / (1 + calls)


def hit_ratio(popularity: Popularity, held: float, kept: Kept) -> float:
    """Hit ratio of a cache that holds so many keys, each for about the same time."""
    if held <= 0:
        return 0.0
    if held >= popularity.count:
        return 1.0
    keys = _kept_part(popularity, popularity.keys, kept)
    time = characteristic_time(lambda t: keys(t) - held, popularity)
    return hit_within(popularity, time, kept)


def hit_within(popularity: Popularity, time: float, kept: Kept) -> float:
    """Hit ratio where keys are held for this time, counted in calls of all keys."""
    return _kept_part(popularity, popularity.shares, kept)(time)


def _kept_part(
    popularity: Popularity, weights: tuple[float, ...], kept: Kept
) -> Callable[[float], float]:
    """Sum of the weights of keys that are held, for the time that each is held."""
    np = numpy_module()
    weighed = np.array(weights)
    rates = np.array(popularity.shares) / np.array(popularity.keys)
    return lambda time: float((weighed * kept(time * rates)).sum())


def characteristic_time(function: Callable[[float], float], popularity: Popularity) -> float:
    """The time of a cache, at which a function that rises with it is zero; in calls of all keys.

    Looked for on its logarithm: halving, then false position.
    The Illinois rule (Dowell and Jarratt, BIT 11, 1971) ends in a fifth of the steps of halving.
    """
    low, high = -40.0, math.log(popularity.count) + 60.0
    below, above, rose = function(math.exp(low)), function(math.exp(high)), False
    middle = low if below >= 0 else high
    for step in range(_STEPS if below < 0 < above else 0):
        halves, before = step < _HALVINGS, middle
        middle = (low + high) / 2 if halves else high - above * (high - low) / (above - below)
        value = function(math.exp(middle))
        if value == 0 or abs(middle - before) < _PRECISION:
            break
        again, rose = rose == (value < 0), value < 0
        if rose:
            low, below, above = middle, value, above / 2 if again and not halves else above
        else:
            high, above, below = middle, value, below / 2 if again and not halves else below
    return math.exp(middle)
