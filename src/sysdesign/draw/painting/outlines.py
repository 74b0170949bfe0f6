"""The outlines of nodes: cylinders for stores, pipes for queues, and so on.

Each is the data of two paths: the silhouette, which is filled, and strokes on it. `k` scales what
does not grow with the box: 1 in the drawing, less in the legend.
"""

from collections.abc import Callable
from typing import NamedTuple

from sysdesign.draw.geometry import Box
from sysdesign.draw.painting.svg import path
from sysdesign.draw.records import Shape


class Outline(NamedTuple):
    """Silhouette and strokes on it."""

    filled: str
    strokes: str = ""


def round_box(b: Box, r: float) -> str:
    """A rectangle with round corners."""
    r = min(r, b.width / 2, b.height / 2)
    return path("M", b.x + r, b.y, "H", b.right - r, "A", r, r, "0 0 1", b.right, b.y + r,
                "V", b.bottom - r, "A", r, r, "0 0 1", b.right - r, b.bottom,
                "H", b.x + r, "A", r, r, "0 0 1", b.x, b.bottom - r,
                "V", b.y + r, "A", r, r, "0 0 1", b.x + r, b.y, "Z")  # fmt: skip


def _card(b: Box, k: float) -> Outline:
    return Outline(round_box(b, 9 * k))


def _box(b: Box, k: float) -> Outline:
    return Outline(round_box(b, 3 * k))


def _pill(b: Box, k: float) -> Outline:
    return Outline(round_box(b, 24 * k))


def _circle(x: float, y: float, r: float) -> str:
    return path("M", x, y - r, "A", r, r, "0 1 1", x, y + r, "A", r, r, "0 1 1", x, y - r, "Z")


def _worker(b: Box, k: float) -> Outline:
    """The sign for a predefined process, ISO 5807:1985."""
    bars = [path("M", x, b.y, "V", b.bottom) for x in (b.x + 7 * k, b.right - 7 * k)]
    return Outline(round_box(b, 4 * k), " ".join(bars))


def _cylinder(b: Box, k: float) -> Outline:
    rx, ry = b.width / 2, 9 * k
    top, low = b.y + ry, b.bottom - ry
    return Outline(
        path("M", b.x, top, "A", rx, ry, "0 0 1", b.right, top, "V", low,
             "A", rx, ry, "0 0 1", b.x, low, "Z"),
        path("M", b.x, top, "A", rx, ry, "0 0 0", b.right, top),
    )  # fmt: skip


def _cache(b: Box, k: float) -> Outline:
    """A flat store: a cylinder with a second rim."""
    plain, rim = _cylinder(b, k)
    rx, ry = b.width / 2, 9 * k
    y = b.y + ry + 4 * k
    return Outline(plain, f"{rim} {path('M', b.x, y, 'A', rx, ry, '0 0 0', b.right, y)}")


def _pipe(b: Box, k: float) -> Outline:
    rx, ry = 9 * k, b.height / 2
    left, right = b.x + rx, b.right - rx
    return Outline(
        path("M", left, b.y, "H", right, "A", rx, ry, "0 0 1", right, b.bottom,
             "H", left, "A", rx, ry, "0 0 1", left, b.y, "Z"),
        path("M", right, b.y, "A", rx, ry, "0 0 0", right, b.bottom),
    )  # fmt: skip


def _stream(b: Box, k: float) -> Outline:
    """A pipe in pieces: a log."""
    plain, end = _pipe(b, k)
    rx, ry = 9 * k, b.height / 2
    for x in (b.right - 14 * k, b.right - 19 * k):
        end += " " + path("M", x, b.y, "A", rx, ry, "0 0 0", x, b.bottom)
    return Outline(plain, end)


def _person(b: Box, k: float) -> Outline:
    r, neck = 12 * k, 2.5 * k
    body = Box(b.x, b.y + 2 * r + neck, b.width, b.height - 2 * r - neck)
    return Outline(f"{round_box(body, 16 * k)} {_circle(b.x + b.width / 2, b.y + r, r)}")


