"""A document as one HTML page."""

from collections.abc import Iterator, Sequence

from sysdesign.report.document import (
    Bars,
    Block,
    Bullets,
    Document,
    Facts,
    Line,
    Note,
    Paragraph,
    Picture,
    Plot,
    Section,
    Table,
    Tiles,
    Waterfall,
)
from sysdesign.report.html.fall import fall_html
from sysdesign.report.html.picture import picture_html
from sysdesign.report.html.plot import plot_svg
from sysdesign.report.html.table import table_html
from sysdesign.report.html.text import anchor, escaped, line_html
from sysdesign.report.html.theme import style
from sysdesign.version import __version__

_DEEPEST = 6
# Nothing may run, be sent or be fetched, whatever a file holds.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)


def html_of(document: Document) -> str:
    """One self-contained page: no script, no address that is fetched, every text escaped.

    The same document gives the same bytes.
    """
    title = escaped(document.title)
    lines = "".join(f"<p>{line_html(line)}</p>\n" for line in document.lines)
    sections = (document.summary, *document.sections)
    body = "".join(_section(section, 2) for section in sections)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="sysdesign {__version__}">
<meta name="color-scheme" content="light dark">
<title>{title}: design report</title>
<style>
{style(document.title)}</style>
</head>
<body>
<a class="skip" href="#summary">To the report</a>
<div class="frame">
<header>
<p class="kind">Design report</p>
<h1>{title}</h1>
{lines}</header>
<div class="columns">
<nav aria-labelledby="contents">
<h2 id="contents">Contents</h2>
{_contents(sections)}</nav>
<main>
{body}</main>
</div>
<footer>Worked out by sysdesign {__version__}. Each number follows from the design file;
<code>sysdesign explain NAME</code> shows how.</footer>
</div>
</body>
</html>
"""


def _contents(sections: Sequence[Section]) -> str:
    items = []
    for section in sections:
        below = "".join(f"<li>{_link(one)}</li>\n" for one in section.sections)
        inner = f"\n<ol>\n{below}</ol>\n" if below else ""
        items.append(f"<li>{_link(section)}{inner}</li>\n")
    return f"<ol>\n{''.join(items)}</ol>\n"


def _link(section: Section) -> str:
    return f'<a href="#{anchor(section.id)}">{escaped(section.title)}</a>'


def _section(section: Section, level: int) -> str:
    id_, depth = anchor(section.id), min(level, _DEEPEST)
    blocks = "".join(
        _block(block, f"{id_}-{place}", section.title) for place, block in enumerate(section.blocks)
    )
    below = "".join(_section(one, level + 1) for one in section.sections)
    head = f'<h{depth} id="{id_}">{escaped(section.title)}</h{depth}>'
    return f'<section aria-labelledby="{id_}">\n{head}\n{blocks}{below}</section>\n'


def _block(block: Block, id_: str, heading: str) -> str:
    match block:
        case Paragraph(line):
            return f"<p>{line_html(line)}</p>\n"
        case Note(line, tone):
            return f'<p class="note {tone}">{line_html(line)}</p>\n'
        case Bullets(lines):
            items = "".join(f"<li>{line_html(line)}</li>\n" for line in lines)
            return f"<ul>\n{items}</ul>\n"
        case Facts(rows):
            return f'<dl class="facts">\n{"".join(_fact(*row) for row in rows)}</dl>\n'
        case Tiles(tiles):
            return f'<div class="tiles">\n{"".join(_tiles(block))}</div>\n' if tiles else ""
        case Table():
            return table_html(block, id_, heading)
        case Waterfall():
            return fall_html(block)
        case Plot() | Bars():
            return (
                f'<figure class="chart"><figcaption>{escaped(block.title)}</figcaption>\n'
                f"{plot_svg(block, id_)}</figure>\n"
            )
        case Picture():
            return picture_html(block, id_)


def _fact(term: str, line: Line) -> str:
    return f"<dt>{escaped(term)}</dt><dd>{line_html(line)}</dd>\n"


def _tiles(block: Tiles) -> Iterator[str]:
    for tile in block.tiles:
        below = f"<dd>{escaped(tile.below)}</dd>" if tile.below else ""
        yield (
            f'<dl class="tile {tile.tone}"><dt>{escaped(tile.label)}</dt>'
            f"<dd>{escaped(tile.value)}</dd>{below}</dl>\n"
        )
