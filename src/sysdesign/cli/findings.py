"""Findings for people: each at its place, the same of several elements once."""

import re
from collections.abc import Iterator, Sequence

from sysdesign.cli.problems import excerpt
from sysdesign.cli.screen import Paint, wrapped
from sysdesign.source import Finding, listed

_COLOUR = {"blocker": "red", "major": "red", "minor": "yellow", "info": "blue"}
_MARGIN = 96
_SEVERAL = 3


def finding_lines(findings: Sequence[Finding], paint: Paint, everything: bool) -> Iterator[str]:
    """What fails: the line of the file with a caret, and what to do."""
    for finding, *others in _groups(findings, everything):
        severity = paint(finding.severity.value, _COLOUR[finding.severity.value], "bold")
        yield f"{finding.span}: {severity} {finding.rule}: {finding.message}"
        yield from excerpt(finding.span, paint)
        if finding.action:
            yield f"      = {finding.action}"
        yield from _the_same(others, finding, paint)


def question_lines(questions: Sequence[Finding], paint: Paint, everything: bool) -> Iterator[str]:
    """What is not known, and how to state it."""
    for question, *others in _groups(questions, everything):
        where = paint(f"line {question.span.line}", "dim") if question.span.source.text else ""
        yield from wrapped(f"{question.rule} {question.message}", _MARGIN - 2, "  ")
        if question.action:
            yield f"      = {question.action}  {where}".rstrip()
        yield from _the_same(others, question, paint)


def _groups(findings: Sequence[Finding], everything: bool) -> Iterator[list[Finding]]:
    """Those that say the same of three elements or more stand together."""
    alike: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        key = finding.severity.value, finding.rule, _of_any(finding)
        alike.setdefault(key, []).append(finding)
    for some in alike.values():
        if everything or len(some) < _SEVERAL:
            yield from ([one] for one in some)
        else:
            yield some


def _name(finding: Finding) -> str:
    return finding.element.rpartition(".")[2]


def _of_any(finding: Finding) -> str:
    """What is said, of whatever element."""
    name = re.escape(_name(finding))
    return re.sub(rf"\b{name}\b", "…", finding.message) if name else finding.message


def _the_same(others: Sequence[Finding], first: Finding, paint: Paint) -> Iterator[str]:
    if others:
        told = [_name(one) for one in others]
        if any(one.span != first.span for one in others):
            lines = [f"({one.span.line})" for one in others]
            lines[0] = f"(line {others[0].span.line})"
            told = [f"{name} {line}" for name, line in zip(told, lines, strict=True)]
        whole = f"the same of {listed(told)}"
        yield from (paint(line, "dim") for line in wrapped(whole, _MARGIN - 2, "        "))
