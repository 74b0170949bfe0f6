"""Waits that are known from how many calls are ahead: two choices, and limited places to wait.

With all servers of a station busy, a call with j calls waiting before it starts after j + 1
departures.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

from sysdesign.formulas.delays import Delay, constant, mixture, spread
from sysdesign.formulas.laws import Branch, Gammas
from sysdesign.formulas.number import root
from sysdesign.formulas.stations import erlang_b

_NEGLIGIBLE = 1e-9
_MOST_STATES = 400
_FAR = 21.0  # a geometric tail is e^-21 of its start there
_MOST_LAWS = 48
_FINITE_TERM = 0.7  # fitted to simulations of 5 to 50 instances, loads 0.6 to 0.97


def wait_behind(ahead: Sequence[float], service_s: float, servers: int, scv: float = 1.0) -> Delay:
    """Wait of calls of which a share `ahead[j]` waits for j + 1 departures, the others for none.

    Exact for exponential service; else the wait is stretched by (1 + scv) / 2.

    Raises: ValueError if the shares sum to more than 1.
    """
    chance = sum(ahead)
    if chance > 1 + 1e-9:
        raise ValueError(f"shares of {chance:g} in all: at most 1 of the calls waits")
    if chance <= _NEGLIGIBLE or service_s <= 0:
        return constant(0.0)
    departures = sum((j + 1) * share for j, share in enumerate(ahead)) / chance
    branches = tuple(
        Branch(share / chance, (j + 1) / departures, 1 / (j + 1))
        for j, share in enumerate(ahead)
        if share > 0
    )
    mean = departures * service_s / servers * (1 + scv) / 2
    wait = spread(Gammas(branches), mean)
    return mixture([1 - min(chance, 1.0), min(chance, 1.0)], [constant(0.0), wait])


def two_choices(load: float, servers: int, instances: float) -> list[float]:
    """Share of calls that find 0, 1, ... waiting at the less busy of two instances of all.

    Of each instance at most so many servers work. For endlessly many instances exact: s(k), the
    share of instances with k calls or more, obeys a s(k-1)² = sum of min(j, c) (s(j) - s(j+1)) for
    j >= k. For few the wait of one server is longer by 0.7 rho^5 / (n (1 - rho)), in services.

    Raises: ValueError if the load is not below 1.
    Assumes: Poisson arrivals, exponential service.
    Source: Mitzenmacher, IEEE Trans. Parallel and Distributed Systems 12(10), 2001; Vvedenskaya,
    Dobrushin and Karpelevich, Problems of Information Transmission 32(1), 1996.

    >>> [round(share, 4) for share in two_choices(0.5, 1, 1e9)]
    [0.2344, 0.0156, 0.0001]
    """
    if not 0 <= load < 1:
        raise ValueError(f"a load of {load:g}: two choices are known below 1")
    offered = load * servers

    def empty(full: float) -> float:
        """What s(0) would be, if s(c) were this; it must be 1."""
        found, above = full, 0.0
        for k in range(servers, 0, -1):
            found, above = sqrt((k * found + above) / offered), above + found
        return found - 1

    if load <= 0:
        return []
    share = root(empty, 0.0, 1.0)
    ahead: list[float] = []
    while share**2 > _NEGLIGIBLE and len(ahead) < _MOST_STATES:
        after = load * share**2
        ahead.append(share**2 - after**2)
        share = after
    return _stretched(ahead, _FINITE_TERM * load**5 / (instances * (1 - load)))


def _stretched(ahead: list[float], departures: float) -> list[float]:
    """The same chance to wait, a geometric tail more, so that so many departures are added."""
    chance = sum(ahead)
    if chance <= _NEGLIGIBLE or departures <= 1e-6:
        return ahead
    more = departures / chance
    ratio = more / (1 + more)
    longer = [0.0] * min(len(ahead) + int(_FAR / -log(ratio)) + 1, _MOST_LAWS)
    carried = 0.0
    for j in range(len(longer)):
        carried = carried * ratio + (ahead[j] if j < len(ahead) else 0.0) * (1 - ratio)
        longer[j] = carried
    whole = sum(longer)
    return [share * chance / whole for share in longer]


def limited_places(offered: float, servers: int, places: int) -> list[float] | None:
    """Share of the calls let in that find 0, 1, ... waiting, where so many may wait at most.

    None where the places are too many to tell apart.

    Assumes: Poisson arrivals, exponential service (M/M/c/K); any load.
    Source: Gross and Harris, Fundamentals of Queueing Theory (1998), section 2.4.

    >>> [round(share, 4) for share in limited_places(1.0, 1, 2)]
    [0.3333, 0.3333]
    """
    if places > _MOST_LAWS:
        return None
    full = float(erlang_b(offered, servers))
    ratio = offered / servers
    weights = [full * ratio**j for j in range(places + 1)]  # over those of up to c calls
    let_in = 1 - full + sum(weights[:-1]) if places else 1 - full
    return [weight / let_in for weight in weights[:-1]]
