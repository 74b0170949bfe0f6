"""Worker: takes messages from a queue or a stream and works on them in the background.

What it models
--------------
Instances that take as many messages at once as they have cores or slots; what they cannot take
stays in the queue or the stream and grows old there. A message that fails is tried `attempts`
times. `scale` follows utilisation, backlog, lag or rate.

What it ignores
---------------
Prefetching, and who owns which partition while instances come and go. Progress within a message:
work that is cut off starts again.

Source
------
Hohpe and Woolf, Enterprise Integration Patterns (2003): competing consumers. Beyer and others,
Site Reliability Engineering (2016), chapter 25. Work and failures are assumptions. Availability:
cloud-sla dataset (2023), Cloud Run.
"""

from sysdesign.design.component import Trait
from sysdesign.kinds.fields import INSTANCES, STATELESS_FAILS, having
from sysdesign.kinds.kind import Field, Kind
from sysdesign.kinds.lowering import consumers

KIND = Kind(
    name="worker",
    icon="gear",
    shape="worker",
    traits=frozenset({Trait.RUNS_CODE, Trait.CONSUMES, Trait.HAS_INSTANCES}),
    lower=consumers,
    fields=having(
        INSTANCES,
        Field("work", "10 ms", "1 us", "1 day", "assumption"),
        Field("attempts", low="1", high="1000"),
        Field("dead_letter"),
        Field("availability", "99.95%", source="base.sla.cloud_run", when="managed"),
        STATELESS_FAILS,
    ),
)
