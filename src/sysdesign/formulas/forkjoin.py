"""Mean time of a call that is split over equal stations and waits for all of them."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from sysdesign.formulas.number import limited, per

if TYPE_CHECKING:
    from sysdesign.formulas.number import Number

_EULER = 0.5772156649015329
_SUMMED = 100


def harmonic(count: int) -> float:
    """1 + 1/2 + ... + 1/count: the mean longest of so many exponential times of mean 1.

    >>> harmonic(2)
    1.5
    """
    if count <= _SUMMED:
        return sum(1 / k for k in range(1, count + 1))
    return log(count) + _EULER + 1 / (2 * count) - 1 / (12 * count**2)


def fork_join_mean(arrival_per_s: Number, service_s: Number, branches: int) -> Number:
    """Mean seconds until the last of equal branches is done, each a queue of its own.

    All branches get each call, so that they are busy together: less than the longest of as many
    independent sojourns. Exact for one and two branches, within 5% up to 32; inf in overload.

    Raises: ValueError if branches < 1.
    Assumes: Poisson arrivals, exponential service, one server a branch.
    Source: Flatto and Hahn, SIAM J. Appl. Math. 44, 1984; Nelson and Tantawi, IEEE Trans.
    Computers 37(6), 1988.

    >>> round(fork_join_mean(0.5, 1.0, 2), 6)
    2.875
    """
    if branches < 1:
        raise ValueError(f"{branches} branches: give 1 or more")
    load = limited(arrival_per_s * service_s, 0.0, 1.0)
    alone = per(service_s, 1 - arrival_per_s * service_s)
    if branches == 1:
        return alone
    part = harmonic(branches) / harmonic(2)
    return (part + (1 - part) * 4 * load / 11) * (12 - load) / 8 * alone
