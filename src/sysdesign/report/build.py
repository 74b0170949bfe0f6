"""From a subject to a document: the parts in the order of the framework."""

from collections.abc import Iterator
from pathlib import PurePath

from sysdesign.report.document import Code, Document, Line, Paragraph, Section, Soft
from sysdesign.report.framework import Step, step_of, steps
from sysdesign.report.parts import PARTS, TRUST
from sysdesign.report.subject import Subject
from sysdesign.report.summary import summary

_FURTHER = Step("Further", ())


def report(subject: Subject) -> Document:
    """The whole document."""
    chapters = tuple(_chapters(subject))
    last = tuple(part.section(subject) for part in TRUST)
    trust = Section(
        "trust", "How far to trust the numbers", (), tuple(s for s in last if not s.is_empty)
    )
    design = subject.study.design
    title = str(design.problem.name or "System design")
    return Document(title, tuple(_lines(subject)), summary(subject), (*chapters, trust))


def _lines(subject: Subject) -> Iterator[Line]:
    study, problem = subject.study, subject.study.design.problem
    if problem.why:
        yield str(problem.why)
    said = []
    if problem.owner:
        said.append(f"Owner {problem.owner}")
    if problem.level:
        said.append(f"service level {problem.level}")
    if problem.reviewed:
        said.append(f"last reviewed {problem.reviewed}")
    said.append(f"from {PurePath(study.source.name).name}" if study.source.text else "")
    text = ", ".join(filter(None, said))
    if text:
        yield (Soft(text[0].upper() + text[1:]),)
    if study.load != 1:
        yield ("Worked out at ", Code(f"{study.load:g}x"), " the peak that the file states.")


def _chapters(subject: Subject) -> Iterator[Section]:
    """A chapter for each step; what no step takes comes after them."""
    found = steps(subject.study.design)
    by_step: dict[int, list[Section]] = {place: [] for place in range(len(found) + 1)}
    for part in PARTS:
        section = part.section(subject)
        if not section.is_empty:
            place = step_of(found, part.of)
            by_step[len(found) if place is None else place].append(section)
    whole = sum(step.weight for step in found)
    for place, step in enumerate((*found, _FURTHER)):
        inside = tuple(by_step[place])
        if place < len(found):
            title = f"{place + 1}. {step.name[:1].upper()}{step.name[1:]}"
            lines = _weight(step, whole)
            lines += () if inside else (Paragraph("The design says nothing of this step."),)
            yield Section(f"step-{place + 1}", title, lines, inside)
        elif inside:
            yield Section("further", step.name, (), inside)


def _weight(step: Step, whole: int) -> tuple[Paragraph, ...]:
    if not step.weight or not whole:
        return ()
    return (Paragraph((Soft(f"Weight {step.weight} of {whole} in the framework of this design"),)),)
