"""The review: three-valued checks, the requirements held, what somebody accepts."""

from dataclasses import replace
from datetime import date

from sysdesign.records import dataclass
from sysdesign.review.engine import CRASH, rules, run
from sysdesign.review.registry import Entry, entries
from sysdesign.review.rule import Outcome, Rule
from sysdesign.review.statements import AT_RISK, REQUIREMENT, statements
from sysdesign.review.waivers import expired, stale, waived, waiver_problems
from sysdesign.source import Finding, Severity, Verdict
from sysdesign.study import Study

__all__ = [
    "AT_RISK",
    "CRASH",
    "REQUIREMENT",
    "Entry",
    "Review",
    "Rule",
    "entries",
    "review",
    "rules",
    "waiver_problems",
]


@dataclass(frozen=True)
class Review:
    """What all checks say of a design.

    `findings` holds every outcome of the checks, the worst first, then by place. `questions` are
    the facts that are not known, each once; its evidence names the other checks that wait for it.
    `statements` are the quality requirements, each with its verdict. `not_built` are the ids of
    checks that are to come, `stale_waivers` keys under `accept` that meet nothing any more,
    `expired_waivers` those whose date has passed, so that they no longer count.
    """

    findings: tuple[Finding, ...]
    questions: tuple[Finding, ...]
    statements: tuple[Finding, ...]
    not_built: tuple[str, ...]
    stale_waivers: tuple[str, ...]
    expired_waivers: tuple[str, ...]

    @property
    def failed(self) -> tuple[Finding, ...]:
        """Checks and requirements that fail and that nobody accepts."""
        return tuple(f for f in self._failing if not f.waived_by)

    @property
    def waived(self) -> tuple[Finding, ...]:
        """What fails and is accepted; it stays visible."""
        return tuple(f for f in self._failing if f.waived_by)

    @property
    def passed(self) -> tuple[Finding, ...]:
        """Checks that hold, each with its evidence."""
        return tuple(f for f in self.findings if f.verdict is Verdict.HOLDS)

    @property
    def _failing(self) -> tuple[Finding, ...]:
        every = (*self.findings, *self.statements)
        return _ordered([f for f in every if f.verdict is Verdict.FAILS])

    def worst(self) -> Severity | None:
        """The highest severity that fails and is not accepted."""
        return max((f.severity for f in self.failed), key=lambda s: s.rank, default=None)


def review(study: Study, today: date | None = None) -> Review:
    """Run every check that is built on a design.

    With `today`, waivers whose date has passed count no longer.
    """
    design = study.design
    void = expired(design, today)
    outcomes = list(run(study))
    findings = _ordered([waived(finding, design, void) for _, finding in outcomes])
    held = tuple(waived(finding, design, void) for finding in statements(study))
    return Review(
        findings,
        _questions(outcomes),
        held,
        tuple(i for i in entries() if i not in rules()),
        stale(design, (*findings, *held)),
        void,
    )


def _ordered(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda f: (-f.severity.rank, f.span)))


def _questions(outcomes: list[tuple[Outcome, Finding]]) -> tuple[Finding, ...]:
    """One question for each fact that is not known, as the weightiest check asks it.

    What waits for no fact of the file, but for a simulation, is no question.
    """
    by_fact: dict[str, list[Finding]] = {}
    for outcome, finding in outcomes:
        if outcome.verdict is Verdict.UNKNOWN and outcome.fact:
            by_fact.setdefault(outcome.fact, []).append(finding)
    questions = []
    for asked in by_fact.values():
        first = max(asked, key=lambda f: f.severity.rank)
        others = dict.fromkeys(f.rule for f in asked if f.rule != first.rule)
        settles = f"also settles {', '.join(others)}" if others else ""
        questions.append(replace(first, evidence=settles))
    return _ordered(questions)
