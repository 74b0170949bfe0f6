"""Load balancer: takes calls and spreads them over the instances behind it.

What it models
--------------
One more hop for each step that follows it in the list, with its own work and its own instances
that can fail. By `route` callers reach the nearest place, by weight, or a standby after
`failover`. How calls are spread over the instances behind is said there (`balance`).

What it ignores
---------------
Connection tables and ports running out. The bytes it passes on queue only where `bandwidth` is
given. A capacity unit of a provider's price list: the default price is the hourly one and the
bytes to actors.

Source
------
Work: napkin-math (2026), a hop through Envoy, nginx or HAProxy; NGINX sizing tests (2017) find 40k
calls a second and core for 1 kB over HTTPS. Mitzenmacher, The Power of Two Choices (2001).
Availability: cloud-sla dataset (2023), ELB. Price: Infracost (2024), napkin-math (2026).
"""

from sysdesign.design.component import Trait
from sysdesign.kinds.fields import INSTANCES, STATELESS_FAILS, having
from sysdesign.kinds.kind import Field, Kind
from sysdesign.kinds.lowering import instances

KIND = Kind(
    name="load_balancer",
    icon="fork",
    shape="balancer",
    traits=frozenset({Trait.FORWARDS, Trait.BALANCES, Trait.IS_ENTRY, Trait.HAS_INSTANCES}),
    lower=instances,
    fields=having(
        INSTANCES,
        Field("work", "50 us", "5 us", "100 ms", "base.latency.proxy_hop"),
        Field("availability", "99.99%", source="base.sla.elb", when="managed"),
        Field(
            "price",
            "{instance: 0.0225 USD/h, out: 0.09 USD/GB}",
            "{instance: 0 USD/h, out: 0 USD/GB}",
            "{instance: 10 USD/h, out: 0.3 USD/GB}",
            "base.price.load_balancer, base.price.egress",
            when="managed",
        ),
        STATELESS_FAILS,
    ),
)
