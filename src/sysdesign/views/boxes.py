"""Actors and components as nodes of a picture."""

from math import ceil

from sysdesign import kinds
from sysdesign.design import Component, Trait
from sysdesign.draw import Node, Shape
from sysdesign.draw.text import wrapped
from sysdesign.records import dataclass
from sysdesign.study import Study
from sysdesign.views.shown import several, share
from sysdesign.views.wires import line_of, place_of

_BY_TRAIT = (
    (Trait.OUTSIDE, Shape.CLOUD), (Trait.ON_DEVICE, Shape.PHONE), (Trait.ASYNCHRONOUS, Shape.QUEUE),
    (Trait.CACHES, Shape.CACHE), (Trait.STORES_DATA, Shape.CYLINDER),
    (Trait.BALANCES, Shape.BALANCER), (Trait.FORWARDS, Shape.GATEWAY),
    (Trait.CONSUMES, Shape.WORKER), (Trait.STARTS_WORK, Shape.CLOCK),
    (Trait.RUNS_CODE, Shape.SERVICE),
)  # fmt: skip
SMALL, ROOM = 11.0, 176.0  # size and width of small lines in a box


def shape_of(part: Component) -> Shape:
    """The outline of a component: as its kind says, else by its traits."""
    kind = kinds.get(str(part.kind))
    said = kind.shape if kind else ""
    if said in {shape.value for shape in Shape}:
        return Shape(said)
    return next((shape for trait, shape in _BY_TRAIT if part.has_trait(trait)), Shape.BOX)


def icon_of(part: Component) -> str | None:
    """The glyph of a component, by its kind."""
    kind = kinds.get(str(part.kind))
    return kind.icon if kind else None


def kind_word(part: Component) -> str:
    """Its kind, as people say it."""
    return str(part.kind or "component").replace("_", " ")


def text_lines(text: object, most: int = 3) -> tuple[str, ...]:
    """A sentence on a few small lines; nothing where there is none."""
    return wrapped(str(text), SMALL, ROOM, most) if text else ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How many instances of each shard a component has, and how many shards."""

    instances: int = 1
    shards: int = 1


def standing(study: Study, name: str, place: str | None = None) -> Standing:
    """Instances at the load of the study, autoscaled ones as they follow it; of a place or all."""
    found = [
        (station, study.network.stations[station.station])
        for station in study.analysis.stations.values()
        if station.component == name
    ]
    mine = [one for one, told in found if place is None or told.place in (place, "")]
    if not mine:
        return Standing()
    instances = sum(ceil(one.instances - 1e-9) for one in mine)
    return Standing(max(instances, 1), max(ceil(one.shards - 1e-9) for one in mine))


def component_node(
    study: Study, name: str, frame: str | None = None, lines: tuple[str, ...] = ()
) -> Node:
    """A component with its kind, replicas and shards, as a neutral box."""
    part = study.design.components[name]
    stands = standing(study, name)
    return Node(
        name, name, kind_word(part), shape_of(part), icon_of(part), lines or _facts(study, name),
        replicas=stands.instances, shards=stands.shards, external=part.has_trait(Trait.OUTSIDE),
        frame=frame, line=place_of(study, "component", name),
    )  # fmt: skip


def _facts(study: Study, name: str) -> tuple[str, ...]:
    """What tells most of a component beside its size: hits of a cache, bytes of a store."""
    part = study.design.components[name]
    hit = study.figure(f"{name}.hit")
    if hit is not None and part.has_trait(Trait.CACHES):
        return (f"{share(hit.quantity.value.median)} hits",)
    stored = study.figure(f"{name}.stored")
    if stored is not None and stored.quantity.value.median > 0:
        return (f"{stored.shown} stored",)
    return ()


def actor_node(study: Study, name: str, lines: tuple[str, ...] = ()) -> Node:
    """An actor as a person."""
    actor = study.design.problem.actors.get(name)
    primary = "primary actor" if actor is not None and actor.primary else ""
    return Node(name, name, primary, Shape.PERSON, lines=lines, line=place_of(study, "actor", name))


def group_node(study: Study, group: str, members: tuple[str, ...], link: str = "") -> Node:
    """A whole group as one box."""
    lines = sum(standing(study, name).instances * standing(study, name).shards for name in members)
    return Node(
        group_id(group), group, several(len(members), "component"), Shape.BOX, "group",
        (several(lines, "instance"),), link=link, line=group_line(study, group),
    )  # fmt: skip


def group_id(group: str) -> str:
    """The id of a group in a picture; components have no colon in theirs."""
    return f"group:{group}"


def group_line(study: Study, group: str) -> int | None:
    """The line on which a group is named first."""
    first = next((p.part_of for p in study.design.components.values() if p.part_of == group), None)
    return line_of(study, first.span) if first is not None else None
