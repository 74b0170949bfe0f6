"""Boxes: the messages of a queue or of a group of a stream, where their number or age is bounded.

A message lies in its box, in the order of hand-over, until work for it begins, though its run may
wait for a worker already. One that comes back after a run that failed lies in no box any more: it
is neither counted nor dropped.
"""

from math import inf

from sysdesign.simulate.compiling import jit
from sysdesign.simulate.kernel.heap import push
from sysdesign.simulate.kernel.layout import (
    BX_COUNT,
    BX_DUE,
    BX_FIRST,
    BX_FULL,
    BX_HEAD,
    BX_LAST,
    BX_MOST,
    BX_TAIL,
    BXF_KEEP,
    C_FROM,
    C_NOW,
    E_OLD,
    F_CAME,
    F_CHAIN,
    FAIL,
    FL_BOX,
    FL_CAME,
    FL_STARTED,
    FL_TURNED,
    FULL_BLOCK,
    N_LINKS,
    NEXT,
    OUT,
    T_DEPTH,
    T_FLOW,
    T_NEXT,
    T_NO,
    T_ORPHAN,
    T_PC,
    T_WHY,
    WHY_REFUSED,
    A,
    B,
    C,
)
from sysdesign.simulate.kernel.timers import arm
from sysdesign.simulate.kernel.tokens import append, ready
from sysdesign.simulate.machine import Machine


@jit
def in_box(m: Machine, box: int, t: int) -> bool:
    """Whether a message lies in a box: the one before it, or the box, says so."""
    links = m.num[N_LINKS]
    before = m.tok[t + links]
    if before >= 0:
        return m.tok[before + links + 1] == t
    return before == -1 and m.ins[box + BX_HEAD] == t


@jit
def into_box(m: Machine, box: int, t: int) -> None:
    """A message comes to lie in a box, as the newest."""
    ins, tok, links = m.ins, m.tok, m.num[N_LINKS]
    last = ins[box + BX_TAIL]
    tok[t + links] = last
    tok[t + links + 1] = -1
    if last < 0:
        ins[box + BX_HEAD] = t
    else:
        tok[last + links + 1] = t
    ins[box + BX_TAIL] = t
    ins[box + BX_COUNT] += 1
    watches(m, box)


@jit
def _gives_way(m: Machine, box: int, t: int, following: int, previous: int) -> None:
    """A message leaves its place; its neighbours get another one after and before them, or -1."""
    ins, tok, links = m.ins, m.tok, m.num[N_LINKS]
    before, after = tok[t + links], tok[t + links + 1]
    if before < 0:
        ins[box + BX_HEAD] = following
    else:
        tok[before + links + 1] = following
    if after < 0:
        ins[box + BX_TAIL] = previous
    else:
        tok[after + links] = previous
    tok[t + links] = OUT
    tok[t + links + 1] = OUT


@jit
def unlink(m: Machine, box: int, t: int) -> None:
    """A message lies in a box no more."""
    links = m.num[N_LINKS]
    _gives_way(m, box, t, m.tok[t + links + 1], m.tok[t + links])
    m.ins[box + BX_COUNT] -= 1


@jit
def moves_in_box(m: Machine, box: int, t: int, c: int) -> None:
    """A token that goes on in a copy lies in its box as that copy."""
    tok, links = m.tok, m.num[N_LINKS]
    if in_box(m, box, t):
        tok[c + links] = tok[t + links]
        tok[c + links + 1] = tok[t + links + 1]
        _gives_way(m, box, t, c, c)


@jit
def watches(m: Machine, box: int) -> None:
    """The event at which the oldest message is too old, where none is under way."""
    keep = m.inf[box // 2 + BXF_KEEP]
    t = m.ins[box + BX_HEAD]
    if keep < inf and t >= 0 and not m.ins[box + BX_DUE]:
        m.ins[box + BX_DUE] = 1
        push(m, max(m.tkf[t // 2 + F_CAME] + keep, m.clk[C_NOW]), E_OLD, box)


@jit
def wakes(m: Machine, box: int) -> None:
    """Senders that wait for room try again, as many as there is room for."""
    ins = m.ins
    room = ins[box + BX_MOST] - ins[box + BX_COUNT]
    while room > 0 and ins[box + BX_FIRST] >= 0:
        t = ins[box + BX_FIRST]
        ins[box + BX_FIRST] = m.tok[t + T_NEXT]
        if not _given_up(m, t, m.tok[t + T_PC]):
            room -= m.code[m.tok[t + T_PC] + B]
        ready(m, t, m.tok[t + T_PC])


@jit
def _given_up(m: Machine, t: int, pc: int) -> bool:
    """Whether the caller has gone on without a call: it hands over nothing."""
    return m.code[pc + C] > 0 and m.tok[t + T_ORPHAN] >= m.tok[t + T_DEPTH] - 1


@jit
def starts_boxed(m: Machine, fl: int) -> None:
    """A run whose message may still be dropped is not counted yet."""
    m.ins[fl + FL_CAME] -= 1
    if m.clk[C_NOW] >= m.clk[C_FROM]:
        m.ins[fl + FL_STARTED] -= 1


@jit
def leaves_box(m: Machine, box: int, t: int) -> None:
    """Work for a message begins: it lies in the box no more, and it counts."""
    ins, tok, now = m.ins, m.tok, m.clk[C_NOW]
    fl = tok[t + T_FLOW]
    m.tkf[t // 2 + F_CHAIN] = now
    ins[fl + FL_CAME] += 1
    if now >= m.clk[C_FROM]:
        ins[fl + FL_STARTED] += 1
    if in_box(m, box, t):
        unlink(m, box, t)
    wakes(m, box)


@jit
def room_for(m: Machine, t: int, pc: int) -> int:
    """Whether the messages of a call find room; else it waits or fails. The next step, or -1."""
    code, ins, tok = m.code, m.ins, m.tok
    fl = code[pc + A]
    box = ins[fl + FL_BOX]
    most = ins[box + BX_MOST]
    if ins[box + BX_COUNT] + min(code[pc + B], most) <= most or _given_up(m, t, pc):
        return code[pc + NEXT]
    if ins[box + BX_FULL] != FULL_BLOCK:
        ins[fl + FL_TURNED] += code[pc + B]
        tok[t + T_WHY] = WHY_REFUSED
        return code[pc + FAIL]
    tok[t + T_PC] = pc
    tok[t + T_NO] = -1
    append(m, ins, box + BX_FIRST, box + BX_LAST, t)
    arm(m, t)
    return -1
