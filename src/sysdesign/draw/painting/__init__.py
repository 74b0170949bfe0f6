"""From places to SVG and PNG."""

from sysdesign.draw.painting.picture import paint
from sysdesign.draw.painting.raster import png, unreadable
from sysdesign.draw.painting.theme import Theme

__all__ = ["Theme", "paint", "png", "unreadable"]
