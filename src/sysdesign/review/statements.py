"""Quality requirements held against what is computed: each holds, fails or is not known."""

from collections.abc import Iterator

from sysdesign.design import Quality, Statement
from sysdesign.design.names import CHAIN_MEASURES, engine_of
from sysdesign.figures import Term
from sysdesign.review.rule import at
from sysdesign.source import Finding, Severity, Span, Verdict
from sysdesign.study import (
    LIKELY,
    UNLIKELY,
    Measured,
    Study,
    judged,
    lacking,
    shown_measure,
    told_range,
)
from sysdesign.study.measures import figure_name

REQUIREMENT = "requirement"
"""What stands for the rule in the id of such a finding: requirement@fast."""
AT_RISK = "at risk"
"""Evidence of a statement that is neither likely nor unlikely to be true."""
_SEVERITY = {"must": Severity.BLOCKER, "should": Severity.MAJOR, "could": Severity.MINOR}
_HALF = 0.5
_ESTIMATED = ("rate", "peak_rate", "stored", "read_write", "cost", "cost_per_call")


def statements(study: Study, *, solve: bool = False) -> Iterator[Finding]:
    """One finding for each statement of a quality requirement, in the order of the file.

    With `solve`, times are solved over the ranges even where the verdict does not hang on it.
    """
    for name, quality in study.design.requirements.quality.items():
        if quality.not_needed:
            yield _finding(name, quality, Verdict.HOLDS, f"not needed: {quality.not_needed}")
        for test in quality.expect:
            yield judge(study, name, test, solve=solve)
            for scenario in quality.also_in:
                verdict, said = _in_scenario(study, name, test, str(scenario))
                said = f"{test.text} in {scenario}: {said}"
                yield _finding(name, quality, verdict, said, scenario, test.span)
        if quality.accept:
            said = f"asked of a person: {quality.accept}"
            yield _finding(name, quality, Verdict.UNKNOWN, said, span=at(quality.accept))


def judge(study: Study, name: str, test: Statement, *, solve: bool = False) -> Finding:
    """What one test of a quality requirement comes to."""
    measure, quality = test.measure, study.design.requirements.quality[name]
    if measure.measure in _ESTIMATED or measure.owner == "system":
        verdict, said = _estimated(study, test)
    elif is_analysed(test) or engine_of(measure.measure) == "failures":
        verdict, said = analysed(study, test, solve=solve)
    else:
        verdict, said = Verdict.UNKNOWN, f"needs `{engine_of(measure.measure)}`, not built yet"
    known = study.decided.get((name, test.text, "")) if _by_simulation(test) else None
    if verdict is Verdict.UNKNOWN and known is not None and AT_RISK not in said:
        verdict, said = _VERDICTS[known.holds], f"simulated, {known.said}"
    elif measure.measure == "errors" and verdict is Verdict.UNKNOWN:
        said = "only a simulation tells: check --simulate"
    return _finding(name, quality, verdict, f"{test.text}: {said}", span=test.span)


_VERDICTS = {True: Verdict.HOLDS, False: Verdict.FAILS, None: Verdict.UNKNOWN}


def _in_scenario(study: Study, name: str, test: Statement, scenario: str) -> tuple[Verdict, str]:
    """What a simulation says of a statement in a scenario, else what formulas do."""
    known = study.decided.get((name, test.text, scenario))
    if known is not None and known.said:
        return _VERDICTS[known.holds], f"simulated, {known.said}"
    return in_scenario(study, test, scenario)


def _by_simulation(test: Statement) -> bool:
    """Whether a simulation can judge a statement: times, errors, use of components."""
    name = test.measure
    if name.measure in _ESTIMATED or name.owner == "system" or name.measure == "carries":
        return False
    return engine_of(name.measure) in ("analyze", "simulate")


def needs_simulation(study: Study) -> list[str]:
    """Scenarios that statements wait for; "" is the steady state, first."""
    found: dict[str, None] = {}
    quality = study.design.requirements.quality
    for name, one in quality.items():
        for test in one.expect:
            if not _by_simulation(test):
                continue
            finding = judge(study, name, test)
            if finding.verdict is Verdict.UNKNOWN and finding.evidence != AT_RISK:
                found[""] = None
            known = study.design.scenarios
            found.update({str(name): None for name in one.also_in if name in known})
    return sorted(found, key=lambda name: name != "")


