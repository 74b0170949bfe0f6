"""Finds places for labels: on their line, off every node, title and other label.

A label that fits nowhere gets a number on its line; its text goes into the numbered list.
"""

import itertools
from collections.abc import Iterable, Sequence

from sysdesign.draw.geometry import Box, Point, around, crosses, flattened, hull
from sysdesign.draw.placing.plan import Size
from sysdesign.records import dataclass

NUMBER = Size(18.0, 18.0)
_GAP = 3.0
_BY = 9.0  # from a label to its line
_CELL = 60.0
_MANY = 6  # links across a label; more make no difference
_FARTHER = 0.05  # what one step from the middle costs, in links across
# Shares of the length of a line, the middle first: where two candidates are alike, the first wins.
_ALONG = (
    0.5,
    0.45,
    0.55,
    0.4,
    0.6,
    0.35,
    0.65,
    0.3,
    0.7,
    0.25,
    0.75,
    0.2,
    0.8,
    0.15,
    0.85,
    0.1,
    0.9,
)
_NUMBER_ALONG = (*_ALONG, 0.07, 0.93, 0.04, 0.96)


class Boxes:
    """Boxes that can be asked who overlaps another, without looking at all of them."""

    def __init__(self, boxes: Iterable[Box] = ()) -> None:
        self._cells: dict[tuple[int, int], list[Box]] = {}
        for box in boxes:
            self.add(box)

    def add(self, box: Box) -> None:
        """One more."""
        for cell in _cells(box):
            self._cells.setdefault(cell, []).append(box)

    def free(self, box: Box) -> bool:
        """Whether a box overlaps none of them."""
        found = self._cells.get
        return not any(other.overlaps(box) for cell in _cells(box) for other in found(cell, ()))


class Lines:
    """Segments of links that can be asked how many links pass through a box."""

    def __init__(self, along: Iterable[Sequence[Point]] = ()) -> None:
        self._cells: dict[tuple[int, int], list[tuple[int, Point, Point]]] = {}
        for link, points in enumerate(along):
            self.add(link, points)

    def add(self, link: int, points: Sequence[Point]) -> None:
        """The line of a link."""
        for a, b in itertools.pairwise(points):
            box = Box(min(a[0], b[0]), min(a[1], b[1]), abs(a[0] - b[0]), abs(a[1] - b[1]))
            for cell in _cells(box):
                self._cells.setdefault(cell, []).append((link, a, b))

    def through(self, box: Box, own: int = -1) -> int:
        """How many other links cross a box; no more than `_MANY` are told apart."""
        seen: set[int] = set()
        for cell in _cells(box):
            for link, a, b in self._cells.get(cell, ()):
                if link != own and link not in seen and crosses(a, b, box):
                    seen.add(link)
                    if len(seen) == _MANY:
                        return _MANY
        return len(seen)


def _cells(box: Box) -> list[tuple[int, int]]:
    columns = range(int(box.x // _CELL), int(box.right // _CELL) + 1)
    rows = range(int(box.y // _CELL), int(box.bottom // _CELL) + 1)
    return [(column, row) for column in columns for row in rows]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the label of a link is, or its number."""

    at: Point
    numbered: bool


def spots(
    curves: Sequence[Sequence[Point]],
    sizes: Sequence[Size | None],
    wished: Sequence[Spot | None],
    nodes: Sequence[Box],
    titles: Sequence[Box],
    loops: Sequence[bool],
) -> list[Spot | None]:
    """A spot for each label; `wished` are those that the layout kept free, or that were before.

    Where a wish holds, it is taken first, so that no other label is put there.
    """
    taken = Boxes([*(box.grown(_GAP) for box in nodes), *titles])
    solid = Boxes(box.grown(1.0) for box in nodes)
    along = [flattened(curve) for curve in curves]
    lines = Lines(along)
    found: list[Spot | None] = [None] * len(curves)
    for number, (size, wish) in enumerate(zip(sizes, wished, strict=True)):
        if size and wish:
            room = NUMBER if wish.numbered else size
            box = around(wish.at, room.width, room.height)
            if taken.free(box) and (wish.numbered or _is_by(along[number], box)):
                found[number] = wish
                taken.add(box.grown(_GAP))
    for number, size in enumerate(sizes):
        if size is None or found[number] is not None:
            continue
        places = _round_a_loop if loops[number] else _on_the_line
        at = _best(number, places(along[number], size), size, taken, lines)
        spot = Spot(at, numbered=False) if at else None
        if spot is None:
            at = _best(number, _at(along[number], _NUMBER_ALONG), NUMBER, taken, lines)
            at = at or _beside(along[number], taken, solid)
            spot = Spot(at, numbered=True)
        room = NUMBER if spot.numbered else size
        taken.add(around(spot.at, room.width, room.height).grown(_GAP))
        found[number] = spot
    return found


def _is_by(points: Sequence[Point], box: Box) -> bool:
    """Whether a line passes so close to a label that nobody asks whose it is."""
    near = box.grown(_BY)
    return any(crosses(a, b, near) for a, b in itertools.pairwise(points))


def _on_the_line(points: Sequence[Point], _: Size) -> list[Point]:
    return _at(points, _ALONG)


def _round_a_loop(points: Sequence[Point], size: Size) -> list[Point]:
    """Beside a line that leads back to where it came from, which a label would hide."""
    whole = hull([Box(x, y, 0, 0) for x, y in points])
    x, y = whole.centre
    over, beside = size.height / 2 + 2, size.width / 2 + 4
    return [
        (x, whole.y - over),
        (whole.right + beside, y),
        (x, whole.bottom + over),
        (whole.x - beside, y),
        *_at(points, _ALONG),
    ]


def _best(
    own: int, candidates: Sequence[Point], size: Size, taken: Boxes, lines: Lines
) -> Point | None:
    """The free place that the fewest other links cross; of two alike the first."""
    best: tuple[float, Point] | None = None
    for rank, at in enumerate(candidates):
        box = around(at, size.width, size.height)
        if not taken.free(box):
            continue
        cost = lines.through(box, own) + rank * _FARTHER
        if best is None or cost < best[0]:
            best = (cost, at)
        if best[0] <= (rank + 1) * _FARTHER:
            break  # what follows is farther from the middle, and cannot be crossed less
    return best[1] if best else None


def _beside(points: Sequence[Point], taken: Boxes, solid: Boxes) -> Point:
    """A place for a number near the middle of a line that has none on it."""
    x, y = _at(points, (0.5,))[0]
    for room in (taken, solid):
        for ring in range(1, 40):
            for dx, dy in ((0, -1), (1, 0), (0, 1), (-1, 0), (1, -1), (1, 1), (-1, 1), (-1, -1)):
                at = (x + 9.0 * ring * dx, y + 9.0 * ring * dy)
                if room.free(around(at, NUMBER.width, NUMBER.height)):
                    return at
    return (x, y)


def _at(points: Sequence[Point], shares: Sequence[float]) -> list[Point]:
    """Points at shares of the length of a polyline."""
    lengths = [0.0]
    for (ax, ay), (bx, by) in itertools.pairwise(points):
        lengths.append(lengths[-1] + ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5)
    found = []
    for share in shares:
        wanted = share * lengths[-1]
        i = next((k for k in range(1, len(points)) if lengths[k] >= wanted), len(points) - 1)
        step = lengths[i] - lengths[i - 1]
        part = (wanted - lengths[i - 1]) / step if step > 0 else 0.0
        (ax, ay), (bx, by) = points[i - 1], points[i]
        found.append((ax + part * (bx - ax), ay + part * (by - ay)))
    return found
