"""Key-value store: one value for one key, kept for good.

What it models
--------------
Work of one value read or written by its key. Shards by key with a hottest one; copies by quorum,
with a leader or as peers, also over regions; stored bytes with overhead and copies against `disk`;
backups. Where the provider runs it: response time, a `limit` where one is documented, and prices
by stored bytes and calls.

What it ignores
---------------
Partitions that a provider splits and limits by itself (base.dynamodb.partition_writes): a hot key
there needs `shards`. The size of a value, except in the network and in what is stored: prices
count one unit a call.

Source
------
DeCandia and others, Dynamo (2007). Availability: cloud-sla dataset (2023), DynamoDB. Price:
Infracost (2024), DynamoDB on demand. Work, overhead and failures are assumptions; queries over a
network take 0.2 to 5 ms (base.latency.lan_query).
"""

from sysdesign.design.component import Trait
from sysdesign.kinds.copies import store
from sysdesign.kinds.fields import INSTANCES, STORE, STORE_FAILS, having
from sysdesign.kinds.kind import Field, Kind

KIND = Kind(
    name="key_value_store",
    icon="key",
    shape="cylinder",
    traits=frozenset({Trait.STORES_DATA, Trait.STORE_OF_RECORD, Trait.HAS_INSTANCES}),
    lower=store,
    fields=having(
        (*INSTANCES, *STORE),
        Field("work", "{read: 0.1 ms, write: 0.2 ms}", "1 us", "1 min", "assumption", when="own"),
        Field("work", "{read: 3 ms, write: 5 ms}", "0.1 ms", "1 min", "assumption", when="managed"),
        Field("overhead", "1.3x", source="assumption"),
        Field("ttl", low="1 s", high="10 year", doc="records go after this long"),
        Field("availability", "99.99%", source="base.sla.dynamodb", when="managed"),
        Field(
            "price",
            "{stored: 0.25 USD/GB/month, "
            "call: {read: 0.125 USD / 1M req, write: 0.625 USD / 1M req}}",
            "{stored: 0.01 USD/GB/month, call: 0 USD/req}",
            "{stored: 5 USD/GB/month, call: 0.001 USD/req}",
            "base.price.dynamodb_stored, base.price.dynamodb_read, base.price.dynamodb_write",
            when="managed",
        ),
        STORE_FAILS,
    ),
)
