"""`sysdesign simulate`."""

from typing import TYPE_CHECKING

import click

from sysdesign.cli.options import (
    chosen,
    colour,
    complete_files,
    opened,
    output_format,
    print_json,
    print_problems,
    problems_answer,
    tell_later,
    what_if,
)
from sysdesign.cli.screen import Paint, complain, say
from sysdesign.source import UnusableError

if TYPE_CHECKING:
    from sysdesign.workbench.by_chance import Lives
    from sysdesign.workbench.simulation import Simulation

_QUICK = (0.05, 0.1)
_QUICK_S = 10.0
_P99_OVER_MEAN = 3.0


@click.command(epilog="Example:  sysdesign simulate twitter.yaml")
@click.argument("file", required=False, shell_complete=complete_files)
@what_if
@click.option(
    "--scenario", "scenarios", multiple=True, metavar="NAME",
    help="Run this scenario of the file (may be repeated; `all` for each).",
)  # fmt: skip
@click.option(
    "--fail", "fails", multiple=True, metavar="WHAT@AT+FOR",
    help="Let something fail, e.g. eu-a@10min+10min (may be repeated).",
)  # fmt: skip
@click.option(
    "--failures", is_flag=True,
    help="Let parts fail by chance, as often as `fails` says, for months or years: how many calls "
    "are answered, beside `availability`.",
)  # fmt: skip
@click.option(
    "--precision", default="1%", show_default=True, metavar="SHARE",
    help="Half of a mean's 95% interval over the mean; that of p99 is three times as wide, of the "
    "share that fails by chance ten times.",
)  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True,
              help="The same seed gives the same answer.")  # fmt: skip
@click.option("--limit", type=click.FloatRange(1, 86_400), default=50.0, show_default=True,
              metavar="SECONDS", help="How long each simulation may take.")  # fmt: skip
@click.option("--trace", metavar="OPERATION", help="Show one call of it as a waterfall.")
@click.option("--traces", type=click.IntRange(0, 500), default=0, metavar="N",
              help="So many calls instead of one.")  # fmt: skip
@click.option("--quick", is_flag=True, help="A rough answer: 5% on the mean, 10 s at most.")
@click.option("--whole", is_flag=True, help="No slice of the system, no short stretches.")
@click.option("--interpreted", is_flag=True, help="Without the compiler: slow, the same answer.")
@click.option("--all", "everything", is_flag=True, help="Every component and default.")
@click.option("--strict", is_flag=True, help="Exit with 1 where a requirement does not hold.")
@output_format("text", "json", "openmetrics")
@colour
def command(
    file: str | None,
    changes: tuple[str, ...],
    load: str,
    scenarios: tuple[str, ...],
    fails: tuple[str, ...],
    failures: bool,
    precision: str,
    seed: int,
    limit: float,
    trace: str | None,
    traces: int,
    quick: bool,
    whole: bool,
    interpreted: bool,
    everything: bool,
    strict: bool,
    form: str,
    color: str,
) -> int:
    """Load the design and watch it, event by event, at peak and at the medians of the ranges.

    What formulas cannot tell: retries and their storms, timeouts, breakers, queues that fill up,
    failures and how it recovers. Each number comes with its 95% interval; the run ends when it is
    narrow enough. Ctrl-C gives the answer so far.

    With --failures nothing is run but what follows each failure and each repair, until all has
    settled: what is as it was before need not be run again. So a year of a small design takes
    seconds.
    """
    told = _beside_failures(scenarios, fails, trace, traces, form) if failures else ""
    if told:
        raise click.UsageError(f"--failures is a run by itself: leave out {told}")
    paint = Paint(color)
    path = chosen(file)
    bench = opened(path, changes, load, form if form == "json" else "text", paint)
    if bench is None:
        return 2
    from sysdesign.cli.progress import Watching
    from sysdesign.workbench.by_chance import live
    from sysdesign.workbench.simulation import Asked, NothingYetError, simulate

    design = bench.study.design
    if trace is not None and trace not in design.operations:
        raise click.UsageError(f"no such operation: '{trace}'")
    names = tuple(design.scenarios) if "all" in scenarios else scenarios
    asked = Asked(
        names, fails, _QUICK if quick else _precision(precision), seed,
        min(limit, _QUICK_S) if quick else limit, traces or (1 if trace else 0), trace or "",
        whole, interpreted, changes, load,
    )  # fmt: skip
    try:
        with Watching(quiet=form != "text") as watch:
            if failures:
                lives = live(bench, asked, watch)
            else:
                done = simulate(bench, asked, watch)
    except UnusableError as trouble:
        if form == "json":
            print_json(problems_answer(path, trouble))
        else:
            print_problems(trouble, "text", paint)
        return 2
    except NothingYetError as trouble:
        complain(f"sysdesign: {trouble}")
        return 130
    if failures:
        _print_lives(lives, path, form, paint, everything)
        tests = lives.tests
    else:
        tell_later(done.left_out, form, paint)
        _print(done, path, form, paint, everything)
        tests = tuple(test for run in done.runs for test in run.tests)
    failed = any(test.holds is False for test in tests)
    return 1 if strict and failed else 0


def _print(done: "Simulation", path: str, form: str, paint: Paint, everything: bool) -> None:
    if form == "json":
        from sysdesign.workbench.simulated import simulate_answer

        print_json(simulate_answer(done, path))
    elif form == "openmetrics":
        from sysdesign.export.openmetrics import openmetrics

        say(openmetrics([run.simulated for run in done.runs]).rstrip("\n"))
    elif done.runs:
        from sysdesign.cli.simulation import page

        for line in page(done, path, paint, everything):
            say(line)


def _print_lives(done: "Lives", path: str, form: str, paint: Paint, everything: bool) -> None:
    if form == "json":
        from sysdesign.workbench.by_chance import lives_answer

        print_json(lives_answer(done, path))
    else:
        from sysdesign.cli.by_chance import page

        for line in page(done, path, paint, everything):
            say(line)


def _beside_failures(
    scenarios: tuple[str, ...], fails: tuple[str, ...], trace: str | None, traces: int, form: str
) -> str:  # fmt: skip
    """Options that --failures has no use for."""
    found = {"--scenario": scenarios, "--fail": fails, "--trace": trace, "--traces": traces,
             "--format openmetrics": form == "openmetrics"}  # fmt: skip
    return ", ".join(option for option, given in found.items() if given)


def _precision(text: str) -> tuple[float, float]:
    """Shares of mean and p99 that half of an interval may be."""
    said = text.strip()
    try:
        share = float(said[:-1]) / 100 if said.endswith("%") else float(said)
    except ValueError:
        share = -1.0
    if not 0.0005 <= share <= 0.5:
        raise click.UsageError(f"--precision {text}: write a share from 0.05% to 50%, e.g. 1%")
    return share, _P99_OVER_MEAN * share
