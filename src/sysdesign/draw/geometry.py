"""Points, boxes and curves in the plane: points (1/72 inch), y downwards."""

import itertools
from collections.abc import Iterable, Sequence

from sysdesign.records import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower side."""
        return self.y + self.height

    @property
    def centre(self) -> Point:
        """Its middle."""
        return (self.x + self.width / 2, self.y + self.height / 2)

    def grown(self, by: float) -> "Box":
        """The same with a margin on each side; negative: shrunk."""
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def moved(self, dx: float, dy: float) -> "Box":
        """The same elsewhere."""
        return Box(self.x + dx, self.y + dy, self.width, self.height)

    def overlaps(self, other: "Box") -> bool:
        """Whether they share more than a border."""
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )

    def holds(self, other: "Box") -> bool:
        """Whether all of another lies in it."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def has(self, point: Point) -> bool:
        """Whether a point lies inside, not on the border."""
        return self.x < point[0] < self.right and self.y < point[1] < self.bottom


def around(centre: Point, width: float, height: float) -> Box:
    """The box of a size around a point."""
    return Box(centre[0] - width / 2, centre[1] - height / 2, width, height)


def hull(boxes: Iterable[Box]) -> Box:
    """The smallest box around others; at least one."""
    found = list(boxes)
    x, y = min(b.x for b in found), min(b.y for b in found)
    return Box(x, y, max(b.right for b in found) - x, max(b.bottom for b in found) - y)


def flattened(curve: Sequence[Point], pieces: int = 8) -> list[Point]:
    """Points along a curve of cubic Béziers, its ends included."""
    found = [curve[0]]
    steps = [(i / pieces) for i in range(1, pieces + 1)]
    weights = [((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3) for t in steps]
    for i in range(0, len(curve) - 3, 3):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = curve[i : i + 4]
        found += [
            (a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy)
            for a, b, c, d in weights
        ]
    return found


def straight(points: Sequence[Point]) -> tuple[Point, ...]:
    """A polyline as a curve of Béziers."""
    curve = [points[0]]
    for (ax, ay), (bx, by) in itertools.pairwise(points):
        dx, dy = (bx - ax) / 3, (by - ay) / 3
        curve += [(ax + dx, ay + dy), (bx - dx, by - dy), (bx, by)]
    return tuple(curve)


def crosses(a: Point, b: Point, box: Box) -> bool:
    """Whether the segment from a to b passes through the inside of a box."""
    low, high = 0.0, 1.0
    for start, end, least, most in (
        (a[0], b[0], box.x, box.right),
        (a[1], b[1], box.y, box.bottom),
    ):
        step = end - start
        if abs(step) < 1e-12:
            if not least < start < most:
                return False
            continue
        first, last = sorted(((least - start) / step, (most - start) / step))
        low, high = max(low, first), min(high, last)
        if low >= high:
            return False
    return True
