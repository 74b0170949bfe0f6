"""Stations: which instance a call goes to, who works, who waits, who is refused.

Integrals over time (busy servers, calls waiting, calls in hand) are kept without a look at the
clock of the last change: `sum -= now` where a count rises, `sum += now` where it falls; then the
integral up to a time T is `sum + count * T`.
"""

from sysdesign.simulate.compiling import jit
from sysdesign.simulate.kernel.draws import draw, times, uniform
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
    FAIL,
    FL_AGE,
    FLAG_UNTAKEN,
    FULL_BLOCK,
    FULL_REFUSE,
    GROUP,
    I_BUSY,
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
    IF_SLOW,
    K_LIST,
    K_LISTED,
    K_TURN,
    NEXT,
    O_FIFO,
    O_LIFO,
    O_PRIORITY,
    O_PS,
    P_LEAST,
    P_RANDOM,
    P_ROUND,
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
    S_ORDER,
    S_POLICY,
    S_REFUSED,
    S_ROUTE,
    S_UP,
    S_WAITING,
    S_WORK,
    SF_BUSY,
    SF_CAP,
    SF_FILLED,
    SF_HAND,
    SF_HOT,
    SF_SLOW,
    SF_TOKENS,
    SF_WAITING,
    T_FLAGS,
    T_FLOW,
    T_INST,
    T_LINK,
    T_NEXT,
    T_NO,
    T_PC,
    T_PRIORITY,
    T_WHY,
    WHY_ERROR,
    WHY_REFUSED,
    A,
    B,
    D,
    E,
)
from sysdesign.simulate.kernel.measure import bucket
from sysdesign.simulate.kernel.timers import arm
from sysdesign.simulate.kernel.tokens import into_heap, meld, ready
from sysdesign.simulate.machine import Machine

# -- counts --------------------------------------------------------------------------------------


