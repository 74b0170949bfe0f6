"""Step 2: components; the keys that the format knows. Which of them a kind takes, the kind says."""

from collections.abc import Mapping
from dataclasses import field
from enum import Enum
from typing import Any

from sysdesign.design.calls import (
    BYTES,
    COUNT,
    RATE,
    SECONDS,
    SHARE,
    SOME_RATE,
    SPREAD_SECONDS,
    WHOLE,
    Failing,
)
from sysdesign.design.shape import (
    Amount,
    ByDo,
    Choice,
    Date,
    Either,
    FieldRef,
    Flag,
    FlagOrText,
    ListOf,
    Nested,
    Record,
    Ref,
    Text,
    attribute,
    key,
    record,
)
from sysdesign.design.value import Given, Word
from sysdesign.records import dataclass

# The unit of a price says of what it is; the money before it is that of the conventions.
PRICE = Amount("price")
A_MONTH, STORED, A_CALL, A_BYTE = (
    Amount("price 1/s"), Amount("price 1/B/s"), Amount("price"), Amount("price 1/B"),
)  # fmt: skip


class Trait(Enum):
    """What checks and engines may ask of a component; they never ask for the name of its kind."""

    STORES_DATA = "stores data"
    STORE_OF_RECORD = "fit to be the store of record"
    VOLATILE = "loses its contents when it stops"
    CACHES = "answers some reads from a copy"
    IS_ENTRY = "fit to be called by actors"
    FORWARDS = "passes calls on to what follows"
    BALANCES = "spreads calls over instances"
    ASYNCHRONOUS = "takes messages; the sender does not wait"
    KEEPS_LOG = "messages stay and are read by each group"
    CONSUMES = "takes messages and works on them"
    STARTS_WORK = "starts work by the clock"
    HOLDS_CONNECTIONS = "keeps connections open"
    RUNS_CODE = "runs the design's own code"
    HAS_INSTANCES = "runs on instances that are counted"
    OUTSIDE = "not part of the system"
    ON_DEVICE = "runs on the actor's device"
    EVERYWHERE = "without a region it is near every caller"


@record
class Scale(Record):
    """Autoscaling."""

    by: Word | None = key(
        Choice(("utilisation", "backlog", "lag", "rate")), "what is watched", "ASC", required=True
    )
    target: Given | None = key(
        Amount("any", positive=True), "what is aimed at, of one instance", "ASC", required=True
    )
    min: Given | None = key(COUNT, "instances at least", "ASC", default="1")
    max: Given | None = key(
        Amount("", low=1.0, instead="leave `scale` out to keep to `replicas`"),
        "instances at most",
        "ASC",
    )
    every: Given | None = key(SECONDS, "how often it looks", "S", default="15 s")
    warm_up: Given | None = key(SECONDS, "until a new instance works", "S")
    cool_down: Given | None = key(SECONDS, "before it takes one away", "S")


@record
class Shards(Record):
    """Parts that hold different keys."""

    count: Given | None = key(
        Amount("", low=1.0, whole=True, instead="leave `shards` out where nothing is split"),
        "of all together",
        "ASR",
        required=True,
    )
    by: Word | None = key(FieldRef(("hash",)), "ENTITY.field or hash", "ASR")
    hottest: Given | None = key(
        SHARE, "share of calls on the hottest shard's key", "ASR", default="from popularity"
    )


@record
class Copies(Record):
    """Copies of each shard."""

    count: Given | None = key(
        Amount(
            "",
            by_place=True,
            low=1.0,
            whole=True,
            instead="leave `copies` out where there is one",
        ),
        "all together or by place",
        "EASVCR",
        default="1",
    )
    mode: Word | None = key(
        Choice(("leader", "quorum", "peers", "erasure")), "how they agree", "EASVCR"
    )
    wait: Given | None = key(COUNT, "leader: followers before the answer (0 = async)", "ASVR")
    write: Given | None = key(WHOLE, "quorum: copies a write waits for", "ASV", default="majority")
    read: Given | None = key(WHOLE, "quorum: copies a read asks", "ASV", default="majority")
    leader: Word | None = key(Ref(("place",)), "place of the leader", "ASV")
    reads: Word | None = key(
        Choice(("leader", "nearest", "any", "quorum", "follower")), "which copy answers", "AS"
    )
    across: Word | None = key(
        Choice(("same", "async", "none")),
        "regions follow the mode, follow late by `lag`, or hold contents of their own", "EASV",
        default="same",
    )  # fmt: skip
    lag: Given | None = key(SPREAD_SECONDS, "how late an async copy is", "ASR")
    failover: Given | None = key(SPREAD_SECONDS, "until another copy leads", "SV")
    data: Given | None = key(WHOLE, "erasure: data parts", "EV")
    parity: Given | None = key(COUNT, "erasure: parity parts", "EV")


