"""How much load a network carries before something is full."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from sysdesign.analyze.loads import Load
from sysdesign.analyze.solve import Settled, settle

_ROUNDS = 12
_PRECISION = 1e-3
_NEAR = 0.01
_MOST = 1e9  # times the peak: nothing limits it


def pressures(state: Settled, full: float = 1.0) -> dict[str, float]:
    """How near each station is to its nearest limit; 1 is the limit itself."""
    found = {}
    for name, load in state.loads.items():
        use = _pressure(load, full, state)
        if use > 0:
            found[name] = use
    return found


def _pressure(load: Load, full: float, state: Settled) -> float:
    """Largest of the uses of servers, slots and cap, the first two over what counts as full."""
    cap = load.station.cap_per_s
    use = load.utilisation_at_most if load.queues else 0.0
    slots = state.clock.pool(load.station.name).used or 0.0
    capped = load.arrival_per_s / float(cap) if cap else 0.0
    return max(use / full, slots / full, capped)


@dataclass(frozen=True, slots=True)
class Carried:
    """The load that is carried, and the state from which that was seen; see `carries`."""

    factor: float | None
    state: Settled

    def full_at(self, full: float) -> dict[str, float]:
        """The factor on the peak at which each station is full, as this state tells."""
        found = pressures(self.state, full).items()
        full_at = {name: self.state.factor / use for name, use in found}
        return {name: factor for name, factor in full_at.items() if isfinite(factor)}


def carries(state: Settled, full: float) -> Carried:
    """Largest factor on the peak at which no utilisation passes `full` and no cap is passed.

    Without retries and pools utilisation follows the load in a straight line, and one look is
    enough; else more are taken. None where nothing limits the load, or there is none.
    """
    network = state.network
    factor, now = (state.factor, state) if state.factor > 0 else (1.0, settle(network))
    low, high = 0.0, _MOST
    for _ in range(_ROUNDS):
        most = max((_pressure(one, full, now) for one in now.loads.values()), default=0.0)
        if most <= 0 or not isfinite(most):
            return Carried(None, now)
        if abs(most - 1) <= _PRECISION or high - low <= _PRECISION * high:
            return Carried(factor / most if abs(most - 1) <= _NEAR else factor, now)
        low, high = (factor, high) if most < 1 else (low, factor)
        straight = factor / most
        if not _bends(now):
            return Carried(straight, now)
        factor = straight if low < straight < high else (low + high) / 2
        now = settle(network, factor, now.clock.fates, precision=_PRECISION)
    return Carried(factor, now)


def _bends(state: Settled) -> bool:
    """Whether utilisation does not simply follow the load."""
    if state.clock.fates or any(flow.users is not None for flow in state.flows):
        return True
    return any((state.clock.pool(name).used or 0) > 0 for name in state.loads)
