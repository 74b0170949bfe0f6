"""What plots are drawn with: lines, letters, shapes, and legends that keep to their width."""

from collections.abc import Callable, Sequence

from sysdesign.draw.painting.svg import number
from sysdesign.draw.text import clean, cut
from sysdesign.records import dataclass
from sysdesign.report.html.axes import SIZE, room_of
from sysdesign.report.html.text import escaped

_SAMPLE = 26.0
_GAP = 24.0
_ROW = 18.0


def line(class_: str, x1: float, y1: float, x2: float, y2: float) -> str:
    """A straight line."""
    return (
        f'<line class="{class_}" x1="{number(x1)}" x2="{number(x2)}" y1="{number(y1)}" '
        f'y2="{number(y2)}"/>'
    )


def rect(class_: str, x: float, y: float, wide: float, high: float) -> str:
    """A filled rectangle."""
    said = f' class="{class_}"' if class_ else ""
    return (
        f'<rect{said} x="{number(x)}" y="{number(y)}" width="{number(wide)}" '
        f'height="{number(high)}"/>'
    )


def text(x: float, y: float, words: str, anchor: str = "start", class_: str = "") -> str:
    """Letters on a line."""
    said = f' class="{class_}"' if class_ else ""
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text{said} x="{number(x)}" y="{number(y)}"{at}>{escaped(words)}</text>'


def band(place: int, points: Sequence[tuple[float, float]]) -> str:
    """What lies between two lines of the colour of a curve."""
    said = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return f'<polygon class="band b{place % 4 + 1}" points="{said}"/>'


def shape(place: int, x: float, y: float, r: float = 4.5) -> str:
    """The sign of a series, told apart by its form: disc, diamond, square, triangle."""
    class_ = f"sign s{place % 4 + 1}"
    if place % 4 == 0:
        return f'<circle class="{class_}" cx="{number(x)}" cy="{number(y)}" r="{number(r)}"/>'
    forms = {1: ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)), 2: ((-1, -1), (1, -1), (1, 1), (-1, 1)),
             3: ((0, -1.2), (1.2, 1), (-1.2, 1))}  # fmt: skip
    said = " ".join(f"{number(x + a * r)},{number(y + b * r)}" for a, b in forms[place % 4])
    return f'<polygon class="{class_}" points="{said}"/>'


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of a legend: a sample drawn at (left, middle), 26 points wide, and its meaning."""

    sample: Callable[[float, float], str]
    name: str


def legend(keys: Sequence[Key], top: float, wide: float) -> tuple[float, list[str]]:
    """Entries in rows; where they end, and what they are drawn with."""
    x, y, parts = 0.0, top + 10, []
    for key in keys:
        name = cut(clean(key.name), SIZE, (wide - _SAMPLE - 8) / 1.1, strong=True)
        takes = _SAMPLE + 6 + room_of(name, strong=True)
        if x and x + takes > wide:
            x, y = 0.0, y + _ROW
        parts += [key.sample(x, y - 4), text(x + _SAMPLE + 6, y, name, class_="strong")]
        x += takes + _GAP
    return (y + 8 if keys else top), parts
