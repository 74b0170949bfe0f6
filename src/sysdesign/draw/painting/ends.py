"""Where links end: on the outline that is drawn, not on the box around it.

A layout leads links to boxes. A cylinder, a cloud, a person or a stack of cards leaves parts of its
box empty; there the last piece of a link is moved on, the way it was going, until it meets the
outline. Elliptical arcs as in W3C, SVG 2, 2018, B.2.4, Conversion from endpoint to center.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import acos, ceil, cos, hypot, pi, sin, sqrt

from sysdesign.draw.face import STACK
from sysdesign.draw.geometry import Box, Point
from sysdesign.draw.painting.outlines import outline
from sysdesign.draw.placed import PlacedNode
from sysdesign.draw.records import Shape

Curve = tuple[Point, ...]
Ring = tuple[Point, ...]
_STEP = pi / 16  # of an arc
_NEAR, _OUTSIDE = 0.05, 16.0  # points


def ended(curve: Curve, source: PlacedNode | None, target: PlacedNode | None) -> Curve:
    """A curve from the outline of one node to that of another; an end at none stays."""
    curve = _end(curve[::-1], source)[::-1] if source else curve
    return _end(curve, target) if target else curve


def _end(curve: Curve, node: PlacedNode) -> Curve:
    """The curve with its last point on the outline of a node."""
    (ox, oy), tip = (node.box.x, node.box.y), curve[-1]
    back, rings = _approach(curve), _rings(node)
    x, y = tip[0] - ox, tip[1] - oy  # as the outlines are: from the corner of the box
    length = hypot(tip[0] - back[0], tip[1] - back[1])
    at = None
    if length > 0:
        way = ((tip[0] - back[0]) / length, (tip[1] - back[1]) / length)
        # From a little outside, so that an end that lies within is drawn back, too.
        start, reach = min(length, _OUTSIDE), node.box.width + node.box.height
        at = _first(
            (x - way[0] * start, y - way[1] * start), (x + way[0] * reach, y + way[1] * reach),
            rings,
        )  # fmt: skip
    if at is None or hypot(at[0] - x, at[1] - y) > 1:
        centre = (node.face.card.width / 2, node.face.card.height / 2)
        other = _first((x, y), centre, rings)
        hits = [one for one in (at, other) if one is not None]
        at = min(hits, key=lambda one: hypot(one[0] - x, one[1] - y), default=(x, y))
    dx, dy = at[0] - x, at[1] - y
    if abs(dx) < _NEAR and abs(dy) < _NEAR:
        return curve
    *rest, control, _ = curve
    return (*rest, (control[0] + dx, control[1] + dy), (tip[0] + dx, tip[1] + dy))


def _approach(curve: Curve) -> Point:
    """A point from which the curve comes to its end."""
    tip = curve[-1]
    return next(
        (p for p in reversed(curve[:-1]) if hypot(p[0] - tip[0], p[1] - tip[1]) > 0.5), curve[0]
    )


def _first(a: Point, b: Point, rings: Sequence[Ring]) -> Point | None:
    """Where the way from a to b first meets an outline: between two points on its two sides."""
    ax, ay = a
    rx, ry = b[0] - ax, b[1] - ay
    square = rx * rx + ry * ry
    best = 2.0
    for ring in rings:
        px, py = ring[0]
        side = rx * (py - ay) - ry * (px - ax)
        for x, y in ring:
            before, side = side, rx * (y - ay) - ry * (x - ax)
            if (before < 0) != (side < 0):
                u = before / (before - side)
                t = ((px + u * (x - px) - ax) * rx + (py + u * (y - py) - ay) * ry) / square
                if 0 <= t < best:
                    best = t
            px, py = x, y
    return (ax + rx * best, ay + ry * best) if best <= 1 else None


def _rings(node: PlacedNode) -> tuple[Ring, ...]:
    card = node.face.card
    return _silhouette(node.node.shape, card.width, card.height, node.face.cards)


@lru_cache(maxsize=512)
def _silhouette(shape: Shape, width: float, height: float, cards: int) -> tuple[Ring, ...]:
    """The outlines of a stack of cards as polygons, from the upper left corner of its box."""
    return tuple(
        ring
        for behind in range(cards)
        for ring in rings(outline(shape, Box(STACK * behind, STACK * behind, width, height)).filled)
    )


def rings(d: str) -> Iterator[Ring]:
    """The closed lines of an outline: of its commands M, H, V, L, A and Z, all absolute."""
    words = d.split()
    points: list[Point] = []
    i, command = 0, "M"
    while i < len(words):
        if words[i].isalpha():
            command = words[i]
            i += 1
        if command == "Z":
            yield (*points, points[0])
            points = []
            continue
        count = {"M": 2, "L": 2, "H": 1, "V": 1, "A": 7}[command]
        numbers = [float(word) for word in words[i : i + count]]
        i += count
        if command == "H":
            points.append((numbers[0], points[-1][1]))
        elif command == "V":
            points.append((points[-1][0], numbers[0]))
        elif command == "A":
            points += _arc(points[-1], numbers)
        else:
            points.append((numbers[0], numbers[1]))
    if points:
        yield (*points, points[0])


def _arc(start: Point, numbers: Sequence[float]) -> Iterator[Point]:
    """Points along an elliptical arc whose axes are not turned."""
    rx, ry, _, large, sweep, x, y = numbers
    if rx <= 0 or ry <= 0 or start == (x, y):
        yield (x, y)
        return
    hx, hy = (start[0] - x) / 2, (start[1] - y) / 2
    grow = max(1.0, sqrt((hx / rx) ** 2 + (hy / ry) ** 2))
    rx, ry = rx * grow, ry * grow
    over = (rx * hy) ** 2 + (ry * hx) ** 2
    k = sqrt(max(0.0, ((rx * ry) ** 2 - over) / over)) * (-1 if large == sweep else 1)
    cx, cy = k * rx * hy / ry, -k * ry * hx / rx
    first = _angle((hx - cx) / rx, (hy - cy) / ry)
    turn = _angle((-hx - cx) / rx, (-hy - cy) / ry) - first
    if sweep and turn < 0:
        turn += 2 * pi
    elif not sweep and turn > 0:
        turn -= 2 * pi
    mx, my = (start[0] + x) / 2 + cx, (start[1] + y) / 2 + cy
    pieces = max(1, ceil(abs(turn) / _STEP))
    for n in range(1, pieces):
        at = first + turn * n / pieces
        yield (mx + rx * cos(at), my + ry * sin(at))
    yield (x, y)


def _angle(x: float, y: float) -> float:
    length = hypot(x, y)
    return (1 if y >= 0 else -1) * acos(max(-1.0, min(1.0, x / length))) if length else 0.0
