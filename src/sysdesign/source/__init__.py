"""Places in a text, and what is said about them: spans, problems, findings."""

from sysdesign.source.finding import Finding, Severity, Verdict
from sysdesign.source.listing import listed, shortened
from sysdesign.source.node import Node, written
from sysdesign.source.problem import Problem, UnusableError, by_place, nearest, one_slip
from sysdesign.source.span import NOWHERE, Source, Span, place_after

__all__ = [
    "NOWHERE",
    "Finding",
    "Node",
    "Problem",
    "Severity",
    "Source",
    "Span",
    "UnusableError",
    "Verdict",
    "by_place",
    "listed",
    "nearest",
    "one_slip",
    "place_after",
    "shortened",
    "written",
]
