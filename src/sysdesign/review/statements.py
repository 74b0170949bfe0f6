"""Quality requirements held against what is computed: each holds, fails or is not known."""

from collections.abc import Iterator

from sysdesign.design import Quality, Statement
from sysdesign.design.names import engine_of
from sysdesign.review.rule import at
from sysdesign.source import Finding, Severity, Span, Verdict
from sysdesign.study import Study

REQUIREMENT = "requirement"
"""What stands for the rule in the id of such a finding: requirement@fast."""
LIKELY, UNLIKELY = 0.9, 0.1
_SEVERITY = {"must": Severity.BLOCKER, "should": Severity.MAJOR, "could": Severity.MINOR}
_ESTIMATED = ("rate", "peak_rate", "stored", "read_write")


def statements(study: Study) -> Iterator[Finding]:
    """One finding for each statement of a quality requirement, in the order of the file."""
    for name, quality in study.design.requirements.quality.items():
        if quality.not_needed:
            yield _finding(name, quality, Verdict.HOLDS, f"not needed: {quality.not_needed}")
        for test in quality.expect:
            yield _tested(study, name, quality, test)
            for scenario in quality.also_in:
                said = f"{test.text} in {scenario}: needs `failures`, not built yet"
                yield _finding(name, quality, Verdict.UNKNOWN, said, scenario, test.span)
        if quality.accept:
            said = f"asked of a person: {quality.accept}"
            yield _finding(name, quality, Verdict.UNKNOWN, said, span=at(quality.accept))


def _tested(study: Study, name: str, quality: Quality, test: Statement) -> Finding:
    measure = test.measure
    if measure.measure not in _ESTIMATED and measure.owner != "system":
        engine = engine_of(measure.measure)
        said = f"{test.text}: {_lacks(engine, measure.text)}"
        return _finding(name, quality, Verdict.UNKNOWN, said, span=test.span)
    figure = study.figure(".".join(filter(None, (measure.owner, measure.measure))))
    chance = probability(study, test)
    if figure is None or chance is None:
        said = f"{test.text}: cannot be worked out yet"
        return _finding(name, quality, Verdict.UNKNOWN, said, span=test.span)
    verdict = Verdict.UNKNOWN
    if chance >= LIKELY or chance <= UNLIKELY:
        verdict = Verdict.HOLDS if chance >= LIKELY else Verdict.FAILS
    said = f"{test.text}: it is {figure.shown}"
    if figure.shown_range:
        risk = "at risk, " if verdict is Verdict.UNKNOWN else ""
        said += f" ({figure.shown_range}); {risk}true with a probability of {percent(chance)}"
    return _finding(name, quality, verdict, said, span=test.span)


def _lacks(engine: str, measure: str) -> str:
    """What is missing for a measure, and where it is to be had."""
    if engine == "analyze" and "(" not in measure:
        return f"not judged here yet; `sysdesign explain FILE {measure}` works it out"
    return f"needs `{engine}`, not built yet"


def probability(study: Study, test: Statement) -> float | None:
    """Probability that a statement is true, under the ranges of the design."""
    figure = study.figure(".".join(filter(None, (test.measure.owner, test.measure.measure))))
    bound = study.estimate.ledger.amount(test.bound)
    if figure is None or bound is None:
        return None
    value = figure.quantity.value
    match test.comparison:
        case "<":
            return bound.value.probability_above(value)
        case "<=":
            return 1 - value.probability_above(bound.value)
        case ">":
            return value.probability_above(bound.value)
        case _:
            return 1 - bound.value.probability_above(value)


def percent(share: float) -> str:
    """A probability in whole percent; what is not certain never reads as certain."""
    if 0 < share < 0.01:
        return "under 1%"
    if 0.99 < share < 1:
        return "over 99%"
    return f"{share:.0%}"


def _finding(
    name: str,
    quality: Quality,
    verdict: Verdict,
    said: str,
    part: str = "",
    span: Span | None = None,
) -> Finding:
    action = ""
    if verdict is Verdict.FAILS:
        action = f"change the design, or what {name} expects"
    return Finding(
        REQUIREMENT,
        f"{name}@{part}" if part else name,
        verdict,
        _SEVERITY.get(quality.priority or "", Severity.MAJOR),
        said,
        span or at(name),
        action,
        said if verdict is Verdict.HOLDS else "",
    )
