"""What the review says: findings, open questions, what somebody accepts."""

from collections.abc import Iterator

from sysdesign.report.document import Block, Code, Line, Mark, Paragraph, Section, Table
from sysdesign.report.lines import columns, counted, filled, mark, place, said, severities
from sysdesign.report.subject import Part, Subject
from sysdesign.review import REQUIREMENT


def write(subject: Subject) -> Iterator[Block | Section]:
    """What fails and is not accepted, the worst first."""
    review = subject.review
    held = counted(len(review.passed), "check")
    if not review.failed:
        yield Paragraph((Mark("no findings", "good"), f" {held} hold."))
        return
    yield Paragraph(
        f"{counted(len(review.failed), 'finding')} ({severities(review.failed)}); {held} hold."
    )
    rows: tuple[tuple[Line, ...], ...] = tuple(
        ((mark(f.severity.value),), (Code(f.id), *place(f)), f.message, said(f.action))
        for f in review.failed
    )
    heads = columns("Severity", "Finding", "What is wrong", "What to do")
    yield filled(Table("Findings", heads, rows, prose=True))


def questions(subject: Subject) -> Iterator[Block | Section]:
    """Facts that are not known, each once."""
    found = subject.review.questions
    if not found:
        yield Paragraph("No check waits for a fact.")
        return
    rows: tuple[tuple[Line, ...], ...] = tuple(
        ((mark(f.severity.value),), (Code(f.rule), *place(f)), f.message, said(f.action))
        for f in found
    )
    heads = columns("Would be", "Asked by", "Question", "What to write")
    yield filled(Table("Open questions", heads, rows, prose=True))


def accepted(subject: Subject) -> Iterator[Block | Section]:
    """Findings that somebody accepts: why, who, until when."""
    review, accept = subject.review, subject.study.design.accept
    met = {f.id for f in review.waived} | {f"{f.rule}@*" for f in review.waived}
    rows: list[tuple[Line, ...]] = []
    for key, waiver in accept.items():
        state = (
            Mark("expired", "bad") if key in review.expired_waivers
            else Mark("meets nothing", "warning") if key in review.stale_waivers
            else Mark("accepted", "good") if key in met
            else Mark("its check is not built", "neutral")
            if key.partition("@")[0] in review.not_built else Mark("not met now", "neutral")
        )  # fmt: skip
        rows.append(
            ((Code(str(key)),), (state,), said(waiver.why), said(waiver.who), said(waiver.until))
        )
    if rows:
        heads = columns("Finding", "State", "Why", "Who", "Until")
        yield Table("Accepted findings", heads, tuple(rows), prose=True)
    messages = tuple(((Code(f.id),), f.message) for f in review.waived if f.rule != REQUIREMENT)
    if messages:
        yield Table("What they say", columns("Finding", "What is wrong"), messages, prose=True)


PART = Part("findings", "Findings", "accept", write)
QUESTIONS = Part("open-questions", "Open questions", "accept", questions)
ACCEPTED = Part("accepted", "Accepted findings", "accept", accepted)
