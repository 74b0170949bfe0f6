"""Guards of calls: timeouts, deadlines, retries, hedges; and parts done at the same time.

A guarded call runs in the token of its caller. Only when its time is over the two part: a copy of
the token goes on as the caller, and the token itself runs on as work that nobody waits for, up to
the end of the call.
"""

from math import inf

from sysdesign.simulate.compiling import jit
from sysdesign.simulate.kernel.draws import uniform
from sysdesign.simulate.kernel.heap import push
from sysdesign.simulate.kernel.layout import (
    C_NOW,
    E_GO,
    E_HEDGE,
    E_TIMER,
    F_ARMED,
    F_LIMIT,
    F_REGS,
    FAIL,
    FL_RETRIED,
    FLAG_DEGRADED,
    FLAG_TRACED,
    G_BEGAN,
    G_D,
    G_OLD,
    G_STEP,
    G_TOTAL,
    G_TRY,
    N_GUARDS,
    N_HOLDS,
    N_JOIN,
    N_MARGIN,
    N_SIZE,
    N_SPARE,
    N_WANT,
    NEXT,
    P_BACKOFF,
    P_DEADLINE,
    P_GROWTH,
    P_HEDGE,
    P_JITTER,
    P_MOST,
    P_TIMEOUT,
    PF_BUDGET,
    PF_MOST,
    PF_TOKENS,
    PR_CALLS,
    PR_ERRORS,
    PR_RETRIES,
    PR_TIMEOUTS,
    T_DEPTH,
    T_FLAGS,
    T_FLOW,
    T_HEDGE,
    T_JOIN,
    T_KEY,
    T_LEFT,
    T_MISS,
    T_NEED,
    T_NO,
    T_ORPHAN,
    T_PARENT,
    T_PC,
    T_PRIORITY,
    T_REGS,
    T_TIMER,
    T_WHY,
    WHY_ERROR,
    WHY_REFUSED,
    WHY_TIMEOUT,
    A,
    B,
    C,
    D,
    E,
    F,
    G,
    H,
)
from sysdesign.simulate.kernel.timers import arm, nearest
from sysdesign.simulate.kernel.tokens import again, drop, ready, take
from sysdesign.simulate.machine import Machine

# -- attempts ------------------------------------------------------------------------------------


