"""The envelope: rates, bytes and memory with formula and values, and what the spread hangs on."""

from collections.abc import Iterator

from sysdesign.figures import Figure
from sysdesign.report.document import (
    Block,
    Break,
    Code,
    Formula,
    Inline,
    Line,
    Mark,
    Paragraph,
    Section,
    Soft,
    Strong,
    Table,
)
from sysdesign.report.lines import NONE, columns, filled
from sysdesign.report.subject import Part, Subject
from sysdesign.review.statements import percent
from sysdesign.study import Study

_CAUSES = 3
_OPERATIONS = (("rate", "Average"), ("peak_rate", "Peak"), ("peak_ingress", "In at peak"),
               ("peak_egress", "Out at peak"), ("in_flight", "In flight"))  # fmt: skip
_DERIVED = ("rate", "peak_rate")


def write(subject: Subject) -> Iterator[Block | Section]:
    """The whole, own estimates with their claims, then operation by operation."""
    study = subject.study
    figures = [f for f in study.figures.values() if f.section == "system"]
    if figures:
        yield Paragraph("Each number is a median; the range is its 90% interval.")
        yield _table("The whole", figures)
    own = [f for f in study.figures.values() if f.section == "estimates"]
    if own:
        yield _table("Estimates of this design", own)
        yield from _claims(study)
    yield from _rates(study)
    yield from _derivations(study)


def _table(caption: str, figures: list[Figure]) -> Table:
    heads = columns("Figure", "Value", "90% between", "How it comes about",
                    "What its spread hangs on", right=(1, 2))  # fmt: skip
    rows = tuple(
        (_name(one), (Strong(one.shown),), one.shown_range or NONE, _made(one), causes(one))
        for one in figures
    )  # fmt: skip
    return filled(Table(caption, heads, rows, prose=True))


def _name(figure: Figure) -> tuple[Inline, ...]:
    title = figure.title
    if title == f"estimate {figure.name}":
        return (Code(figure.name),)
    return (Code(figure.name), Break(), Soft(title))


def _made(figure: Figure) -> Line:
    """The formula, and below it the same with values."""
    if not figure.formula:
        return NONE
    if figure.substituted in ("", figure.formula, figure.shown):
        return (Formula(figure.formula),)
    return (Formula(figure.formula), Break(), Soft(f"= {figure.substituted}"))


def causes(figure: Figure) -> str:
    """The inputs that cause most of the spread of a figure."""
    found = [f"{name} {share:.0%}" for name, share in figure.contributions if share >= 0.01]
    return ", ".join(found[:_CAUSES]) or NONE


def _claims(study: Study) -> Iterator[Block]:
    rows: list[tuple[Line, ...]] = []
    for claim in study.estimate.claims:
        word = Mark("agrees", "good") if claim.agrees else Mark("disagrees", "bad")
        why = f" ({claim.prefix}?)" if claim.prefix else ""
        rows.append(((Code(claim.name),), f"claimed: {claim.shown}", (word,),
                     f"{claim.ratio:.2f} times what is computed{why}"))  # fmt: skip
    for limit in study.estimate.limits:
        way = "at most" if limit.at_most else "at least"
        origin = f", set by {limit.set_by}" if limit.set_by else ""
        tone: Mark = (
            Mark("kept", "good") if limit.exceeded <= 0.1
            else Mark("passed", "bad") if limit.exceeded >= 0.9 else Mark("at risk", "warning")
        )  # fmt: skip
        rows.append(((Code(limit.name),), f"{way} {limit.shown}{origin}", (tone,),
                     f"passed with a probability of {percent(limit.exceeded)}"))  # fmt: skip
    if rows:
        heads = columns("Estimate", "Claim or limit", "Verdict", "Told")
        yield Table("Claims and limits", heads, tuple(rows), prose=True)


def _rates(study: Study) -> Iterator[Block]:
    rows: list[tuple[Line, ...]] = []
    for name in study.design.operations:
        cells = [study.figures.get(f"{name}.{measure}") for measure, _ in _OPERATIONS]
        if any(cells):
            rows.append(((Code(name),), *(c.shown if c else NONE for c in cells)))
    if rows:
        heads = columns("Operation", *(title for _, title in _OPERATIONS), right=(1, 2, 3, 4, 5))
        yield filled(Table("Load of the operations", heads, tuple(rows)))


def _derivations(study: Study) -> Iterator[Block]:
    """How the rate of each operation comes about."""
    found = [
        figure for name in study.design.operations for measure in _DERIVED
        if (figure := study.figures.get(f"{name}.{measure}")) is not None
        and figure.formula != f"{name}.rate × conventions.peak"
    ]  # fmt: skip
    rows = tuple(
        ((Code(one.name),), (Strong(one.shown),), one.shown_range or NONE, _made(one))
        for one in found
    )  # fmt: skip
    if rows:
        heads = columns("Rate", "Value", "90% between", "How it comes about", right=(1, 2))
        yield filled(Table("How the rates come about", heads, rows, prose=True))


PART = Part("envelope", "The envelope", "estimates", write)
