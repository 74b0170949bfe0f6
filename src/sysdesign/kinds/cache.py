"""Cache: answers some reads from memory and forgets when it stops.

What it models
--------------
Reads that hit cost its own work; on a miss the caller makes the steps under `miss`. The hit ratio
is the one stated, else it follows from the popularity of the entity, `memory` and `ttl`, else it is
the default. Items of a `batch` go in one call, as a pipeline or MGET sends them: one round trip,
work for each. Shards by key with a hottest one, copies, and what callers see when it is down.
Emptied or restarted it is cold and fills by misses; `coalesce` makes one miss of many for the same
key. A design may also keep short-lived records here alone (`hit: 100%`): they are lost with it.

What it ignores
---------------
A batch whose keys lie in several shards goes to one of them. Entries of unlike size and cost:
eviction counts them alike. Fragmentation. Old contents between a write and its `invalidate`.

Source
------
Work: Redis documentation (2025), 70k commands a second on one core. Batches: the same, on
pipelining: one round trip for all; that it saves system calls, too, is left out. Hit ratio from
popularity: Che, Tung and Wang, Hierarchical Web Caching Systems (2002); lifetimes: Jung, Berger and
Balakrishnan, Modeling TTL-based Internet Caches (INFOCOM 2003), at peak. Overhead: an entry takes
81 B beyond its key and value (own measurement, 2026), some 1.3x at 300 B, 3x at 40 B and nothing
at 10 kB. Availability: cloud-sla dataset (2023), ElastiCache. The hit ratio and failures are
assumptions.
"""

from sysdesign.design.component import Trait
from sysdesign.kinds.copies import store
from sysdesign.kinds.fields import CACHE, INSTANCES, STORE, having
from sysdesign.kinds.keys import caching
from sysdesign.kinds.kind import Field, Kind

KIND = Kind(
    name="cache",
    icon="bolt",
    shape="cache",
    traits=frozenset({Trait.CACHES, Trait.STORES_DATA, Trait.VOLATILE, Trait.HAS_INSTANCES}),
    lower=caching(store),
    fields=having(
        (*INSTANCES, *STORE, *CACHE),
        Field("work", "0.014 ms", "0.5 us", "100 ms", "base.redis.ops"),
        Field(
            "hit",
            "90%",
            source="assumption",
            doc="share of reads answered here; else from popularity, `memory` and `ttl`",
        ),
        Field("overhead", "1.3x", "1x", source="base.redis.entry_overhead"),
        Field("availability", "99.9%", source="base.sla.elasticache_multi_zone", when="managed"),
        Field("fails", "{every: 90 day, repair: 15 min}", source="assumption", when="own"),
    ),
)
