"""Whether a station takes a call that comes, and to which of its instances the call goes."""

from sysdesign.simulate.compiling import inside, jit
from sysdesign.simulate.kernel.draws import uniform
from sysdesign.simulate.kernel.layout import (
    C_NOW,
    FAIL,
    GROUP,
    I_HAND,
    K_LIST,
    K_LISTED,
    K_TURN,
    KEY_STEP,
    P_LEAST,
    P_RANDOM,
    P_ROUND,
    S_CAPPED,
    S_FAILED,
    S_FIRST,
    S_GROUPS,
    S_INSTANCES,
    S_POLICY,
    S_REFUSED,
    S_ROUTE,
    SF_CAP,
    SF_ERRORS,
    SF_FILLED,
    SF_HOT,
    SF_TOKENS,
    T_COPY,
    T_JOIN,
    T_KEY,
    T_PARENT,
    T_WHY,
    WHY_ERROR,
    WHY_REFUSED,
    A,
    F,
    L,
)
from sysdesign.simulate.machine import Machine


@inside
def turned_away(m: Machine, st: int) -> int:
    """Why a station does not take a call that comes, 0 where it does."""
    errors = m.inf[st // 2 + SF_ERRORS]
    if errors > 0.0 and uniform(m.rng, m.ins[st + S_ROUTE]) < errors:
        return WHY_ERROR
    if m.ins[st + S_CAPPED] and _over_cap(m, st):
        return WHY_REFUSED
    return 0


@jit
def refuse(m: Machine, t: int, pc: int, st: int, why: int) -> int:
    """A station does not take a call; the next step."""
    m.ins[st + (S_REFUSED if why == WHY_REFUSED else S_FAILED)] += 1
    m.tok[t + T_WHY] = why
    return m.code[pc + FAIL]


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
def thought_up(m: Machine, t: int, pc: int) -> int:
    """How many instances, of the group that a step would go to, are thought to be up."""
    return m.ins[_group(m, t, pc, m.code[pc + A]) + K_LISTED]


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
