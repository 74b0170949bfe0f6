"""Loads and times that agree: retries add load, load adds waiting, waiting adds retries."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from math import inf, isfinite

from sysdesign.analyze.arrivals import rates_of, with_irregularity
from sysdesign.analyze.loads import Load
from sysdesign.analyze.pools import ended
from sysdesign.analyze.times import Clock
from sysdesign.analyze.traffic import Fate, Traffic, traffic
from sysdesign.analyze.trees import nodes_of
from sysdesign.network import Choice, Flow, Network
from sysdesign.records import dataclass

_ROUNDS = 24
_PATIENCE = 12  # rounds before steps are halved
_PRECISION = 1e-6
_NO_TIME = 1e-9  # seconds
_BACK = 0.7
_RELIEF = 1e-3  # share of calls that give up
_HOPELESS, _FAR = 3, 3.0  # rounds, and a use at which it does not matter what comes to rest
_FREE = Fate()


@dataclass(frozen=True, slots=True)
class Settled:
    """A network in a state that stays: flows at their rates, loads, and times.

    `factor` is that on the peak. `settles` is False where rounds did not come to rest.
    """

    network: Network
    factor: float
    flows: tuple[Flow, ...]
    loads: Mapping[str, Load]
    clock: Clock
    settles: bool = True


def settle(
    network: Network,
    factor: float = 1.0,
    fates: Mapping[int, Fate] | None = None,
    precision: float = _PRECISION,
    operations: Container[str] | None = None,
    rounds: int = _ROUNDS,
    begun: Traffic | None = None,
    before: Clock | None = None,
    overloaded: bool = False,
    brief: bool = False,
) -> Settled:
    """Find the state that goes with a factor on the peak, beginning with these fates of calls.

    Beginning without retries leads to the good state, beginning with all of them to the bad one;
    where both are the same, it is the only one. Where `operations` are given, others only bring
    load, by first attempts. After so many `rounds` it is taken as it stands. `begun` is the traffic
    that goes with these fates, where it is known; `before` are times of the same trees under other
    loads.

    Calls that give up make no further ones, which would look like relief. So where a station is
    overloaded, or rounds do not rest, loads are what is asked: as if those that give up went on.
    More load then brings more load, and rounds from below rest at the least state. Where a station
    is known to be `overloaded` by first attempts, they are counted so from the first round on. To
    be `brief` is not to count them so where rounds rest and a station is overloaded even with this
    relief, if that is all one wants to know.
    """
    fates = dict(fates or {})
    if not overloaded:
        found = _rounds(network, factor, fates, precision, operations, rounds, begun, before=before)
        if not _relieved(found) or (brief and found.settles):
            return found
        begun, before = None, found.clock
    else:
        before = None
    begin = _going_on(fates)
    return _rounds(
        network, factor, begin, precision, operations, rounds, begun, goes_on=True, before=before
    )


def _relieved(state: Settled) -> bool:
    """Whether no state stays, or calls that give up relieve others in one that cannot stay."""
    if not state.settles:
        return True  # the last round may well be one in which nobody gives up
    if not any(fate.answered < 1 - _RELIEF for fate in state.clock.fates.values()):
        return False
    return any(one.queues and one.utilisation >= 1 for one in state.loads.values())


def _going_on(fates: Mapping[int, Fate]) -> dict[int, Fate]:
    return {key: replace(fate, goes_on=True) for key, fate in fates.items()}


def _rounds(
    network: Network,
    factor: float,
    fates: dict[int, Fate],
    precision: float,
    operations: Container[str] | None,
    rounds: int,
    begun: Traffic | None,
    *,
    goes_on: bool = False,
    before: Clock | None = None,
) -> Settled:
    rates = [float(flow.rate_per_s) * factor for flow in network.flows]
    last: Settled | None = None
    bracket = _Bracket(len(rates))
    for turn in range(rounds):
        flows = tuple(
            flow if flow.rate_per_s == rate else replace(flow, rate_per_s=rate)
            for flow, rate in zip(network.flows, rates, strict=True)
        )
        first = traffic(flows, fates) if begun is None or turn else begun
        found, loads = rates_of(network.stations, flows, fates, first)
        if last is not None and _alike(last.loads, loads, precision):
            return last
        loads = with_irregularity(found, loads)
        known = last.clock if last is not None and not goes_on else before
        clock = Clock(loads, found, rough=operations is not None, before=known)
        for flow in flows:
            if operations is None or flow.operation in operations:
                clock.of(flow.root)
        if goes_on:
            clock.fates = _going_on(clock.fates)
        last = Settled(network, factor, flows, loads, clock)
        after = [
            _rate(flow, clock, rate, factor)
            if operations is None or flow.operation in operations
            else rate
            for flow, rate in zip(flows, rates, strict=True)
        ]
        if agree(network, fates, clock.fates, precision) and _near(rates, after, precision):
            return last
        patient = turn < _HOPELESS and (turn or fates or goes_on)  # first attempts alone tell, too
        if not patient and any(one.queues and one.utilisation > _FAR for one in loads.values()):
            break
        step = 1.0 if turn < _PATIENCE else 0.5
        fates = _towards(fates, clock.fates, step)
        rates = bracket.next(rates, after)
    assert last is not None
    return replace(last, settles=False)


def _alike(one: Mapping[str, Load], other: Mapping[str, Load], precision: float) -> bool:
    pairs = [(one[name], other[name]) for name in one]
    return all(
        _near((a.arrival_per_s, a.work_s), (b.arrival_per_s, b.work_s), precision) for a, b in pairs
    )


def _rate(flow: Flow, clock: Clock, rate: float, factor: float) -> float:
    """Rate of a flow; a closed number of users brings less the longer they wait."""
    if flow.users is None:
        return rate
    think = 0.0 if flow.think is None else float(flow.think.mean_s)
    cycle = think + float(ended(clock.of(flow.root)).mean_s)
    if not isfinite(cycle):
        return rate * _BACK
    wanted = float(flow.users) * factor / cycle if cycle > _NO_TIME else rate
    return wanted if rate > 0 else rate


class _Bracket:
    """Rates of closed users: the more calls, the longer each takes, so the answer lies between."""

    def __init__(self, count: int) -> None:
        self.low = [0.0] * count
        self.high = [inf] * count

    def next(self, rates: Sequence[float], wanted: Sequence[float]) -> list[float]:
        """Rates to try next: as wanted, or halfway where that was tried already."""
        return [
            self._one(i, rate, want)
            for i, (rate, want) in enumerate(zip(rates, wanted, strict=True))
        ]

    def _one(self, i: int, rate: float, want: float) -> float:
        if rate == want:
            return rate
        if want > rate:
            self.low[i] = max(self.low[i], rate)
        else:
            self.high[i] = min(self.high[i], rate)
        low, high = self.low[i], self.high[i]
        if not low < high:  # others have changed: begin anew
            self.low[i], self.high[i] = 0.0, inf
            return float((rate * want) ** 0.5)
        if low < want < high:
            return want
        return float((low * high) ** 0.5) if low > 0 else high * _BACK


def agree(
    network: Network, one: Mapping[int, Fate], other: Mapping[int, Fate], precision: float
) -> bool:
    """Whether fates bring the same load; who goes without an answer brings some by a fallback."""
    pairs = [(one.get(key, _FREE), other.get(key, _FREE)) for key in one.keys() | other.keys()]
    if not all(
        _near((a.attempts, a.answered), (b.attempts, b.answered), precision) for a, b in pairs
    ):
        return False
    return all(_near((a.missing,), (b.missing,), precision) for a, b in pairs) or not any(
        isinstance(node, Choice) and node.why == "fallback"
        for flow in network.flows
        for node in nodes_of(flow.root)
    )


def _near(one: Sequence[float], other: Sequence[float], precision: float) -> bool:
    return all(abs(a - b) <= precision * (a + b) for a, b in zip(one, other, strict=True))


def _towards(one: Mapping[int, Fate], other: Mapping[int, Fate], step: float) -> dict[int, Fate]:
    """A step from one state to the other."""
    if step == 1:
        return dict(other)
    moved = {}
    for key in (*one, *(key for key in other if key not in one)):
        a, b = one.get(key, _FREE), other.get(key, _FREE)
        moved[key] = Fate(
            a.attempts + step * (b.attempts - a.attempts),
            a.answered + step * (b.answered - a.answered),
            a.missing + step * (b.missing - a.missing),
            b.goes_on,
        )
    return moved
