"""A text with a name, and a stretch of it."""

import re
from dataclasses import field

from sysdesign.records import dataclass

# What YAML 1.2 and libyaml take as the end of a line; str.splitlines knows more and would shift.
_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Source:
    """One text that was read: a file, standard input, or an argument of the command line."""

    name: str
    text: str = field(repr=False)
    _lines: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    def line(self, number: int) -> str:
        """Text of the line with this number, counted from 1; empty past the end."""
        if not self._lines:
            self._lines.extend(_LINE_END.split(self.text))
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a source; lines and columns count from 1, the end is outside."""

    line: int
    column: int
    end_line: int
    end_column: int
    source: Source = field(compare=False, repr=False)

    def part(self, start: int, end: int) -> "Span":
        """The stretch from `start` to `end` (offsets in characters) of a span on one line."""
        if self.line != self.end_line:
            return self
        last = max(self.end_column, self.column + 1)
        first = min(self.column + start, last - 1)
        stop = min(max(self.column + end, first + 1), last)
        return Span(self.line, first, self.line, stop, self.source)

    def __str__(self) -> str:
        return f"{self.source.name}:{self.line}:{self.column}"


def place_after(text: str) -> tuple[int, int]:
    """Line and column of what stands right after a text."""
    lines = _LINE_END.split(text)
    return len(lines), len(lines[-1]) + 1


NOWHERE = Span(1, 1, 1, 1, Source("(none)", ""))
