"""From places to SVG and PNG."""

from sysdesign.draw.paint.paint import paint
from sysdesign.draw.paint.raster import png
from sysdesign.draw.paint.theme import Theme

__all__ = ["Theme", "paint", "png"]
