"""Queue: keeps each message until one consumer has worked on it.

What it models
--------------
The sender waits only for the queue to take the message; a consumer gets it when it is free, so a
burst or a stopped consumer shows as backlog and age. A message that fails comes back, up to
`attempts` times, and then goes to `dead_letter`. With a `backlog` limit it refuses, blocks the
sender or drops the oldest when full; what is older than `keep` is dropped. Messages sent in a
`batch` go in one call, and are each worked on by themselves.

What it ignores
---------------
Messages delivered twice: consumers have to be idempotent. The time a message stays hidden while it
is worked on. Order, except as `order` says.

Source
------
Hohpe and Woolf, Enterprise Integration Patterns (2003). Keep: AWS SQS quotas (2026), 4 days by
default and 14 at most. Price: Infracost (2024), SQS. Availability: cloud-sla dataset (2023), SQS.
Work and failures are assumptions.
"""

from sysdesign.design.component import Trait
from sysdesign.kinds.copies import store
from sysdesign.kinds.fields import INSTANCES, MESSAGES, STORE_FAILS, having
from sysdesign.kinds.kind import Field, Kind

KIND = Kind(
    name="queue",
    icon="queue",
    shape="queue",
    traits=frozenset({Trait.ASYNCHRONOUS, Trait.HAS_INSTANCES}),
    lower=store,
    fields=having(
        (*INSTANCES, *MESSAGES),
        Field("work", "0.05 ms", "1 us", "1 s", "assumption", when="own"),
        Field("work", "5 ms", "0.1 ms", "1 s", "assumption", when="managed"),
        Field("keep", "4 day", source="base.sqs.retention", when="managed"),
        Field("availability", "99.9%", source="base.sla.sqs", when="managed"),
        Field(
            "price",
            "{call: 0.4 USD / 1M msg}",
            "{call: 0 USD/msg}",
            "{call: 0.001 USD/msg}",
            "base.price.sqs",
            when="managed",
        ),
        STORE_FAILS,
    ),
)
