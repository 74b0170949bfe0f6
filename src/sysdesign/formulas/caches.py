"""Hit ratios of caches that evict or forget otherwise than LRU.

Source: Fricker, Robert and Roberts, "A versatile and accurate approximation for LRU cache
performance" (ITC 24, 2012), for eviction; each key asked for as a Poisson stream.
"""

from sysdesign.formulas.popularity import (
    Popularity,
    hit_ratio,
    hit_within,
    kept_since_filled,
    kept_since_last,
)


def fifo_hit(popularity: Popularity, held: float) -> float:
    """Hit ratio where the oldest entry goes first; random eviction has the same.

    Within 0.0003 for a thousand keys or more, 0.003 for a hundred.
    """
    return hit_ratio(popularity, held, kept_since_filled)


def lfu_hit(popularity: Popularity, held: float) -> float:
    """Hit ratio where just the keys asked for most are held: the most any cache can do."""
    hit = 0.0
    for keys, share in zip(popularity.keys, popularity.shares, strict=True):
        part = min(max(held, 0.0) / keys, 1.0)
        hit += share * part
        held -= keys
    return min(hit, 1.0)


def ttl_hit(
    popularity: Popularity, calls_per_s: float, lifetime_s: float, *, renewed: bool = False
) -> float:
    """Hit ratio where an entry is forgotten after its lifetime and memory is never short.

    `renewed`: each hit starts the lifetime anew. Exact for Poisson calls.

    Raises: ValueError if the rate or the lifetime is negative.

    >>> from sysdesign.formulas.popularity import uniform
    >>> ttl_hit(uniform(10.0), 20.0, 1.5)
    0.75
    """
    if calls_per_s < 0 or lifetime_s < 0:
        raise ValueError("calls and lifetime are 0 or more")
    kept = kept_since_last if renewed else kept_since_filled
    return hit_within(popularity, calls_per_s * lifetime_s, kept)
