"""Connection gateway: holds a lasting connection a device and carries messages both ways.

What it models
--------------
Connections open on average and at peak, spread over instances, with their memory and a limit each.
An operation that `opens` here has the rate open / lifetime; one that goes `over` it needs no
handshake. When an instance, a zone or a deploy drops connections, devices come back as `reconnect`
says and call the opening operation again: the storm is simulated. A push to an actor is a step.

What it ignores
---------------
Heartbeats, unless they are operations. Idle devices that the network cuts off: put them into
`lifetime`. How the registry is kept right; its reads and writes are steps.

Source
------
RFC 6455, The WebSocket Protocol (2011). Connections: 50k a server is what interviews plan for;
Phoenix held 2M on 40 cores (2015). Memory: 100k connections on 3 GB (medium, 2021). Work:
napkin-math (2026), a proxy's hop. Availability: cloud-sla dataset (2023), API Gateway.
"""

from sysdesign.design.component import Trait
from sysdesign.kinds.fields import INSTANCES, STATELESS_FAILS, having
from sysdesign.kinds.kind import Field, Kind
from sysdesign.kinds.lowering import instances

KIND = Kind(
    name="connection_gateway",
    icon="plug",
    shape="gateway",
    traits=frozenset(
        {
            Trait.HOLDS_CONNECTIONS,
            Trait.FORWARDS,
            Trait.IS_ENTRY,
            Trait.RUNS_CODE,
            Trait.HAS_INSTANCES,
        }
    ),
    lower=instances,
    fields=having(
        INSTANCES,
        Field("work", "50 us", "1 us", "1 s", "base.latency.proxy_hop"),
        Field(
            "connections",
            "{limit: 50k conn, memory: 30 kB/conn}",
            "{limit: 100 conn, memory: 1 kB/conn}",
            "{limit: 5M conn, memory: 5 MB/conn}",
            "base.websocket.connections, base.websocket.memory",
        ),
        Field("availability", "99.95%", source="base.sla.api_gateway", when="managed"),
        STATELESS_FAILS,
    ),
)
