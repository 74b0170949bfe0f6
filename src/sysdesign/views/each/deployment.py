"""What stands where: places, zones, the instances in them, and how far places are apart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from sysdesign.draw import (
    Diagram,
    Frame,
    FrameStyle,
    Link,
    Node,
    Placed,
    PlacedFrame,
    PlacedLink,
    PlacedNode,
    Shape,
)
from sysdesign.draw.face import label_lines
from sysdesign.draw.geometry import Box, straight
from sysdesign.study import Study
from sysdesign.views.boxes import component_node, group_id, group_node
from sysdesign.views.folding import MOST_BOXES, groups
from sysdesign.views.geography import EVERYWHERE, Map, Site
from sysdesign.views.grid import GAP, Block, below, beside, card, inside, rows, table
from sysdesign.views.shown import listed, seconds, several
from sysdesign.views.view import View, Wanted
from sysdesign.views.wires import place_of
from sysdesign.views.wiring import at_load, title_of

PAGE = 1500.0  # points; more regions than fit go into the next row
BETWEEN = 110.0  # between regions, for what lies on the way
MOST_WAYS = 6  # between pairs of regions; more are told in a line
_MOST_LINES = 6


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is shown: groups or components as boxes, zones as frames or in words."""

    fold: bool
    zones: bool


DETAILS = (Detail(False, True), Detail(True, True), Detail(False, False), Detail(True, False))


def draw(study: Study, wanted: Wanted) -> Placed:
    """Regions with their zones beside each other; callers above, what is near them all below."""
    map_ = Map(study)
    known = groups(study)
    mine = known.get(wanted.group, tuple(study.design.components))
    sites = [site for site in map_.sites() if site.component in mine]
    detail = _detail(study, sites, fold=not wanted.group)
    boxes = _boxes(study, sites, detail, wanted)
    regions = {place: _region(map_, place, boxes) for place in map_.regions}
    return _placed(study, map_, wanted, regions, boxes, detail)


def _detail(study: Study, sites: Sequence[Site], *, fold: bool) -> Detail:
    """The most detail that is no more boxes than one can look at."""
    for detail in DETAILS:
        if detail.fold and not (fold and groups(study)):
            continue
        if len(_merged(study, sites, detail)) <= MOST_BOXES:
            return detail
    return DETAILS[-1] if fold and groups(study) else DETAILS[2]


Spot = tuple[str, str, str]
"""Place, zone, and the id of the box there."""


def _merged(study: Study, sites: Sequence[Site], detail: Detail) -> dict[Spot, list[Site]]:
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


def _boxes(study: Study, sites: Sequence[Site], detail: Detail, wanted: Wanted) -> dict[Spot, Node]:
    return {
        spot: _group(study, spot, some, wanted) if ":" in spot[2] else _component(study, spot, some)
        for spot, some in _merged(study, sites, detail).items()
    }


def _id(spot: Spot) -> str:
    """Unique in the picture: the box, and where it stands."""
    return f"{spot[2]}@{spot[1] or spot[0]}" if spot[0] or spot[1] else spot[2]


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


# -- regions ---------------------------------------------------------------------------------------


def _region(map_: Map, place: str, boxes: Mapping[Spot, Node]) -> Block:
    """A region: its zones side by side, below them what stands in no single zone."""
    here = {spot: node for spot, node in boxes.items() if spot[0] == place}
    zones = tuple(dict.fromkeys(spot[1] for spot in here if spot[1]))
    order = tuple(dict.fromkeys(spot[2] for spot in here if spot[1]))
    columns = [
        [card(here[place, zone, box]) if (place, zone, box) in here else None for box in order]
        for zone in zones
    ]
    made = [
        inside(Frame(f"zone:{zone}", zone, "zone", f"place:{place}", FrameStyle.ZONE,
                     line=_zone_line(map_, place, zone)), column, 1)
        for zone, column in zip(zones, table(columns), strict=True)
    ]  # fmt: skip
    zoned = beside(made)
    rest = [card(node) for spot, node in here.items() if not spot[1]]
    room = max(zoned.width, 640.0)
    parts = [block for block in (zoned, rows(rest, room)) if block.height]
    return inside(_region_frame(map_, place), below(parts), 0)


def _region_frame(map_: Map, place: str) -> Frame:
    told = map_.study.design.places.get(place)
    facts = []
    if told is not None and told.like:
        facts.append(f"as {told.like}")
    within = map_.round_trip_s(place, place) if told is not None and len(told.zones) > 1 else None
    if within is not None:
        facts.append(f"{seconds(within)} between zones")
    line = place_of(map_.study, "place", place)
    return Frame(f"place:{place}", place or "One place", ", ".join(facts), style=FrameStyle.REGION,
                 line=line)  # fmt: skip


def _zone_line(map_: Map, place: str, zone: str) -> int | None:
    return place_of(map_.study, "zone", zone) or place_of(map_.study, "place", place)


# -- the whole -------------------------------------------------------------------------------------