@jit
def guard(m: Machine, t: int, pc: int) -> int:
    """A guarded call begins; the next step."""
    code, tok, tkf = m.code, m.tok, m.tkf
    now = m.clk[C_NOW]
    i, f = t + code[pc + B], t // 2 + code[pc + C]
    tok[i + G_TRY] = 0
    tok[i + G_STEP] = pc
    tok[t + T_DEPTH] = code[pc + A] + 1
    tkf[f + G_OLD] = tkf[t // 2 + F_LIMIT]
    tkf[f + G_TOTAL] = now + m.real[code[pc + D] + P_DEADLINE]
    pair = code[pc + E]
    if pair >= 0 and m.inf[pair // 2 + PF_BUDGET] < inf:
        p = pair // 2
        more = m.inf[p + PF_TOKENS] + m.inf[p + PF_BUDGET]
        m.inf[p + PF_TOKENS] = min(more, m.inf[p + PF_MOST])
    return attempt(m, t, pc)


@jit
def attempt(m: Machine, t: int, pc: int) -> int:
    """An attempt begins; the first step of the call itself."""
    code, tkf = m.code, m.tkf
    f = t // 2 + code[pc + C]
    now = m.clk[C_NOW]
    due = min(now + m.real[code[pc + D] + P_TIMEOUT], tkf[f + G_TOTAL])
    tkf[f + G_D] = due
    tkf[f + G_BEGAN] = now
    tkf[t // 2 + F_LIMIT] = min(tkf[f + G_OLD], due)
    return code[pc + NEXT]


@jit
def _over(m: Machine, t: int, pc: int) -> None:
    """A guard no longer surrounds a token."""
    m.tok[t + T_DEPTH] = m.code[pc + A]
    m.tkf[t // 2 + F_LIMIT] = m.tkf[t // 2 + m.code[pc + C] + G_OLD]


@jit
def passed(m: Machine, t: int, pc: int) -> int:
    """A guarded call has an answer; the next step, -1 where nobody waits for it."""
    if m.tok[t + T_ORPHAN] >= m.code[pc + A]:
        drop(m, t)
        return -1
    _over(m, t, pc)
    return m.code[pc + NEXT]


@jit
def missed(m: Machine, t: int, pc: int) -> int:
    """An attempt has failed: once more after a pause, or the call fails; the next step, or -1."""
    code, tok = m.code, m.tok
    if tok[t + T_ORPHAN] >= code[pc + A]:
        drop(m, t)
        return -1
    why, pair = tok[t + T_WHY], code[pc + E]
    if pair >= 0:
        m.ins[pair + PR_ERRORS + (why == WHY_REFUSED)] += why in (WHY_ERROR, WHY_REFUSED)
        m.ins[pair + PR_TIMEOUTS] += why == WHY_TIMEOUT
    i, f = t + code[pc + B], t // 2 + code[pc + C]
    tries = tok[i + G_TRY]
    may = (code[pc + H] >> why) & 1
    if tries < code[pc + G] and may and m.tkf[f + G_TOTAL] > m.clk[C_NOW] and _affords(m, pair):
        tok[i + G_TRY] = tries + 1
        return _pause(m, t, pc, tries)
    _over(m, t, pc)
    return code[pc + FAIL]


@jit
def _affords(m: Machine, pair: int) -> bool:
    """Whether the budget of retries has one left."""
    if pair < 0 or m.inf[pair // 2 + PF_BUDGET] == inf:
        return True
    if m.inf[pair // 2 + PF_TOKENS] < 1.0:
        return False
    m.inf[pair // 2 + PF_TOKENS] -= 1.0
    return True


@jit
def _pause(m: Machine, t: int, pc: int, tries: int) -> int:
    """Wait before the next attempt, at most up to the deadline; its step, or -1."""
    code, real, tkf = m.code, m.real, m.tkf
    if code[pc + E] >= 0:
        m.ins[code[pc + E] + PR_RETRIES] += 1
        m.ins[code[pc + E] + PR_CALLS] += 1
    m.ins[m.tok[t + T_FLOW] + FL_RETRIED] += 1
    p = code[pc + D]
    wait = real[p + P_BACKOFF]
    if wait > 0.0:
        for _ in range(tries):
            wait *= real[p + P_GROWTH]
        wait = min(wait, real[p + P_MOST])
        if real[p + P_JITTER] > 0.0:
            wait *= uniform(m.rng, code[pc + F])
    if wait <= 0.0:
        return code[pc + NEXT]
    f = t // 2 + code[pc + C]
    total = tkf[f + G_TOTAL]
    tkf[f + G_D] = total
    tkf[t // 2 + F_LIMIT] = min(tkf[f + G_OLD], total)
    end = m.clk[C_NOW] + wait
    m.tok[t + T_PC] = pc
    m.tok[t + T_NO] = push(m, end, E_GO, t)
    if end > tkf[t // 2 + F_LIMIT]:
        arm(m, t)
    return -1


@jit
def timed(m: Machine, t: int) -> None:
    """The timer of a token: the outermost guard whose time is over goes on without the call."""
    tok, tkf = m.tok, m.tkf
    tkf[t // 2 + F_ARMED] = inf
    tok[t + T_TIMER] = -1
    now = m.clk[C_NOW]
    f = t // 2 + F_REGS
    for g in range(tok[t + T_ORPHAN] + 1, tok[t + T_DEPTH]):
        if tkf[f + 4 * g + G_D] <= now:
            _part(m, t, g)
            return
    due = nearest(m, t)
    if due < inf:
        tkf[t // 2 + F_ARMED] = due
        tok[t + T_TIMER] = push(m, due, E_TIMER, t)


@jit
def _part(m: Machine, t: int, g: int) -> None:
    """The caller goes on in a copy; what was called runs on alone."""
    num, tok, tkf = m.num, m.tok, m.tkf
    guard_step = tok[t + num[N_GUARDS] + 2 * g + G_STEP]
    caller = take(m, tok[t + T_FLOW], 0, tok[t + T_PARENT], tok[t + T_KEY])
    for k in range(T_FLAGS, num[N_SIZE]):
        tok[caller + k] = tok[t + k]
    for k in range(num[N_SIZE] // 2):
        tkf[caller // 2 + k] = tkf[t // 2 + k]
    tok[caller + T_DEPTH] = g + 1
    tok[caller + T_HEDGE] = -1
    tok[caller + T_WHY] = WHY_TIMEOUT
    tkf[caller // 2 + F_ARMED] = inf
    tok[t + T_ORPHAN] = g
    tok[t + T_PARENT] = -1
    tok[t + T_FLAGS] &= ~FLAG_TRACED
    tkf[t // 2 + F_LIMIT] = inf if tok[t + T_DEPTH] == g + 1 else tkf[t // 2 + F_LIMIT]
    if tok[t + T_DEPTH] > g + 1:
        arm(m, t)
    ready(m, caller, m.code[guard_step + FAIL])


# -- parts ---------------------------------------------------------------------------------------


@jit
def child(m: Machine, t: int, pc: int, key: int) -> None:
    """A part of a call, done by a token of its own."""
    tok, tkf = m.tok, m.tkf
    c = take(m, tok[t + T_FLOW], pc, t, key)
    for k in range(T_REGS, m.num[N_HOLDS]):
        tok[c + k] = tok[t + k]
    tok[c + T_PRIORITY] = tok[t + T_PRIORITY]
    tok[c + T_FLAGS] = tok[t + T_FLAGS] & ~FLAG_DEGRADED
    for k in range(F_REGS):
        tkf[c // 2 + k] = tkf[t // 2 + k]
    tkf[c // 2 + F_ARMED] = inf
    tok[c + T_MISS] = 0
    ready(m, c, pc)


@jit
def lacks(m: Machine, parts: int) -> bool:
    """Whether there is no room for so many more tokens; then the step is tried again."""
    if m.num[N_SPARE] >= parts + m.num[N_MARGIN]:
        return False
    m.num[N_WANT] = parts
    return True


@jit
def _opens(m: Machine, t: int, pc: int, need: int, parts: int) -> int:
    """A token waits for parts of it; the number of the join."""
    tok = m.tok
    key = m.num[N_JOIN] + 1
    m.num[N_JOIN] = key
    tok[t + T_PC] = pc
    tok[t + T_JOIN] = key
    tok[t + T_NEED] = need
    tok[t + T_LEFT] = parts
    return key


@jit
def fork(m: Machine, t: int, pc: int) -> int:
    """Parts at the same time."""
    code = m.code
    parts = code[pc + B]
    if lacks(m, parts):
        return again(m, t, pc)
    key = _opens(m, t, pc, code[pc + A], parts)
    for k in range(parts):
        child(m, t, code[code[pc + C] + k], key)
    return -1


@jit
def wave(m: Machine, t: int, pc: int) -> int:
    """The same part so many times at once."""
    code, tok = m.code, m.tok
    reg = t + code[pc + A]
    parts = min(tok[reg], code[pc + C])
    if lacks(m, parts):
        return again(m, t, pc)
    tok[reg] -= parts
    key = _opens(m, t, pc, parts, parts)
    for _ in range(parts):
        child(m, t, code[pc + B], key)
    return -1


@jit
def ended(m: Machine, t: int, ok: int) -> int:
    """A part is over; its parent goes on when enough of them are, or none can do it any more."""
    code, tok = m.code, m.tok
    parent = tok[t + T_PARENT]
    if parent < 0 or tok[parent + T_JOIN] != tok[t + T_KEY]:
        drop(m, t)
        return -1
    tok[parent + T_LEFT] -= 1
    if ok:
        tok[parent + T_NEED] -= 1
        tok[parent + T_FLAGS] |= tok[t + T_FLAGS] & FLAG_DEGRADED
        if tok[parent + T_NEED] == 0:
            tok[parent + T_JOIN] = 0
            ready(m, parent, code[tok[parent + T_PC] + NEXT])
    elif tok[parent + T_LEFT] < tok[parent + T_NEED]:
        tok[parent + T_JOIN] = 0
        tok[parent + T_WHY] = tok[t + T_WHY]
        ready(m, parent, code[tok[parent + T_PC] + FAIL])
    drop(m, t)
    return -1


@jit
def send(m: Machine, t: int, pc: int) -> int:
    """What nobody waits for is set off; the next step."""
    if lacks(m, 1):
        return again(m, t, pc)
    child(m, t, m.code[pc + A], -1)
    return m.code[pc + NEXT]


@jit
def hedge(m: Machine, t: int, pc: int) -> int:
    """A call that is made a second time if it takes long."""
    if lacks(m, 2):
        return again(m, t, pc)
    key = _opens(m, t, pc, 1, 1)
    child(m, t, m.code[pc + A], key)
    after = m.real[m.code[pc + D] + P_HEDGE]
    m.tok[t + T_HEDGE] = push(m, m.clk[C_NOW] + after, E_HEDGE, t)
    return -1


@jit
def hedged(m: Machine, t: int) -> None:
    """The second of two calls begins, if the first has not ended."""
    tok = m.tok
    tok[t + T_HEDGE] = -1
    if tok[t + T_JOIN] > 0:
        tok[t + T_LEFT] += 1
        child(m, t, m.code[tok[t + T_PC] + A], tok[t + T_JOIN])
