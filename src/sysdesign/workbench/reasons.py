"""Answers that are no single number: the bottleneck, the verdict on a requirement, no time."""

from collections.abc import Iterator, Mapping

from sysdesign.design import Functional, Quality, Statement
from sysdesign.figures import Figure
from sysdesign.records import dataclass
from sysdesign.review import AT_RISK
from sysdesign.review.statements import percent, statements
from sysdesign.source import Finding
from sysdesign.study import UnknownNameError, explain
from sysdesign.study.analysed import endless, limit_figure
from sysdesign.study.lasting import lost_for_good
from sysdesign.study.measures import (
    LIKELY,
    UNLIKELY,
    Measured,
    judged,
    shown_measure,
    told_range,
)
from sysdesign.study.study import Study
from sysdesign.study.words import metastable_told, shown_factor, shown_share

_FIRST = 3
_MANY = 5
_PREFIX = "requirements."


@dataclass(frozen=True, slots=True)
class Reason:
    """What is said of a name, why, and the figures that it follows from, nearest first."""

    name: str
    said: str
    title: str
    lines: tuple[str, ...]
    parts: tuple[Figure, ...] = ()
    defaults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def reason_for(study: Study, name: str) -> Reason | None:
    """The answer to a name that is no number; None for any other name."""
    if name == "bottleneck":
        return _bottleneck(study)
    required = study.design.requirements
    known: Mapping[str, Quality | Functional] = {**required.functional, **required.quality}
    one = known.get(name.removeprefix(_PREFIX))
    if one is not None:
        return _requirement(study, name.removeprefix(_PREFIX), one)
    gone = lost_for_good(study, name)
    if gone is not None:
        said, title, lines = gone
        return Reason(name, said, title, lines)
    over = endless(study, name)
    return None if over is None else _without_end(study, name, *over)


# -- the bottleneck ------------------------------------------------------------------------------


def _bottleneck(study: Study) -> Reason | None:
    analysis = study.analysis
    first = analysis.bottleneck
    if first is None:
        return Reason("bottleneck", "none", "what is full first as the load grows",
                      ("Nothing that is called has a limit that the file tells.",))  # fmt: skip
    order = sorted(analysis.full_at.items(), key=lambda one: one[1])
    full = f"{analysis.full:.0%} busy, or at a documented limit"
    at = shown_factor(order[0][1])
    said = f"As the load grows, {first} is the first that is {full}: at {at} the peak."
    lines = [f"{said} The design carries no more than that."]
    after = [f"{name} at {shown_factor(factor)}" for name, factor in order[1 : _MANY + 1]]
    if after:
        lines.append(f"After it: {', '.join(after)}.")
    told = metastable_told(study)
    if told:
        lines.append(told)
    parts = tuple(limit_figure(study, analysis.stations[name]) for name, _ in order[:_FIRST])
    title = f"what is full first as the load grows, of {len(order)} stations"
    defaults = tuple(dict.fromkeys(said for part in parts for said in part.defaults))
    return Reason("bottleneck", first, title, tuple(lines), parts, defaults)


# -- requirements --------------------------------------------------------------------------------


