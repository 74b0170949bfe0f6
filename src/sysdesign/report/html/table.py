"""Tables that can be read on paper and on a phone.

Where a table is wider than a phone its rows become cards: the head of the row, then its cells side
by side, each below the title of its column. Short columns stand three or two in a row.
"""

from collections.abc import Iterator

from sysdesign.draw.text import clean, width
from sysdesign.report.document import Break, Code, Column, Formula, Inline, Line, Table
from sysdesign.report.html.text import anchor, escaped, line_html, plain
from sysdesign.report.lines import NONE

_PHONE = 350.0  # points of a phone that is 400 wide
_SIZE = 13.5
_PAD = 13.0  # between two columns
_TYPED = 8.0  # a letter of a typewriter, and the room around it
_SPANS = ((104.0, "third"), (164.0, "half"))


def table_html(table: Table, id_: str, heading: str = "") -> str:
    """A table; a caption that repeats the heading is unseen."""
    seen = ' class="unseen"' if table.caption == heading else ""
    heads = "".join(
        f'<th scope="col"{_class(column)}>{escaped(column.title)}</th>' for column in table.columns
    )
    spans = _spans(table)
    rows = "".join(f"<tr>{''.join(_cells(table, row, spans))}</tr>\n" for row in table.rows)
    names = f"{'prose' if table.prose else 'numbers'}{'' if _fits(table) else ' cards'}"
    return (
        f'<div class="scroll" role="region" aria-labelledby="{anchor(id_)}-c" tabindex="0">'
        f'<table class="{names}"><caption id="{anchor(id_)}-c"{seen}>{escaped(table.caption)}'
        f"</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>{rows}</tbody></table></div>\n"
    )


def _class(column: Column, *more: str) -> str:
    names = [*(["right"] if column.align == "right" else []), *more]
    return f' class="{" ".join(names)}"' if names else ""


def _cells(table: Table, row: tuple[Line, ...], spans: tuple[str, ...]) -> Iterator[str]:
    for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
        if place == 0:
            yield f'<th scope="row"{_class(column)}>{line_html(cell)}</th>'
            continue
        more = [name for name in (spans[place], "none" if _says_nothing(cell) else "") if name]
        yield (
            f'<td{_class(column, *more)} data-head="{escaped(column.title)}">{line_html(cell)}</td>'
        )


def _says_nothing(cell: Line) -> bool:
    return plain(cell) in (NONE, "")


# -- how much room it needs ------------------------------------------------------------------------


def _fits(table: Table) -> bool:
    """Whether a phone can show the table as it is, without a break within a word."""
    total, spans = 0.0, _spans(table)
    for place, column in enumerate(table.columns):
        whole = column.align == "right" or spans[place] == _SPANS[0][1]
        cells = [_least(row[place], whole=whole) for row in table.rows]
        title = width(column.title, _SIZE) if whole else _words(column.title)
        least = max([*cells, title])
        longest = max((_length(row[place]) for row in table.rows), default=0.0)
        # Prose in a narrow column is a tower of single words.
        total += max(least, min(longest, 120.0)) + _PAD
    return total - _PAD <= _PHONE


def _spans(table: Table) -> tuple[str, ...]:
    """For each column how many stand side by side in a card; empty: it has a line of its own."""
    found = []
    for place, column in enumerate(table.columns):
        cells = [row[place] for row in table.rows if not _says_nothing(row[place])]
        needed = max([*map(_length, cells), width(column.title, 11.5)], default=0.0)
        found.append(next((name for limit, name in _SPANS if needed <= limit), ""))
    return tuple(found)


def _parts(cell: Line) -> Iterator[Inline]:
    yield from (cell,) if isinstance(cell, str) else cell


def _length(cell: Line) -> float:
    """Points of a cell on one line; the longest of several."""
    longest = here = 0.0
    for part in _parts(cell):
        if isinstance(part, Break):
            here = 0.0
        elif isinstance(part, Code | Formula):
            here += _TYPED * (len(part.text) + 1)
        else:
            here += width(clean(part if isinstance(part, str) else part.text), _SIZE, strong=True)
        longest = max(longest, here)
    return longest


def _least(cell: Line, *, whole: bool) -> float:
    """Points below which a cell would break within a word; what is short is not broken at all."""
    if whole:
        return _length(cell)
    return max(
        (
            _TYPED * (len(part.text) + 1) if isinstance(part, Code | Formula)
            else _words(part if isinstance(part, str) else part.text)
            for part in _parts(cell)
        ), default=0.0,
    )  # fmt: skip


def _words(text: str) -> float:
    return max((width(word, _SIZE, strong=True) for word in clean(text).split()), default=0.0)
