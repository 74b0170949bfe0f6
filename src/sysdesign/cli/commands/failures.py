"""`sysdesign failures`."""

import click

from sysdesign.cli.options import (
    chosen,
    colour,
    complete_files,
    opened,
    output_format,
    print_json,
    tell_later,
    what_if,
)
from sysdesign.cli.screen import Paint, say


@click.command(epilog="Example:  sysdesign failures twitter.yaml --pairs")
@click.argument("file", required=False, shell_complete=complete_files)
@what_if
@click.option("--only", metavar="NAME", help="One component, zone, place or link, not all.")
@click.option("--pairs", "two", is_flag=True, help="Any two parts at once, too.")
@click.option("--all", "everything", is_flag=True, help="What survives, too.")
@output_format("text", "json")
@colour
def command(
    file: str | None, changes: tuple[str, ...], load: str, only: str | None, two: bool,
    everything: bool, form: str, color: str,
) -> int:  # fmt: skip
    """Break every part in turn: who feels it, what load is left, what recovers it.

    Instances, components, zones, regions, what others run, links; then each component slow; the
    scenarios of the file; and twelve failures that a reviewer tries. By formulas, at peak.
    """
    from sysdesign.cli.failures import page
    from sysdesign.workbench.failures import Failures, failures_answer, known_parts

    paint = Paint(color)
    path = chosen(file)
    bench = opened(path, changes, load, form, paint)
    if bench is None:
        return 2
    if only is not None and only not in known_parts(bench):
        raise click.UsageError(f"nothing here is called '{only}'")
    found = Failures(bench, only)
    if form == "json":
        answer = failures_answer(found, path, two=two)
        tell_later(found.left_out, form, paint)
        print_json(answer)
    else:
        for line in page(found, path, paint, two=two, everything=everything or only is not None):
            say(line)
        tell_later(found.left_out, form, paint)
    return 0
