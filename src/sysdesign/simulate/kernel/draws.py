"""Random numbers and laws.

Streams are xoshiro256++ (Blackman and Vigna, Scrambled linear pseudorandom number generators,
2021). Exponential and normal numbers by the ziggurat (Marsaglia and Tsang, The ziggurat method for
generating random variables, 2000) with 256 layers, gamma numbers by their method of 2000.
"""

from math import exp, log, sqrt
from typing import Any

import numpy as np

from sysdesign.simulate.compiling import inside, is_interpreting, jit
from sysdesign.simulate.kernel.layout import (
    CONSTANT,
    EXPONENTIAL,
    GAMMA,
    LOGNORMAL,
    PARETO,
    SUM,
    UNIFORM,
    WEIBULL,
)
from sysdesign.simulate.machine import Floats, Ints, Machine

_word: Any
_whole: Any
if is_interpreting():
    _word = int
    _whole = int
else:
    _word = np.uint64
    _whole = np.int64

_ALL = _word(0xFFFF_FFFF_FFFF_FFFF)
_5, _8, _11, _17, _19, _23, _41, _45 = (_word(n) for n in (5, 8, 11, 17, 19, 23, 41, 45))
_LAYER, _SIGN = _word(255), _word(256)
_STEP = 2.0**-53

_X, _Y, _NX, _NY = 0, 257, 514, 771  # tables in `zig`
_R_EXP = 7.69711747013104972
_R_NORMAL = 3.6541528853610088


@inside
def bits(rng: Ints, s: int) -> int:
    """64 random bits of stream s."""
    s0, s1, s2, s3 = rng[s], rng[s + 1], rng[s + 2], rng[s + 3]
    x = (s0 + s3) & _ALL
    found = ((((x << _23) & _ALL) | (x >> _41)) + s0) & _ALL
    shifted = (s1 << _17) & _ALL
    s2 ^= s0
    s3 ^= s1
    rng[s + 1] = s1 ^ s2
    rng[s] = s0 ^ s3
    rng[s + 2] = s2 ^ shifted
    rng[s + 3] = ((s3 << _45) & _ALL) | (s3 >> _19)
    return found


@inside
def uniform(rng: Ints, s: int) -> float:
    """A number of [0, 1)."""
    return (bits(rng, s) >> _11) * _STEP


@inside
def exponential(rng: Ints, zig: Floats, s: int) -> float:
    """An exponential number of mean 1."""
    b = bits(rng, s)
    layer = _whole(b & _LAYER)
    x = (b >> _11) * _STEP * zig[_X + layer]
    if x < zig[_X + layer + 1]:
        return x
    return _exponential(rng, zig, s, layer, x)


@jit
def _exponential(rng: Ints, zig: Floats, s: int, layer: int, x: float) -> float:
    """The same where the first point lies at the edge of its layer."""
    while True:
        if layer == 0:
            return _R_EXP - log(1.0 - uniform(rng, s))
        low, high = zig[_Y + layer], zig[_Y + layer + 1]
        if low + uniform(rng, s) * (high - low) < exp(-x):
            return x
        b = bits(rng, s)
        layer = _whole(b & _LAYER)
        x = (b >> _11) * _STEP * zig[_X + layer]
        if x < zig[_X + layer + 1]:
            return x


@jit
def normal(rng: Ints, zig: Floats, s: int) -> float:
    """A normal number of mean 0 and variance 1."""
    while True:
        b = bits(rng, s)
        layer = _whole(b & _LAYER)
        x = (b >> _11) * _STEP * zig[_NX + layer]
        sign = 1.0 if (b & _SIGN) == _word(0) else -1.0
        if x < zig[_NX + layer + 1]:
            return sign * x
        if layer == 0:
            while True:
                x = -log(1.0 - uniform(rng, s)) / _R_NORMAL
                y = -log(1.0 - uniform(rng, s))
                if y + y >= x * x:
                    return sign * (_R_NORMAL + x)
        low, high = zig[_NY + layer], zig[_NY + layer + 1]
        if low + uniform(rng, s) * (high - low) < exp(-0.5 * x * x):
            return sign * x


@jit
def gamma(rng: Ints, zig: Floats, shape: float, s: int) -> float:
    """A gamma number of scale 1."""
    if shape == 1.0:
        return exponential(rng, zig, s)
    boost = 1.0
    if shape < 1.0:
        boost = exp(log(1.0 - uniform(rng, s)) / shape)
        shape += 1.0
    d = shape - 1.0 / 3.0
    c = 1.0 / sqrt(9.0 * d)
    while True:
        x = normal(rng, zig, s)
        v = 1.0 + c * x
        if v > 0.0:
            v = v * v * v
            u = 1.0 - uniform(rng, s)
            if log(u) < 0.5 * x * x + d - d * v + d * log(v):
                return boost * d * v


@jit
def _rest(m: Machine, law: int, s: int) -> float:
    """The laws that are drawn less often."""
    kind, p = m.code[law], m.code[law + 1]
    rng, zig, real = m.rng, m.zig, m.real
    if kind == GAMMA:
        return real[p + 1] * gamma(rng, zig, real[p], s)
    if kind == UNIFORM:
        return real[p] + real[p + 1] * uniform(rng, s)
    if kind == WEIBULL:
        return real[p] * exp(real[p + 1] * log(exponential(rng, zig, s)))
    if kind == PARETO:
        return real[p] * exp(-real[p + 1] * log(1.0 - uniform(rng, s)))
    u = uniform(rng, s)
    while real[p] <= u:
        p += 3
    return real[p + 2] if real[p + 1] == 0.0 else real[p + 2] * gamma(rng, zig, real[p + 1], s)


@jit
def _simple(m: Machine, law: int, s: int) -> float:
    kind, p = m.code[law], m.code[law + 1]
    if kind == LOGNORMAL:
        return exp(m.real[p] + m.real[p + 1] * normal(m.rng, m.zig, s))
    if kind == EXPONENTIAL:
        return m.real[p] * exponential(m.rng, m.zig, s)
    if kind == CONSTANT:
        return m.real[p]
    return _rest(m, law, s)


@jit
def _longer(m: Machine, law: int, s: int) -> float:
    """Laws that take longer to draw."""
    if m.code[law] != SUM:
        return _simple(m, law, s)
    whole = 0.0
    for _ in range(m.code[law + 2]):
        whole += _simple(m, m.code[law + 3], s)
    return whole


@inside
def draw(m: Machine, law: int, s: int) -> float:
    """A number of a law, in seconds, from stream s."""
    kind = m.code[law]
    if kind == CONSTANT:
        return m.real[m.code[law + 1]]
    if kind == EXPONENTIAL:
        return m.real[m.code[law + 1]] * exponential(m.rng, m.zig, s)
    return _longer(m, law, s)


@inside
def times(m: Machine, count: int, chance: float, s: int) -> int:
    """A whole number, or one more with a chance."""
    if chance > 0.0 and uniform(m.rng, s) < chance:
        return count + 1
    return count
