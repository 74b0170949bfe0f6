"""Finds the checks and runs them: from outcomes to findings."""

import os
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from sysdesign.review import checks
from sysdesign.review.registry import entries
from sysdesign.review.rule import Outcome, Rule, holds
from sysdesign.review.sections import missing
from sysdesign.source import Finding, Severity, Verdict
from sysdesign.study import Study

CRASH = "SYS-00"
_SHIFTED = {
    "A": {Severity.MINOR: Severity.MAJOR},
    "C": {Severity.MAJOR: Severity.MINOR, Severity.BLOCKER: Severity.MAJOR},
}


@cache
def rules() -> Mapping[str, Rule]:
    """Every check that is built, by its id, sorted.

    Raises
    ------
    TypeError
        naming the file, where a module holds no rule of its own name, or an id is not registered.
    """
    found: dict[str, Rule] = {}
    for step in iter_modules(checks.__path__):
        package = import_module(f"{checks.__name__}.{step.name}")
        for module in iter_modules(package.__path__):
            one = getattr(import_module(f"{package.__name__}.{module.name}"), module.name, None)
            if not isinstance(one, Rule) or one.id not in entries() or one.id in found:
                raise TypeError(
                    f"{package.__name__}.{module.name}: must hold a rule of its name, "
                    "with a registered id of its own"
                )
            found[one.id] = one
    return {id_: found[id_] for id_ in entries() if id_ in found}


def severity_at(severity: Severity, level: str | None) -> Severity:
    """How much a finding matters at a service level.

    Level A takes minor as major; level C takes major as minor and blocker as major; B, and a design
    that names none, take each as it is.
    """
    return _SHIFTED.get(level or "", {}).get(severity, severity)


def run(study: Study) -> Iterator[tuple[Outcome, Finding]]:
    """Outcomes of every check with the findings made of them."""
    level = study.design.problem.level
    for one in rules().values():
        for outcome in _outcomes(one, study):
            severity = outcome.severity or entries()[one.id].severity
            yield (
                outcome,
                Finding(
                    CRASH if outcome.fact == CRASH else one.id,
                    outcome.element,
                    outcome.verdict,
                    severity_at(severity, level),
                    outcome.message,
                    outcome.span,
                    outcome.action,
                    outcome.evidence,
                ),
            )


def _outcomes(one: Rule, study: Study) -> list[Outcome]:
    question = missing(study.design, one.needs)
    if question is not None:
        return [question]
    try:
        return list(one.check(study)) or [holds("system", one.nothing)]
    except Exception as trouble:
        if "PYTEST_CURRENT_TEST" in os.environ:
            raise
        return [_crash(one, study, trouble)]


def _crash(one: Rule, study: Study, trouble: Exception) -> Outcome:
    message = f"the check {one.id} broke: {type(trouble).__name__}: {trouble}"
    return Outcome(
        Verdict.FAILS,
        one.id,
        message,
        study.design.at("sysdesign"),
        "report it with this file",
        fact=CRASH,
    )
