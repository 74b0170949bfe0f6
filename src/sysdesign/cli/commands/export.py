"""`sysdesign export`."""

from pathlib import Path
from typing import Any

import click

from sysdesign.cli.options import chosen, colour, complete_files, opened, what_if
from sysdesign.cli.screen import Paint, complain, say, table


def complete_formats(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Formats for shell completion."""
    from sysdesign.export import names

    return [name for name in names() if name.startswith(incomplete)]


@click.command(epilog="Example:  sysdesign export twitter.yaml --to d2 -o twitter.d2")
@click.argument("file", required=False, shell_complete=complete_files)
@click.option(
    "--to", "form", metavar="FORMAT", shell_complete=complete_formats,
    help="mermaid, d2, structurizr or plantuml; else told by the ending of -o.",
)  # fmt: skip
@click.option(
    "--view", metavar="VIEW",
    help="components, sequence:OPERATION or data, as far as the format has it.",
)  # fmt: skip
@click.option("-o", "--output", metavar="PATH", help="Write to this file, not to the screen.")
@click.option("--list", "listing", is_flag=True, help="Print the formats and their views.")
@what_if
@colour
def command(
    file: str | None, form: str | None, view: str | None, output: str | None, listing: bool,
    changes: tuple[str, ...], load: str, color: str,
) -> int:  # fmt: skip
    """Write the architecture of a design as text for another tool.

    Labels carry the computed rates at peak. What is not carried over stands at the top of the text
    and is told on standard error.
    """
    from sysdesign.export import UnknownViewError, export

    if listing:
        return _list()
    if view is not None and not view.strip():
        raise click.UsageError("--view names no view; --list prints those of each format")
    wanted = form or _by_ending(output)
    _check_ending(wanted, output)
    bench = opened(chosen(file), changes, load, "text", Paint(color))
    if bench is None:
        return 2
    try:
        exported = export(bench.study, wanted, view or "")
    except UnknownViewError as trouble:
        raise click.UsageError(str(trouble)) from None
    if output is None or output == "-":
        say(exported.text.removesuffix("\n"))
    elif not _written(output, exported.text):
        return 2
    _tell(exported.lost)
    return 0


def _tell(lost: tuple[str, ...]) -> None:
    """What was not carried over, apart from the text."""
    if lost:
        complain("Not carried over:")
    for one in lost:
        complain(f"  {one}")


def _by_ending(output: str | None) -> str:
    """The format whose files end like the one to be written."""
    from sysdesign.export import all_formats, names

    if output is not None:
        for name, found in all_formats().items():
            if Path(output).suffix == found.suffix:
                return name
    raise click.UsageError(f"say for which tool: --to {', '.join(names())}")


def _check_ending(form: str, output: str | None) -> None:
    """An ending that belongs to another format would lead its readers astray."""
    from sysdesign.export import all_formats

    ending = Path(output or "").suffix.lower()
    other = next((n for n, f in all_formats().items() if f.suffix == ending and n != form), None)
    if other is not None and form in all_formats():
        right = all_formats()[form].suffix
        raise click.UsageError(
            f"--to says {form} and '{output}' ends like {other}; leave out --to, or end in {right}"
        )


def _list() -> int:
    from sysdesign.export import SEQUENCE, all_formats

    rows: list[Any] = []
    for name, found in all_formats().items():
        views = [v.name if v.name != SEQUENCE else f"{SEQUENCE}:OPERATION" for v in found.views]
        rows.append((name, found.suffix, ", ".join(views), found.summary))
    for line in table(rows, indent=0):
        say(line)
    return 0


def _written(output: str, text: str) -> bool:
    """Whether a text could be written; else the reason is told."""
    from sysdesign.workbench.files import write_atomic

    try:
        write_atomic(Path(output), text.encode("utf-8"))
    except OSError as trouble:
        complain(f"sysdesign: {output} cannot be written: {trouble.strerror or trouble}")
        return False
    except ValueError:  # a path with a null character
        complain(f"sysdesign: {output!r} cannot be written: no such path")
        return False
    return True
