"""What breaks by chance and is repaired: instances, alone or together, zones, places, ways.

A row is one of them: machines that are down meanwhile, and calls that do not arrive. Of places it
is known where calls go instead, for each set of them that is lost.
"""

from sysdesign.simulate.compiling import jit
from sysdesign.simulate.kernel.draws import draw, exponential, uniform
from sysdesign.simulate.kernel.failing import reason
from sysdesign.simulate.kernel.heap import push
from sysdesign.simulate.kernel.layout import (
    B_BIT,
    B_COUNT,
    B_CUT_COUNT,
    B_CUTS,
    B_FLOW_COUNT,
    B_FLOWS,
    B_INSTANCE,
    B_LAW,
    B_LIST,
    B_NO,
    B_STATE,
    B_STREAM,
    BF_EVERY,
    BF_LATE,
    BF_TOGETHER,
    C_NOW,
    E_AROUND,
    E_BREAK,
    FL_ENTRY,
    N_LOST,
    PR_CUT,
)
from sysdesign.simulate.machine import Machine


@jit
def _cut_off(m: Machine, b: int, more: int) -> None:
    """Ways are cut, or open again."""
    first = m.ins[b + B_CUTS]
    for k in range(m.ins[b + B_CUT_COUNT]):
        m.ins[m.code[first + k] + PR_CUT] += more


@jit
def goes_around(m: Machine, b: int) -> None:
    """Calls of a place go elsewhere from now on, or no more."""
    code, ins = m.code, m.ins
    ins[b + B_NO] = -1
    m.num[N_LOST] ^= ins[b + B_BIT]
    flows, count = ins[b + B_FLOWS], ins[b + B_FLOW_COUNT]
    entries = flows + count * (1 + m.num[N_LOST])
    for k in range(count):
        ins[code[flows + k] + FL_ENTRY] = code[entries + k]


@jit
def _place(m: Machine, b: int, lost: bool) -> None:
    """A place is lost, or is back."""
    ins = m.ins
    if not lost:
        ins[b + B_NO] = -1
        if m.num[N_LOST] & ins[b + B_BIT]:
            goes_around(m, b)
    elif m.inf[b // 2 + BF_LATE] > 0.0:
        ins[b + B_NO] = push(m, m.clk[C_NOW] + m.inf[b // 2 + BF_LATE], E_AROUND, b)
    else:
        goes_around(m, b)


@jit
def _breaks_down(m: Machine, b: int, together: bool) -> None:
    """What a row is about is down, or there again: one instance, or all that it has."""
    ins = m.ins
    more = 1 if ins[b + B_STATE] else -1
    if together:
        reason(m, ins[b + B_LIST], ins[b + B_COUNT], more)
    else:
        reason(m, ins[b + B_LIST] + ins[b + B_INSTANCE], 1, more)
    _cut_off(m, b, more)
    if ins[b + B_BIT]:
        _place(m, b, more > 0)


@jit
def breaks(m: Machine, b: int, starts: bool) -> None:
    """What can break by chance does, or is repaired; then the next time is drawn."""
    ins, f = m.ins, b // 2
    s = ins[b + B_STREAM]
    if not starts:
        state = ins[b + B_STATE]
        if state == 0:
            together = uniform(m.rng, s) < m.inf[f + BF_TOGETHER]
            ins[b + B_STATE] = 2 if together else 1
            _breaks_down(m, b, together)
            push(m, m.clk[C_NOW] + draw(m, ins[b + B_LAW], s), E_BREAK, b)
            return
        ins[b + B_STATE] = 0
        _breaks_down(m, b, state == 2)
    push(m, m.clk[C_NOW] + m.inf[f + BF_EVERY] * exponential(m.rng, m.zig, s), E_BREAK, b)
