"""Steps 3 and 4: decisions, scenarios, security, observability, maintenance, what is left open."""

from collections.abc import Mapping

from sysdesign.design.calls import COUNT, SECONDS, SHARE
from sysdesign.design.shape import (
    Amount,
    Choice,
    Counts,
    Date,
    Either,
    FieldRef,
    LinkRef,
    ListOf,
    MapOf,
    Measure,
    Nested,
    Patch,
    Record,
    Ref,
    Test,
    Text,
    key,
    record,
)
from sysdesign.design.value import Given, MeasureName, Statement, Word
from sysdesign.source import Node

ANYTHING = Ref(("operation", "component", "entity", "actor", "place", "path", "requirement",
                "assumption", "estimate"), ("system",))  # fmt: skip


@record
class Option(Record):
    """One way to go; `change` makes it runnable."""

    pros: tuple[Word, ...] = key(ListOf(Text()), "for it", "R D")
    cons: tuple[Word, ...] = key(ListOf(Text()), "against it", "R D")
    change: Node | None = key(
        Patch(), "merge patch; the file as it stands is the chosen option", "compare"
    )


@record
class Decision(Record):
    """A question with two or more options, and the pick."""

    question: Word | None = key(Text(), "what is decided", "R D")
    about: tuple[Word, ...] = key(ListOf(ANYTHING), "ids, or `system` for the whole", "R D")
    criteria: tuple[MeasureName, ...] = key(ListOf(Measure()), "measures to compare", "R")
    options: Mapping[str, Option] = key(MapOf(Nested(Option)), "two or more", "R D")
    chosen: Word | None = key(Text(), "the option that the file holds", "R D")
    because: Word | None = key(Text(), "names a requirement or a number", "R D")


LOAD = Either(scalar=COUNT, list=None, map=MapOf(COUNT, Ref(("operation",), ("any",))))
SOME = Counts(LinkRef(), COUNT)


@record
class Event(Record):
    """What happens to the system in a scenario."""

    fail: Mapping[str, Given | None] = key(
        SOME, "component, zone, place, link; {X: 1} or {X: 30%} some of its instances", "SV"
    )
    slow: Mapping[str, Given] = key(MapOf(COUNT, LinkRef()), "factor on its work", "SV")
    errors: Mapping[str, Given] = key(MapOf(SHARE, LinkRef()), "share of calls that fail", "SV")
    cold: tuple[Word, ...] = key(ListOf(Ref(("component",))), "cache that is emptied", "S")
    hot: Mapping[str, Given] = key(MapOf(SHARE, FieldRef()), "share of calls on one key", "AS")
    stop: tuple[Word, ...] = key(ListOf(Ref(("component",))), "consumer that stands still", "SV")
    disconnect: Mapping[str, Given] = key(
        MapOf(SHARE, Ref(("component",))), "share of connections dropped", "S"
    )
    deploy: tuple[Word, ...] = key(ListOf(Ref(("component",))), "rolled out", "SV")
    lose: tuple[Word, ...] = key(ListOf(Ref(("component",))), "data deleted", "V")
    load: Given | Mapping[str, Given] | None = key(
        LOAD, "factor on the base, or by operation", "AS"
    )
    base: Word | None = key(
        Choice(("peak", "average", "shape")), "what the factor is on", "AS", default="peak"
    )
    at_: Given | None = key(SECONDS, "when it starts", "S", default="0 s")
    for_: Given | None = key(SECONDS, "how long", "S", default="to the end")
    change: Node | None = key(Patch(), "merge patch on the design", "all")


@record
class Scenario(Event):
    """A what-if run."""

    run: Given | None = key(SECONDS, "length of the run", "S")
    steps: tuple[Event, ...] = key(ListOf(Nested(Event)), "several in one", "SV")


@record
class Role(Record):
    """Who may do what; an actor unless it stands alone."""

    may: tuple[Word, ...] = key(ListOf(Ref(("operation",))), "operations", "R")
    as_: Word | None = key(Ref(("role",)), "may do all that this role may", "R")
    only: Word | None = key(Text("own chats"), "on what", "R")
    reads: tuple[Word, ...] = key(ListOf(Ref(("component",))), "reads these directly", "R")


@record
class Secrets(Record):
    """Where keys and passwords lie."""

    where: Word | None = key(Text("cloud vault"), "place", "R")
    rotate: Given | None = key(SECONDS, "how often changed", "R")


@record
class Threat(Record):
    """One thing an attacker might do (STRIDE)."""

    of: Word | None = key(ANYTHING, "what is attacked", "R")
    kind: Word | None = key(
        Choice(("spoofing", "tampering", "repudiation", "disclosure", "denial", "elevation")),
        "STRIDE", "R",
    )  # fmt: skip
    state: Word | None = key(Choice(("mitigated", "accepted", "open")), "what was done", "R")
    by: Word | None = key(Text(), "how it is mitigated", "R")
    why: Word | None = key(Text(), "why it is accepted", "R")
    who: Word | None = key(Text(), "who accepted it", "R")
    until: Word | None = key(Date(), "until when", "R")


@record
class Security(Record):
    """Trust boundaries, roles, secrets, threats."""

    boundaries: Mapping[str, tuple[Word, ...]] = key(
        MapOf(ListOf(Ref(("component",)))), "components inside each", "R D"
    )
    roles: Mapping[str, Role] = key(MapOf(Nested(Role, "may")), "who may do what", "R")
    secrets: Secrets | None = key(Nested(Secrets, "where"), "keys and passwords", "R")
    threats: Mapping[str, Threat] = key(MapOf(Nested(Threat)), "STRIDE rows", "R")


