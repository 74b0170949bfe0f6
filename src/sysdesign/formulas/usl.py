"""The universal scalability law: what more workers add when they contend and keep in step."""

from __future__ import annotations

from math import inf, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sysdesign.formulas.number import Number


def speedup(workers: Number, sigma: float, kappa: float) -> Number:
    """Throughput of so many workers over that of one.

    `sigma` is the share of work that is done one at a time (contention), `kappa` the cost of
    keeping each pair in step (coherency).

    Raises: ValueError if a coefficient is negative.
    Source: Gunther, Guerrilla Capacity Planning (2007), chapter 4.

    >>> speedup(32, 0.0, 0.0), round(speedup(32, 0.05, 0.0), 3)
    (32.0, 12.549)
    """
    _check(sigma, kappa)
    return workers / (1 + sigma * (workers - 1) + kappa * workers * (workers - 1))


def best_workers(sigma: float, kappa: float) -> float:
    """Number of workers beyond which more of them make it slower; inf without coherency cost.

    Raises: ValueError if a coefficient is negative.
    """
    _check(sigma, kappa)
    if kappa == 0:
        return inf
    return max(1.0, sqrt(max(1 - sigma, 0.0) / kappa))


def _check(sigma: float, kappa: float) -> None:
    if sigma < 0 or kappa < 0:
        raise ValueError("sigma and kappa are 0 or more")
