"""When limits are reached, at the growth that the design states."""

from collections.abc import Iterator

from sysdesign.report.document import Block, Paragraph, Section, Table
from sysdesign.report.lines import NONE, columns, filled
from sysdesign.report.subject import Part, Subject
from sysdesign.study.dates import Dated, counted_from, dated
from sysdesign.study.words import shown_factor


def write(subject: Subject) -> Iterator[Block | Section]:
    """A row for each limit, the nearest first."""
    study = subject.study
    found = dated(study, subject.today) if study.analysis.operations else []
    if not found:
        return
    growth = study.design.problem.growth
    grows = growth is not None and growth.a_year is not None
    if growth is not None and growth.a_year is not None:
        day = counted_from(study, subject.today)
        yield Paragraph(f"The load grows {growth.a_year.text} a year, counted from {day}.")
    else:
        yield Paragraph("The design does not say how the load grows, so no month is given.")
    rows = tuple(
        (one.limit.text, shown_factor(one.limit.factor), _when(one) if grows else NONE)
        for one in found
    )
    heads = columns("What happens", "At", "When", right=(1, 2))
    yield filled(Table("When limits are reached", heads, rows))


def _when(one: Dated) -> str:
    return one.month or ("now" if one.limit.factor <= 1 else "not in 50 years")


PART = Part("limits", "When limits are reached", "scenarios", write)
