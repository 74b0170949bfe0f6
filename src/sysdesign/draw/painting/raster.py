"""PNG from SVG, without a browser."""

import re
from math import sqrt
from pathlib import Path

from sysdesign.draw.memory import in_svg, with_memory
from sysdesign.draw.painting.theme import Theme, tokens
from sysdesign.draw.text import known

_FONTS = Path(__file__).resolve().parent.parent / "font"
_FILES = ("Inter-Regular.otf", "Inter-SemiBold.otf")
MOST_PIXELS = 64_000_000  # 256 MB while it is painted


def png(svg: str, scale: float = 2.0, theme: Theme = Theme.LIGHT) -> bytes:
    """Render a painted SVG; the image remembers the places that the SVG does.

    Parameters
    ----------
    svg : what `paint` returned.
    scale : pixels a point, above 0; lowered where the image would pass 64 million pixels.
    theme : the scheme of an SVG that holds both.

    Raises
    ------
    ImportError
        resvg-py is not installed.
    ValueError
        The text is no SVG, or the scale no positive number.
    """
    if not scale > 0:
        raise ValueError(f"a scale of {scale} makes no image")
    import resvg_py

    flat = fixed(svg, theme)
    size = re.search(r' width="([\d.]+)" height="([\d.]+)"', flat)
    area = float(size[1]) * float(size[2]) if size else 0.0
    zoom = min(scale, sqrt(MOST_PIXELS / area)) if area else scale
    strange = any(not known(c) and ord(c) > 126 for c in flat)
    painted = bytes(
        resvg_py.svg_to_bytes(
            svg_string=flat,
            zoom=zoom,
            font_files=[str(_FONTS / name) for name in _FILES],
            skip_system_fonts=not strange,  # other scripts than ours need them
            font_family="Inter",
            sans_serif_family="Inter",
        )
    )
    return with_memory(painted, in_svg(svg))


def fixed(svg: str, theme: Theme) -> str:
    """An SVG of both schemes with the colours of one written out: resvg knows no variables."""
    which = 1 if theme is Theme.DARK else 0
    colours = {name: pair[which] for name, pair in tokens().items()}
    head, start, rest = svg.partition("<style>")
    style, end, body = rest.partition("</style>")
    style = re.sub(r"var\(--sd-([a-z0-9-]+)\)", lambda m: colours.get(m[1], "#888"), style)
    first = style.find("}.sd .")
    if style.startswith(".sd{") and first >= 0:
        style = style[first + 1 :]
    return head + start + style + end + body
