"""`sysdesign explain`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sysdesign.cli.derivation import part_lines
from sysdesign.cli.options import (
    chosen,
    colour,
    complete_names,
    opened,
    output_format,
    print_json,
    what_if,
)
from sysdesign.cli.screen import Paint, complain, say, wrapped
from sysdesign.figures import Figure
from sysdesign.study import Explanation, UnknownNameError
from sysdesign.study.words import grouped
from sysdesign.workbench import Workbench
from sysdesign.workbench.answers import explain_answer

if TYPE_CHECKING:
    from sysdesign.analyze.derivation import Derivation
    from sysdesign.workbench.reasons import Reason

_SUFFIXES = (".yaml", ".yml")
_MANY = 12
_NAMED = 2  # of components that share a default, where there are many


@click.command(epilog="Example:  sysdesign explain twitter.yaml home_timeline.peak_rate")
@click.argument(
    "words", nargs=-1, required=True, metavar="[FILE] NAME", shell_complete=complete_names
)
@what_if
@output_format("text", "json")
@colour
def command(
    words: tuple[str, ...], changes: tuple[str, ...], load: str, form: str, color: str
) -> int:
    """Show where a number comes from: formula, values, sources, and what its spread hangs on.

    For the name of a component, or of a station of it: what it became for analysis and simulation.
    For `bottleneck`, or the id of a requirement: the answer, and what it follows from.
    """
    paint = Paint(color)
    file, name = _file_and_name(words)
    path = chosen(file)
    bench = opened(path, changes, load, form, paint)
    if bench is None:
        return 2
    if name in bench.study.design.components:
        return _component(bench, path, name, form, paint)
    if bench.study.figure(name) is None:  # no estimate, so the engine is needed anyway
        from sysdesign.workbench.reasons import reason_for

        reason = reason_for(bench.study, name)
        if reason is not None:
            return _reason(path, reason, form, paint)
        stations = bench.study.network.stations
        if name in stations or name in {one.component for one in stations.values()}:
            return _component(bench, path, name, form, paint)
    try:
        explanation = bench.explain(name)
    except UnknownNameError as trouble:
        meant = f"; did you mean '{trouble.suggestion}'?" if trouble.suggestion else ""
        if form == "json":
            print_json(
                {
                    "file": path,
                    "unknown": name,
                    "suggestion": trouble.suggestion,
                    "message": str(trouble),
                }
            )
        else:
            complain(f"{path}: {trouble}{meant}")
        return 2
    if form == "json":
        print_json({"file": path, **explain_answer(explanation)})
    else:
        for line in lines(explanation, paint, path):
            say(line)
    return 0


def _reason(path: str, reason: "Reason", form: str, paint: Paint) -> int:
    """An answer that is no single number."""
    from sysdesign.cli.reasons import reason_lines
    from sysdesign.workbench.answers import reason_answer

    if form == "json":
        print_json({"file": path, **reason_answer(reason)})
    else:
        for line in reason_lines(reason, paint):
            say(line)
    return 0


def _component(bench: Workbench, path: str, name: str, form: str, paint: Paint) -> int:
    """What a component became, or one of its stations."""
    from sysdesign.cli.became import became_lines
    from sysdesign.workbench.analysis import became_answer

    if form == "json":
        print_json({"file": path, **became_answer(bench, name)})
    else:
        for line in became_lines(bench, name, paint):
            say(line)
    return 0


def _file_and_name(words: tuple[str, ...]) -> tuple[str | None, str]:
    """FILE and NAME in either order; the file is what ends in .yaml, is there, or is `-`."""
    if len(words) > 2:
        raise click.UsageError(
            "explain takes one name, and a file where there is more than one design"
        )
    if len(words) == 1 and (words[0].endswith(_SUFFIXES) or words[0] == "-"):
        raise click.UsageError("a NAME is missing: sysdesign explain FILE home_timeline.peak_rate")
    if len(words) == 1:
        return None, words[0]
    first, second = words
    is_file = [w == "-" or w.endswith(_SUFFIXES) or Path(w).is_file() for w in words]
    return (second, first) if is_file[1] and not is_file[0] else (first, second)


def lines(explanation: Explanation, paint: Paint, path: str = "FILE") -> list[str]:
    """The derivation, as it would stand on a whiteboard."""
    figure = explanation.figure
    text = [_headline(figure, paint), paint(f"  {figure.title}", "dim")]
    if explanation.derivation is not None:
        from sysdesign.cli.whiteboard import derivation_lines, origin_lines

        text += [*origin_lines(explanation), ""]
        text += derivation_lines(explanation.derivation, paint)
    else:
        text.append("")
        for part in (figure, *explanation.parts):
            text.extend(part_lines(part, paint))
    if explanation.contributions:
        shares = ", ".join(f"{name} {share:.0%}" for name, share in explanation.contributions)
        text += ["", *wrapped(f"The spread comes from {shares}.")]
    long = explanation.derivation is not None or len(explanation.defaults) > _MANY
    most = _NAMED if long else None
    for title, some in (
        ("Taken, since the file does not say", grouped(explanation.defaults, most)),
        ("Meant", explanation.conventions),
        ("Note", explanation.notes),
    ):
        if some:
            text += ["", *wrapped(f"{title}: {'; '.join(some)}.")]
    if explanation.derivation is not None:
        text += ["", *_deeper(explanation.derivation, path, paint)]
    return text


def _deeper(derivation: "Derivation", path: str, paint: Paint) -> list[str]:
    from sysdesign.cli.whiteboard import deeper

    names = deeper(derivation)
    if not names:
        return []
    told = f"Deeper:  sysdesign explain {path} {names[0]}"
    also = f"   also {', '.join(names[1:])}" if names[1:] else ""
    return [paint(f"{told}{also}", "dim")]


def _headline(figure: Figure, paint: Paint) -> str:
    between = (
        f"   90% between {figure.shown_range.replace(' .. ', ' and ')}"
        if figure.shown_range
        else ""
    )
    equals = "" if figure.mark else "= "
    return f"{paint(figure.name, 'bold')} {equals}{paint(figure.shown, 'green', 'bold')}{between}"
