"""Calls that come to a station together, such as the reads of one request."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sysdesign.formulas.number import numpy_module
from sysdesign.formulas.stations import erlang_c

if TYPE_CHECKING:
    from sysdesign.formulas.inversion import Reals


class BurstWait(NamedTuple):
    """Probability that a call waits, and its mean wait in seconds."""

    probability: float
    mean_s: float


def wait_in_bursts(
    arrival_per_s: float, service_s: float, servers: int, together: float
) -> BurstWait:
    """Wait of calls that come `together` at a time; `arrival_per_s` counts calls, not bursts.

    A call that finds m servers idle at its burst's arrival and is the i-th of it waits for i - m
    departures. Exact for one server and for bursts of one; servers that earlier bursts keep busy
    are taken as if calls came one by one. A `together` that is not whole is read as a mean.

    Raises: ValueError if bursts are smaller than one call, or as `erlang_c`.
    Assumes: Poisson bursts of one size, exponential service, no overload (else inf).
    Source: Kleinrock, Queueing Systems I (1975), section 4.5 (bulk arrivals, one server).

    >>> wait_in_bursts(0.5, 1.0, 1, 1.0), wait_in_bursts(0.5, 1.0, 1, 3.0).mean_s
    (BurstWait(probability=0.5, mean_s=1.0), 3.0)
    """
    if together < 1:
        raise ValueError(f"bursts of {together:g} calls: give 1 or more")
    offered = arrival_per_s * service_s
    if offered >= servers:
        return BurstWait(1.0, float("inf"))
    np = numpy_module()
    queued = erlang_c(offered, servers)
    idle = np.arange(min(servers, int(together)) + 1.0)
    share = _idle_shares(offered, servers, float(queued), len(idle))
    beyond = np.maximum(together - idle, 0.0)
    share, beyond = share[beyond > 0], beyond[beyond > 0]
    # calls beyond the idle servers stand 1st, 2nd, ... in the queue
    place = float((share * beyond * (beyond + 1)).sum()) / (2 * together)
    departure_s = service_s / (servers - offered)
    return BurstWait(min(1.0, float((share * beyond).sum()) / together), place * departure_s)


def _idle_shares(offered: float, servers: int, queued: float, count: int) -> Reals:
    """Probability of 0, 1, ... idle servers of M/M/c, the first `count` of them.

    With c - 1 busy ones the chain goes up as often as it comes down: from none idle on, each
    state has the weight of the one before times (busy servers) / offered.
    """
    np = numpy_module()
    shares = np.zeros(count)
    shares[0] = queued
    if count == 1 or offered <= 0:
        if offered <= 0 and count > servers:
            shares[servers] = 1.0
        return shares  # type: ignore[no-any-return]
    busy = servers - np.arange(count - 1.0)
    full = queued * (1 - offered / servers)  # exactly all servers busy, nobody waiting
    logs = np.cumsum(np.log(busy / offered)) + np.log(max(full, 1e-300))
    shares[1:] = np.exp(np.clip(logs, -700.0, 0.0))
    return shares  # type: ignore[no-any-return]
