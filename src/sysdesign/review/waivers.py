"""Findings that somebody accepts: which waiver meets which finding, and which meets none."""

from dataclasses import replace
from datetime import date

from sysdesign.design import Design
from sysdesign.review.registry import entries
from sysdesign.review.rule import at
from sysdesign.review.statements import REQUIREMENT
from sysdesign.source import Finding, Problem, Verdict, nearest


def waiver_problems(design: Design) -> list[Problem]:
    """What is wrong with the keys under `accept`: they must be RULE@element with a known rule."""
    problems = []
    known = (*entries(), REQUIREMENT)
    for key in design.accept:
        rule, at_sign, element = key.partition("@")
        if rule not in known:
            meant = rule.upper() if rule.upper() in known else nearest(rule.upper(), known)
            problems.append(
                Problem(
                    "accept",
                    f"'{rule}' is not a check",
                    at(key),
                    f"{meant}{at_sign}{element}" if meant else None,
                    None if meant else "write RULE@element: DAT-06@tweet",
                )
            )
        elif not element:
            problems.append(
                Problem(
                    "accept",
                    f"'{key}' does not say what it is accepted of",
                    at(key),
                    hint=f"write {rule}@element, or {rule}@* for all",
                )
            )
    return problems


def expired(design: Design, today: date | None) -> tuple[str, ...]:
    """Waivers whose date has passed; a month or a year counts to its last day."""
    if today is None:
        return ()
    return tuple(
        str(key)
        for key, waiver in design.accept.items()
        if waiver.until and today.isoformat()[: len(waiver.until)] > waiver.until
    )


def waived(finding: Finding, design: Design, void: tuple[str, ...]) -> Finding:
    """The finding with who accepts it, where somebody does."""
    for key in (finding.id, f"{finding.rule}@*"):
        waiver = design.accept.get(key)
        if waiver is not None and key not in void and finding.verdict is Verdict.FAILS:
            until = f" (until {waiver.until})" if waiver.until else ""
            return replace(finding, waived_by=f"{waiver.who}: {waiver.why}{until}")
    return finding


def stale(design: Design, findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """Waivers that meet nothing: their check is built, and does not fail there or ask."""
    judged = {f.rule for f in findings}
    open_ids = {f.id for f in findings if f.verdict is not Verdict.HOLDS}
    open_rules = {f.rule for f in findings if f.verdict is not Verdict.HOLDS}
    return tuple(
        str(key)
        for key in design.accept
        if (rule := key.partition("@")[0]) in judged
        and key not in open_ids
        and not (key == f"{rule}@*" and rule in open_rules)
    )
