"""Where links end: on the outline that is drawn, not on the box around it.

A layout leads links to boxes. A cylinder, a cloud, a person or a stack of cards leaves parts of its
box empty; there the last piece of a link is moved on, the way it was going, until it meets the
outline. Elliptical arcs as in W3C, SVG 2, 2018, B.2.4, Conversion from endpoint to center.
"""

import itertools
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
_NEAR = 0.05


def ended(curve: Curve, source: PlacedNode | None, target: PlacedNode | None) -> Curve:
    """A curve from the outline of one node to that of another; an end at none stays."""
    curve = _end(curve[::-1], source)[::-1] if source else curve
    return _end(curve, target) if target else curve


def _end(curve: Curve, node: PlacedNode) -> Curve:
    """The curve with its last point on the outline of a node."""
    tip = curve[-1]
    rings = [tuple((x + node.box.x, y + node.box.y) for x, y in ring) for ring in _rings(node)]
    back = _approach(curve)
    length = hypot(tip[0] - back[0], tip[1] - back[1])
    reach = node.box.width + node.box.height
    found = []
    if length > 0:
        # From a little outside, so that an end that lies within is drawn back, too.
        ways = ((tip[0] - back[0]) / length, (tip[1] - back[1]) / length)
        start = min(length, 16.0)
        a = (tip[0] - ways[0] * start, tip[1] - ways[1] * start)
        found.append(_first(a, (tip[0] + ways[0] * reach, tip[1] + ways[1] * reach), rings))
    x, y = node.box.x + node.face.card.width / 2, node.box.y + node.face.card.height / 2
    found.append(_first(tip, (x, y), rings))
    hits = [at for at in found if at is not None]
    if not hits:
        return curve
    at = min(hits, key=lambda p: hypot(p[0] - tip[0], p[1] - tip[1]))
    dx, dy = at[0] - tip[0], at[1] - tip[1]
    if abs(dx) < _NEAR and abs(dy) < _NEAR:
        return curve
    *rest, control, _ = curve
    return (*rest, (control[0] + dx, control[1] + dy), at)


def _approach(curve: Curve) -> Point:
    """A point from which the curve comes to its end."""
    tip = curve[-1]
    return next(
        (p for p in reversed(curve[:-1]) if hypot(p[0] - tip[0], p[1] - tip[1]) > 0.5), curve[0]
    )


def _first(a: Point, b: Point, rings: Sequence[Ring]) -> Point | None:
    """Where the way from a to b first meets an outline."""
    best = 2.0
    rx, ry = b[0] - a[0], b[1] - a[1]
    for ring in rings:
        for (px, py), (qx, qy) in itertools.pairwise(ring):
            sx, sy = qx - px, qy - py
            cross = rx * sy - ry * sx
            if abs(cross) < 1e-12:
                continue
            t = ((px - a[0]) * sy - (py - a[1]) * sx) / cross
            u = ((px - a[0]) * ry - (py - a[1]) * rx) / cross
            if 0 <= t < best and -1e-9 <= u <= 1 + 1e-9:
                best = t
    return (a[0] + rx * best, a[1] + ry * best) if best <= 1 else None


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
