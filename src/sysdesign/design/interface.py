"""Step 2: operations (the interface and its load), estimates of the user's own, data, places."""

from collections.abc import Mapping

from sysdesign.design.calls import (
    COUNT,
    LASTING,
    SECONDS,
    SHARE,
    SOME_RATE,
    Failing,
    Retries,
    Step,
)
from sysdesign.design.shape import (
    Amount,
    Choice,
    Clock,
    Counts,
    FieldType,
    Flag,
    ListOf,
    MapOf,
    Nested,
    Record,
    Ref,
    Steps,
    Text,
    Whole,
    key,
    record,
)
from sysdesign.design.value import FieldKind, Given, Word

REGIONAL_RATE = Amount("1/s", by_place=True)
REGIONAL_BYTES = Amount("B", spread=True, by_place=True)
REGIONAL_COUNT = Amount("", by_place=True)
BY_OPERATION = Counts(Ref(("operation",)), COUNT)


@record
class Trigger(Record):
    """What starts an operation that no actor calls."""

    from_: Word | None = key(Ref(("component",)), "queue or stream whose messages start it", "EASV")
    group: Word | None = key(Text("fan_out"), "consumer group of a stream", "EAS")
    share: Given | None = key(SHARE, "share of the messages or changes", "EAS", default="100%")
    of: Word | None = key(Ref(("entity",)), "entity", "EAS")
    batch: Given | None = key(
        COUNT, "messages of a partition in hand at once; the rate stays that of messages", "AS"
    )
    join: Word | None = key(
        Ref(("operation",)), "once all messages of one call of this operation came", "EAS"
    )
    changes: Word | None = key(Ref(("component",)), "store whose written records start it", "EAS")
    by: tuple[Word, ...] = key(ListOf(Ref(("operation",))), "operations that write", "EAS")
    every: Given | None = key(LASTING, "on a schedule", "EAS")
    at_: Word | None = key(Clock(), "time of the day", "S")


@record
class ClosedUsers(Record):
    """So many users, each waiting for the answer and thinking before the next call."""

    count: Given | None = key(COUNT, "users", "EAS", required=True)
    think: Given | None = key(
        Amount("s", spread=True, positive=True), "time between answer and next call", "EAS"
    )


@record
class LoadShape(Record):
    """Load over time; constant at peak where missing."""

    hours: tuple[Given, ...] = key(ListOf(COUNT), "24 factors on the average, from midnight", "S")
    file: Word | None = key(Text("trace.csv"), "seconds and calls a second, a line each", "S")


@record
class Operation(Record):
    """One call of the interface, or one kind of background work, and the load it brings."""

    api: Word | None = key(Text("POST /v1/tweets"), "method and path, or signature", "R D")
    inputs: Mapping[str, FieldKind] = key(MapOf(FieldType()), "name: type", "R D")
    returns: Word | None = key(Text("tweet id"), "what comes back", "R D")
    errors: tuple[Word, ...] = key(ListOf(Text("429")), "error cases", "R D")
    page: Given | None = key(COUNT, "items at most in one answer", "R D")
    actor: Word | None = key(Ref(("actor",)), "who calls", "EASRD")
    rate: Given | None = key(REGIONAL_RATE, "average of all actors together", "EAS")
    opens: Word | None = key(
        Ref(("component",)), "opens a lasting connection there; rate = open/lifetime", "EAS"
    )
    over: Word | None = key(Ref(("component",)), "travels on an open connection", "AS")
    trigger: Trigger | None = key(
        Nested(Trigger, "from"), "queue, stream, changes, schedule", "EASV"
    )
    users: ClosedUsers | None = key(Nested(ClosedUsers, "count"), "closed load", "EAS")
    peak: Given | None = key(
        Amount("factor or rate"), "factor on the average, or the peak itself", "EAS",
        default="conventions.peak",
    )  # fmt: skip
    shape: LoadShape | None = key(Nested(LoadShape, "hours"), "load over time", "S")
    request: Given | None = key(REGIONAL_BYTES, "bytes in, a call", "EASC", default="0 B (said)")
    response: Given | None = key(REGIONAL_BYTES, "bytes out, a call", "EASC", default="0 B (said)")
    path: tuple[Step, ...] = key(Steps(), "what a call does, in order", "all")
    auth: Word | None = key(Text("oauth2"), "how the caller is known", "R")
    public: Word | None = key(Text(), "why no one needs to be known", "R")
    limit: Given | None = key(SOME_RATE, "calls at most; for all, or /user", "AS R")
    idempotent: Word | None = key(
        Text("client key"), "client key, natural, duplicates accepted, no", "R"
    )
    priority: int | None = key(Whole(1, 9), "1 first, 9 last", "S", default="5")
    timeout: Given | None = key(LASTING, "of the actor", "AS", default="none (said)")
    deadline: Given | None = key(LASTING, "of all attempts of the actor", "AS", default="none")
    retries: Retries | None = key(
        Nested(Retries, "count"), "what the actor does", "AS", default="0"
    )


