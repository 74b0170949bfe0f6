"""Decisions: the question, the options with what speaks for and against them, the pick and why."""

from collections.abc import Iterator

from sysdesign.design import Word
from sysdesign.design.later import Decision
from sysdesign.report.document import (
    Block,
    Break,
    Facts,
    Inline,
    Line,
    Mark,
    Paragraph,
    Section,
    Strong,
    Table,
)
from sysdesign.report.lines import NONE, codes, columns
from sysdesign.report.subject import Part, Subject


def write(subject: Subject) -> Iterator[Block | Section]:
    """A section for each decision."""
    for name, one in subject.study.design.decisions.items():
        yield Section(f"decision-{name}", name, tuple(_blocks(one)))


def _blocks(one: Decision) -> Iterator[Block]:
    if one.question:
        yield Paragraph((Strong(str(one.question)),))
    rows: list[tuple[Line, ...]] = []
    for name, option in one.options.items():
        first: tuple[Inline, ...] = (Strong(name),)
        if name == one.chosen:
            first = (*first, " ", Mark("chosen", "good"))
        rows.append((first, _lines(option.pros), _lines(option.cons)))
    if rows:
        yield Table("Options", columns("Option", "For it", "Against it"), tuple(rows), prose=True)
    facts: list[tuple[str, Line]] = []
    if one.chosen and one.chosen not in one.options:
        facts.append(("Chosen", str(one.chosen)))
    if one.because:
        facts.append(("Because", str(one.because)))
    elif one.chosen is None:
        facts.append(("Chosen", (Mark("open", "warning"),)))
    if one.criteria:
        facts.append(("Compared by", codes(measure.text for measure in one.criteria)))
    if one.about:
        facts.append(("About", codes(one.about)))
    if facts:
        yield Facts(tuple(facts))


def _lines(texts: tuple[Word, ...]) -> Line:
    """Each text on a line of its own."""
    found: list[Inline] = []
    for text in texts:
        found += [Break()] if found else []
        found.append(str(text))
    return tuple(found) or NONE


PART = Part("decisions", "Decisions", "decisions", write)
