"""PNG from SVG, without a browser."""

import re
from math import sqrt
from pathlib import Path

from sysdesign.draw.memory import in_svg, with_memory
from sysdesign.draw.painting.theme import Theme, tokens
from sysdesign.draw.text import known, width

_FONTS = Path(__file__).resolve().parent.parent / "font"
_FILES = ("Inter-Regular.otf", "Inter-SemiBold.otf")
_LOOKED_FOR = 40
_NO_LETTER = "\U000f0000"  # for private use: no font draws it
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
    flat = fixed(svg, theme)
    size = re.search(r' width="([\d.]+)" height="([\d.]+)"', flat)
    area = float(size[1]) * float(size[2]) if size else 0.0
    zoom = min(scale, sqrt(MOST_PIXELS / area)) if area else scale
    painted = _rendered(flat, zoom, system_fonts=bool(_strange(flat)))
    return with_memory(painted, in_svg(svg))


def unreadable(svg: str) -> str:
    """Characters of a painted SVG that no font of this machine has; a PNG shows them as boxes.

    Only letters that our own font lacks are looked for, and no more than 40 of them.

    Raises
    ------
    ImportError
        resvg-py is not installed.
    """
    strange = _strange(svg)[:_LOOKED_FOR]
    if not strange:
        return ""
    nothing = _rendered(_one_letter(_NO_LETTER), 1.0, system_fonts=True)
    return "".join(
        c
        for c in strange
        if _rendered(_one_letter(c), 1.0, system_fonts=True) == nothing and not c.isspace()
    )


def _strange(text: str) -> str:
    """The letters that our own font lacks, each once, in their order."""
    odd = dict.fromkeys(c for c in text if ord(c) > 126 and not known(c))
    return "".join(c for c in odd if width(c, 1.0) > 0)


def _one_letter(letter: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" '
        f'font-family="Inter, sans-serif"><text x="5" y="30" font-size="24">{letter}</text></svg>'
    )


def _rendered(svg: str, zoom: float, *, system_fonts: bool) -> bytes:
    import resvg_py

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=zoom,
            font_files=[str(_FONTS / name) for name in _FILES],
            skip_system_fonts=not system_fonts,  # other scripts than ours need them
            font_family="Inter",
            sans_serif_family="Inter",
        )
    )


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
