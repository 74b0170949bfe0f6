"""Axes of plots: round numbers, how they are written, and where a value lies."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import ceil, floor, isfinite, log10

from sysdesign.draw.text import width
from sysdesign.records import dataclass
from sysdesign.report.document import Axis
from sysdesign.study.words import shown_time

SIZE = 12.0
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_DECIMALS = 1e-9
_WIDER = 1.1  # than in our font, where the reader has another one
_GAP = 14.0  # between two numbers of an axis
_TIMES = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"), (1e-3, "ms"), (1e-6, "us"),
          (1e-9, "ns"))  # fmt: skip
_PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def room_of(text: str, *, strong: bool = False) -> float:
    """Points that a text takes at the size of a plot, in any font it may be shown in."""
    return width(text, SIZE, strong=strong) * _WIDER


@dataclass(frozen=True, slots=True)
class Line:
    """An axis laid along a line from `low` to `high` points; `first` < `last`."""

    axis: Axis
    first: float
    last: float
    low: float
    high: float

    def at(self, value: float) -> float:
        """Where a value lies; beyond the ends it goes on."""
        first, last = self.first, self.last
        if self.axis.log:
            first, last, value = log10(first), log10(last), log10(max(value, first * 1e-3))
        return self.low + (value - first) / (last - first) * (self.high - self.low)

    def holds(self, value: float) -> bool:
        """Whether a value lies on the axis."""
        room = (self.last - self.first) * 1e-6
        return self.first - room <= value <= self.last + room


def laid(axis: Axis, values: Iterable[float], low: float, high: float, *, zero: bool) -> Line:
    """An axis that holds some values, unless its ends are given."""
    found = [v for v in values if isfinite(v) and (v > 0 or not axis.log)]
    least, most = min(found, default=0.0), max(found, default=1.0)
    if axis.log:
        first = axis.first or 10 ** floor(log10(least or 0.1) + _DECIMALS)
        last = axis.last or 10 ** ceil(log10(max(most, first * 10)) - _DECIMALS)
        return Line(axis, first, last if last > first else first * 10, low, high)
    first = axis.first if axis.first is not None else min(0.0, least) if zero else least
    last = axis.last if axis.last is not None else most + (0.05 * (most - first) if zero else 0)
    return Line(axis, first, last if last > first else first + 1, low, high)


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


def _decades(first: float, last: float, most: int) -> list[float]:
    """Round numbers of a logarithmic axis: 1, 2, 5 of each decade, or its beginning alone."""
    powers = range(floor(log10(first)), ceil(log10(last)) + 1)
    for within in ((1, 2, 5), (1, 3), (1,)):
        found = [n * 10.0**p for p in powers for n in within]
        found = [x for x in found if first * (1 - _DECIMALS) <= x <= last * (1 + _DECIMALS)]
        if len(found) <= most:
            return found
    return found[:: ceil(len(found) / max(1, most))]


def marks_of(line: Line, most: int, *, across: bool) -> list[tuple[float, str]]:
    """Places and words of the numbers of an axis; across, never so many that they touch."""
    for count in range(most, 0, -1):
        size, _ = _unit(line.axis, line.last)
        maker = _decades if line.axis.log else ticks_of
        values = [v * size for v in maker(line.first / size, line.last / size, count)]
        words = exact(line.axis, values)
        marks = [(line.at(v), word) for v, word in zip(values, words, strict=True)]
        if not across or _apart(marks):
            return marks
    return marks[:1]


def _apart(marks: Sequence[tuple[float, str]]) -> bool:
    ends = [(x - room_of(word) / 2, x + room_of(word) / 2) for x, word in marks]
    return all(a[1] + _GAP <= b[0] for a, b in pairwise(ends))


def _unit(axis: Axis, last: float) -> tuple[float, str]:
    """In which unit of time an axis is written; one for all other numbers."""
    if axis.scale != "seconds" or axis.log:
        return 1.0, ""
    return next((t for t in _TIMES if last >= t[0]), _TIMES[-1])


def exact(axis: Axis, values: Sequence[float]) -> list[str]:
    """Numbers of an axis in one unit, not rounded as results are: 125 ms is not 130 ms."""
    if axis.scale == "seconds" and not axis.log:
        size, unit = _unit(axis, max(values, default=0.0))
        return [f"{v / size:.6g} {unit}" if v else "0" for v in values]
    return [shown(axis, v) for v in values]


def shown(axis: Axis, value: float) -> str:
    """A value of an axis, as it is written."""
    match axis.scale:
        case "share":
            return f"{value * 100:.4g}%"
        case "factor":
            return f"{value:.4g}x"
        case "seconds":
            return shown_time(value) if value > 0 else "0"
        case "number":
            return _counted(value)


def _counted(value: float) -> str:
    size, prefix = next((p for p in _PREFIXES if abs(value) >= p[0] * (1 - 1e-4)), (1.0, ""))
    return f"{value / size:.4g}{prefix}"


def titled(axis: Axis) -> str:
    """The title of an axis with its unit."""
    return f"{axis.title}, {axis.unit}" if axis.unit else axis.title
