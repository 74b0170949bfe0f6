"""Stations: which instance a call goes to, who works, who waits, who is refused.

Integrals over time (busy servers, calls waiting, calls in hand) are kept without a look at the
clock of the last change: `sum -= now` where a count rises, `sum += now` where it falls; then the
integral up to a time T is `sum + count * T`.
"""

from sysdesign.simulate.compiling import inside, jit
from sysdesign.simulate.kernel.boxes import leaves_box
from sysdesign.simulate.kernel.draws import draw, times, uniform
from sysdesign.simulate.kernel.heap import push
from sysdesign.simulate.kernel.keyed import unfetched
from sysdesign.simulate.kernel.layout import (
    C_NOW,
    E_GO,
    E_SHARED,
    F_BEGAN,
    F_CAME,
    F_KEY,
    F_LIMIT,
    F_WORK,
    FAIL,
    FF_BACKLOG,
    FL_AGE,
    FL_BACKLOG,
    FL_BATCH,
    FL_BOX,
    FLAG_TRACED,
    FLAG_UNTAKEN,
    FULL_BLOCK,
    FULL_REFUSE,
    GROUP,
    I_BUSY,
    I_EPOCH,
    I_HAND,
    I_HEAD,
    I_HELD,
    I_MOST,
    I_NO,
    I_SERVERS,
    I_SHEAD,
    I_SLOTS,
    I_STAIL,
    I_STATION,
    I_SWAITING,
    I_TAIL,
    I_UP,
    I_WAITING,
    IF_AT,
    IF_DONE,
    K_LIST,
    K_LISTED,
    K_TURN,
    KEY_STEP,
    NEXT,
    O_FIFO,
    O_LIFO,
    O_PRIORITY,
    O_PS,
    P_LEAST,
    P_RANDOM,
    P_ROUND,
    PF_SLOW,
    S_ARRIVALS,
    S_BUSY,
    S_CAPPED,
    S_DEEPEST,
    S_DONE,
    S_FAILED,
    S_FIRST,
    S_FULL,
    S_GROUPS,
    S_HAND,
    S_INSTANCES,
    S_ORDER,
    S_POLICY,
    S_REFUSED,
    S_ROUTE,
    S_WAITING,
    S_WORK,
    SF_BUSY,
    SF_CAP,
    SF_ERRORS,
    SF_FILLED,
    SF_HAND,
    SF_HOT,
    SF_STRETCH,
    SF_TOKENS,
    SF_WAITING,
    SPILLED_STEP,
    T_BATCH,
    T_COPY,
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
    T_WHY,
    WHY_ERROR,
    WHY_REFUSED,
    A,
    B,
    D,
    E,
    F,
    G,
    L,
)
from sysdesign.simulate.kernel.measure import bucket
from sysdesign.simulate.kernel.timers import arm
from sysdesign.simulate.kernel.tokens import into_heap, meld, ready
from sysdesign.simulate.kernel.tracing import tells
from sysdesign.simulate.machine import Machine

# -- counts --------------------------------------------------------------------------------------


