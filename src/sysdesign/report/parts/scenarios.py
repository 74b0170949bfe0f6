"""What-if runs that the design names."""

from collections.abc import Iterator

from sysdesign.design import Given
from sysdesign.design.later import Event, Scenario
from sysdesign.report.document import Block, Code, Paragraph, Section, Table
from sysdesign.report.lines import NONE, columns, filled, given, not_read
from sysdesign.report.subject import Part, Subject


def write(subject: Subject) -> Iterator[Block | Section]:
    """A row for each scenario."""
    found = subject.study.design.scenarios
    yield from not_read(subject.study, "scenarios")
    if not found:
        return
    run = {one.simulated.scenario for one in subject.runs}
    more = "." if run else ": `sysdesign report --simulate` runs them."
    yield Paragraph(f"What the design wants to be tried{more}")
    rows = tuple(
        ((Code(name),), _told(one), given(one.at_), given(one.for_)) for name, one in found.items()
    )
    heads = columns("Scenario", "What happens", "From", "For")
    yield filled(Table("Scenarios", heads, rows, prose=True))


def _told(one: Scenario) -> str:
    steps = [f"{text}{_when(step)}" for step in one.steps if (text := _event(step))]
    return "; then ".join(filter(None, (_event(one), *steps))) or NONE


def _when(one: Event) -> str:
    start = f" from {one.at_.text}" if one.at_ else ""
    return start + (f" for {one.for_.text}" if one.for_ else "")


def _event(one: Event) -> str:
    words = []
    if isinstance(one.load, Given):
        words.append(f"load {one.load.text} on the {one.base or 'peak'}")
    elif one.load:
        words.append("load " + ", ".join(f"{n} {g.text}" for n, g in one.load.items()))
    if one.fail:
        words.append("fails: " + ", ".join(_some(n, g) for n, g in one.fail.items()))
    for label, pairs in (("slow", one.slow), ("errors", one.errors), ("hot", one.hot),
                         ("disconnected", one.disconnect)):  # fmt: skip
        words += [f"{label}: " + ", ".join(f"{n} {g.text}" for n, g in pairs.items())] * bool(pairs)
    for label, names in (("emptied", one.cold), ("stopped", one.stop), ("rolled out", one.deploy),
                         ("lost", one.lose)):  # fmt: skip
        words += [f"{label}: {', '.join(names)}"] * bool(names)
    return ", ".join(words)


def _some(name: str, amount: Given | None) -> str:
    return name if amount is None else f"{name} ({amount.text})"


PART = Part("scenarios", "Scenarios", "scenarios", write)
