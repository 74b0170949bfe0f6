"""Paints a sequence diagram, in the colours and with the signs of all other pictures."""

from collections.abc import Sequence

from sysdesign.draw import Link, LinkStyle, PlacedNode, Theme
from sysdesign.draw.face import Run
from sysdesign.draw.geometry import Box
from sysdesign.draw.painting.links import paint_head, paint_line
from sysdesign.draw.painting.nodes import paint_node
from sysdesign.draw.painting.svg import Canvas, escaped, number, path
from sysdesign.draw.painting.theme import FAMILY, scope, style_sheet
from sysdesign.draw.text import clean, cut, width, wrapped
from sysdesign.views.chart import BAR, LINE, LOOP, TAG, TEXT, Arrow, Bar, Chart, Head, Rim

MARGIN, LEAST_WIDTH = 32.0, 520.0
_TITLE, _SUBTITLE = 21.0, 13.0
_HEAD = 8.5  # length of an arrow head


def painted(chart: Chart, title: str, subtitle: str, notes: Sequence[str], theme: Theme) -> str:
    """One SVG document; shapes carry `data-kind`, `data-id` and the line of the file."""
    canvas = Canvas()
    room = max(chart.width, LEAST_WIDTH)
    for head in chart.heads:
        _lifeline(canvas, head, chart.foot)
    for rim in chart.rims:
        _rim(canvas, rim)
    for bar in chart.bars:
        _bar(canvas, bar)
    for arrow in chart.arrows:
        _arrow(canvas, arrow)
    for head in chart.heads:
        paint_node(canvas, PlacedNode(head.node, head.box, head.face))
    for rim in chart.rims:
        _tag(canvas, rim)
    top = _heading(canvas, title, subtitle, room)
    low = _notes(canvas, notes, chart.height + 18.0, room)
    view = Box(-MARGIN, top - MARGIN, room + 2 * MARGIN, low - top + 2 * MARGIN)
    return _document(canvas, title, theme, view)


def _put(
    canvas: Canvas, text: str, x: float, y: float, size: float = TEXT, *, ink: str = "",
    strong: bool = False, halo: str = "",
) -> None:  # fmt: skip
    wide = width(text, size, strong=strong)
    canvas.text(Run(text, x, y, wide, size, strong, "soft"), ink=ink or "t-soft", halo=halo)


def _lifeline(canvas: Canvas, head: Head, foot: float) -> None:
    d = path("M", head.x, head.box.bottom, "V", foot)
    canvas.path(d, "line-muted", stroke_width=1.1, stroke_dasharray="2 4")


def _bar(canvas: Canvas, bar: Bar) -> None:
    canvas.rect(
        Box(bar.x - BAR / 2, bar.top, BAR, bar.bottom - bar.top), "card-accent", 2, stroke_width=1
    )


def _rim(canvas: Canvas, rim: Rim) -> None:
    """The border of a fragment, and the lines that divide it."""
    canvas.open("g", data_kind="fragment", data_style=rim.word)
    canvas.rect(rim.box, "rule", 6, stroke_width=1.2)
    for y, _ in rim.cuts:
        d = path("M", rim.box.x, y, "H", rim.box.right)
        canvas.path(d, "rule", stroke_width=1.1, stroke_dasharray="6 4")
    canvas.close("g")


def _tag(canvas: Canvas, rim: Rim) -> None:
    """The word in the corner of a fragment, and the conditions of its parts."""
    wide = width(rim.word, TEXT, strong=True) + 18.0
    x, y = rim.box.x, rim.box.y
    d = path(
        "M", x, y, "H", x + wide, "V", y + TAG - 8, "L", x + wide - 7, y + TAG - 1, "H", x, "Z"
    )
    canvas.path(d, "card-muted", stroke_width=1.2, stroke_linejoin="round")
    _put(canvas, rim.word, x + 7, y + 13.5, ink="t-ink", strong=True)
    if rim.label:
        _put(canvas, rim.label, x + wide + 7, y + 13.5, halo="h-canvas")
    for at, label in rim.cuts:
        _put(canvas, clean(label), x + wide + 7, at + 13.5, halo="h-canvas")