@inside
def busy(m: Machine, st: int, more: int) -> None:
    """So many more servers of a station work."""
    m.ins[st + S_BUSY] += more
    m.inf[st // 2 + SF_BUSY] -= more * m.clk[C_NOW]


@inside
def waits(m: Machine, st: int, more: int) -> None:
    """So many more calls wait at a station."""
    count = m.ins[st + S_WAITING] + more
    m.ins[st + S_WAITING] = count
    m.inf[st // 2 + SF_WAITING] -= more * m.clk[C_NOW]
    if count > m.ins[st + S_DEEPEST]:
        m.ins[st + S_DEEPEST] = count


@inside
def in_hand(m: Machine, i: int, more: int) -> None:
    """So many more calls are at an instance, in any way."""
    st = m.ins[i + I_STATION]
    m.ins[i + I_HAND] += more
    m.ins[st + S_HAND] += more
    m.inf[st // 2 + SF_HAND] -= more * m.clk[C_NOW]


# -- where ---------------------------------------------------------------------------------------


@inside
def _group(m: Machine, t: int, pc: int, st: int) -> int:
    """The group that holds the key of a call."""
    ins = m.ins
    groups = ins[st + S_GROUPS]
    if groups == 1:
        return ins[st + S_FIRST]
    hot = m.inf[st // 2 + SF_HOT]
    if m.code[pc + F] > 0:
        u = m.tok[t + m.code[pc + F]] * KEY_STEP
    else:
        u = uniform(m.rng, ins[st + S_ROUTE])
    if u < hot:
        return ins[st + S_FIRST]
    other = 1 + int((u - hot) / (1.0 - hot) * (groups - 1))
    return ins[st + S_FIRST] + GROUP * min(other, groups - 1)


@jit
def _least(m: Machine, first: int, count: int, s: int) -> int:
    """One of those with the fewest calls in hand."""
    ins = m.ins
    least = ins[ins[first] + I_HAND]
    alike = 1
    found = ins[first]
    for k in range(1, count):
        i = ins[first + k]
        hand = ins[i + I_HAND]
        if hand < least:
            least, found, alike = hand, i, 1
        elif hand == least:
            alike += 1
            if uniform(m.rng, s) * alike < 1.0:
                found = i
    return found


@jit
def _two(m: Machine, first: int, count: int, s: int) -> int:
    """The better of two that are drawn."""
    ins = m.ins
    a = int(uniform(m.rng, s) * count)
    b = int(uniform(m.rng, s) * (count - 1))
    if b >= a:
        b += 1
    x, y = ins[first + a], ins[first + b]
    return y if ins[y + I_HAND] < ins[x + I_HAND] else x


@jit
def _used(m: Machine, t: int, i: int) -> bool:
    """Whether another copy that is asked together is this instance."""
    tok = m.tok
    parent = tok[t + T_PARENT]
    mine = tok[t + T_COPY]
    first = mine >> 8
    for k in range(mine & 255):  # noqa: SIM110 - Numba has no generators here
        if tok[parent + first + k] == i:
            return True
    return False


@jit
def _other(m: Machine, t: int, pc: int, st: int) -> int:
    """An instance that no other of the copies asked together is; -1 where those left are down.

    Where more are asked together than there are at all, some are asked twice.
    """
    g = _group(m, t, pc, st)
    count, first = m.ins[g + K_LISTED], m.ins[g + K_LIST]
    tok = m.tok
    parent = tok[t + T_PARENT]
    if parent < 0 or tok[parent + T_JOIN] != tok[t + T_KEY]:
        return _of(m, g, st)
    free = 0
    for k in range(count):
        free += not _used(m, t, m.ins[first + k])
    if free == 0 and count < m.ins[st + S_INSTANCES]:
        return -1
    i = _of(m, g, st)
    if free > 0:
        while _used(m, t, i):
            i = _of(m, g, st)
            if m.ins[st + S_POLICY] >= P_LEAST:  # the one that is free may have the most in hand
                i = m.ins[first + int(uniform(m.rng, m.ins[st + S_ROUTE]) * count)]
    place = parent + (tok[t + T_COPY] >> 8)
    for k in range(tok[t + T_COPY] & 255):
        if tok[place + k] < 0:
            tok[place + k] = i
            break
    return i


@inside
def choose(m: Machine, t: int, pc: int, st: int) -> int:
    """The instance for a call, of those thought to be up; -1 where there is none."""
    if m.code[pc + L] and m.tok[t + T_COPY] > 0:
        return _other(m, t, pc, st)
    return _of(m, _group(m, t, pc, st), st)


@inside
def _of(m: Machine, g: int, st: int) -> int:
    """An instance of a group."""
    ins = m.ins
    count, first = ins[g + K_LISTED], ins[g + K_LIST]
    if count == 1:
        return ins[first]
    if count == 0:
        return -1
    policy = ins[st + S_POLICY]
    if policy == P_ROUND:
        turn = ins[g + K_TURN] + 1
        if turn >= count:
            turn = 0
        ins[g + K_TURN] = turn
        return ins[first + turn]
    s = ins[st + S_ROUTE]
    if policy == P_RANDOM:
        return ins[first + int(uniform(m.rng, s) * count)]
    if policy == P_LEAST:
        return _least(m, first, count, s)
    return _two(m, first, count, s)


@jit
def _over_cap(m: Machine, st: int) -> bool:
    """Whether a call is one too many for the documented limit: a bucket of one second's calls."""
    f = st // 2
    inf = m.inf
    now, cap = m.clk[C_NOW], inf[f + SF_CAP]
    tokens = min(max(cap, 1.0), inf[f + SF_TOKENS] + (now - inf[f + SF_FILLED]) * cap)
    inf[f + SF_FILLED] = now
    if tokens < 1.0:
        inf[f + SF_TOKENS] = tokens
        return True
    inf[f + SF_TOKENS] = tokens - 1.0
    return False


# -- work ----------------------------------------------------------------------------------------


@jit
def taken(m: Machine, t: int) -> None:
    """Messages are taken: the time of their run begins, their age is known."""
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
    batch = m.ins[fl + FL_BATCH]
    if m.ins[fl + FL_BOX]:
        leaves_box(m, m.ins[fl + FL_BOX], t)
    m.ins[fl + FL_BACKLOG] -= batch
    m.inf[fl // 2 + FF_BACKLOG] += batch * now
    m.tkf[t // 2 + F_BEGAN] = now
    if tok[t + T_TRIES] > 1:
        return
    first = m.ins[fl + FL_AGE]
    m.hist[first + bucket(now - m.tkf[t // 2 + F_CAME])] += 1
    other = tok[t + T_BATCH]
    if tok[t + T_FLAGS] & FLAG_TRACED:
        tells(m, t, SPILLED_STEP, 1, now)
    while other >= 0:
        if tok[other + T_FLAGS] & FLAG_TRACED:
            tells(m, other, SPILLED_STEP, 1, now)
        m.hist[first + bucket(now - m.tkf[other // 2 + F_CAME])] += 1
        other = tok[other + T_NEXT]


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
        tok[t + T_NEXT] = -1
        if ins[i + I_HEAD] < 0:
            ins[i + I_HEAD] = t
        else:
            tok[ins[i + I_TAIL] + T_NEXT] = t
        ins[i + I_TAIL] = t
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
def turned_away(m: Machine, st: int) -> int:
    """Why a station does not take a call that comes, 0 where it does."""
    errors = m.inf[st // 2 + SF_ERRORS]
    if errors > 0.0 and uniform(m.rng, m.ins[st + S_ROUTE]) < errors:
        return WHY_ERROR
    if m.ins[st + S_CAPPED] and _over_cap(m, st):
        return WHY_REFUSED
    return 0


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


@jit
def refuse(m: Machine, t: int, pc: int, st: int, why: int) -> int:
    """A station does not take a call; the next step."""
    m.ins[st + (S_REFUSED if why == WHY_REFUSED else S_FAILED)] += 1
    m.tok[t + T_WHY] = why
    return m.code[pc + FAIL]


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


# -- slots ---------------------------------------------------------------------------------------


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
    tok[t + T_NEXT] = -1
    if ins[i + I_SHEAD] < 0:
        ins[i + I_SHEAD] = t
    else:
        tok[ins[i + I_STAIL] + T_NEXT] = t
    ins[i + I_STAIL] = t
    ins[i + I_SWAITING] += 1
    waits(m, st, 1)
    arm(m, t)
    return -1


@jit
def let_in(m: Machine, i: int, st: int) -> int:
    """The first that waits for a slot."""
    t = m.ins[i + I_SHEAD]
    m.ins[i + I_SHEAD] = m.tok[t + T_NEXT]
    m.ins[i + I_SWAITING] -= 1
    waits(m, st, -1)
    return t


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
def release(m: Machine, t: int, pc: int) -> int:
    """A slot is given back; the next step."""
    reg = t + m.code[pc + E]
    give_back(m, m.tok[reg], m.tok[reg + 2])
    return m.code[pc + NEXT]


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
def present(m: Machine, st: int, more: int, held: bool) -> None:
    """So many more calls are with what never queues."""
    busy(m, st, more)
    if not held:
        m.ins[st + S_HAND] += more
        m.inf[st // 2 + SF_HAND] -= more * m.clk[C_NOW]


@inside
def answered(m: Machine, t: int) -> int:
    """What never queues has answered; the next step."""
    pc = m.tok[t + T_PC]
    st = m.code[pc + A]
    m.ins[st + S_DONE] += 1
    present(m, st, -1, m.code[pc + E] >= 0)
    return m.code[pc + NEXT]


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
