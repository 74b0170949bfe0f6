"""Step 1: the problem, its actors and questions, conventions, assumptions, requirements."""

from collections.abc import Mapping

from sysdesign.design.calls import COUNT, LASTING, SECONDS, SHARE
from sysdesign.design.names import QUALITY_CLASSES
from sysdesign.design.shape import (
    Amount,
    Choice,
    Date,
    Flag,
    ListOf,
    MapOf,
    Nested,
    Record,
    Ref,
    Test,
    Text,
    key,
    record,
)
from sysdesign.design.value import Given, Statement, Word


@record
class Actor(Record):
    """Who calls the system, and from where."""

    primary: bool | None = key(Flag(), "the customer the design works back from", "R D")
    wants: Word | None = key(Text("a fresh timeline at once"), "in one sentence", "R D")
    from_: Word | Given | None = key(
        Amount("", by_place=True, high=1.0, words=("PLACE",)),
        "a place, or shares by place (sum 100%)", "EASD", default="the first place",
    )  # fmt: skip
    bandwidth: Given | None = key(Amount("B/s"), "last mile", "AS", default="none")
    network: Given | None = key(
        Amount("s", spread=True), "last mile round trip", "AS", default="none"
    )


@record
class Stakeholder(Record):
    """Who cares about which requirement."""

    cares: tuple[Word, ...] = key(ListOf(Ref(("requirement",))), "requirements", "R")


@record
class Question(Record):
    """A question to the customer; without an answer it is open."""

    ask: Word | None = key(Text("Are photos in scope?"), "the question", "R D", required=True)
    answer: Word | None = key(Text("Photos up to 5 MB."), "the answer", "R D")
    gives: tuple[Word, ...] = key(ListOf(Ref(("assumption",))), "assumptions it settles", "R")


@record
class Growth(Record):
    """How the load grows; `others` holds 2x and 10x, each with a date or a trigger."""

    a_year: Given | None = key(Amount("", positive=True), "factor a year", "ECR", default="1x")


@record
class Problem(Record):
    """Why the system is built, and for whom."""

    name: Word | None = key(Text("Twitter-like service"), "what the system is called", "R D")
    why: Word | None = key(Text(), "why it is built, in one or two sentences", "R D")
    level: Word | None = key(
        Choice(("A", "B", "C")), "service level; shifts severity", "R", default="B"
    )
    owner: Word | None = key(Text("timelines team"), "who answers for the design", "R")
    reviewed: Word | None = key(Date(), "date of the last review", "R")
    actors: Mapping[str, Actor] = key(MapOf(Nested(Actor)), "who calls", "EASRD")
    stakeholders: Mapping[str, Stakeholder] = key(
        MapOf(Nested(Stakeholder, "cares")), "who cares", "R"
    )
    questions: tuple[Question, ...] = key(ListOf(Nested(Question, "ask")), "asked and open", "R D")
    horizon: Given | None = key(LASTING, "how far ahead it is sized", "ECR", default="5 year")
    growth: Growth | None = key(
        Nested(Growth, "a_year", others=r"\d+(\.\d+)?x"),
        "a_year: factor a year; 2x, 10x: when (a date) or on what (a trigger)", "ECR",
        default="a_year: 1x",
    )  # fmt: skip


SOME_SHARE = Amount("", high=1.0, positive=True)


@record
class Conventions(Record):
    """How the numbers are meant."""

    month: Given | None = key(LASTING, "length of a month", "all", default="30 day")
    year: Given | None = key(LASTING, "length of a year", "all", default="365 day")
    currency: Word | None = key(Text("USD"), "currency of every price", "all", default="USD")
    counts: tuple[Word, ...] = key(ListOf(Text("tweet")), "counting units of your own", "all")
    network: Word | None = key(
        Choice(("cited", "none")), "round trips between places", "AS", default="cited"
    )
    measure: Word | None = key(
        Choice(("entry", "client")),
        "percentiles from the first component, or from the actor with its network", "AS",
        default="entry",
    )  # fmt: skip
    peak: Given | None = key(
        Amount("", low=1.0), "peak over average, where not said", "EAS", default="1x"
    )
    utilisation: Given | None = key(SOME_SHARE, "planning target", "EAR", default="70%")
    full: Given | None = key(
        SOME_SHARE, "load is carried while no utilisation is above it", "AV", default="95%"
    )
    cost_at: Given | None = key(
        SECONDS, "age at which stored bytes are priced", "C", default="1 year"
    )


ANY = Amount("any", low=None)


@record
class Assumption(Record):
    """A number taken as given: a value, a range or a spread, and where it comes from."""

    value: Given | None = key(Amount("any", spread=True, low=None), "value or range `a .. b`", "E")
    source: Word | None = key(Text("product plan 2026"), "where it comes from, with the year", "R")
    why: Word | None = key(Text(), "reason", "R")
    answers: Word | None = key(Text(), "the question it settles", "R")
    use: Word | None = key(
        Ref(("rate",)), "id of a cited rate; its value unless one is given", "E R"
    )
    draws: Given | None = key(
        COUNT, "the sum of so many independent draws, not one draw times a number", "E"
    )
    times: Given | None = key(COUNT, "factor on a cited rate", "E", default="1")
    utilisation: Given | None = key(SHARE, "share of a cited rate that is planned for", "E")


@record
class Functional(Record):
    """What the system must do."""

    priority: Word | None = key(Choice(("must", "should", "could")), "how much it matters", "R")
    accept: Word | None = key(Text(), "one sentence by which it is accepted", "R")
    by: tuple[Word, ...] = key(ListOf(Ref(("operation",))), "operations that serve it", "R")
    source: Word | None = key(Text("interviewer"), "who asked for it", "R")


@record
class Quality(Record):
    """How well it must do it: a statement the program tests, or one that a person accepts."""

    class_: Word | None = key(Choice(QUALITY_CLASSES), "kind of quality", "R")
    priority: Word | None = key(Choice(("must", "should", "could")), "how much it matters", "R")
    expect: tuple[Statement, ...] = key(ListOf(Test()), "tests that all must hold", "all")
    also_in: tuple[Word, ...] = key(
        ListOf(Ref(("scenario",))), "scenarios in which it must hold, too", "SV"
    )
    source: Word | None = key(Text("product plan 2026"), "where the number comes from", "R")
    accept: Word | None = key(Text(), "what a person judges; asked, never computed", "R")
    by: tuple[Word, ...] = key(ListOf(Ref(("operation",))), "operations it is about", "R")
    not_needed: Word | None = key(Text(), "why this class has no target", "R")


@record
class Requirements(Record):
    """What is asked for, and what is not."""

    functional: Mapping[str, Functional] = key(MapOf(Nested(Functional, "accept")), "what", "R")
    quality: Mapping[str, Quality] = key(MapOf(Nested(Quality, "expect")), "how well", "all")
    out_of_scope: tuple[Word, ...] = key(ListOf(Text("search")), "what is left out", "R")
