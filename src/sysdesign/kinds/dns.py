"""Name service: tells callers the address to call, mostly from a resolver's copy.

What it models
--------------
The wait for an address before the first call, as a mean over callers: most find it on the device
or at their resolver, the rest ask the authority. By `route` it sends callers to the nearest place,
by weight, or to a standby; when a place is lost they follow after `failover`: give it no less
than `ttl`.

What it ignores
---------------
Each caller's own copy, and resolvers that keep an address beyond its `ttl`. Lookups between
components.

Source
------
RFC 1034 and 1035 (1987). Availability: cloud-sla dataset (2023), Route 53. Work: nine of ten
lookups take no time, the tenth 20 ms; an assumption.
"""

from sysdesign.design.component import Trait
from sysdesign.kinds.fields import INSTANCES, STATELESS_FAILS, having
from sysdesign.kinds.kind import Field, Kind
from sysdesign.kinds.lowering import instances

KIND = Kind(
    name="dns",
    icon="signpost",
    shape="names",
    managed=True,
    traits=frozenset({Trait.IS_ENTRY, Trait.EVERYWHERE, Trait.HAS_INSTANCES}),
    lower=instances,
    fields=having(
        INSTANCES,
        Field("work", "{mean: 2 ms, p99: 20 ms}", "1 us", "1 s", "assumption"),
        Field("availability", "100%", source="base.sla.route_53", when="managed"),
        Field("ttl", low="1 s", high="7 day", doc="how long callers keep an address"),
        STATELESS_FAILS,
    ),
)