def _placed(
    study: Study, map_: Map, wanted: Wanted, regions: Mapping[str, Block],
    boxes: Mapping[Spot, Node], detail: Detail,
) -> Placed:  # fmt: skip
    callers = {} if wanted.group else map_.callers()
    people = [card(_people(study, place, some)) for place, some in callers.items()]
    apart = [card(node) for spot, node in boxes.items() if spot[0] == EVERYWHERE]
    standing = rows(list(regions.values()), PAGE, BETWEEN)
    room = max(standing.width, 640.0)
    above = _spread(people, standing.width)
    near = inside(Frame("place:", "In no region", "near every caller, or outside",
                        style=FrameStyle.GROUP), rows(apart, room), 0)  # fmt: skip
    whole = below([
        block for block, known in ((above, people), (standing, True), (near, apart)) if known
    ], 74.0)  # fmt: skip
    links = [*_ways(map_, whole), *_calls(map_, callers, whole)]
    diagram = Diagram(
        title_of(study), tuple(n.node for n in whole.nodes), tuple(f.frame for f in whole.frames),
        (), _subtitle(study, wanted), notes=_notes(map_, regions, detail, links),
    )  # fmt: skip
    return Placed(
        diagram, round(whole.width, 2), round(whole.height, 2), whole.nodes, whole.frames,
        tuple(links), "grid",
    )  # fmt: skip


def _spread(people: Sequence[Block], room: float) -> Block:
    """Callers in one row over the width of the regions."""
    taken = sum(block.width for block in people)
    gap = max((room - taken) / len(people), GAP) if people else GAP
    row = beside(people, gap)
    return row.moved(gap / 2, 0.0) if row.width + gap <= room + 1 else row


def _people(study: Study, place: str, actors: Sequence[str]) -> Node:
    lines = tuple(actors[:_MOST_LINES])
    title = f"callers in {place}" if place else "callers"
    line = place_of(study, "place", place)
    return Node(f"callers@{place}", title, "", Shape.PERSON, lines=lines, line=line)


def _subtitle(study: Study, wanted: Wanted) -> str:
    of = f"{wanted.group}: what" if wanted.group else "What"
    return f"{of} stands where, instances {at_load(study)}"


def _ways(map_: Map, whole: Block) -> Iterator[PlacedLink]:
    """Between each two regions their round trip, as an arc in the gap below or between them."""
    frames = {f.frame.id.partition(":")[2]: f for f in whole.frames if f.depth == 0}
    pairs = list(combinations([r for r in map_.regions if r in frames], 2))
    if len(pairs) > MOST_WAYS:
        return
    for number, (a, b) in enumerate(pairs):
        time = map_.round_trip_s(a, b)
        if time is None:
            continue
        yield _way(frames[a], frames[b], seconds(time), number)


def _way(a: PlacedFrame, b: PlacedFrame, text: str, number: int) -> PlacedLink:
    left, right = (a.box, b.box) if a.box.x <= b.box.x else (b.box, a.box)
    beside_ = left.right < right.x and right.y < left.bottom and left.y < right.bottom
    if beside_:
        y = max(left.y, right.y) + 60.0 + 34.0 * number
        points = [(left.right, y), (right.x, y)]
    else:
        upper, lower = (left, right) if left.y <= right.y else (right, left)
        x = max(upper.x, lower.x) + 60.0 + 60.0 * number
        points = [(x, upper.bottom), (x, lower.y)]
    return _line(a.frame.id, b.frame.id, points, text, both=True)


def _calls(map_: Map, callers: Mapping[str, tuple[str, ...]], whole: Block) -> Iterator[PlacedLink]:
    """From callers to the region that answers them, with the round trip where it is another."""
    frames = {f.frame.id.partition(":")[2]: f for f in whole.frames if f.depth == 0}
    nodes = {n.node.id: n for n in whole.nodes}
    for place in callers:
        region = map_.served_by(place)
        node = nodes[f"callers@{place}"]
        if region not in frames:
            continue
        time = map_.round_trip_s(place, region) if place != region else None
        yield _call(node, frames[region], seconds(time) if time else "")


def _call(node: PlacedNode, region: PlacedFrame, text: str) -> PlacedLink:
    x, y = node.box.centre[0], node.box.bottom
    box: Box = region.box
    end = min(max(x, box.x + 40.0), box.right - 40.0)
    return _line(node.node.id, region.frame.id, [(x, y), (end, box.y)], text)


def _line(
    source: str, target: str, points: list[tuple[float, float]], text: str, *, both: bool = False
) -> PlacedLink:
    link = Link(source, target, text, both_ways=both, id=f"{source} -> {target}")
    middle = ((points[0][0] + points[1][0]) / 2, (points[0][1] + points[1][1]) / 2)
    lines = label_lines(text)
    return PlacedLink(link, straight(points), middle if lines else None, lines)


def _notes(
    map_: Map, regions: Mapping[str, Block], detail: Detail, links: Sequence[PlacedLink]
) -> tuple[str, ...]:
    said = []
    if len(links) and any(link.lines for link in links):
        said.append("On a line between places: the round trip.")
    pairs = list(combinations(regions, 2))
    if len(pairs) > MOST_WAYS:
        told = [
            f"{a} and {b} {seconds(time)}" for a, b in pairs
            if (time := map_.round_trip_s(a, b)) is not None
        ]  # fmt: skip
        said.append(f"Round trips: {', '.join(told)}.")
    if any(map_.study.design.places[p].zones for p in regions if p in map_.study.design.places):
        said.append("Instances are spread evenly over the zones of a region.")
    if detail.fold:
        said.append("Groups are folded; each has a picture of its own: --group NAME.")
    return tuple(said)


VIEW = View(
    name="deployment",
    summary="places and zones, the instances in them, the round trips between them",
    rank=80,
    draw=draw,
    grouped=True,
)
