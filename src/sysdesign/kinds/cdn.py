"""Content delivery network: answers near the reader from copies and fetches what it lacks.

What it models
--------------
A cache at the edge, near every caller. A hit is answered there; on a miss it calls what stands
under its `miss`, or follows in the list of the path. The hit ratio is the one stated, else it
follows from the popularity of the entity and `memory`, else it is the default. Bytes to actors are
priced by tiers. When it is emptied every call is a miss; when it is down callers go past it or fail
(`when_down`).

What it ignores
---------------
Single edge sites and the tiers between them: there is one copy of everything. Range requests.
Time to fill after a purge, beyond the misses themselves.

Source
------
RFC 9111, HTTP Caching (2022). Availability: cloud-sla dataset (2023), CloudFront. Price: Infracost
(2024), CloudFront in the United States.
"""

from sysdesign.design.component import Trait
from sysdesign.kinds.fields import CACHE, INSTANCES, STATELESS_FAILS, having
from sysdesign.kinds.keys import caching
from sysdesign.kinds.kind import Field, Kind
from sysdesign.kinds.lowering import instances

KIND = Kind(
    name="cdn",
    icon="globe",
    shape="edge",
    managed=True,
    traits=frozenset(
        {Trait.CACHES, Trait.FORWARDS, Trait.IS_ENTRY, Trait.EVERYWHERE, Trait.HAS_INSTANCES}
    ),
    lower=caching(instances),
    fields=having(
        (*INSTANCES, *CACHE),
        Field("hit", "90%", source="assumption", doc="share of calls answered at the edge"),
        Field("work", "5 ms", "20 us", "1 s", "assumption"),
        Field("availability", "99.9%", source="base.sla.cloudfront", when="managed"),
        Field(
            "price",
            "{out: [{up_to: 10 TB/month, each: 0.085 USD/GB}, "
            "{up_to: 50 TB/month, each: 0.08 USD/GB}, {up_to: 150 TB/month, each: 0.06 USD/GB}, "
            "{up_to: 500 TB/month, each: 0.04 USD/GB}, {up_to: 1024 TB/month, each: 0.03 USD/GB}, "
            "{up_to: 5120 TB/month, each: 0.025 USD/GB}, {each: 0.02 USD/GB}]}",
            "{out: 0.002 USD/GB}",
            "{out: 0.2 USD/GB}",
            "base.price.cdn_egress",
            when="managed",
        ),
        STATELESS_FAILS,
    ),
)
