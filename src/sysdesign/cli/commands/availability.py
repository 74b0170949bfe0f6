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
from sysdesign.study import primary_operation


@click.command(epilog="Example:  sysdesign availability twitter.yaml --operation home_timeline")
@click.argument("file", required=False, shell_complete=complete_files)
@what_if
@click.option("--operation", metavar="NAME", help="What brings this operation down, not the first.")
@click.option("--all", "everything", is_flag=True, help="Every cause, single point and default.")
@click.option("--next-nine", "nine", is_flag=True,
              help="The cheapest change to ten times less time down; each is run.")  # fmt: skip
@output_format("text", "json")
@colour
def command(
    file: str | None, changes: tuple[str, ...], load: str, operation: str | None, everything: bool,
    nine: bool, form: str, color: str,
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
    found = None
    if nine:
        from sysdesign.workbench.nines import next_nine

        name = operation or primary_operation(bench.study)
        found = next_nine(bench, name) if name else None
    if form == "json":
        print_json(availability_answer(bench, path, operation, found))
    else:
        for line in page(bench, path, paint, operation, everything=everything, nine=found):
            say(line)
    return 0
