"""Search index: finds records by the words in them; a copy of what another store keeps.

What it models
--------------
Work of one query, and of one document taken in. Shards, each asked by every query that names no
key: give such a step `times` the number of shards, all `at_once`. Copies that share the reads;
stored bytes with overhead against `disk`. How late it is follows from the operation that fills it.

What it ignores
---------------
Merging of segments, beyond overhead and the p99 of `work`. Ranking. It is no store of record: it
can be built again from one, which takes time that is not computed.

Source
------
Manning, Raghavan and Schütze, Introduction to Information Retrieval (2008), chapters 4 and 20.
Overhead: AWS OpenSearch sizing (2026), 1.45 times source bytes; Alibaba says 1.7. Availability:
cloud-sla dataset (2023), OpenSearch. Work and failures are assumptions.
"""

from sysdesign.design.component import Trait
from sysdesign.kinds.copies import store
from sysdesign.kinds.fields import INSTANCES, STORE, STORE_FAILS, having
from sysdesign.kinds.kind import Field, Kind

KIND = Kind(
    name="search_index",
    icon="magnifier",
    shape="search",
    traits=frozenset({Trait.STORES_DATA, Trait.HAS_INSTANCES}),
    lower=store,
    fields=having(
        (*INSTANCES, *STORE),
        Field("work", "{read: 10 ms, write: 1 ms}", "10 us", "1 h", "assumption"),
        Field("overhead", "1.45x", source="base.search.disk_factor"),
        Field("availability", "99.9%", source="base.sla.opensearch", when="managed"),
        STORE_FAILS,
    ),
)
