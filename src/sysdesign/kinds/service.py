"""Service: runs the design's own code for each call and keeps no records.

What it models
--------------
Instances that work on as many calls at once as they have cores, and hold as many as they have
slots, waiting on others included. A call that finds all of them taken waits in the backlog; one
that finds it full is refused. `scale` adds and removes instances. `scalability` takes away from
more cores what they lose to each other.

What it ignores
---------------
Memory and garbage collection, unless `work` has them in its p99. State between calls: what has to
be kept belongs into a store. Start-up, except of instances that are added.

Source
------
Harchol-Balter, Performance Modeling and Design of Computer Systems (2013), chapters 13 and 14.
Gunther, Guerrilla Capacity Planning (2007), chapter 4, for scalability. Work and failures are
assumptions. Availability: cloud-sla dataset (2023), Cloud Run.
"""

from sysdesign.design.component import Trait
from sysdesign.kinds.fields import INSTANCES, STATELESS_FAILS, having
from sysdesign.kinds.kind import Field, Kind
from sysdesign.kinds.lowering import instances

KIND = Kind(
    name="service",
    icon="server",
    shape="service",
    traits=frozenset({Trait.RUNS_CODE, Trait.IS_ENTRY, Trait.HAS_INSTANCES}),
    lower=instances,
    fields=having(
        INSTANCES,
        Field("work", "5 ms", "1 us", "10 min", "assumption"),
        Field("availability", "99.95%", source="base.sla.cloud_run", when="managed"),
        STATELESS_FAILS,
    ),
)
