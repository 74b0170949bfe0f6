"""Waits of one call that comes to a queue several times: a long queue stays long for a while.

Taken as independent, five waits at a busy queue have half the spread that they really have.
"""

from __future__ import annotations

from math import erfc, exp, pi, sqrt

from sysdesign.formulas.delays import Delay, mixture
from sysdesign.formulas.inversion import Grid
from sysdesign.formulas.rounds import repeated

_ONE_BY_ONE = 32
_NEGLIGIBLE = 1e-4
_FAR = 60.0


def relaxation_s(
    load: float, service_s: float, servers: float, scv: float, arriving: float
) -> float:
    """Seconds in which a queue forgets how long it was: variance of its drift over drift squared.

    `arriving` is the arrival scv; for M/M/1 this is (1 + rho) / (1 - rho)² services.

    Source: Abate and Whitt, "Transient behavior of regulated Brownian motion, I", Advances in
    Applied Probability 19, 1987.
    """
    return service_s / servers * (load * arriving + scv) / (1 - load) ** 2


def correlation(times: float) -> float:
    """Between the length of a queue now and so many relaxation times later.

    Exact for regulated Brownian motion; for M/M/c within 0.1 (1 to 50 servers, loads 0.5 to 0.9).

    Source: Abate and Whitt (1987), corollary 1.3.5.

    >>> correlation(0.0), round(correlation(1.0), 3)
    (1.0, 0.333)
    """
    if times >= _FAR:
        return 0.0
    root = sqrt(times)
    beyond, density = erfc(root / sqrt(2)) / 2, exp(-times / 2) / sqrt(2 * pi)
    return max(2 * (1 - 2 * times - times * times) * beyond + 2 * root * (1 + times) * density, 0.0)


def mean_correlation(count: int, apart: float) -> float:
    """Of all pairs among so many looks at a queue, neighbours so many relaxation times apart.

    >>> mean_correlation(2, 1.0) == correlation(1.0)
    True
    """
    if count < 2:
        return 0.0
    if count <= _ONE_BY_ONE:
        pairs = count * (count - 1) / 2
        return sum((count - d) * correlation(d * apart) for d in range(1, count)) / pairs
    places = [(i + 0.5) / _ONE_BY_ONE for i in range(_ONE_BY_ONE)]
    return sum(2 * (1 - x) * correlation(x * count * apart) for x in places) / _ONE_BY_ONE


def waits_at_one_queue(wait: Delay, count: int, alike: float) -> Delay:
    """Sum of so many waits of which any two have this correlation.

    With that probability all are the same, else they are independent: mean and variance are exact.
    """
    independent = repeated(wait, count)
    if alike <= _NEGLIGIBLE or count < 2:
        return independent
    return mixture([1 - alike, alike], [independent, stretched(wait, count)])


def stretched(delay: Delay, factor: float) -> Delay:
    """So many times as long: its transform is that of the delay, farther out."""
    return Delay(
        delay.mean_s * factor,
        lambda grid: delay.rest(Grid(grid.span_s / factor, grid.steps)),
        delay.shift_s * factor,
    )
