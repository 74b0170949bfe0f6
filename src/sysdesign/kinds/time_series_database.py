"""Time-series database: samples in the order of time, many written, few windows read.

What it models
--------------
Work of one sample written, and of one window read. Shards, copies and stored bytes as any store;
records go when their entity's `keep` is over.

What it ignores
---------------
Compression, unless `overhead` says it: a sample of 16 B may take 1.5 B (`overhead: 0.1x`,
base.time_series.sample). Older samples kept in coarser steps: make them an entity of their own.
Series that come and go.

Source
------
Pelkonen and others, Gorilla (2015). Work: 250k writes a second on 8 cores (Xu, booknotes chapter
21, 2022). Reads, availability and failures are assumptions.
"""

from sysdesign.design.component import Trait
from sysdesign.kinds.copies import store
from sysdesign.kinds.fields import INSTANCES, STORE, STORE_FAILS, having
from sysdesign.kinds.kind import Field, Kind

KIND = Kind(
    name="time_series_database",
    icon="chart",
    shape="cylinder",
    traits=frozenset({Trait.STORES_DATA, Trait.STORE_OF_RECORD, Trait.HAS_INSTANCES}),
    lower=store,
    fields=having(
        (*INSTANCES, *STORE),
        Field(
            "work",
            "{read: 5 ms, write: 0.032 ms}",
            "1 us",
            "1 h",
            "base.time_series.writes_per_core, assumption",
        ),
        Field("availability", "99.9%", source="assumption", when="managed"),
        STORE_FAILS,
    ),
)
