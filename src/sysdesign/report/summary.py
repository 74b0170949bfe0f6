"""What is to be seen at a glance: verdicts, findings, and the most telling numbers."""

from collections import Counter
from collections.abc import Iterator

from sysdesign.report.document import Section, Tile, Tiles, Tone
from sysdesign.report.lines import severities, verdict_of
from sysdesign.report.subject import Subject
from sysdesign.review import AT_RISK
from sysdesign.review.statements import percent
from sysdesign.study import carried_probability
from sysdesign.study.headline import Line, headline

_ORDER = ("holds", "at risk", "fails", "not known")


def summary(subject: Subject) -> Section:
    """Two rows of tiles: verdicts of the review, then numbers."""
    judged = tuple(_judged(subject))
    numbers = tuple(_number(subject, line) for line in headline(subject.study))
    rows = tuple(Tiles(row) for row in (judged, numbers) if row)
    return Section("summary", "At a glance", rows)


def _judged(subject: Subject) -> Iterator[Tile]:
    review = subject.review
    found = Counter(verdict_of(f, AT_RISK) for f in review.statements)
    if found:
        whole = sum(found.values())
        below = ", ".join(f"{found[word]} {word}" for word in _ORDER[1:] if found[word])
        tone: Tone = "bad" if found["fails"] else "warning" if found["at risk"] else "good"
        tone = "neutral" if tone == "good" and found["not known"] else tone
        yield Tile(
            "requirements hold", f"{found['holds']} of {whole}", below or "all of them", tone
        )
    failed = review.failed
    yield Tile("findings", str(len(failed)), severities(failed) or f"{len(review.passed)} checks hold",
               "bad" if failed else "good")  # fmt: skip
    asked = len(review.questions)
    yield Tile("open questions", str(asked), "facts that checks wait for" if asked else "nothing is missing",
               "warning" if asked else "good")  # fmt: skip
    chance = carried_probability(subject.study) if subject.study.analysis.operations else None
    if chance is not None:
        tone = "good" if chance >= 0.9 else "bad" if chance <= 0.1 else "warning"
        yield Tile("the peak is carried", percent(chance), "probability", tone)


def _number(subject: Subject, line: Line) -> Tile:
    rests = f"rests on {line.defaults} unstated" if line.defaults else ""
    between = line.between.replace(" .. ", " – ")
    below = " · ".join(filter(None, (line.about, between, rests)))
    return Tile(line.label, line.figure.shown, below)