@record
class Reconnect(Record):
    """What devices do when a connection is lost."""

    after: Given | None = key(SECONDS, "wait", "S")
    spread: Given | None = key(SECONDS, "spread at random over", "S R")


@record
class Drain(Record):
    """How connections are moved on deploy and scale-in."""

    rate: Given | None = key(RATE, "connections closed a second, an instance", "S R")


@record
class Connections(Record):
    """Lasting connections of a connection gateway."""

    open: Given | None = key(COUNT, "open on average, all together", "EASR")
    lifetime: Given | None = key(
        Amount("s", spread=True, positive=True), "how long one lasts", "EAS"
    )
    limit: Given | None = key(
        Amount("", low=1.0, instead="leave `limit` out where nothing limits them"),
        "at most, of one instance",
        "EASR",
    )
    memory: Given | None = key(BYTES, "of one connection", "EAR")
    reconnect: Reconnect | None = key(Nested(Reconnect, "after"), "after a loss", "S R")
    drain: Drain | None = key(Nested(Drain, "rate"), "on deploy and scale-in", "S R")
    registry: Word | None = key(Ref(("component",)), "who knows which gateway holds whom", "R")


@record
class Health(Record):
    """Health check of instances."""

    every: Given | None = key(SECONDS, "how often", "SV")
    fails: Given | None = key(
        Amount("", low=1.0), "failed looks until it is out", "SV", default="2"
    )


@record
class Balance(Record):
    """How calls are spread over instances."""

    policy: Word | None = key(
        Choice(("round_robin", "random", "least_connections", "power_of_two")), "which", "ASR"
    )
    health: Health | None = key(Nested(Health, "every"), "who is left out", "SVR")


@record
class Backup(Record):
    """Copies kept against loss and error."""

    every: Given | None = key(SECONDS, "how often", "VR")
    log: Given | None = key(SECONDS, "age of the newest log in it", "VR")
    keep: Given | None = key(SECONDS, "how long", "EVRC")
    restore: Given | None = key(SECONDS, "time to bring it back", "VR")
    tested: Word | None = key(Date(), "when it was last brought back", "R")
    to: Word | None = key(Ref(("component",)), "where it lies", "ERC")


@record
class Tier(Record):
    """A step of a price list."""

    up_to: Given | None = key(Amount("any"), "upper end of the step", "C", default="no end")
    each: Given | None = key(PRICE, "price of each unit in it", "C", required=True)


def tiered(price: Amount) -> Either:
    """One price, or a list of tiers."""
    return Either(scalar=price, list=ListOf(Nested(Tier)), map=price)


@record
class Price(Record):
    """What it costs; the unit says of what: USD/month, USD/h, USD/GB/month, USD/req, USD/GB."""

    instance: Given | tuple[Tier, ...] | None = key(tiered(A_MONTH), "one instance", "C")
    stored: Given | tuple[Tier, ...] | None = key(tiered(STORED), "bytes kept", "C")
    call: Mapping[str, Given | tuple[Tier, ...]] = key(
        ByDo(tiered(A_CALL)), "calls, or by `do`", "C"
    )
    in_: Given | tuple[Tier, ...] | None = key(tiered(A_BYTE), "bytes in", "C")
    out: Given | tuple[Tier, ...] | None = key(tiered(A_BYTE), "bytes to actors", "C")


@record
class Scalability(Record):
    """Universal scalability law (Gunther, 1993)."""

    sigma: Given | None = key(SHARE, "contention", "A")
    kappa: Given | None = key(SHARE, "coherency", "A")


@dataclass(frozen=True, slots=True)
class Default:
    """What a kind takes where the file is silent, and where that comes from."""

    value: Any
    text: str
    source: str


