"""One figure as a line of a derivation."""

from sysdesign.cli.screen import Paint
from sysdesign.figures import Figure


def part_lines(figure: Figure, paint: Paint) -> list[str]:
    """Its formula in names, with values put in, and the result; or where a given one comes from."""
    where = f"line {figure.span.line}" if figure.span.source.text else ""
    if not figure.formula:
        said = figure.stated or figure.shown_range
        interval = f"  ({said})" if figure.shown_range else ""
        origin = ", ".join(t for t in (figure.source, where) if t)
        return [f"  {figure.name} = {figure.shown}{interval}  {paint(origin, 'dim')}"]
    pad = " " * (len(figure.name) + 2)
    text = [f"  {figure.name} = {figure.formula}  {paint(where, 'dim')}".rstrip()]
    if figure.substituted not in (figure.formula, figure.shown):
        text += [f"{pad} = {figure.substituted}"]
    return [*text, f"{pad} = {paint(figure.shown, 'green')}"]
