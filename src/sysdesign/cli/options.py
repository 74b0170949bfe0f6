"""Options and arguments that several commands share; opening of designs."""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from sysdesign.cli.screen import Paint, complain, say
from sysdesign.records import dataclass
from sysdesign.source import Problem, UnusableError, by_place
from sysdesign.workbench import SearchError, Workbench, find_design, open_design

F = TypeVar("F", bound=Callable[..., Any])
FORMAT_VERSION = 1

colour = click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True,
    help="Colour the text.",
)  # fmt: skip


def what_if(function: F) -> F:
    """--load and --set: try a change without editing the file."""
    function = click.option(
        "--set", "changes", multiple=True, metavar="PATH=VALUE",
        help="Try a change, e.g. components.tweets.replicas=9 (may be repeated).",
    )(function)  # fmt: skip
    return click.option(
        "--load",
        default="1x",
        metavar="FACTOR",
        show_default=True,
        help="Multiply the peak, e.g. 10x.",
    )(function)


price_table = click.option(
    "--prices", metavar="FILE",
    help="A price table of your own, for what the design gives no price.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What commands that weigh designs are all asked: what to try, which prices, how to print."""

    changes: tuple[str, ...]
    load: str
    prices: str | None
    form: str
    paint: Paint

    def open(self, path: str) -> Workbench | None:
        """The design of a file, or None once its problems are printed."""
        return opened(path, self.changes, self.load, self.form, self.paint, self.prices)


def weighing(*formats: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """--load, --set, --prices, --format and --color as one argument, `asked`."""

    def made(function: Callable[..., int]) -> Callable[..., int]:
        @what_if
        @price_table
        @output_format(*formats)
        @colour
        @wraps(function)
        def command(
            *given: Any, changes: tuple[str, ...], load: str, prices: str | None, form: str,
            color: str, **named: Any,
        ) -> int:  # fmt: skip
            asked = Asked(changes, load, prices, form, Paint(color))
            return function(*given, asked=asked, **named)

        return command

    return made


def output_format(*names: str) -> Callable[[F], F]:
    """--format with these names; the first is the default."""
    return click.option(
        "--format", "form", type=click.Choice(names), default=names[0], show_default=True,
        help="How to print.",
    )  # fmt: skip


def complete_files(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[Any]:
    """Design files for shell completion."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def complete_names(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Names of the numbers of a design, for shell completion."""
    try:
        bench = open_design(ctx.params.get("file") or find_design(Path()))
    except (UnusableError, SearchError, OSError):
        return []
    required = bench.study.design.requirements
    names = [*bench.figures, "bottleneck", *required.quality, *required.functional]
    return [name for name in names if name.startswith(incomplete)]


def chosen(path: str | None) -> str:
    """The file that was named, or the only design here."""
    if path is not None:
        return path
    try:
        return find_design(Path())
    except SearchError as trouble:
        raise click.UsageError(str(trouble)) from None


def opened(
    path: str, changes: tuple[str, ...], load: str, form: str, paint: Paint,
    prices: str | None = None,
) -> Workbench | None:  # fmt: skip
    """The design of a file, or None once its problems are printed."""
    try:
        bench = open_design(path, set=changes, load=load, prices=prices)
    except UnusableError as trouble:
        if form == "json":
            print_json(problems_answer(path, trouble))
        else:
            print_problems(trouble, form, paint)
        return None
    leave_out(bench, form, paint)
    return bench


_LEFT_OUT = "sysdesign.left_out"


@dataclass(frozen=True, slots=True)
class Untold:
    """Parts of designs that are left out, with what is wrong in them; told after the answer."""

    problems: dict[str, tuple[Problem, ...]]
    form: str
    paint: Paint


def leave_out(bench: Workbench, form: str, paint: Paint) -> None:
    """Have the errors of what a design leaves out told at the end, with exit code 2."""
    tell_later({one.name: one.problems for one in bench.study.left_out}, form, paint)


def tell_later(problems: Mapping[str, tuple[Problem, ...]], form: str, paint: Paint) -> None:
    """Errors by the part that has them, for after the answer."""
    told = click.get_current_context().meta.setdefault(_LEFT_OUT, Untold({}, form, paint)).problems
    for name, some in problems.items():
        told[name] = tuple(dict.fromkeys((*told.get(name, ()), *some)))


def tell_left_out(meta: Mapping[str, Any]) -> bool:
    """Print errors of what was left out; whether there were any."""
    untold: Untold | None = meta.get(_LEFT_OUT)
    if untold is None or not untold.problems:
        return False
    if untold.form not in ("json", "sarif"):
        from sysdesign.cli.problems import left_out_line

        for one in by_place(p for some in untold.problems.values() for p in some):
            print_problem(one, untold.form, untold.paint)
        if untold.form != "github":
            complain(left_out_line(list(untold.problems), untold.paint))
    return True


def problems_answer(path: str, trouble: UnusableError) -> dict[str, Any]:
    """The problems of a file as data."""
    from sysdesign.cli.problems import problem_json

    return {"file": path, "problems": [problem_json(p) for p in trouble.problems]}


def print_problems(trouble: UnusableError, form: str, paint: Paint) -> None:
    """Problems for people, or for a code host."""
    from sysdesign.cli.problems import count_line

    for problem in trouble.problems:
        print_problem(problem, form, paint)
    if form != "github":
        complain(count_line(trouble.problems, paint))


def print_problem(problem: Problem, form: str, paint: Paint) -> None:
    """One problem."""
    from sysdesign.cli.problems import problem_lines

    span = problem.span
    if form == "github":
        say(github_line("error", span.source.name, span.line, span.column, problem.code,
                        problem.sentence))  # fmt: skip
        return
    for line in problem_lines(problem, paint):
        complain(line)


def print_json(body: dict[str, Any]) -> None:
    """Print data with the version of its form, and what is wrong with parts that are left out."""
    untold: Untold | None = click.get_current_context().meta.get(_LEFT_OUT)
    if untold is not None and untold.problems:
        from sysdesign.cli.problems import problem_json

        body = {**body, "left_out": {
            name: [problem_json(p) for p in some] for name, some in untold.problems.items()
        }}  # fmt: skip
    said = {"version": FORMAT_VERSION, **body}
    say(json.dumps(said, indent=2, ensure_ascii=False, allow_nan=False))


def github_line(level: str, file: str, line: int, column: int, title: str, message: str) -> str:
    """A workflow command of a code host; special characters are escaped as it asks."""

    def data(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def value(text: str) -> str:
        return data(text).replace(":", "%3A").replace(",", "%2C")

    where = f"file={value(file)},line={line},col={column}"
    return f"::{level} {where},title={value(title)}::{data(message)}"
