"""Numbers of an interval, written down at its end."""

from math import ldexp

from sysdesign.simulate.compiling import jit
from sysdesign.simulate.kernel.layout import (
    C_NOW,
    CA_HITS,
    CA_MISSES,
    CACHE,
    CACHE_COLUMNS,
    FL_CAME,
    FL_LOST,
    FL_ROUGH,
    FL_WENT,
    FLOW,
    FLOW_COLUMNS,
    LEAST,
    N_CACHE,
    N_CACHES,
    N_FLOWS,
    N_STATIONS,
    N_SWITCH,
    N_SWITCHES,
    N_TICK,
    N_TICKS,
    N_WIDTH,
    PARTS,
    PR_STATE,
    ROUGH_BINS,
    ROUGH_SHIFT,
    S_BUSY,
    S_HAND,
    S_UP,
    S_WAITING,
    SF_BUSY,
    SF_HAND,
    SF_WAITING,
    STATION,
    STATION_COLUMNS,
    SWITCH_COLUMNS,
)
from sysdesign.simulate.machine import Machine


@jit
def _rough(m: Machine, first: int, share: float) -> float:
    """The time that a share of the calls of an interval stays below; 0 where none ended."""
    whole = 0
    for k in range(first, first + ROUGH_BINS):
        whole += m.hist[k]
    wanted = whole * share
    below = 0
    for k in range(ROUGH_BINS):
        below += m.hist[first + k]
        if below >= wanted and below > 0:
            part = k % (PARTS >> ROUGH_SHIFT)
            width = 1.0 / (PARTS >> ROUGH_SHIFT)
            return ldexp(1.0 + (part + 0.5) * width, k // (PARTS >> ROUGH_SHIFT) + LEAST)
    return 0.0


@jit
def tick(m: Machine) -> None:
    """Write the counts and integrals up to now into the next row."""
    num, ins, inf, series = m.num, m.ins, m.inf, m.series
    if num[N_TICK] >= num[N_TICKS]:
        return
    now = m.clk[C_NOW]
    at = num[N_TICK] * num[N_WIDTH]
    num[N_TICK] += 1
    for k in range(num[N_FLOWS]):
        fl = k * FLOW
        rough = ins[fl + FL_ROUGH]
        series[at] = float(ins[fl + FL_CAME])
        series[at + 1] = float(ins[fl + FL_WENT])
        series[at + 2] = float(ins[fl + FL_LOST])
        series[at + 3] = _rough(m, rough, 0.5)
        series[at + 4] = _rough(m, rough, 0.99)
        for j in range(rough, rough + ROUGH_BINS):
            m.hist[j] = 0
        at += FLOW_COLUMNS
    first = num[N_FLOWS] * FLOW
    for k in range(num[N_STATIONS]):
        st = first + k * STATION
        f = st // 2
        series[at] = inf[f + SF_BUSY] + ins[st + S_BUSY] * now
        series[at + 1] = inf[f + SF_WAITING] + ins[st + S_WAITING] * now
        series[at + 2] = inf[f + SF_HAND] + ins[st + S_HAND] * now
        series[at + 3] = float(ins[st + S_UP])
        at += STATION_COLUMNS
    for k in range(num[N_CACHES]):
        ca = num[N_CACHE] + k * CACHE
        series[at] = float(ins[ca + CA_HITS])
        series[at + 1] = float(ins[ca + CA_MISSES])
        at += CACHE_COLUMNS
    for k in range(num[N_SWITCHES]):
        series[at] = 1.0 if ins[m.code[num[N_SWITCH] + k] + PR_STATE] == 1 else 0.0
        at += SWITCH_COLUMNS
