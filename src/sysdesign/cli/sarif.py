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


def findings_sarif(benches: Sequence[Workbench]) -> str:
    """Failed findings and open questions of designs."""
    results, rules = [], {}
    for bench in benches:
        for finding in (*bench.review.failed, *bench.review.questions):
            rules[finding.rule] = {"id": finding.rule}
            results.append(_result(finding))
    return _log(results, list(rules.values()))


def problems_sarif(problems: Sequence[Problem]) -> str:
    """Problems of a file that cannot be used."""
    results = [
        {
            "ruleId": p.code, "level": "error", "message": {"text": p.sentence},
            "locations": [_location(p.span)],
            "partialFingerprints": {"sysdesign/v1": _print(p.code, p.message)},
        }
        for p in problems
    ]  # fmt: skip
    return _log(results, [{"id": code} for code in dict.fromkeys(p.code for p in problems)])


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


def _log(results: list[dict[str, Any]], rules: list[dict[str, Any]]) -> str:
    driver = {"name": "sysdesign", "version": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "results": results, "columnKind": "unicodeCodePoints"}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)
