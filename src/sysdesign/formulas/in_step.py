"""Batches of calls whose work is always as long: they start and end in step."""

from __future__ import annotations

from functools import lru_cache
from math import gcd, sqrt
from typing import TYPE_CHECKING, NamedTuple

from sysdesign.formulas.delays import Delay, constant, mixture, series
from sysdesign.formulas.number import numpy_module
from sysdesign.formulas.regular import RegularWait

if TYPE_CHECKING:
    from sysdesign.formulas.inversion import Reals

_POINTS = 1 << 14  # of the transform: half of them hold lengths
_LEFT = 1e-12  # probability of the longest queue that is told apart
_NONE = 1e-14


class InStep(NamedTuple):
    """Waits of the calls of a batch, in their order; `alike` neighbours always wait the same."""

    waits: tuple[RegularWait, ...]
    alike: int
    servers: int
    service_s: float

    def wait(self, place: int) -> Delay:
        """Wait of the call with so many of its batch before it.

        Those that come so many servers later start when it ends.
        """
        rounds, first = divmod(place, self.servers)
        wait = self.waits[first // self.alike].delay
        return wait if rounds == 0 else series([constant(rounds * self.service_s), wait])

    def of_any(self, calls: int) -> Delay:
        """Wait of one of so many calls of a batch."""
        step = self.alike
        return mixture(
            [step / calls] * (calls // step), [self.wait(place) for place in range(0, calls, step)]
        )


@lru_cache(maxsize=256)
def in_step(load: float, service_s: float, servers: int, calls: int) -> InStep | None:
    """Waits in one queue, where all work is as long and all batches are of so many calls.

    None where the queue is too long to be told apart by length: near overload, or with very many
    servers that share no divisor with the batches. The law of a wait above 0 is one with its mean
    and variance.

    Raises: ValueError if the load is not between 0 and 1.
    Assumes: Poisson batches.
    Source: Franx, "The M^X/D/c batch arrival queue", Probability in the Engineering and
    Informational Sciences 19 (2005): what waits at a time has started so many rounds of work later.
    The queue, from one round to the next, is a random walk that stays above 0; the transform of its
    law is the factor of positive powers in 1 less that of a step (Feller, An Introduction to
    Probability Theory and Its Applications II, 1971, chapter XII).

    >>> four = in_step(0.5, 1.0, 4, 4)  # each server gets one of each batch
    >>> round(four.wait(0).mean_s, 6), round(four.wait(3).mean_s, 6)
    (0.5, 0.5)
    """
    if not 0 < load < 1:
        raise ValueError(f"a load of {load:g}: batches in step are known between 0 and 1")
    alike = gcd(servers, calls)
    found = _waits(load, servers // alike, calls // alike)
    if found is None:
        return None
    waits = tuple(one._replace(mean_s=one.mean_s * service_s) for one in found)
    return InStep(waits, alike, servers, service_s)


def _waits(load: float, servers: int, calls: int) -> list[RegularWait] | None:
    """The same with work of 1 s, and batches that share no divisor with the servers."""
    batches = load * servers / calls  # a second
    queue = _queue(batches, servers, calls)
    if queue is None:
        return None
    np = numpy_module()
    exactly = _poisson(batches, int(batches + 10 * sqrt(batches)) + 20)
    rounds = np.arange(1, (len(queue) + calls * len(exactly)) // servers + 2)
    more = np.maximum(1 - np.cumsum(exactly), 0.0)
    counts = np.arange(len(exactly) - 1)
    lasts = more[:-1] / batches  # integrals over a second: of the chance that so many came so far
    moments = (counts + 1) * more[1:] / batches**2  # and of that chance by the time
    found = []
    for place in range(1, min(calls, servers) + 1):
        # no wait beyond m - y, if what waits y before, and comes meanwhile, starts in m rounds
        length = servers * rounds - place - calls * counts[:, None]
        started = np.where(length < 0, 0.0, queue[np.clip(length, 0, len(queue) - 1)])
        waits = 1 - float(exactly[:-1] @ started[:, 0])
        later = np.maximum(1 - lasts @ started, 0.0)
        mean = float(later.sum())
        square = 2 * float((rounds * later - np.maximum(0.5 - moments @ started, 0.0)).sum())
        found.append(
            RegularWait(waits, mean, max(square * waits / mean**2 - 1, 0.0))
            if min(waits, mean) > _NONE
            else RegularWait(0.0, 0.0, 1.0)
        )
    return found


def _queue(batches: float, servers: int, calls: int) -> Reals | None:
    """Probability that at most 0, 1, 2, ... calls wait, where a round of work lasts a second."""
    np = numpy_module()
    turn = np.exp(-2j * np.pi * np.arange(_POINTS) / _POINTS)
    rest = 1 - np.exp(batches * (turn**calls - 1)) * turn**-servers
    rest[1:] /= 1 - turn[1:].conj()
    rest[0] = servers - batches * calls
    logs = np.fft.ifft(np.log(np.abs(rest)) + 1j * np.unwrap(np.angle(rest)))
    logs[0], logs[_POINTS // 2 :] = 0.0, 0.0
    shares = np.maximum(np.fft.ifft(np.exp(-np.fft.fft(logs))).real[: _POINTS // 2], 0.0)
    queue = np.cumsum(shares / shares.sum())
    length = int(np.searchsorted(queue, 1 - _LEFT)) + 1
    return queue[:length] if length < _POINTS // 4 else None


def _poisson(mean: float, count: int) -> Reals:
    """Probability of 0, 1, 2, ... events."""
    np = numpy_module()
    numbers = np.arange(count)
    logs = np.concatenate(([0.0], np.cumsum(np.log(np.maximum(numbers[1:], 1)))))
    return np.exp(numbers * np.log(mean) - mean - logs)  # type: ignore[no-any-return]
