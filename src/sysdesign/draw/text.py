"""How wide a text is and how it is broken: by the table of our font, on each machine alike."""

from collections.abc import Sequence
from functools import cache

from sysdesign.draw.font.widths import REGULAR, STRONG

_EM = 1000
_ELSE = 640  # a letter that the table does not know: wider than most
_NOTHING = ((0x300, 0x36F), (0x483, 0x489), (0x200B, 0x200F), (0x20D0, 0x20FF), (0xFE00, 0xFE0F))
_FULL = (
    (0x1100, 0x115F), (0x2E80, 0xA4CF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE30, 0xFE6F),
    (0xFF00, 0xFF60), (0xFFE0, 0xFFE6),
)  # fmt: skip
_PICTURES = ((0x2600, 0x27BF), (0x1F000, 0x1FAFF))  # emoji: wider than high
# XML has no place for them; those that turn the direction of writing would garble the neighbours.
_BARRED = (
    (0x00, 0x1F), (0x7F, 0x9F), (0x202A, 0x202E), (0x2066, 0x2069), (0xD800, 0xDFFF),
    (0xFFFE, 0xFFFF),
)  # fmt: skip
LONGEST = 2000  # characters of one text that are looked at
ELLIPSIS = "…"


def _among(code: int, ranges: Sequence[tuple[int, int]]) -> bool:
    return any(first <= code <= last for first, last in ranges)


@cache
def _table(strong: bool) -> dict[str, int]:
    table: dict[str, int] = {}
    for run in (STRONG if strong else REGULAR).splitlines():
        first, *widths = run.split()
        for code, width in enumerate(widths, int(first, 16)):
            table[chr(code)] = int(width)
    return table


def known(character: str) -> bool:
    """Whether the drawing font has a character."""
    return character in _table(False)


def _guessed(character: str) -> int:
    code = ord(character)
    if _among(code, _NOTHING):
        return 0
    if _among(code, _FULL) or code >= 0x20000:
        return _EM
    return 1400 if _among(code, _PICTURES) else _ELSE


def width(text: str, size: float, *, strong: bool = False) -> float:
    """Points that a clean text of a size takes."""
    table = _table(strong)
    found = table.get
    total = sum(w if (w := found(c)) is not None else _guessed(c) for c in text)
    return total * size / _EM


def clean(text: str) -> str:
    """One line without characters that have no place in XML or would turn the text around."""
    if len(text) > LONGEST:
        text = text[:LONGEST] + ELLIPSIS
    if not (text.isascii() and text.isprintable()):
        text = "".join(_shown(c) for c in text)
    return " ".join(text.split())


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    code = ord(character)
    return (
        "\N{REPLACEMENT CHARACTER}"
        if _among(code, _BARRED) or code & 0xFFFE == 0xFFFE
        else character
    )


def cut(text: str, size: float, room: float, *, strong: bool = False) -> str:
    """The text, or its beginning and an ellipsis, within so many points."""
    if width(text, size, strong=strong) <= room:
        return text
    room -= width(ELLIPSIS, size, strong=strong)
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = width(text[:middle], size, strong=strong) <= room
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low].rstrip() + ELLIPSIS


def wrapped(
    text: str, size: float, room: float, most: int, *, strong: bool = False
) -> tuple[str, ...]:
    """The text on at most so many lines of so many points; what is too long ends in an ellipsis."""
    text = clean(text)
    if width(text, size, strong=strong) <= room or most == 1:
        return (cut(text, size, room, strong=strong),)
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most - 1:
        end = _break(rest, size, room, strong)
        lines.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    if rest:
        lines.append(cut(rest, size, room, strong=strong))
    return tuple(lines)


def _break(text: str, size: float, room: float, strong: bool) -> int:
    """Where the first line ends: after a space or a joint, or else where it is full."""
    total, best = 0.0, 0
    for i, character in enumerate(text):
        total += width(character, size, strong=strong)
        if total > room:
            return best or max(i, 1)
        if character in " -_/.,:;|+&)" or _among(ord(character), _FULL):
            best = i + 1
    return len(text)
