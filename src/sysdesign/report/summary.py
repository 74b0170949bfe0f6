"""What is to be seen at a glance: verdicts, findings, and the most telling numbers."""

from collections import Counter
from collections.abc import Iterator

from sysdesign.report.document import (
    Block,
    Bullets,
    Goto,
    Inline,
    Line,
    Mark,
    Paragraph,
    Section,
    Strong,
    Tile,
    Tiles,
    Tone,
)
from sysdesign.report.lines import codes, mark, marked, severities, verdict_of
from sysdesign.report.parts.findings import PART as FINDINGS
from sysdesign.report.parts.requirements import QUALITY
from sysdesign.report.subject import Subject
from sysdesign.review import AT_RISK, REQUIREMENT
from sysdesign.review.statements import percent
from sysdesign.study import carried_probability
from sysdesign.study.headline import Line as Telling
from sysdesign.study.headline import headline

_FIRST = 5
_ORDER = ("holds", "at risk", "fails", "not known")


def summary(subject: Subject) -> Section:
    """Two rows of tiles: verdicts of the review, then numbers."""
    judged = tuple(_judged(subject))
    numbers = tuple(_number(line) for line in headline(subject.study))
    blocks: list[Block] = [Tiles(row) for row in (judged, numbers) if row]
    lines = tuple(_attention(subject))
    if lines:
        blocks += [Paragraph((Strong("What to look at first"),)), Bullets(lines)]
    return Section("summary", "At a glance", tuple(blocks))


def _attention(subject: Subject) -> Iterator[Line]:
    """Requirements that fail or may, the worst findings, what would keep the system down."""
    review, analysis = subject.review, subject.study.analysis
    for finding in review.statements:
        word = verdict_of(finding, AT_RISK)
        if word in ("fails", "at risk") and not finding.waived_by:
            yield (
                mark(word),
                " ",
                Goto(finding.element, QUALITY.id, QUALITY.title),
                ": ",
                *_in_line(finding.message),
            )
    if analysis.metastable is not None and analysis.metastable.warns:
        yield (Mark("metastable", "warning"), " retries can keep ",
               *codes(analysis.metastable.stations), " down after a burst")  # fmt: skip
    others = [f for f in review.failed if f.rule != REQUIREMENT]
    for finding in others[:_FIRST]:
        where = Goto(finding.id, FINDINGS.id, FINDINGS.title)
        yield (mark(finding.severity.value), " ", where, ": ", *_in_line(finding.message))
    if len(others) > _FIRST:
        yield (f"and {len(others) - _FIRST} more ", Goto("findings", FINDINGS.id, FINDINGS.title))


def _times(count: int, word: str) -> str:
    return f"{count} {'fail' if word == 'fails' and count > 1 else word}"


def _in_line(message: str) -> tuple[Inline, ...]:
    line = marked(message)
    return (line,) if isinstance(line, str) else line


def _judged(subject: Subject) -> Iterator[Tile]:
    review = subject.review
    found = Counter(verdict_of(f, AT_RISK) for f in review.statements)
    if found:
        whole = sum(found.values())
        below = ", ".join(_times(found[word], word) for word in _ORDER[1:] if found[word])
        tone: Tone = "bad" if found["fails"] else "warning" if found["at risk"] else "good"
        tone = "neutral" if tone == "good" and found["not known"] else tone
        yield Tile(
            "requirements hold", f"{found['holds']} of {whole}", below or "all of them", tone
        )
    failed = review.failed
    told = severities(failed) or f"{len(review.passed)} checks hold"
    yield Tile("findings", str(len(failed)), told, "bad" if failed else "good")
    asked = len(review.questions)
    told = "facts that checks wait for" if asked else "nothing is missing"
    yield Tile("open questions", str(asked), told, "warning" if asked else "good")
    chance = carried_probability(subject.study) if subject.study.analysis.operations else None
    if chance is not None:
        tone = "good" if chance >= 0.9 else "bad" if chance <= 0.1 else "warning"
        yield Tile("the peak is carried", percent(chance), "probability", tone)


def _number(line: Telling) -> Tile:
    rests = f"rests on {line.defaults} unstated" if line.defaults else ""
    between = line.between.replace(" .. ", " – ")
    below = " · ".join(filter(None, (line.about, between, rests)))
    return Tile(line.label, line.figure.shown, below)
