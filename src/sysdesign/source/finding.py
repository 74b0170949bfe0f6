"""What a check says about a design: three values, a severity, a place and the next action."""

from enum import Enum

from sysdesign.records import dataclass
from sysdesign.source.span import Span


class Verdict(Enum):
    """Outcome of a check at one element."""

    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "not known"


class Severity(Enum):
    """How much a finding matters; a higher rank is worse."""

    INFO = "info"
    MINOR = "minor"
    MAJOR = "major"
    BLOCKER = "blocker"

    @property
    def rank(self) -> int:
        """0 for info up to 3 for blocker."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One verdict of one check about one element of the design.

    `rule` is the permanent id; `element` the path of what it looked at, so that
    ``RULE@element`` names the finding across edits; `action` says what to do next.
    """

    rule: str
    element: str
    verdict: Verdict
    severity: Severity
    message: str
    span: Span
    action: str = ""
    evidence: str = ""
    waived_by: str = ""

    @property
    def id(self) -> str:
        """Permanent name of the finding, by which it can be accepted."""
        return f"{self.rule}@{self.element}" if self.element else self.rule
