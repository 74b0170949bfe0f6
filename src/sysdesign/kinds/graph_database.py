"""Graph database: things and their relations, asked by walking from one to the next.

What it models
--------------
Work of one walk, which grows with its length and width: give each its own `do`. Copies with a
leader or by quorum; stored bytes with overhead and copies against `disk`; backups.

What it ignores
---------------
How a walk fans out: `work` is of the whole walk. Relations that lead to another shard: most
products keep the whole graph on every copy.

Source
------
Robinson, Webber and Eifrem, Graph Databases (2nd edition, 2015). Work, overhead, availability and
failures are assumptions.
"""

from sysdesign.design.component import Trait
from sysdesign.kinds.copies import store
from sysdesign.kinds.fields import INSTANCES, STORE, STORE_FAILS, having
from sysdesign.kinds.kind import Field, Kind

KIND = Kind(
    name="graph_database",
    icon="graph",
    shape="cylinder",
    traits=frozenset({Trait.STORES_DATA, Trait.STORE_OF_RECORD, Trait.HAS_INSTANCES}),
    lower=store,
    fields=having(
        (*INSTANCES, *STORE),
        Field("work", "{read: 1 ms, write: 2 ms}", "10 us", "1 h", "assumption"),
        Field("overhead", "3x", source="assumption"),
        Field("availability", "99.9%", source="assumption", when="managed"),
        STORE_FAILS,
    ),
)
