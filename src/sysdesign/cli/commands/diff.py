"""`sysdesign diff`."""

from collections.abc import Iterator

import click

from sysdesign.cli.options import Asked, complete_files, print_json, weighing
from sysdesign.cli.screen import Paint, say, table, wrapped
from sysdesign.workbench.comparing import Differing, diff_answer, difference


@click.command(epilog="Example:  sysdesign diff twitter.yaml twitter.yaml --format markdown")
@click.argument("before", shell_complete=complete_files)
@click.argument("after", shell_complete=complete_files)
@weighing("text", "json", "markdown")
def command(
    before: str,
    after: str,
    asked: Asked,
) -> int:
    """Say what changed between two designs, and what it did to the numbers.

    Exits with 1 where a requirement that held holds no more; made for a pull request.
    """
    benches = [asked.open(path) for path in (before, after)]
    if benches[0] is None or benches[1] is None:
        return 2
    found = difference(benches[0], benches[1])
    if asked.form == "json":
        print_json(diff_answer(before, after, found))
    else:
        lines = _markdown(found) if asked.form == "markdown" else _text(found, asked.paint)
        for line in lines:
            say(line)
    lost = set(found.before.met) & set(found.after.failed)
    return 1 if lost else 0


def _text(found: Differing, paint: Paint) -> Iterator[str]:
    if not found.changes:
        yield "Nothing changed."
        return
    yield paint("Changed", "bold")
    for change in found.changes:
        yield from wrapped(change.words, 96, "  ")
    yield ""
    yield paint("What it did to the numbers", "bold")
    if not found.shifts:
        yield "  Nothing."
        return
    colours = {1: "green", -1: "red", 0: "dim"}
    rows = [
        (s.name, s.before, "→", s.after, _factor(s.factor),
         paint({1: "better", -1: "worse", 0: ""}[s.sign], colours[s.sign]))
        for s in found.shifts
    ]  # fmt: skip
    yield from table(rows, right=(1,))


def _factor(factor: float | None) -> str:
    if factor is None or factor <= 0:
        return ""
    return f"{factor - 1:+.0%}" if factor < 2 else f"{factor:.2g}x"


def _markdown(found: Differing) -> Iterator[str]:
    if not found.changes:
        yield "Nothing changed in the design."
        return
    yield "**Changed in the design**"
    yield ""
    for change in found.changes:
        yield f"- {_escaped(change.words)}"
    yield ""
    if not found.shifts:
        yield "No number moved."
        return
    yield "| number | before | after | |"
    yield "|---|---|---|---|"
    for s in found.shifts:
        word = {1: "better", -1: "**worse**", 0: ""}[s.sign]
        yield f"| {_escaped(s.name)} | {_escaped(s.before)} | {_escaped(s.after)} | {word} |"


def _escaped(text: str) -> str:
    """Text that Markdown takes as it is."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>()#|!" else c for c in text)
