"""What stands where, as boxes: how much is shown, what is folded, which boundary is around it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sysdesign.draw import Node
from sysdesign.records import dataclass
from sysdesign.study import Study
from sysdesign.views.boxes import component_node, group_id, group_node
from sysdesign.views.folding import MOST_BOXES, groups
from sysdesign.views.geography import EVERYWHERE, Site
from sysdesign.views.shown import listed, several
from sysdesign.views.view import Wanted

_MOST_LINES = 6

Spot = tuple[str, str, str]
"""Place, zone, and the id of the box there."""


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is shown: groups or components as boxes, zones as frames or in words."""

    fold: bool
    zones: bool


DETAILS = (Detail(False, True), Detail(True, True), Detail(False, False), Detail(True, False))


def detail_of(study: Study, sites: Sequence[Site], *, fold: bool) -> Detail:
    """The most detail that is no more boxes than one can look at."""
    for detail in DETAILS:
        if detail.fold and not (fold and groups(study)):
            continue
        if len(merged(study, sites, detail)) <= MOST_BOXES:
            return detail
    return DETAILS[-1] if fold and groups(study) else DETAILS[2]


def merged(study: Study, sites: Sequence[Site], detail: Detail) -> dict[Spot, list[Site]]:
    """The sites of each box."""
    home = {name: group_id(g) for g, some in groups(study).items() for name in some}
    found: dict[Spot, list[Site]] = {}
    for site in sites:
        box = home.get(site.component, site.component) if detail.fold else site.component
        apart = site.zone if detail.zones else ""
        if detail.fold and site.place == EVERYWHERE:
            box = site.component  # what is near all callers stands in no region with its group
        found.setdefault((site.place, apart, box), []).append(site)
    return {_alone(spot, some): some for spot, some in found.items()}


def _alone(spot: Spot, sites: Sequence[Site]) -> Spot:
    """A group that has just one component at a spot is that component."""
    names = {site.component for site in sites}
    return (spot[0], spot[1], next(iter(names))) if len(names) == 1 else spot


def boxes(study: Study, some: Mapping[Spot, Sequence[Site]], wanted: Wanted) -> dict[Spot, Node]:
    """The box of each spot."""
    return {
        spot: _group(study, spot, here, wanted) if ":" in spot[2] else _component(study, spot, here)
        for spot, here in some.items()
    }


def _id(spot: Spot) -> str:
    """Unique in the picture: the box, and where it stands."""
    return spot[2] if spot[0] in ("", EVERYWHERE) else f"{spot[2]}@{spot[1] or spot[0]}"


def _component(study: Study, spot: Spot, sites: Sequence[Site]) -> Node:
    node = component_node(study, spot[2])
    managed = study.design.components[spot[2]].is_managed
    total = sum(site.instances * site.shards for site in sites)
    zones = [site for site in sites if site.zone]
    lines: tuple[str, ...] = ()
    if zones and not spot[1]:
        lines = (listed([f"{site.zone} {site.instances:,}" for site in zones], 3),)
    if managed and not node.external:
        lines = ("run by the provider",)
    return replace(node, id=_id(spot), lines=lines, replicas=max(total, 1), shards=1)


def _group(study: Study, spot: Spot, sites: Sequence[Site], wanted: Wanted) -> Node:
    """A group at one spot: its components with how many of each."""
    name = spot[2].partition(":")[2]
    link = wanted.address("deployment", "", name)
    found: dict[str, int] = {}
    for site in sites:
        found[site.component] = found.get(site.component, 0) + site.instances * site.shards
    told = [f"{part} ×{n:,}" if n > 1 else part for part, n in found.items()]
    if len(told) > _MOST_LINES:
        told = [*told[: _MOST_LINES - 1], f"and {len(told) - _MOST_LINES + 1} more"]
    node = group_node(study, name, tuple(found), link)
    return replace(node, id=_id(spot), subtitle=several(len(found), "component"), lines=tuple(told))


def boundaries(study: Study, some: Mapping[Spot, Sequence[Site]]) -> dict[Spot, str]:
    """The trust boundary around each spot; only of those that hold boxes whole and are apart."""
    names = {spot: frozenset(site.component for site in here) for spot, here in some.items()}
    taken: dict[str, frozenset[str]] = {}
    for boundary, parts in study.design.security.boundaries.items():
        inside = frozenset(map(str, parts))
        whole = all(one <= inside or one.isdisjoint(inside) for one in names.values())
        if whole and all(inside.isdisjoint(other) for other in taken.values()):
            taken[str(boundary)] = inside
    return {
        spot: boundary
        for spot, one in names.items()
        for boundary, inside in taken.items()
        if one <= inside
    }
