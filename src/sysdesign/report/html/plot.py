"""Plots as SVG: curves with bands, marked intervals, spots, bars; round numbers with units.

Curves and series are told apart by dashes and shapes as well as by colour. A label stands where it
overlaps nothing, else it is explained below the plot. Each plot is drawn twice, wide and narrow,
and the style sheet shows the one that fits: letters keep their size on a phone.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from functools import partial
from itertools import pairwise
from typing import TypeVar

from sysdesign.draw.painting.svg import number
from sysdesign.draw.text import clean, cut
from sysdesign.records import dataclass
from sysdesign.report.document import Bars, Curve, Guide, Plot, Spot
from sysdesign.report.html.axes import SIZE, Line, laid, marks_of, room_of, shown, titled
from sysdesign.report.html.bars import bar_parts, bars_described
from sysdesign.report.html.labels import Place, Room, along, around, beside, spiral, within
from sysdesign.report.html.strokes import Key, band, legend, line, rect, shape, text
from sysdesign.report.html.text import escaped

P = TypeVar("P", bound=tuple[float, ...])

_WIDE, _NARROW = 820.0, 360.0
_LONGEST = 230.0  # of a label
_FAR = 3.0  # heights of the plot: what lies beyond only has to be out of sight


def plot_svg(plot: Plot | Bars, id_: str) -> str:
    """Both drawings of a plot; `id_` begins the ids inside."""
    if isinstance(plot, Bars):
        return _both(plot.title, bars_described(plot), id_, partial(bar_parts, plot))
    return _both(plot.title, described(plot), id_, partial(_plot_parts, plot))


def _both(
    title: str, told: str, id_: str, parts: Callable[[str, float, bool], tuple[list[str], float]]
) -> str:
    found = ""
    for which, end, wide in (("wide", "w", _WIDE), ("narrow", "n", _NARROW)):
        own = f"{id_}-{end}"
        drawn, high = parts(own, wide, which == "narrow")
        found += (
            f'<svg class="plot {which}" viewBox="0 0 {number(wide)} {number(high)}" role="img" '
            f'aria-labelledby="{own}-t {own}-d"><title id="{own}-t">{escaped(title)}</title>'
            f'<desc id="{own}-d">{escaped(told)}</desc>{"".join(drawn)}</svg>\n'
        )
    return found


def described(plot: Plot) -> str:
    """A plot in words."""
    ends = []
    for curve in plot.curves:
        (x0, y0), (x1, y1) = curve.points[0], curve.points[-1]
        ends.append(
            f"{curve.name} from {shown(plot.y, y0)} at {shown(plot.x, x0)} "
            f"to {shown(plot.y, y1)} at {shown(plot.x, x1)}"
        )
    ends += [f"{s.name} {shown(plot.y, s.y)} at {shown(plot.x, s.x)}" for s in plot.spots]
    ends += [g.name for g in (*plot.levels, *plot.stops)]
    ends += [
        f"{s.name} from {shown(plot.x, s.first)} to {shown(plot.x, s.last)}" for s in plot.spans
    ]
    return f"{titled(plot.y)} over {titled(plot.x).lower()}: {'; '.join(ends)}."


# -- curves and spots ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Frame:
    """Both axes of a plot, and what is told below it for want of room."""

    x: Line
    y: Line
    room: Room
    below: list[Key] = field(default_factory=list)

    @property
    def sides(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.x.low, self.y.high, self.x.high, self.y.low


def _plot_parts(plot: Plot, id_: str, wide: float, narrow: bool) -> tuple[list[str], float]:
    """Everything of one drawing, and its height."""
    named = plot.curves if len(plot.curves) > 1 else ()
    keys = [Key(partial(_curve_key, i, curve), curve.name) for i, curve in enumerate(named)]
    top, heads = legend(keys, 26.0, wide)
    f = _frame(plot, wide, top + 8, top + (232.0 if narrow else 250.0))
    parts = [text(0, 14, cut(clean(titled(plot.y)), SIZE, wide)), *heads]
    parts += _spans(plot, f)
    parts += _axes(plot, f, wide, narrow)
    parts += _curves(plot.curves, f, id_)
    parts += _labels(plot, f)
    high, tail = legend(f.below, f.y.low + 58, wide)
    return [*parts, *tail], high - (4 if f.below else 16)


def _frame(plot: Plot, wide: float, top: float, bottom: float) -> _Frame:
    ys = [y for c in plot.curves for _, y in c.points]
    ys += [y for c in plot.curves for _, low, high in c.band for y in (low, high)]
    ys += [s.y for s in plot.spots]
    y = laid(plot.y, ys, bottom, top, zero=True)
    left = max((room_of(word) for _, word in marks_of(y, 5, across=False)), default=0.0) + 10
    xs = [x for c in plot.curves for x, _ in c.points] + [s.x for s in plot.spots]
    x = laid(plot.x, xs, left, wide - 14, zero=bool(plot.spots))
    return _Frame(x, y, Room(left, top, wide - 2, bottom))


def _axes(plot: Plot, f: _Frame, wide: float, narrow: bool) -> Iterator[str]:
    left, top, right, bottom = f.sides
    for y, word in marks_of(f.y, 5, across=False):
        yield line("grid", left, y, right, y)
        yield text(left - 8, y + 4, word, "end")
    for x, word in marks_of(f.x, 4 if narrow else 7, across=True):
        yield line("axis", x, bottom, x, bottom + 5)
        half = room_of(word) / 2
        yield text(min(max(x, half), wide - half), bottom + 19, word, "middle")
    yield line("axis", left, bottom, right, bottom)
    if plot.y.log:
        yield line("axis", left, top, left, bottom)
    yield text(right, bottom + 38, cut(clean(titled(plot.x)), SIZE, wide - 20), "end")


def _spans(plot: Plot, f: _Frame) -> Iterator[str]:
    left, top, right, bottom = f.sides
    for span in plot.spans:
        first, last = (min(max(f.x.at(x), left), right) for x in (span.first, span.last))
        if last > first or f.x.holds(span.first):
            yield rect("span", first, top, max(last - first, 1.5), bottom - top)


def _curves(curves: Sequence[Curve], f: _Frame, id_: str) -> Iterator[str]:
    left, top, right, bottom = f.sides
    yield f'<clipPath id="{id_}-c">{rect("", left, top - 3, right - left + 2, bottom - top + 6)}'
    yield f'</clipPath><g clip-path="url(#{id_}-c)">'
    for place, curve in enumerate(curves):
        for part in _pieces(curve.band, curve.anew):
            if len(part) > 1:
                there = [_point(f, x, high) for x, _, high in part]
                back = [_point(f, x, low) for x, low, _ in reversed(part)]
                yield band(place, [*there, *back])
    for place, curve in enumerate(curves):
        pieces = [
            [_point(f, x, y) for x, y in piece] for piece in _pieces(curve.points, curve.anew)
        ]
        path = "".join(map(_path, pieces))
        yield f'<path class="curve c{place % 4 + 1}" d="{path}"/>'
        for piece in pieces:
            if len(piece) == 1:
                yield shape(place, *piece[0])
    yield "</g>"


def _pieces(points: Sequence[P], anew: Sequence[float]) -> list[list[P]]:
    """Points (x, …) of a curve, cut where it begins anew."""
    found: list[list[P]] = []
    for point in points:
        if not found or point[0] in anew:
            found.append([])
        found[-1].append(point)
    return found


def _point(f: _Frame, x: float, y: float) -> tuple[float, float]:
    high = f.y.low - f.y.high
    return f.x.at(x), min(max(f.y.at(y), f.y.high - _FAR * high), f.y.low + _FAR * high)


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{number(x)},{number(y)}" for x, y in points)


def _curve_key(place: int, curve: Curve, x: float, y: float) -> str:
    under = band(place, [(x, y - 6), (x + 26, y - 6), (x + 26, y + 6), (x, y + 6)])
    return (under if curve.band else "") + line(f"curve c{place % 4 + 1}", x, y, x + 26, y)


# -- labels ----------------------------------------------------------------------------------------


def _labels(plot: Plot, f: _Frame) -> Iterator[str]:
    """Lines with meanings, spots, and their words where there is room."""
    left, top, right, bottom = f.sides
    for curve in plot.curves:
        _take(f, [_point(f, x, y) for x, y in curve.points])
    stops = [(stop, f.x.at(stop.at)) for stop in plot.stops if f.x.holds(stop.at)]
    levels = [(level, f.y.at(level.at)) for level in plot.levels if f.y.holds(level.at)]
    for _, x in stops:
        _take(f, [(x, top), (x, bottom)])
    for _, y in levels:
        _take(f, [(left, y), (right, y)])
    for spot in plot.spots:
        f.room.take(f.x.at(spot.x), f.y.at(spot.y), 5.0)
    yield from _spots(plot.spots, f)
    for level, y in levels:
        yield line("level", left, y, right, y)
        yield from _told(f, level, partial(along, y, left, right), partial(_sample, "level"))
    for stop, x in stops:
        yield line("stop", x, top, x, bottom)
        yield from _told(f, stop, partial(beside, x, top, bottom), partial(_sample, "stop"))
    for span in plot.spans:
        first, last = (min(max(f.x.at(x), left), right) for x in (span.first, span.last))
        places = partial(within, first, last, top, bottom)
        yield from _told(f, Guide(span.first, span.name), places, _span_key)


def _take(f: _Frame, points: Sequence[tuple[float, float]]) -> None:
    """Keep labels away from a line through points."""
    for (x0, y0), (x1, y1) in pairwise(points):
        steps = max(1, int(max(abs(x1 - x0), abs(y1 - y0)) / 4))
        for step in range(steps + 1):
            share = step / steps
            f.room.take(x0 + share * (x1 - x0), y0 + share * (y1 - y0))


def _told(
    f: _Frame,
    guide: Guide,
    places: Callable[[str], Iterator[Place]],
    key: Callable[[float, float], str],
) -> Iterator[str]:
    """The words of a guide in the plot, else below it."""
    found = f.room.place(places(cut(clean(guide.name), SIZE, _LONGEST)))
    if found is None:
        f.below.append(Key(key, guide.name))
    else:
        yield text(found.x, found.y, found.text)


def _sample(which: str, x: float, y: float) -> str:
    return line(which, x, y, x + 26, y)


def _span_key(x: float, y: float) -> str:
    return rect("span", x, y - 6, 26, 12)


def _spots(spots: Sequence[Spot], f: _Frame) -> Iterator[str]:
    """Spots with their names; what has no room gets a number that is explained below."""
    unnamed = []
    for spot in sorted(spots, key=lambda s: not s.chosen):
        x, y = f.x.at(spot.x), f.y.at(spot.y)
        if not (f.x.holds(spot.x) and f.y.holds(spot.y)):
            continue
        yield f'<circle class="spot{" chosen" if spot.chosen else ""}" cx="{number(x)}" '
        yield f'cy="{number(y)}" r="{6 if spot.chosen else 4.5}"/>'
        name = cut(clean(spot.name), SIZE, _LONGEST, strong=True)
        found = f.room.place(around(x, y, name, strong=spot.chosen))
        if found is None:
            unnamed.append((spot, x, y))
        else:
            yield text(found.x, found.y, name, class_="strong" if spot.chosen else "")
    for place, (spot, x, y) in enumerate(unnamed, 1):
        found = f.room.place((*around(x, y, str(place)), *spiral(x, y, str(place))))
        if found is not None:
            left, top, right, bottom = found.box
            yield line("lead", x, y, min(max(x, left), right), min(max(y, top), bottom))
            yield text(found.x, found.y, found.text)
        f.below.append(Key(partial(_spot_key, place), spot.name))


def _spot_key(place: int, x: float, y: float) -> str:
    return text(x + 26, y + 4, str(place), "end", "strong")
