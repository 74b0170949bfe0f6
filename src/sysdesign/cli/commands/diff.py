"""`sysdesign diff`."""

from collections.abc import Iterator, Sequence

import click

from sysdesign.cli.options import Asked, complete_files, print_json, weighing
from sysdesign.cli.screen import Paint, say, table, wrapped
from sysdesign.compare import Shift
from sysdesign.source import Finding, listed
from sysdesign.workbench.comparing import Differing, diff_answer, difference

_MOST = 5
"""Shifts of one measure, or findings, that are shown."""

_NOTHING = (
    "Nothing: load, times, availability, cost and storage read as they did. What only a simulation "
    "tells may differ: what backlogs, breakers, backoffs and the start of autoscaling do."
)


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
    return 1 if found.lost else 0


def _lost(found: Differing) -> str:
    """Requirements that held and fail now, in a sentence."""
    names = found.lost
    return f"{listed(names)} held before, and {'fails' if len(names) == 1 else 'fail'} now."


def _text(found: Differing, paint: Paint) -> Iterator[str]:
    if not found.changes:
        yield "Nothing changed in the design; remarks and layout do not count."
        return
    yield paint("Changed", "bold")
    for change in found.changes:
        yield from _item(change.words, paint)
    yield ""
    yield paint("What it did to the numbers", "bold")
    yield from _numbers(found, paint)
    yield from _findings(found, paint)
    if found.lost:
        yield ""
        yield paint(_lost(found), "red")


def _item(text: str, paint: Paint) -> Iterator[str]:
    """One of a list, its further lines farther in."""
    first, *more = wrapped(text, paint.width - 6)
    yield f"  {first}"
    yield from (f"    {line}" for line in more)


def _numbers(found: Differing, paint: Paint) -> Iterator[str]:
    if not found.shifts:
        yield from wrapped(_NOTHING, paint.width - 6, "  ")
        return
    colours = {1: "green", -1: "red", 0: "dim"}
    rows = [
        (s.name, s.before, "→", s.after + "?" * s.doubted, _factor(s),
         paint({1: "better", -1: "worse", 0: ""}[s.sign], colours[s.sign]))
        for s in _most_telling(found.shifts)
    ]  # fmt: skip
    yield from table(rows, right=(1,))
    for line in _others(found.shifts):
        yield from wrapped(line, paint.width - 6, "  ")
    if any(s.doubted for s in found.shifts):
        yield "  ? formulas are not sure of it: simulate"


def _findings(found: Differing, paint: Paint) -> Iterator[str]:
    """What checks find now, and what they find no more."""
    for title, some in _titled(found):
        if not some:
            continue
        yield ""
        yield paint(title, "bold")
        for one in some[:_MOST]:
            yield from _item(f"{one.severity.value} {one.rule}: {one.message}", paint)
        yield from _more(some)


def _titled(found: Differing) -> tuple[tuple[str, tuple[Finding, ...]], ...]:
    return ("New findings of check", found.came), ("Found no more", found.went)


def _more(some: Sequence[Finding]) -> Iterator[str]:
    if len(some) > _MOST:
        yield f"  and {len(some) - _MOST} more: --format json has them all"


def _measure(shift: Shift) -> str:
    """The measure of one part of the design, of which there may be very many; else nothing."""
    owner, _, measure = shift.name.rpartition(".")
    return measure if owner and owner != "system" else ""


def _most_telling(found: Sequence[Shift]) -> list[Shift]:
    """All shifts, but of one measure of many parts the largest alone."""
    kept: set[str] = set()
    for measure in filter(None, dict.fromkeys(map(_measure, found))):
        mine = sorted((s for s in found if _measure(s) == measure), key=_size, reverse=True)
        kept.update(s.name for s in mine[:_MOST])
    return [s for s in found if not _measure(s) or s.name in kept]


def _size(shift: Shift) -> float:
    """How much a shift matters: what is without end or new most, then by the value after."""
    value = float("inf") if shift.value is None else shift.value
    return -value if shift.name.endswith("availability") else value


def _others(found: Sequence[Shift]) -> Iterator[str]:
    """How many shifts of each measure are left out."""
    left = [_measure(s) for s in found if s not in _most_telling(found)]
    if left:
        counts = [f"{left.count(measure)} of {measure}" for measure in dict.fromkeys(left)]
        yield f"and {listed(counts)}, which are smaller: --format json has them all"


def _factor(shift: Shift) -> str:
    """By how much a number moved; of availability, where every percent is far too much, nothing."""
    factor = shift.factor
    if factor is None or factor <= 0 or shift.name.endswith("availability"):
        return ""
    told = f"{factor - 1:+.0%}" if factor < 2 else f"{factor:.2g}x"
    return "" if told in ("+0%", "-0%") else told


def _markdown(found: Differing) -> Iterator[str]:
    if not found.changes:
        yield "Nothing changed in the design; remarks and layout do not count."
        return
    if found.lost:
        yield f"**{_escaped(_lost(found))}**"
        yield ""
    yield "**Changed in the design**"
    yield ""
    for change in found.changes:
        yield f"- {_escaped(change.words)}"
    yield ""
    yield "**What it did to the numbers**"
    yield ""
    yield from _numbers_markdown(found)
    yield from _findings_markdown(found)


def _numbers_markdown(found: Differing) -> Iterator[str]:
    if not found.shifts:
        yield _NOTHING
        return
    yield "| number | before | after | by | |"
    yield "|---|---:|---:|---:|---|"
    for s in _most_telling(found.shifts):
        word = {1: "better", -1: "**worse**", 0: ""}[s.sign]
        cells = (s.name, s.before, s.after + "?" * s.doubted, _factor(s))
        yield f"| {' | '.join(map(_escaped, cells))} | {word} |"
    for line in _others(found.shifts):
        yield ""
        yield _escaped(line)
    if any(s.doubted for s in found.shifts):
        yield ""
        yield "? formulas are not sure of it: simulate"


def _findings_markdown(found: Differing) -> Iterator[str]:
    for title, some in _titled(found):
        if some:
            yield ""
            yield f"**{title}**"
            yield ""
            for one in some[:_MOST]:
                yield f"- {one.severity.value} {one.rule}: {_escaped(one.message)}"
            yield from (f"-{line.removeprefix(' ')}" for line in _more(some))


def _escaped(text: str) -> str:
    """Text that Markdown takes as it is."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>()#|!" else c for c in text)
