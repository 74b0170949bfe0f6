"""The Markdown writer: the same content in the Markdown of GitHub (GFM specification 0.29)."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from sysdesign.report.document import (
    Bars,
    Block,
    Break,
    Bullets,
    Code,
    Column,
    Document,
    Facts,
    Formula,
    Goto,
    Inline,
    Line,
    Mark,
    Note,
    Paragraph,
    Picture,
    Plot,
    Section,
    Soft,
    Strong,
    Table,
    Tiles,
    Waterfall,
)
from sysdesign.report.html.axes import exact, shown, titled
from sysdesign.report.lines import NONE, seconds
from sysdesign.version import __version__

_DEEPEST = 6
_BAR = 24
# What could begin a mark, a tag, an entity or a formula; an underscore within a word cannot.
_MARKS = re.compile(r"[\\`*\[\]<>|~$&]|(?<!\w)_|_(?!\w)")
# What would begin a list, a heading or an underline where it stands first.
_SIGN = re.compile(r"^(?=(?:#+|[-+=]+)(?:\s|$))")
# Signs at the end of a heading close it, and are not shown.
_CLOSING = re.compile(r"(?:^|(?<=\s))(?=#+$)")
_NUMBER = re.compile(r"^(\d+)([.)])(?=\s|$)")
_TURNS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def markdown_of(document: Document) -> str:
    """One Markdown file; waterfalls and curves are tables. Same document, same bytes."""
    lines = [_heading(document.title, 1), ""]
    for line in document.lines:
        lines += [_line(line), ""]
    sections = (document.summary, *document.sections)
    lines += [*_contents(sections), ""]
    for section in sections:
        lines += _section(section, 2)
    lines += [
        "---",
        "",
        f"Worked out by sysdesign {__version__}; `sysdesign explain NAME` shows how.",
    ]
    return "\n".join(lines).rstrip() + "\n"


# -- texts -----------------------------------------------------------------------------------------


def text(words: str) -> str:
    """Any text on one line, so that no part of it is taken for a mark."""
    return _MARKS.sub(r"\\\g<0>", _clean(words))


def code(words: str) -> str:
    """A name in the letters of a typewriter, whatever is in it."""
    clean = _clean(words).replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", clean)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if clean[:1] == "`" or clean[-1:] == "`" else ""
    return f"{fence}{pad}{clean}{pad}{fence}" if clean else ""


def _clean(words: str) -> str:
    shown = (
        " " if c.isspace()
        else "\N{REPLACEMENT CHARACTER}"
        if c in _TURNS or unicodedata.category(c) in ("Cc", "Cs", "Cn") else c
        for c in words
    )  # fmt: skip
    return " ".join("".join(shown).split())


def _line(line: Line) -> str:
    parts = (line,) if isinstance(line, str) else line
    joined = _joined([_inline(one) for one in parts])
    return _NUMBER.sub(r"\1\\\2", _SIGN.sub(r"\\", joined))


def _joined(parts: Sequence[str]) -> str:
    """Parts in a row; a space keeps the marks of neighbours apart."""
    line = ""
    for part in parts:
        line += f" {part}" if _clash(line[-2:], part[:2]) else part
    return re.sub(r" {2,}", " ", line).strip()


def _clash(before: str, after: str) -> bool:
    """Whether two neighbours would be read as one mark, or hide that one of them is strong."""
    if before[-1:] == "`" and after[:1] == "`":
        return True
    apart = not before or not after or before[-1:] == " " or after[:1] in tuple(" .,:;")
    return "**" in (before, after) and not apart


def _inline(one: Inline) -> str:
    match one:
        case str():
            return _spaced(one, text(one))
        case Break():
            return "<br>"
        case Code(words) | Formula(words):
            return code(words)
        case Strong(words):
            return _spaced(words, f"**{text(words)}**" if _clean(words) else "")
        case Mark(words, _):
            return f"**{text(words)}**" if _clean(words) else ""
        case Soft(words):
            return _spaced(words, text(words))
        case Goto(words, _, title):
            return f"[{text(words)}](#{_anchor(title)})"


def _spaced(words: str, shown: str) -> str:
    """Keep the space at either end, which parts the words from their neighbours."""
    before = " " if words[:1].isspace() else ""
    after = " " if words[-1:].isspace() else ""
    return f"{before}{shown}{after}"


# -- blocks ----------------------------------------------------------------------------------------


def _contents(sections: Sequence[Section]) -> Iterator[str]:
    for section in sections:
        yield f"- [{text(section.title)}](#{_anchor(section.title)})"


def _anchor(title: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", _clean(title).lower()).replace(" ", "-")


def _heading(title: str, level: int) -> str:
    signs = "#" * min(level, _DEEPEST)
    return signs + " " + _CLOSING.sub(r"\\", text(title))


def _section(section: Section, level: int) -> list[str]:
    lines = [_heading(section.title, level), ""]
    for block in section.blocks:
        repeats = isinstance(block, Table) and block.caption == section.title
        told = _block(block)[2:] if repeats else _block(block)
        lines += [*told, ""] if told else []
    for below in section.sections:
        lines += _section(below, level + 1)
    return lines


def _block(block: Block) -> list[str]:
    match block:
        case Paragraph(line):
            return [_line(line)]
        case Note(line, _):
            return [f"> {_line(line)}"]
        case Bullets(lines):
            return [f"- {_line(line)}" for line in lines]
        case Facts(rows):
            return [f"- **{text(term)}**: {_line(line)}" for term, line in rows]
        case Tiles(tiles):
            return [
                f"- **{text(t.value)}** {text(t.label)}{f' ({text(t.below)})' if t.below else ''}"
                for t in tiles
            ]
        case Table():
            return _table(block)
        case Waterfall():
            return _fall(block)
        case Plot():
            return _plot(block)
        case Bars():
            return [] if block.repeats else _bars(block)
        case Picture(title, _, table):
            drawn = (
                f"Picture: {text(title)}; `sysdesign draw` draws it, and the HTML report holds it."
            )
            return [drawn, *(["", *_table(table)] if table else [])]


def _table(table: Table) -> list[str]:
    body = [[_line(cell) for cell in row] for row in table.rows]
    return [f"**{text(table.caption)}**", "", *_rows(table.columns, body)]


def _rows(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[str]:
    heads = " | ".join(text(column.title) or " " for column in columns)
    rules = " | ".join("--:" if column.align == "right" else "---" for column in columns)
    return [f"| {heads} |", f"| {rules} |", *(f"| {' | '.join(row)} |" for row in rows)]


def _fall(fall: Waterfall) -> list[str]:
    """A row for each call, with a bar of signs."""
    times_of = (Column(t, "right") for t in ("Starts", "Takes", "p99", "Own work"))
    columns = (Column("Call"), *times_of, Column("From start to end"))
    ends = [b.start_s + b.takes_s for b in fall.bars if b.start_s is not None and b.takes_s]
    end = max([*ends, fall.total_s])
    rows = []
    for bar in fall.bars:
        remark = f" ({text(bar.remark)})" if bar.remark else ""
        times = (seconds(t) for t in (bar.start_s, bar.takes_s, bar.p99_s, bar.own_s))
        indent = "&nbsp;&nbsp;" * bar.depth
        signs = _signs(bar.start_s, bar.takes_s, bar.own_s, end)
        rows.append([f"{indent}{text(bar.label)}{remark}", *times, f"`{signs}`" if signs else ""])
    more = [f"And {fall.more} that take less than 0.1%.", ""] if fall.more else []
    return [f"**{text(fall.title)}, means**", "", *_rows(columns, rows), "", *more,
            "█ own work and waiting, ░ network and calls below."]  # fmt: skip


def _signs(start_s: float | None, takes_s: float | None, own_s: float | None, end_s: float) -> str:
    if start_s is None or takes_s is None or end_s <= 0:
        return ""
    start = min(round(start_s / end_s * _BAR), _BAR - 1)
    length = max(1, min(round(takes_s / end_s * _BAR), _BAR - start))
    own = min(length, round((own_s or 0.0) / end_s * _BAR))
    return "·" * start + "█" * own + "░" * (length - own) + "·" * (_BAR - start - length)


def _plot(plot: Plot) -> list[str]:
    """A row for each point of the horizontal axis, then spots, then what the lines mean."""
    lines = [f"**{text(plot.title)}** ({text(titled(plot.y).lower())})"]
    if plot.curves:
        xs = sorted({x for c in plot.curves for x in (*dict(c.points), *(x for x, _, _ in c.band))})
        heads: list[Column] = []
        for curve in plot.curves:
            heads += [Column(curve.name, "right"), *[Column("Band", "right")] * bool(curve.band)]
        rows = [[x, *_values(plot, at)] for x, at in zip(exact(plot.x, xs), xs, strict=True)]
        lines += ["", *_rows((Column(titled(plot.x), "right"), *heads), rows)]
    if plot.spots:
        columns = (
            Column("Point"),
            Column(titled(plot.x), "right"),
            Column(titled(plot.y), "right"),
        )
        spots = [
            [
                f"{text(s.name)}{' (chosen)' if s.chosen else ''}",
                shown(plot.x, s.x),
                shown(plot.y, s.y),
            ]
            for s in plot.spots
        ]
        lines += ["", *_rows(columns, spots)]
    marks = [text(g.name) for g in (*plot.levels, *plot.stops)]
    marks += [
        f"{text(s.name)} from {shown(plot.x, s.first)} to {shown(plot.x, s.last)}"
        for s in plot.spans
    ]
    return [*lines, *(["", f"Marks: {'; '.join(marks)}."] if marks else [])]


def _values(plot: Plot, x: float) -> Iterator[str]:
    for curve in plot.curves:
        y = dict(curve.points).get(x)
        yield NONE if y is None else shown(plot.y, y)
        if curve.band:
            ends = {at: (low, high) for at, low, high in curve.band}.get(x)
            yield " – ".join(shown(plot.y, end) for end in ends) if ends else NONE


def _bars(bars: Bars) -> list[str]:
    """A row for each bar, its intervals as a column of their own."""
    spread = any(row.interval for row in bars.rows)
    heads = [Column(name or titled(bars.axis), "right") for name in bars.series]
    heads += [Column("Between", "right")] * spread
    rows = []
    for row in bars.rows:
        cells = [NONE if v is None else shown(bars.axis, v) for v in row.values]
        between = " – ".join(shown(bars.axis, v) for v in row.interval or ()) or NONE
        rows.append([text(row.name), *cells, *[between] * spread])
    marks = "; ".join(text(level.name) for level in bars.levels)
    tail = ["", f"Marks: {marks}."] if marks else []
    return [f"**{text(bars.title)}** ({text(titled(bars.axis).lower())})", "",
            *_rows((Column(""), *heads), rows), *tail]  # fmt: skip
