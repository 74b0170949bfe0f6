"""Work at stations: who is worked for, who waits for a server, who shares one, who is refused."""

from sysdesign.simulate.compiling import inside, jit
from sysdesign.simulate.kernel.boxes import leaves_box
from sysdesign.simulate.kernel.choosing import choose, refuse, turned_away
from sysdesign.simulate.kernel.counts import busy, in_hand, present, waits
from sysdesign.simulate.kernel.draws import draw, times
from sysdesign.simulate.kernel.heap import push
from sysdesign.simulate.kernel.layout import (
    C_NOW,
    E_GO,
    E_SHARED,
    F_BEGAN,
    F_CAME,
    F_KEY,
    F_LIMIT,
    F_WORK,
    FF_BACKLOG,
    FL_AGE,
    FL_BACKLOG,
    FL_BOX,
    FLAG_TRACED,
    FLAG_UNTAKEN,
    FULL_BLOCK,
    FULL_REFUSE,
    I_BUSY,
    I_HEAD,
    I_HELD,
    I_MOST,
    I_NO,
    I_SERVERS,
    I_SHEAD,
    I_SLOTS,
    I_STATION,
    I_TAIL,
    I_UP,
    I_WAITING,
    IF_AT,
    IF_DONE,
    K_LIST,
    NEXT,
    O_FIFO,
    O_LIFO,
    O_PRIORITY,
    O_PS,
    PF_SLOW,
    S_ARRIVALS,
    S_DONE,
    S_FIRST,
    S_FULL,
    S_ORDER,
    S_WORK,
    SF_STRETCH,
    SPILLED_STEP,
    T_FLAGS,
    T_FLOW,
    T_INST,
    T_JOIN,
    T_KEY,
    T_LINK,
    T_NEXT,
    T_NO,
    T_ORPHAN,
    T_PARENT,
    T_PC,
    T_PRIORITY,
    T_TRIES,
    WHY_ERROR,
    WHY_REFUSED,
    A,
    B,
    D,
    E,
    G,
)
from sysdesign.simulate.kernel.measure import bucket
from sysdesign.simulate.kernel.slots import let_in
from sysdesign.simulate.kernel.timers import arm
from sysdesign.simulate.kernel.tokens import append, into_heap, meld, ready
from sysdesign.simulate.kernel.tracing import tells
from sysdesign.simulate.machine import Machine


