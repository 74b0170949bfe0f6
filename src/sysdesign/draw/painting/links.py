"""Paints links, their heads, and their labels."""

from math import hypot

from sysdesign.draw.face import LABEL_LINE, SMALL, Run, label_size
from sysdesign.draw.geometry import Box, Point, around
from sysdesign.draw.painting.svg import Canvas, curve_path, path
from sysdesign.draw.placed import PlacedLink
from sysdesign.draw.records import Link, LinkStyle
from sysdesign.draw.text import width

DASHES = {LinkStyle.ASYNC: "7 4.5", LinkStyle.REPLICATION: "0.1 4.2"}
_HEAD = 8.5  # length of an arrow head, of which the line keeps clear
_NUMBER = 8.5  # radius of the circle around a number
Curve = tuple[Point, ...]


def paint_link(canvas: Canvas, placed: PlacedLink) -> None:
    """A line with its heads: filled where the caller waits, open where it does not."""
    link = placed.link
    canvas.open(
        "g", data_kind="link", data_id=link.id, data_line=link.line, data_source=link.source,
        data_target=link.target, data_style=link.style.value,
    )  # fmt: skip
    canvas.tooltip(_told(link))
    curve, heads = _shortened(placed.curve), [(placed.curve[-1], _back(placed.curve))]
    if link.both_ways:
        turned = placed.curve[::-1]
        curve = _shortened(curve[::-1])[::-1]
        heads.append((turned[0 - 1], _back(turned)))
    paint_line(canvas, curve_path(curve), link)
    for tip, base in heads:
        paint_head(canvas, tip, base, link)
    canvas.close("g")


def paint_line(canvas: Canvas, d: str, link: Link) -> None:
    """The line alone."""
    dash = DASHES.get(link.style)
    more: dict[str, str | float] = {"stroke_dasharray": dash} if dash else {}
    thick = link.thickness + (0.7 if link.style is LinkStyle.REPLICATION else 0.0)
    canvas.path(d, f"line-{link.tone.value}", stroke_width=thick, stroke_linecap="round", **more)


def paint_head(canvas: Canvas, tip: Point, base: Point, link: Link) -> None:
    """An arrow head from a base to its tip."""
    length = hypot(tip[0] - base[0], tip[1] - base[1])
    if length <= 0:
        return
    ux, uy = (tip[0] - base[0]) / length, (tip[1] - base[1]) / length
    size = _HEAD + (link.thickness - 1.4) * 1.5
    half = size * 0.42
    x, y = tip[0] - ux * size, tip[1] - uy * size
    a, b = (x - uy * half, y + ux * half), (x + uy * half, y - ux * half)
    waits = link.style is LinkStyle.SYNC
    d = path("M", *a, "L", *tip, *b, "Z" if waits else "")
    if waits:
        canvas.path(d, f"head-{link.tone.value}", stroke_width=1, stroke_linejoin="round")
    else:
        canvas.path(
            f"{d.strip()} M {path(x, y)} L {path(*tip)}", f"line-{link.tone.value}",
            stroke_width=1.5, stroke_linecap="round", stroke_linejoin="round",
        )  # fmt: skip


def paint_label(canvas: Canvas, placed: PlacedLink, surface: str) -> None:
    """The label on a ground that hides the line, or its number in a circle."""
    if placed.label_at is None:
        return
    link = placed.link
    canvas.open("g", data_kind="label", data_id=link.id, data_line=link.line)
    if placed.number is not None:
        canvas.tooltip(" ".join(placed.lines))
        paint_number(canvas, placed.number, placed.label_at)
    else:
        box = around(placed.label_at, *label_size(placed.lines))
        canvas.rect(box.grown(-1), f"s-{surface}", 4)
        ink = "t-soft" if link.tone.value in ("neutral", "muted") else f"t-ink-{link.tone.value}"
        for row, text in enumerate(placed.lines):
            wide = width(text, SMALL)
            x, y = box.centre[0] - wide / 2, box.y + 2 + LABEL_LINE * (row + 1) - 3.5
            canvas.text(Run(text, x, y, wide, SMALL, False, "soft"), ink=ink)
    canvas.close("g")


def paint_number(canvas: Canvas, number: int, at: Point) -> None:
    """A number in a circle, as on the line and in the list."""
    text = str(number)
    wide = width(text, 10, strong=True)
    box = around(at, max(2 * _NUMBER, wide + 9), 2 * _NUMBER)
    canvas.rect(box, "badge-neutral", _NUMBER)
    run = Run(text, at[0] - wide / 2, at[1] + 3.6, wide, 10, True, "ink")
    canvas.text(run, ink="badge-ink-neutral")


def _told(link: Link) -> str:
    arrow = "↔" if link.both_ways else "→"
    label = f": {link.label}" if link.label else ""
    return f"{link.source} {arrow} {link.target}{label} ({link.style.value})"


def _shortened(curve: Curve) -> Curve:
    """The curve without what its head covers."""
    return (*curve[:-4], *_split(curve[-4:], _cut_at(curve[-4:])))


def _back(curve: Curve) -> Point:
    """The point from where the head starts."""
    return _split(curve[-4:], _cut_at(curve[-4:]))[-1]


def _cut_at(last: Curve) -> float:
    """How far along its last piece a curve is a head's length away from its end."""
    low, high = 0.0, 1.0
    end = last[-1]
    for _ in range(24):
        middle = (low + high) / 2
        x, y = _on(last, middle)
        low, high = (middle, high) if hypot(end[0] - x, end[1] - y) > _HEAD * 0.8 else (low, middle)
    return low


def _on(piece: Curve, t: float) -> Point:
    """A point on a cubic Bézier."""
    s = 1 - t
    a, b, c, d = s * s * s, 3 * t * s * s, 3 * t * t * s, t * t * t
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = piece
    return (a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy)


def _split(piece: Curve, t: float) -> Curve:
    """The first part of a cubic Bézier, by the algorithm of de Casteljau."""

    def between(a: Point, b: Point) -> Point:
        return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)

    ab, bc, cd = (between(piece[i], piece[i + 1]) for i in range(3))
    abc, bcd = between(ab, bc), between(bc, cd)
    return (piece[0], ab, abc, between(abc, bcd))


def bounds(placed: PlacedLink) -> Box | None:
    """The box of the label, if it is written on the line."""
    if placed.label_at is None or placed.number is not None:
        return None
    return around(placed.label_at, *label_size(placed.lines))
