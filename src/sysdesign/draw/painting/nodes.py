"""Paints nodes and frames."""

from sysdesign.draw.face import FRAME_GLYPH, STACK, Run, frame_title
from sysdesign.draw.geometry import Box
from sysdesign.draw.painting.icons import ICONS, glyph
from sysdesign.draw.painting.outlines import outline
from sysdesign.draw.painting.svg import Canvas, safe_address
from sysdesign.draw.painting.theme import heat_step
from sysdesign.draw.placed import PlacedFrame, PlacedNode
from sysdesign.draw.records import Frame, FrameStyle, Node

STROKE = 1.4
_DASHES = {FrameStyle.ZONE: "5 4", FrameStyle.TRUST: "9 5"}
_GLYPHS = {
    FrameStyle.REGION: "pin",
    FrameStyle.ZONE: "rack",
    FrameStyle.GROUP: "group",
    FrameStyle.SYSTEM: "box",
    FrameStyle.TRUST: "shield",
}
EXTERNAL_DASH = "5 3.5"


def paint_icon(canvas: Canvas, d: str, box: Box, class_: str) -> None:
    """A glyph in a square box."""
    scale = box.width / 24
    canvas.path(
        d, class_, transform=f"translate({box.x:.2f} {box.y:.2f}) scale({scale:.3f})",
        stroke_width=1.7, stroke_linecap="round", stroke_linejoin="round",
    )  # fmt: skip


def paint_frame(canvas: Canvas, placed: PlacedFrame) -> None:
    """A frame: its ground and border, without the title, which lies over the links."""
    frame, box = placed.frame, placed.box
    canvas.open(
        "g", data_kind="frame", data_id=frame.id, data_line=frame.line,
        data_style=frame.style.value,
    )  # fmt: skip
    canvas.tooltip(" · ".join(filter(None, (frame.title or frame.id, frame.subtitle))))
    name = "trust" if frame.style is FrameStyle.TRUST else frame.style.value
    dash = _DASHES.get(frame.style)
    more: dict[str, str | float] = {"stroke_dasharray": dash} if dash else {}
    thick = 1.8 if frame.style is FrameStyle.TRUST else 1.2
    canvas.rect(box, f"frame-{name}", 12, stroke_width=thick, **more)
    canvas.close("g")


def ground(frame: Frame) -> str:
    """The surface inside a frame; a trust boundary lets through what is below it."""
    return "" if frame.style is FrameStyle.TRUST else frame.style.value


def paint_frame_title(canvas: Canvas, placed: PlacedFrame, surface: str) -> None:
    """The title in the upper left corner, with a halo of its ground against lines below."""
    frame, box = placed.frame, placed.box
    at = (box.x + placed.title_x + 2, box.y + 9)
    trust = frame.style is FrameStyle.TRUST
    _open_link(canvas, frame.link)
    canvas.open("g", data_kind="title", data_id=frame.id, data_line=frame.line)
    icon = Box(at[0], at[1] + 2.5, FRAME_GLYPH, FRAME_GLYPH)
    paint_icon(canvas, ICONS[_GLYPHS[frame.style]], icon, "mark-trust" if trust else "icon-muted")
    for run in frame_title(frame):
        ink = "t-ink-bad" if trust and run.strong else ""
        canvas.text(run, at, ink=ink, halo=f"h-{surface}")
    canvas.close("g")
    _close_link(canvas, frame.link)


def paint_node(canvas: Canvas, placed: PlacedNode) -> None:
    """A node: the cards behind it, its outline, glyph, texts, shards, meter and badge."""
    node, face = placed.node, placed.face
    x, y = placed.box.x, placed.box.y
    _open_link(canvas, node.link)
    canvas.open(
        "g", data_kind="node", data_id=node.id, data_line=node.line, data_shape=node.shape.value,
        data_external="true" if node.external else None,
    )  # fmt: skip
    canvas.tooltip(_told(node))
    dash: dict[str, str | float] = {"stroke_dasharray": EXTERNAL_DASH} if node.external else {}
    for behind in range(face.cards - 1, -1, -1):
        card = face.card.moved(x + STACK * behind, y + STACK * behind)
        drawn = outline(node.shape, card)
        class_ = _back_class(node) if behind else front_class(node)
        canvas.path(drawn.filled, class_, stroke_width=STROKE, stroke_linejoin="round", **dash)
        if drawn.strokes and not behind:
            canvas.path(
                drawn.strokes, _stroke_class(node), stroke_width=STROKE, stroke_linejoin="round"
            )
    if face.icon.width:
        paint_icon(
            canvas, glyph(node.icon, node.shape), face.icon.moved(x, y), f"icon-{node.tone.value}"
        )
    for run in face.runs:
        canvas.text(run, (x, y))
    for cell in face.cells:
        canvas.rect(cell.moved(x, y), f"cell-{node.tone.value}", stroke_width=1)
    _paint_meter(canvas, placed)
    if face.badge is not None:
        _paint_badge(canvas, node, face.badge, x, y)
    canvas.close("g")
    _close_link(canvas, node.link)


def front_class(node: Node) -> str:
    """The class of the front card: by its utilisation if it has one, else by its tone."""
    if node.heat is not None:
        return f"heat-{heat_step(node.heat)}"
    return "card-muted" if node.external else f"card-{node.tone.value}"


def _back_class(node: Node) -> str:
    if node.heat is not None:
        return f"back-heat{heat_step(node.heat)}"
    return f"back-{'muted' if node.external else node.tone.value}"


def _stroke_class(node: Node) -> str:
    if node.heat is not None:
        return f"detail-heat{heat_step(node.heat)}"
    return f"detail-{'muted' if node.external else node.tone.value}"


def _paint_meter(canvas: Canvas, placed: PlacedNode) -> None:
    face, heat = placed.face, placed.node.heat
    if face.meter is None or heat is None:
        return
    track = face.meter.moved(placed.box.x, placed.box.y)
    canvas.rect(track, "track", 2.5)
    filled = Box(track.x, track.y, track.width * min(heat, 1.0), track.height)
    if filled.width > 0:
        canvas.rect(filled, f"meter-{heat_step(heat)}", min(2.5, filled.width / 2))


def _paint_badge(canvas: Canvas, node: Node, badge: Run, x: float, y: float) -> None:
    pill = Box(x + badge.x - 7, y + badge.y - 12.8, badge.width + 14, 18)
    canvas.rect(pill, f"badge-{node.tone.value}", 9)
    canvas.text(badge, (x, y), ink=f"badge-ink-{node.tone.value}")


def _told(node: Node) -> str:
    replicas = f"{node.replicas:,} replicas" if node.replicas > 1 else ""
    shards = f"{node.shards:,} shards" if node.shards > 1 else ""
    external = "external" if node.external else ""
    parts = (node.title or node.id, node.subtitle, external, replicas, shards, *node.lines)
    return " · ".join(filter(None, parts))


def _open_link(canvas: Canvas, address: str) -> None:
    if safe_address(address):
        canvas.open("a", href=safe_address(address))


def _close_link(canvas: Canvas, address: str) -> None:
    if safe_address(address):
        canvas.close("a")
