"""External service: somebody else's system, known by its response time, its limit and its promise.

What it models
--------------
A response time that does not queue, a `limit` above which calls are refused, availability or
failures and repairs, and a price a call. Callers need timeouts, retries and fallbacks of their
own. It is near every caller unless `in` says where it is.

What it ignores
---------------
What goes on inside: it does not slow down under load, except in a scenario that says so. Failures
shared with the rest of the design.

Source
------
Treynor, Dahlin, Rau and Beyer, The Calculus of Service Availability (ACM Queue, 2017). Work and
availability are assumptions: take yours from the contract or from measurements.
"""

from sysdesign.design.component import Trait
from sysdesign.kinds.fields import EVERY, having
from sysdesign.kinds.kind import Field, Kind
from sysdesign.kinds.lowering import provider

KIND = Kind(
    name="external_service",
    icon="cloud",
    shape="cloud",
    managed=True,
    traits=frozenset({Trait.OUTSIDE, Trait.IS_ENTRY, Trait.EVERYWHERE}),
    lower=provider,
    fields=having(
        EVERY,
        Field("work", "100 ms", "0.1 ms", "1 day", "assumption"),
        Field("availability", "99.9%", source="assumption"),
    ),
)
