"""One station: servers with a queue before them; how busy it is and how long a call waits.

Throughout: calls arrive at `arrival_per_s`, each takes `service_s` seconds of one of `servers`
servers, first come first served. Rates and times may be arrays; `servers` is one whole number.
"""

from __future__ import annotations

from functools import cache, lru_cache
from math import comb, exp, expm1, inf, isinf, log, sqrt, tanh
from typing import TYPE_CHECKING, Any

from sysdesign.formulas.number import is_one, limited, numpy_module, per, where

if TYPE_CHECKING:
    from sysdesign.formulas.number import Number

_RECURSION_UP_TO = 200  # servers; beyond, forty-eight points of an integral cost less
_NODES = 48
_EXACT_LIGHT_LOAD = 64
_NEGLIGIBLE = 40.0  # exp(-40) of the peak is left out of the integral
_MOST_SCV = 1e12  # beyond, the sum below is rounding
_MOST_INTEGRATED = 1e12  # beyond, what is integrated is narrower than floats
_MOST_OFFERED = 1e300


def utilisation(arrival_per_s: Number, service_s: Number, servers: float) -> Number:
    """Share of the servers' time that is asked for (rho); 1 or more is overload.

    Raises: ValueError if there is less than one server or a rate or time is negative.

    >>> utilisation(30.0, 0.1, 4)
    0.75
    """
    _check(servers, arrival_per_s, service_s)
    return arrival_per_s * service_s / servers


def erlang_b(offered: Number, servers: int) -> Number:
    """Share of calls refused where no call may wait (M/G/c/c, Erlang's loss formula).

    `offered` is arrival rate times service time, in servers' worth of work.

    Raises: ValueError if servers < 1 or offered < 0.
    Assumes: Poisson arrivals; any service times.
    Source: Erlang (1917), by the recursion B(k) = aB(k-1) / (k + aB(k-1)); for many servers the
    integral of Jagerman, Bell System Technical Journal 53(3), 1974: 1/B = a ∫ e^(-ax) (1+x)^c dx.

    >>> round(erlang_b(20.0, 30), 6)
    0.008457
    """
    _check(servers, offered)
    offered = limited(offered, 0.0, _MOST_OFFERED)
    return _erlang_b_known(offered, servers) if is_one(offered) else _erlang_b(offered, servers)


def _erlang_b(offered: Number, servers: int) -> Number:
    if servers > _RECURSION_UP_TO:
        return _erlang_b_integral(offered, servers)
    blocked: Number = 1.0 + 0 * offered
    for busy in range(1, servers + 1):
        pushed = offered * blocked
        blocked = pushed / (busy + pushed)
    return blocked


# Wait, its spread and its probability each ask for the same station.
_erlang_b_known = lru_cache(maxsize=1024)(_erlang_b)


@cache
def _legendre() -> Any:
    nodes, weights = numpy_module().polynomial.legendre.leggauss(_NODES)
    return nodes, weights


def _erlang_b_integral(offered: Number, servers: int) -> Number:
    """Integrate around the peak of the integrand, over y = (1 + x) / (1 + x at the peak)."""
    np = numpy_module()
    nodes, weights = _legendre()
    work = np.clip(np.asarray(offered, float), 1e-9 * servers, _MOST_INTEGRATED)
    peak = np.maximum(servers / work, 1.0)  # 1 + x there
    excess = np.maximum(work - servers, 0.0)  # the integrand falls at once when overloaded
    drop = _NEGLIGIBLE / servers
    # y - 1 - log y is at least u²/2 for y = 1 - u, and u²/(2 + 2u) for y = 1 + u.
    low = np.maximum(1 - sqrt(2 * drop), 1 / peak)
    high = 1 + np.minimum(drop + sqrt(drop * drop + 2 * drop), _NEGLIGIBLE / (excess + 1e-9))
    half = (high - low) / 2
    y = (low + half)[..., None] + half[..., None] * nodes
    shape = servers * (np.log(y) - (y - 1)) - excess[..., None] * (y - 1)
    area = half * peak * (np.exp(shape) @ weights)
    summit = servers * np.log(peak) - work * (peak - 1)
    blocked = np.exp(-summit) / (work * area)
    return float(blocked) if is_one(offered) else blocked