def in_scenario(study: Study, test: Statement, scenario: str) -> tuple[Verdict, str]:
    """What formulas say of a statement once a scenario has happened, at the medians."""
    measure, bound = test.measure, study.estimate.ledger.amount(test.bound)
    timed = measure.measure in CHAIN_MEASURES and not measure.until
    if scenario not in study.design.scenarios:
        return Verdict.UNKNOWN, "there is an error in the scenario"
    if not timed or measure.owner not in study.network.operations() or bound is None:
        return Verdict.UNKNOWN, "only a simulation tells: check --simulate"
    from sysdesign.study.happenings import time_in

    value, why = time_in(study, scenario, measure.owner, measure.measure)
    if value is None and why:
        return Verdict.UNKNOWN, f"{why}; only a simulation tells: check --simulate"
    lacks = "" if value is None else lacking(study, measure) or ""
    found = Measured(value, None, "ms", lacks=lacks)
    said = f"it is {'at least ' if lacks else ''}{shown_measure(study, value, 'ms')}"
    holds = found.at_medians(test.comparison, bound.value.median)
    if not found.is_sure(test.comparison, holds):
        return Verdict.UNKNOWN, f"{said}; not known: {lacks}"
    if not holds:
        return Verdict.FAILS, said
    if why:
        return (
            Verdict.UNKNOWN,
            f"{said} in the end, but {why}; only a simulation tells: check --simulate",
        )
    return Verdict.HOLDS, f"{said} once it has happened"


def is_analysed(test: Statement) -> bool:
    """Whether formulas judge a statement."""
    name = test.measure
    if name.measure in _ESTIMATED or name.owner == "system":
        return False
    return engine_of(name.measure) == "analyze"


def _estimated(study: Study, test: Statement) -> tuple[Verdict, str]:
    figure = study.figure(figure_name(test.measure))
    chance = probability(study, test)
    if figure is None or chance is None:
        return Verdict.UNKNOWN, "cannot be worked out yet"
    return _told(f"it is {figure.shown}", figure.shown_range, chance)


def analysed(study: Study, test: Statement, *, solve: bool = False) -> tuple[Verdict, str]:
    """What formulas say of a statement; not known where they are not to be trusted."""
    bound = study.estimate.ledger.amount(test.bound)
    found = judged(study, test, solve=solve)
    if found is None or bound is None:
        lacks = lacking(study, test.measure)
        none = bound is not None and test.comparison.startswith("<") and bound.value.high <= 0
        if lacks and none and test.measure.measure == "rpo":
            return Verdict.FAILS, "it is more than 0 s: no write waits for the copies that are left"
        kept = test.measure.measure in ("rpo", "rto")
        why = "not stated" if lacks and kept else "cannot be worked out yet"
        return Verdict.UNKNOWN, f"{why}{f': {lacks}' if lacks else ''}"
    chance = found.probability(test.comparison, bound.value)
    if found.value is None and chance <= UNLIKELY:
        return Verdict.FAILS, f"it has no end: {found.why}"
    bounds = {"": "", "ms": "at least "}.get(found.unit if found.lacks else "", "at most ")
    value = f"it is {bounds}{shown_measure(study, found.value, found.unit)}"
    verdict, said = _told(value, told_range(study, found), chance)
    half = found.half()
    if half is not None and chance < _HALF and _at_medians(found, test, bound):
        side = "less" if ">" in test.comparison else "more"
        told = shown_measure(study, half, found.unit)
        said += f" (each range at its median would do; half of the draws give {told} or {side})"
    if found.defaults:
        said += f"; rests on {len(found.defaults)} unstated"
    if found.lacks and not found.is_sure(test.comparison, verdict is Verdict.HOLDS):
        return Verdict.UNKNOWN, f"{said}; not known: {found.lacks}"
    if not found.doubts:
        return verdict, said
    first = found.doubts[0]
    return Verdict.UNKNOWN, f"{said}. Simulate to be sure: {first.about}: {first.why}"


def _at_medians(found: Measured, test: Statement, bound: Term) -> bool:
    return found.at_medians(test.comparison, bound.value.median)


def _told(value: str, between: str, chance: float) -> tuple[Verdict, str]:
    """Verdict by the probability that a statement is true, and what to say of it."""
    verdict = Verdict.UNKNOWN
    if chance >= LIKELY or chance <= UNLIKELY:
        verdict = Verdict.HOLDS if chance >= LIKELY else Verdict.FAILS
    if not between and chance in (0.0, 1.0):
        return verdict, value
    risk = f"{AT_RISK}, " if verdict is Verdict.UNKNOWN else ""
    around = f" ({between})" if between else ""
    likely = percent(min(max(chance, _DRAWN), 1 - _DRAWN))
    return verdict, f"{value}{around}; {risk}true with a probability of {likely}"


def probability(study: Study, test: Statement) -> float | None:
    """Probability that a statement is true, under the ranges of the design."""
    figure = study.figure(figure_name(test.measure))
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


_DRAWN = 1e-3
"""All draws of a range that is known to so many never make a statement certain."""


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
        said if verdict is Verdict.HOLDS else AT_RISK if f"; {AT_RISK}, " in said else "",
    )
