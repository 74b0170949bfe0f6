"""The diagrams, each with its links as a table."""

from collections.abc import Iterator

from sysdesign.report.document import Block, Code, Line, Paragraph, Picture, Section, Table
from sysdesign.report.lines import NONE, codes, columns, filled
from sysdesign.report.pictures import pictures_of
from sysdesign.report.subject import Part, Subject
from sysdesign.study import Study


def write(subject: Subject) -> Iterator[Block | Section]:
    """Every picture; the first has the calls between components as a table."""
    calls = _calls(subject.study)
    found = pictures_of(subject.study)
    if found:
        draw = "sysdesign draw FILE --all FOLDER"
        yield Paragraph(
            (
                Code(draw),
                " writes every view, with each operation and group, and a page that shows them.",
            )
        )
    for place, (title, svg) in enumerate(found):
        yield Picture(title, svg, calls if place == 0 else None)


def _calls(study: Study) -> Table | None:
    """Who calls whom, in which operations."""
    found: dict[tuple[str, str], dict[str, bool]] = {}
    for name, visits in study.visits.items():
        actor = study.design.operations[name].actor
        for visit in visits:
            caller = visit.caller or str(actor or "")
            of = found.setdefault((caller, str(visit.target)), {})
            of[name] = of.get(name, False) or visit.waits
    rows: list[tuple[Line, ...]] = [
        ((Code(caller),) if caller else "started by itself", (Code(target),), codes(of),
         NONE if any(of.values()) else "not waited for")
        for (caller, target), of in found.items()
    ]  # fmt: skip
    if not rows:
        return None
    heads = columns("Caller", "Called", "In", "Remark")
    return filled(Table("Who calls whom", heads, tuple(rows)))


PART = Part("diagrams", "Diagrams", "components", write)
