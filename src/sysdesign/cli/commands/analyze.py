"""`sysdesign analyze`."""

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

TARGET = "target"
"""Id of the requirement that --target adds."""


@click.command(epilog="Example:  sysdesign analyze twitter.yaml --load 2x")
@click.argument("file", required=False, shell_complete=complete_files)
@what_if
@click.option("--origin", metavar="PLACE", help="Times of the calls that come from one place.")
@click.option(
    "--operation", metavar="NAME", help="The latency budget of this operation, not the first."
)
@click.option(
    "--target", "targets", multiple=True, metavar="TEST",
    help="Say what this needs, e.g. 'home_timeline.p99 < 80 ms' or 'carries >= 5x'.",
)  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="Every component, step and reason.")
@click.option("--strict", is_flag=True, help="Exit with 1 where the load is not carried.")
@output_format("text", "json")
@colour
def command(
    file: str | None,
    changes: tuple[str, ...],
    load: str,
    origin: str | None,
    operation: str | None,
    targets: tuple[str, ...],
    everything: bool,
    strict: bool,
    form: str,
    color: str,
) -> int:
    """Work out load and latency at peak, by formulas, at the medians of the ranges.

    Utilisation, bottleneck, the load that is carried and when growth uses it up, how long calls
    take and where the time goes, what requirements need. Where a formula is not to be trusted the
    answer says so.
    """
    from sysdesign.cli.analysis import Wanted, page
    from sysdesign.workbench.analysis import analyze_answer

    paint = Paint(color)
    path = chosen(file)
    bench = opened(path, (*changes, *_as_requirement(targets)), load, form, paint)
    if bench is None:
        return 2
    if origin is not None and origin not in bench.study.design.places:
        raise click.UsageError(f"no such place: '{origin}'")
    if operation is not None and operation not in bench.study.design.operations:
        raise click.UsageError(f"no such operation: '{operation}'")
    if form == "json":
        print_json(analyze_answer(bench, path))
    else:
        for line in page(bench, path, paint, Wanted(origin, operation, everything)):
            say(line)
    carries = bench.study.analysis.carries
    return 1 if strict and carries is not None and carries < 1 else 0


def _as_requirement(targets: tuple[str, ...]) -> list[str]:
    """Targets to try as a requirement of the design."""
    if not targets:
        return []
    tests = ", ".join('"' + one.replace("\\", "").replace('"', "") + '"' for one in targets)
    return [f"requirements.quality.{TARGET}={{class: performance, expect: [{tests}]}}"]
