"""Scheduler: starts work by the clock.

What it models
--------------
A component that must be up when its operations are due (`trigger: {every, at}`); what it starts
follows in their paths. Work is the time to start one run.

What it ignores
---------------
Runs that were missed and are made up for, and runs that overlap because the last one is not done.

Source
------
Beyer and others, Site Reliability Engineering (2016), chapter 24: Distributed Periodic Scheduling
with Cron. Availability: cloud-sla dataset (2023), Step Functions. Work and failures are
assumptions.
"""

from sysdesign.design.component import Trait
from sysdesign.kinds.fields import INSTANCES, STATELESS_FAILS, having
from sysdesign.kinds.kind import Field, Kind
from sysdesign.kinds.lowering import instances

KIND = Kind(
    name="scheduler",
    icon="clock",
    shape="clock",
    traits=frozenset({Trait.STARTS_WORK, Trait.HAS_INSTANCES}),
    lower=instances,
    fields=having(
        INSTANCES,
        Field("work", "1 ms", "1 us", "1 min", "assumption"),
        Field("availability", "99.9%", source="base.sla.step_functions", when="managed"),
        STATELESS_FAILS,
    ),
)
