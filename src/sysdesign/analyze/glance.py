"""A quick look at a network in which something is broken: who is overloaded, times of a few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from math import isfinite

from sysdesign.analyze.analyze import FULL, outcome_of
from sysdesign.analyze.arrivals import busy, who_waits
from sysdesign.analyze.carry import pressures
from sysdesign.analyze.points import read_times, visited
from sysdesign.analyze.result import Times
from sysdesign.analyze.sharing import shared
from sysdesign.analyze.solve import settle
from sysdesign.analyze.times import Clock
from sysdesign.analyze.traffic import Traffic, traffic
from sysdesign.network import Network
from sysdesign.records import dataclass

_PRECISION = 1e-4
_ROUNDS, _FEW = 12, 4  # beyond an overload retries may never rest


@dataclass(frozen=True, slots=True)
class Glance:
    """What a network does at its peak, as far as it was looked at.

    `use` is that of each station as a share of what counts as full (cores, slots, documented cap);
    `carries` the factor on the peak at which the fullest is full, None where nothing limits it.
    `times` and `failed` are of the operations asked for, `over` names the stations with more work
    than they can do on the way of each operation.
    """

    use: Mapping[str, float]
    carries: float | None
    fullest: str | None
    over: Mapping[str, tuple[str, ...]]
    times: Mapping[str, Times]
    failed: Mapping[str, float]
    degraded: Mapping[str, float]
    begun: Traffic = field(default_factory=Traffic, repr=False, compare=False)
    """What comes to each station by first attempts, at the peak."""


def glance(
    network: Network,
    operations: Sequence[str] = (),
    full: float = FULL,
    load: float = 1.0,
    begun: Traffic | None = None,
    before: Clock | None = None,
) -> Glance:
    """Look at a network at its peak; times of these operations only, since each takes its time.

    `begun` is what comes to its stations by first attempts, where it is known; `before` are times
    of the network with nothing broken.
    """
    waiting = who_waits(network, load)
    followed = {*operations, *waiting}  # who waits for an answer brings less
    known = [name for name in network.operations() if name in followed]
    if known and not network.is_shared:
        network, begun = shared(network), None
    begun = traffic(network.flows, {}) if begun is None else begun
    loads = busy(network.stations, begun)
    over = {
        n for n, one in loads.items()
        if one.queues and one.utilisation * load >= 1 and not waiting
    }  # fmt: skip
    use = {
        name: max(one.utilisation_at_most * load / full if one.queues else 0.0,
                  one.arrival_per_s * load / float(one.station.cap_per_s)
                  if one.station.cap_per_s else 0.0)
        for name, one in loads.items()
    }  # fmt: skip
    times: dict[str, Times] = {}
    failed: dict[str, float] = {}
    degraded: dict[str, float] = {}
    if known:
        rounds = _FEW if over else _ROUNDS
        begun_here = begun.times(load)
        state = settle(
            network, load, None, _PRECISION, known, rounds, begun_here, before, bool(over)
        )
        if waiting:
            over = {n for n, one in state.loads.items() if one.queues and one.utilisation >= 1}
        found = pressures(state, full)
        while (most := max(found, key=lambda name: found[name], default=None)) is not None and (
            state.clock.pool(most).is_bound
        ):
            state.clock.in_full(most)
            found = pressures(state, full)
        use = {name: found.get(name, 0.0) for name in use}
        use = {name: one if isfinite(one) else 1e9 for name, one in use.items()}
        for name in known:
            times[name] = read_times(state, name)
            flows = [flow for flow in state.flows if flow.operation == name]
            outcomes = [(float(f.rate_per_s), outcome_of(f, state.clock)) for f in flows]
            whole = sum(rate for rate, _ in outcomes) or 1.0
            failed[name] = sum(rate * (1 - o.share) for rate, o in outcomes) / whole
            degraded[name] = sum(rate * o.degraded for rate, o in outcomes) / whole
    most = max(use, key=lambda name: use[name], default=None)
    carries = load / use[most] if most and use[most] > 0 else None
    ways = {name: visited(network, name) for name in network.operations()}
    return Glance(
        use, carries, most if carries else None,
        {name: tuple(s for s in way if s in over) for name, way in ways.items()},
        times, failed, degraded, begun,
    )  # fmt: skip