@jit
def taken(m: Machine, t: int) -> None:
    """A message is taken: the time of its run begins, its age is known."""
    tok = m.tok
    tok[t + T_FLAGS] &= ~FLAG_UNTAKEN
    parent = tok[t + T_PARENT]
    while parent >= 0 and tok[parent + T_JOIN] == tok[t + T_KEY]:
        t = parent
        parent = tok[t + T_PARENT]
        if tok[t + T_FLAGS] & FLAG_UNTAKEN == 0:
            return
        tok[t + T_FLAGS] &= ~FLAG_UNTAKEN
    if tok[t + T_ORPHAN] >= 0 or parent >= 0:
        return
    now = m.clk[C_NOW]
    fl = tok[t + T_FLOW]
    m.ins[fl + FL_BACKLOG] -= 1
    m.inf[fl // 2 + FF_BACKLOG] += now
    m.tkf[t // 2 + F_BEGAN] = now
    if tok[t + T_TRIES] > 1:
        return
    if m.ins[fl + FL_BOX]:
        leaves_box(m, m.ins[fl + FL_BOX], t)
    m.hist[m.ins[fl + FL_AGE] + bucket(now - m.tkf[t // 2 + F_CAME])] += 1
    if tok[t + T_FLAGS] & FLAG_TRACED:
        tells(m, t, SPILLED_STEP, 1, now)


@inside
def _begin(m: Machine, t: int, i: int) -> None:
    """A server works for a token."""
    f = t // 2
    end = m.clk[C_NOW] + m.tkf[f + F_WORK] * m.inf[m.ins[i + I_STATION] // 2 + SF_STRETCH]
    m.tok[t + T_NO] = push(m, end, E_GO, t)
    if end > m.tkf[f + F_LIMIT]:
        arm(m, t)
    if m.tok[t + T_FLAGS] & (FLAG_UNTAKEN | FLAG_TRACED):
        if m.tok[t + T_FLAGS] & FLAG_TRACED:
            tells(m, t, m.tok[t + T_PC], 1, m.clk[C_NOW])
        if m.tok[t + T_FLAGS] & FLAG_UNTAKEN:
            taken(m, t)


@inside
def _enqueue(m: Machine, t: int, i: int, st: int) -> None:
    """A token waits at an instance for a server."""
    ins, tok = m.ins, m.tok
    order = ins[st + S_ORDER]
    ins[i + I_WAITING] += 1
    waits(m, st, 1)
    if order == O_FIFO:
        append(m, ins, i + I_HEAD, i + I_TAIL, t)
    elif order == O_LIFO:
        tok[t + T_NEXT] = ins[i + I_HEAD]
        ins[i + I_HEAD] = t
    else:
        ins[i + I_HEAD] = into_heap(m, ins[i + I_HEAD], t, float(tok[t + T_PRIORITY]))
    arm(m, t)


@inside
def dequeue(m: Machine, i: int, st: int) -> int:
    """The next token that a server works for."""
    ins, tok = m.ins, m.tok
    t = ins[i + I_HEAD]
    ins[i + I_WAITING] -= 1
    waits(m, st, -1)
    if ins[st + S_ORDER] == O_PRIORITY:
        ins[i + I_HEAD] = meld(m, tok[t + T_NEXT], tok[t + T_LINK])
    else:
        ins[i + I_HEAD] = tok[t + T_NEXT]
    return t


@inside
def work_of(m: Machine, pc: int, st: int) -> float:
    """Seconds of work of a call."""
    code = m.code
    law = code[pc + B]
    if code[pc + D] >= 0:
        law = code[pc + B + times(m, 0, m.real[code[pc + D]], m.ins[st + S_WORK])]
    work = draw(m, law, m.ins[st + S_WORK])
    if code[pc + G] > 0:
        work *= m.inf[code[pc + G] // 2 + PF_SLOW]
    return work


@inside
def visit(m: Machine, t: int, pc: int) -> int:
    """A token comes for work; the next step where it is turned away, else -1."""
    code, ins, tok = m.code, m.ins, m.tok
    st = code[pc + A]
    ins[st + S_ARRIVALS] += 1
    work = work_of(m, pc, st)
    reg = code[pc + E]
    if reg >= 0:
        i = tok[t + reg]
    else:
        why = turned_away(m, st)
        if why > 0:
            return refuse(m, t, pc, st, why)
        i = choose(m, t, pc, st)
        if i < 0 or not ins[i + I_UP]:
            return refuse(m, t, pc, st, WHY_ERROR)
    m.tkf[t // 2 + F_WORK] = work
    tok[t + T_PC] = pc
    tok[t + T_INST] = i
    if ins[st + S_ORDER] == O_PS:
        if ins[i + I_BUSY] >= ins[i + I_SERVERS] + ins[i + I_MOST] and reg < 0:
            return refuse(m, t, pc, st, WHY_REFUSED)
        if reg < 0:
            in_hand(m, i, 1)
        _join(m, t, i, st, work * m.inf[st // 2 + SF_STRETCH])
        return -1
    if ins[i + I_BUSY] < ins[i + I_SERVERS]:
        ins[i + I_BUSY] += 1
        busy(m, st, 1)
        _begin(m, t, i)
    elif ins[i + I_WAITING] < ins[i + I_MOST] or reg >= 0:
        _enqueue(m, t, i, st)
    else:
        return _full(m, t, pc, i, st)
    if reg < 0:
        in_hand(m, i, 1)
    return -1


@jit
def _oldest(m: Machine, i: int, st: int) -> int:
    """Takes out the one that waits longest."""
    ins, tok = m.ins, m.tok
    t = ins[i + I_HEAD]
    if ins[st + S_ORDER] != O_LIFO or tok[t + T_NEXT] < 0:
        return dequeue(m, i, st)
    before = t
    while tok[tok[before + T_NEXT] + T_NEXT] >= 0:
        before = tok[before + T_NEXT]
    t = tok[before + T_NEXT]
    tok[before + T_NEXT] = -1
    ins[i + I_WAITING] -= 1
    waits(m, st, -1)
    return t


@jit
def _full(m: Machine, t: int, pc: int, i: int, st: int) -> int:
    """A bounded queue is full: the call is refused, or the oldest waiting one is dropped."""
    ins = m.ins
    full = ins[st + S_FULL]
    if full == FULL_REFUSE or ins[i + I_MOST] == 0:
        return refuse(m, t, pc, st, WHY_REFUSED)
    if full == FULL_BLOCK:
        _enqueue(m, t, i, st)
    else:
        oldest = _oldest(m, i, st)
        at = m.tok[oldest + T_PC]
        in_hand(m, i, -1)
        ready(m, oldest, refuse(m, oldest, at, st, WHY_REFUSED))
        _enqueue(m, t, i, st)
    in_hand(m, i, 1)
    return -1


@inside
def worked(m: Machine, t: int) -> int:
    """A server has done its work for a token, and takes the next; the next step."""
    code, ins = m.code, m.ins
    pc, i = m.tok[t + T_PC], m.tok[t + T_INST]
    st = ins[i + I_STATION]
    ins[st + S_DONE] += 1
    if code[pc + E] < 0:
        in_hand(m, i, -1)
    if ins[i + I_HEAD] >= 0 and ins[i + I_BUSY] <= ins[i + I_SERVERS]:
        _begin(m, dequeue(m, i, st), i)
    else:
        ins[i + I_BUSY] -= 1
        busy(m, st, -1)
    return code[pc + NEXT]


@jit
def serve(m: Machine, i: int) -> None:
    """Those that wait take what is free."""
    ins = m.ins
    st = ins[i + I_STATION]
    if ins[st + S_ORDER] != O_PS:
        while ins[i + I_HEAD] >= 0 and ins[i + I_BUSY] < ins[i + I_SERVERS]:
            ins[i + I_BUSY] += 1
            busy(m, st, 1)
            _begin(m, dequeue(m, i, st), i)
    while ins[i + I_SHEAD] >= 0 and ins[i + I_HELD] < ins[i + I_SLOTS]:
        ins[i + I_HELD] += 1
        first = let_in(m, i, st)
        ready(m, first, m.code[m.tok[first + T_PC] + NEXT])


# -- those that share the servers ----------------------------------------------------------------


@jit
def _speed(m: Machine, i: int) -> float:
    """How fast each of those that share an instance is worked on."""
    n, servers = m.ins[i + I_BUSY], m.ins[i + I_SERVERS]
    return 1.0 if n <= servers else servers / n


@jit
def so_far(m: Machine, i: int) -> None:
    """Work done at an instance up to now."""
    f = i // 2
    now = m.clk[C_NOW]
    if m.ins[i + I_BUSY] > 0:
        m.inf[f + IF_DONE] += (now - m.inf[f + IF_AT]) * _speed(m, i)
    m.inf[f + IF_AT] = now


@jit
def next_ends(m: Machine, i: int) -> None:
    """The event of the first that will be done; the one before is void."""
    root = m.ins[i + I_HEAD]
    if root < 0:
        m.ins[i + I_NO] = -1
        return
    left = max(m.tkf[root // 2 + F_KEY] - m.inf[i // 2 + IF_DONE], 0.0)
    m.ins[i + I_NO] = push(m, m.clk[C_NOW] + left / _speed(m, i), E_SHARED, i)


@jit
def _join(m: Machine, t: int, i: int, st: int, work: float) -> None:
    """Join those that share the servers: each gets one, or all an equal part of them."""
    ins = m.ins
    so_far(m, i)
    if ins[i + I_BUSY] < ins[i + I_SERVERS]:
        busy(m, st, 1)
    ins[i + I_BUSY] += 1
    ins[i + I_HEAD] = into_heap(m, ins[i + I_HEAD], t, m.inf[i // 2 + IF_DONE] + work)
    next_ends(m, i)
    if m.tok[t + T_FLAGS] & FLAG_UNTAKEN:
        taken(m, t)
    arm(m, t)


@jit
def shared(m: Machine, i: int) -> int:
    """The first of those that share an instance is done; the token, with its next step set."""
    ins, tok = m.ins, m.tok
    st = ins[i + I_STATION]
    so_far(m, i)
    t = ins[i + I_HEAD]
    ins[i + I_HEAD] = meld(m, tok[t + T_NEXT], tok[t + T_LINK])
    ins[i + I_BUSY] -= 1
    if ins[i + I_BUSY] < ins[i + I_SERVERS]:
        busy(m, st, -1)
    next_ends(m, i)
    ins[st + S_DONE] += 1
    pc = tok[t + T_PC]
    if m.code[pc + E] < 0:
        in_hand(m, i, -1)
    tok[t + T_PC] = m.code[pc + NEXT]
    return t


# -- those that never queue -----------------------------------------------------------------------


@inside
def pure(m: Machine, t: int, pc: int) -> int:
    """A call of what never queues: time alone. The next step, or -1."""
    code, ins = m.code, m.ins
    st = code[pc + A]
    ins[st + S_ARRIVALS] += 1
    work = work_of(m, pc, st)
    held = code[pc + E] >= 0
    if not held:
        why = turned_away(m, st)
        if why > 0:
            return refuse(m, t, pc, st, why)
        if not ins[ins[ins[ins[st + S_FIRST] + K_LIST]] + I_UP]:
            return refuse(m, t, pc, st, WHY_ERROR)
    work *= m.inf[st // 2 + SF_STRETCH]
    if m.tok[t + T_FLAGS] & FLAG_UNTAKEN:
        taken(m, t)
    if work <= 0.0:
        ins[st + S_DONE] += 1
        return code[pc + NEXT]
    present(m, st, 1, held)
    end = m.clk[C_NOW] + work
    m.tok[t + T_PC] = pc
    m.tok[t + T_NO] = push(m, end, E_GO, t)
    if end > m.tkf[t // 2 + F_LIMIT]:
        arm(m, t)
    return -1


@inside
def answered(m: Machine, t: int) -> int:
    """What never queues has answered; the next step."""
    pc = m.tok[t + T_PC]
    st = m.code[pc + A]
    m.ins[st + S_DONE] += 1
    present(m, st, -1, m.code[pc + E] >= 0)
    return m.code[pc + NEXT]
