"""Steps of a path, and the words a call may carry."""

from collections.abc import Iterator, Mapping
from dataclasses import field

from sysdesign.design.shape import (
    Amount,
    ByDo,
    Choice,
    Either,
    FieldRef,
    Flag,
    FlagOrText,
    ListOf,
    Nested,
    Record,
    Ref,
    Steps,
    Text,
    key,
    record,
)
from sysdesign.design.value import Given, Word

SECONDS = Amount("s")
LASTING = Amount("s", positive=True)
SPREAD_SECONDS = Amount("s", spread=True)
SHARE = Amount("", high=1.0)
COUNT = Amount("")
WHOLE = Amount("", low=1.0, whole=True)
SOME = Amount("", positive=True)
RATE = Amount("1/s")
SOME_RATE = Amount("1/s", positive=True)
BYTES = Amount("B")


@record
class Retries(Record):
    """Attempts after the first, and how they wait."""

    count: Given | None = key(
        Amount("", whole=True), "attempts after the first", "AS", required=True
    )
    backoff: Given | None = key(SECONDS, "wait before the first repeat", "S", default="0 s")
    growth: Given | None = key(COUNT, "factor on the wait at each repeat", "S", default="2")
    max: Given | None = key(SECONDS, "longest wait", "S")
    jitter: Word | None = key(Choice(("none", "full")), "randomness", "S R", default="none")
    budget: Given | None = key(SHARE, "repeats at most, as a share of calls", "AS R")
    when: tuple[Word, ...] = key(
        ListOf(Text("timeout")),
        "what is repeated; a status like 503, too",
        "AS",
        default="[timeout, error, refused]",
    )


@record
class Breaker(Record):
    """Circuit breaker: opens at a share of errors, tries again after a while."""

    errors: Given | None = key(SHARE, "share of errors that opens it", "S", default="50%")
    over: Given | None = key(SECONDS, "window the share is taken over", "S", default="10 s")
    open: Given | None = key(SECONDS, "how long it stays open", "S", default="30 s")


@record
class Lock(Record):
    """Calls of one key go one after another."""

    by: Word | None = key(FieldRef(), "the key", "AS", required=True)
    hottest: Given | None = key(SHARE, "share of calls on the most wanted key", "AS")


@record
class CallWords(Record):
    """What may be said of a call, at a step or on a link."""

    timeout: Given | None = key(LASTING, "of one attempt", "AS R", default="none (said)")
    deadline: Given | None = key(LASTING, "of all attempts together", "AS R", default="none")
    retries: Retries | None = key(Nested(Retries, "count"), "attempts more", "AS R", default="0")
    hedge: Word | Given | None = key(
        Amount("s", words=("p50", "p90", "p95", "p99")), "a second call after this long", "AS"
    )
    breaker: Breaker | None = key(Nested(Breaker, "errors"), "circuit breaker", "S R")
    idempotent: Word | None = key(Text("client key"), "why it may be repeated safely", "R")


@record
class StepWords(CallWords):
    """The words of a step."""

    do: Word | None = key(
        Text("read"), "read, write, read_NAME, write_NAME; services: any name; picks `work`", "EAS",
        default="read for stores, send for queues",
    )  # fmt: skip
    of: Word | None = key(
        Ref(("entity",)), "entity: its size, popularity, shard key", "EAS",
        default="the only one in the store",
    )  # fmt: skip
    times: Given | None = key(Amount("", spread=True), "items a call", "EAS", default="1")
    at_once: Given | None = key(WHOLE, "how many go at the same time", "AS", default="1")
    batch: Given | None = key(
        SOME, "items in one call; work is of one item, network and pool of one call", "EAS",
        default="1",
    )  # fmt: skip
    calls: tuple["Step", ...] = key(Steps(), "made while holding on, in order", "EAS")
    miss: tuple["Step", ...] = key(Steps(), "made only on a miss", "EAS")
    hit: Given | None = key(SHARE, "overrides the hit ratio here", "EAS", default="the component's")
    work: Mapping[str, Given] = key(
        ByDo(SPREAD_SECONDS), "overrides the work here", "AS", default="the component's"
    )
    request: Given | None = key(
        Amount("B", spread=True), "bytes there", "EAS", default="record size of a write"
    )
    response: Given | None = key(
        Amount("B", spread=True), "bytes back", "EAS", default="record size of a read"
    )
    read_from: Word | None = key(
        Choice(("leader", "nearest", "any", "quorum", "follower")), "which copy", "AS",
        default="copies.reads",
    )  # fmt: skip
    optional: bool | None = key(
        Flag(), "failing leaves the operation degraded, not failed", "ASV R", default="false"
    )
    fallback: "Word | tuple[Step, ...] | None" = key(
        Either(scalar=Text("accept small sums"), list=Steps(), map=Steps()),
        "what is done instead when it fails", "ASV R",
    )  # fmt: skip
    async_: bool | None = key(Flag(), "not waited for (queues: always)", "AS", default="false")
    lock: Lock | None = key(Nested(Lock, "by"), "one after another by key", "AS")


