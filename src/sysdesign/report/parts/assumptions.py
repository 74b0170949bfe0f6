"""Assumptions with their sources, and how the numbers are meant."""

from collections.abc import Iterator

from sysdesign.report.document import Block, Code, Facts, Line, Paragraph, Section, Table
from sysdesign.report.lines import NONE, columns, filled, said
from sysdesign.report.subject import Part, Subject

_SENSITIVE = 0.01


def write(subject: Subject) -> Iterator[Block | Section]:
    """A row for each number taken as given, with how much of the spread of the peak it causes."""
    design, study = subject.study.design, subject.study
    peak = study.figure("system.peak_rate")
    causes = dict(peak.contributions) if peak else {}
    rows = []
    for name, one in design.assumptions.items():
        figure = study.figure(name)
        source = ", ".join(filter(None, (said(one.source, ""), _use(str(one.use or "")))))
        share = causes.get(name, 0.0)
        rows.append((
            (Code(name),), figure.shown if figure else NONE,
            one.value.text if one.value else (figure.stated if figure else NONE) or NONE,
            source or NONE, said(one.why or one.answers),
            f"{share:.0%}" if share >= _SENSITIVE else NONE,
        ))  # fmt: skip
    if rows:
        yield Paragraph(
            "A range a .. b is the 5th to the 95th percentile of what is not known; its median is "
            "the value. The last column is the share of the spread of the peak rate that it causes."
        )
        heads = columns("Assumption", "Value", "As stated", "Source", "Why", "Of the spread",
                        right=(1, 5))  # fmt: skip
        yield filled(Table("Assumptions", heads, tuple(rows), prose=True))


def _use(rate: str) -> str:
    return f"cited rate {rate}" if rate else ""


def conventions(subject: Subject) -> Iterator[Block | Section]:
    """How numbers are meant: what the file states, and what is taken where it does not."""
    study = subject.study
    said_of, units = study.design.conventions, study.units
    full = said_of.full.text if said_of.full else "95%"
    rows: list[tuple[str, Line]] = [
        ("Month, year", f"{units.month_s / 86400:g} days, {units.year_s / 86400:g} days"),
        ("Peak over average", said_of.peak.text if said_of.peak else "1x"),
        ("Planned utilisation", said_of.utilisation.text if said_of.utilisation else "70%"),
        ("Load is carried up to", f"{full} busy"),
        ("Times are measured", "from the actor, with its network"
         if said_of.measure == "client" else "from the first component of a path"),
        ("Bytes", "1 kB = 1000 B, 1 GB = 10^9 B"),
    ]  # fmt: skip
    if study.load != 1:
        rows.append(("Load of this report", f"{study.load:g} times the peak of the file"))
    yield Facts(tuple(rows))


PART = Part("assumptions", "Assumptions", "assumptions", write)
CONVENTIONS = Part("conventions", "How the numbers are meant", "conventions", conventions)
