"""Answers as data: what every door prints as JSON. Values are floats beside the shown text."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sysdesign.figures import Figure
from sysdesign.review.statements import percent
from sysdesign.source import Finding, Span
from sysdesign.study import Explanation
from sysdesign.study.words import shown_factor, shown_share, shown_time
from sysdesign.workbench.bench import Workbench
from sysdesign.workbench.headline import Line, headline

if TYPE_CHECKING:
    from sysdesign.workbench.reasons import Reason

__all__ = [
    "Answer",
    "check_answer",
    "estimate_answer",
    "explain_answer",
    "figure_answer",
    "finding_answer",
    "place",
    "reason_answer",
    "rounded",
    "shown_chance",
    "shown_factor",
    "shown_share",
    "shown_time",
]

Answer = dict[str, Any]


def place(span: Span) -> Answer:
    """A place as data."""
    return {"file": span.source.name, "line": span.line, "column": span.column,
            "end_line": span.end_line, "end_column": span.end_column}  # fmt: skip


def figure_answer(figure: Figure) -> Answer:
    """A figure: value, low and high in its own unit, `si` the factor to base units."""
    value = figure.quantity.value
    return {
        "value": figure.in_unit(value.median), "low": figure.in_unit(value.low),
        "high": figure.in_unit(value.high), "unit": figure.unit.text, "si": figure.unit.factor,
        "shown": figure.shown, "range": figure.shown_range, "name": figure.full_name,
        "title": figure.title, "formula": figure.formula, "defaults": list(figure.defaults),
    }  # fmt: skip


def estimate_answer(bench: Workbench, path: str) -> Answer:
    """Every figure, claim and limit."""
    result = bench.study.estimate
    claims = {
        c.name: {"claimed": c.shown, "ratio": c.ratio, "agrees": c.agrees, "prefix": c.prefix}
        for c in result.claims
    }  # fmt: skip
    limits = [
        {
            "name": x.name,
            "bound": x.shown,
            "at_most": x.at_most,
            "exceeded": x.exceeded,
            "from": x.set_by,
        }
        for x in result.limits
    ]
    return {
        "file": path, "load": bench.study.load,
        "figures": {name: figure_answer(f) for name, f in bench.figures.items()},
        "claims": claims, "limits": limits,
    }  # fmt: skip


def explain_answer(explanation: Explanation) -> Answer:
    """A derivation."""
    return {
        "figure": _line(explanation.figure), "parts": [_line(p) for p in explanation.parts],
        "contributions": [{"name": n, "share": s} for n, s in explanation.contributions],
        "defaults": list(explanation.defaults), "conventions": list(explanation.conventions),
        "notes": list(explanation.notes),
        "budget": rounded(asdict(explanation.budget)) if explanation.budget else None,
        "derivation": rounded(asdict(explanation.derivation)) if explanation.derivation else None,
    }  # fmt: skip


def reason_answer(reason: "Reason") -> Answer:
    """An answer that is no single number, with the figures that it follows from."""
    return {
        "name": reason.name, "said": reason.said, "title": reason.title,
        "lines": list(reason.lines), "parts": [_line(part) for part in reason.parts],
        "defaults": list(reason.defaults), "notes": list(reason.notes),
    }  # fmt: skip


def _line(figure: Figure) -> Answer:
    """A line of a derivation."""
    return {**figure_answer(figure), "id": figure.name, "substituted": figure.substituted,
            "source": figure.source, "place": place(figure.span)}  # fmt: skip


def finding_answer(finding: Finding) -> Answer:
    """A finding."""
    return {
        "id": finding.id, "rule": finding.rule, "element": finding.element,
        "verdict": finding.verdict.value, "severity": finding.severity.value,
        "message": finding.message, "action": finding.action, "evidence": finding.evidence,
        "waived_by": finding.waived_by, **place(finding.span),
    }  # fmt: skip


def check_answer(bench: Workbench, path: str) -> Answer:
    """Findings, questions and the most telling numbers."""
    review = bench.review
    told = (*review.failed, *review.questions, *review.waived)
    return {
        "file": path, "load": bench.study.load,
        "summary": rounded({line.label: _telling(line) for line in headline(bench)}),
        "findings": [finding_answer(f) for f in told],
        "statements": [finding_answer(f) for f in review.statements],
        "holds": [f.id for f in review.passed],
        "not_built": list(review.not_built),
        "stale_waivers": list(review.stale_waivers),
        "expired_waivers": list(review.expired_waivers),
        "counts": {"holds": len(review.passed), "fails": len(review.failed),
                   "not_known": len(review.questions), "accepted": len(review.waived)},
    }  # fmt: skip


def _telling(line: Line) -> Answer:
    """A number of the summary."""
    return {**figure_answer(line.figure), "range": line.between, "of": line.about}


def shown_chance(chance: float) -> str:
    """A probability for people."""
    return f"probability {percent(chance)}"


def rounded(value: Any) -> Any:
    """The same with floats of eight significant digits.

    Formulas are good to three; the last bits of a sum differ between versions of Python, and the
    same design must give the same bytes.
    """
    if isinstance(value, float):
        return float(f"{round(value, 14):.8g}")
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(one) for one in value]
    return value