@record
class Step(Record):
    """One step of a path.

    `form` says which: a component, an entry of `paths`, an actor (a push to it), `parallel`, or
    `choose`. `words` holds what is said of a call of a component or an actor.
    """

    form: str = ""
    target: Word = Word("")
    words: StepWords = field(default_factory=StepWords)
    wait: Word | None = None
    calls: tuple["Step", ...] = ()
    branches: tuple["Branch", ...] = ()


@record
class Branch(Record):
    """One way of a `choose`; the last share may be left out."""

    share: Given | None = key(SHARE, "share of calls that go this way", "EAS", default="the rest")
    calls: tuple[Step, ...] = key(Steps(), "what is done", "EAS")


@record
class LinkWords(CallWords):
    """What is said of a link between two components."""

    a: Word = Word("")
    b: Word = Word("")
    optional: bool | None = key(Flag(), "failing leaves the operation degraded", "ASV R")
    async_: bool | None = key(Flag(), "not waited for", "AS")
    protocol: Word | None = key(Text("grpc"), "what is spoken", "R D")
    encrypted: Word | bool | None = key(FlagOrText(), "true or how, in transit", "R D")
    pool: Given | None = key(
        Amount("", low=1.0, instead="leave `pool` out where nothing limits them"),
        "connections a caller instance",
        "AS",
    )
    limit: Given | None = key(SOME_RATE, "calls at most, of all callers together", "AS R")
    when_over: Word | None = key(
        Choice(("refuse", "wait")), "what happens above the limit", "AS", default="refuse"
    )
    bandwidth: Given | None = key(Amount("B/s"), "bytes at most, of all calls together", "AS R")
    price: Given | None = key(Amount("price"), "per byte carried", "C")


def stand_in(step: "Step") -> str:
    """What is done instead of a call that fails, in words: a text of the file, or who is called."""
    instead = step.words.fallback
    if not isinstance(instead, tuple):
        return str(instead or "")
    return " and ".join(dict.fromkeys(_called(instead)))


def _called(steps: "tuple[Step, ...]") -> Iterator[str]:
    """Components, actors and named parts of paths that steps begin with."""
    for step in steps:
        if step.target:
            yield str(step.target)
        yield from _called(step.calls)
        for branch in step.branches:
            yield from _called(branch.calls)


@record
class Failing(Record):
    """How often something fails and how long the repair takes."""

    every: Given | None = key(SECONDS, "mean time between failures", "SV", required=True)
    repair: Given | None = key(SPREAD_SECONDS, "mean time to repair", "SV", required=True)
    together: Given | None = key(SHARE, "share of failures that take all instances", "SV")


@record
class PlaceLink(Record):
    """What is said of the way between two places, or between the zones of one."""

    a: Word = Word("")
    b: Word = Word("")
    rtt: Given | None = key(SECONDS, "round trip", "AS", default="cited rates")
    price: Given | None = key(Amount("price"), "per byte carried", "C")
    bandwidth: Given | None = key(Amount("B/s"), "bytes at most", "AS")
    fails: Failing | None = key(Nested(Failing), "failures of the way", "SV")
