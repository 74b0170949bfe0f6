"""One station: servers with a queue before them; how busy it is and how long a call waits.

Throughout: calls arrive at `arrival_per_s`, each takes `service_s` seconds of one of `servers`
servers, first come first served. Rates and times may be arrays; `servers` is one whole number.
"""

from __future__ import annotations

from functools import cache
from math import expm1, log, log1p, sqrt
from typing import TYPE_CHECKING, Any

from sysdesign.formulas.number import is_one, limited, per, where
from sysdesign.quantity.draws import numpy_module

if TYPE_CHECKING:
    from sysdesign.formulas.number import Number

_RECURSION_UP_TO = 200  # servers; beyond, forty-eight points of an integral cost less
_NODES = 48
_NEGLIGIBLE = 40.0  # exp(-40) of the peak is left out of the integral
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
    0.00846
    """
    _check(servers, offered)
    offered = limited(offered, 0.0, _MOST_OFFERED)
    if servers > _RECURSION_UP_TO:
        return _erlang_b_integral(offered, servers)
    blocked: Number = 1.0 + 0 * offered
    for busy in range(1, servers + 1):
        pushed = offered * blocked
        blocked = pushed / (busy + pushed)
    return blocked


@cache
def _legendre() -> Any:
    nodes, weights = numpy_module().polynomial.legendre.leggauss(_NODES)
    return nodes, weights


def _erlang_b_integral(offered: Number, servers: int) -> Number:
    """Integrate around the peak of the integrand, over y = (1 + x) / (1 + x at the peak)."""
    np = numpy_module()
    nodes, weights = _legendre()
    work = np.maximum(np.asarray(offered, float), 1e-9 * servers)
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
    return float(blocked) if is_one(offered) else blocked  # type: ignore[no-any-return]


def erlang_c(offered: Number, servers: int) -> Number:
    """Probability that a call has to wait (M/M/c); 1 from full load on.

    Raises: ValueError if servers < 1 or offered < 0.
    Assumes: Poisson arrivals, exponential service.
    Source: Erlang (1917); Cooper, Introduction to Queueing Theory (1981), section 3.5.

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

    Exact for one server and within 3% else.

    Raises: ValueError if servers < 1 or a rate or time is negative.
    Assumes: Poisson arrivals.
    Source: Cosmetatos, Operational Research Quarterly 26(3), 1975; at light load the exact limit
    c/(c+1) of M/M/c takes over (the wait is the least of c uniform residuals).

    >>> round(wait_md(0.5, 1.0, 1), 6)
    0.5
    """
    load = utilisation(arrival_per_s, service_s, servers)
    return wait_mm(arrival_per_s, service_s, servers) * _md_over_mm(load, servers)


def _md_over_mm(load: Number, servers: int) -> Number:
    """Wait of constant over that of exponential service, 1/2 to c/(c+1)."""
    load = limited(load, 1e-12, 1.0)
    spread = (servers - 1) * (sqrt(4 + 5 * servers) - 2) / (16 * servers)
    ratio: Number = (1 + (1 - load) * spread / load) / 2
    return limited(ratio, 0.5, servers / (servers + 1))


def wait_mg(
    arrival_per_s: Number,
    service_s: Number,
    servers: int,
    scv: Number = 1.0,
    arrival_scv: Number = 1.0,
) -> Number:
    """Mean seconds in the queue of G/G/c from means and squared coefficients of variation (scv).

    Exact for M/M/c and M/G/1; for Poisson arrivals and scv up to 4 some 1% off, 6% at most.
    Other arrivals scale the wait by (arrival_scv + scv) / (1 + scv).

    Raises: ValueError if servers < 1 or a rate, time or scv is negative.
    Source: Kimura, Operations Research 34(2), 1986, and Queueing Systems 17, 1994; the factor of
    arrivals: Lee and Longton (1959), Allen and Cunneen (1978).

    >>> round(wait_mg(0.5, 1.0, 1, scv=4.0), 6)  # Pollaczek-Khinchine
    2.5
    """
    load = utilisation(arrival_per_s, service_s, servers)
    _check(servers, scv, arrival_scv)
    exponential = wait_mm(arrival_per_s, service_s, servers)
    ratio = 1 / _md_over_mm(load, servers)
    # (1 + scv) / (2 scv / M + (1 - scv) / D), with the factor's own 1 + scv cancelled
    return exponential * (arrival_scv + scv) / (2 * scv + (1 - scv) * ratio)


def refused(arrival_per_s: Number, service_s: Number, servers: int, places: int) -> Number:
    """Share of calls turned away where only `places` may wait (M/M/c/K, K = servers + places).

    Raises: ValueError if servers < 1, places < 0, or a rate or time is negative.
    Assumes: Poisson arrivals, exponential service; who is refused does not come back.
    Source: Gross and Harris, Fundamentals of Queueing Theory (1998), section 2.4.

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
    return where(
        load > 1,
        full / (above**-places + full * _geometric(1 / above, places)),
        full * below**places / (1 + full * below * _geometric(below, places)),
    )


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
        if amount < 0 if is_one(amount) else (amount < 0).any():  # type: ignore[union-attr]
            raise ValueError("rates, times and their spread are 0 or more")
