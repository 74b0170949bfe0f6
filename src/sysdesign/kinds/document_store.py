"""Document store: whole documents by key, with indexes on their fields.

What it models
--------------
Work of one document read or written. Shards by key with a hottest one; copies with a leader, by
quorum or as peers; stored bytes with overhead and copies against `disk`; backups. Where the
provider runs it: response time, a `limit` where one is documented, and prices by stored bytes and
calls.

What it ignores
---------------
Queries that ask every shard: give their own `work` and `times` the number of shards. The size of a
document, except in the network and in what is stored: prices count one unit a call.

Source
------
Kleppmann, Designing Data-Intensive Applications (2017), chapters 2 and 5. Availability: cloud-sla
dataset (2023), DynamoDB. Price: Infracost (2024), DynamoDB on demand. Work, overhead and failures
are assumptions; queries over a network take 0.2 to 5 ms (base.latency.lan_query).
"""

from sysdesign.design.component import Trait
from sysdesign.kinds.copies import store
from sysdesign.kinds.fields import INSTANCES, STORE, STORE_FAILS, having
from sysdesign.kinds.kind import Field, Kind

KIND = Kind(
    name="document_store",
    icon="document",
    shape="cylinder",
    traits=frozenset({Trait.STORES_DATA, Trait.STORE_OF_RECORD, Trait.HAS_INSTANCES}),
    lower=store,
    fields=having(
        (*INSTANCES, *STORE),
        Field("work", "{read: 0.2 ms, write: 0.5 ms}", "10 us", "10 min", "assumption", when="own"),
        Field(
            "work", "{read: 3 ms, write: 5 ms}", "0.1 ms", "10 min", "assumption", when="managed"
        ),
        Field("overhead", "1.5x", source="assumption"),
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
