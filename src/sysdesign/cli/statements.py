"""Requirements with their verdicts, for people."""

from collections.abc import Sequence

from sysdesign.cli.screen import Paint, wrapped
from sysdesign.review import AT_RISK
from sysdesign.source import Finding, Verdict


def requirement_word(finding: Finding) -> str:
    """The verdict on a requirement in a word: holds, fails, at risk, not known."""
    return AT_RISK if finding.evidence == AT_RISK else finding.verdict.value.replace("_", " ")


def statement_lines(statements: Sequence[Finding], paint: Paint) -> list[str]:
    """Requirements with their verdicts, texts in a column of their own."""
    mark = {
        Verdict.HOLDS: paint("holds", "green"), Verdict.FAILS: paint("fails", "red"),
        Verdict.UNKNOWN: paint("not known", "yellow"),
    }  # fmt: skip
    risky = paint("at risk", "yellow")
    width = max(len(s.element) for s in statements)
    found = []
    for finding in statements:
        verdict = risky if finding.evidence == AT_RISK else mark[finding.verdict]
        margin = " " * (width + 15)
        first, *more = wrapped(finding.message, paint.width - 2 - len(margin))
        gap = " " * (9 - len("at risk" if verdict is risky else finding.verdict.value))
        found.append(f"  {finding.element:<{width}}  {verdict}{gap}  {first}".rstrip())
        found += [margin + line for line in more]
    return found
