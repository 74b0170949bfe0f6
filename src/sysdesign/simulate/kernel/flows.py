"""Flows: calls that come by themselves, messages that start some, and how each ends."""

from sysdesign.simulate.compiling import jit
from sysdesign.simulate.kernel.calls import lacks
from sysdesign.simulate.kernel.draws import exponential, times
from sysdesign.simulate.kernel.heap import push
from sysdesign.simulate.kernel.layout import (
    C_FROM,
    C_NOW,
    E_ARRIVE,
    F_BEGAN,
    F_CAME,
    FF_BACKLOG,
    FF_RATE,
    FF_SQUARES,
    FF_SUM,
    FL_AT_ONCE,
    FL_BACKLOG,
    FL_CAME,
    FL_COMPLETED,
    FL_DEGRADED,
    FL_ENTRY,
    FL_FAILED,
    FL_HEAD,
    FL_HIST,
    FL_IN,
    FL_LOST,
    FL_NO,
    FL_OUT,
    FL_REFUSED,
    FL_ROUGH,
    FL_RUNNING,
    FL_STARTED,
    FL_STREAM,
    FL_TAIL,
    FL_TIMED_OUT,
    FL_WENT,
    FLAG_DEGRADED,
    FLAG_UNTAKEN,
    NEXT,
    ROUGH_SHIFT,
    T_FLAGS,
    T_FLOW,
    T_NEXT,
    T_WHY,
    WHY_REFUSED,
    WHY_TIMEOUT,
    A,
    B,
    D,
)
from sysdesign.simulate.kernel.measure import bucket
from sysdesign.simulate.kernel.tokens import again, drop, ready, take
from sysdesign.simulate.machine import Machine


@jit
def next_call(m: Machine, fl: int) -> None:
    """Draw when the next call of an open flow comes."""
    gap = exponential(m.rng, m.zig, m.ins[fl + FL_STREAM]) / m.inf[fl // 2 + FF_RATE]
    m.ins[fl + FL_NO] = push(m, m.clk[C_NOW] + gap, E_ARRIVE, fl)


@jit
def _counts(m: Machine, t: int, fl: int) -> None:
    now = m.clk[C_NOW]
    m.tkf[t // 2 + F_BEGAN] = now
    m.tkf[t // 2 + F_CAME] = now
    m.ins[fl + FL_CAME] += 1
    if now >= m.clk[C_FROM]:
        m.ins[fl + FL_STARTED] += 1


@jit
def arrive(m: Machine, fl: int) -> int:
    """A call comes; its token."""
    next_call(m, fl)
    t = take(m, fl, m.ins[fl + FL_ENTRY], -1, 0)
    _counts(m, t, fl)
    return t


@jit
def hand(m: Machine, t: int, pc: int) -> int:
    """Messages of a call are handed over; the next step."""
    code = m.code
    routes = code[pc + A]
    whole = 0
    for k in range(code[pc + B]):
        whole += code[routes + 3 * k + 1] + 1
    if lacks(m, whole):
        return again(m, t, pc)
    for k in range(code[pc + B]):
        r = routes + 3 * k
        for _ in range(times(m, code[r + 1], m.real[code[r + 2]], code[pc + D])):
            message(m, code[r])
    return code[pc + NEXT]


@jit
def message(m: Machine, fl: int) -> None:
    """A message comes to a flow: it is taken up, or waits until there is one less at work."""
    ins = m.ins
    t = take(m, fl, ins[fl + FL_ENTRY], -1, 0)
    _counts(m, t, fl)
    m.tok[t + T_FLAGS] = FLAG_UNTAKEN
    ins[fl + FL_IN] += 1
    if ins[fl + FL_RUNNING] < ins[fl + FL_AT_ONCE]:
        ins[fl + FL_RUNNING] += 1
        ready(m, t, ins[fl + FL_ENTRY])
        return
    m.tok[t + T_NEXT] = -1
    if ins[fl + FL_HEAD] < 0:
        ins[fl + FL_HEAD] = t
    else:
        m.tok[ins[fl + FL_TAIL] + T_NEXT] = t
    ins[fl + FL_TAIL] = t
    ins[fl + FL_BACKLOG] += 1
    m.inf[fl // 2 + FF_BACKLOG] -= m.clk[C_NOW]


@jit
def _frees(m: Machine, fl: int) -> None:
    """One less is at work: the next message is taken up."""
    ins = m.ins
    t = ins[fl + FL_HEAD]
    if t < 0:
        ins[fl + FL_RUNNING] -= 1
        return
    ins[fl + FL_HEAD] = m.tok[t + T_NEXT]
    ins[fl + FL_BACKLOG] -= 1
    m.inf[fl // 2 + FF_BACKLOG] += m.clk[C_NOW]
    ready(m, t, ins[fl + FL_ENTRY])


@jit
def finish(m: Machine, t: int, ok: int, when: float) -> None:
    """A call is over at a time; those that came in the warm-up do not count."""
    ins = m.ins
    fl, f = m.tok[t + T_FLOW], t // 2
    seconds = when - m.tkf[f + F_BEGAN]
    counts = m.tkf[f + F_CAME] >= m.clk[C_FROM]
    if ok:
        k = bucket(seconds)
        ins[fl + FL_WENT] += 1
        m.hist[ins[fl + FL_ROUGH] + (k >> ROUGH_SHIFT)] += 1
        if counts:
            m.hist[ins[fl + FL_HIST] + k] += 1
            ins[fl + FL_COMPLETED] += 1
            ins[fl + FL_DEGRADED] += m.tok[t + T_FLAGS] & FLAG_DEGRADED
            m.inf[fl // 2 + FF_SUM] += seconds
            m.inf[fl // 2 + FF_SQUARES] += seconds * seconds
    else:
        ins[fl + FL_LOST] += 1
        if counts:
            why = m.tok[t + T_WHY]
            ins[fl + FL_FAILED] += 1
            ins[fl + FL_REFUSED] += why == WHY_REFUSED
            ins[fl + FL_TIMED_OUT] += why == WHY_TIMEOUT
    drop(m, t)
    if ins[fl + FL_RUNNING] > 0:
        ins[fl + FL_OUT] += 1
        _frees(m, fl)
