"""Object store: files of any size by name; also block and distributed file storage.

What it models
--------------
Response time of a read or a write, prices by stored bytes (in tiers) and calls, durability, and
erasure-coded or whole copies, also in other regions. It keeps backups of other stores
(`backup.to`). For block or file storage, or one of your own, set `managed: false`, the `disk` of
an instance, and `copies`.

What it ignores
---------------
Time to carry large objects: give it in `work`, or in the `bandwidth` of the link (one stream of S3
carries some 95 MiB/s, base.s3.stream). Limits by prefix (base.s3.put_per_prefix). Smallest sizes
and shortest times that are charged for.

Source
------
Work: napkin-math (2026), 128 KiB. Durability: AWS S3 documentation (2026). Price: Infracost (2024),
S3 standard. Availability: cloud-sla dataset (2023), S3. Calder and others, Windows Azure Storage
(2011). Work and failures of an own one are assumptions.
"""

from sysdesign.design.component import Trait
from sysdesign.kinds.copies import store
from sysdesign.kinds.fields import INSTANCES, STORE, STORE_FAILS, having
from sysdesign.kinds.kind import Field, Kind

KIND = Kind(
    name="object_store",
    icon="bucket",
    shape="bucket",
    managed=True,
    traits=frozenset({Trait.STORES_DATA, Trait.STORE_OF_RECORD, Trait.HAS_INSTANCES}),
    lower=store,
    fields=having(
        (*INSTANCES, *STORE),
        Field("work", "{read: 2 ms, write: 5 ms}", "10 us", "1 h", "assumption", when="own"),
        Field(
            "work",
            "{read: 80 ms, write: 200 ms}",
            "1 ms",
            "1 h",
            "base.latency.blob_get, base.latency.blob_put",
            when="managed",
        ),
        Field("availability", "99.9%", source="base.sla.s3", when="managed"),
        Field("durability", "99.999999999%", source="base.durability.s3", when="managed"),
        Field(
            "price",
            "{stored: 0.023 USD/GB/month, call: {read: 0.4 USD / 1M req, write: 5 USD / 1M req}}",
            "{stored: 0.0005 USD/GB/month, call: 0 USD/req}",
            "{stored: 0.5 USD/GB/month, call: 0.001 USD/req}",
            "base.price.object_standard, base.price.object_get, base.price.object_put",
            when="managed",
        ),
        STORE_FAILS,
    ),
)
