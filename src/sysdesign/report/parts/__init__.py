"""The parts of a report, one file each, in the order in which they stand within a step."""

from sysdesign.report.parts import (
    assumptions,
    availability,
    components,
    data,
    decisions,
    diagrams,
    envelope,
    findings,
    interface,
    left_open,
    limits,
    load,
    maintenance,
    observability,
    paths,
    problem,
    questions,
    requirements,
    scenarios,
    security,
    simulation,
    trust,
)
from sysdesign.report.subject import Part

PARTS: tuple[Part, ...] = (
    problem.PART,
    problem.STAKEHOLDERS,
    questions.PART,
    requirements.FUNCTIONAL,
    requirements.QUALITY,
    assumptions.PART,
    assumptions.CONVENTIONS,
    envelope.PART,
    interface.PART,
    data.PART,
    diagrams.PART,
    paths.PART,
    components.PART,
    components.LINKS,
    load.PART,
    limits.PART,
    availability.PART,
    scenarios.PART,
    simulation.PART,
    decisions.PART,
    security.PART,
    observability.PART,
    maintenance.PART,
    findings.PART,
    findings.QUESTIONS,
    findings.ACCEPTED,
    left_open.SHORTCOMINGS,
    left_open.PARKED,
)
"""Parts that belong to a section of the design file, and so to a step of its framework."""

TRUST: tuple[Part, ...] = (trust.DOUBTS, trust.DEFAULTS, trust.MISSING)
"""Parts of the last chapter, which is of the numbers and not of the design."""
