"""`sysdesign draw`."""

from pathlib import Path

import click

from sysdesign.cli.options import chosen, complete_files, opened, what_if
from sysdesign.cli.screen import Paint, complain, say, table
from sysdesign.workbench import SearchError, Workbench, find_design
from sysdesign.workbench.files import beginning, write_atomic

MOST_REMARKS = 5
_PNG, _SVG = ".png", ".svg"


@click.command(epilog="Example:  sysdesign draw twitter.yaml --view heat -o heat.svg")
@click.argument("file", required=False, shell_complete=complete_files)
@click.option(
    "--view", metavar="NAME[:ID]", help="What to draw; see --list.  [default: components]"
)
@click.option(
    "--operation", metavar="OP", help="The operation of the views operation and sequence."
)
@click.option("--group", metavar="NAME", default="", help="Open this group (`part_of`) alone.")
@what_if
@click.option(
    "--theme", type=click.Choice(["light", "dark", "auto"]), default="auto", show_default=True,
    help="Colours; auto follows the reader's scheme (a PNG is light).",
)  # fmt: skip
@click.option(
    "-o", "--output", metavar="PATH", help="Write .svg or .png; without it SVG is printed."
)
@click.option(
    "--scale", type=click.FloatRange(0.1, 10), default=2.0, show_default=True,
    help="Pixels a point, of a PNG.",
)  # fmt: skip
@click.option(
    "--all", "folder", metavar="DIR", help="Write every picture, and a page that shows them."
)
@click.option("--fresh", is_flag=True, help="Lay out anew what is drawn over an earlier picture.")
@click.option("--list", "listing", is_flag=True, help="List the views, and their pictures of FILE.")
def command(
    file: str | None,
    view: str | None,
    operation: str | None,
    group: str,
    changes: tuple[str, ...],
    load: str,
    theme: str,
    output: str | None,
    scale: float,
    folder: str | None,
    fresh: bool,
    listing: bool,
) -> int:
    """Draw a design: its components, paths, data, places, with the numbers that follow from it.

    A picture that is drawn over an earlier one keeps its places; --fresh lays it out anew.
    """
    if view is not None and not view.partition(":")[0].strip():
        raise click.UsageError(f"--view names no view; {_known_views()}")
    if folder is not None and (output or view or operation or group):
        raise click.UsageError("--all writes every picture; leave out --view, --group and -o")
    if listing and file is None and not _is_design_here():
        return _list(None)
    if output is not None and output != "-" and Path(output).suffix.lower() not in (_PNG, _SVG):
        raise click.UsageError(f"'{output}' ends neither in .svg nor in .png")
    name, id_ = _picture(view, operation)
    bench = opened(chosen(file), changes, load, "text", Paint())
    if bench is None:
        return 2
    if listing:
        return _list(bench)
    if folder is not None:
        return _write_all(bench, Path(folder), theme, fresh)
    earlier = b"" if fresh or output in (None, "-") else _earlier(Path(output))
    return _draw(bench, name, id_, group, theme, scale, output, earlier)


def _earlier(path: Path) -> bytes:
    from sysdesign.draw import MOST_BYTES

    return beginning(path, MOST_BYTES)


def _known_views() -> str:
    from sysdesign.workbench.pictures import view_names

    return "there is " + ", ".join(name for name, _ in view_names())


def _is_design_here() -> bool:
    try:
        find_design(Path())
    except (SearchError, OSError):
        return False
    return True


def _picture(view: str | None, operation: str | None) -> tuple[str, str]:
    """The view and which of its pictures, by `--view NAME:ID` and `--operation`."""
    from sysdesign.workbench.pictures import VIEW

    name, _, id_ = (view or ("operation" if operation else VIEW)).partition(":")
    if operation and id_ and operation != id_:
        raise click.UsageError(f"--view names '{id_}' and --operation '{operation}'")
    return name, id_ or operation or ""


def _draw(
    bench: Workbench, view: str, id_: str, group: str, theme: str, scale: float, output: str | None,
    earlier: bytes,
) -> int:  # fmt: skip
    from sysdesign.workbench.pictures import PictureError, draw_png, redraw

    try:
        drawn = redraw(bench, view, id_=id_, group=group, theme=theme, earlier=earlier)
    except PictureError as trouble:
        complain(f"sysdesign: {trouble}")
        return 2
    svg = drawn.svg
    _remark(output or "picture", drawn.remarks)
    if output is None or output == "-":
        say(svg.rstrip("\n"))
        return 0
    data = svg.encode()
    if Path(output).suffix.lower() == _PNG:
        try:
            data = draw_png(svg, scale=scale, theme=theme)
            _tell_unreadable(output, svg)
        except ImportError:
            complain("sysdesign: a PNG needs resvg-py: pip install resvg-py, or write an .svg")
            return 2
    return _write(Path(output), data)


def _tell_unreadable(output: str, svg: str) -> None:
    from sysdesign.draw import unreadable

    if letters := unreadable(svg):
        shown = " ".join(letters[:8]) + (" …" if len(letters) > 8 else "")
        complain(f"{output}: no font of this machine has {shown}: boxes stand for them.")
        complain("  Install a font that has (Noto Sans CJK, say), or write an .svg.")


def _remark(name: str, remarks: tuple[str, ...]) -> None:
    for remark in remarks[:MOST_REMARKS]:
        complain(f"{name}: {remark}")
    if len(remarks) > MOST_REMARKS:
        complain(f"{name}: and {len(remarks) - MOST_REMARKS} more")


def _write(path: Path, data: bytes) -> int:
    try:
        write_atomic(path, data)
    except (OSError, ValueError) as trouble:
        complain(f"sysdesign: {path} cannot be written: {_why(trouble)}")
        return 2
    return 0


def _why(trouble: OSError | ValueError) -> str:
    return getattr(trouble, "strerror", None) or str(trouble)


def _write_all(bench: Workbench, folder: Path, theme: str, fresh: bool) -> int:
    from sysdesign.workbench.pictures import draw_all

    try:
        folder.mkdir(exist_ok=True)
    except (OSError, ValueError) as trouble:
        complain(f"sysdesign: {folder} cannot be made: {_why(trouble)}")
        return 2
    number = 0

    def earlier(name: str) -> bytes:
        return b"" if fresh else _earlier(folder / name)

    for name, drawn in draw_all(bench, theme, earlier):
        _remark(name, drawn.remarks)
        if _write(folder / name, drawn.svg.encode()):
            return 2
        number += 1
    say(f"Wrote {number - 1} pictures. Open {folder / 'index.html'}")
    return 0


def _list(bench: Workbench | None) -> int:
    """The views; with a design the pictures of each."""
    from sysdesign.workbench.pictures import pictures, view_names

    for line in table([(name, said) for name, said in view_names()]):
        say(line)
    if bench is None:
        return 0
    say()
    for one in pictures(bench):
        if one.id:
            say(f"  --view {one.view}:{one.id}")
        elif one.group:
            say(f"  --view {one.view} --group {one.group}")
    return 0
