"""Slots of instances: a call takes one, or waits for it, and gives it back however it ends."""

from sysdesign.simulate.compiling import jit
from sysdesign.simulate.kernel.choosing import choose, refuse, turned_away
from sysdesign.simulate.kernel.counts import in_hand, waits
from sysdesign.simulate.kernel.keyed import unfetched
from sysdesign.simulate.kernel.layout import (
    FULL_BLOCK,
    FULL_REFUSE,
    I_EPOCH,
    I_HELD,
    I_MOST,
    I_SHEAD,
    I_SLOTS,
    I_STAIL,
    I_STATION,
    I_SWAITING,
    I_UP,
    NEXT,
    S_FULL,
    T_NEXT,
    T_PC,
    WHY_ERROR,
    WHY_REFUSED,
    A,
    B,
    E,
)
from sysdesign.simulate.kernel.timers import arm
from sysdesign.simulate.kernel.tokens import append, ready
from sysdesign.simulate.machine import Machine


@jit
def hold(m: Machine, t: int, pc: int) -> int:
    """A token takes a slot of an instance, or waits for one; the next step, or -1."""
    code, ins, tok = m.code, m.ins, m.tok
    st = code[pc + A]
    why = turned_away(m, st)
    if why > 0:
        return refuse(m, t, pc, st, why)
    i = choose(m, t, pc, st)
    if i < 0 or not ins[i + I_UP]:
        return refuse(m, t, pc, st, WHY_ERROR)
    reg = t + code[pc + E]
    tok[reg] = i
    tok[reg + 1] = code[pc + B]
    tok[reg + 2] = ins[i + I_EPOCH]
    if ins[i + I_HELD] < ins[i + I_SLOTS]:
        ins[i + I_HELD] += 1
        in_hand(m, i, 1)
        return code[pc + NEXT]
    if ins[i + I_SWAITING] >= ins[i + I_MOST]:
        full = ins[st + S_FULL]
        if full == FULL_REFUSE or ins[i + I_MOST] == 0:
            return refuse(m, t, pc, st, WHY_REFUSED)
        if full != FULL_BLOCK:
            oldest = let_in(m, i, st)
            in_hand(m, i, -1)
            ready(m, oldest, refuse(m, oldest, tok[oldest + T_PC], st, WHY_REFUSED))
    in_hand(m, i, 1)
    tok[t + T_PC] = pc
    append(m, ins, i + I_SHEAD, i + I_STAIL, t)
    ins[i + I_SWAITING] += 1
    waits(m, st, 1)
    arm(m, t)
    return -1


@jit
def release(m: Machine, t: int, pc: int) -> int:
    """A slot is given back; the next step."""
    reg = t + m.code[pc + E]
    give_back(m, m.tok[reg], m.tok[reg + 2])
    return m.code[pc + NEXT]


@jit
def give_back(m: Machine, i: int, epoch: int) -> None:
    """A slot is free again, and goes to the next that waits; not if its instance died."""
    ins = m.ins
    if i < 0:  # no slot: a key that was to be fetched for a cache
        unfetched(m, -1 - i, epoch)
        return
    st = ins[i + I_STATION]
    in_hand(m, i, -1)
    if ins[i + I_EPOCH] != epoch:
        return
    if ins[i + I_SHEAD] >= 0 and ins[i + I_HELD] <= ins[i + I_SLOTS]:
        first = let_in(m, i, st)
        ready(m, first, m.code[m.tok[first + T_PC] + NEXT])
    else:
        ins[i + I_HELD] -= 1


@jit
def let_in(m: Machine, i: int, st: int) -> int:
    """The first that waits for a slot."""
    t = m.ins[i + I_SHEAD]
    m.ins[i + I_SHEAD] = m.tok[t + T_NEXT]
    m.ins[i + I_SWAITING] -= 1
    waits(m, st, -1)
    return t
