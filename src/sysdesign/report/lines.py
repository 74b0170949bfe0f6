"""Lines and small tables that several parts are made of."""

from collections.abc import Iterable, Iterator, Sequence

from sysdesign.design import Given
from sysdesign.design.calls import Retries
from sysdesign.report.document import (
    Bullets,
    Code,
    Column,
    Inline,
    Line,
    Mark,
    Soft,
    Table,
    Tone,
)
from sysdesign.source import Finding, Severity, Verdict
from sysdesign.study import Study
from sysdesign.study.words import shown_share, shown_time

TONES: dict[str, Tone] = {
    "holds": "good", "fails": "bad", "not known": "neutral", "at risk": "warning",
    "blocker": "bad", "major": "bad", "minor": "warning", "info": "neutral",
    "must": "neutral", "should": "neutral", "could": "neutral",
}  # fmt: skip
NONE = "–"


def mark(word: str) -> Mark:
    """A verdict, severity or priority with its tone."""
    return Mark(word, TONES.get(word, "neutral"))


def not_read(study: Study, section: str) -> Iterator[Bullets]:
    """What is left out of a section (scenarios, decisions), and what is wrong with it."""
    lines: list[Line] = [
        (Mark("left out", "bad"), f" {one.name}, line {p.span.line}: {p.sentence}")
        for one in study.left_out if one.part.path[0] == section for p in one.problems
    ]  # fmt: skip
    if lines:
        yield Bullets(tuple(lines))


def codes(names: Iterable[str], between: str = ", ") -> Line:
    """Names one after the other; a dash where there are none."""
    found: list[Inline] = []
    for name in names:
        found += [between] if found else []
        found.append(Code(name))
    return tuple(found) or NONE


def code(name: object) -> Line:
    """One name, or a dash."""
    return (Code(str(name)),) if name else NONE


def given(amount: Given | None, default: str = NONE) -> str:
    """An amount as the file writes it."""
    return default if amount is None else amount.text


def retries_told(retries: Retries) -> str:
    """How often a call is repeated, and what holds the repeats back."""
    parts = [given(retries.count)]
    if retries.backoff:
        parts.append(f"after {retries.backoff.text}")
    if retries.budget:
        parts.append(f"at most {retries.budget.text} of the calls")
    return ", ".join(parts)


def seconds(value: float | None) -> str:
    """A time; a dash where it has no end or nobody waits."""
    return NONE if value is None else shown_time(value)


def share(value: float | None) -> str:
    """A share; a dash where there is none."""
    return NONE if value is None else shown_share(value)


def said(text: object, default: str = NONE) -> str:
    """A text of the file."""
    return str(text) if text else default


def columns(*titles: str, right: Sequence[int] = ()) -> tuple[Column, ...]:
    """Heads; `right` names those of numbers, which are flushed right."""
    return tuple(
        Column(title, "right" if place in right else "left") for place, title in enumerate(titles)
    )


def filled(table: Table) -> Table:
    """The table without columns in which no row says anything."""
    kept = [
        place for place in range(len(table.columns))
        if place == 0 or any(row[place] not in (NONE, "", ()) for row in table.rows)
    ]  # fmt: skip
    heads = tuple(table.columns[place] for place in kept)
    rows = tuple(tuple(row[place] for place in kept) for row in table.rows)
    return Table(table.caption, heads, rows, table.prose)


def verdict_of(finding: Finding, at_risk: str) -> str:
    """The word for a verdict; a statement that may go either way is at risk."""
    risky = finding.verdict is Verdict.UNKNOWN and finding.evidence == at_risk
    return "at risk" if risky else finding.verdict.value


def marked(text: str) -> Line:
    """A message of the program, in which names stand between backticks."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return text
    return tuple(Code(p) if i % 2 else p for i, p in enumerate(parts) if p)


def place(finding: Finding) -> tuple[Inline, ...]:
    """The line of the file that a finding is about; empty where there is none."""
    return (Soft(f" line {finding.span.line}"),) if finding.span.source.text else ()


def counted(count: int, word: str) -> str:
    """So many things: "1 finding", "3 findings"."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def severities(findings: Sequence[Finding]) -> str:
    """How many findings of each severity: "1 blocker, 2 minor"."""
    by = {s: sum(f.severity is s for f in findings) for s in Severity}
    return ", ".join(f"{n} {s.value}" for s, n in reversed(by.items()) if n)
