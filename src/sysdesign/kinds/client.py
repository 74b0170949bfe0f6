"""The system's own software on the actor's device: an app or a page that keeps and repeats.

What it models
--------------
Time on the device, and a copy kept there: what follows in its list, or stands under its `miss`, is
called only on a miss (`hit`). It carries these calls, so timeouts and retries of the app stand on
the link from it. It is wherever its actor is. An actor needs no client: add one when the device
itself answers, waits or repeats.

What it ignores
---------------
Devices are not counted and never queue. Connections that it holds open are counted at the
connection gateway; the bandwidth and the network of the last mile are those of the actor.

Source
------
Beyer, Jones, Petoff and Murphy, Site Reliability Engineering (2016), chapters 21 and 22: what
clients that repeat do to a system.
"""

from sysdesign.design.component import Trait
from sysdesign.kinds.fields import CACHE, EVERY, having
from sysdesign.kinds.keys import caching
from sysdesign.kinds.kind import Field, Kind
from sysdesign.kinds.lowering import provider

KIND = Kind(
    name="client",
    icon="phone",
    shape="phone",
    traits=frozenset(
        {Trait.ON_DEVICE, Trait.IS_ENTRY, Trait.FORWARDS, Trait.CACHES, Trait.EVERYWHERE}
    ),
    lower=caching(provider),
    fields=having(
        (*EVERY, *CACHE),
        Field("work", "0 ms", "0 ms", "10 s", "assumption", "own time on the device, a call"),
        Field("hit", "0%", source="assumption", doc="share of calls answered on the device"),
        Field("memory", low="100 kB", high="1 TB", doc="for the copy, on one device"),
    ),
)
