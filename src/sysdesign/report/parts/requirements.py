"""Requirements: what it must do and by which operation; how well, with verdicts."""

from collections.abc import Iterator

from sysdesign.report.document import (
    Block,
    Bullets,
    Code,
    Inline,
    Line,
    Paragraph,
    Section,
    Strong,
    Table,
)
from sysdesign.report.lines import NONE, codes, columns, filled, mark, marked, said, verdict_of
from sysdesign.report.subject import Part, Subject
from sysdesign.review import AT_RISK
from sysdesign.source import Finding
from sysdesign.study.plans import changes
from sysdesign.study.words import change_told


def functional(subject: Subject) -> Iterator[Block | Section]:
    """What it must do; what is out of scope."""
    requirements = subject.study.design.requirements
    rows = tuple(
        ((Strong(name),), (mark(str(one.priority)),) if one.priority else NONE, said(one.accept),
         codes(one.by), said(one.source))
        for name, one in requirements.functional.items()
    )  # fmt: skip
    if rows:
        heads = columns("Requirement", "Priority", "Accepted when", "Served by", "Source")
        yield filled(Table("What it must do", heads, rows, prose=True))
    if requirements.out_of_scope:
        yield Paragraph((Strong("Out of scope: "), ", ".join(requirements.out_of_scope), "."))


def quality(subject: Subject) -> Iterator[Block | Section]:
    """How well it must do it: each statement with its verdict and what is computed."""
    rows = tuple(_row(subject, finding) for finding in subject.review.statements)
    if not rows:
        return
    yield Paragraph(
        "A statement holds where its probability of being true, under the ranges of the design, is "
        "at least 90%; it fails at 10% or less; between them it is at risk. It is not known where "
        "formulas are not to be trusted or the engine that would tell is not built."
    )
    heads = columns("Requirement", "Verdict", "What is expected, and what is computed", "Kind",
                    "Priority", "Source")  # fmt: skip
    yield filled(Table("How well it must do it", heads, rows, prose=True))
    taken = changes(subject.study)
    if taken:
        yield Paragraph((Strong("What it would take"),))
        yield Bullets(tuple((Code(c.statement.text), ": ", change_told(c)) for c in taken))


def _row(subject: Subject, finding: Finding) -> tuple[Line, ...]:
    name, _, scenario = finding.element.partition("@")
    one = subject.study.design.requirements.quality[name]
    first: tuple[Inline, ...] = (Strong(name),)
    if scenario:
        first = (*first, " in ", Code(scenario))
    return (
        first,
        (mark(verdict_of(finding, AT_RISK)),),
        _message(finding),
        said(one.class_),
        (mark(str(one.priority)),) if one.priority else NONE,
        said(one.source),
    )


def _message(finding: Finding) -> Line:
    accepted = f" Accepted by {finding.waived_by}." if finding.waived_by else ""
    test, colon, told = finding.message.partition(": ")
    if not colon or test in ("not needed", "asked of a person"):
        return finding.message + accepted
    after = marked(f": {told}{accepted}")
    return (Code(test), *((after,) if isinstance(after, str) else after))


FUNCTIONAL = Part("functional", "What it must do", "requirements", functional)
QUALITY = Part("quality", "How well it must do it", "requirements.quality", quality)
