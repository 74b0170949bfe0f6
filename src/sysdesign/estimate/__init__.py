"""Estimates: from operations, data and assumptions to rates, bytes and memory, unasked."""

from collections.abc import Mapping
from dataclasses import field

from sysdesign.design import Design
from sysdesign.estimate import cost, inputs, instances, load, memory, own_time, storage, traffic
from sysdesign.estimate.counts import hold_counts
from sysdesign.estimate.ledger import Ledger
from sysdesign.estimate.sweep import sweep
from sysdesign.figures import Claim, Figure, LimitResult
from sysdesign.quantity import Units
from sysdesign.records import dataclass
from sysdesign.source import Problem

__all__ = ["Estimate", "estimate"]

_MAKERS = (
    cost,
    inputs,
    instances,
    load,
    memory,
    own_time,
    storage,
    traffic,
)  # importing them registers what they make

OPERATION_FIGURES = (
    "rate",
    "peak_rate",
    "ingress",
    "egress",
    "peak_ingress",
    "peak_egress",
    "own_time",
    "in_flight",
)
ENTITY_FIGURES = ("size", "records_a_day", "records", "stored_a_day", "stored_1y", "stored")
COMPONENT_FIGURES = (
    "rate", "peak_rate", "stored_a_day", "stored_1y", "stored", "hit", "memory_needed",
    "peak_connections",
)  # fmt: skip
SYSTEM_FIGURES = (
    "system.rate",
    "system.peak_rate",
    "read_write",
    "system.ingress",
    "system.egress",
    "system.peak_ingress",
    "system.peak_egress",
    "system.stored_a_day",
    "system.stored_1y",
    "system.stored",
    "system.media",
    "system.media_share",
    "system.cache_memory",
    "system.in_flight",
    "system.connections",
    "system.peak_connections",
)


@dataclass(frozen=True)
class Estimate:
    """Every figure of a design by its short name, in the order of the file; and what was held
    against them. `ledger` works out further figures by name.
    """

    figures: Mapping[str, Figure]
    claims: tuple[Claim, ...]
    limits: tuple[LimitResult, ...]
    problems: tuple[Problem, ...]
    ledger: Ledger = field(repr=False)

    def figure(self, name: str) -> Figure | None:
        """A figure by its short or full name, worked out now if need be; None if not known."""
        known = self.figures.get(name)
        if known is not None:
            return known
        head, _, rest = name.partition(".")
        if head in ("operations", "data", "components", "assumptions", "estimates"):
            return self.figure(rest)
        return self.ledger.figure(name)


def estimate(design: Design, units: Units, load: float = 1.0) -> Estimate:
    """Work out every figure of a design; `load` multiplies the peak.

    Problems are amounts that cannot be: wrong units, circles, numbers out of bounds. What the file
    does not say is no problem; the figure is left out.
    """
    ledger = Ledger(design, units, load)
    figures: dict[str, Figure] = {}
    for name in _names(design, ledger):
        figure = ledger.figure(name)
        if figure is not None:
            figures[name] = figure
    sweep(ledger)
    hold_counts(ledger)
    claims, limits = inputs.claims(ledger), inputs.limits(ledger)
    return Estimate(figures, claims, limits, tuple(ledger.problems), ledger)


def _names(design: Design, ledger: Ledger) -> list[str]:
    names = [*SYSTEM_FIGURES, *design.estimates, *design.assumptions]
    for operation, said in design.operations.items():
        names.extend(f"{operation}.{m}" for m in OPERATION_FIGURES)
        places = load.origins(ledger, said)
        if len(places) > 1:
            names.extend(f"{operation}.{m}.{p}" for m in ("rate", "peak_rate") for p in places)
    names.extend(f"{entity}.{m}" for entity in design.data for m in ENTITY_FIGURES)
    names.extend(f"{part}.{m}" for part in design.components for m in COMPONENT_FIGURES)
    return names
