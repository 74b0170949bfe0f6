"""Printing for people: tables, colour only where it is wanted, any console encoding."""

import os
import re
import sys
from collections.abc import Sequence
from typing import TextIO

COLOURS = {"red": "31", "yellow": "33", "green": "32", "blue": "36", "dim": "2", "bold": "1"}
_PLAIN = str.maketrans({
    "×": "x", "→": "->", "…": "...", "−": "-", "·": "-", "–": "-", "±": "+-", "µ": "u", "’": "'",
    "✓": "ok", "✗": "x", "█": "#", "▒": "=", "░": ".", "│": "|", "≤": "<=", "≥": ">=", "ö": "o",
})  # fmt: skip


NARROWEST, USUAL, WIDEST = 80, 100, 120


class Paint:
    """Colours a text, or leaves it; decided once by --color, NO_COLOR and the terminal.

    `width` is how many characters a line may have.
    """

    def __init__(self, when: str = "auto", stream: TextIO | None = None) -> None:
        stream = stream or sys.stdout
        self.width = _width(stream)
        if stream is None:  # closed by whoever started us
            self.on = False
            return
        wanted = os.environ.get("NO_COLOR", "") == "" and os.environ.get("TERM") != "dumb"
        self.on = when == "always" or (when == "auto" and wanted and stream.isatty())

    def __call__(self, text: str, *colours: str) -> str:
        """The text in colours, where colour is on."""
        if not self.on or not text:
            return text
        codes = ";".join(COLOURS[c] for c in colours)
        return f"\x1b[{codes}m{text}\x1b[0m"


def _width(stream: TextIO | None) -> int:
    """Characters in a line, by COLUMNS or the terminal; 100 where neither tells."""
    told = os.environ.get("COLUMNS", "")
    wide = int(told) if told.isdecimal() and len(told) <= 4 else 0
    if not wide and stream is not None and stream.isatty():
        try:
            wide = os.get_terminal_size(stream.fileno()).columns
        except (OSError, ValueError):
            wide = 0
    return min(max(wide or USUAL, NARROWEST), WIDEST)


def say(text: str = "") -> None:
    """Print to standard output."""
    _write(sys.stdout, text)


def complain(text: str) -> None:
    """Print to standard error."""
    _write(sys.stderr, text)


# Control characters and marks that turn the direction of writing; our own colours are let through.
_UNSAFE = re.compile(
    r"\x1b(?!\[[0-9;]*m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]"
    r"|[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


class ClosedPipeError(Exception):
    """Whoever read our output has gone."""


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:
        return
    text = _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text)
    try:
        stream.write(text + "\n")
    except BrokenPipeError:
        raise ClosedPipeError from None
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        plain = text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
        stream.write(plain + "\n")


def table(
    rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), indent: int = 2
) -> list[str]:
    """Rows in columns two spaces apart; `right` names columns that are flushed right."""
    if not rows:
        return []
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            c.rjust(w) if i in right else c.ljust(w)
            for i, (c, w) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append((" " * indent + "  ".join(cells)).rstrip())
    return lines


def wrapped(text: str, width: int = 96, indent: str = "") -> list[str]:
    """Words of a text in lines of at most `width` characters."""
    from textwrap import wrap

    return wrap(text, width, initial_indent=indent, subsequent_indent=indent,
                break_long_words=False, break_on_hyphens=False) or [""]  # fmt: skip
