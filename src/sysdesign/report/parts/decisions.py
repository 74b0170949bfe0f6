"""Decisions: the question, the options with what speaks for and against them, the pick and why."""

from collections.abc import Iterator, Mapping

from sysdesign.design import Word
from sysdesign.design.later import Decision
from sysdesign.report.document import (
    Axis,
    Block,
    Break,
    Bullets,
    Code,
    Curve,
    Facts,
    Inline,
    Line,
    Mark,
    Paragraph,
    Plot,
    Section,
    Soft,
    Spot,
    Strong,
    Table,
)
from sysdesign.report.lines import NONE, codes, columns, not_read
from sysdesign.report.subject import Part, Subject
from sysdesign.source import listed
from sysdesign.study import primary_operation
from sysdesign.study.compared import Compared, Row


def write(subject: Subject) -> Iterator[Block | Section]:
    """What all options come to in one picture, then a section for each decision."""
    decisions = subject.study.design.decisions
    yield from not_read(subject.study, "decisions")
    if not decisions:
        return
    if subject.compared is None:
        if any(o.change is not None for d in decisions.values() for o in d.options.values()):
            yield Paragraph((
                ("Left out, since it takes some seconds: the options run on the same numbers, and "
                "their p99 against their cost. Ask for it with "),
                Code("sysdesign report --compare"), ", or see ", Code("sysdesign compare"), ".",
            ))  # fmt: skip
    else:
        yield from _picture(subject, subject.compared)
    for name, one in decisions.items():
        found = subject.compared.get(name) if subject.compared else None
        yield Section(f"decision-{name}", name, tuple(_blocks(one, found)))


def _picture(subject: Subject, compared: Mapping[str, Compared]) -> Iterator[Block]:
    """p99 against cost of every option that was run, with those that none beats joined."""
    study = subject.study
    first = primary_operation(study)
    unit = study.units.parse(f"{study.units.currency}/month")
    found: dict[str, tuple[float, float, bool]] = {}
    fails: dict[str, tuple[str, tuple[str, ...]]] = {}
    for name, one in compared.items():
        for option, row in one.rows.items():
            p99, cost = row.values.get(f"{first}.p99"), row.values.get("cost")
            if p99 and cost and p99.value is not None and cost.value is not None:
                picked = option == one.decision.chosen
                label = "the file as it stands" if picked else _label(name, option, row)
                found[label] = (cost.value / unit.factor, p99.value, picked)
                plain = label if picked else f"{name}: {option}"
                fails[label] = plain, () if picked else row.failed
    if len(found) < 2:
        return
    front = sorted(
        (x, y) for x, y, _ in found.values()
        if not any((a <= x and b < y) or (a < x and b <= y) for a, b, _ in found.values())
    )  # fmt: skip
    ends, costs = [y for _, y, _ in found.values()], [x for x, _, _ in found.values()]
    wide = max(ends) > _WIDE * min(ends)
    low, high = _around(ends)
    yield Plot(
        f"p99 of {first} against cost, for each option",
        Axis("Cost a month", "number", *_around(costs), unit=study.units.currency),
        Axis("99th percentile", "seconds", min(ends) / 2 if wide else low,
             max(ends) * 2 if wide else high, log=wide),
        (Curve("none is better by both", tuple(front)),) if len(front) > 1 else (),
        tuple(Spot(label, x, y, picked) for label, (x, y, picked) in found.items()),
    )  # fmt: skip
    endless = [
        f"{name}: {option}" for name, one in compared.items() for option, row in one.rows.items()
        if (p99 := row.values.get(f"{first}.p99")) and p99.value is None
    ]  # fmt: skip
    if endless:
        yield Paragraph(f"Not drawn, since calls never end there: {', '.join(endless)}.")
    best = "what is joined by a line is beaten by none in both."
    if len(front) == 1:
        label = next(n for n, at in found.items() if at[:2] == front[0])
        best = f"{fails[label][0]} beats all others by both."
    flawed = [f"{plain} fails {listed(lost)}" for label, (plain, lost) in fails.items()
              if lost and found[label][:2] in front]  # fmt: skip
    if flawed:
        best = f"{best.removesuffix('.')}, but {' and '.join(flawed)}."
    yield Paragraph((Soft(
        "Below and to the left is better. Each spot is the file with one change, so only one "
        f"decision differs at a time; {best}"
    ),))  # fmt: skip


def _label(decision: str, option: str, row: Row) -> str:
    """An option, and the first requirement that it fails."""
    more = f" and {len(row.failed) - 1} more" if len(row.failed) > 1 else ""
    return f"{decision}: {option}{f', fails {row.failed[0]}{more}' if row.failed else ''}"


def _around(values: list[float]) -> tuple[float, float]:
    """Ends of an axis on which spots are seen apart; it need not begin at zero."""
    low, high = min(values), max(values)
    room = max(0.3 * (high - low), 0.05 * high)
    return max(low - room, 0.0), high + room


_WIDE = 8.0  # times the lowest: beyond it the axis is logarithmic
_HEADS = {"carries": "Carries", "cost": "Cost a month"}


def _compared(one: Compared) -> Iterator[Block]:
    """The table of the options that were run, and what does not agree."""
    rows: list[tuple[Line, ...]] = []
    for name, row in one.rows.items():
        first: tuple[Inline, ...] = (Strong(name),)
        if name == one.decision.chosen:
            first = (*first, " ", Mark("chosen", "good"))
        values = (row.values.get(measure) for measure in one.measures)
        cells = (f"{v.shown}{'?' if v.doubted else ''}" if v else NONE for v in values)
        rows.append((first, *cells, (Code(row.bottleneck),) if row.bottleneck else NONE,
                     str(row.parts), _met(row)))  # fmt: skip
    if rows:
        heads = columns("Option", *(_HEADS.get(m, m) for m in one.measures), "Bottleneck", "Parts",
                        "Requirements", right=range(1, 1 + len(one.measures)))  # fmt: skip
        yield Table("The options on the same numbers", heads, tuple(rows))
    if any(v.doubted for row in one.rows.values() for v in row.values.values()):
        yield Paragraph((Soft("? Formulas are not sure of it: simulate."),))
    lines: list[Line] = [f"{told}." for told in one.tradeoffs]
    lines += [
        f"{name}: no change says what the file would be, so it cannot be run" for name in one.asked
    ]
    lines += [((Mark("broken", "bad")), (f" {name}: it does not fit the file: "
               f"{problems[0].sentence}")) for name, problems in one.broken.items()]  # fmt: skip
    lines += [((Mark(said.rule, "warning")), f" {said.message}") for said in one.contradictions]
    if lines:
        yield Bullets(tuple(lines))


def _met(row: Row) -> str:
    if not row.verdicts:
        return NONE
    told = f"{len(row.met)} of {len(row.verdicts)} hold"
    return f"{told}, not {', '.join(row.failed)}" if row.failed else told


def _blocks(one: Decision, found: Compared | None) -> Iterator[Block]:
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
    if found is not None:
        yield from _compared(found)
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
