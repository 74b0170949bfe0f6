"""Function: the design's own code on the provider's machines, one call an instance.

What it models
--------------
Work without queueing: the provider starts as many instances as there are calls, up to `slots`
calls at once in all (its concurrency limit) and `limit` calls a second; what is above is refused.
It answers calls and works on messages. The price is a call's.

What it ignores
---------------
Cold starts: put them into `work`, as a p99. How fast the provider adds instances
(base.lambda.ramp). Memory times time: add it to `price.call`, for example
0.2 USD / 1M req + 0.5 GB * 50 ms * 0.0000166667 USD/GB/s.

Source
------
AWS Lambda developer guide, quotas (2026). Availability: cloud-sla dataset (2023), Lambda. Work is
an assumption.
"""

from sysdesign.design.component import Trait
from sysdesign.kinds.fields import EVERY, having
from sysdesign.kinds.kind import Field, Kind
from sysdesign.kinds.lowering import provider

KIND = Kind(
    name="function",
    icon="lambda",
    shape="function",
    managed=True,
    traits=frozenset({Trait.RUNS_CODE, Trait.IS_ENTRY, Trait.CONSUMES}),
    lower=provider,
    fields=having(
        EVERY,
        Field("work", "50 ms", "1 ms", "15 min", "assumption"),
        Field(
            "slots",
            "1000",
            "1",
            "1M",
            "base.lambda.concurrency",
            "calls at once, all together; above it refused",
        ),
        Field("memory", low="128 MB", high="64 GB", doc="of one call"),
        Field("attempts", low="1", high="1000"),
        Field("dead_letter"),
        Field("availability", "99.95%", source="base.sla.lambda"),
    ),
)
