"""Finds free places for the labels of a plot, so that no two ever overlap."""

from collections.abc import Iterable, Iterator
from math import cos, pi, sin

from sysdesign.records import dataclass
from sysdesign.report.html.axes import SIZE, room_of

_UP, _DOWN = 0.82 * SIZE, 0.24 * SIZE  # of letters, above and below their line
_SIDE = 2.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text begins, in points; `y` is the line its letters stand on."""

    x: float
    y: float
    text: str
    strong: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        wide = room_of(self.text, strong=self.strong)
        return (self.x - _SIDE, self.y - _UP, self.x + wide + _SIDE, self.y + _DOWN)


class Room:
    """The area of a plot, with what stands in it."""

    def __init__(self, left: float, top: float, right: float, bottom: float) -> None:
        self._area = (left, top, right, bottom)
        self._boxes: list[tuple[float, float, float, float]] = []

    def take(self, x: float, y: float, reach: float = 1.0) -> None:
        """Keep labels away from a point."""
        self._boxes.append((x - reach, y - reach, x + reach, y + reach))

    def place(self, wanted: Iterable[Place]) -> Place | None:
        """The first of the places that is free; it is taken then."""
        left, top, right, bottom = self._area
        for one in wanted:
            a = one.box
            inside = a[0] >= left and a[1] >= top and a[2] <= right and a[3] <= bottom
            if inside and not any(
                a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for b in self._boxes
            ):
                self._boxes.append(a)
                return one
        return None


def along(y: float, left: float, right: float, text: str) -> Iterator[Place]:
    """Places for the label of a level: above it, then below, from the left to the right."""
    wide = room_of(text)
    for line in (y - 5, y + SIZE + 2):
        for share in (0.0, 1.0, 0.5, 0.25, 0.75):
            yield Place(left + 6 + share * (right - left - wide - 12), line, text)


def beside(x: float, top: float, bottom: float, text: str) -> Iterator[Place]:
    """Places for the label of an upright line: left or right of it, from the bottom to the top."""
    wide = room_of(text)
    steps = max(1, int((bottom - top) // (SIZE + 4)))
    for step in range(steps):
        y = bottom - 8 - step * (SIZE + 4)
        yield Place(x - wide - 6, y, text)
        yield Place(x + 6, y, text)


def within(left: float, right: float, top: float, bottom: float, text: str) -> Iterator[Place]:
    """Places for the label of an interval: in it where it is wide enough, from the top down."""
    wide = room_of(text)
    steps = max(1, int((bottom - top) // (SIZE + 4)))
    for step in range(steps):
        y = top + SIZE + 3 + step * (SIZE + 4)
        if right - left >= wide + 8:
            yield Place((left + right - wide) / 2, y, text)
        yield Place(right + 4, y, text)
        yield Place(left - wide - 4, y, text)


def around(x: float, y: float, text: str, *, strong: bool = False) -> Iterator[Place]:
    """Places for the name of a spot: right, left, above, below, at the corners."""
    wide, middle = room_of(text, strong=strong), y + 0.3 * SIZE
    for left, line in (
        (x + 9, middle), (x - wide - 9, middle), (x - wide / 2, y - 10),
        (x - wide / 2, y + SIZE + 7), (x + 7, y - 7), (x + 7, y + SIZE + 3),
        (x - wide - 7, y - 7), (x - wide - 7, y + SIZE + 3),
    ):  # fmt: skip
        yield Place(left, line, text, strong)


def spiral(x: float, y: float, text: str) -> Iterator[Place]:
    """Places ever farther from a spot, for what has no room beside it."""
    wide = room_of(text)
    for ring in range(1, 60):
        for turn in range(16):
            angle, reach = 2 * pi * turn / 16, 7.0 * ring + 6
            yield Place(
                x + reach * cos(angle) - wide / 2, y + reach * sin(angle) + 0.3 * SIZE, text
            )
