"""Pictures: nodes, frames and links laid out and painted. Knows nothing of designs.

    placed = layout(Diagram("Shop", nodes=(...), links=(...)))
    svg = paint(placed)
    image = png(svg)

Graphviz, compiled to WebAssembly, finds the positions and nothing else; sizes come from our own
font table and the SVG from our own painter, so that a picture is the same on each machine.
"""

from sysdesign.draw.memory import MOST_BYTES, Earlier, earlier_of, recalled, remembered
from sysdesign.draw.painting import Theme, paint, png, unreadable
from sysdesign.draw.placed import Placed, PlacedFrame, PlacedLink, PlacedNode, centres
from sysdesign.draw.placing import TIME_LIMIT_S, layout
from sysdesign.draw.records import (
    Diagram,
    DiagramError,
    Direction,
    Frame,
    FrameStyle,
    Link,
    LinkStyle,
    Node,
    Shape,
    Tone,
)

__all__ = [
    "MOST_BYTES",
    "TIME_LIMIT_S",
    "Diagram",
    "DiagramError",
    "Direction",
    "Earlier",
    "Frame",
    "FrameStyle",
    "Link",
    "LinkStyle",
    "Node",
    "Placed",
    "PlacedFrame",
    "PlacedLink",
    "PlacedNode",
    "Shape",
    "Theme",
    "Tone",
    "centres",
    "earlier_of",
    "layout",
    "paint",
    "png",
    "recalled",
    "remembered",
    "unreadable",
]
