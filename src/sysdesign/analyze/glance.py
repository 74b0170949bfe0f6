"""A quick look at a network in which something is broken: who is overloaded, times of a few."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import field
from math import isfinite

from sysdesign.analyze.analyze import FULL, outcome_of
from sysdesign.analyze.arrivals import busy, waits_tell_from
from sysdesign.analyze.carry import pressed, pressures
from sysdesign.analyze.loads import Load
from sysdesign.analyze.points import read_times, visited
from sysdesign.analyze.result import Times
from sysdesign.analyze.sharing import shared
from sysdesign.analyze.solve import Settled, settle
from sysdesign.analyze.times import Clock
from sysdesign.analyze.traffic import Held, Traffic, traffic
from sysdesign.analyze.trees import nodes_of, walked
from sysdesign.network import Hold, Network, Visit
from sysdesign.records import dataclass

_PRECISION = 1e-4
_ROUNDS, _FEW = 12, 4  # beyond an overload retries may never rest


@dataclass(frozen=True, slots=True)
class Glance:
    """What a network does at its peak, as far as it was looked at.

    `use` is that of each station as a share of what counts as full (cores, slots, documented cap);
    `carries` the factor on the peak at which the fullest is full, None where nothing limits it.
    `times` and `failed` are of the operations asked for, `over` names the stations with more work
    than they can do, or too few slots, on the way of each operation. `meets` is the share of the
    calls to each of these that come where it is too much: where keys are apart, the hottest may be.
    Slots are looked at where times are, or where that is asked.
    """

    use: Mapping[str, float]
    carries: float | None
    fullest: str | None
    over: Mapping[str, tuple[str, ...]]
    meets: Mapping[str, float]
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
    *,
    slots: bool = False,
) -> Glance:
    """Look at a network at its peak; times of these operations only, since each takes its time.

    `begun` is what comes to its stations by first attempts, where it is known; `before` are times
    of the network with nothing broken. `slots` are looked at in any case with times.
    """
    waiting = network.closed if load > waits_tell_from(network) else frozenset[str]()
    followed = {*operations, *waiting}  # who waits for an answer brings less
    known = [name for name in network.operations() if name in followed]
    if known and not network.is_shared:
        network, begun = shared(network), None
    begun = traffic(network.flows, {}) if begun is None else begun
    loads = busy(network.stations, begun)
    over = Over() if waiting else Over(_too_much(loads, load))
    use = {
        name: max(one.utilisation_at_most * load / full if one.queues else 0.0,
                  one.arrival_per_s * load / float(one.station.cap_per_s)
                  if one.station.cap_per_s else 0.0)
        for name, one in loads.items()
    }  # fmt: skip
    times: dict[str, Times] = {}
    failed: dict[str, float] = {}
    degraded: dict[str, float] = {}
    if known or slots:
        rounds = _FEW if over.servers else _ROUNDS
        begun_here = begun.times(load)
        state = settle(
            network, load, None, _PRECISION, known, rounds, begun_here, before, bool(over.servers)
        )
        over = over.and_too(overloaded(state))
        through = _held_through(state, over.servers)
        found = _uses(state, full, through)
        while (most := max(found, key=lambda name: found[name], default=None)) is not None and (
            state.clock.pool(most).is_bound and most not in through
        ):
            state.clock.in_full(most)
            found = _uses(state, full, through)
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
    ways = {name: over.on_the_way(network, name) for name in network.operations()}
    return Glance(
        use, carries, most if carries else None, ways, over.shares, times, failed, degraded, begun,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Over:
    """Stations with more work than their servers can do, or too few slots.

    Each with the share of its calls that meet it: where keys are apart, the hottest alone may.
    """

    servers: Mapping[str, float] = field(default_factory=dict)
    slots: Mapping[str, float] = field(default_factory=dict)

    @property
    def shares(self) -> dict[str, float]:
        """The share of the calls to each."""
        both = (*self.slots.items(), *self.servers.items())
        return {name: max(share, self.slots.get(name, 0.0)) for name, share in both}

    def and_too(self, other: Over) -> Over:
        """What is over in either."""
        return Over({**other.servers, **self.servers}, {**other.slots, **self.slots})

    def on_the_way(self, network: Network, operation: str) -> tuple[str, ...]:
        """Those that an operation waits for; servers first, as they may be why slots are full."""
        servers = (name for name in visited(network, operation) if name in self.servers)
        roots = [flow.root for flow in network.flows if flow.operation == operation]
        nodes = (node for root in roots for node in nodes_of(root, sends=False))
        held = (n.station for n in nodes if isinstance(n, Hold) and n.station in self.slots)
        return tuple(dict.fromkeys([*servers, *held]))


def overloaded(state: Settled) -> Over:
    """What has too much in a state."""
    slots = {n: _met(one, state.clock.pool(n).used or 0.0) for n, one in state.loads.items()}
    return Over(_too_much(state.loads), {name: one for name, one in slots.items() if one > 0})


def _uses(state: Settled, full: float, through: Container[str]) -> dict[str, float]:
    """How near each station is to its limit, but for slots that are held through what is over."""
    found = pressures(state, full)
    return {n: pressed(state.loads[n], full) if n in through else one for n, one in found.items()}


def _held_through(state: Settled, over: Container[str]) -> list[str]:
    """Stations whose slots are held while what is over is waited for.

    They fill because of it, and do not where the load is less.
    """

    def waits(held: Held) -> bool:
        nodes = walked(held.node.inner, sends=False)
        return any(isinstance(node, Visit) and node.station in over for node in nodes)

    return [name for name, some in state.clock.traffic.holds.items() if any(map(waits, some))]


def _too_much(loads: Mapping[str, Load], factor: float = 1.0) -> dict[str, float]:
    met = {n: _met(one, one.utilisation * factor) for n, one in loads.items() if one.queues}
    return {name: share for name, share in met.items() if share > 0}


def _met(load: Load, hottest: float) -> float:
    """Share of calls to groups that are full, by the use of the hottest one."""
    if hottest < 1:
        return 0.0
    rest = (1 - load.hottest) / (load.groups - 1) if load.groups > 1 else load.hottest
    return 1.0 if hottest * rest >= load.hottest else load.hottest
