"""Reproducible draws: each name has its own, on every run and machine."""

from __future__ import annotations

import os
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Samples = NDArray[numpy.float64]

SAMPLES = 10_000


def numpy_module() -> Any:
    """Import NumPy on first use; it costs more than all the rest of this package.

    One thread for its linear algebra: starting more takes time, and nothing here uses them.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import numpy

    return numpy


def order(name: str) -> NDArray[numpy.intp]:
    """Return the random order of 0..SAMPLES-1 that belongs to a name.

    Sorted raw words of the generator, so that it rests on nothing but PCG64 and the hash.
    """
    from hashlib import blake2b

    digest = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    np = numpy_module()
    words = np.random.PCG64(int.from_bytes(digest, "big")).random_raw(SAMPLES)
    ranks: NDArray[numpy.intp] = np.argsort(words, kind="stable")
    return ranks


@lru_cache(maxsize=256)
def ranks_of(name: str) -> NDArray[numpy.intp]:
    """Return `order(name)`, remembered for the inputs used last."""
    ranks = order(name)
    ranks.setflags(write=False)
    return ranks


@cache
def _normal_grid() -> Samples:
    """Return the midpoints of SAMPLES equally likely slices of the standard normal."""
    from statistics import NormalDist

    percentile = NormalDist().inv_cdf  # AS 241, as in `normal_percentile`
    np = numpy_module()
    half = np.array([percentile((i + 0.5) / SAMPLES) for i in range(SAMPLES // 2)])
    grid: Samples = np.concatenate((half, -half[::-1]))
    grid.setflags(write=False)
    return grid


@lru_cache(maxsize=64)  # five megabytes
def normal_draws(name: str) -> Samples:
    """Return the standard normal draws of a name: stratified, in the order of the name."""
    draws: Samples = _normal_grid()[ranks_of(name)]
    draws.setflags(write=False)
    return draws


def uniform_draws(name: str) -> Samples:
    """Return the draws of a name on 0..1; they rise and fall with its normal ones."""
    draws: Samples = (ranks_of(name) + 0.5) / SAMPLES
    return draws


def quantile(values: Any, share: float) -> float:
    """Return the value with this share below it, straight between two; as `numpy.quantile`.

    That one imports 20 ms of other things first.
    """
    np, place = numpy_module(), share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    found = np.partition(values, (low, high))
    below, above = float(found[low]), float(found[high])
    return below + (above - below) * (place - low) if below < above else below


def nearest(values: Any, share: float) -> float:
    """Return the one of the values that is nearest to a share of them below it; it may be inf."""
    place = round(share * (len(values) - 1))
    return float(numpy_module().partition(values, place)[place])


def median(values: Any) -> float:
    """Return the median of an array; `numpy.median` imports 20 ms of other things first."""
    np, middle = numpy_module(), len(values) // 2
    if len(values) % 2:
        return float(np.partition(values, middle)[middle])
    low, high = np.partition(values, (middle - 1, middle))[middle - 1 : middle + 1]
    return float((low + high) / 2)
