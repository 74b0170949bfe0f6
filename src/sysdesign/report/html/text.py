"""Texts of a page: everything escaped, addresses only where they are safe."""

import re
import unicodedata
from collections.abc import Iterator
from html import escape

from sysdesign.report.document import Break, Code, Formula, Goto, Inline, Line, Mark, Soft, Strong

_SHORT = 26
# Marks that turn the direction of writing, and would garble what stands beside them.
_TURNS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
# Addresses that stand in a text; what ends a sentence or closes a bracket is not part of them.
_ADDRESS = re.compile(
    r"(?:https?://|mailto:)[^\s<>\"'`\\^{}|]*[^\s<>\"'`\\^{}|.,;:!?)\]]", re.ASCII
)


def escaped(text: str) -> str:
    """Any text as text or attribute of HTML; what would turn the direction of writing is shown."""
    return escape("".join(_shown(c) for c in str(text)), quote=True).replace("`", "&#96;")


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    barred = character in _TURNS or unicodedata.category(character) in ("Cc", "Cs", "Cn")
    return "\N{REPLACEMENT CHARACTER}" if barred else character


def plain(line: Line) -> str:
    """The words of a line."""
    if isinstance(line, str):
        return line
    return "".join(one if isinstance(one, str) else one.text for one in line)


def line_html(line: Line) -> str:
    """A line with its marks."""
    return "".join(_inline(one) for one in ((line,) if isinstance(line, str) else line))


def _inline(one: Inline) -> str:
    match one:
        case str():
            return "".join(_linked(one))
        case Break():
            return "<br>"
        case Code(text) if len(text) <= _SHORT:
            return f"<code>{_broken(text)}</code>"
        case Code(text) | Formula(text):
            return f'<code class="long">{_broken(text)}</code>'
        case Strong(text):
            return f"<strong>{escaped(text)}</strong>"
        case Soft(text):
            return f'<span class="soft">{escaped(text)}</span>'
        case Mark(text, tone):
            return f'<span class="mark {tone}">{escaped(text)}</span>'
        case Goto(text, section, title):
            return (
                f'<a class="goto" data-to="{escaped(title)}" href="#{anchor(section)}">'
                f"{escaped(text)}</a>"
            )


def _broken(text: str) -> str:
    """A name or a formula, which may be broken where its parts meet."""
    parts = re.split(r"(?<=[_.@/])(?=\w)", text)
    return "<wbr>".join(escaped(part) for part in parts)


def _linked(text: str) -> Iterator[str]:
    start = 0
    for found in _ADDRESS.finditer(text):
        yield escaped(text[start : found.start()])
        address = escaped(found[0])
        yield f'<a href="{address}" rel="noreferrer noopener">{address}</a>'
        start = found.end()
    yield escaped(text[start:])


def anchor(section: str) -> str:
    """The id of a section as the end of an address."""
    return re.sub(r"[^a-z0-9_-]", "-", section.lower())