@jit
def _busy(m: Machine, st: int, more: int) -> None:
    m.ins[st + S_BUSY] += more
    m.inf[st // 2 + SF_BUSY] -= more * m.clk[C_NOW]


@jit
def waits(m: Machine, st: int, more: int) -> None:
    """So many more calls wait at a station."""
    count = m.ins[st + S_WAITING] + more
    m.ins[st + S_WAITING] = count
    m.inf[st // 2 + SF_WAITING] -= more * m.clk[C_NOW]
    if count > m.ins[st + S_DEEPEST]:
        m.ins[st + S_DEEPEST] = count


@jit
def in_hand(m: Machine, i: int, more: int) -> None:
    """So many more calls are at an instance, in any way."""
    st = m.ins[i + I_STATION]
    m.ins[i + I_HAND] += more
    m.ins[st + S_HAND] += more
    m.inf[st // 2 + SF_HAND] -= more * m.clk[C_NOW]


# -- where ---------------------------------------------------------------------------------------


@jit
def _group(m: Machine, st: int) -> int:
    """The group that holds the key of a call."""
    ins = m.ins
    groups = ins[st + S_GROUPS]
    if groups == 1:
        return ins[st + S_FIRST]
    hot = m.inf[st // 2 + SF_HOT]
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
def choose(m: Machine, st: int) -> int:
    """The instance for a call, of those thought to be up; -1 where there is none."""
    ins = m.ins
    g = _group(m, st)
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
    """A message is taken: its time begins, its age is known."""
    m.tok[t + T_FLAGS] &= ~FLAG_UNTAKEN
    now, f = m.clk[C_NOW], t // 2
    fl = m.tok[t + T_FLOW]
    m.hist[m.ins[fl + FL_AGE] + bucket(now - m.tkf[f + F_CAME])] += 1
    m.tkf[f + F_BEGAN] = now


@jit
def _begin(m: Machine, t: int, i: int) -> None:
    """A server works for a token."""
    f = t // 2
    end = m.clk[C_NOW] + m.tkf[f + F_WORK] * m.inf[i // 2 + IF_SLOW]
    m.tok[t + T_NO] = push(m, end, E_GO, t)
    if end > m.tkf[f + F_LIMIT]:
        arm(m, t)
    if m.tok[t + T_FLAGS] & FLAG_UNTAKEN:
        taken(m, t)


@jit
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


@jit
def _dequeue(m: Machine, i: int, st: int) -> int:
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


@jit
def refuse(m: Machine, t: int, pc: int, st: int, why: int) -> int:
    """A station does not take a call; the next step."""
    m.ins[st + (S_REFUSED if why == WHY_REFUSED else S_FAILED)] += 1
    m.tok[t + T_WHY] = why
    return m.code[pc + FAIL]


@jit
def visit(m: Machine, t: int, pc: int) -> int:
    """A token comes for work; the next step where it is turned away, else -1."""
    code, ins, tok = m.code, m.ins, m.tok
    st = code[pc + A]
    ins[st + S_ARRIVALS] += 1
    law = code[pc + B]
    if code[pc + D] >= 0:
        chance = m.real[code[pc + D]]
        law = code[pc + B + times(m, 0, chance, ins[st + S_WORK])]
    work = draw(m, law, ins[st + S_WORK])
    if ins[st + S_CAPPED] and _over_cap(m, st):
        return refuse(m, t, pc, st, WHY_REFUSED)
    reg = code[pc + E]
    if reg >= 0:
        i = tok[t + reg]
    else:
        i = choose(m, st)
        if i < 0 or not ins[i + I_UP]:
            return refuse(m, t, pc, st, WHY_ERROR)
    m.tkf[t // 2 + F_WORK] = work
    tok[t + T_PC] = pc
    tok[t + T_INST] = i
    if ins[st + S_ORDER] == O_PS:
        if reg < 0:
            in_hand(m, i, 1)
        _join(m, t, i, st, work)
        return -1
    if ins[i + I_BUSY] < ins[i + I_SERVERS]:
        ins[i + I_BUSY] += 1
        _busy(m, st, 1)
        _begin(m, t, i)
    elif ins[i + I_WAITING] < ins[i + I_MOST] or reg >= 0:
        _enqueue(m, t, i, st)
    else:
        return _full(m, t, pc, i, st)
    if reg < 0:
        in_hand(m, i, 1)
    return -1


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
        oldest = _dequeue(m, i, st)
        at = m.tok[oldest + T_PC]
        in_hand(m, i, -1)
        ready(m, oldest, refuse(m, oldest, at, st, WHY_REFUSED))
        _enqueue(m, t, i, st)
    in_hand(m, i, 1)
    return -1


@jit
def worked(m: Machine, t: int) -> int:
    """A server has done its work for a token, and takes the next; the next step."""
    code, ins = m.code, m.ins
    pc, i = m.tok[t + T_PC], m.tok[t + T_INST]
    st = ins[i + I_STATION]
    ins[st + S_DONE] += 1
    if code[pc + E] < 0:
        in_hand(m, i, -1)
    if ins[i + I_HEAD] >= 0 and ins[i + I_BUSY] <= ins[i + I_SERVERS]:
        _begin(m, _dequeue(m, i, st), i)
    else:
        ins[i + I_BUSY] -= 1
        _busy(m, st, -1)
    return code[pc + NEXT]


# -- those that share the servers ----------------------------------------------------------------


@jit
def _speed(m: Machine, i: int) -> float:
    """How fast each of those that share an instance is worked on."""
    n, servers = m.ins[i + I_BUSY], m.ins[i + I_SERVERS]
    slow = m.inf[i // 2 + IF_SLOW]
    return 1.0 / slow if n <= servers else servers / (n * slow)


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
        _busy(m, st, 1)
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
        _busy(m, st, -1)
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
    if ins[st + S_CAPPED] and _over_cap(m, st):
        return refuse(m, t, pc, st, WHY_REFUSED)
    i = choose(m, st)
    if i < 0 or not ins[i + I_UP]:
        return refuse(m, t, pc, st, WHY_ERROR)
    tok[t + code[pc + E]] = i
    if ins[i + I_HELD] < ins[i + I_SLOTS]:
        ins[i + I_HELD] += 1
        in_hand(m, i, 1)
        return code[pc + NEXT]
    if ins[i + I_SWAITING] >= ins[i + I_MOST]:
        full = ins[st + S_FULL]
        if full == FULL_REFUSE or ins[i + I_MOST] == 0:
            return refuse(m, t, pc, st, WHY_REFUSED)
        if full != FULL_BLOCK:
            oldest = _let_in(m, i, st)
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
def _let_in(m: Machine, i: int, st: int) -> int:
    """The first that waits for a slot."""
    t = m.ins[i + I_SHEAD]
    m.ins[i + I_SHEAD] = m.tok[t + T_NEXT]
    m.ins[i + I_SWAITING] -= 1
    waits(m, st, -1)
    return t


@jit
def release(m: Machine, t: int, pc: int) -> int:
    """A slot is given back, and to the next; the next step."""
    code, ins = m.code, m.ins
    i = m.tok[t + code[pc + E]]
    st = ins[i + I_STATION]
    in_hand(m, i, -1)
    if ins[i + I_SHEAD] >= 0 and ins[i + I_HELD] <= ins[i + I_SLOTS]:
        first = _let_in(m, i, st)
        ready(m, first, code[m.tok[first + T_PC] + NEXT])
    else:
        ins[i + I_HELD] -= 1
    return code[pc + NEXT]


@jit
def pure(m: Machine, t: int, pc: int) -> int:
    """A call of what never queues: time alone. The next step, or -1."""
    code, ins = m.code, m.ins
    st = code[pc + A]
    ins[st + S_ARRIVALS] += 1
    if not ins[st + S_UP]:
        return refuse(m, t, pc, st, WHY_ERROR)
    if ins[st + S_CAPPED] and _over_cap(m, st):
        return refuse(m, t, pc, st, WHY_REFUSED)
    law = code[pc + B]
    if code[pc + D] >= 0:
        law = code[pc + B + times(m, 0, m.real[code[pc + D]], ins[st + S_WORK])]
    work = draw(m, law, ins[st + S_WORK]) * m.inf[st // 2 + SF_SLOW]
    if m.tok[t + T_FLAGS] & FLAG_UNTAKEN:
        taken(m, t)
    if work <= 0.0:
        ins[st + S_DONE] += 1
        return code[pc + NEXT]
    ins[st + S_HAND] += 1
    m.inf[st // 2 + SF_HAND] -= m.clk[C_NOW]
    end = m.clk[C_NOW] + work
    m.tok[t + T_PC] = pc
    m.tok[t + T_NO] = push(m, end, E_GO, t)
    if end > m.tkf[t // 2 + F_LIMIT]:
        arm(m, t)
    return -1


@jit
def answered(m: Machine, t: int) -> int:
    """What never queues has answered; the next step."""
    pc = m.tok[t + T_PC]
    st = m.code[pc + A]
    m.ins[st + S_DONE] += 1
    m.ins[st + S_HAND] -= 1
    m.inf[st // 2 + SF_HAND] += m.clk[C_NOW]
    return m.code[pc + NEXT]
