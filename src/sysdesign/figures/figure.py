"""A figure: one number with its name, value, derivation and sources."""

from dataclasses import field

from sysdesign.figures.text import NO_TEXT, Text
from sysdesign.quantity import Quantity, Unit, show, show_range
from sysdesign.records import dataclass
from sysdesign.source import NOWHERE, Span


@dataclass(frozen=True, slots=True)
class Figure:
    """One number the program shows.

    `name` is short and unique (home_timeline.peak_rate), `section` completes it. `text` is
    its formula, empty for a number that was given. `inputs` are
    names of other figures. `source` says where a given number comes from, `stated` how the file
    writes it; `defaults` what was
    taken because the file is silent; `conventions` and `notes` how it is meant. `mark` stands
    before a number that is a bound only, for want of a fact.
    """

    name: str
    section: str
    title: str
    quantity: Quantity
    unit: Unit
    text: Text = NO_TEXT
    inputs: tuple[str, ...] = ()
    source: str = ""
    stated: str = ""
    span: Span = field(default=NOWHERE, repr=False)
    defaults: tuple[str, ...] = ()
    conventions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    mark: str = ""

    @property
    def full_name(self) -> str:
        """Name with its section: operations.home_timeline.peak_rate."""
        return self.name if self.section in ("", "system") else f"{self.section}.{self.name}"

    @property
    def formula(self) -> str:
        """The formula in names."""
        return self.text.formula

    @property
    def substituted(self) -> str:
        """The formula with values put in."""
        return self.text.shown

    @property
    def median(self) -> float:
        """Median in base units."""
        return self.quantity.value.median

    @property
    def shown(self) -> str:
        """The median with its unit, for people."""
        return self.mark + show(self.quantity, unit=self.unit)

    @property
    def shown_range(self) -> str:
        """The 90% interval, for people; empty for an exact one, and where both ends read alike."""
        if self.quantity.value.is_exact:
            return ""
        told = show_range(self.quantity.value, unit=self.unit)
        low, _, high = told.partition(" .. ")
        return "" if low.split()[0] == high.split()[0] else told

    @property
    def contributions(self) -> tuple[tuple[str, float], ...]:
        """Which input causes how much of the spread, largest first."""
        return self.quantity.value.contributions()

    def in_unit(self, value: float) -> float:
        """A value in base units, in the unit of the figure."""
        return value / self.unit.factor


@dataclass(frozen=True, slots=True)
class Claim:
    """A number used in prose beside the computed one.

    `ratio` is claimed over computed; `agrees` holds within a factor of 1.3 either way; `prefix`
    names the binary prefix whose mix-up would explain the ratio (GiB under a GB label).
    """

    name: str
    claimed: Quantity
    shown: str
    ratio: float
    agrees: bool
    prefix: str
    span: Span


@dataclass(frozen=True, slots=True)
class LimitResult:
    """A bound on an estimate: at most (or at least), and the probability of passing it."""

    name: str
    at_most: bool
    bound: Quantity
    shown: str
    exceeded: float
    set_by: str
    span: Span
