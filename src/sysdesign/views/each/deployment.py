"""What stands where: places, zones, the instances in them, and how far places are apart."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
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
from sysdesign.records import dataclass
from sysdesign.study import Study
from sysdesign.views.folding import groups
from sysdesign.views.geography import EVERYWHERE, Map
from sysdesign.views.grid import GAP, PAD, Block, below, beside, card, inside, rows, table
from sysdesign.views.shown import seconds
from sysdesign.views.stands import Detail, Spot, boundaries, boxes, detail_of, merged
from sysdesign.views.view import View, Wanted
from sysdesign.views.wires import line_of, place_of
from sysdesign.views.wiring import at_load, title_of

PAGE = 2100.0  # points; more regions than fit go into the next row
BETWEEN = 110.0  # between regions, for what lies on the way
LEAST = 640.0  # points across, of what has no zones
ABOVE = 74.0  # from callers to the region that answers them
MOST_WAYS = 6  # between pairs of regions; more are told in a line
_MOST_LINES = 6  # of callers


def draw(study: Study, wanted: Wanted) -> Placed:
    """Regions with their zones beside each other; callers above, what is near them all below."""
    map_ = Map(study)
    mine = groups(study).get(wanted.group, tuple(study.design.components))
    sites = [site for site in map_.sites() if site.component in mine]
    detail = detail_of(study, sites, fold=not wanted.group)
    some = merged(study, sites, detail)
    shown = Shown(boxes(study, some, wanted), boundaries(study, some))
    regions = {place: _region(map_, place, shown) for place in map_.regions}
    return _placed(study, map_, wanted, regions, shown, detail)


@dataclass(frozen=True, slots=True)
class Shown:
    """The boxes by where they stand, and the trust boundaries around them."""

    boxes: Mapping[Spot, Node]
    trust: Mapping[Spot, str]

    def at(self, place: str, zone: str | None = None) -> dict[Spot, Node]:
        """The boxes of a place, or of one zone of it."""
        return {
            spot: node for spot, node in self.boxes.items()
            if spot[0] == place and zone in (None, spot[1])
        }  # fmt: skip

    def sections(self, spots: Iterable[Spot]) -> dict[str, list[Spot]]:
        """Spots by the boundary around them, those without one last."""
        found: dict[str, list[Spot]] = {}
        for spot in spots:
            found.setdefault(self.trust.get(spot, ""), []).append(spot)
        bare = found.pop("", [])
        return {**found, "": bare} if bare else found


# -- regions ---------------------------------------------------------------------------------------


def _region(map_: Map, place: str, shown: Shown) -> Block:
    """A region: its zones side by side, below them what stands in no single zone."""
    zones = tuple(dict.fromkeys(spot[1] for spot in shown.at(place) if spot[1]))
    made = [
        inside(Frame(f"zone:{zone}", zone, "zone", f"place:{place}", FrameStyle.ZONE,
                     line=_zone_line(map_, place, zone)), column, 1)
        for zone, column in zip(zones, _columns(map_, place, zones, shown), strict=True)
    ]  # fmt: skip
    zoned = beside(made)
    rest = _apart(map_, place, shown, max(zoned.width, LEAST), 1)
    parts = [block for block in (zoned, rest) if block.height]
    return inside(_region_frame(map_, place), below(parts), 0)


def _columns(map_: Map, place: str, zones: Sequence[str], shown: Shown) -> list[Block]:
    """A column for each zone; the same boxes, and the same boundaries, lie on one line."""
    mine = [spot for spot in shown.at(place) if spot[1]]
    parts: list[list[Block | None]] = [[] for _ in zones]
    for boundary, spots in shown.sections(mine).items():
        order = dict.fromkeys(spot[2] for spot in spots)
        cards = [
            [card(node) if (node := shown.boxes.get((place, zone, box))) else None for box in order]
            for zone in zones
        ]
        for column, zone, block in zip(parts, zones, table(cards), strict=True):
            frame = _trust(map_.study, boundary, zone, f"zone:{zone}") if boundary else None
            known = bool(block.nodes)
            column.append(inside(frame, block, 2) if frame and known else block if known else None)
    return table(parts)


def _apart(map_: Map, place: str, shown: Shown, room: float, depth: int) -> Block:
    """What stands in no single zone of a place, boundary by boundary."""
    found: list[Block] = []
    for boundary, spots in shown.sections(shown.at(place, "")).items():
        cards = [card(shown.boxes[spot]) for spot in spots]
        if boundary:
            frame = _trust(map_.study, boundary, place, f"place:{place}")
            found.append(inside(frame, rows(cards, room - 2 * PAD), depth))
        else:
            found += cards
    return rows(found, room)


def _trust(study: Study, boundary: str, at: str, parent: str) -> Frame:
    first = next(iter(study.design.security.boundaries[boundary]), None)
    line = line_of(study, first.span) if first is not None else None
    return Frame(f"trust:{boundary}@{at}", boundary, "trust boundary", parent, FrameStyle.TRUST,
                 line=line)  # fmt: skip


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
    shown: Shown, detail: Detail,
) -> Placed:  # fmt: skip
    callers = {} if wanted.group else map_.callers()
    standing = rows(_stacks(study, map_, callers, regions), PAGE, BETWEEN)
    beyond = Frame(f"place:{EVERYWHERE}", "In no region", "near every caller, or outside")
    apart = _apart(map_, EVERYWHERE, shown, max(standing.width, LEAST), 1)
    whole = below([standing, inside(beyond, apart, 0)] if apart.nodes else [standing], ABOVE)
    links = [*_ways(map_, whole), *_calls(map_, callers, whole)]
    diagram = Diagram(
        title_of(study), tuple(n.node for n in whole.nodes), tuple(f.frame for f in whole.frames),
        (), _subtitle(study, wanted), notes=_notes(map_, regions, detail, links),
    )  # fmt: skip
    return Placed(
        diagram, Box(0.0, 0.0, round(whole.width, 2), round(whole.height, 2)), whole.nodes,
        whole.frames,
        tuple(links), "grid",
    )  # fmt: skip


def _stacks(
    study: Study, map_: Map, callers: Mapping[str, tuple[str, ...]], regions: Mapping[str, Block]
) -> list[Block]:
    """Regions, each below the callers that it answers."""
    above: dict[str, list[Block]] = {place: [] for place in regions}
    for place, some in callers.items():
        above.setdefault(map_.served_by(place), []).append(card(_people(study, place, some)))
    high = max((rows_.height for rows_ in map(beside, above.values())), default=0.0)
    found = []
    for place, region in regions.items():
        people = _spread(above[place], region.width, high)
        found.append(below([people, region], ABOVE) if high else region)
    return found


def _spread(people: Sequence[Block], room: float, high: float) -> Block:
    """Callers in one row over the width of their region, their lower sides on one line."""
    gap = max((room - sum(block.width for block in people)) / max(len(people), 1), GAP)
    row = beside([block.moved(0.0, high - block.height) for block in people], gap)
    moved = row.moved(gap / 2, 0.0) if row.width + gap <= room + 1 else row
    return replace(moved, width=max(room, row.width), height=high)


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
