"""Plots as SVG: axes with round numbers and units, curves told apart by dashes as well as colour.

Each plot is drawn twice, wide and narrow, and the style sheet shows the one that fits: letters keep
their size on a phone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor, log10

from sysdesign.draw.painting.svg import number
from sysdesign.draw.text import clean, cut, width
from sysdesign.report.document import Curve, Plot
from sysdesign.report.html.text import escaped
from sysdesign.study.words import shown_time

_SIZE = 12.0
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_DECIMALS = 1e-9
_ROOM = 18.0  # for a line of letters above a level


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a plot is drawn: its size, the borders, and the ends of the axes."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    first: float
    last: float
    high: float

    def x(self, value: float) -> float:
        share = (value - self.first) / (self.last - self.first)
        return self.left + share * (self.right - self.left)

    def y(self, value: float) -> float:
        return self.bottom - value / self.high * (self.bottom - self.top)


def plot_svg(plot: Plot, id_: str) -> str:
    """Both drawings of a plot; `id_` begins the ids inside."""
    return _drawn(plot, f"{id_}-w", "wide", 820.0, 340.0, 7) + _drawn(
        plot, f"{id_}-n", "narrow", 360.0, 320.0, 4
    )


def _drawn(plot: Plot, id_: str, which: str, wide: float, high: float, ticks: int) -> str:
    xs = [x for curve in plot.curves for x, _ in curve.points]
    first, last = min(xs), max(xs)
    names = len(plot.curves) if len(plot.curves) > 1 else 0
    top = 24.0 + 18 * (names if which == "narrow" else min(names, 1))
    frame = _Frame(wide, high, 58.0, wide - 14, top + 8, high - 46, first,
                   last if last > first else first + 1, plot.top)  # fmt: skip
    parts = [*_axes(plot, frame, ticks), *_guides(plot, frame), *_curves(plot, frame, id_)]
    parts += _names(plot, frame, which == "narrow")
    return (
        f'<svg class="plot {which}" viewBox="0 0 {number(wide)} {number(high)}" role="img" '
        f'aria-labelledby="{id_}-t {id_}-d"><title id="{id_}-t">{escaped(plot.title)}</title>'
        f'<desc id="{id_}-d">{escaped(described(plot))}</desc>{"".join(parts)}</svg>\n'
    )


def described(plot: Plot) -> str:
    """A plot in words."""
    ends = []
    for curve in plot.curves:
        (x0, y0), (x1, y1) = curve.points[0], curve.points[-1]
        ends.append(
            f"{curve.name} from {shown(plot, y0)} at {x0:.3g}x to {shown(plot, y1)} at {x1:.3g}x"
        )
    guides = [g.name for g in (*plot.levels, *plot.stops)]
    return f"{plot.y_title} over {plot.x_title.lower()}: {'; '.join((*ends, *guides))}."


def shown(plot: Plot, value: float) -> str:
    """A number of the upright axis."""
    return f"{value:.0%}" if plot.scale == "share" else shown_time(value) if value > 0 else "0"


def ticks_of(first: float, last: float, most: int) -> list[float]:
    """Round numbers from `first` to `last`, at most about so many."""
    rough = (last - first) / max(1, most)
    if rough <= 0:
        return [first]
    power = 10 ** floor(log10(rough))
    step = next(s * power for s in _STEPS if s * power >= rough * (1 - _DECIMALS))
    start = floor(first / step + 1 - _DECIMALS) * step
    found = [start + i * step for i in range(most + 2)]
    return [x for x in found if first - step * 1e-6 <= x <= last + step * 1e-6]


def _axes(plot: Plot, f: _Frame, ticks: int) -> Iterator[str]:
    for value in ticks_of(0.0, f.high, 5):
        y = number(f.y(value))
        yield f'<line class="grid" x1="{number(f.left)}" x2="{number(f.right)}" y1="{y}" y2="{y}"/>'
        yield _text(f.left - 8, f.y(value) + 4, shown(plot, value), "end")
    for value in ticks_of(f.first, f.last, ticks):
        x, low, high = number(f.x(value)), number(f.bottom), number(f.bottom + 5)
        yield f'<line class="axis" x1="{x}" x2="{x}" y1="{low}" y2="{high}"/>'
        yield _text(f.x(value), f.bottom + 19, f"{value:.4g}x", "middle")
    yield (
        f'<line class="axis" x1="{number(f.left)}" x2="{number(f.right)}" '
        f'y1="{number(f.bottom)}" y2="{number(f.bottom)}"/>'
    )
    yield _text(f.right, f.height - 6, plot.x_title, "end")
    yield _text(0, 14, plot.y_title, "start")


def _guides(plot: Plot, f: _Frame) -> Iterator[str]:
    for guide in plot.levels:
        y = f.y(guide.at)
        yield (
            f'<line class="level" x1="{number(f.left)}" x2="{number(f.right)}" '
            f'y1="{number(y)}" y2="{number(y)}"/>'
        )
        below = 15.0 if y - f.top < _ROOM else -6.0
        yield _text(f.left + 6, y + below, _cut(guide.name, f.right - f.left - 12), "start")
    for guide in plot.stops:
        x = f.x(guide.at)
        yield (
            f'<line class="stop" x1="{number(x)}" x2="{number(x)}" '
            f'y1="{number(f.top)}" y2="{number(f.bottom)}"/>'
        )
        room = max(x - f.left - 12, 60.0)
        yield _text(x - 6, f.bottom - 8, _cut(guide.name, room), "end")


def _curves(plot: Plot, f: _Frame, id_: str) -> Iterator[str]:
    yield (
        f'<clipPath id="{id_}-c"><rect x="{number(f.left)}" y="{number(f.top - 3)}" '
        f'width="{number(f.right - f.left + 2)}" height="{number(f.bottom - f.top + 6)}"/>'
        f'</clipPath><g clip-path="url(#{id_}-c)">'
    )
    for place, curve in enumerate(plot.curves):
        yield f'<path class="curve c{place % 4 + 1}" d="{_path(curve, f)}"/>'
    yield "</g>"


def _path(curve: Curve, f: _Frame) -> str:
    # Far above the frame a point only has to be out of sight.
    points = (f"{number(f.x(x))},{number(f.y(min(y, 3 * f.high)))}" for x, y in curve.points)
    return "M" + "L".join(points)


def _names(plot: Plot, f: _Frame, narrow: bool) -> Iterator[str]:
    """Which curve is which, above the plot."""
    if len(plot.curves) < 2:
        return
    x, y = (f.left if not narrow else 0.0), 36.0
    for place, curve in enumerate(plot.curves):
        name = _cut(curve.name, 150.0 if not narrow else f.width - 40)
        yield (
            f'<line class="curve c{place % 4 + 1}" x1="{number(x)}" x2="{number(x + 26)}" '
            f'y1="{number(y - 4)}" y2="{number(y - 4)}"/>'
        )
        yield _text(x + 32, y, name, "start", "strong")
        if narrow:
            y += 18
        else:
            x += 32 + width(name, _SIZE, strong=True) + 26


def _cut(text: str, room: float) -> str:
    return cut(clean(text), _SIZE, room, strong=True)


def _text(x: float, y: float, text: str, anchor: str, class_: str = "") -> str:
    said = f' class="{class_}"' if class_ else ""
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text{said} x="{number(x)}" y="{number(y)}"{at}>{escaped(text)}</text>'
