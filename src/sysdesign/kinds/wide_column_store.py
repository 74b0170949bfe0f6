"""Wide-column store: rows grouped by a partition key and sorted within; made for many writes.

What it models
--------------
Work of one read or write on one copy. Shards by partition key with a hottest one; copies by quorum
(a write goes to all, and waits for some), also over regions, at once or late; stored bytes with
overhead and copies against `disk`; backups.

What it ignores
---------------
Compaction and repair, beyond `overhead` and the p99 of `work`. Reads over several partitions: give
them their own `work` and `times`. Clocks that disagree.

Source
------
Chang and others, Bigtable (2006). Lakshman and Malik, Cassandra (2010). Work: Netflix (2011): 3.6k
writes a second and node of 4 cores at three copies, so 0.4 ms a copy; twice as much for a read is
an assumption, as are overhead (room to compact), availability and failures.
"""

from sysdesign.design.component import Trait
from sysdesign.kinds.copies import store
from sysdesign.kinds.fields import INSTANCES, STORE, STORE_FAILS, having
from sysdesign.kinds.kind import Field, Kind

KIND = Kind(
    name="wide_column_store",
    icon="columns",
    shape="cylinder",
    traits=frozenset({Trait.STORES_DATA, Trait.STORE_OF_RECORD, Trait.HAS_INSTANCES}),
    lower=store,
    fields=having(
        (*INSTANCES, *STORE),
        Field(
            "work",
            "{read: 0.8 ms, write: 0.4 ms}",
            "10 us",
            "10 min",
            "base.cassandra.writes_per_node, assumption",
        ),
        Field("overhead", "1.5x", source="assumption"),
        Field("ttl", low="1 s", high="10 year", doc="records go after this long"),
        Field("availability", "99.99%", source="assumption", when="managed"),
        STORE_FAILS,
    ),
)
