"""Guards of calls: timeouts, deadlines, retries, hedges; and parts done at the same time.

A guarded call runs in the token of its caller. Only when its time is over the two part: a copy of
the token goes on as the caller, and the token itself runs on as work that nobody waits for, up to
the end of the call.
"""

from math import inf

from sysdesign.simulate.compiling import jit
from sysdesign.simulate.kernel.boxes import moves_in_box
from sysdesign.simulate.kernel.breakers import lets, saw, took
from sysdesign.simulate.kernel.chains import carries
from sysdesign.simulate.kernel.choosing import thought_up
from sysdesign.simulate.kernel.draws import uniform
from sysdesign.simulate.kernel.heap import push
from sysdesign.simulate.kernel.layout import (
    C_NOW,
    E_GO,
    E_HEDGE,
    E_TIMER,
    F_ARMED,
    F_LIMIT,
    F_OUTER,
    F_REGS,
    FAIL,
    FL_BOX,
    FL_RETRIED,
    FLAG_DEAD,
    FLAG_DEGRADED,
    FLAG_TRACED,
    FLAG_UNTAKEN,
    FORK,
    G_BEGAN,
    G_D,
    G_OLD,
    G_STEP,
    G_TOTAL,
    G_TRY,
    IS_READY,
    LOST,
    N_GUARDS,
    N_JOIN,
    N_KEYS,
    N_MARGIN,
    N_SPARE,
    N_STARTS,
    N_WANT,
    NEXT,
    NUMBERS,
    P_BACKOFF,
    P_DEADLINE,
    P_GROWTH,
    P_HEDGE,
    P_JITTER,
    P_MOST,
    P_SHARE,
    P_TIMEOUT,
    PF_BUDGET,
    PF_ERRORS,
    PF_HEDGE,
    PF_MOST,
    PF_TOKENS,
    PR_BREAKER,
    PR_CALLS,
    PR_CUT,
    PR_ERRORS,
    PR_OPEN,
    PR_REFUSED,
    PR_RETRIES,
    PR_TIMEOUTS,
    R_HELD,
    R_LEFT,
    T_COPY,
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
    T_OWN,
    T_PARENT,
    T_PC,
    T_PRIORITY,
    T_RECORD,
    T_REGS,
    T_TIMER,
    T_TRACE,
    T_WHY,
    TRIAL,
    WHY_ERROR,
    WHY_OPEN,
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
    K,
)
from sysdesign.simulate.kernel.timers import arm, nearest
from sysdesign.simulate.kernel.tokens import again, copied, drop, ready, take
from sysdesign.simulate.machine import Machine

_AT_ONCE = 16  # retries without a pause; later ones are events, which are bounded

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
    return _attempt(m, t, pc)


@jit
def attempt(m: Machine, t: int, pc: int) -> int:
    """One more attempt, after a pause; the next step."""
    if m.code[pc + E] >= 0:
        m.ins[m.code[pc + E] + PR_RETRIES] += 1
        m.ins[m.code[pc + E] + PR_CALLS] += 1
    m.ins[m.tok[t + T_FLOW] + FL_RETRIED] += 1
    return _attempt(m, t, pc)


