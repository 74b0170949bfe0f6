"""`sysdesign compare`."""

from collections.abc import Iterator, Mapping, Sequence

import click

from sysdesign.cli.options import Asked, chosen, complete_files, print_json, tell_later, weighing
from sysdesign.cli.screen import Paint, say, table, wrapped
from sysdesign.compare import Compared, Row
from sysdesign.workbench import Workbench
from sysdesign.workbench.comparing import (
    compare_answer,
    decisions,
    side_answer,
    side_by_side,
)

WIDEST = 100
"""Characters beyond which a table is turned."""
HEADS = {"carries": "carries", "cost": "cost a month"}


@click.command(epilog="Example:  sysdesign compare twitter.yaml")
@click.argument("files", nargs=-1, shell_complete=complete_files)
@click.option("--decision", "only", multiple=True, metavar="NAME", help="Only this decision.")
@weighing("text", "json")
def command(
    files: tuple[str, ...],
    only: tuple[str, ...],
    asked: Asked,
) -> int:
    """Run the options of every decision, or put designs side by side.

    With one file: each option of each decision is worked out with its change, and shown on the same
    numbers; the chosen one is marked, and a reason that the numbers contradict is told. With two
    files or more: one row for each.
    """
    paths = files or (chosen(None),)
    benches = {path: asked.open(path) for path in paths}
    known = {path: bench for path, bench in benches.items() if bench is not None}
    if len(known) < len(benches):
        return 2
    if len(known) > 1:
        _designs(known, asked.form, asked.paint)
        return 0
    ((path, bench),) = known.items()
    unknown = [name for name in only if name not in bench.study.design.decisions]
    if unknown:
        raise click.UsageError(f"no such decision: '{unknown[0]}'")
    found = list(decisions(bench, only))
    if asked.form == "json":
        print_json(compare_answer(path, found))
        return 2 if any(one.broken for one in found) else 0
    for line in _page(bench, found, asked.paint):
        say(line)
    for one in found:
        broken = {f"option {name} of {one.name}": said for name, said in one.broken.items()}
        tell_later(broken, asked.form, asked.paint)
    return 0


def _designs(benches: Mapping[str, Workbench], form: str, paint: Paint) -> None:
    rows = side_by_side(benches)
    if form == "json":
        print_json(side_answer(rows))
        return
    names = tuple(dict.fromkeys(name for row in rows.values() for name in row.values))
    for line in row_lines(rows, names, "", paint):
        say(line)


def _page(bench: Workbench, found: Sequence[Compared], paint: Paint) -> Iterator[str]:
    yield paint(str(bench.study.design.problem.name or bench.study.source.name), "bold")
    if not found:
        yield ""
        yield "  No decision stands in the file yet: write a question, and two options or more."
    for one in found:
        yield ""
        yield paint(f"{one.name}: {one.decision.question or ''}".rstrip(": "), "bold")
        yield from row_lines(one.rows, one.measures, str(one.decision.chosen or ""), paint)
        yield from _said(one, paint)


def row_lines(
    rows: Mapping[str, Row], measures: Sequence[str], picked: str, paint: Paint
) -> Iterator[str]:
    """Rows as a table: what was measured, bottleneck, parts, requirements."""
    if not rows:
        yield "  No option can be run: give those that are not chosen a `change`."
        return
    heads = ("", *(HEADS.get(name, name) for name in measures), "bottleneck", "parts",
             "requirements")  # fmt: skip
    lines = []
    for name, one in rows.items():
        values = (one.values.get(measure) for measure in measures)
        cells = (f"{v.shown}{'?' if v.doubted else ''}" if v else "-" for v in values)
        mark = f"{name} *" if name == picked else name
        lines.append((mark, *cells, one.bottleneck or "-", str(one.parts), _verdict(one)))
    top, *body = table([heads, *lines], right=range(1, len(measures) + 1))
    if max(map(len, (top, *body))) > WIDEST:
        top, *body = _upright([heads, *lines])
    yield paint(top, "dim")
    yield from body


def _upright(lines: Sequence[Sequence[str]]) -> list[str]:
    """The table with a column for each design; what is not met goes below one another."""
    rows: list[tuple[str, ...]] = []
    for cells in zip(*lines, strict=True):
        parts = [cell.split(", ") for cell in cells]
        rows += [
            tuple(part[i] if i < len(part) else "" for part in parts)
            for i in range(max(map(len, parts)))
        ]
    return table(rows)


def _verdict(one: Row) -> str:
    if not one.verdicts:
        return "-"
    said = f"{len(one.met)} of {len(one.verdicts)} hold"
    return f"{said}, not {', '.join(one.failed)}" if one.failed else said


def _said(one: Compared, paint: Paint) -> Iterator[str]:
    if one.decision.because:
        yield from wrapped(f"* chosen because {_plain(str(one.decision.because))}", 94, "  ")
    elif str(one.decision.chosen or "") in one.rows:
        yield "  * chosen"
    for told in one.tradeoffs:
        first, *more = wrapped(f"{told}.", 92)
        yield f"  {first}"
        yield from (f"    {line}" for line in more)
    if any(v.doubted for row in one.rows.values() for v in row.values.values()):
        yield "  ? formulas are not sure of it: simulate"
    if one.asked:
        few = " and ".join(one.asked)
        yield f"  {few}: no `change` says what the file would be, so it cannot be run"
    for name, problems in one.broken.items():
        errors = f"{len(problems)} error{'s' if len(problems) != 1 else ''}"
        yield paint(f"  {name}: it does not fit the file and is left out ({errors})", "red")
    for said in one.contradictions:
        for line in wrapped(f"{said.rule}: {said.message}", 94, "  "):
            yield paint(line, "yellow")


def _plain(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
