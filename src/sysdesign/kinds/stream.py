"""Stream: a log of messages in partitions, which each group of consumers reads at its own pace.

What it models
--------------
The sender waits for the leader of a partition and as many followers as `copies.wait` says. Each
group gets every message, those of one `key` in order, with no more consumers at work than there
are `partitions`. A group that falls behind shows as lag; what is older than `keep`, or above
`backlog`, is gone whether it was read or not.

What it ignores
---------------
Batching by senders, unless `work` is a share of the batch's. Partitions that move between
consumers, and the pause while they do. Compacted logs: use a store.

Source
------
Kreps, Narkhede and Rao, Kafka (2011). A broker writes up to 200 MB/s (base.kafka.broker) and 670k
small messages a second (base.kafka.records_per_broker); `work` and `keep` are more careful
assumptions. Price: Infracost (2024), Kinesis on demand. Availability: cloud-sla dataset (2023),
Kinesis. Failures are assumptions.
"""

from sysdesign.design.component import Trait
from sysdesign.kinds.copies import store
from sysdesign.kinds.fields import INSTANCES, MESSAGES, STORE_FAILS, having
from sysdesign.kinds.kind import Field, Kind

KIND = Kind(
    name="stream",
    icon="stream",
    shape="stream",
    traits=frozenset({Trait.ASYNCHRONOUS, Trait.KEEPS_LOG, Trait.HAS_INSTANCES}),
    lower=store,
    fields=having(
        (*INSTANCES, *MESSAGES),
        Field("work", "0.02 ms", "0.5 us", "1 s", "assumption", when="own"),
        Field("work", "10 ms", "0.1 ms", "1 s", "assumption", when="managed"),
        Field("keep", "1 day", source="assumption"),
        Field("availability", "99.9%", source="base.sla.kinesis", when="managed"),
        Field(
            "price",
            "{instance: 0.04 USD/h, in: 0.08 USD/GB}",
            "{instance: 0 USD/h, in: 0 USD/GB}",
            "{instance: 100 USD/h, in: 1 USD/GB}",
            "base.price.kinesis_on_demand, base.price.kinesis_in",
            when="managed",
        ),
        STORE_FAILS,
    ),
)
