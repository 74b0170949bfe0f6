"""From places to one SVG file: self-contained, without scripts, in both colour schemes."""

from dataclasses import replace

from sysdesign.draw.face import Run
from sysdesign.draw.geometry import Box, Point
from sysdesign.draw.memory import element
from sysdesign.draw.painting.ends import ended
from sysdesign.draw.painting.legend import paint_foot
from sysdesign.draw.painting.links import paint_label, paint_link
from sysdesign.draw.painting.nodes import ground, paint_frame, paint_frame_title, paint_node
from sysdesign.draw.painting.svg import Canvas, escaped, number
from sysdesign.draw.painting.theme import FAMILY, Theme, scope, style_sheet
from sysdesign.draw.placed import Placed, PlacedFrame
from sysdesign.draw.text import clean, cut, width

MARGIN = 32.0
LEAST_WIDTH = 420.0
_TITLE, _SUBTITLE = 21.0, 13.0


def paint(placed: Placed, theme: Theme = Theme.AUTO, memory: str = "") -> str:
    """Paint a diagram as SVG.

    Parameters
    ----------
    placed : where everything is, in points; the same coordinates are those of the SVG.
    theme : `AUTO` holds both schemes and follows the reader's.
    memory : what `remembered` said of the places, for the picture to carry along.

    Returns
    -------
    One line-broken SVG document. Each shape is in a group with `data-kind`, `data-id` and, where
    the diagram knows it, `data-line`. No script, no address that is fetched; texts are escaped. The
    same places give the same bytes.
    """
    canvas = Canvas()
    box = placed.box
    room = max(box.width, LEAST_WIDTH)
    top = _paint_heading(canvas, placed, room)
    frames = sorted(placed.frames, key=lambda f: f.depth)
    for frame in frames:
        paint_frame(canvas, frame)
    nodes = {item.node.id: item for item in placed.nodes}
    for item in placed.links:
        curve = ended(item.curve, nodes.get(item.link.source), nodes.get(item.link.target))
        paint_link(canvas, replace(item, curve=curve))
    for frame in frames:
        paint_frame_title(canvas, frame, _inside(frame, frames))
    for node in placed.nodes:
        paint_node(canvas, node)
    for link in placed.links:
        if link.label_at is not None:
            paint_label(canvas, link, _ground_at(link.label_at, frames))
    foot = box.bottom + 30
    end = paint_foot(canvas, placed, box.x, foot, room)
    low = end if end > foot else box.bottom
    view = Box(box.x, top, room, low - top).grown(MARGIN)
    return _document(canvas, placed, theme, view, memory)


def _paint_heading(canvas: Canvas, placed: Placed, room: float) -> float:
    """Title and subtitle above the drawing; returns where they begin."""
    diagram = placed.diagram
    title = cut(clean(diagram.title), _TITLE, room, strong=True)
    subtitle = cut(clean(diagram.subtitle), _SUBTITLE, room)
    x, y = placed.box.x, placed.box.y - 24.0
    if subtitle:
        canvas.text(Run(subtitle, x, y, width(subtitle, _SUBTITLE), _SUBTITLE, False, "soft"))
        y -= 23
    if title:
        wide = width(title, _TITLE, strong=True)
        canvas.text(Run(title, x, y, wide, _TITLE, True, "ink"))
        y -= 18
    return y if title or subtitle else placed.box.y


def _inside(frame: PlacedFrame, frames: list[PlacedFrame]) -> str:
    return ground(frame.frame) or _ground_at((frame.box.x, frame.box.y), frames)


def _ground_at(point: Point, frames: list[PlacedFrame]) -> str:
    """The surface at a point: that of the innermost frame around it."""
    surface = "canvas"
    for frame in frames:
        if frame.box.has(point):
            surface = ground(frame.frame) or surface
    return surface


def _document(canvas: Canvas, placed: Placed, theme: Theme, view: Box, memory: str) -> str:
    used = canvas.used | {"canvas"}
    corner = " ".join(number(v) for v in (view.x, view.y, view.width, view.height))
    title = placed.diagram.title or "Diagram"
    made = placed.diagram
    opens = any(node.link for node in made.nodes) or any(frame.link for frame in made.frames)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{scope(theme)}" '
        f'role="{"group" if opens else "img"}" '  # what is inside an image cannot be reached
        f'aria-label="{escaped(title)}" viewBox="{corner}" width="{number(view.width)}" '
        f'height="{number(view.height)}" font-family="{escaped(FAMILY)}">'
    )
    ground_rect = (
        f'<rect class="canvas" x="{number(view.x)}" y="{number(view.y)}" '
        f'width="{number(view.width)}" height="{number(view.height)}"/>'
    )
    style = f"<style>{style_sheet(frozenset(used), theme)}</style>"
    kept = [element(memory)] if memory else []
    return "\n".join([head, style, *kept, ground_rect, *canvas.parts, "</svg>"]) + "\n"
