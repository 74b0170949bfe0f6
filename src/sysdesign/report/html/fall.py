"""Waterfalls: a table with a row for each call, and its bar as SVG that stretches with the page."""

from collections.abc import Iterator

from sysdesign.draw.painting.svg import number
from sysdesign.report.document import Bar, Waterfall
from sysdesign.report.html.text import escaped
from sysdesign.report.lines import seconds
from sysdesign.study.words import shown_time

_WIDE = 1000.0
_LEAST = 3.0
_INDENT = 0.9
_DEEP = 8


def fall_html(fall: Waterfall) -> str:
    """One waterfall."""
    end = max((b.start_s + b.takes_s for b in fall.bars if b.start_s is not None and b.takes_s),
              default=fall.total_s)  # fmt: skip
    end = max(end, fall.total_s) or 1.0
    rows = "".join(_row(bar, end) for bar in fall.bars)
    heads = "".join(
        f'<th scope="col" class="right{" own-time" if head == "own work" else ""}">{head}</th>'
        for head in ("starts", "takes", "p99", "own work")
    )
    axis = "".join(f"<span>{shown_time(t) if t else '0'}</span>" for t in (0.0, end / 2, end))
    return (
        f'<figure class="chart"><table class="fall">'
        f"<caption>{escaped(fall.title)}, means</caption>\n"
        f'<thead><tr><th scope="col">call</th>{heads}<th scope="col" class="way">'
        f'<span class="ticks">{axis}</span></th></tr></thead>\n<tbody>{rows}</tbody></table>\n'
        f"{_keys(fall)}</figure>\n"
    )


def _keys(fall: Waterfall) -> str:
    rare = any(bar.rare for bar in fall.bars)
    said = [
        '<span><i class="key k-own"></i>own work and waiting</span>',
        '<span><i class="key k-rest"></i>network and calls below</span>',
    ]
    if rare:
        said.append('<span><i class="key k-rare"></i>by fewer than half of the calls</span>')
    if fall.more:
        said.append(f"<span>and {fall.more} that take less than 0.1%</span>")
    return f'<p class="keys">{"".join(said)}</p>'


def _row(bar: Bar, end: float) -> str:
    remark = f'<span class="remark">{escaped(bar.remark)}</span>' if bar.remark else ""
    indent = number(_INDENT * min(bar.depth, _DEEP))
    cells = "".join(
        f'<td class="right{" own-time" if head == "own" else ""}" data-head="{head}">'
        f"{seconds(value)}</td>"
        for head, value in (("starts", bar.start_s), ("takes", bar.takes_s), ("p99", bar.p99_s),
                            ("own", bar.own_s))
    )  # fmt: skip
    rare = ' class="rare"' if bar.rare else ""
    return (
        f'<tr{rare}><th scope="row" style="padding-left:{indent}rem">'
        f"{escaped(bar.label)}{remark}</th>"
        f'{cells}<td class="way">{_svg(bar, end)}</td></tr>\n'
    )


def _svg(bar: Bar, end: float) -> str:
    return (
        f'<svg viewBox="0 0 {number(_WIDE)} 24" preserveAspectRatio="none" role="img" '
        f'aria-label="{escaped(_said(bar))}"><title>{escaped(_said(bar))}</title>'
        f"{''.join(_rects(bar, end))}</svg>"
    )


def _said(bar: Bar) -> str:
    if bar.takes_s is None:
        return f"{bar.label}: not waited for"
    own = f", {shown_time(bar.own_s)} of it its own work" if bar.own_s is not None else ""
    return f"{bar.label}: starts at {shown_time(bar.start_s)}, takes {shown_time(bar.takes_s)}{own}"


def _rects(bar: Bar, end: float) -> Iterator[str]:
    if bar.start_s is None or bar.takes_s is None:
        return
    start = min(bar.start_s / end * _WIDE, _WIDE - _LEAST)
    whole = max(_LEAST, min(bar.takes_s / end * _WIDE, _WIDE - start))
    own = min(whole, (bar.own_s or 0.0) / end * _WIDE)
    for class_, size in (("rest", whole), ("own", own)):
        if size > 0:
            x, wide = number(start), number(size)
            yield f'<rect class="{class_}" x="{x}" y="6" width="{wide}" height="12"/>'
