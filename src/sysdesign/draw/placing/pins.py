"""Nodes that a person put somewhere: kept there, as far as frames and other nodes allow."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import isfinite

from sysdesign.draw.geometry import Box, Point, around, crosses, flattened, hull
from sysdesign.draw.placing.check import faults, overlaps
from sysdesign.draw.placing.plan import Places, Plan

_MARGIN, _TITLE = 16.0, 22.0
_LEAST, _MOST = 8.0, 60.0  # between a frame that stays and what it holds, and what a new one takes
_APART = 12.0
_RINGS, _RING = 30, 24.0
_FARTHEST = 1e5
_WAYS = ((1, 0), (0, 1), (-1, 0), (0, -1), (1, 1), (-1, 1), (-1, -1), (1, -1))


def pinned(
    plan: Plan, places: Places, pins: Mapping[int, Point], frames: Mapping[int, Box] | None = None
) -> tuple[Places, list[int]]:
    """Put nodes where they are pinned, and move others out of the way.

    Parameters
    ----------
    plan, places : a layout in which all is well.
    pins : centres of nodes by number.
    frames : where frames were by number; they stay so where they still fit around what they hold.

    Returns
    -------
    The places, without curves for links that have to be led anew; and the nodes whose pin was given
    up because something would have overlapped.
    """
    given_up = [
        n for n, at in pins.items() if not all(isfinite(v) and abs(v) < _FARTHEST for v in at)
    ]
    kept: dict[int, Point] = {}
    groups = [[n for n in sorted(pins) if n not in given_up]]
    best = places
    while groups:
        group = groups.pop()
        tried = (
            _moved(plan, places, {**kept, **{n: pins[n] for n in group}}, frames or {})
            if group
            else None
        )
        if tried is not None and not faults(plan, tried):
            best = tried
            kept.update((n, pins[n]) for n in group)
        elif len(group) > 1:
            middle = len(group) // 2
            groups += [group[middle:], group[:middle]]  # the first half is tried first
        else:
            given_up += group
    return _cleared(plan, places, best), sorted(given_up)


def _moved(
    plan: Plan, places: Places, pins: Mapping[int, Point], frames: Mapping[int, Box]
) -> Places | None:
    """Places with nodes at their pins and the others where they fit; links are as before.

    None where pins lie on each other: that is a fault wherever the others go.
    """
    nodes = list(places.nodes)
    for n, at in pins.items():
        nodes[n] = around(at, nodes[n].width, nodes[n].height)
    if any(overlaps([nodes[n] for n in pins])):
        return None
    table = _Table(plan, nodes, list(pins), frames)
    near = _neighbours(plan)
    for n in range(len(nodes)):
        if n in pins:
            continue
        if not table.fits(n, nodes[n]):
            nodes[n] = _nearest(table, n, [nodes[o] for o in near[n] if o in pins])
        table.settle(n)
    changed = [n for n, box in enumerate(nodes) if box != places.nodes[n]]
    clusters = _frames(plan, places, nodes, changed, frames)
    return replace(places, nodes=tuple(nodes), clusters=clusters, curves=((),) * len(plan.arcs))


_Sides = tuple[float, float, float, float]  # left, top, right, bottom


def _sides(box: Box) -> _Sides:
    return (box.x, box.y, box.right, box.bottom)


def _hits(sides: _Sides, others: Iterable[_Sides]) -> bool:
    """Whether a box shares more than a border with one of the others.

    The innermost step of looking for a place: plain numbers here save most of the time.
    """
    left, top, right, bottom = sides
    for x, y, r, b in others:  # noqa: SIM110 - a generator costs a call for each
        if x < right and left < r and y < bottom and top < b:
            return True
    return False


class _Table:
    """Nodes that have their place already, and the frames around them so far."""

    def __init__(
        self, plan: Plan, nodes: list[Box], settled: Sequence[int], frames: Mapping[int, Box]
    ) -> None:
        self.plan, self.nodes = plan, nodes
        self.above = [plan.above(home) for home in plan.home]
        self.settled: dict[int, _Sides] = {}
        self.frames: dict[int, Box] = {}
        self.framed: dict[int, _Sides] = {}
        self._frame(frames)
        for n in settled:
            self.settle(n)

    def settle(self, n: int) -> None:
        """A node stays where it is now."""
        self.settled[n] = _sides(self.nodes[n])
        self._frame(self._grown(n, self.nodes[n]))

    def _frame(self, frames: Mapping[int, Box]) -> None:
        self.frames.update(frames)
        self.framed.update((c, _sides(box)) for c, box in frames.items())

    def _grown(self, n: int, box: Box) -> dict[int, Box]:
        """The frames of a node, as they would have to be for it, from the inside."""
        found = {}
        for c in self.above[n]:
            box = Box(box.x - _MARGIN, box.y - _MARGIN - _TITLE, box.width + 2 * _MARGIN,
                      box.height + 2 * _MARGIN + _TITLE)  # fmt: skip
            box = hull([box, self.frames[c]]) if c in self.frames else box
            found[c] = box
        return found

    def fits(self, n: int, box: Box) -> bool:
        """Whether a node may lie there: on no other, in no foreign frame, with room for its own."""
        if _hits(_sides(box.grown(_APART)), self.settled.values()):
            return False
        own = self.above[n]
        if _hits(_sides(box), (f for c, f in self.framed.items() if c not in own)):
            return False
        new = ((c, f) for c, f in self._grown(n, box).items() if self.frames.get(c) != f)
        return not any(
            _hits(_sides(f), (at for o, at in self.settled.items() if c not in self.above[o]))
            or _hits(_sides(f), (g for k, g in self.framed.items() if self._apart(c, k)))
            for c, f in new
        )

    def _apart(self, c: int, k: int) -> bool:
        return k not in self.plan.above(c) and c not in self.plan.above(k)


def _neighbours(plan: Plan) -> list[list[int]]:
    near: list[list[int]] = [[] for _ in plan.nodes]
    for arc in plan.arcs:
        near[arc.source].append(arc.target)
        near[arc.target].append(arc.source)
    return near


def _nearest(table: _Table, n: int, near: Sequence[Box]) -> Box:
    """The nearest place where a node fits, to those that it is linked to or to where it was."""
    start = table.nodes[n]
    if near:
        x = sum(box.centre[0] for box in near) / len(near)
        y = sum(box.centre[1] for box in near) / len(near)
        start = around((x, y), start.width, start.height)
    for ring in range(1, _RINGS):
        for dx, dy in _WAYS:
            box = start.moved(dx * ring * _RING, dy * ring * _RING)
            if table.fits(n, box):
                return box
    return table.nodes[n]


def _frames(
    plan: Plan, places: Places, nodes: Sequence[Box], changed: Sequence[int],
    before: Mapping[int, Box],
) -> tuple[Box, ...]:  # fmt: skip
    """Frames around what they hold; those without a changed node stay as they are."""
    touched = sorted({c for n in changed for c in plan.above(plan.home[n])})
    clusters = list(places.clusters)
    depth = {c: len(plan.above(c)) for c in touched}
    for c in sorted(touched, key=lambda c: (-depth[c], c)):
        inside = [nodes[n] for n in plan.clusters[c].nodes]
        inside += [clusters[k] for k, other in enumerate(plan.clusters) if other.parent == c]
        box = hull(inside).grown(_MARGIN)
        title = plan.clusters[c].title
        wide = max(box.width, title.width + 2 * _MARGIN)
        box = Box(box.x, box.y - _TITLE, wide, box.height + _TITLE)
        old = before.get(c)
        clusters[c] = box if old is None else _widened(old, hull(inside), box)
    return tuple(clusters)


def _widened(old: Box, inside: Box, new: Box) -> Box:
    """A frame as it was, as far as it has to grow; the new one where that is much less."""
    if not hull([new, inside]).grown(_MOST).holds(old):
        return new
    least = inside.grown(_LEAST)
    least = Box(least.x, least.y - _TITLE, least.width, least.height + _TITLE)
    return old if old.holds(least) else hull([old, new])


def _cleared(plan: Plan, before: Places, after: Places) -> Places:
    """Without the curves that no longer fit, and with those that do."""
    moved = [n for n, box in enumerate(after.nodes) if box != before.nodes[n]]
    in_the_way = [after.nodes[n] for n in moved]
    moved_set = frozenset(moved)
    curves, labels = [], []
    for arc, curve, label in zip(plan.arcs, before.curves, before.labels, strict=True):
        loose = arc.source in moved_set or arc.target in moved_set or _blocked(curve, in_the_way)
        curves.append(() if loose else curve)
        labels.append(None if loose else label)
    return replace(after, curves=tuple(curves), labels=tuple(labels))


def _blocked(curve: Sequence[Point], boxes: Sequence[Box]) -> bool:
    points = flattened(curve)
    return any(crosses(a, b, box) for box in boxes for a, b in itertools.pairwise(points))
