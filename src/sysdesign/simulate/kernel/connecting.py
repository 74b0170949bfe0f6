"""Connections that are lost and opened again: each device waits for a time of its own, and calls.

Times at random in an interval are drawn in their order: of k that are left, the first comes after
the part 1 - u^(1/k) of what is left of it (Devroye, Non-Uniform Random Variate Generation, 1986,
V.3.1). So there is one event for all of them, however many they are.
"""

from math import exp, log

from sysdesign.simulate.compiling import jit
from sysdesign.simulate.kernel.draws import uniform
from sysdesign.simulate.kernel.flows import call
from sysdesign.simulate.kernel.heap import push
from sysdesign.simulate.kernel.layout import (
    C_NOW,
    CN_FLOW,
    CN_LEFT,
    CN_STREAM,
    CNF_AFTER,
    CNF_END,
    CNF_LOST,
    CNF_SPREAD,
    E_BACK,
    T_PC,
)
from sysdesign.simulate.kernel.tokens import ready
from sysdesign.simulate.machine import Machine


@jit
def disconnects(m: Machine, row: int) -> None:
    """Connections are lost."""
    f, now = row // 2, m.clk[C_NOW]
    m.ins[row + CN_LEFT] = int(m.inf[f + CNF_LOST] + 0.5)
    begin = now + m.inf[f + CNF_AFTER]
    m.inf[f + CNF_END] = begin + m.inf[f + CNF_SPREAD]
    _next(m, row, begin)


@jit
def _next(m: Machine, row: int, now: float) -> None:
    left = m.ins[row + CN_LEFT]
    if left > 0:
        u = uniform(m.rng, m.ins[row + CN_STREAM])
        part = 1.0 - exp(log(1.0 - u) / left)
        push(m, now + (m.inf[row // 2 + CNF_END] - now) * part, E_BACK, row)


@jit
def comes_back(m: Machine, row: int) -> None:
    """One device calls again."""
    m.ins[row + CN_LEFT] -= 1
    _next(m, row, m.clk[C_NOW])
    t = call(m, m.ins[row + CN_FLOW])
    ready(m, t, m.tok[t + T_PC])
