"""Leads a link around nodes, where Graphviz did not: straight if nothing is in the way, else by A*.

Source: P. Hart, N. Nilsson, B. Raphael, A Formal Basis for the Heuristic Determination of Minimum
Cost Paths, IEEE Transactions on Systems Science and Cybernetics 4, 1968.
"""

from collections.abc import Sequence
from dataclasses import replace
from heapq import heappop, heappush
from math import ceil

from sysdesign.draw.geometry import Box, Point, crosses, hull, straight
from sysdesign.draw.placing.plan import Places, Plan

_STEP = 16.0
_CLEAR = 6.0
_MOST_STEPS = 20_000  # of one search
_ALL_STEPS = 400_000  # of all; what comes after leads straight, however many nodes are in the way
_TURN = 1.5  # a turn costs as much as so many steps
_ROUND = 14.0
_APART = 14.0  # between links that join the same two nodes
_WAYS = ((1, 0), (0, 1), (-1, 0), (0, -1))


class Router:
    """Finds ways between nodes; the field of squares is made once."""

    def __init__(self, nodes: Sequence[Box]) -> None:
        self.nodes = nodes
        self.field = hull(nodes).grown(4 * _STEP)
        self.columns = ceil(self.field.width / _STEP) + 1
        self.rows = ceil(self.field.height / _STEP) + 1
        self.left = _ALL_STEPS
        self.owner: dict[tuple[int, int], int] = {}
        for number, box in enumerate(nodes):
            for cell in self._under(box.grown(_CLEAR)):
                self.owner[cell] = number

    def _under(self, box: Box) -> list[tuple[int, int]]:
        x, y = self.field.x, self.field.y
        columns = range(ceil((box.x - x) / _STEP), int((box.right - x) / _STEP) + 1)
        rows = range(ceil((box.y - y) / _STEP), int((box.bottom - y) / _STEP) + 1)
        return [(column, row) for column in columns for row in rows]

    def curve(self, source: int, target: int) -> tuple[Point, ...]:
        """A curve from the border of one node to that of another."""
        if source == target:
            return _loop(self.nodes[source])
        a, b = self.nodes[source], self.nodes[target]
        start, end = border(a, b.centre), border(b, a.centre)
        if self._clear(start, end, source, target):
            return straight((start, end))
        cells = self._search(source, target)
        if not cells:
            return straight((start, end))
        points = [self._point(cell) for cell in _corners(cells)]
        points = self._pulled([a.centre, *points, b.centre], source, target)
        points[0], points[-1] = border(a, points[1]), border(b, points[-2])
        return rounded(points)

    def _clear(self, a: Point, b: Point, source: int, target: int) -> bool:
        return not any(
            crosses(a, b, box.grown(_CLEAR / 2))
            for number, box in enumerate(self.nodes)
            if number not in (source, target)
        )

    def _point(self, cell: tuple[int, int]) -> Point:
        return (self.field.x + cell[0] * _STEP, self.field.y + cell[1] * _STEP)

    def _cell(self, point: Point) -> tuple[int, int]:
        x, y = (point[0] - self.field.x) / _STEP, (point[1] - self.field.y) / _STEP
        return (round(x), round(y))

    def _search(self, source: int, target: int) -> list[tuple[int, int]]:
        """The cheapest way over free squares, from inside one node to inside another."""
        first, goal = (self._cell(self.nodes[n].centre) for n in (source, target))
        came: dict[tuple[int, int], tuple[int, int] | None] = {first: None}
        cost = {first: 0.0}
        queue: list[tuple[float, int, tuple[int, int], int]] = [(0.0, 0, first, -1)]
        steps = 0
        most = min(_MOST_STEPS, self.left)
        while queue and steps < most:
            _, _, cell, way = heappop(queue)
            if cell == goal:
                self.left -= steps
                return _walked(came, cell)
            for turn, (dx, dy) in enumerate(_WAYS):
                near = (cell[0] + dx, cell[1] + dy)
                if not (0 <= near[0] < self.columns and 0 <= near[1] < self.rows):
                    continue
                if self.owner.get(near, source) not in (source, target):
                    continue
                spent = cost[cell] + 1 + (_TURN if way not in (-1, turn) else 0)
                if spent < cost.get(near, float("inf")):
                    steps += 1
                    cost[near], came[near] = spent, cell
                    rest = abs(near[0] - goal[0]) + abs(near[1] - goal[1])
                    heappush(queue, (spent + rest, steps, near, turn))
        self.left -= steps
        return []

    def _pulled(self, points: list[Point], source: int, target: int) -> list[Point]:
        """The way without the corners that are not needed."""
        found, i = [points[0]], 0
        while i < len(points) - 1:
            j = len(points) - 1
            while j > i + 1 and not self._clear(points[i], points[j], source, target):
                j -= 1
            found.append(points[j])
            i = j
        return found


