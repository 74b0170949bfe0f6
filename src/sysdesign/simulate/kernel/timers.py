"""Deadlines: an event only where one can pass.

A token that begins to wait, or whose action is known to end after the nearest deadline around it,
sets a timer for itself and for those whose parts it does; nobody else does.
"""

from math import inf

from sysdesign.simulate.compiling import jit
from sysdesign.simulate.kernel.heap import push
from sysdesign.simulate.kernel.layout import (
    C_NOW,
    E_TIMER,
    F_ARMED,
    F_LIMIT,
    F_REGS,
    G_D,
    T_DEPTH,
    T_JOIN,
    T_KEY,
    T_ORPHAN,
    T_PARENT,
    T_TIMER,
)
from sysdesign.simulate.machine import Machine


@jit
def nearest(m: Machine, t: int) -> float:
    """The nearest deadline of a token's own guards that still count."""
    tok = m.tok
    least = inf
    f = t // 2 + F_REGS
    for g in range(tok[t + T_ORPHAN] + 1, tok[t + T_DEPTH]):
        least = min(least, m.tkf[f + 4 * g + G_D])
    return least


@jit
def arm(m: Machine, t: int) -> None:
    """Set the timers of a token and of those it works for."""
    if m.tkf[t // 2 + F_LIMIT] == inf:
        return
    tok = m.tok
    while t >= 0:
        due = nearest(m, t)
        if due < m.tkf[t // 2 + F_ARMED]:
            m.tkf[t // 2 + F_ARMED] = due
            tok[t + T_TIMER] = push(m, max(due, m.clk[C_NOW]), E_TIMER, t)
        parent = tok[t + T_PARENT]
        if parent < 0 or tok[parent + T_JOIN] != tok[t + T_KEY]:
            return
        t = parent
