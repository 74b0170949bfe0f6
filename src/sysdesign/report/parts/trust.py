"""How far to trust the numbers: where formulas do not reach, and what was taken unsaid."""

from collections import Counter
from collections.abc import Iterator

from sysdesign.report.document import Block, Bullets, Code, Note, Paragraph, Section
from sysdesign.report.lines import codes, counted, marked
from sysdesign.report.subject import Part, Subject
from sysdesign.review import entries
from sysdesign.study.words import grouped


def doubts(subject: Subject) -> Iterator[Block | Section]:
    """Where formulas are not to be trusted, by reason."""
    by_why: dict[str, list[str]] = {}
    for doubt in subject.study.analysis.doubts:
        by_why.setdefault(doubt.why, []).append(doubt.about)
    if by_why:
        yield Note("Simulate these before you rely on their times.", "warning")
        yield Bullets(tuple((*codes(names), f": {why}") for why, names in by_why.items()))
    else:
        yield Paragraph("The formulas know of no place in this design where they do not hold.")


def defaults(subject: Subject) -> Iterator[Block | Section]:
    """What was taken since the file is silent; what several share is told once."""
    study = subject.study
    every = (*(d for f in study.figures.values() for d in f.defaults), *study.network.defaults)
    found = grouped(list(dict.fromkeys(every)))
    if not found:
        yield Paragraph("Every number rests on what the file states.")
        return
    yield Paragraph(
        f"The file does not state {counted(len(found), 'value')} on which numbers rest; these were "
        "taken. State them to make the numbers your own."
    )
    yield Bullets(tuple(map(marked, found)))


def missing(subject: Subject) -> Iterator[Block | Section]:
    """What this report does not tell, since nothing works it out yet."""
    not_built = subject.review.not_built
    if not not_built:
        return
    by_step = Counter(entries()[name].step_name for name in not_built)
    told = ", ".join(f"{count} of {step}" for step, count in by_step.items())
    yield Paragraph(
        f"{counted(len(not_built), 'check')} of the catalogue are not built yet and say nothing "
        f"here: {told}."
    )
    yield Paragraph((Code("sysdesign rules"), " lists every check and says what it looks at."))


DOUBTS = Part("doubts", "Where formulas are not to be trusted", "", doubts)
DEFAULTS = Part("defaults", "Defaults on which the numbers rest", "", defaults)
MISSING = Part("not-built", "What is not judged yet", "", missing)