def _walked(
    came: dict[tuple[int, int], tuple[int, int] | None], cell: tuple[int, int]
) -> list[tuple[int, int]]:
    way = [cell]
    before = came[cell]
    while before is not None:
        way.append(before)
        before = came[before]
    return way[::-1]


def _corners(cells: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The cells where a way turns."""
    return [
        cell
        for before, cell, after in zip(cells, cells[1:], cells[2:], strict=False)
        if (cell[0] - before[0], cell[1] - before[1]) != (after[0] - cell[0], after[1] - cell[1])
    ]


def border(box: Box, towards: Point) -> Point:
    """Where the line from the middle of a box to a point leaves the box."""
    x, y = box.centre
    dx, dy = towards[0] - x, towards[1] - y
    if abs(dx) < 1e-9 and abs(dy) < 1e-9:
        return (box.right, y)
    across = box.width / 2 / abs(dx) if abs(dx) > 1e-9 else float("inf")
    along = box.height / 2 / abs(dy) if abs(dy) > 1e-9 else float("inf")
    share = min(across, along)
    return (x + dx * share, y + dy * share)


def rounded(points: Sequence[Point]) -> tuple[Point, ...]:
    """A polyline with round corners."""
    curve = [points[0]]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        start, end = _towards(corner, before), _towards(corner, after)
        curve += straight((curve[-1], start))[1:]
        curve += [
            tuple(s + (c - s) * 0.55 for s, c in zip(start, corner, strict=True)),  # type: ignore[list-item]
            tuple(e + (c - e) * 0.55 for e, c in zip(end, corner, strict=True)),  # type: ignore[list-item]
            end,
        ]
    curve += straight((curve[-1], points[-1]))[1:]
    return tuple(curve)


def _towards(corner: Point, other: Point) -> Point:
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    length = (dx * dx + dy * dy) ** 0.5
    share = min(_ROUND, length / 2) / length if length > 0 else 0.0
    return (corner[0] + dx * share, corner[1] + dy * share)


def _loop(box: Box) -> tuple[Point, ...]:
    """From the right side of a node back to it."""
    x, y = box.right, box.centre[1]
    return ((x, y - 12), (x + 34, y - 22), (x + 34, y + 22), (x, y + 12))


def routed(plan: Plan, places: Places) -> Places:
    """The places with a curve for each link that the engine left without one."""
    if all(places.curves):
        return places
    router = Router(places.nodes)
    curves = tuple(
        curve or router.curve(arc.source, arc.target)
        for arc, curve in zip(plan.arcs, places.curves, strict=True)
    )
    return replace(places, curves=curves)


def spread(plan: Plan, places: Places) -> Places:
    """Curves between the same two nodes, moved apart where they lie on each other."""
    between: dict[tuple[int, int], list[int]] = {}
    for i, arc in enumerate(plan.arcs):
        pair = (min(arc.source, arc.target), max(arc.source, arc.target))
        between.setdefault(pair, []).append(i)
    curves = list(places.curves)
    for (low, high), links in between.items():
        if len(links) < 2 or low == high:
            continue
        (ax, ay), (bx, by) = places.nodes[low].centre, places.nodes[high].centre
        length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5 or 1.0
        for k, i in enumerate(links):
            by_how_much = (k - (len(links) - 1) / 2) * _APART / length
            dx, dy = -(by - ay) * by_how_much, (bx - ax) * by_how_much
            start, *inner, end = curves[i]
            curves[i] = (start, *((x + dx, y + dy) for x, y in inner), end)
    return replace(places, curves=tuple(curves))
