"""Nodes that nothing is linked to: set in rows below the rest; an engine makes strips of them."""

from dataclasses import replace
from math import sqrt

from sysdesign.draw.geometry import Box, Point, flattened, hull
from sysdesign.draw.placing.labels import Boxes, Lines
from sysdesign.draw.placing.plan import Places, Plan

_GAP, _BELOW, _RAISE = 24.0, 36.0, 12.0


def loose(plan: Plan) -> tuple[int, ...]:
    """Nodes without links and without a frame."""
    linked = {end for arc in plan.arcs for end in (arc.source, arc.target)}
    return tuple(n for n, home in enumerate(plan.home) if home is None and n not in linked)


def without(plan: Plan, some: tuple[int, ...]) -> Plan:
    """The plan without nodes that are loose."""
    gone = frozenset(some)
    kept = [n for n in range(len(plan.nodes)) if n not in gone]
    number = {n: i for i, n in enumerate(kept)}
    return replace(
        plan,
        nodes=tuple(plan.nodes[n] for n in kept),
        home=tuple(plan.home[n] for n in kept),
        clusters=tuple(
            replace(c, nodes=tuple(number[n] for n in c.nodes)) for c in plan.clusters
        ),
        arcs=tuple(
            replace(arc, source=number[arc.source], target=number[arc.target])
            for arc in plan.arcs
        ),
    )  # fmt: skip


def with_loose(plan: Plan, some: tuple[int, ...], places: Places, page: float) -> Places:
    """The places of the others, and those of loose nodes in rows below them."""
    boxes = [*places.nodes, *places.clusters]
    corners = [Box(x, y, 0, 0) for curve in places.curves for x, y in curve]
    whole = hull([*boxes, *corners]) if boxes else Box(0, 0, 0, -_BELOW)
    area = sum((plan.nodes[n].width + _GAP) * (plan.nodes[n].height + _GAP) for n in some)
    room = max(whole.width, sqrt(area * page))
    x, y, high = whole.x, whole.bottom + _BELOW, 0.0
    found: dict[int, Box] = {}
    for n in some:
        size = plan.nodes[n]
        if x > whole.x and x + size.width > whole.x + room:
            x, y, high = whole.x, y + high + _GAP, 0.0
        found[n] = Box(x, y, size.width, size.height)
        x, high = x + size.width + _GAP, max(high, size.height)
    found = _raised(found, boxes, [flattened(curve) for curve in places.curves], whole)
    rest = iter(places.nodes)
    nodes = tuple(found[n] if n in found else next(rest) for n in range(len(plan.nodes)))
    return replace(places, nodes=nodes)


def _raised(
    found: dict[int, Box], boxes: list[Box], curves: list[list[Point]], whole: Box
) -> dict[int, Box]:
    """The rows moved up into what is empty above them."""
    solid = Boxes(box.grown(_BELOW) for box in boxes)
    lines = Lines(curves)
    while min(box.y for box in found.values()) - _RAISE > whole.y:
        tried = {n: box.moved(0, -_RAISE) for n, box in found.items()}
        if any(not solid.free(box) or lines.through(box.grown(_GAP)) for box in tried.values()):
            break
        found = tried
    return found
