"""The foot of a picture: the signs that occur, the numbered labels, and the notes."""

from collections.abc import Callable
from typing import NamedTuple

from sysdesign.draw.face import SMALL, Run
from sysdesign.draw.geometry import Box
from sysdesign.draw.painting.links import paint_head, paint_line, paint_number
from sysdesign.draw.painting.nodes import EXTERNAL_DASH
from sysdesign.draw.painting.outlines import outline, round_box
from sysdesign.draw.painting.svg import Canvas, path
from sysdesign.draw.painting.theme import HEAT_STEPS
from sysdesign.draw.placed import Placed
from sysdesign.draw.records import FrameStyle, Link, LinkStyle, Shape, Tone
from sysdesign.draw.text import clean, cut, width

SIGN, GAP, ROW, ENTRY = 34.0, 8.0, 26.0, 22.0
WORDS: dict[Shape, str] = {
    Shape.BOX: "component",
    Shape.SERVICE: "service",
    Shape.WORKER: "worker",
    Shape.CYLINDER: "data store",
    Shape.QUEUE: "queue",
    Shape.STREAM: "stream",
    Shape.CACHE: "cache",
    Shape.PERSON: "person",
    Shape.BROWSER: "browser client",
    Shape.PHONE: "mobile client",
    Shape.CLOUD: "outside service",
    Shape.EDGE: "content delivery",
    Shape.NAMES: "name service",
    Shape.GATEWAY: "gateway",
    Shape.BALANCER: "load balancer",
    Shape.FUNCTION: "function",
    Shape.CLOCK: "scheduler",
    Shape.SEARCH: "search index",
    Shape.BUCKET: "object store",
    Shape.NOTE: "note",
}
_TONES = {Tone.GOOD: "good", Tone.WARNING: "warning", Tone.BAD: "problem", Tone.ACCENT: "in focus"}
_FRAMES = {FrameStyle.REGION: "region", FrameStyle.ZONE: "zone", FrameStyle.TRUST: "trust boundary"}
_CALLS = {
    LinkStyle.SYNC: "call, waits for the answer",
    LinkStyle.ASYNC: "message, does not wait",
    LinkStyle.REPLICATION: "replication",
}
Painter = Callable[[Canvas, Box], None]


class Entry(NamedTuple):
    """A sign and what it means."""

    text: str
    paint: Painter
    sign: float = SIGN

    @property
    def width(self) -> float:
        """Room of the sign and its text."""
        return self.sign + GAP + width(self.text, SMALL)


def entries(placed: Placed) -> list[Entry]:
    """What occurs in a picture, in a fixed order."""
    diagram = placed.diagram
    shapes = {node.shape for node in diagram.nodes}
    tones = {n.tone for n in diagram.nodes if n.heat is None} | {k.tone for k in diagram.links}
    frames = {frame.style for frame in diagram.frames}
    calls = {link.style for link in diagram.links}
    found = [Entry(WORDS[s], _shape(s)) for s in Shape if s in shapes]
    if any(node.external for node in diagram.nodes):
        found.append(Entry("external: not ours to run", _external))
    if any(node.replicas > 1 for node in diagram.nodes):
        found.append(Entry("replicas", _stack))
    if any(node.shards > 1 for node in diagram.nodes):
        found.append(Entry("shards", _cells))
    found += [Entry(_CALLS[style], _call(style)) for style in LinkStyle if style in calls]
    found += [Entry(word, _frame(style)) for style, word in _FRAMES.items() if style in frames]
    found += [Entry(word, _tone(tone)) for tone, word in _TONES.items() if tone in tones]
    if any(node.heat is not None for node in diagram.nodes):
        steps = ", ".join(f"{step:.0%}" for step in HEAT_STEPS)
        found.append(Entry(f"busy: less, from {steps}", _heat, 18.0 * (len(HEAT_STEPS) + 1)))
    return found


def paint_foot(canvas: Canvas, placed: Placed, x: float, y: float, room: float) -> float:
    """Paint legend, numbered labels and notes below each other; returns where they end."""
    if placed.diagram.legend and (listed := entries(placed)):
        y = _rows(canvas, listed, x, y, room)
    y = _numbered(canvas, placed, x, y, room)
    y += 6 if placed.diagram.notes else 0
    for note in placed.diagram.notes:
        y += 18
        text = cut(clean(note), SMALL, room)
        canvas.text(Run(text, x, y - 5, width(text, SMALL), SMALL, False, "soft"))
    return y


