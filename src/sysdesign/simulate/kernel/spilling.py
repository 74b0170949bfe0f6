"""Messages that are dropped: the oldest of a box that is full, and those that are too old.

A run that waits for work goes with its message. Where it is the next in its queue it leaves at
once; elsewhere it stays, and a server passes over it in no time.
"""

from math import inf

from sysdesign.simulate.compiling import jit
from sysdesign.simulate.kernel.boxes import unlink
from sysdesign.simulate.kernel.counts import in_hand
from sysdesign.simulate.kernel.layout import (
    BX_COUNT,
    BX_FULL,
    BX_HEAD,
    BX_MOST,
    C_NOW,
    F_LIMIT,
    F_WORK,
    FF_BACKLOG,
    FL_BACKLOG,
    FL_DROPPED,
    FL_HEAD,
    FL_RUNNING,
    FL_TURNED,
    FLAG_DEAD,
    FLAG_TRACED,
    FLAG_UNTAKEN,
    FLAG_WAITS,
    FULL_DROP,
    HOLD,
    I_HEAD,
    I_SHEAD,
    I_STATION,
    O_FIFO,
    R_STATE,
    S_DONE,
    S_ORDER,
    S_REFUSED,
    SPILLED_STEP,
    T_FLAGS,
    T_FLOW,
    T_GROUP,
    T_HEDGE,
    T_INST,
    T_NEXT,
    T_NO,
    T_PC,
    T_RECORD,
    T_TIMER,
    VISIT,
    E,
)
from sysdesign.simulate.kernel.slots import let_in
from sysdesign.simulate.kernel.stations import dequeue
from sysdesign.simulate.kernel.tokens import ready, take
from sysdesign.simulate.kernel.tracing import tells
from sysdesign.simulate.machine import Machine


@jit
def takes_in(m: Machine, box: int, fl: int) -> bool:
    """Whether a message finds its place in a box; the oldest one makes room where it does that."""
    ins = m.ins
    if ins[box + BX_COUNT] < ins[box + BX_MOST]:
        return True
    if ins[box + BX_FULL] == FULL_DROP:
        spills(m, box)
        return True
    ins[fl + FL_TURNED] += 1
    return False


@jit
def spills(m: Machine, box: int) -> None:
    """The oldest message of a box is dropped, with the run that was started for it."""
    ins, tok = m.ins, m.tok
    t = ins[box + BX_HEAD]
    fl = tok[t + T_FLOW]
    unlink(m, box, t)
    ins[fl + FL_DROPPED] += 1
    ins[fl + FL_BACKLOG] -= 1
    m.inf[fl // 2 + FF_BACKLOG] += m.clk[C_NOW]
    if tok[t + T_FLAGS] & FLAG_TRACED:
        tells(m, t, 0, 0, m.clk[C_NOW])
        tok[t + T_FLAGS] &= ~FLAG_TRACED
    if tok[t + T_FLAGS] & FLAG_WAITS:
        ins[fl + FL_HEAD] = tok[t + T_NEXT]
        tok[t + T_FLAGS] = 0
        ready(m, t, SPILLED_STEP)
    else:
        _run_ends(m, t, fl)


@jit
def _run_ends(m: Machine, t: int, fl: int) -> None:
    """A run that has not begun to work is no more; where it waits it leaves, or is passed over."""
    code, ins, tok = m.code, m.ins, m.tok
    ins[fl + FL_RUNNING] -= 1
    if tok[t + T_GROUP] >= 0:
        other = take(m, fl, SPILLED_STEP, -1, 0)
        tok[other + T_GROUP] = tok[t + T_GROUP]
        ready(m, other, SPILLED_STEP)
    if tok[t + T_RECORD] >= 0:
        tok[tok[t + T_RECORD] + R_STATE] = 2
    tok[t + T_FLAGS] = (tok[t + T_FLAGS] | FLAG_DEAD) & ~FLAG_UNTAKEN
    tok[t + T_TIMER] = -1
    tok[t + T_HEDGE] = -1
    m.tkf[t // 2 + F_LIMIT] = inf
    pc = tok[t + T_PC]
    if tok[t + T_NO] == -1 and code[pc] == VISIT:
        i = tok[t + T_INST]
        st = ins[i + I_STATION]
        ins[st + S_REFUSED] += 1
        if ins[st + S_ORDER] == O_FIFO and ins[i + I_HEAD] == t:
            dequeue(m, i, st)
            if code[pc + E] < 0:
                in_hand(m, i, -1)
            ready(m, t, pc)
        else:
            ins[st + S_DONE] -= 1  # a server will pass over it, in no time
            m.tkf[t // 2 + F_WORK] = 0.0
    elif tok[t + T_NO] == -1 and code[pc] == HOLD:
        i = tok[t + code[pc + E]]
        if ins[i + I_SHEAD] == t:
            let_in(m, i, ins[i + I_STATION])
            in_hand(m, i, -1)
            ready(m, t, pc)
