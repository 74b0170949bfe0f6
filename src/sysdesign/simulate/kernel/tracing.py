"""A few calls told step by step: which token came to which step, and when."""

from sysdesign.simulate.compiling import jit
from sysdesign.simulate.kernel.layout import (
    FL_TRACE,
    FLAG_TRACED,
    LINE,
    N_LINES,
    N_TRACED,
    N_TRACES,
    T_FLAGS,
    T_TRACE,
)
from sysdesign.simulate.machine import Machine


@jit
def traces(m: Machine, t: int, fl: int) -> None:
    """A call is one of those that are told, as long as there are to be more."""
    if m.tok[t + T_FLAGS] & FLAG_TRACED:  # a message of one that is told already
        return
    m.ins[fl + FL_TRACE] -= 1
    m.num[N_TRACES] += 1
    m.tok[t + T_TRACE] = m.num[N_TRACES]
    m.tok[t + T_FLAGS] |= FLAG_TRACED


@jit
def follows(m: Machine, t: int, other: int) -> None:
    """What a call that is told sets off is told with it."""
    if m.tok[other + T_FLAGS] & FLAG_TRACED:
        m.tok[t + T_FLAGS] |= FLAG_TRACED
        m.tok[t + T_TRACE] = m.tok[other + T_TRACE]


@jit
def tells(m: Machine, t: int, pc: int, begins: int, when: float) -> None:
    """Write down that a token is at a step."""
    row = m.num[N_TRACED]
    if row >= m.num[N_LINES]:
        return
    m.num[N_TRACED] = row + 1
    m.told[LINE * row] = m.tok[t + T_TRACE]
    m.told[LINE * row + 1] = t
    m.told[LINE * row + 2] = 2 * pc + begins
    m.told_at[row] = when
