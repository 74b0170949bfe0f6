"""Questions to the customer, with their answers."""

from collections.abc import Iterator

from sysdesign.report.document import Block, Section, Table
from sysdesign.report.lines import codes, columns, filled, mark
from sysdesign.report.subject import Part, Subject


def write(subject: Subject) -> Iterator[Block | Section]:
    """A row for each question; one without an answer is open."""
    rows = tuple(
        (str(one.ask or ""), str(one.answer) if one.answer else (mark("open"),), codes(one.gives))
        for one in subject.study.design.problem.questions
    )
    if rows:
        heads = columns("Question", "Answer", "Settles")
        yield filled(Table("Questions and answers", heads, rows, prose=True))


PART = Part("questions", "Questions and answers", "problem", write)