@record
class Limit(Record):
    """Bounds an estimate must keep."""

    max: Given | None = key(Amount("any", low=None), "at most", "E")
    min: Given | None = key(Amount("any", low=None), "at least", "E")
    from_: Word | None = key(Text("timeline_cache"), "what sets the bound", "R")


@record
class OwnEstimate(Record):
    """Arithmetic of the user's own."""

    formula: Given | None = key(
        Amount("any", spread=True, low=None),
        "expr -> unit; the unit is asserted",
        "E",
        required=True,
    )
    claim: Given | None = key(
        Amount("any", low=None), "the number used in prose; flagged where it disagrees", "E R"
    )
    limit: Limit | None = key(
        Nested(Limit, "max"), "bounds, with the probability of passing them", "E R"
    )


@record
class Pattern(Record):
    """One way the data is asked for."""

    index: tuple[Word, ...] = key(ListOf(Text("author")), "fields, in order", "E R")
    used_by: tuple[Word, ...] = key(ListOf(Ref(("operation",))), "operations", "R")
    fresh: Given | None = key(SECONDS, "how old the answer may be", "R")


@record
class Deletion(Record):
    """How data leaves the system when its owner asks."""

    within: Given | None = key(SECONDS, "at the latest", "R")
    through: tuple[Word, ...] = key(ListOf(Ref(("component",), ("backups",))), "by way of", "R")


@record
class Popularity(Record):
    """How unevenly the keys are asked for."""

    zipf: Given | None = key(COUNT, "exponent", "ASR")
    top: Given | None = key(SHARE, "this share of the keys …", "ASR")
    gets: Given | None = key(SHARE, "… gets this share of the calls", "ASR")
    hottest: Given | None = key(SHARE, "share of calls on the most wanted key", "ASR")
    among: Given | None = key(COUNT, "keys in use", "ASR", default="all records")


@record
class Entity(Record):
    """One kind of record that is kept."""

    store: Word | None = key(Ref(("component",)), "store of record", "ER")
    owner: Word | None = key(Ref(("component",)), "service that alone writes it", "R")
    copied_to: tuple[Word, ...] = key(ListOf(Ref(("component",))), "further places of it", "ER")
    derived_from: tuple[Word, ...] = key(ListOf(Ref(("entity",))), "made of", "R")
    fields: Mapping[str, FieldKind] = key(MapOf(FieldType()), "name: type", "ERD")
    key_: tuple[Word, ...] = key(ListOf(Text("id")), "field or fields", "R D")
    patterns: Mapping[str, Pattern] = key(
        MapOf(Nested(Pattern, "index"), Text("newest by author")), "how it is asked for", "E R"
    )
    size: Given | None = key(
        REGIONAL_BYTES, "one record, without copies and overhead", "E",
        default="sum of fields, marked as such",
    )  # fmt: skip
    written_by: Mapping[str, Given | None] = key(
        BY_OPERATION,
        "operations that add records, or {op: records a call}", "ER",
    )  # fmt: skip
    updated_by: Mapping[str, Given | None] = key(
        BY_OPERATION,
        "operations that change records", "R",
    )  # fmt: skip
    deleted_by: Mapping[str, Given | None] = key(
        BY_OPERATION,
        "operations that remove records", "R",
    )  # fmt: skip
    count: Given | None = key(REGIONAL_COUNT, "records there from the start", "E", default="0")
    keep: Given | None = key(LASTING, "how long", "ER", default="for ever (said)")
    media: bool | None = key(Flag(), "photos, videos, files", "ER", default="false")
    class_: Word | None = key(
        Choice(("public", "internal", "personal", "financial", "secret")), "sensitivity", "R"
    )
    purpose: Word | None = key(Text(), "why it is kept", "R")
    deletion: Deletion | None = key(Nested(Deletion, "within"), "how it is deleted", "R")
    consistency: Word | None = key(
        Choice(("eventual", "read_your_writes", "strong")), "what readers need", "R"
    )
    popularity: Popularity | None = key(Nested(Popularity), "how uneven", "ASR")


@record
class Place(Record):
    """A region with its zones; without zones, a place where users are."""

    zones: tuple[Word, ...] = key(ListOf(Text("eu-a")), "independent halls", "ASVCD")
    like: Word | None = key(Ref(("location",)), "cited location, for round trips", "AS")
    fails: Failing | None = key(Nested(Failing), "failures of the whole region", "SV")
    zone_fails: Failing | None = key(Nested(Failing), "failures of one zone", "SV")
