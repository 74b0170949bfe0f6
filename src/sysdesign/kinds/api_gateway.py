"""API gateway: ends encryption, checks who calls and how often, and passes calls on.

What it models
--------------
One more hop for each step that follows it in the list, with work for handshakes, tokens and
limits. What it asks on the way (a session store, say) stands in its `calls`. Calls above `limit`
are refused there and burden nothing behind it. It spreads calls over the instances behind it.

What it ignores
---------------
How limits of single callers are counted; the limit of an operation says how high they are. Changes
to bodies, beyond their share of the work.

Source
------
Work: an assumption; one RSA-2048 handshake takes a third of a millisecond of a core
(base.tls.rsa_2048), a plain hop 50 us (base.latency.proxy_hop). Availability: cloud-sla dataset
(2023), API Gateway. Newman, Building Microservices (2nd edition, 2021).
"""

from sysdesign.design.component import Trait
from sysdesign.kinds.fields import INSTANCES, STATELESS_FAILS, having
from sysdesign.kinds.kind import Field, Kind
from sysdesign.kinds.lowering import instances

KIND = Kind(
    name="api_gateway",
    icon="gate",
    shape="gateway",
    traits=frozenset({Trait.FORWARDS, Trait.BALANCES, Trait.IS_ENTRY, Trait.HAS_INSTANCES}),
    lower=instances,
    fields=having(
        INSTANCES,
        Field("work", "0.5 ms", "20 us", "1 s", "assumption"),
        Field("availability", "99.95%", source="base.sla.api_gateway", when="managed"),
        STATELESS_FAILS,
    ),
)
