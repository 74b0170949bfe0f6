"""Groups of keys that several kinds share, with what is plausible for each."""

from dataclasses import fields, replace

from sysdesign.kinds.kind import Field

EVERY = (
    Field("work", low="100 ns", high="1 day"),
    Field("limit", low="1 req/day", high="100M req/s"),
    Field("fails", low="{every: 1 h, repair: 1 s}", high="{every: 20 year, repair: 7 day}"),
    Field("availability", low="90%", high="100%"),
)
"""What is plausible for keys that every kind takes."""

INSTANCES = (
    *EVERY,
    Field("replicas", low="1", high="100k"),
    Field("scale"),
    Field("cores", low="0.1", high="1024"),
    Field("slots", low="1", high="10M"),
    Field("memory", low="16 MB", high="32 TB"),
    Field("disk", low="1 GB", high="1 PB"),
    Field("bandwidth", low="1 MB/s", high="100 GB/s"),
    Field("balance"),
    Field("backlog", low="0", high="100 billion"),
    Field("when_full"),
    Field("order"),
    Field("scalability", low="{sigma: 0, kappa: 0}", high="{sigma: 50%, kappa: 5%}"),
)
"""Keys of what runs on instances that are counted."""

STORE = (
    Field("shards"),
    Field("copies"),
    Field("overhead", low="0.05x", high="20x"),
    Field("backup"),
    Field("durability", low="90%", high="100%"),
)
"""Keys of what keeps records."""

CACHE = (
    Field("hit", low="0%", high="100%"),
    Field("evict"),
    Field("ttl", low="100 ms", high="2 year"),
    Field("coalesce"),
    Field("when_down"),
    Field("invalidate"),
)
"""Keys of what answers from a copy."""

MESSAGES = (
    Field("partitions", low="1", high="100k"),
    Field("key"),
    Field("copies"),
    Field("keep", low="1 min", high="10 year"),
    Field("attempts", low="1", high="1000"),
    Field("dead_letter"),
    Field("overhead", low="0.05x", high="20x"),
    Field("durability", low="90%", high="100%"),
)
"""Keys of what carries messages."""

STATELESS_FAILS = Field("fails", "{every: 60 day, repair: 5 min}", source="assumption", when="own")
STORE_FAILS = Field("fails", "{every: 120 day, repair: 30 min}", source="assumption", when="own")


def having(group: tuple[Field, ...], *special: Field) -> tuple[Field, ...]:
    """Fields of a group, in which those of a kind take the place of those of the same name.

    What a special field leaves empty it takes from the group.
    """
    shared = {field.name: field for field in group}
    own = tuple(_filled(field, shared.get(field.name)) for field in special)
    names = {field.name for field in special}
    return (*own, *(field for field in group if field.name not in names))


def _filled(field: Field, shared: Field | None) -> Field:
    if shared is None:
        return field
    said = {f.name: value for f in fields(Field) if (value := getattr(field, f.name))}
    return replace(shared, **said)
