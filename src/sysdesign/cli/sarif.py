"""SARIF 2.1.0 (OASIS, 2020): findings for code hosts and editors."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from sysdesign.source import Finding, Problem, Severity, Span, Verdict
from sysdesign.version import __version__
from sysdesign.workbench import Workbench

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVEL = {
    Severity.BLOCKER: "error",
    Severity.MAJOR: "error",
    Severity.MINOR: "warning",
    Severity.INFO: "note",
}


def sarif(benches: Sequence[Workbench], problems: Sequence[Problem] = ()) -> str:
    """Failed findings and open questions of designs, and problems of files that cannot be used."""
    findings = [f for bench in benches for f in (*bench.review.failed, *bench.review.questions)]
    results = [*map(_problem, problems), *map(_result, findings)]
    rules = [{"id": rule} for rule in dict.fromkeys(r["ruleId"] for r in results)]
    driver = {"name": "sysdesign", "version": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "results": results, "columnKind": "unicodeCodePoints"}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "ruleId": problem.code,
        "level": "error",
        "message": {"text": problem.sentence},
        "locations": [_location(problem.span)],
        "partialFingerprints": {"sysdesign/v1": _print(problem.code, problem.message)},
    }


def _result(finding: Finding) -> dict[str, Any]:
    text = f"{finding.message}. {finding.action}".rstrip(". ") + "."
    return {
        "ruleId": finding.rule,
        "level": _LEVEL[finding.severity] if finding.verdict is Verdict.FAILS else "none",
        "kind": "fail" if finding.verdict is Verdict.FAILS else "open",
        "message": {"text": text},
        "locations": [_location(finding.span)],
        "partialFingerprints": {"sysdesign/v1": _print(finding.rule, finding.element)},
    }


def _location(span: Span) -> dict[str, Any]:
    uri = PurePath(span.source.name).as_posix()
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri},
            "region": {"startLine": span.line, "startColumn": span.column,
                       "endLine": span.end_line, "endColumn": span.end_column},
        }
    }  # fmt: skip


def _print(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()
