"""From a diagram to places: engines in their order, each answer checked, labels last."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import log
from time import monotonic

from sysdesign.draw.face import (
    FRAME_TITLE_HEIGHT,
    Face,
    face,
    frame_title_width,
    label_lines,
    label_size,
)
from sysdesign.draw.geometry import Box, Point, around, hull
from sysdesign.draw.memory import Earlier, digest
from sysdesign.draw.placed import Placed, PlacedFrame, PlacedLink, PlacedNode
from sysdesign.draw.placing.again import (
    Wishes,
    as_it_was,
    frames_of,
    pins_of,
    too_many,
    wishes,
    with_old_links,
)
from sysdesign.draw.placing.check import faults
from sysdesign.draw.placing.dot import from_json, routes_from_json, to_dot, to_routes
from sysdesign.draw.placing.fold import folded
from sysdesign.draw.placing.grid import on_a_grid
from sysdesign.draw.placing.host import DOT, ROUTES, EngineError, graphviz, local_dot, warm_up
from sysdesign.draw.placing.labels import NUMBER, Spot, spots
from sysdesign.draw.placing.loose import loose, with_loose, without
from sysdesign.draw.placing.pins import pinned
from sysdesign.draw.placing.plan import Arc, Cluster, Places, Plan, Size
from sysdesign.draw.placing.route import routed, spread
from sysdesign.draw.placing.titles import title_boxes
from sysdesign.draw.records import Diagram, Direction, checked
from sysdesign.records import dataclass

TIME_LIMIT_S = 10.0
_PAGE = 1.6  # width over height of a page
_WIDE = 1400.0  # points; what is narrower, and lower than a page, is small
_NOT_QUITE = 0.4  # so much longer or higher than a page is tried downwards, as a logarithm
_LONG = log(3.2)  # and so much longer in rows, whose links go astray
_UNUSUAL, _IN_ROWS = 0.15, 0.3  # what another way has to win
Engine = Callable[[str, float, str], str]
ENGINES: tuple[tuple[str, Engine], ...] = (("graphviz", graphviz), ("dot", local_dot))


def layout(
    diagram: Diagram,
    *,
    time_limit_s: float = TIME_LIMIT_S,
    pins: Mapping[str, Point] | None = None,
    earlier: Earlier | None = None,
) -> Placed:
    """Give everything in a diagram a place.

    Parameters
    ----------
    diagram : what to place; ids, ends and frames are checked.
    time_limit_s : wall time for Graphviz; after it a simple layout of our own is made.
    pins : centres of nodes by id, in points, as of an earlier layout. Unknown ids are ignored; a
        pin that would put a node on others or a frame on another is given up, and a remark says so.
    earlier : places of an earlier picture, to be kept as far as the diagram is still the same.

    Returns
    -------
    Every node lies in its frames and in no other, nodes and frames do not overlap, every link has a
    curve, no label lies on a node. The same diagram gives the same places on each machine, as long
    as the time limit is not met.

    Raises
    ------
    DiagramError
        The diagram contradicts itself.
    """
    checked(diagram)
    faces = [face(node) for node in diagram.nodes]
    texts = [label_lines(link.label) for link in diagram.links]
    plan = _plan(diagram, faces, texts)
    made = _Made(diagram, faces, texts, _digest(diagram, plan))
    if earlier is not None and earlier.made_of == made.of and not pins:
        kept = as_it_was(plan, diagram, earlier)
        if kept is not None:
            return _finished(made, plan, kept[0], "earlier", [], kept[1])
    warm_up()  # compiling Graphviz the first time is not the layout's time
    end = monotonic() + time_limit_s
    plan, places, engine, remarks = _placed(plan, diagram.direction, end)
    places = _at_origin(places)
    if earlier is not None and not pins:
        return _again(made, plan, places, engine, remarks, earlier, end)
    if pins:
        places, more = pinned(plan, places, _numbered(diagram, pins))
        places = _rounded(_led(plan, places, engine, end), 0.0, 0.0)
        remarks += [f"the pin of {diagram.nodes[n].id} could not be kept" for n in more]
    return _finished(made, plan, places, engine, remarks)


@dataclass(frozen=True, slots=True)
class _Made:
    """A diagram with its faces and the lines of its labels; `of` is the digest of all that."""

    diagram: Diagram
    faces: list[Face]
    texts: list[tuple[str, ...]]
    of: str


def _digest(diagram: Diagram, plan: Plan) -> str:
    """Of all that a layout reads: sizes and ids, no colour, and of texts their room alone."""
    nodes = [node.id for node in diagram.nodes]
    frames = [frame.id for frame in diagram.frames]
    return digest((nodes, frames, diagram.direction.value, plan))


def _again(
    made: _Made, plan: Plan, fresh: Places, engine: str, remarks: list[str], earlier: Earlier,
    end: float,
) -> Placed:  # fmt: skip
    """The new layout with everything moved to where it was; as it is, where that cannot be."""
    pins = pins_of(made.diagram, earlier)
    if not pins:
        anew = "laid out anew: the earlier picture shows other things"
        return _finished(made, plan, fresh, engine, [*remarks, anew])
    places, lost = pinned(plan, fresh, pins, frames_of(made.diagram, earlier))
    if too_many(len(lost), len(pins)):
        anew = f"laid out anew: {len(lost)} of {len(pins)} could not stay where they were"
        return _finished(made, plan, fresh, engine, [*remarks, anew])
    places = with_old_links(plan, made.diagram, places, earlier)
    places = _rounded(_led(plan, places, engine, end), 0.0, 0.0)
    if faults(plan, places):
        anew = "laid out anew: what is new found no room in the earlier picture"
        return _finished(made, plan, fresh, engine, [*remarks, anew])
    more = [f"{made.diagram.nodes[n].id} could not stay where it was" for n in lost]
    spots_before = wishes(made.diagram, places, earlier)
    return _finished(made, plan, places, engine, [*remarks, *more], spots_before)


def _numbered(diagram: Diagram, pins: Mapping[str, Point]) -> dict[int, Point]:
    return {n: pins[node.id] for n, node in enumerate(diagram.nodes) if node.id in pins}


def _plan(diagram: Diagram, faces: list[Face], texts: list[tuple[str, ...]]) -> Plan:
    frames = {frame.id: number for number, frame in enumerate(diagram.frames)}
    home = tuple(None if node.frame is None else frames[node.frame] for node in diagram.nodes)
    inside: list[list[int]] = [[] for _ in diagram.frames]
    for number, frame in enumerate(home):
        if frame is not None:
            inside[frame].append(number)
    ids = {node.id: number for number, node in enumerate(diagram.nodes)}
    return Plan(
        tuple(Size(f.width, f.height) for f in faces),
        home,
        tuple(
            Cluster(
                Size(frame_title_width(frame), FRAME_TITLE_HEIGHT),
                None if frame.parent is None else frames[frame.parent],
                tuple(nodes),
            )
            for frame, nodes in zip(diagram.frames, inside, strict=True)
        ),
        tuple(
            Arc(ids[link.source], ids[link.target], Size(*label_size(text)) if text else None,
                link.weight, link.constraint)
            for link, text in zip(diagram.links, texts, strict=True)
        ),
    )  # fmt: skip


def _placed(plan: Plan, direction: Direction, end: float) -> tuple[Plan, Places, str, list[str]]:
    """Places by the first engine whose answer is true; what went wrong before it."""
    alone = loose(plan)
    if len(alone) == len(plan.nodes) > 0 and not plan.clusters:
        return plan, with_loose(plan, alone, Places((), (), (), ()), _PAGE), "rows", []
    if alone:
        rest, places, name, remarks = _linked(without(plan, alone), direction, end)
        whole = replace(plan, down=rest.down)
        return whole, with_loose(whole, alone, places, _PAGE), name, remarks
    return _linked(plan, direction, end)


def _linked(plan: Plan, direction: Direction, end: float) -> tuple[Plan, Places, str, list[str]]:
    remarks: list[str] = []
    for name, engine in ENGINES:
        try:
            plan, places = _by_engine(plan, direction, engine, end)
        except EngineError as error:
            remarks.append(f"{error}")
        else:
            return plan, places, name, remarks
    plan = replace(plan, down=direction is Direction.DOWN)
    places = on_a_grid(plan)
    return plan, spread(plan, places), "grid", remarks


def _by_engine(plan: Plan, direction: Direction, engine: Engine, end: float) -> tuple[Plan, Places]:
    """The two passes, and the direction that fits a page where it is free.

    Labels on links within a rank make Graphviz put nodes outside their frames; so the first pass
    has none, and the second only those between ranks. If that still fails the first pass stands.
    """
    plan = replace(plan, down=direction is Direction.DOWN)
    bare = _pass(plan, [False] * len(plan.arcs), engine, end)
    if direction is Direction.AUTO:
        plan, bare = _like_a_page(plan, bare, engine, end)
    keep = [_between_ranks(plan, bare, arc) for arc in plan.arcs]
    if any(keep):
        try:
            return plan, _pass(plan, keep, engine, end)
        except EngineError:
            pass
    return plan, bare


def _like_a_page(plan: Plan, bare: Places, engine: Engine, end: float) -> tuple[Plan, Places]:
    """The layout, or a better one if it is much longer than a page: downwards, or in rows."""
    best = (_unlike_a_page(bare), plan, bare)
    if _is_small(bare):
        return plan, bare
    for worth, lost, in_rows in ((_NOT_QUITE, _UNUSUAL, False), (_LONG, _IN_ROWS, True)):
        if best[0] <= worth:
            break
        tried = folded(plan, _PAGE) if in_rows else replace(plan, down=True)
        if tried is None:
            break
        try:
            places = _pass(tried, [False] * len(plan.arcs), engine, end)
        except EngineError:
            continue
        best = min(best, (_unlike_a_page(places) + lost, tried, places), key=lambda item: item[0])
    return best[1], best[2]


def _is_small(places: Places) -> bool:
    """Whether a layout is read at a glance, whatever its shape: then it stays as links lead."""
    boxes = [*places.nodes, *places.clusters]
    return not boxes or (hull(boxes).width <= _WIDE and hull(boxes).height <= _WIDE / _PAGE)


def _led(plan: Plan, places: Places, name: str, end: float) -> Places:
    """Links that lost their curve to a pin led around the nodes, by the engine or by ourselves."""
    if all(places.curves):
        return places
    engine, left = dict(ENGINES).get(name), end - monotonic()
    if engine is None or left <= 0:
        return spread(plan, routed(plan, places))
    try:
        answer = engine(to_routes(plan, places.nodes), left, ROUTES)
        found = routes_from_json(plan, places.nodes, answer)
    except EngineError:
        return spread(plan, routed(plan, places))
    curves = tuple(old or new for old, new in zip(places.curves, found, strict=True))
    led = replace(places, curves=curves)
    if faults(plan, led):
        led = places
    return spread(plan, routed(plan, led))


def _pass(plan: Plan, labelled: list[bool], engine: Engine, end: float) -> Places:
    left = end - monotonic()
    if left <= 0:
        raise EngineError("the time for the layout is over")
    places = from_json(plan, engine(to_dot(plan, labelled), left, DOT))
    wrong = faults(plan, places)
    if wrong:
        raise EngineError(f"the layout engine put things wrong: {wrong[0]}")
    return routed(plan, places)


def _unlike_a_page(places: Places) -> float:
    """How much longer or higher than a page a layout is, as a logarithm."""
    boxes = [*places.nodes, *places.clusters]
    if not boxes:
        return 0.0
    whole = hull(boxes)
    return abs(log(whole.width / whole.height / _PAGE))


def _between_ranks(plan: Plan, places: Places, arc: Arc) -> bool:
    if arc.label is None or arc.source == arc.target:
        return False
    axis = 1 if plan.down else 0
    ends = (places.nodes[arc.source].centre[axis], places.nodes[arc.target].centre[axis])
    return abs(ends[0] - ends[1]) > 1.0


def _at_origin(places: Places) -> Places:
    """The same, with the upper left corner of all of it at (0, 0) and two decimals."""
    corners = [point for curve in places.curves for point in curve]
    boxes = [*places.nodes, *places.clusters]
    x = min([b.x for b in boxes] + [p[0] for p in corners], default=0.0)
    y = min([b.y for b in boxes] + [p[1] for p in corners], default=0.0)
    return _rounded(places, -x, -y)


def _rounded(places: Places, dx: float, dy: float) -> Places:
    """The same, moved, with two decimals."""

    def point(at: Point) -> Point:
        return (round(at[0] + dx, 2), round(at[1] + dy, 2))

    def box(at: Box) -> Box:
        return Box(*point((at.x, at.y)), round(at.width, 2), round(at.height, 2))

    return Places(
        tuple(box(b) for b in places.nodes),
        tuple(box(b) for b in places.clusters),
        tuple(tuple(point(p) for p in curve) for curve in places.curves),
        tuple(None if at is None else point(at) for at in places.labels),
    )


def _finished(
    made: _Made, plan: Plan, places: Places, engine: str, remarks: list[str], before: Wishes = ()
) -> Placed:
    """Labels put into their places, and everything together; `before` is where labels were."""
    diagram = made.diagram
    sizes = [Size(*label_size(text)) if text else None for text in made.texts]
    titles = title_boxes(plan, places.nodes, places.clusters, places.curves)
    loops = [arc.source == arc.target for arc in plan.arcs]
    wished = [None if at is None else Spot(at, numbered=False) for at in places.labels]
    wished = [old or new for old, new in zip(before or wished, wished, strict=True)]
    if engine == "earlier":
        found = list(before)
    else:
        found = spots(places.curves, sizes, wished, places.nodes, titles, loops)
    return Placed(
        diagram,
        _extent(places, found, sizes),
        tuple(map(PlacedNode, diagram.nodes, places.nodes, made.faces)),
        tuple(
            PlacedFrame(frame, box, len(plan.above(number)) - 1, title.x - box.x)
            for number, (frame, box, title) in enumerate(
                zip(diagram.frames, places.clusters, titles, strict=True)
            )
        ),
        _links(diagram, made.texts, places, found),
        engine,
        tuple(remarks),
        made.of,
    )


def _extent(places: Places, found: list[Spot | None], sizes: list[Size | None]) -> Box:
    """The box around everything that is painted."""
    boxes = [*places.nodes, *places.clusters]
    boxes += [Box(x, y, 0, 0) for curve in places.curves for x, y in curve]
    for spot, size in zip(found, sizes, strict=True):
        if spot is not None and size is not None:
            room = NUMBER if spot.numbered else size
            boxes.append(around(spot.at, room.width, room.height))
    whole = hull(boxes or [Box(0, 0, 1, 1)])
    return Box(*(round(v, 2) for v in (whole.x, whole.y, whole.width, whole.height)))


def _links(
    diagram: Diagram, texts: list[tuple[str, ...]], places: Places, found: list[Spot | None]
) -> tuple[PlacedLink, ...]:
    links, number = [], 0
    for link, curve, text, spot in zip(diagram.links, places.curves, texts, found, strict=True):
        numbered = spot is not None and spot.numbered
        number += numbered
        at = None if spot is None else (round(spot.at[0], 2), round(spot.at[1], 2))
        links.append(PlacedLink(link, curve, at, text, number if numbered else None))
    return tuple(links)
