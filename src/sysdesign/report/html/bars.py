"""Bars: a row for each name, with stacked values that end at their sum, or a mark at each value."""

from functools import partial
from math import isfinite

from sysdesign.draw.text import clean, cut
from sysdesign.report.document import Bars, Row
from sysdesign.report.html.axes import SIZE, Line, laid, marks_of, room_of, shown, titled
from sysdesign.report.html.labels import Room, beside
from sysdesign.report.html.strokes import Key, legend, line, rect, shape, text

_NAMES = 0.3  # of the width, at most, for names at the left
_HIGH, _LOW = 12.0, 8.0  # of a bar, of the ends of its interval


def bars_described(bars: Bars) -> str:
    """Bars in words."""
    rows = []
    for row in bars.rows:
        told = [
            f"{series} {shown(bars.axis, value)}"
            for series, value in zip(bars.series, row.values, strict=True) if value is not None
        ]  # fmt: skip
        rows.append(f"{row.name}: {', '.join(told) or 'not known'}")
    rows += [level.name for level in bars.levels]
    return f"{titled(bars.axis)}. {'; '.join(rows)}."


def bar_parts(bars: Bars, _id: str, wide: float, narrow: bool) -> tuple[list[str], float]:
    """Everything of one drawing, and its height; nothing in it needs an id."""
    several = len(bars.series) > 1
    keys = [Key(partial(series_key, bars.kind, i), n) for i, n in enumerate(bars.series) if several]
    top, parts = legend(keys, 0.0, wide)
    names = [cut(clean(row.name), SIZE, wide if narrow else wide * _NAMES) for row in bars.rows]
    left = 4.0 if narrow else max((room_of(name) for name in names), default=0.0) + 12
    step = 38.0 if narrow else 26.0
    axis = _axis(bars, left, wide)
    strip = top + (20 if bars.levels else 4)
    bottom = strip + step * len(bars.rows) + 4
    for x, word in marks_of(axis, 4 if narrow else 6, across=True):
        half = room_of(word) / 2
        parts.append(line("grid", x, strip, x, bottom))
        parts.append(text(min(max(x, half), wide - half), bottom + 15, word, "middle"))
    below = _levels(bars, axis, strip, bottom, wide, parts)
    for place, (row, name) in enumerate(zip(bars.rows, names, strict=True)):
        middle = strip + step * (place + 0.5) + (8 if narrow else 0)
        x, y, end = (0.0, middle - 13, "start") if narrow else (left - 10, middle + 4, "end")
        parts.append(text(x, y, name, end, "name"))
        parts += _row(bars, row, axis, middle)
    parts.append(text(wide - 2, bottom + 34, cut(clean(titled(bars.axis)), SIZE, wide), "end"))
    high, tail = legend(below, bottom + 44, wide)
    return [*parts, *tail], high - (2 if below else 4)


def series_key(kind: str, place: int, x: float, y: float) -> str:
    """The sample of a series for a legend."""
    if kind == "marks":
        return shape(place, x + 13, y)
    return rect(f"stack s{place % 4 + 1}", x, y - 6, 26, 12)


def _axis(bars: Bars, left: float, wide: float) -> Line:
    ends = [_end(bars, row) for row in bars.rows]
    values = [v for row in bars.rows for v in row.values if v is not None]
    values = values if bars.kind == "marks" else [end for end in ends if end is not None]
    values += [v for row in bars.rows for v in row.interval or ()]
    values += [level.at for level in bars.levels]
    told = max((room_of(shown(bars.axis, end)) for end in ends if end is not None), default=0.0)
    return laid(
        bars.axis, values, left, wide - (10 if bars.kind == "marks" else told + 12), zero=True
    )


def _end(bars: Bars, row: Row) -> float | None:
    known = [v for v in row.values if v is not None and isfinite(v)]
    return sum(known) if known and bars.kind == "stacked" else None


def _row(bars: Bars, row: Row, axis: Line, y: float) -> list[str]:
    if bars.kind == "marks":
        found = [
            (i, axis.at(v)) for i, v in enumerate(row.values)
            if v is not None and isfinite(v) and axis.holds(v)
        ]  # fmt: skip
        xs = [x for _, x in found]
        parts = [line("join", min(xs), y, max(xs), y)] if len(xs) > 1 else []
        return [*parts, *(shape(i, x, y) for i, x in found)]
    parts, start = [], 0.0
    for place, value in enumerate(row.values):
        if value is not None and isfinite(value):
            a, b = (min(max(axis.at(v), axis.low), axis.high) for v in (start, start + value))
            parts.append(
                rect(f"stack s{place % 4 + 1}", min(a, b), y - _HIGH / 2, abs(b - a), _HIGH)
            )
            start += value
    end = _end(bars, row)
    if end is None:
        return [text(axis.low + 4, y + 4, "not known")]
    last = end
    if row.interval:
        low, high = (axis.at(min(max(v, axis.first), axis.last)) for v in row.interval)
        parts.append(line("whisker", low, y, high, y))
        parts += [line("whisker", x, y - _LOW / 2, x, y + _LOW / 2) for x in (low, high)]
        last = max(end, row.interval[1])
    return [*parts, text(min(axis.at(last), axis.high) + 6, y + 4, shown(bars.axis, end))]


def _levels(
    bars: Bars, axis: Line, top: float, bottom: float, wide: float, parts: list[str]
) -> list[Key]:
    """Upright lines, their words in a strip above the bars; what has no room there goes below."""
    room, below = Room(0.0, top - 18, wide, top), []
    for level in bars.levels:
        if not axis.holds(level.at):
            continue
        x = axis.at(level.at)
        parts.append(line("level", x, top - 14, x, bottom))
        found = room.place(beside(x, top - 16, top + 4, cut(clean(level.name), SIZE, wide / 2)))
        if found is None:
            below.append(Key(lambda x, y: line("level", x, y, x + 26, y), level.name))
        else:
            parts.append(text(found.x, found.y, found.text))
    return below