def _rows(canvas: Canvas, listed: list[Entry], x: float, y: float, room: float) -> float:
    """Entries one after the other, in as many rows as they need."""
    canvas.open("g", data_kind="legend")
    left = 0.0
    for entry in listed:
        if left and left + entry.width > room:
            left, y = 0.0, y + ROW
        entry.paint(canvas, Box(x + left, y + 3, entry.sign, ROW - 6))
        run = Run(entry.text, x + left + entry.sign + GAP, y + ROW / 2 + 4,
                  width(entry.text, SMALL), SMALL, False, "soft")  # fmt: skip
        canvas.text(run)
        left += entry.width + ENTRY
    canvas.close("g")
    return y + ROW


def _numbered(canvas: Canvas, placed: Placed, x: float, y: float, room: float) -> float:
    """Labels that found no place in the picture: number, ends, text."""
    listed = [link for link in placed.links if link.number is not None]
    if not listed:
        return y
    titles = {node.id: node.title or node.id for node in placed.diagram.nodes}
    column = 380.0
    across = max(1, min(int(room // column), len(listed)))
    rows = -(-len(listed) // across)
    y += 8
    canvas.open("g", data_kind="labels")
    for i, item in enumerate(listed):
        left, top = x + (i // rows) * column, y + (i % rows) * 21
        paint_number(canvas, item.number or 0, (left + 10, top + 10))
        link = item.link
        said = f"{titles[link.source]} → {titles[link.target]}: {link.label}"
        text = cut(clean(said), SMALL, min(column, room) - 46)
        run = Run(text, left + 28, top + 14, width(text, SMALL), SMALL, False, "ink")
        canvas.text(run)
    canvas.close("g")
    return y + rows * 21 + 4


def _shape(shape: Shape) -> Painter:
    def paint(canvas: Canvas, box: Box) -> None:
        drawn = outline(shape, box, 0.42)
        canvas.path(drawn.filled, "card-neutral", stroke_width=1.2, stroke_linejoin="round")
        if drawn.strokes:
            canvas.path(drawn.strokes, "detail-neutral", stroke_width=1.2)

    return paint


def _external(canvas: Canvas, box: Box) -> None:
    canvas.rect(box, "card-muted", 4, stroke_width=1.2, stroke_dasharray=EXTERNAL_DASH)


def _stack(canvas: Canvas, box: Box) -> None:
    small = Box(box.x, box.y, box.width - 6, box.height - 6)
    for behind in (2, 1, 0):
        class_ = "back-neutral" if behind else "card-neutral"
        canvas.rect(small.moved(3 * behind, 3 * behind), class_, 3, stroke_width=1.2)


def _cells(canvas: Canvas, box: Box) -> None:
    wide = box.width / 4
    for i in range(4):
        cell = Box(box.x + i * wide, box.y + 5, wide, 10)
        canvas.rect(cell, "cell-neutral", stroke_width=1)


def _call(style: LinkStyle) -> Painter:
    def paint(canvas: Canvas, box: Box) -> None:
        link = Link("", "", style=style)
        y = box.y + box.height / 2
        tip, base = (box.right, y), (box.right - 8, y)
        paint_line(canvas, path("M", box.x, y, "H", base[0]), link)
        paint_head(canvas, tip, base, link)

    return paint


def _frame(style: FrameStyle) -> Painter:
    def paint(canvas: Canvas, box: Box) -> None:
        dash = {FrameStyle.ZONE: "4 3", FrameStyle.TRUST: "7 4"}.get(style)
        more: dict[str, str | float] = {"stroke_dasharray": dash} if dash else {}
        name = "trust" if style is FrameStyle.TRUST else style.value
        canvas.path(round_box(box, 5), f"frame-{name}", stroke_width=1.3, **more)

    return paint


def _tone(tone: Tone) -> Painter:
    def paint(canvas: Canvas, box: Box) -> None:
        canvas.rect(box, f"card-{tone.value}", 4, stroke_width=1.4)

    return paint


def _heat(canvas: Canvas, box: Box) -> None:
    for step in range(len(HEAT_STEPS) + 1):
        swatch = Box(box.x + 18 * step, box.y + 2, 15, 16)
        canvas.rect(swatch, f"heat-{step}", 4, stroke_width=1.2)
        canvas.rect(Box(swatch.x + 3, swatch.y + 10, 9, 3), f"meter-{step}", 1.5)
