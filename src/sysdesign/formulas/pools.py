"""A pool of slots whose holders wait for stations behind it: a queue before other queues.

Product form of a closed network gives how many calls a second the pool lets through with n of its
slots taken; the pool is then one station whose speed depends on n (a flow-equivalent server).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING, Any

from sysdesign.formulas.number import column, is_one, numpy_module, per
from sysdesign.records import dataclass

if TYPE_CHECKING:
    from sysdesign.formulas.inversion import Reals
    from sysdesign.formulas.number import Number

_FITS = 1e-250  # terms that vanish beside it are below its rounding
_WAIT_EXPONENT = 8  # a single guess, checked against whole chains


@dataclass(frozen=True, slots=True)
class Held:
    """A station visited while a slot is held: seconds of service a call, and servers.

    `servers` inf is a plain delay, at which nobody waits; `scv` is that of the time itself.
    """

    demand_s: float
    servers: float = inf
    scv: float = 1.0


def throughputs(stations: Sequence[Held], slots: int) -> Reals:
    """Calls a second that 1, 2, ..., `slots` circulating calls make, shape (slots,).

    Raises: ValueError if there are no slots, a demand is negative, or all demands are 0.
    Assumes: exponential service, or plain delays.
    Source: Buzen, Communications of the ACM 16(9), 1973, with logarithms in place of numbers that
    overflow; the load-dependent recursion of mean values is unstable (Casale and Serazzi, 2011).
    """
    if slots < 1:
        raise ValueError(f"{slots} slots: give 1 or more")
    if any(s.demand_s < 0 or s.servers < 1 for s in stations):
        raise ValueError("demands are 0 or more, with at least one server each")
    used = [station for station in stations if station.demand_s > 0]
    if not used:
        raise ValueError("a slot that is held for no time limits nothing: give a demand above 0")
    np = numpy_module()
    delays = sum(station.demand_s for station in used if station.servers == inf)
    merged = [station for station in used if station.servers != inf]
    if delays:
        merged.append(Held(delays))
    weights = _log_weights(merged[0], slots)
    for station in merged[1:]:
        weights = _log_convolved(weights, _log_weights(station, slots))
    return np.exp(weights[:-1] - weights[1:])  # type: ignore[no-any-return]


def _log_weights(station: Held, slots: int) -> Reals:
    """Logarithm of demand^n over the product of min(j, servers) for j up to n."""
    np = numpy_module()
    steps = np.log(station.demand_s / np.minimum(np.arange(1, slots + 1), station.servers))
    return np.concatenate(([0.0], np.cumsum(steps)))  # type: ignore[no-any-return]


def _log_convolved(one: Reals, other: Reals) -> Reals:
    """Logarithm of the convolution of two log-concave sequences, given by their logarithms.

    Both are tilted by the same slope, that of their convolution halfway, so that all of it fits
    into floats; where it does not, term by term with logarithms.
    """
    np = numpy_module()
    count = np.arange(len(one))
    slopes = np.sort(np.concatenate((np.diff(one), np.diff(other))))
    tilt = slopes[len(slopes) // 2]  # slopes of a convolution are about those of both, in order
    left, right = one - tilt * count, other - tilt * count
    most = left.max() + right.max()
    both = np.convolve(np.exp(left - left.max()), np.exp(right - right.max()))[: len(one)]
    if both.min() > _FITS:
        return np.log(both) + most + tilt * count  # type: ignore[no-any-return]
    return _convolved_by_terms(one, other)


def _convolved_by_terms(one: Reals, other: Reals) -> Reals:
    np = numpy_module()
    both = np.empty_like(one)
    for n in range(len(one)):
        terms = one[: n + 1] + other[n::-1]
        most = terms.max()
        both[n] = most + np.log(np.exp(terms - most).sum())
    return both  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Pool:
    """What a pool does at some arrival rate.

    `capacity_per_s` is the most it lets through; `wait_s` the mean wait for a slot, `hold_s` the
    mean time a slot is held, `waiting` the probability to wait for one, `taken` the mean share of
    slots taken. In overload the waits are inf.
    """

    capacity_per_s: float
    wait_s: Number
    hold_s: Number
    waiting: Number
    taken: Number


def pool(
    arrival_per_s: Number,
    slots: int,
    stations: Sequence[Held],
    hold_scv: float | None = None,
) -> Pool:
    """Wait before a pool of slots, each held through calls of other stations.

    Parameters
    ----------
    hold_scv
        Of the time a slot is held; if not given, of the times at the stations one after the other.

    Raises: ValueError as `throughputs`; or if a rate is negative.
    Assumes: Poisson arrivals, exponential stations (then the whole time is within 5% up to 95% of
    capacity). With bursty stations behind it the wait is longer: simulate.
    Source: Chandy, Herzog and Woo, IBM J. Research and Development 19(1), 1975 (flow-equivalent
    server); the factor of the wait is ours: u^8 + (1 - u^8) (1 + scv) / 2, u the utilisation of
    the busiest station behind when all slots are taken.
    """
    np = numpy_module()
    speeds = throughputs(stations, slots)
    capacity = float(speeds[-1])
    rate = np.asarray(arrival_per_s, float)
    if (rate < 0).any():
        raise ValueError("an arrival rate is 0 or more")
    stable = rate < capacity
    load = np.where(stable, rate / capacity, 0.0)  # overload is filled in at the end
    share = _present(load * capacity, speeds)
    full = share[..., -1]  # exactly all slots taken; with more calls present, by the factor load
    spare = 1 - load
    total = share.sum(-1) + full * load / spare
    count = np.arange(slots + 1)
    queued = full * load / spare / spare / total
    inside = (share @ count + slots * full * load / spare) / total
    scv = _hold_scv(stations, slots, capacity) if hold_scv is None else hold_scv
    bound = max(s.demand_s / s.servers for s in stations) * capacity
    factor = bound**_WAIT_EXPONENT + (1 - bound**_WAIT_EXPONENT) * (1 + scv) / 2
    flowing = np.maximum(rate, 1e-12 * capacity)

    def plain(values: Any, overload: float) -> Number:
        chosen = np.where(stable, values, overload)
        return float(chosen) if is_one(arrival_per_s) else chosen

    return Pool(
        capacity_per_s=capacity,
        wait_s=plain(np.where(rate > 0, queued / flowing * factor, 0.0), inf),
        hold_s=plain(np.where(rate > 0, inside / flowing, 1 / speeds[0]), slots / capacity),
        waiting=plain(full / spare / total, 1.0),
        taken=plain(np.where(rate > 0, inside / slots, 0.0), 1.0),
    )


def _hold_scv(stations: Sequence[Held], slots: int, capacity: float) -> float:
    """Of the time a slot is held when all are taken, as if stations were passed independently.

    What is beyond the demands is waiting, and shared out as at single stations of that use.
    """
    held_s = slots / capacity
    use = [station.demand_s * capacity / station.servers for station in stations]
    crowding = [s.demand_s * u / (1 - u + 1 / slots) for s, u in zip(stations, use, strict=True)]
    extra = max(held_s - sum(s.demand_s for s in stations), 0.0) / (sum(crowding) or 1.0)
    variance = sum(
        (s.scv + 2 * wait * extra / s.demand_s) * s.demand_s**2 + (wait * extra) ** 2
        for s, wait in zip(stations, crowding, strict=True)
        if s.demand_s > 0
    )
    return variance / held_s**2


def _present(rate: Any, speeds: Reals) -> Any:
    """Weight of 0, 1, ... slots taken, of a birth and death chain, largest 1."""
    np = numpy_module()
    steps = np.log(np.maximum(column(rate), 1e-300) / speeds)
    logs = np.concatenate((np.zeros((*steps.shape[:-1], 1)), np.cumsum(steps, axis=-1)), axis=-1)
    return np.exp(np.maximum(logs - logs.max(axis=-1, keepdims=True), -700.0))


def wait_conditional_s(pool_now: Pool, arrival_per_s: Number) -> Number:
    """Mean wait for a slot of those calls that have to wait; exponential to a good degree."""
    spare = pool_now.capacity_per_s - arrival_per_s
    return per(1.0, spare)