def erlang_c(offered: Number, servers: int) -> Number:
    """Probability that a call has to wait (M/M/c); 1 from full load on.

    Raises: ValueError if servers < 1 or offered < 0.
    Assumes: Poisson arrivals, exponential service.
    Source: Erlang (1917); Cooper, Introduction to Queueing Theory (1981).

    >>> round(erlang_c(2.0, 3), 6)
    0.444444
    """
    blocked = erlang_b(offered, servers)
    load = limited(offered / servers, 0.0, 1.0)
    return blocked / (1 - load * (1 - blocked))


def wait_mm(arrival_per_s: Number, service_s: Number, servers: int) -> Number:
    """Mean seconds in the queue of M/M/c; inf from full load on.

    Raises: ValueError if servers < 1 or a rate or time is negative.
    Assumes: Poisson arrivals, exponential service.
    Source: Kleinrock, Queueing Systems I (1975), section 3.5.

    >>> round(wait_mm(2.0, 1.0, 3), 6)
    0.444444
    """
    _check(servers, arrival_per_s, service_s)
    offered = arrival_per_s * service_s
    return per(erlang_c(offered, servers) * service_s, servers - offered)


def wait_md(arrival_per_s: Number, service_s: Number, servers: int) -> Number:
    """Mean seconds in the queue of M/D/c: every call takes exactly as long.

    Exact for one server, at light load and towards full load; else 1% off on average, and 6% at
    most up to 32 servers.

    Raises: ValueError if servers < 1 or a rate or time is negative.
    Assumes: Poisson arrivals.
    Source: Cosmetatos, Operational Research Quarterly 27, 1976, bent to its light-load limit.

    >>> round(wait_md(0.5, 1.0, 1), 6)
    0.5
    """
    load = utilisation(arrival_per_s, service_s, servers)
    return wait_mm(arrival_per_s, service_s, servers) * _md_over_mm(load, servers)


def _md_over_mm(load: Number, servers: int) -> Number:
    """Wait of constant over that of exponential service: 1/2 at full load, c/(c+1) at light.

    Cosmetatos has (1 + x) / 2, where x grows without end as the load falls; at light load a call
    waits for the least of c uniform residuals, so that x stops at (c-1)/(c+1).
    """
    if servers == 1:
        return 0.5
    load = limited(load, 1e-12, 1.0)
    rise = (servers - 1) * (sqrt(4 + 5 * servers) - 2) / (16 * servers) * (1 - load) / load
    most = (servers - 1) / (servers + 1)
    bent = most * tanh(rise / most) if is_one(rise) else most * numpy_module().tanh(rise / most)
    return (1 + bent) / 2


def light_load_ratio(scv: float, servers: int) -> float:
    """Wait at light load over that of exponential service with the same mean.

    Then a call waits just for the first of c busy servers, c ∫ P(residual > t)^c dt of the M/M/c
    wait. Above scv 1 that of two exponentials with balanced means, exactly up to 64 servers;
    below 1 close to a gamma law's.

    Source: Burman and Smith, Mathematics of Operations Research 8, 1983.

    >>> round(light_load_ratio(4.0, 1), 6), light_load_ratio(1.0, 8), light_load_ratio(0.0, 3)
    (2.5, 1.0, 0.75)
    """
    if scv < 1:
        return 1 - 1 / (servers - 1 + 2 / (1 - scv))
    if servers > _EXACT_LIGHT_LOAD:
        return 1 + (scv - 1) / ((scv + 1) * (servers - 1) + 2)
    scv = min(scv, _MOST_SCV)
    squared = (scv - 1) / (scv + 1)
    return sum([share / (1 - squared * apart) for share, apart in _busy_ways(servers)])