def _browser(b: Box, k: float) -> Outline:
    y = b.y + 16 * k
    dots = [_circle(b.x + (12 + 9 * i) * k, b.y + 8 * k, 1.6 * k) for i in range(3)]
    return Outline(round_box(b, 7 * k), " ".join([path("M", b.x, y, "H", b.right), *dots]))


def _phone(b: Box, k: float) -> Outline:
    x, half = b.x + b.width / 2, 11 * k
    marks = [path("M", x - half, y, "H", x + half) for y in (b.y + 6.5 * k, b.bottom - 6.5 * k)]
    return Outline(round_box(b, 15 * k), " ".join(marks))


def _cloud(b: Box, k: float) -> Outline:
    side, top = 15 * k, b.y + 15 * k
    ry = (b.bottom - top) / 2
    inner = b.width - 2 * side
    first, second = b.x + side + 0.28 * inner, b.x + side + 0.7 * inner
    return Outline(
        path("M", b.x + side, b.bottom, "A", side, ry, "0 0 1", b.x + side, top,
             "A", 0.15 * inner, 10 * k, "0 0 1", first, top - 4 * k,
             "A", 0.215 * inner, 11 * k, "0 0 1", second, top - 4 * k,
             "A", 0.16 * inner, 10 * k, "0 0 1", b.right - side, top,
             "A", side, ry, "0 0 1", b.right - side, b.bottom, "Z")
    )  # fmt: skip


def _hexagon(b: Box, k: float) -> Outline:
    c, y = 14 * k, b.y + b.height / 2
    return Outline(
        path("M", b.x + c, b.y, "H", b.right - c, "L", b.right, y, b.right - c, b.bottom,
             "H", b.x + c, "L", b.x, y, "Z")
    )  # fmt: skip


def _cut_corners(b: Box, k: float) -> Outline:
    c = 11 * k
    return Outline(
        path("M", b.x + c, b.y, "H", b.right - c, "L", b.right, b.y + c, "V", b.bottom - c,
             "L", b.right - c, b.bottom, "H", b.x + c, "L", b.x, b.bottom - c, "V", b.y + c, "Z")
    )  # fmt: skip


def _bucket(b: Box, k: float) -> Outline:
    rx, ry, c = b.width / 2, 8 * k, 9 * k
    top, low = b.y + ry, b.bottom - ry / 2
    return Outline(
        path("M", b.x, top, "A", rx, ry, "0 0 1", b.right, top, "L", b.right - c, low,
             "A", rx - c, ry / 2, "0 0 1", b.x + c, low, "Z"),
        path("M", b.x, top, "A", rx, ry, "0 0 0", b.right, top),
    )  # fmt: skip


def _note(b: Box, k: float) -> Outline:
    c = 14 * k
    return Outline(
        path("M", b.x, b.y, "H", b.right - c, "L", b.right, b.y + c, "V", b.bottom, "H", b.x, "Z"),
        path("M", b.right - c, b.y, "V", b.y + c, "H", b.right),
    )


_DRAWN: dict[Shape, Callable[[Box, float], Outline]] = {
    Shape.BOX: _box,
    Shape.SERVICE: _card,
    Shape.WORKER: _worker,
    Shape.CYLINDER: _cylinder,
    Shape.QUEUE: _pipe,
    Shape.STREAM: _stream,
    Shape.CACHE: _cache,
    Shape.PERSON: _person,
    Shape.BROWSER: _browser,
    Shape.PHONE: _phone,
    Shape.CLOUD: _cloud,
    Shape.EDGE: _pill,
    Shape.NAMES: _pill,
    Shape.GATEWAY: _hexagon,
    Shape.BALANCER: _pill,
    Shape.FUNCTION: _cut_corners,
    Shape.CLOCK: _card,
    Shape.SEARCH: _cylinder,
    Shape.BUCKET: _bucket,
    Shape.NOTE: _note,
}


def outline(shape: Shape, box: Box, k: float = 1.0) -> Outline:
    """The outline of a shape that fills a box."""
    return _DRAWN[shape](box, k)
