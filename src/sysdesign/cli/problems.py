"""Problems of a file for people, programs and code hosts."""

from collections.abc import Sequence
from typing import Any

from sysdesign.cli.screen import Paint
from sysdesign.source import Problem, Span, listed

MARGIN = 5
LONGEST = 160
LONGEST_MARK = 60


def problem_lines(problem: Problem, paint: Paint) -> list[str]:
    """file:line:column, what is wrong, the line with a caret, what to write instead."""
    where, said = printable(str(problem.span)), printable(problem.message)
    head = f"{where}: {paint('error', 'red', 'bold')}: {said}"
    if problem.suggestion:
        meant = paint(f"'{printable(problem.suggestion)}'", "green")
        head += f"; did you mean {meant}?"
    lines = [head, *excerpt(problem.span, paint)]
    if problem.hint:
        lines.append(f"{'':>{MARGIN}} {paint('=', 'blue')} {printable(problem.hint)}")
    return lines


def printable(text: str) -> str:
    """A text in which every character can be seen; what would steer a terminal is replaced."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def excerpt(span: Span, paint: Paint) -> list[str]:
    """The line of a place, with carets under it; nothing where there is no text."""
    text = span.source.line(span.line).replace("\t", " ")
    if not text.strip():
        return []
    first = span.column - 1
    last = span.end_column - 1 if span.end_line == span.line else len(text)
    if len(text) > LONGEST:
        begin = max(0, first - 60)
        text, first, last = (
            "…" + text[begin : begin + LONGEST] + "…",
            first - begin + 1,
            last - begin + 1,
        )
    last = min(max(last, first + 1), len(text) + 1, first + LONGEST_MARK)
    bar = paint("|", "blue")
    pad = " " * first
    return [
        f"{paint(f'{span.line:>{MARGIN}}', 'blue')} {bar} {printable(text)}",
        f"{'':>{MARGIN}} {bar} {pad}{paint('^' * (last - first), 'red')}",
    ]


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem as data."""
    span = problem.span
    return {
        "code": problem.code, "message": problem.message, "suggestion": problem.suggestion,
        "hint": problem.hint, "file": span.source.name, "line": span.line, "column": span.column,
        "end_line": span.end_line, "end_column": span.end_column,
    }  # fmt: skip


def left_out_line(names: Sequence[str], paint: Paint) -> str:
    """What was left out of an answer."""
    was = "was" if len(names) == 1 else "were"
    return paint(f"{printable(listed(names))} {was} left out; all else was answered", "bold")


def count_line(problems: Sequence[Problem], paint: Paint) -> str:
    """How many problems there are."""
    number = len(problems)
    return paint(f"{number} error{'s' if number != 1 else ''}; nothing was judged", "bold")
