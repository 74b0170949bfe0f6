"""Instances that die and come back, and what becomes of the calls that they had in hand.

A call whose slot was on the instance fails at once for its caller. What it had under way elsewhere
runs on for nobody, and ends with the step that it is at.
"""

from sysdesign.simulate.compiling import jit
from sysdesign.simulate.kernel.boxes import moves_in_box
from sysdesign.simulate.kernel.calls import ended
from sysdesign.simulate.kernel.choosing import refuse
from sysdesign.simulate.kernel.counts import busy, in_hand, present
from sysdesign.simulate.kernel.draws import draw
from sysdesign.simulate.kernel.flows import gone
from sysdesign.simulate.kernel.heap import push
from sysdesign.simulate.kernel.keyed import lost
from sysdesign.simulate.kernel.layout import (
    C_NOW,
    CHILD,
    E_GO,
    E_LEAD,
    E_LIST,
    F_LIMIT,
    F_OUTER,
    F_REGS,
    FL_BOX,
    FLAG_DEAD,
    FLAG_TRACED,
    FLAG_UNTAKEN,
    G_D,
    HOLD,
    HOLDS,
    I_BUSY,
    I_EPOCH,
    I_GROUP,
    I_HEAD,
    I_HELD,
    I_LEAD,
    I_LISTED,
    I_MEMBERS,
    I_SERVERS,
    I_SHEAD,
    I_SLOTS,
    I_STATION,
    I_TAKES,
    I_UP,
    IS_READY,
    K_LIST,
    K_LISTED,
    LD_LAW,
    LD_LEADER,
    LD_STREAM,
    LOST,
    M_INSTANCE,
    M_REASONS,
    N_HEAP,
    N_SIZE,
    N_TOKENS,
    NUMBERS,
    O_PS,
    PURE,
    S_GROUPS,
    S_KEPTS,
    S_ORDER,
    S_QUEUES,
    S_SERVERS,
    S_SHARED,
    S_SLOTS,
    S_UP,
    SF_KAPPA,
    SF_LATE,
    SF_SIGMA,
    SF_SLOW,
    SF_STRETCH,
    T_DEPTH,
    T_FLAGS,
    T_FLOW,
    T_HEDGE,
    T_INST,
    T_JOIN,
    T_KEY,
    T_LINK,
    T_NEXT,
    T_NO,
    T_ORPHAN,
    T_OWN,
    T_PARENT,
    T_PC,
    T_REGS,
    T_WHY,
    UNLIMITED,
    VISIT,
    WHY_ERROR,
    A,
    E,
    K,
    L,
)
from sysdesign.simulate.kernel.slots import give_back, let_in
from sysdesign.simulate.kernel.stations import dequeue, next_ends, serve, so_far
from sysdesign.simulate.kernel.tokens import copied, meld, ready
from sysdesign.simulate.machine import Machine

# -- calls ---------------------------------------------------------------------------------------


@jit
def unwind(m: Machine, t: int, pc: int) -> None:
    """A token whose instance is gone gives back what it holds elsewhere, and is no more.

    What it is a part of is dead as well, and hears of it, to give back what that holds.
    """
    tok = m.tok
    for h in range(m.code[pc + K] - 1, tok[t + T_OWN] - 1, -1):
        reg = t + T_REGS + HOLDS * h
        give_back(m, tok[reg], tok[reg + 2])
    parent = tok[t + T_PARENT]
    if parent >= 0 and tok[parent + T_JOIN] == tok[t + T_KEY]:
        ended(m, t, m.code[pc + A] if m.code[pc] == CHILD else 0)
    else:
        gone(m, t)


@jit
def _slot(m: Machine, t: int, i: int) -> int:
    """Which of the slots around a token is on an instance as it is now; -1 where none is."""
    tok = m.tok
    for h in range(m.code[tok[t + T_PC] + K]):
        reg = t + T_REGS + HOLDS * h
        if tok[reg] == i and tok[reg + 2] == m.ins[i + I_EPOCH]:
            return h
    return -1


@jit
def _out_of_slot(m: Machine, t: int, h: int) -> None:
    """A token goes on after a slot that is gone, as a call that failed, without inner ones."""
    tok = m.tok
    for inner in range(m.code[tok[t + T_PC] + K] - 1, h, -1):
        reg = t + T_REGS + HOLDS * inner
        give_back(m, tok[reg], tok[reg + 2])
    bad = tok[t + T_REGS + HOLDS * h + 1]
    depth = m.code[bad + L]
    f = t // 2
    tok[t + T_WHY] = WHY_ERROR
    tok[t + T_JOIN] = 0
    tok[t + T_HEDGE] = -1
    tok[t + T_DEPTH] = depth
    limit = m.tkf[f + F_OUTER]
    for g in range(tok[t + T_ORPHAN] + 1, depth):
        limit = min(limit, m.tkf[f + F_REGS + 4 * g + G_D])
    m.tkf[f + F_LIMIT] = limit
    if tok[t + T_NO] == IS_READY:
        tok[t + T_PC] = bad
    else:
        ready(m, t, bad)


