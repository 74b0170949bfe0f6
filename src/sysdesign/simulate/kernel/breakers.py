"""Breakers of calls, and percentiles of their times for hedges.

A breaker counts calls and failures in fifty parts of its window. Source of the states: Nygard,
Release It! (2018), chapter 5.
"""

from math import ldexp

from sysdesign.simulate.compiling import jit
from sysdesign.simulate.kernel.layout import (
    BINS,
    C_NOW,
    LEAST,
    PARTS,
    PF_FROM,
    PF_HEDGE,
    PF_OPEN,
    PF_OVER,
    PF_SHARE,
    PF_UNTIL,
    PR_BAD,
    PR_HIST,
    PR_NEXT,
    PR_OPENINGS,
    PR_SEEN,
    PR_SLOT,
    PR_STATE,
    PR_TIMES,
    PR_WINDOW,
    SLOTS,
)
from sysdesign.simulate.kernel.measure import bucket
from sysdesign.simulate.machine import Machine

_LEAST = 20  # calls that are seen before anything is decided


@jit
def lets(m: Machine, pair: int) -> int:
    """Whether a breaker lets a call through: 0 no, 1 yes, 2 as a trial."""
    ins = m.ins
    if ins[pair + PR_STATE] == 0:
        return 1
    f = pair // 2
    now = m.clk[C_NOW]
    if now < m.inf[f + PF_UNTIL]:
        return 0
    ins[pair + PR_STATE] = 2
    m.inf[f + PF_UNTIL] = now + m.inf[f + PF_OPEN]  # another one, if the trial is never heard of
    return 2


@jit
def _forget(m: Machine, pair: int) -> None:
    for k in range(2 * SLOTS):
        m.ins[pair + PR_WINDOW + k] = 0
    m.ins[pair + PR_SEEN] = 0
    m.ins[pair + PR_BAD] = 0
    m.inf[pair // 2 + PF_FROM] = m.clk[C_NOW]


@jit
def _opens(m: Machine, pair: int) -> None:
    m.ins[pair + PR_STATE] = 1
    m.ins[pair + PR_OPENINGS] += 1
    m.inf[pair // 2 + PF_UNTIL] = m.clk[C_NOW] + m.inf[pair // 2 + PF_OPEN]
    _forget(m, pair)


@jit
def saw(m: Machine, pair: int, well: int, trial: int) -> None:
    """A call of a pair has ended."""
    ins, f = m.ins, pair // 2
    if ins[pair + PR_STATE] != 0:
        if trial:
            if well:
                ins[pair + PR_STATE] = 0
                _forget(m, pair)
            else:
                _opens(m, pair)
        return
    now = m.clk[C_NOW]
    width = m.inf[f + PF_OVER] / SLOTS
    steps = int((now - m.inf[f + PF_FROM]) / width)
    if steps >= SLOTS:
        _forget(m, pair)
    else:
        for _ in range(steps):
            slot = ins[pair + PR_SLOT] + 1
            if slot == SLOTS:
                slot = 0
            ins[pair + PR_SLOT] = slot
            place = pair + PR_WINDOW + 2 * slot
            ins[pair + PR_SEEN] -= ins[place]
            ins[pair + PR_BAD] -= ins[place + 1]
            ins[place] = 0
            ins[place + 1] = 0
        m.inf[f + PF_FROM] += steps * width
    place = pair + PR_WINDOW + 2 * ins[pair + PR_SLOT]
    ins[place] += 1
    ins[place + 1] += 1 - well
    ins[pair + PR_SEEN] += 1
    ins[pair + PR_BAD] += 1 - well
    seen = ins[pair + PR_SEEN]
    if seen >= _LEAST and ins[pair + PR_BAD] >= m.inf[f + PF_SHARE] * seen:
        _opens(m, pair)


@jit
def took(m: Machine, pair: int, seconds: float, share: float) -> None:
    """An attempt of a pair went well; now and then its percentile is read again."""
    ins = m.ins
    first = ins[pair + PR_HIST]
    m.hist[first + bucket(seconds)] += 1
    count = ins[pair + PR_TIMES] + 1
    ins[pair + PR_TIMES] = count
    if count < _LEAST or count < ins[pair + PR_NEXT]:
        return
    ins[pair + PR_NEXT] = count + 1 + count // 32
    below = 0
    for k in range(BINS):
        below += m.hist[first + k]
        if below > share * count:
            part = k % PARTS
            m.inf[pair // 2 + PF_HEDGE] = ldexp(1.0 + (part + 0.5) / PARTS, k // PARTS + LEAST)
            return
