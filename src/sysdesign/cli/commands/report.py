"""`sysdesign report`."""

import sys
from pathlib import Path
from typing import Literal

import click

from sysdesign.cli.options import (
    chosen,
    colour,
    complete_files,
    opened,
    print_problems,
    tell_later,
    what_if,
)
from sysdesign.cli.screen import ClosedPipeError, Paint, complain
from sysdesign.source import UnusableError
from sysdesign.study.tested import Run

_FORMS: dict[str, Literal["html", "md"]] = {
    ".html": "html", ".htm": "html", ".md": "md", ".markdown": "md",
}  # fmt: skip


@click.command(epilog="Example:  sysdesign report twitter.yaml -o design.html")
@click.argument("file", required=False, shell_complete=complete_files)
@what_if
@click.option(
    "-o", "--output", metavar="OUT", type=click.Path(path_type=Path),
    help="Where to write it; without it to standard output.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["html", "md"]),
    help="What to write; as the ending of OUT says, else html.",
)  # fmt: skip
@click.option("--compare", is_flag=True,
              help="Run the options of each decision, too: it takes seconds.")  # fmt: skip
@click.option("--failures", is_flag=True,
              help="Break every part in turn, too: it takes seconds.")  # fmt: skip
@click.option(
    "--simulate", "simulated", is_flag=True,
    help="Simulate the steady state and each scenario, too: it takes minutes.",
)  # fmt: skip
@click.option("--scenario", "scenarios", multiple=True, metavar="NAME",
              help="With --simulate: only this one (may be repeated).")  # fmt: skip
@colour
def command(
    file: str | None,
    changes: tuple[str, ...],
    load: str,
    output: Path | None,
    form: Literal["html", "md"] | None,
    compare: bool,
    failures: bool,
    simulated: bool,
    scenarios: tuple[str, ...],
    color: str,
) -> int:
    """Write the design up for a reviewer: one self-contained page, or Markdown.

    In the order of the framework that the design follows: requirements with verdicts, the envelope
    with its derivations, interface, data, diagrams, latency budgets, the load curve, decisions,
    findings, availability and cost, and how far to trust the numbers. A browser prints the page as
    PDF. What takes longer than a moment is left out until it is asked for, and the page says so.
    """
    form = form or _form_of(output)
    path = chosen(file)
    bench = opened(path, changes, load, "text", Paint(color, sys.stderr))
    if bench is None:
        return 2
    from sysdesign.workbench.documents import document

    runs: tuple[Run, ...] = ()
    if simulated or scenarios:
        from sysdesign.cli.progress import Watching
        from sysdesign.workbench.simulation import NothingYetError, for_report

        try:
            with Watching() as watch:
                done = for_report(bench, scenarios, watch, changes, load)
            runs = done.runs
            tell_later(done.left_out, "text", Paint(color, sys.stderr))
        except UnusableError as trouble:
            print_problems(trouble, "text", Paint(color, sys.stderr))
            return 2
        except NothingYetError as trouble:
            complain(f"sysdesign: {trouble}")
            return 130
    data = document(bench, form, runs, compare=compare, failures=failures).encode("utf-8")
    return _put(data) if output is None or str(output) == "-" else _write(output, path, data)


def _form_of(output: Path | None) -> Literal["html", "md"]:
    if output is None or str(output) == "-":
        return "html"
    found = _FORMS.get(output.suffix.lower())
    if found is None:
        raise click.UsageError(
            f"'{output.name}' ends neither in .html nor in .md; say which with --format"
        )
    return found


def _write(output: Path, path: str, data: bytes) -> int:
    from sysdesign.workbench.files import write_atomic

    try:
        if path != "-" and output.exists() and output.samefile(path):
            complain(f"sysdesign: {output} is the design itself; name another file")
            return 2
        write_atomic(output, data)
    except (OSError, ValueError) as trouble:
        said = getattr(trouble, "strerror", None) or trouble
        complain(f"sysdesign: {output} cannot be written: {said}")
        return 2
    return 0


def _put(data: bytes) -> int:
    """To standard output as UTF-8, whatever the console takes."""
    if sys.stdout is None:
        return 0
    try:
        sys.stdout.flush()
        stream = getattr(sys.stdout, "buffer", None)
        if stream is None:
            sys.stdout.write(data.decode("utf-8"))
        else:
            stream.write(data)
            stream.flush()
    except BrokenPipeError:
        raise ClosedPipeError from None
    return 0
