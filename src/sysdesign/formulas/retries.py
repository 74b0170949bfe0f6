"""Retries: calls that time out are made again, which makes more calls time out.

A station under retries may have two states: with the same first calls it runs well, or is full of
second attempts. Both are found here; which one holds depends on what happened before.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING, Any

from sysdesign.formulas.number import limited, numpy_module, per
from sysdesign.records import dataclass

if TYPE_CHECKING:
    from sysdesign.formulas.number import Number

_ROUNDS = 200
_PRECISION = 1e-9


@dataclass(frozen=True, slots=True)
class RetryLoad:
    """What a station gets when calls that time out are made again.

    `attempts_per_s` and `late` (share of attempts that time out) in the good state;
    `stuck_attempts_per_s` and `stuck_late` after a burst, the same where there is one state only.
    """

    attempts_per_s: Number
    late: Number
    stuck_attempts_per_s: Number
    stuck_late: Number
    calls_per_s: Number

    @property
    def amplification(self) -> Number:
        """Attempts for each call, in the good state."""
        return _over(self.attempts_per_s, self.calls_per_s)

    @property
    def stuck_amplification(self) -> Number:
        """Attempts for each call, after a burst."""
        return _over(self.stuck_attempts_per_s, self.calls_per_s)

    @property
    def has_two_states(self) -> Any:
        """Whether a burst leaves it in another state than the good one."""
        gap = self.stuck_attempts_per_s - self.attempts_per_s
        return gap > 1e-3 * self.calls_per_s


def _over(attempts: Number, calls: Number) -> Number:
    """Attempts a call; one where there are no calls."""
    none = 1.0 * (calls <= 0)
    return (attempts + none) / (calls + none)


def with_retries(
    calls_per_s: Number,
    late: Callable[[Number], Number],
    retries: int,
    budget: float = inf,
) -> RetryLoad:
    """Rates at which attempts and timeouts agree, from below and from above.

    Parameters
    ----------
    late
        Share of attempts that time out when so many attempts a second are made; it must not fall
        with the rate (`share_above` of the sojourn), and be 1 in overload.
    retries
        Attempts a call may make beyond the first.
    budget
        Most attempts beyond the first ones, as a share of these.

    Raises: ValueError if retries or budget is negative.
    Source: lam' = lam (1 + p + ... + p^R) with p = P(sojourn at lam' > timeout), iterated from the
    least and from the most it can be; the map rises, so that it comes to the outermost solutions.
    Two of them: Bronson and others, "Metastable failures in distributed systems" (HotOS 2021).
    """
    if retries < 0 or budget < 0:
        raise ValueError("retries and budget are 0 or more")

    def attempts(share: Number) -> Number:
        extra: Number = sum(share**made for made in range(1, retries + 1))
        return calls_per_s * (1 + limited(extra, 0.0, budget))

    good = _settled(attempts(0.0 * calls_per_s), late, attempts)
    stuck = _settled(attempts(1.0 + 0.0 * calls_per_s), late, attempts)
    return RetryLoad(good, late(good), stuck, late(stuck), calls_per_s)


def _settled(
    rate: Number, late: Callable[[Number], Number], attempts: Callable[[Number], Number]
) -> Number:
    for _ in range(_ROUNDS):
        before, rate = rate, attempts(late(rate))
        change: Any = abs(rate - before)
        if numpy_module().all(change <= _PRECISION * before):
            break
    return rate


def is_metastable(load: Number, retries: int, budget: float = inf) -> Any:
    """Whether a burst would leave it overloaded: with all retries made, the load is 1 or more.

    Source: full queues make each attempt time out, so that rho (1 + R) is what arrives.
    """
    return load * (1 + min(retries, budget)) >= 1


def safe_load(retries: int, budget: float = inf) -> float:
    """Utilisation by first attempts below which it comes back from any burst.

    >>> safe_load(3), round(safe_load(3, budget=0.1), 6)
    (0.25, 0.909091)
    """
    return 1 / (1 + min(retries, budget))


def recovery_s(
    backlog_calls: Number,
    service_s: Number,
    servers: int,
    load: Number,
    retries: int,
    budget: float = inf,
) -> Number:
    """Seconds to work off a backlog while first calls and all their retries go on arriving.

    `load` is the utilisation by first attempts. inf where it never recovers.
    Source: the fluid limit, backlog over spare capacity c (1 - rho (1 + R)).

    >>> round(recovery_s(1000.0, 0.1, 10, 0.5, 0), 6)
    20.0
    """
    spare = servers * (1 - load * (1 + min(retries, budget)))
    return per(backlog_calls * service_s, spare)
