"""A diagram with a place for everything: what a layout makes and the painter reads."""

from sysdesign.draw.face import Face
from sysdesign.draw.geometry import Box, Point
from sysdesign.draw.records import Diagram, Frame, Link, Node
from sysdesign.records import dataclass


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """A node, its box, and how its inside is set out."""

    node: Node
    box: Box
    face: Face


@dataclass(frozen=True, slots=True)
class PlacedFrame:
    """A frame and its box; `depth` counts the frames around it, `title_x` is where its title is."""

    frame: Frame
    box: Box
    depth: int
    title_x: float = 10.0


@dataclass(frozen=True, slots=True)
class PlacedLink:
    """A link along a curve of cubic Béziers: a start, then three points a piece.

    The label is `lines` around the point `label_at`. Where it found no place, `number` stands there
    instead and the text is in the numbered list of the legend. None: the link has no label.
    """

    link: Link
    curve: tuple[Point, ...]
    label_at: Point | None = None
    lines: tuple[str, ...] = ()
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Everything in its place; `box` is around all of it.

    Without pins its upper left corner is at (0, 0), or a little beyond for a label. `engine` says
    who found the places: graphviz, dot, grid, rows, or an earlier picture. `remarks` are sentences
    on what had to be given up: pins that could not be kept, an engine that failed. `made_of` is a
    digest of all that the layout read, "" for places that a view set out itself.
    """

    diagram: Diagram
    box: Box
    nodes: tuple[PlacedNode, ...]
    frames: tuple[PlacedFrame, ...]
    links: tuple[PlacedLink, ...]
    engine: str
    remarks: tuple[str, ...] = ()
    made_of: str = ""


def centres(placed: Placed) -> dict[str, Point]:
    """Where the nodes are, by id: as `pins` of the next layout they keep a picture as it is."""
    return {item.node.id: item.box.centre for item in placed.nodes}