@jit
def _loses_slot(m: Machine, t: int, h: int) -> None:
    """A slot of a token is gone while it is busy elsewhere."""
    tok = m.tok
    if h < tok[t + T_OWN]:
        tok[t + T_FLAGS] |= FLAG_DEAD
        return
    if tok[t + T_NO] == IS_READY:
        _out_of_slot(m, t, h)
        return
    caller = copied(m, t)  # at no step: what it holds inside stays with the other
    if tok[t + T_FLAGS] & FLAG_UNTAKEN and m.ins[tok[t + T_FLOW] + FL_BOX]:
        moves_in_box(m, m.ins[tok[t + T_FLOW] + FL_BOX], t, caller)
    tok[t + T_FLAGS] = (tok[t + T_FLAGS] | FLAG_DEAD) & ~FLAG_TRACED
    tok[t + T_OWN] = h + 1
    tok[t + T_PARENT] = -1
    if m.code[tok[t + T_PC]] == LOST:
        unwind(m, t, tok[t + T_PC])
    _out_of_slot(m, caller, h)


@jit
def _loses_work(m: Machine, t: int, i: int, st: int) -> None:
    """Work of a token at an instance is gone, done or waited for."""
    tok = m.tok
    tok[t + T_NO] = -1
    pc = tok[t + T_PC]
    h = _slot(m, t, i)
    if h >= 0 and h >= tok[t + T_OWN]:
        _out_of_slot(m, t, h)
        return
    if m.code[pc + E] < 0 or m.code[pc] == HOLD:
        in_hand(m, i, -1)
    ready(m, t, refuse(m, t, pc, st, WHY_ERROR))


# -- instances -----------------------------------------------------------------------------------


@jit
def _at_work(m: Machine, i: int, most: int) -> int:
    """The calls that servers of an instance work for fail, so many at most; their number."""
    tok, what = m.tok, m.what
    st = m.ins[i + I_STATION]
    found = 0
    for k in range(m.num[N_HEAP]):
        tail = what[2 * k + 1]
        t = tail >> 4
        if found == most or tail & 15 != E_GO or tok[t + T_NO] != what[2 * k] & NUMBERS:
            continue
        kind = m.code[tok[t + T_PC]]
        if kind == VISIT and tok[t + T_INST] == i:
            found += 1
            _loses_work(m, t, i, st)
    return found


@jit
def _all_work(m: Machine, i: int, st: int) -> None:
    """All work at an instance fails, done or waited for."""
    ins, tok = m.ins, m.tok
    if ins[st + S_ORDER] == O_PS:
        so_far(m, i)
        busy(m, st, -min(ins[i + I_BUSY], ins[i + I_SERVERS]))
        while ins[i + I_HEAD] >= 0:
            t = ins[i + I_HEAD]
            ins[i + I_HEAD] = meld(m, tok[t + T_NEXT], tok[t + T_LINK])
            _loses_work(m, t, i, st)
        ins[i + I_BUSY] = 0
        next_ends(m, i)
        return
    while ins[i + I_HEAD] >= 0:
        _loses_work(m, dequeue(m, i, st), i, st)
    if ins[i + I_BUSY] > 0:
        _at_work(m, i, ins[i + I_BUSY])
        busy(m, st, -ins[i + I_BUSY])
        ins[i + I_BUSY] = 0


@jit
def _answers(m: Machine, st: int) -> None:
    """All calls of what never queues fail."""
    tok, what = m.tok, m.what
    for k in range(m.num[N_HEAP]):
        tail = what[2 * k + 1]
        t = tail >> 4
        if tail & 15 == E_GO and tok[t + T_NO] == what[2 * k] & NUMBERS:
            pc = tok[t + T_PC]
            if m.code[pc] == PURE and m.code[pc + A] == st and m.code[pc + E] < 0:
                present(m, st, -1, False)
                ready(m, t, refuse(m, t, pc, st, WHY_ERROR))


@jit
def _dies(m: Machine, i: int) -> None:
    """An instance dies with all that it has in hand."""
    ins, tok, num = m.ins, m.tok, m.num
    st = ins[i + I_STATION]
    ins[i + I_UP] = 0
    if not ins[st + S_QUEUES]:
        _answers(m, st)
    _all_work(m, i, st)
    while ins[i + I_SHEAD] >= 0:
        _loses_work(m, let_in(m, i, st), i, st)
    if ins[st + S_SLOTS] < UNLIMITED:
        last = num[N_TOKENS]
        t = 0
        while t < last:
            if tok[t + T_FLOW] >= 0:
                h = _slot(m, t, i)
                if h >= 0:
                    _loses_slot(m, t, h)
            t += num[N_SIZE]
    ins[i + I_HELD] = 0
    ins[i + I_EPOCH] += 1
    if ins[st + S_KEPTS]:
        lost(m, i, st)


