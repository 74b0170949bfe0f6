"""How much load a network carries before something is full; the same whatever load is asked at."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, isfinite

from sysdesign.analyze.arrivals import busy
from sysdesign.analyze.loads import Load
from sysdesign.analyze.solve import Settled, settle
from sysdesign.analyze.traffic import Fate, Traffic, traffic
from sysdesign.analyze.trees import nodes_of
from sysdesign.network import Attempts, Call, Network
from sysdesign.records import dataclass

_ROUNDS = 24
_PRECISION = 1e-3
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
    slots = state.clock.pool(load.station.name).used_at_most or 0.0
    return max(pressed(load, full), slots / full)


def pressed(load: Load, full: float) -> float:
    """The same of servers and cap alone."""
    use = load.utilisation_at_most if load.queues else 0.0
    return max(use / full, load.cap_used or 0.0)


@dataclass(frozen=True, slots=True)
class Carried:
    """The load that is carried; see `carries`.

    `full_at` is the factor on the peak at which each station is full. `plain` is what would be
    carried if each call was made once; None where it is the same. `state` is the good state at
    the end of what is carried, None where nothing bends.
    """

    factor: float | None
    full_at: Mapping[str, float]
    plain: float | None = None
    state: Settled | None = None


def carries(
    network: Network,
    full: float,
    plain: Traffic | None = None,
    loads: Mapping[str, Load] | None = None,
) -> Carried:
    """Largest factor on the peak at which no utilisation passes `full` and no cap is passed.

    Where retries make two states possible it is the good one, which is come to from below. What is
    looked at hangs on the network alone, so that it is one number. Without retries and pools
    utilisation follows the load in a straight line, and one look is enough; else more are taken.
    None where nothing limits the load, or there is none. `plain` is the traffic at peak if each
    call was made once, and `loads` what that makes of the stations, where they are known.
    """
    plain = traffic(network.flows, {}) if plain is None else plain
    loads = busy(network.stations, plain) if loads is None else loads
    straight = {name: use for name, load in loads.items() if (use := pressed(load, full)) > 0}
    most = max(straight.values(), default=0.0)
    if not bends(network):
        return Carried(1 / most if 0 < most < inf else None, _finite(straight, 1.0))
    return _looked_for(network, full, 1 / most if 0 < most < inf else None, plain)


def _looked_for(network: Network, full: float, plain: float | None, once: Traffic) -> Carried:
    """By bisection, from the load that would be carried if each call was made once."""
    low, high = 0.0, _MOST
    fates: Mapping[int, Fate] = {}
    good: Settled | None = None
    over: Settled | None = None
    factor = plain or 1.0
    for _ in range(_ROUNDS):
        begun = None if fates else once.times(factor)
        now = settle(network, factor, fates, precision=_PRECISION, begun=begun, brief=True)
        most = max(pressures(now, full).values(), default=0.0)
        if most <= 0 or not isfinite(most):
            return Carried(None, {}, plain, now)
        if abs(most - 1) <= _PRECISION:
            return Carried(factor / most, _full_at(now, full), plain, now)
        if most < 1:
            low, fates, good = factor, now.clock.fates, now
        else:
            high, over = factor, now
        if high - low <= _PRECISION * high:
            break
        straight = factor / most
        factor = straight if low < straight < high else _between(low, high)
    found = good or over
    assert found is not None
    full_at = _full_at(found, full)
    if good is not None and over is not None:  # it jumps: what is over there is full here
        over = settle(network, over.factor, good.clock.fates, precision=_PRECISION)
        for name, use in pressures(over, full).items():
            if use >= 1:
                full_at[name] = min(full_at.get(name, inf), low)
    return Carried(low if good else factor, full_at, plain, found)


def _between(low: float, high: float) -> float:
    return (low + high) / 2 if high < _MOST else 2 * low


def _full_at(state: Settled, full: float) -> dict[str, float]:
    return _finite(pressures(state, full), state.factor)


def _finite(uses: Mapping[str, float], factor: float) -> dict[str, float]:
    return {name: factor / use for name, use in uses.items() if factor / use < _MOST}


def bends(network: Network) -> bool:
    """Whether utilisation does not simply follow the load."""
    stations = network.stations.values()
    if any(one.slots is not None or one.waiting is not None for one in stations):
        return True
    if network.closed:
        return True
    nodes = (node for flow in network.flows for node in nodes_of(flow.root))
    return any(isinstance(node, Call) and node.guard != _UNGUARDED for node in nodes)


_UNGUARDED = Attempts()
