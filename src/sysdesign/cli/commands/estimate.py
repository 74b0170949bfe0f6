"""`sysdesign estimate`."""


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
from sysdesign.cli.screen import Paint, say, table
from sysdesign.workbench import Workbench
from sysdesign.workbench.answers import estimate_answer

TITLES = {
    "system": "The whole", "estimates": "Your estimates", "operations": "Operations", "data": "Data",
    "components": "Components", "assumptions": "Assumptions",
}  # fmt: skip


@click.command(epilog="Example:  sysdesign estimate twitter.yaml --load 10x")
@click.argument("file", required=False, shell_complete=complete_files)
@what_if
@output_format("text", "json")
@colour
def command(file: str | None, changes: tuple[str, ...], load: str, form: str, color: str) -> int:
    """Print every number that follows from a design.

    Each is a median with its 90% interval; `sysdesign explain NAME` shows where it comes from.
    """
    paint = Paint(color)
    path = chosen(file)
    bench = opened(path, changes, load, form, paint)
    if bench is None:
        return 2
    if form == "json":
        print_json(estimate_answer(bench, path))
    else:
        _print(bench, paint)
    return 0


def _print(bench: Workbench, paint: Paint) -> None:
    study = bench.study
    say(paint(str(study.design.problem.name or study.source.name), "bold"))
    for section, title in TITLES.items():
        figures = [f for f in study.figures.values() if f.section == section]
        if not figures:
            continue
        say()
        say(paint(title, "bold"))
        rows = [(f.name, f.shown, f.shown_range) for f in figures]
        for line in table(rows, right=(1,)):
            say(line)
    for line in _verdicts(bench, paint):
        say(line)
    say()
    first = next(iter(study.figures), "NAME")
    say(paint(f"A range is the 5th to 95th percentile. Next:  sysdesign explain {first}", "dim"))


def _verdicts(bench: Workbench, paint: Paint) -> list[str]:
    result = bench.study.estimate
    lines: list[str] = []
    for claim in result.claims:
        word = paint("agrees", "green") if claim.agrees else paint("disagrees", "red")
        why = f" ({claim.prefix}?)" if claim.prefix else ""
        lines.append(f"  {claim.name}: the claim of {claim.shown} {word}, {claim.ratio:.2f} times{why}")
    for limit in result.limits:
        word = "above" if limit.at_most else "below"
        lines.append(f"  {limit.name}: {word} {limit.shown} with a probability of {_share(limit.exceeded)}")
    return ["", paint("Claims and limits", "bold"), *lines] if lines else []


def _share(probability: float) -> str:
    if 0 < probability < 0.01:
        return "less than 1%"
    if 0.99 < probability < 1:
        return "more than 99%"
    return f"{probability:.0%}"