@jit
def unlist(m: Machine, i: int) -> None:
    """Calls go to an instance no more."""
    ins = m.ins
    g = ins[i + I_GROUP]
    if not ins[i + I_LISTED]:
        return
    ins[i + I_LISTED] = 0
    first, last = ins[g + K_LIST], ins[g + K_LISTED] - 1
    found = False
    for k in range(last):
        found = found or ins[first + k] == i
        if found:
            ins[first + k] = ins[first + k + 1]
    ins[g + K_LISTED] = last


@jit
def enlist(m: Machine, i: int) -> None:
    """Calls go to an instance."""
    ins = m.ins
    if ins[i + I_LISTED]:
        return
    g = ins[i + I_GROUP]
    ins[i + I_LISTED] = 1
    ins[ins[g + K_LIST] + ins[g + K_LISTED]] = i
    ins[g + K_LISTED] += 1


@jit
def stretch(m: Machine, st: int) -> None:
    """How much longer work takes: slowness, and instances of a group that contend."""
    f, inf_ = st // 2, m.inf
    n = m.ins[st + S_UP] / m.ins[st + S_GROUPS]
    loss = 1.0
    if n > 1.0:
        loss += inf_[f + SF_SIGMA] * (n - 1.0) + inf_[f + SF_KAPPA] * n * (n - 1.0)
    inf_[f + SF_STRETCH] = inf_[f + SF_SLOW] * loss


@jit
def members(m: Machine, i: int, more: int) -> None:
    """So many more instances share the queue of one."""
    ins = m.ins
    st = ins[i + I_STATION]
    if ins[st + S_ORDER] == O_PS:
        so_far(m, i)
        busy(m, st, -min(ins[i + I_BUSY], ins[i + I_SERVERS]))
    ins[i + I_MEMBERS] += more
    ins[i + I_SERVERS] += more * ins[st + S_SERVERS]
    if ins[st + S_SLOTS] < UNLIMITED:
        ins[i + I_SLOTS] += more * ins[st + S_SLOTS]
    if ins[st + S_ORDER] == O_PS:
        busy(m, st, min(ins[i + I_BUSY], ins[i + I_SERVERS]))
        next_ends(m, i)


@jit
def awaits_leader(m: Machine, i: int) -> None:
    """Where the copy that leads a shard is down, another will lead once it is ready for it."""
    first = m.ins[i + I_LEAD]
    if first < 0:
        return
    leader = m.code[first + LD_LEADER]
    if not m.ins[leader + I_UP]:
        late = draw(m, m.code[first + LD_LAW], m.code[first + LD_STREAM])
        m.ins[leader + I_TAKES] = push(m, m.clk[C_NOW] + late, E_LEAD, leader)


@jit
def down(m: Machine, i: int) -> None:
    """One reason more why an instance is down."""
    ins = m.ins
    st = ins[i + I_STATION]
    ins[st + S_UP] -= 1
    if ins[st + S_SHARED] and ins[i + I_MEMBERS] > 1:
        lost = (ins[i + I_BUSY] + ins[i + I_MEMBERS] - 1) // ins[i + I_MEMBERS]
        members(m, i, -1)
        if ins[st + S_ORDER] != O_PS:
            lost = _at_work(m, i, lost)
            ins[i + I_BUSY] -= lost
            busy(m, st, -lost)
            serve(m, i)
        stretch(m, st)
        return
    if ins[st + S_SHARED]:
        members(m, i, -1)
    stretch(m, st)
    _dies(m, i)
    awaits_leader(m, i)
    late = m.inf[st // 2 + SF_LATE]
    if late > 0.0:
        push(m, m.clk[C_NOW] + late, E_LIST, i)
    else:
        unlist(m, i)


@jit
def up(m: Machine, i: int) -> None:
    """An instance is there again."""
    ins = m.ins
    st = ins[i + I_STATION]
    ins[st + S_UP] += 1
    ins[i + I_UP] = 1
    if ins[st + S_SHARED]:
        members(m, i, 1)
    stretch(m, st)
    enlist(m, i)
    awaits_leader(m, i)
    serve(m, i)


@jit
def reason(m: Machine, first: int, count: int, more: int) -> None:
    """One reason more, or less, why the machines of a list are down."""
    code, ins = m.code, m.ins
    for k in range(count):
        machine = code[first + k]
        i = ins[machine + M_INSTANCE]
        reasons = ins[machine + M_REASONS] + more
        ins[machine + M_REASONS] = reasons
        if more > 0 and reasons == 1:
            down(m, i)
        elif more < 0 and reasons == 0:
            up(m, i)
