"""Pictures: large enough to be read, in a frame of their own, and full size on a click.

The frame is moved by hand where the picture is wider than the page. Both enlargements are the same
drawing, which the style sheet lays over the page while the address ends in their id; nothing runs.
On paper each picture has a sheet that fits its size.
"""

import re

from sysdesign.draw.painting.svg import number
from sysdesign.report.document import Picture
from sysdesign.report.html.table import table_html
from sysdesign.report.html.text import anchor, escaped

LEAST = 0.74
"""The scale below which the letters of a picture are too small to be read on a page."""

_COLUMN = 688.0  # points of the text on a sheet of A4
# Name, and points within the borders: A4 is 210 x 297 mm, A3 297 x 420; a point is 1/96 inch.
SHEETS: tuple[tuple[str, float, float], ...] = (
    ("a4", 688.0, 900.0), ("a4-wide", 1017.0, 580.0), ("a3", 1017.0, 1360.0),
    ("a3-wide", 1481.0, 890.0),
)  # fmt: skip
_ENOUGH = 0.62
_TALL = 1250.0  # points; beyond them the frame is as high as the window, and moved
_SMALL = 840.0  # points; up to them a picture has its full size where the contents stand beside it
_ROOT = re.compile(r'<svg\b[^>]*?\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"')


def size_of(svg: str) -> tuple[float, float]:
    """Width and height of a drawing, in points."""
    found = _ROOT.match(svg)
    return (float(found[1]), float(found[2])) if found else (_COLUMN, _COLUMN)


def sheet_for(wide: float, high: float) -> str:
    """The smallest sheet on which a picture can be read, else the one on which it is largest."""
    scales = [(name, min(1.0, w / wide, h / high)) for name, w, h in SHEETS]
    enough = [name for name, scale in scales if scale >= _ENOUGH]
    return enough[0] if enough else max(scales, key=lambda one: one[1])[0]


def picture_html(picture: Picture, id_: str) -> str:
    """One picture with its ways to enlarge it and the table that says the same."""
    wide, high = size_of(picture.svg)
    base, title = anchor(id_), escaped(picture.title)
    table = ""
    if picture.table is not None:
        body = table_html(picture.table, f"{base}-table")
        table = f"<details><summary>The same as a table</summary>\n{body}</details>\n"
    kinds = f"on-{sheet_for(wide, high)}"
    kinds += " tall" if high > _TALL else " small" if wide <= _SMALL else ""
    return (
        f'<figure class="picture {kinds}" style="--wide:{number(wide)}px">'
        f'<figcaption id="{base}-c">{title}</figcaption>\n'
        f'<div class="over" id="{base}-full"><div class="over" id="{base}-whole">\n'
        f'<p class="ways"><a class="open" href="#{base}-full">Full size</a> '
        f'<a class="open" href="#{base}-whole">Whole picture</a> '
        f'<a class="close" href="#{base}-c">Close</a></p>\n'
        f'<div class="scroll" role="region" aria-labelledby="{base}-c" tabindex="0">\n'
        f"{picture.svg}</div></div></div>\n{table}</figure>\n"
    )
