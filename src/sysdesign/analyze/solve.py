"""Loads and times that agree: retries add load, load adds waiting, waiting adds retries."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from math import exp, inf, isfinite, log

from sysdesign.analyze.arrivals import rates_of, with_irregularity
from sysdesign.analyze.loads import Load
from sysdesign.analyze.pools import ended
from sysdesign.analyze.times import Clock
from sysdesign.analyze.traffic import Fate, Traffic, traffic
from sysdesign.analyze.trees import nodes_of
from sysdesign.formulas.number import root
from sysdesign.network import Choice, Flow, Network
from sysdesign.records import cached_property, dataclass

_ROUNDS = 24
_PATIENCE = 12  # rounds before steps are halved
_PRECISION = 1e-6
_NO_TIME = 1e-9  # seconds
_ROUGHLY, _IDLE = 1e-4, 1e-6
_BACK = 0.7
_ALMOST = 1 - 1e-12
_USERS_ROUNDS = 48
_PACES = log(1e-15), log(1 / _NO_TIME)  # of one over a mean time
_NOBODY = 1e-6  # calls a second of each
_STUCK = 2  # rounds on the same side
_RELIEF = 1e-3  # share of calls that give up
_HOPELESS, _FAR = 3, 3.0  # rounds, and a use at which it does not matter what comes to rest
_FREE = Fate()


@dataclass(frozen=True)
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

    @cached_property
    def asked(self) -> Mapping[str, Load]:
        """Loads that are to be carried: if nobody was turned away, and users waited for no turn.

        What is refused goes no further, and users who wait call less often, so that parts behind
        what is too small look as if they were large enough.
        """
        if not (self.network.closed or any(one.refused > _RELIEF for one in self.loads.values())):
            return self.loads
        flows = tuple(
            replace(flow, rate_per_s=rate / self.factor if self.factor > 0 else rate, users=None)
            for flow, rate in zip(self.flows, self._unhindered(), strict=True)
        )
        stations = {
            name: replace(one, cap_per_s=None, waiting=None)
            for name, one in self.network.stations.items()
        }
        lifted = replace(self.network, stations=stations, flows=flows)
        return settle(lifted, self.factor, precision=_ROUGHLY).loads

    def _unhindered(self) -> list[float]:
        """Rates of flows where users wait for no turn."""
        idle = [replace(flow, rate_per_s=flow.rate_per_s * _IDLE) for flow in self.flows]
        found = traffic(idle, {})
        found, loads = rates_of(self.network.stations, idle, {}, found)
        rates = [float(flow.rate_per_s) for flow in self.flows]
        return _Users(self.network.flows, self.factor, None).wanted(rates, Clock(loads, found))


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
    begin = going_on(fates)
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


def going_on(fates: Mapping[int, Fate]) -> dict[int, Fate]:
    """The same, where only refusals take calls away."""
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
    users = _Users(network.flows, factor, operations)
    for turn in range(max(rounds, _USERS_ROUNDS) if users.flows else rounds):
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
            clock.fates = going_on(clock.fates)
        last = Settled(network, factor, flows, loads, clock)
        after = users.wanted(rates, clock)
        if agree(network, fates, clock.fates, precision) and _near(rates, after, precision):
            return last
        patient = turn < _HOPELESS and (turn or fates or goes_on)  # first attempts alone tell, too
        patient = patient or (bool(users.flows) and turn < _PATIENCE)
        if not patient and any(one.queues and one.utilisation > _FAR for one in loads.values()):
            break
        step = 1.0 if turn < _PATIENCE else 0.5
        fates = _towards(fates, clock.fates, step)
        busiest = max((one.utilisation for one in loads.values() if one.queues), default=0.0)
        rates = users.next(rates, clock, busiest)
    assert last is not None
    return replace(last, settles=False)


def _alike(one: Mapping[str, Load], other: Mapping[str, Load], precision: float) -> bool:
    pairs = [(one[name], other[name]) for name in one]
    return all(
        _near((a.arrival_per_s, a.work_s), (b.arrival_per_s, b.work_s), precision) for a, b in pairs
    )


class _Users:
    """Closed users, who bring less the longer they wait: the rates that agree with the waits.

    N users who think for Z, and whose calls take R, bring N / (Z + R) calls a second (interactive
    response time law; Lazowska et al., "Quantitative System Performance", 1984, section 3.3). R
    rises with the rates, so the answer lies between rates that bring more and rates that bring
    less. All are led by one number: that of their calls together. One over the mean R falls about
    in a straight line with it, as it does for M/M/1; how long calls of one operation take beside
    those of others is as it was last seen.
    """

    def __init__(self, flows: Sequence[Flow], factor: float, followed: Container[str] | None):
        some = [(i, f) for i, f in enumerate(flows) if f.users is not None]
        self.flows = [(i, f) for i, f in some if followed is None or f.operation in followed]
        self.counts = [float(f.users or 0.0) * factor for _, f in self.flows]
        self.thinks = [0.0 if f.think is None else float(f.think.mean_s) for _, f in self.flows]
        self.beside = [1.0] * len(self.flows)
        self.low: tuple[float, float] | None = None
        self.high: tuple[float, float] | None = None
        self.was_low: bool | None = None
        self.same = 0

    def wanted(self, rates: Sequence[float], clock: Clock) -> list[float]:
        """Rates that users bring if calls take as long as now; 0 where they never end."""
        found = list(rates)
        for seconds, (i, _), count, think in zip(
            self._seconds(clock), self.flows, self.counts, self.thinks, strict=True
        ):
            cycle = think + seconds
            found[i] = count / cycle if isfinite(cycle) and cycle > _NO_TIME else 0.0
        return found

    def _seconds(self, clock: Clock) -> list[float]:
        return [float(ended(clock.of(flow.root)).mean_s) for _, flow in self.flows]

    def next(self, rates: Sequence[float], clock: Clock, busiest: float) -> list[float]:
        """The rates to try after these."""
        found, own = list(rates), [rates[i] for i, _ in self.flows]
        whole = sum(own)
        if whole <= 0:
            return found
        seconds = self._seconds(clock)
        mean = sum(rate * one for rate, one in zip(own, seconds, strict=True) if rate > 0) / whole
        if isfinite(mean) and mean > _NO_TIME:
            self.beside = [min(one / mean, 1e6) for one in seconds]
            tried = (whole, 1 / mean)
        else:
            tried = (whole / max(busiest, 1.0), 0.0) if not isfinite(mean) else (whole, inf)
        each = self._brought(self._next(tried, whole, busiest))
        for (i, _), rate in zip(self.flows, each, strict=True):
            found[i] = rate
        return found

    def _next(self, tried: tuple[float, float], whole: float, busiest: float) -> float:
        """One over the mean time to try, after some."""
        is_low = sum(self._brought(tried[1])) > whole
        self.same = self.same + 1 if is_low is self.was_low else 0
        self.was_low = is_low
        self.low, self.high = (tried, self.high) if is_low else (self.low, tried)
        if self.low and self.high and self.low[0] >= self.high[0] * _ALMOST:  # others changed
            self.low, self.high = (tried, None) if is_low else (None, tried)
        if self.low is None:
            less = _BACK * whole / max(busiest, 1.0)
            if less <= _NOBODY * sum(self.counts):
                return 0.0  # others alone are too many
            return max(tried[1], self._pace(less))
        if self.high is None:
            return tried[1]
        halve = self.same >= _STUCK
        return self._pace((self.low[0] + self.high[0]) / 2) if halve else self._between()

    def _brought(self, pace: float) -> list[float]:
        """Calls a second that users bring where one over the mean time is this."""
        seconds = 1 / pace if pace > 0 else inf
        return [
            count / max(think + beside * seconds, _NO_TIME)
            for count, think, beside in zip(self.counts, self.thinks, self.beside, strict=True)
        ]

    def _pace(self, whole: float) -> float:
        """One over the mean time at which they bring so many in all."""
        return exp(root(lambda at: sum(self._brought(exp(at))) - whole, *_PACES))

    def _between(self) -> float:
        """Where the straight line between both ends meets what users bring."""
        assert self.low is not None
        assert self.high is not None
        (x, u), (y, v) = self.low, self.high
        u = min(u, 1 / _NO_TIME)

        def beyond(at: float) -> float:  # how many more are brought than go with this time
            pace = exp(at)
            return sum(self._brought(pace)) - (x + (y - x) * (u - pace) / (u - v))

        return exp(root(beyond, *_PACES)) if u > v else self._pace((x + y) / 2)


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
