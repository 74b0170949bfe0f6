"""What a cache holds of the keys that are asked for."""

from sysdesign.network.station import Number
from sysdesign.records import dataclass

USUAL_ZIPF = 0.8
"""Exponent where the file does not say how uneven keys are asked for. Web requests: 0.64 to 0.83
(Breslau et al., Web Caching and Zipf-like Distributions, INFOCOM 1999)."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Keys that calls ask a cache for, and how many of them it can hold.

    `name` tells contents apart; choices that name the same share them. `keys` are asked for, the
    one of rank r in proportion to r ** -`zipf`, or the first `top[0]` (a share) of them get the
    part `top[1]` of the calls; alike where neither is known. `held` keys fit in at most, all shards
    together; where it is not known, as many as answer the share `hit` of the calls.

    The first to go when there is no room is by `evict`: lru, lfu, fifo, random. A key is forgotten
    `ttl_s` after it was put in. With `coalesce` calls for a key that is being fetched wait for it.
    Each of `copies` holds contents of its own (instances that calls are spread over); otherwise
    they are lost only when all copies of a shard are down. `why` says in words what was assumed.
    """

    name: str
    component: str
    keys: float
    zipf: float | None = None
    top: tuple[float, float] | None = None
    held: Number | None = None
    hit: Number | None = None
    place: str = ""
    evict: str = "lru"
    ttl_s: Number | None = None
    coalesce: bool = False
    copies: float = 1.0
    why: str = ""

    @property
    def is_known(self) -> bool:
        """Whether the hit ratio follows from the keys, and is not stated."""
        return self.held is not None or self.hit is None
