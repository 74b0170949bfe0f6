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
from sysdesign.figures import Figure
from sysdesign.workbench import Workbench
from sysdesign.workbench.answers import estimate_answer

TABLES = (
    ("Operations", "operations", ("rate", "peak_rate", "peak_ingress", "peak_egress", "in_flight"),
     ("average", "peak", "in at peak", "out at peak", "in flight")),
    ("Data, without copies", "data", ("size", "records", "stored_a_day", "stored_1y", "stored"),
     ("a record", "records", "a day", "after a year", "at the horizon")),
    ("Components", "components", ("peak_rate", "stored", "memory_needed", "peak_connections"),
     ("calls at peak", "stored", "memory for its hits", "connections")),
)  # fmt: skip


@click.command(epilog="Example:  sysdesign estimate twitter.yaml --load 10x")
@click.argument("file", required=False, shell_complete=complete_files)
@what_if
@click.option("--all", "everything", is_flag=True, help="Every number on a line of its own.")
@output_format("text", "json")
@colour
def command(
    file: str | None, changes: tuple[str, ...], load: str, everything: bool, form: str, color: str
) -> int:
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
        return 0
    say(paint(str(bench.study.design.problem.name or bench.study.source.name), "bold"))
    for line in _every(bench, paint) if everything else _tables(bench, paint):
        say(line)
    for line in _verdicts(bench, paint):
        say(line)
    first = next(iter(bench.figures), "NAME")
    say()
    say(
        paint(
            "A number is the median, a .. b the 5th to 95th percentile; rates by place and "
            "the rest: --all",
            "dim",
        )
    )
    say(paint(f"Where a number comes from:  sysdesign explain {first}", "dim"))
    return 0


def _lines(title: str, figures: list[Figure], paint: Paint) -> list[str]:
    rows = [(f.name, f.shown, f.shown_range, paint(f.title, "dim")) for f in figures]
    return ["", paint(title, "bold"), *table(rows, right=(1,))] if rows else []


def _of(bench: Workbench, section: str) -> list[Figure]:
    return [f for f in bench.figures.values() if f.section == section]


def _every(bench: Workbench, paint: Paint) -> list[str]:
    titles = {"system": "The whole", "estimates": "Your estimates", "operations": "Operations",
              "data": "Data", "components": "Components", "assumptions": "Assumptions"}  # fmt: skip
    return [
        line
        for section, title in titles.items()
        for line in _lines(title, _of(bench, section), paint)
    ]


def _tables(bench: Workbench, paint: Paint) -> list[str]:
    """The whole in full, the rest as tables of medians."""
    lines = _lines("The whole", _of(bench, "system"), paint)
    lines += _lines("Your estimates", _of(bench, "estimates"), paint)
    for title, section, measures, heads in TABLES:
        names = dict.fromkeys(f.name.partition(".")[0] for f in _of(bench, section))
        rows = []
        for name in names:
            cells = [bench.figures.get(f"{name}.{m}") for m in measures]
            if any(cells):
                rows.append((name, *(c.shown if c else "-" for c in cells)))
        if rows:
            right = tuple(range(1, len(heads) + 1))
            top, *body = table([("", *heads), *rows], right=right)
            lines += ["", paint(title, "bold"), paint(top, "dim"), *body]
    return lines


def _verdicts(bench: Workbench, paint: Paint) -> list[str]:
    result = bench.study.estimate
    lines: list[str] = []
    for claim in result.claims:
        word = paint("agrees", "green") if claim.agrees else paint("disagrees", "red")
        why = f" ({claim.prefix}?)" if claim.prefix else ""
        lines.append(
            f"  {claim.name}: the claim of {claim.shown} {word}: "
            f"{claim.ratio:.2f} times what is computed{why}"
        )
    for limit in result.limits:
        word = "above" if limit.at_most else "below"
        lines.append(
            f"  {limit.name}: {word} {limit.shown} with a probability of {_share(limit.exceeded)}"
        )
    return ["", paint("Claims and limits", "bold"), *lines] if lines else []


def _share(probability: float) -> str:
    if 0 < probability < 0.01:
        return "less than 1%"
    if 0.99 < probability < 1:
        return "more than 99%"
    return f"{probability:.0%}"