def _requirement(study: Study, name: str, one: Quality | Functional) -> Reason:
    if isinstance(one, Functional):
        by = f" By {', '.join(one.by)}." if one.by else ""
        accept = one.accept or "the file does not say yet how it is accepted"
        return Reason(name, "asked of people", "a functional requirement", (f"{accept}{by}",))
    if one.not_needed:
        return Reason(name, "not needed", "a quality requirement", (str(one.not_needed),))
    found = [f for f in statements(study, solve=True) if f.element.partition("@")[0] == name]
    if not one.expect or not found:
        accept = one.accept or "the file states no test of it yet"
        return Reason(name, "asked of people", "a quality requirement", (str(accept),))
    lines: list[str] = []
    parts: dict[str, Figure] = {}
    defaults: dict[str, None] = {}
    notes: dict[str, None] = {}
    for finding in found:
        test = next((test for test in one.expect if test.span == finding.span), None)
        if "@" in finding.element:
            test = None
        number = judged(study, test, solve=True) if test is not None else None
        if test is None or number is None:
            lines.append(f"{_word(finding)}: {finding.message}")
        else:
            lines += _derived(study, finding, test, number)
            defaults.update(dict.fromkeys(number.defaults))
            notes.update((f"simulate: {d.about}: {d.why}", None) for d in number.doubts)
        if test is not None:
            parts.update((figure.name, figure) for figure in _figures(study, test))
    own = [finding for finding in found if "@" not in finding.element] or found
    words = list(dict.fromkeys(map(_word, own)))
    worst = next((w for w in ("fails", AT_RISK, "not known") if w in words), words[0])
    return Reason(name, worst, f"a requirement, class {one.class_ or 'not stated'}", tuple(lines),
                  tuple(parts.values()), tuple(defaults), tuple(notes))  # fmt: skip


def _word(finding: Finding) -> str:
    return AT_RISK if finding.evidence == AT_RISK else finding.verdict.value.replace("_", " ")


def _derived(study: Study, finding: Finding, test: Statement, number: Measured) -> Iterator[str]:
    """Measure, value, bar, probability, verdict."""
    bound = study.estimate.ledger.amount(test.bound)
    assert bound is not None
    chance = number.probability(test.comparison, bound.value)
    between = told_range(study, number)
    value = shown_measure(study, number.value, number.unit)
    yield f"{test.text}: {_word(finding)}"
    ends = f", 90% between {between.replace(' .. ', ' and ')}" if between else ""
    yield f"  it is    {value}{ends}"
    if number.why:
        yield f"  since    {number.why}"
    yield f"  wanted   {test.comparison} {bound.shown}{_room(number, test, bound.value.median)}"
    if number.draws is not None or not bound.value.is_exact:
        yield f"  true     in {percent(chance)} of the draws of what the file gives as ranges"
        yield (
            f"  so it    {_word(finding)}; a test holds if {LIKELY:.0%} or more are true, fails "
            f"at {UNLIKELY:.0%} or less, and is at risk between"
        )
    if number.doubts:
        yield "  but      formulas are not to be trusted here, so it is not known"
    if number.defaults:
        yield f"  rests on {len(number.defaults)} values that the file does not state"


def _room(number: Measured, test: Statement, bound: float) -> str:
    """How far the value is from its bar."""
    if number.value is None or bound <= 0 or number.value <= 0:
        return ""
    part = number.value / bound
    if test.comparison in (">", ">="):
        part = 1 / part
    if part <= 1:
        return f", {shown_share(1 - part)} of room"
    return f", {shown_share(part - 1)} too much" if "<" in test.comparison else ", too little"


def _figures(study: Study, test: Statement) -> tuple[Figure, ...]:
    try:
        found = explain(study, test.measure.text)
    except UnknownNameError:
        reason = reason_for(study, test.measure.text)
        return reason.parts if reason else ()
    return (found.figure, *found.parts)


# -- no time at all ------------------------------------------------------------------------------


def _without_end(study: Study, name: str, why: str, stations: tuple[str, ...]) -> Reason:
    analysis = study.analysis
    over = [analysis.stations[one] for one in stations]
    lines = [f"Calls do not come to an end: {why}."]
    if over:
        lines.append(
            "What waits there waits longer and longer, so there is no mean and no percentile to "
            "derive; below is what is over its limit."
        )
    if analysis.carries is not None:
        part = shown_factor(analysis.carries * study.load)
        lines.append(f"The design carries {part} the peak: --load {part} tells its times there.")
    told = metastable_told(study)
    if told:
        lines.append(told)
    parts = tuple(limit_figure(study, one) for one in over[:_MANY])
    defaults = tuple(dict.fromkeys(said for part in parts for said in part.defaults))
    return Reason(name, "without end", "a time, at peak", tuple(lines), parts, defaults)
