"""Chains: from the call of one operation to the end of another that it set off.

Each call carries the beginnings of the chains that it is part of, and hands them on with messages;
one that is in no chain has infinite ones.
"""

from math import inf

from sysdesign.simulate.compiling import jit
from sysdesign.simulate.kernel.layout import (
    C_FROM,
    C_NOW,
    CHF_SUM,
    CHN_HIST,
    CHN_START,
    FL_CHAINED,
    FL_CHAINS,
    FL_STARTS_CHAIN,
    N_STARTS,
    N_STARTS_AT,
    T_FLOW,
)
from sysdesign.simulate.kernel.measure import bucket
from sysdesign.simulate.machine import Machine


@jit
def carries(m: Machine, t: int, other: int) -> None:
    """A token is part of the chains of another (-1: of none)."""
    first = m.num[N_STARTS_AT]
    for k in range(first, first + m.num[N_STARTS]):
        m.tkf[t // 2 + k] = m.tkf[other // 2 + k] if other >= 0 else inf


@jit
def starts_chain(m: Machine, t: int, fl: int) -> None:
    """A chain begins with a call, where one does."""
    place = m.ins[fl + FL_STARTS_CHAIN]
    if place > 0:
        m.tkf[t // 2 + place] = m.clk[C_NOW]


@jit
def ends_chains(m: Machine, t: int, when: float) -> None:
    """Chains end with a call that went well."""
    fl = m.tok[t + T_FLOW]
    first = m.ins[fl + FL_CHAINS]
    for k in range(m.ins[fl + FL_CHAINED]):
        chain = m.code[first + k]
        start = m.tkf[t // 2 + m.ins[chain + CHN_START]]
        if start < inf and start >= m.clk[C_FROM]:
            m.hist[m.ins[chain + CHN_HIST] + bucket(when - start)] += 1
            m.inf[chain // 2 + CHF_SUM] += when - start
