"""Calls that come to a station together, such as the reads of one request."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import inf
from typing import NamedTuple

from sysdesign.formulas.stations import erlang_c

_MOST_SERVERS = 400  # counted one by one; more stand as so many groups of them
_HUGE = 1e200
_SETTLED = 1e-10
_MOST_CALLS = 20_000
_ONE_BY_ONE = 1e-9


class BurstWait(NamedTuple):
    """Probability that a call waits, its mean wait in seconds, and the scv of waits above 0."""

    probability: float
    mean_s: float
    scv: float


@lru_cache(maxsize=1024)
def wait_in_bursts(
    arrival_per_s: float, service_s: float, servers: int, together: float
) -> BurstWait:
    """Wait of calls that come `together` at a time; `arrival_per_s` counts calls, not bursts.

    A `together` that is not whole is the mean, over calls, of bursts of the two sizes around it.
    Exact up to 400 servers; more servers count as 400 faster ones that get smaller bursts.

    Raises: ValueError if bursts are smaller than one call, or as `erlang_c`.
    Assumes: Poisson bursts, exponential service, no overload (else inf).
    Source: Chaudhry and Templeton, A First Course in Bulk Queues (1983), for M^X/M/c. Calls go up
    past n as often as down, which gives all probabilities one after the other; and what a call of a
    burst finds before it is what a departing one leaves, where each departure is counted once.

    >>> wait_in_bursts(0.5, 1.0, 1, 1.0)[:2], round(wait_in_bursts(0.5, 1.0, 1, 3.0).mean_s, 6)
    ((0.5, 1.0), 3.0)
    """
    if not together >= 1:
        raise ValueError(f"bursts of {together:g} calls: give 1 or more")
    offered = arrival_per_s * service_s
    queued = float(erlang_c(offered, servers))
    if offered >= servers:
        return BurstWait(1.0, inf, 1.0)
    departure_s = service_s / servers
    if together - 1 <= _ONE_BY_ONE or offered <= 0:
        return BurstWait(queued, queued * departure_s / (1 - offered / servers), 1.0)
    count = min(servers, _MOST_SERVERS)
    smaller = max(1.0, together * count / servers)
    chance, first, second = _departures_before(offered * count / servers, count, smaller)
    if chance <= 0:
        return BurstWait(0.0, 0.0, 1.0)
    # a wait of j departures has the mean j, and the variance j more than that of j
    departure_s *= servers / count
    scv = (second / chance + first / chance) / (first / chance) ** 2 - 1
    return BurstWait(min(chance, 1.0), first * departure_s, max(scv, 0.0))


def _departures_before(offered: float, servers: int, together: float) -> tuple[float, float, float]:
    """Of the departures that a call waits for: share above 0, mean, mean square.

    A call takes the m-th place with probability min(m, c) p(m) / a, p(m) the share of the time with
    m calls present and a the offered work; then it waits for m - c departures.
    """
    shares, ratio = present(offered, servers, together)
    whole = sum(shares)
    chance, first, second = 0.0, 0.0, 0.0
    for ahead, term in enumerate(shares[servers + 1 :], 1):
        chance += term
        first += ahead * term
        second += ahead * ahead * term
    if ratio > 0:  # it falls on as a geometric series
        term = shares[-1]
        chance, first, second = _with_tail(
            chance, first, second, len(shares) - 1 - servers, term, ratio
        )
        whole += term * ratio / (1 - ratio)
    scale = servers / offered / whole
    return chance * scale, first * scale, second * scale


@lru_cache(maxsize=64)
def present(offered: float, servers: int, together: float) -> tuple[Sequence[float], float]:
    """Shares of the time with 0, 1, 2, ... calls there, up to a factor; then they fall by a ratio.

    Assumes: more calls than servers are among those told.
    """
    size = int(together)
    longer = together - size
    short, long = offered * (1 - longer) / size, offered * longer / (size + 1)
    shares = [1.0]
    recent, second, term, before = 1.0, 0.0, 1.0, 0.0  # recent: of the last `size` numbers
    window = size + (long > 0)
    for m in range(1, servers + _MOST_CALLS):
        oldest = shares[-size - 1] if len(shares) > size else 0.0
        before, term = term, ((short + long) * recent + long * oldest) / min(m, servers)
        shares.append(term)
        recent += term - (shares[-size - 1] if len(shares) > size else 0.0)
        if m % size == 0:  # differences would gather rounding
            recent = sum(shares[-size:])
        ahead = max(m - servers, 0)
        second += ahead * ahead * term
        if term > _HUGE:
            shares = [share / _HUGE for share in shares]
            recent, second, term, before = (x / _HUGE for x in (recent, second, term, before))
        if ahead > 2 * window and ahead * ahead * term < _SETTLED * second:
            break
    return shares, term / before if 0 < term < before else 0.0


def _with_tail(
    chance: float, first: float, second: float, last: int, term: float, ratio: float
) -> tuple[float, float, float]:
    """Sums of terms, of j and of j² times terms, with those after the last that fall by `ratio`."""
    spare = 1 - ratio
    weight = term * ratio / spare  # of all after the last; they go on for 1 / spare on average
    mean = last + 1 / spare
    square = mean * mean + ratio / spare**2
    return chance + weight, first + weight * mean, second + weight * square