@jit
def _attempt(m: Machine, t: int, pc: int) -> int:
    """An attempt begins; the first step of the call itself."""
    code, tkf = m.code, m.tkf
    f = t // 2 + code[pc + C]
    now = m.clk[C_NOW]
    due = min(now + m.real[code[pc + D] + P_TIMEOUT], tkf[f + G_TOTAL])
    tkf[f + G_D] = due
    tkf[f + G_BEGAN] = now
    tkf[t // 2 + F_LIMIT] = min(tkf[f + G_OLD], due)
    pair = code[pc + E]
    if pair >= 0 and m.ins[pair + PR_BREAKER]:
        may = lets(m, pair)
        i = t + code[pc + B] + G_TRY
        m.tok[i] &= ~TRIAL
        if may == 0:
            m.tok[t + T_WHY] = WHY_OPEN
            return m.code[m.tok[t + code[pc + B] + G_STEP] + FAIL]
        if may == 2:
            m.tok[i] |= TRIAL
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
    pair = m.code[pc + E]
    if pair >= 0:
        if m.ins[pair + PR_BREAKER]:
            saw(m, pair, 1, m.tok[t + m.code[pc + B] + G_TRY] & TRIAL)
        share = m.real[m.code[pc + D] + P_SHARE]
        if share > 0.0:
            began = m.tkf[t // 2 + m.code[pc + C] + G_BEGAN]
            took(m, pair, m.clk[C_NOW] - began, share)
    _over(m, t, pc)
    return m.code[pc + NEXT]


@jit
def noted(m: Machine, pair: int, why: int) -> None:
    """Why a call of a pair failed."""
    ins = m.ins
    if why == WHY_ERROR:
        ins[pair + PR_ERRORS] += 1
    elif why == WHY_REFUSED:
        ins[pair + PR_REFUSED] += 1
    elif why == WHY_TIMEOUT:
        ins[pair + PR_TIMEOUTS] += 1
    else:
        ins[pair + PR_OPEN] += 1


@jit
def missed(m: Machine, t: int, pc: int) -> int:
    """An attempt has failed: once more after a pause, or the call fails; the next step, or -1."""
    code, tok = m.code, m.tok
    if tok[t + T_ORPHAN] >= code[pc + A]:
        drop(m, t)
        return -1
    why, pair = tok[t + T_WHY], code[pc + E]
    i, f = t + code[pc + B], t // 2 + code[pc + C]
    if pair >= 0:
        noted(m, pair, why)
        if why != WHY_OPEN and m.ins[pair + PR_BREAKER]:
            saw(m, pair, 0, tok[i + G_TRY] & TRIAL)
    tries = tok[i + G_TRY] & (TRIAL - 1)
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
    p = code[pc + D]
    wait = real[p + P_BACKOFF]
    if wait > 0.0:
        for _ in range(tries):
            wait *= real[p + P_GROWTH]
        wait = min(wait, real[p + P_MOST])
        if real[p + P_JITTER] > 0.0:
            wait *= uniform(m.rng, code[pc + F])
    if wait <= 0.0 and tries < _AT_ONCE:
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
    code, num, tok, tkf = m.code, m.num, m.tok, m.tkf
    step = tok[t + num[N_GUARDS] + 2 * g + G_STEP]
    missed_step = code[step + FAIL]
    if tok[t + T_DEPTH] == g + 1 and tok[t + T_PC] == missed_step and tok[t + T_NO] != IS_READY:
        tok[t + T_NO] = -1  # in a pause: the deadline of all attempts is over
        tok[t + T_WHY] = WHY_TIMEOUT
        _over(m, t, missed_step)
        ready(m, t, code[missed_step + FAIL])
        return
    caller = copied(m, t)
    if tok[t + T_FLAGS] & FLAG_UNTAKEN and m.ins[tok[t + T_FLOW] + FL_BOX]:
        moves_in_box(m, m.ins[tok[t + T_FLOW] + FL_BOX], t, caller)
    tok[caller + T_DEPTH] = g + 1
    tok[caller + T_WHY] = WHY_TIMEOUT
    tok[t + T_ORPHAN] = g
    tok[t + T_OWN] = max(tok[t + T_OWN], code[step + K])
    tok[t + T_PARENT] = -1
    tok[t + T_FLAGS] &= ~FLAG_TRACED
    if code[tok[t + T_PC]] == LOST:
        drop(m, t)
    elif tok[t + T_DEPTH] > g + 1:
        arm(m, t)
    else:
        tkf[t // 2 + F_LIMIT] = inf
    ready(m, caller, missed_step)


# -- parts ---------------------------------------------------------------------------------------


@jit
def child(m: Machine, t: int, pc: int, key: int) -> int:
    """A part of a call, done by a token of its own."""
    tok, tkf = m.tok, m.tkf
    c = take(m, tok[t + T_FLOW], pc, t, key)
    for k in range(T_REGS, m.num[N_KEYS]):
        tok[c + k] = tok[t + k]
    tok[c + T_OWN] = m.code[pc + K]
    record = tok[t + T_RECORD]
    tok[c + T_RECORD] = record
    if record >= 0:
        tok[record + R_HELD] += 1
    tok[c + T_PRIORITY] = tok[t + T_PRIORITY]
    tok[c + T_TRACE] = tok[t + T_TRACE]
    tok[c + T_FLAGS] = tok[t + T_FLAGS] & ~FLAG_DEGRADED
    for k in range(F_REGS):
        tkf[c // 2 + k] = tkf[t // 2 + k]
    if m.num[N_STARTS]:
        carries(m, c, t)
    tkf[c // 2 + F_ARMED] = inf
    tkf[c // 2 + F_OUTER] = tkf[t // 2 + F_LIMIT]
    tok[c + T_MISS] = tok[t + T_MISS]
    tok[c + T_MISS + 1] = tok[t + T_MISS + 1]
    ready(m, c, pc)
    return c


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
    key = max((m.num[N_JOIN] + 1) & NUMBERS, 1)
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
    if code[pc + G] > 0 and _too_few(m, t, pc):
        m.tok[t + T_WHY] = WHY_ERROR
        return code[pc + FAIL]
    _opens(m, t, pc, code[pc + A], parts)
    copies = code[pc + D]
    if copies > 0:
        for k in range(code[pc + F]):
            m.tok[t + copies + k] = -1
        if code[pc + E] >= 0:
            m.tok[t + copies] = m.tok[t + code[pc + E]]
    if code[pc + G] > 0:
        m.tok[t + code[pc + H]] = 0
        asked = 0
        while asked < parts and _next(m, t, pc):
            asked += 1
        m.tok[t + T_LEFT] = asked
    else:
        for k in range(parts):
            _candidate(m, t, pc, k)
    return -1


@jit
def _candidate(m: Machine, t: int, pc: int, k: int) -> None:
    """One of the candidates of a fork is asked."""
    code = m.code
    c = child(m, t, code[code[pc + C] + k], m.tok[t + T_JOIN])
    if code[pc + D] > 0:
        m.tok[c + T_COPY] = (code[pc + D] << 8) + code[pc + F]


@jit
def _is_down(m: Machine, t: int, pc: int, k: int) -> bool:
    """Whether a candidate of a fork is known to be down: others work where it would."""
    code = m.code
    count = code[pc + B] + code[pc + G]
    works = code[pc + C] + count + k
    return code[works] >= 0 and thought_up(m, t, code[works]) <= code[works + count]


@jit
def _too_few(m: Machine, t: int, pc: int) -> bool:
    """Whether more candidates of a fork are known to be down than it can do without."""
    count = m.code[pc + B] + m.code[pc + G]
    up = 0
    for k in range(count):
        up += not _is_down(m, t, pc, k)
    return up < m.code[pc + A]


@jit
def _next(m: Machine, t: int, pc: int) -> bool:
    """The next candidate of a fork that may be up is asked; whether there is one."""
    code = m.code
    reg = t + code[pc + H]
    k, count = m.tok[reg], code[pc + B] + code[pc + G]
    while k < count and _is_down(m, t, pc, k):
        k += 1
    m.tok[reg] = k + 1
    if k >= count:
        return False
    _candidate(m, t, pc, k)
    return True


@jit
def _replaced(m: Machine, t: int) -> bool:
    """Whether another candidate is asked in place of one that failed, by a token that waits."""
    pc = m.tok[t + T_PC]
    if m.code[pc] != FORK or m.code[pc + G] == 0 or m.tok[t + T_FLAGS] & FLAG_DEAD:
        return False
    return _next(m, t, pc)


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
    """A part is over; its parent goes on when enough of them are, or none can do it any more.

    In place of one that failed a spare is asked, where there is one.
    """
    code, tok = m.code, m.tok
    parent = tok[t + T_PARENT]
    if parent < 0 or tok[parent + T_JOIN] != tok[t + T_KEY]:
        drop(m, t)
        return -1
    if ok:
        tok[parent + T_LEFT] -= 1
        tok[parent + T_NEED] -= 1
        tok[parent + T_FLAGS] |= tok[t + T_FLAGS] & FLAG_DEGRADED
        if tok[parent + T_NEED] == 0:
            tok[parent + T_JOIN] = 0
            ready(m, parent, code[tok[parent + T_PC] + NEXT])
        drop(m, t)
        return -1
    why = tok[t + T_WHY]
    drop(m, t)  # first, so that there is room for the one that is asked instead
    if not _replaced(m, parent):
        tok[parent + T_LEFT] -= 1
        if tok[parent + T_LEFT] < tok[parent + T_NEED]:
            tok[parent + T_JOIN] = 0
            tok[parent + T_WHY] = why
            ready(m, parent, code[tok[parent + T_PC] + FAIL])
    return -1


@jit
def send(m: Machine, t: int, pc: int) -> int:
    """What nobody waits for is set off; the next step."""
    if lacks(m, 1):
        return again(m, t, pc)
    c = child(m, t, m.code[pc + A], -1)
    m.tkf[c // 2 + F_LIMIT] = inf
    m.tkf[c // 2 + F_OUTER] = inf
    m.tok[c + T_PARENT] = -1
    m.tok[c + T_OWN] = 0
    if m.tok[c + T_RECORD] >= 0:
        m.tok[m.tok[c + T_RECORD] + R_LEFT] += 1
    m.tok[c + T_FLAGS] &= ~FLAG_UNTAKEN
    return m.code[pc + NEXT]


@jit
def hedge(m: Machine, t: int, pc: int) -> int:
    """A call that is made a second time if it takes long."""
    if lacks(m, 2):
        return again(m, t, pc)
    key = _opens(m, t, pc, 1, 1)
    child(m, t, m.code[pc + A], key)
    after = m.real[m.code[pc + D] + P_HEDGE]
    if m.real[m.code[pc + D] + P_SHARE] > 0.0 and m.code[pc + E] >= 0:
        after = m.inf[m.code[pc + E] // 2 + PF_HEDGE]
    if after < inf:
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


@jit
def lost(m: Machine, t: int, pc: int) -> int:
    """A call that never arrives."""
    m.tok[t + T_PC] = pc
    m.tok[t + T_NO] = -1
    arm(m, t)
    return -1


@jit
def check(m: Machine, t: int, pc: int) -> int:
    """A call that may be cut off, or fail at once; the next step."""
    code = m.code
    pair = code[pc + A]
    if m.ins[pair + PR_CUT] > 0:
        m.tok[t + T_WHY] = WHY_ERROR
        return code[pc + C]
    share = m.inf[pair // 2 + PF_ERRORS]
    if share > 0.0 and uniform(m.rng, code[pc + B]) < share:
        m.tok[t + T_WHY] = WHY_ERROR
        return code[pc + FAIL]
    return code[pc + NEXT]
