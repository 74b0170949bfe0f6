"""The steps of the framework that a design follows: which section of the file belongs to which.

The profiles and where they come from: docs/framework/sources.md.
"""

from collections.abc import Mapping

from sysdesign.design import Design
from sysdesign.records import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its name, the sections of the file it takes, its weight (0: all weigh the same)."""

    name: str
    sections: tuple[str, ...]
    weight: int = 0


def _step(name: str, sections: str, weight: int = 0) -> Step:
    return Step(name, tuple(sections.split()), weight)


_PARTS = "operations paths estimates data places components declined links"
_BOXES = "paths places components declined links"
_RUN = "security observability maintenance"
_LEFT = "shortcomings parked accept"
PROFILES: Mapping[str, tuple[Step, ...]] = {
    "four": (
        _step("understand", "problem conventions assumptions requirements", 1),
        _step("high-level design", _PARTS, 4),
        _step("deep dive", "decisions scenarios", 3),
        _step("wrap up", f"{_RUN} {_LEFT}", 1),
    ),
    "seven": (
        _step("requirements", "problem requirements"),
        _step("interface", "operations"),
        _step("estimation", "conventions assumptions estimates"),
        _step("data model", "data"),
        _step("high-level design", _BOXES),
        _step("detailed design", "decisions"),
        _step("bottlenecks", f"scenarios {_RUN} {_LEFT}"),
    ),
    "ten": (
        _step("functional requirements", "problem requirements"),
        _step("non-functional requirements", "requirements.quality"),
        _step("stakeholders", "problem.stakeholders"),
        _step("interface", "operations"),
        _step("estimation", "conventions assumptions estimates"),
        _step("data model", "data"),
        _step("high-level design", _BOXES),
        _step("detailed design", "decisions"),
        _step("bottlenecks", f"scenarios security maintenance {_LEFT}"),
        _step("telemetry", "observability"),
    ),
    "criteria": (
        _step("clarify", "problem conventions assumptions requirements"),
        _step("design", f"{_PARTS} security"),
        _step("operate and fail", "scenarios observability maintenance"),
        _step("trade off", f"decisions {_LEFT}"),
    ),
    "nine": (
        _step("understand", "problem"),
        _step("scope and requirements", "requirements"),
        _step("envelope", "conventions assumptions estimates"),
        _step("high-level design", f"operations {_BOXES}"),
        _step("detailed design", "data"),
        _step("scale and reliability", "scenarios"),
        _step("security", "security"),
        _step("monitoring and maintenance", "observability maintenance"),
        _step("trade-offs", f"decisions {_LEFT}"),
    ),
}


def steps(design: Design) -> tuple[Step, ...]:
    """The steps that a design follows: a profile by name, or its own map."""
    framework = design.framework
    if isinstance(framework, Mapping):
        return tuple(
            Step(name.replace("_", " "), tuple(map(str, sections)))
            for name, sections in framework.items()
        )
    return PROFILES[str(framework or "four")]


def step_of(found: tuple[Step, ...], section: str) -> int | None:
    """Which step takes a section: the one that names it, else the one that names what it is in."""
    while section:
        for place, step in enumerate(found):
            if section in step.sections:
                return place
        section = section.rpartition(".")[0]
    return None