@record
class Component(Record):
    """A box of the design; amounts are of one instance unless said of all together."""

    kind: Word | None = key(Text("service"), "one of `sysdesign kinds`", "all", required=True)
    does: Word | None = key(Text(), "its purpose, in one sentence", "R D")
    why: Word | None = key(Text(), "why it is there, or why this one", "R D")
    owner: Word | None = key(Text("timelines team"), "who runs it", "R")
    part_of: Word | None = key(Text("timelines"), "group: drawn as one frame", "R D")
    in_: tuple[Word, ...] = key(
        ListOf(Ref(("place", "zone"))), "places or zones; a region means all its zones", "AVCD",
        default="every region; cdn and outside: everywhere",
    )  # fmt: skip
    managed: bool | None = key(Flag(), "the provider's: no instances, fields of the whole", "AVC")
    replicas: Given | None = key(
        Amount(
            "",
            by_place=True,
            low=1.0,
            whole=True,
            instead="to do without it take it out of the paths; for none in a place leave the "
            "place out",
        ),
        "instances, all together or by place",
        "ASVC",
        default="one in each place",
    )
    scale: Scale | None = key(Nested(Scale), "autoscaling; `replicas` is the start", "ASC")
    cores: Given | None = key(
        Amount("", positive=True, instead="write how many calls one instance works on at once"),
        "calls worked on at once",
        "AS",
        default="1",
    )
    slots: Given | None = key(
        Amount("", low=1.0, instead="leave `slots` out where nothing limits them"),
        "calls in hand at once, waiting on others included",
        "AS",
        default="unlimited (said)",
    )
    work: Mapping[str, Given] = key(
        ByDo(SPREAD_SECONDS), "own time a call (item) on one core; outside: response time", "AS"
    )
    backlog: Given | None = key(COUNT, "waiting at most", "SR", default="unlimited (said)")
    when_full: Word | None = key(
        Choice(("refuse", "block", "drop_oldest")), "what happens then", "SR", default="refuse"
    )
    order: Word | None = key(
        Choice(("fifo", "lifo", "ps", "priority")), "who is next", "AS", default="fifo"
    )
    limit: Given | None = key(SOME_RATE, "documented cap; above it refused", "AS")
    memory: Given | None = key(BYTES, "of one instance", "EAR")
    disk: Given | None = key(BYTES, "of one instance", "EAR")
    bandwidth: Given | None = key(Amount("B/s"), "of one instance", "EAR")
    overhead: Given | None = key(COUNT, "stored bytes over record bytes", "EAR", default="1x")
    shards: Shards | None = key(Nested(Shards, "count"), "parts by key", "ASR")
    copies: Copies | None = key(
        Nested(Copies, "count"), "copies of each shard", "EASVCR", default="1"
    )
    hit: Given | None = key(SHARE, "share of reads answered here", "EAS")
    evict: Word | None = key(
        Choice(("lru", "lfu", "fifo", "random", "none")), "what goes first", "ASR", default="lru"
    )
    ttl: Given | None = key(SECONDS, "time to live", "ASR", default="none")
    coalesce: bool | None = key(Flag(), "one miss for many callers", "ASR", default="false")
    when_down: Word | None = key(
        Choice(("miss", "fail")), "what callers see", "SVR", default="miss"
    )
    invalidate: Word | None = key(Text("on write"), "how old contents go", "R")
    partitions: Given | None = key(WHOLE, "of all together", "ASR", default="1")
    key_: Word | None = key(FieldRef(("hash",)), "what picks the partition", "SR")
    keep: Given | None = key(SECONDS, "how long messages stay", "ESR")
    attempts: Given | None = key(
        Amount("", low=1.0, instead="the first try counts: write 1 for no other"),
        "tries before a message is put aside",
        "SR",
        default="1",
    )
    dead_letter: Word | None = key(Ref(("component",)), "where it is put", "SR")
    connections: Connections | None = key(Nested(Connections, "open"), "lasting ones", "EASR")
    balance: Balance | None = key(Nested(Balance, "policy"), "over its instances", "ASVR")
    route: Word | None = key(
        Choice(("nearest", "weighted", "active_passive")), "over places", "ASVR", default="nearest"
    )
    failover: Given | None = key(SPREAD_SECONDS, "until callers reach another place", "SV")
    fails: Failing | None = key(
        Nested(Failing), "of one instance", "SV", default="of the kind, said"
    )
    availability: Given | None = key(SHARE, "instead of `fails`", "SV")
    durability: Given | None = key(SHARE, "share of records alive after a year", "VR")
    backup: Backup | None = key(Nested(Backup, "every"), "against loss and error", "VR")
    encrypted: Word | bool | None = key(FlagOrText(), "true or how, at rest", "R")
    price: Price | None = key(Nested(Price, "instance"), "what it costs", "C")
    scalability: Scalability | None = key(Nested(Scalability), "loss by contention", "A")
    extra: Mapping[str, Given | Word | bool] = field(default_factory=dict)
    traits: frozenset[Trait] = frozenset(Trait)
    managed_kind: bool = False
    defaults: Mapping[str, Default] = field(default_factory=dict, repr=False)

    def has_trait(self, *traits: Trait) -> bool:
        """Whether the kind has any of these traits."""
        return not self.traits.isdisjoint(traits)

    def stated(self, name: str) -> Any:
        """Value of a key as the file states it, None where it does not."""
        return self.extra[name] if name in self.extra else getattr(self, attribute(Component, name))

    @property
    def is_managed(self) -> bool:
        """Whether it is the provider's: then it has no instances of ours."""
        return self.managed_kind if self.managed is None else self.managed

    def work_for(self, do: str) -> Given | None:
        """Own time of one call: of `do`, of what it falls back to, or the default of the kind."""
        tables = [self.work]
        if "work" in self.defaults:
            tables.append(self.defaults["work"].value)
        for table in tables:
            for name in (do, do.split("_")[0], ""):
                if name in table:
                    return table[name]
        return None