@record
class Objective(Record):
    """Service level objective of a requirement."""

    of: Word | None = key(Ref(("requirement",)), "requirement", "RX", required=True)
    share: Given | None = key(SHARE, "of good events", "RX", default="from the requirement")
    window: Given | None = key(SECONDS, "over which it is counted", "RX", default="30 day")


@record
class Alert(Record):
    """Wakes somebody."""

    of: Word | None = key(Ref(("objective",)), "objective whose budget burns", "RSX")
    burn: Given | None = key(COUNT, "times faster than it may", "RSX")
    over: Given | None = key(SECONDS, "window", "RSX")
    when: Statement | None = key(Test(), "or: a test", "RSX")
    for_: Given | None = key(SECONDS, "that holds this long", "RSX")
    sort: Word | None = key(Choice(("down", "degraded", "growth")), "what it tells", "RX")
    page: Word | None = key(Text(), "who is woken", "RX")
    ticket: Word | None = key(Text(), "who gets a ticket", "RX")
    runbook: Word | None = key(Text(), "what to do", "RX")


@record
class Business(Record):
    """A number that tells whether the system does its job."""

    of: MeasureName | None = key(Measure(), "measure", "R")
    answers: Word | None = key(Text(), "the question it answers", "R")


@record
class Logs(Record):
    """Logs."""

    where: Word | None = key(Text("log store"), "place", "R")
    keep: Given | None = key(SECONDS, "how long", "R")
    correlation: Word | None = key(Text("trace id"), "id that joins the lines of one call", "R")
    never: tuple[Word, ...] = key(ListOf(FieldRef()), "fields that must not be in them", "R")


@record
class Traces(Record):
    """Traces."""

    sample: Given | None = key(SHARE, "share of calls", "R")
    keep: Given | None = key(SECONDS, "how long", "R")
    of: tuple[Word, ...] = key(ListOf(Ref(("operation",))), "operations", "R")


@record
class DataQuality(Record):
    """A measure of derived data."""

    of: Word | None = key(Ref(("entity",)), "entity", "R")
    measure: Word | None = key(Text(), "what is counted", "R")
    target: Given | None = key(Amount("any", low=None), "what is aimed at", "R")


@record
class Observability(Record):
    """How one can tell that the system is working."""

    objectives: Mapping[str, Objective] = key(MapOf(Nested(Objective, "of")), "objectives", "RX")
    alerts: Mapping[str, Alert] = key(MapOf(Nested(Alert)), "alerts", "RSX")
    signals: Mapping[str, tuple[Word, ...]] = key(
        MapOf(
            ListOf(Choice(("latency", "traffic", "errors", "saturation"))),
            Ref(("component",), ("any",)),
        ),
        "golden signals by component", "R",
    )  # fmt: skip
    business: Mapping[str, Business] = key(MapOf(Nested(Business, "of")), "business metrics", "R")
    logs: Logs | None = key(Nested(Logs, "where"), "logs", "R")
    traces: Traces | None = key(Nested(Traces, "sample"), "traces", "R")
    quality: Mapping[str, DataQuality] = key(MapOf(Nested(DataQuality, "of")), "of data", "R")


@record
class Deploy(Record):
    """How a new version goes out."""

    how: Word | None = key(Choice(("rolling", "blue_green", "canary", "stop")), "way", "RS")
    at_once: Given | None = key(COUNT, "instances or share at a time", "RS")
    drain: Given | None = key(SECONDS, "time to finish calls in hand", "RS")
    rollback: Word | None = key(Text(), "way back", "R")


@record
class Drill(Record):
    """Practised now and then."""

    every: Given | None = key(SECONDS, "how often", "R")
    last: Word | None = key(Date(), "last time", "R")


@record
class Maintenance(Record):
    """Updates without downtime, and what is done on dates."""

    deploy: Mapping[str, Deploy] = key(
        MapOf(Nested(Deploy, "how"), Ref(("component",), ("any",))), "by component or any", "RS"
    )
    migrations: Word | None = key(Text(), "how data changes its form", "R")
    drills: Mapping[str, Drill] = key(MapOf(Nested(Drill, "every")), "drills", "R")
    dates: Mapping[str, Word] = key(MapOf(Date(or_text=True)), "what is due when", "R")


@record
class Shortcoming(Record):
    """What is known not to be good."""

    what: Word | None = key(Text(), "in one sentence", "R D", required=True)
    owner: Word | None = key(Text(), "who looks after it", "R")
    until: Word | None = key(Date(), "when it is mended", "R")
    trigger: Word | None = key(Text(), "on what it is mended", "R")


@record
class Parked(Record):
    """A point for later."""

    point: Word | None = key(Text(), "in one sentence", "R D", required=True)
    state: Word | None = key(Choice(("open", "deferred", "closed")), "state", "R", default="open")
    answer: Word | None = key(Text(), "how it ended", "R D")


@record
class Waiver(Record):
    """A finding that somebody accepts."""

    why: Word | None = key(Text(), "reason", "R", required=True)
    who: Word | None = key(Text(), "who accepts it", "R", required=True)
    until: Word | None = key(Date(), "until when", "R", required=True)
