"""`sysdesign availability`."""

import click

from sysdesign.cli.options import (
    chosen,
    colour,
    complete_files,
    opened,
    output_format,
    print_json,
    what_if,
)
from sysdesign.cli.screen import Paint, say


@click.command(epilog="Example:  sysdesign availability twitter.yaml --operation home_timeline")
@click.argument("file", required=False, shell_complete=complete_files)
@what_if
@click.option("--operation", metavar="NAME", help="What brings this operation down, not the first.")
@click.option("--all", "everything", is_flag=True, help="Every cause, single point and default.")
@output_format("text", "json")
@colour
def command(
    file: str | None, changes: tuple[str, ...], load: str, operation: str | None, everything: bool,
    form: str, color: str,
) -> int:  # fmt: skip
    """Work out how much of the time operations are up, and what brings them down.

    Exact, from instances, copies, zones, regions and providers; up means able to carry the peak.
    What is optional or has a fallback degrades a call and does not fail it.
    """
    from sysdesign.cli.availability import page
    from sysdesign.workbench.availability import availability_answer

    paint = Paint(color)
    path = chosen(file)
    bench = opened(path, changes, load, form, paint)
    if bench is None:
        return 2
    if operation is not None and operation not in bench.study.design.operations:
        raise click.UsageError(f"no such operation: '{operation}'")
    if form == "json":
        print_json(availability_answer(bench, path, operation))
    else:
        for line in page(bench, path, paint, operation, everything=everything):
            say(line)
    return 0
