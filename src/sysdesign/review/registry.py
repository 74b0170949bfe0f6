"""Every check that there is or will be: its permanent id, what it looks at, how much it matters."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from sysdesign.records import dataclass
from sysdesign.source import Severity

STEPS = {
    "REQ": "requirements",
    "API": "interface",
    "EST": "estimates",
    "DAT": "data",
    "HLD": "diagram",
    "DIV": "deep dives",
    "BOT": "bottlenecks and failure",
    "SEC": "security",
    "OBS": "monitoring",
    "OPS": "maintenance",
    "WRP": "wrap-up",
    "PRC": "practice",
}
"""Steps of the method by the letters that ids begin with, in order."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One check: `title` says what it looks at.

    `kind` tells who decides it: computed from the file, simulated, from the log of a practice
    session, judged (its presence is computed, its quality judged by a person), asked of a person.
    Checks of `tier` 1 are built first.
    """

    id: str
    severity: Severity
    tier: int
    kind: str
    title: str

    @property
    def step(self) -> int:
        """Number of the step of the method, counted from 1."""
        return list(STEPS).index(self.id[:3]) + 1

    @property
    def step_name(self) -> str:
        """Name of the step of the method."""
        return STEPS[self.id[:3]]


@cache
def entries() -> Mapping[str, Entry]:
    """Every check by its id, in the order of the steps."""
    import csv  # wanted only here

    with Path(__file__).with_name("registry.csv").open(encoding="utf-8", newline="") as lines:
        rows = [
            Entry(row["id"], Severity(row["severity"]), int(row["tier"]), row["kind"], row["title"])
            for row in csv.DictReader(lines)
        ]
    return {entry.id: entry for entry in rows}