@lru_cache(maxsize=_EXACT_LIGHT_LOAD)
def _busy_ways(servers: int) -> tuple[tuple[float, float], ...]:
    """Chances that so many of the servers are in one of two alike states, and what sets them apart.

    That is the square of their difference over their number; either may be the larger one.
    """
    ways = ((comb(servers, j), 2 * j == servers, j) for j in range(servers // 2 + 1))
    return tuple(
        (count * 0.5**servers * (1 if even else 2), (1 - 2 * j / servers) ** 2)
        for count, even, j in ways
    )


def wait_mg(
    arrival_per_s: Number,
    service_s: Number,
    servers: int,
    scv: float = 1.0,
    arrival_scv: Number = 1.0,
    light: float | None = None,
) -> Number:
    """Mean seconds in the queue of G/G/c from means and squared coefficients of variation (scv).

    Exact for M/M/c and M/G/1; for Poisson arrivals and scv up to 4 some 1% off, 6% at most.
    Other arrivals scale the wait by (arrival_scv + scv) / (1 + scv), and regular ones further (one
    server: 10% too long at most from 50% load on). Where more is known of the service law than
    its scv, `light` is its own `light_load_ratio`.

    Raises: ValueError if servers < 1 or a rate, time or scv is negative.
    Source: Kimura, Management Science 32(6), 1986: the reciprocal lies between its limits at
    full and at light load as that of M/D/c does. His light-load limit is exact for one server
    only; ours is `light_load_ratio`. Factors of arrivals: Allen and Cunneen (1978); Kraemer and
    Langenbach-Belz (1976), as in Whitt, "The Queueing Network Analyzer" (1983).

    >>> round(wait_mg(0.5, 1.0, 1, scv=4.0), 6)  # Pollaczek-Khinchine
    2.5
    """
    _check(servers, scv, arrival_scv)
    load = utilisation(arrival_per_s, service_s, servers)
    if isinf(scv):
        return where(load > 0, inf + load, load)
    finite = where(load < 1, wait_mm(arrival_per_s, service_s, servers), 0.0)
    ratio = _ratio_to_exponential(load, servers, scv, light)
    return where(load < 1, finite * ratio * _irregularity(arrival_scv, scv, load), inf)


def _ratio_to_exponential(load: Number, servers: int, scv: float, light: float | None) -> Number:
    """Wait of M/G/c over that of M/M/c."""
    full = 2 / (1 + scv)
    if servers == 1:
        return 1 / full
    lightness = (2 - 1 / _md_over_mm(load, servers)) / (1 - 1 / servers)
    limit = light_load_ratio(scv, servers) if light is None else light
    return 1 / (full + (1 / limit - full) * lightness)


def _irregularity(arrival_scv: Number, scv: float, load: Number) -> Number:
    """Wait over that of Poisson arrivals.

    Arrivals more regular than Poisson help more than in proportion, most at light load.
    """
    regular = limited(1 - arrival_scv, 0.0, 1.0)
    load = limited(load, 1e-9, 1.0)
    spread = limited(arrival_scv + scv, 1e-9, inf)
    fall = regular * regular * 2 * (1 - load) / (3 * load * spread)
    factor = exp(-fall) if is_one(fall) else numpy_module().exp(-fall)
    return (arrival_scv + scv) / (1 + scv) * factor


def refused(arrival_per_s: Number, service_s: Number, servers: int, places: int) -> Number:
    """Share of calls turned away where only `places` may wait (M/M/c/K, K = servers + places).

    Raises: ValueError if servers < 1, places < 0, or a rate or time is negative.
    Assumes: Poisson arrivals, exponential service; who is refused does not come back.
    Source: Gross and Harris, Fundamentals of Queueing Theory (1998), chapter 2.

    >>> round(refused(1.0, 1.0, 1, 3), 6)  # M/M/1/4 at full load: one of five states
    0.2
    """
    if places < 0:
        raise ValueError(f"{places} places to wait: give 0 or more")
    load = utilisation(arrival_per_s, service_s, servers)
    full = erlang_b(arrival_per_s * service_s, servers)
    # P(K) = B rho^q / (1 + B (rho + ... + rho^q)), or both divided by rho^q: neither overflows
    above = where(load > 1, load, 1.0)
    below = limited(load, 0.0, 1.0)
    lost = where(
        load > 1,
        full / (above**-places + full * _geometric(1 / above, places)),
        full * below**places / (1 + full * below * _geometric(below, places)),
    )
    return limited(lost, 0.0, 1.0)  # rounding


def _geometric(ratio: Number, terms: int) -> Number:
    """Sum of ratio ** j for j below `terms`; 0 <= ratio <= 1."""
    if is_one(ratio):
        if ratio >= 1:
            return float(terms)
        return -expm1(terms * log(ratio)) / (1 - ratio) if ratio > 0 else float(terms > 0)
    np = numpy_module()
    small = np.clip(ratio, 1e-300, 1 - 1e-15)
    return np.where(ratio >= 1, float(terms), -np.expm1(terms * np.log(small)) / (1 - small))  # type: ignore[no-any-return]


def _check(servers: float, *amounts: Number) -> None:
    if servers < 1:
        raise ValueError(f"{servers} servers: a station has at least one")
    for amount in amounts:
        if amount < 0 if is_one(amount) else (amount < 0).any():
            raise ValueError("rates, times and their spread are 0 or more")
