"""A whole design."""

from collections.abc import Mapping
from dataclasses import field

from sysdesign.design.calls import LinkWords, PlaceLink, Step
from sysdesign.design.component import Component
from sysdesign.design.interface import Entity, Operation, OwnEstimate, Place
from sysdesign.design.later import (
    Decision,
    Maintenance,
    Observability,
    Parked,
    Scenario,
    Security,
    Shortcoming,
    Waiver,
)
from sysdesign.design.problem import Assumption, Conventions, Problem, Requirements
from sysdesign.design.shape import (
    Choice,
    Components,
    Either,
    Links,
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
from sysdesign.design.value import Word
from sysdesign.records import dataclass
from sysdesign.source import Span

PROFILES = ("four", "seven", "ten", "nine", "criteria")


@dataclass(frozen=True, slots=True)
class Ids:
    """Where each id of the file is defined: namespace to id to place."""

    spaces: Mapping[str, Mapping[str, Span]] = field(default_factory=dict)

    def space_of(self, word: str) -> str | None:
        """The shared namespace that defines a word."""
        return next((s for s, ids in self.spaces.items() if word in ids), None)

    def known(self, *spaces: str) -> list[str]:
        """All ids of some namespaces, in the order of the file."""
        return [word for space in spaces for word in self.spaces.get(space, {})]


@record
class Design(Record):
    """One design file, read; every section is there, empty where the file is silent."""

    sysdesign: int | None = key(Whole(1, 1), "version of the format", "all", required=True)
    framework: Word | Mapping[str, tuple[Word, ...]] | None = key(
        Either(scalar=Choice(PROFILES), map=MapOf(ListOf(Text()))),
        "four, seven, ten, nine, criteria, or a map of your own: step: [sections]", "R D",
        default="four",
    )  # fmt: skip
    declined: Mapping[str, Word] = key(
        MapOf(Text("all readers are in one city"), Ref(("kind",))),
        "a usual part left out on purpose: why",
        "R D",
    )
    problem: Problem = key(Nested(Problem, "name"), "why, and for whom", "all", section=True)
    conventions: Conventions = key(
        Nested(Conventions), "how the numbers are meant", "all", section=True
    )
    assumptions: Mapping[str, Assumption] = key(
        MapOf(Nested(Assumption, "value")), "numbers taken as given, with their source", "E R"
    )
    requirements: Requirements = key(Nested(Requirements), "what is asked for", "R", section=True)
    operations: Mapping[str, Operation] = key(
        MapOf(Nested(Operation)), "the interface, and the load it brings", "all"
    )
    paths: Mapping[str, tuple[Step, ...]] = key(
        MapOf(Steps()), "parts of paths, spliced in where named", "all"
    )
    estimates: Mapping[str, OwnEstimate] = key(
        MapOf(Nested(OwnEstimate, "formula")), "further arithmetic: expr -> unit", "E R"
    )
    data: Mapping[str, Entity] = key(MapOf(Nested(Entity)), "what is kept", "ER D")
    places: Mapping[str, Place] = key(
        MapOf(Nested(Place, "zones")), "regions", "ASVCD", default="one region, one zone"
    )
    components: Mapping[str, Component] = key(Components(Component), "the boxes", "all")
    links: Mapping[str, LinkWords | PlaceLink] = key(
        Links(LinkWords, PlaceLink), "only what the paths do not say", "ASVCRD"
    )
    decisions: Mapping[str, Decision] = key(MapOf(Nested(Decision)), "with options", "R D")
    scenarios: Mapping[str, Scenario] = key(MapOf(Nested(Scenario)), "what-if runs", "SV")
    security: Security = key(Nested(Security), "boundaries, roles, threats", "R D", section=True)
    observability: Observability = key(
        Nested(Observability), "objectives, alerts", "R X", section=True
    )
    maintenance: Maintenance = key(
        Nested(Maintenance), "deploys, drills, dates", "RS", section=True
    )
    shortcomings: Mapping[str, Shortcoming] = key(
        MapOf(Nested(Shortcoming, "what")), "known, and who looks after them", "R D"
    )
    parked: Mapping[str, Parked] = key(MapOf(Nested(Parked, "point")), "for later", "R D")
    accept: Mapping[str, Waiver] = key(
        MapOf(Nested(Waiver), Text("RULE@element")), "findings that somebody accepts", "R"
    )
    ids: Ids = field(default_factory=Ids)
    name: str = ""


__all__ = ["PROFILES", "Design", "Ids"]