def _arrow(canvas: Canvas, arrow: Arrow) -> None:
    message = arrow.message
    waits = message.waits and not message.sent
    style = LinkStyle.SYNC if waits else LinkStyle.ASYNC
    link = Link(message.source, message.target, style=style)
    canvas.open(
        "g", data_kind="message", data_id=str(message.number), data_line=message.line,
        data_source=message.source, data_target=message.target, data_style=style.value,
    )  # fmt: skip
    canvas.tooltip(f"{message.source} → {message.target}: {arrow.title} {arrow.said}".strip())
    if message.source == message.target:
        _to_itself(canvas, arrow, link)
    else:
        side = 1.0 if arrow.end > arrow.start else -1.0
        tip, back = (arrow.end, arrow.y), (arrow.end - side * _HEAD, arrow.y)
        paint_line(canvas, path("M", arrow.start, arrow.y, "H", back[0]), link)
        paint_head(canvas, tip, back, link)
        middle = (arrow.start + arrow.end) / 2
        for row, text in enumerate(_rows(arrow)):
            wide = width(text, TEXT)
            y = arrow.y - 5.0 - LINE * (len(_rows(arrow)) - 1 - row)
            ink = "t-ink" if row == 0 else "t-soft"
            _put(canvas, text, middle - wide / 2, y, ink=ink, halo="h-canvas")
    canvas.close("g")


def _rows(arrow: Arrow) -> tuple[str, ...]:
    return tuple(filter(None, (arrow.title, arrow.said)))


def _to_itself(canvas: Canvas, arrow: Arrow, link: Link) -> None:
    """A message of a party to itself: out, down and back."""
    x, y, low = arrow.start, arrow.y, arrow.y + 14.0
    paint_line(canvas, path("M", x, y, "H", x + LOOP - 6, "V", low, "H", x + _HEAD), link)
    paint_head(canvas, (x, low), (x + _HEAD, low), link)
    for row, text in enumerate(_rows(arrow)):
        ink = "t-ink" if row == 0 else "t-soft"
        _put(canvas, text, x + LOOP, y + 2 + LINE * row, ink=ink, halo="h-canvas")


def _heading(canvas: Canvas, title: str, subtitle: str, room: float) -> float:
    """Title and subtitle above the drawing; returns where they begin."""
    second = cut(clean(subtitle), _SUBTITLE, room)
    _put(canvas, second, 0.0, -24.0, _SUBTITLE)
    first = cut(clean(title), _TITLE, room, strong=True)
    _put(canvas, first, 0.0, -47.0 if second else -24.0, _TITLE, ink="t-ink", strong=True)
    return -65.0 if second else -42.0


def _notes(canvas: Canvas, notes: Sequence[str], y: float, room: float) -> float:
    for note in notes:
        for line in wrapped(note, TEXT, room, 3):
            y += 18.0
            _put(canvas, line, 0.0, y - 5.0)
    return y


def _document(canvas: Canvas, title: str, theme: Theme, view: Box) -> str:
    corner = " ".join(number(v) for v in (view.x, view.y, view.width, view.height))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{scope(theme)}" role="img" '
        f'aria-label="{escaped(title)}" viewBox="{corner}" width="{number(view.width)}" '
        f'height="{number(view.height)}" font-family="{escaped(FAMILY)}">'
    )
    ground = (
        f'<rect class="canvas" x="{number(view.x)}" y="{number(view.y)}" '
        f'width="{number(view.width)}" height="{number(view.height)}"/>'
    )
    style = f"<style>{style_sheet(canvas.used | {'canvas'}, theme)}</style>"
    return "\n".join([head, style, ground, *canvas.parts, "</svg>"]) + "\n"
