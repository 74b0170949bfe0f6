"""All that is known of one design: what was read, what was worked out."""

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from sysdesign.design import Design, Visit
from sysdesign.estimate import Estimate, estimate
from sysdesign.figures import Figure
from sysdesign.quantity import Units
from sysdesign.read import LeftOut
from sysdesign.records import cached_property, dataclass
from sysdesign.source import Source, Span

if TYPE_CHECKING:  # the engines are loaded when they are asked for
    from sysdesign.analyze import Analysis, ChainResult, DrawsResult, LoadCurve
    from sysdesign.network import Network
    from sysdesign.study.served import Served


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Decided:
    """What a simulation says of a statement: whether it holds (None: not known), and why."""

    holds: bool | None
    said: str


@dataclass(frozen=True)
class Study:
    """A design that reads without errors, with every figure that follows from it.

    `load` is the factor on the peak that it was worked out with; `notes` are remarks on spellings.
    `decided` holds what a simulation said of statements, by requirement, statement and scenario
    ("" is the steady state); empty where none was run. `left_out` are scenarios, decisions and
    options with errors in them.
    """

    source: Source
    design: Design
    units: Units
    estimate: Estimate
    load: float = 1.0
    notes: tuple[tuple[Span, str], ...] = field(default=())
    decided: Mapping[tuple[str, str, str], Decided] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = field(default=())

    @cached_property
    def at_peak(self) -> "Study":
        """The same design at its own peak, whatever load was asked for."""
        if self.load == 1:
            return self
        return replace(self, estimate=estimate(self.design, self.units), load=1.0)

    def __post_init__(self) -> None:
        """Let costs know of the bytes between places, which follow from the network."""

        @cache
        def between() -> Mapping[str, Mapping[tuple[str, str], float]]:
            from sysdesign.study.between import bytes_between

            return bytes_between(self.design, self.estimate, self.network)

        if self.estimate.ledger.between is None:
            self.estimate.ledger.between = between

    @property
    def figures(self) -> Mapping[str, Figure]:
        """Every figure by its short name."""
        return self.estimate.figures

    def figure(self, name: str) -> Figure | None:
        """A figure by short or full name; None where the file does not say enough."""
        return self.estimate.figure(name)

    @cached_property
    def visits(self) -> Mapping[str, tuple[Visit, ...]]:
        """Whom each operation calls."""
        return self.estimate.ledger.visits

    @cached_property
    def network(self) -> "Network":
        """The design as stations and flows at peak, at the medians of its ranges."""
        from sysdesign.analyze.sharing import shared
        from sysdesign.lower import lower
        from sysdesign.study.numbers import Medians

        return shared(lower(self.design, Medians(self.estimate)))

    @cached_property
    def analysis(self) -> "Analysis":
        """Load and latency by formulas, at peak and at the medians."""
        from sysdesign.analyze import analyze

        return analyze(self.network, full=self.full)

    @property
    def full(self) -> float:
        """Share of a station that counts as full, at the medians."""
        from sysdesign.analyze import FULL

        given = self.estimate.ledger.amount(self.design.conventions.full)
        return given.value.median if given else FULL

    @cached_property
    def drawn(self) -> "DrawsResult | None":
        """The analysis over the draws of what is not known; None where all is known.

        It has the times that quality requirements name.
        """
        from sysdesign.analyze import analyze_draws
        from sysdesign.lower import lower
        from sysdesign.study.asked import asked
        from sysdesign.study.numbers import Draws

        network = lower(self.design, Draws(self.estimate))
        used = {name: one.slots_used for name, one in self.analysis.stations.items()}
        found = analyze_draws(
            network,
            self.analysis.full,
            asked=asked(self.design, network.operations()),
            slots_used=used,
        )
        return found if found.draws > 1 else None

    @cached_property
    def served(self) -> "Mapping[str, tuple[Served, ...]]":
        """What is asked of each station, by whom and how often."""
        from sysdesign.study.served import served

        return served(self.network)

    @cached_property
    def curve(self) -> "LoadCurve":
        """What happens from 1 to 100 times the load.

        It has the times of the primary operation and of those that quality requirements name.
        """
        from sysdesign.analyze import sweep
        from sysdesign.study.asked import asked, primary

        known = self.network.operations()
        named = [one for one in asked(self.design, known) if isinstance(one, str)]
        first = primary(self.design, known)
        return sweep(self.analysis, operations=[*named, *([first] if first else [])])

    def chain(self, first: str, last: str) -> "ChainResult":
        """Time from the call of an operation to the end of one that it sets off.

        Raises: ValueError if no message leads from the one to the other.
        """
        known = self._chains.get((first, last))
        if known is None:
            from sysdesign.analyze import chain

            known = self._chains[first, last] = chain(self.analysis, first, last)
        return known

    @cached_property
    def _chains(self) -> "dict[tuple[str, str], ChainResult]":
        return {}

    @cached_property
    def memory(self) -> dict[object, Any]:
        """What others worked out of this study and want again, by keys of their own."""
        return {}

    def once(self, key: object, make: Callable[[], T]) -> T:
        """What is made of this study when it is first asked for under a key, and kept."""
        if key not in self.memory:
            self.memory[key] = make()
        found: T = self.memory[key]
        return found

    @cached_property
    def reached(self) -> frozenset[str]:
        """Components that some operation calls."""
        return frozenset(v.target for some in self.visits.values() for v in some if not v.to_actor)
