"""The loop: events in order, and what a token does until it has to wait."""

from sysdesign.simulate.compiling import entry, inside, jit
from sysdesign.simulate.kernel.boxes import room_for
from sysdesign.simulate.kernel.breaking import breaks, goes_around
from sysdesign.simulate.kernel.calls import (
    attempt,
    check,
    ended,
    fork,
    guard,
    hedge,
    hedged,
    lost,
    missed,
    noted,
    passed,
    send,
    timed,
    wave,
)
from sysdesign.simulate.kernel.changes import change
from sysdesign.simulate.kernel.connecting import comes_back
from sysdesign.simulate.kernel.draws import draw, times, uniform
from sysdesign.simulate.kernel.failing import unlist, unwind
from sysdesign.simulate.kernel.flows import (
    arrive,
    call,
    finish,
    gone,
    hand,
    next_call,
    spilled,
    thinks,
    too_old,
)
from sysdesign.simulate.kernel.heap import push, settle
from sysdesign.simulate.kernel.keyed import fill, lookup
from sysdesign.simulate.kernel.layout import (
    AGAIN,
    ATTEMPT,
    B_NO,
    BREAK,
    BUSY,
    C_FROM,
    C_INTERVAL,
    C_NOW,
    CALL,
    CHANGE,
    CHECK,
    CHF_AT,
    CHILD,
    CHOICE,
    DELAY,
    DONE,
    E_AROUND,
    E_ARRIVE,
    E_BACK,
    E_BREAK,
    E_CHANGE,
    E_GO,
    E_HEDGE,
    E_LEAD,
    E_LIST,
    E_OLD,
    E_SCALE,
    E_SHARED,
    E_STARTS,
    E_THINK,
    E_TICK,
    E_TIMER,
    F_LIMIT,
    FAILED,
    FALLBACK,
    FF_RATE,
    FILL,
    FL_NO,
    FL_OPEN,
    FL_STREAM,
    FL_USERS,
    FLAG_DEAD,
    FLAG_DEGRADED,
    FLAG_TRACED,
    FLOW,
    FORK,
    GUARD,
    HAND,
    HEDGE,
    HOLD,
    I_NO,
    I_TAKES,
    I_UP,
    KEY,
    KEY_STEP,
    LOOKUP,
    LOST,
    MISSED,
    N_BREAKS,
    N_CHANGES,
    N_EVENTS,
    N_FLOWS,
    N_HEAD,
    N_HEAP,
    N_HOLE,
    N_LATER,
    N_MARGIN,
    N_MOST,
    N_ROOM,
    N_SCALES,
    N_SPARE,
    N_WANT,
    NEXT,
    NOTED,
    NUMBERS,
    OK,
    OPTIONAL,
    PASSED,
    PF_SLOW,
    PR_CALLS,
    PURE,
    RELEASE,
    ROOM,
    ROOM_FOR,
    SCALE,
    SCF_EVERY,
    SEND,
    SPILLED,
    T_FLAGS,
    T_HEDGE,
    T_MISS,
    T_NEXT,
    T_NO,
    T_PC,
    T_TIMER,
    T_WHY,
    TIMES,
    VISIT,
    WAVE,
    A,
    B,
    C,
    D,
    E,
    F,
    G,
)
from sysdesign.simulate.kernel.leading import takes_over
from sysdesign.simulate.kernel.memory import soon, view
from sysdesign.simulate.kernel.scaling import look, starts
from sysdesign.simulate.kernel.series import tick
from sysdesign.simulate.kernel.slots import hold, release
from sysdesign.simulate.kernel.stations import answered, pure, shared, visit, worked
from sysdesign.simulate.kernel.timers import arm
from sysdesign.simulate.kernel.tokens import ready
from sysdesign.simulate.kernel.tracing import tells
from sysdesign.simulate.machine import Machine

_FEW = 64  # events that stay near by themselves
_MOST_AT_ONCE = 1 << 26  # tokens that go on at the same moment


@inside
def _delay(m: Machine, t: int, pc: int) -> int:
    """Time passes; where nothing can happen to the call any more, it ends then at once."""
    code = m.code
    time = draw(m, code[pc + A], code[pc + C])
    for k in range(code[pc + E]):
        time *= m.inf[code[code[pc + D] + k] // 2 + PF_SLOW]
    end = m.clk[C_NOW] + time
    if end <= m.tkf[t // 2 + F_LIMIT]:
        if code[pc + B]:
            if m.tok[t + T_FLAGS] & FLAG_TRACED:
                tells(m, t, code[pc + NEXT], 0, end)
            finish(m, t, 1, end)
            return -1
    else:
        arm(m, t)
    m.tok[t + T_PC] = pc
    m.tok[t + T_NO] = push(m, end, E_GO, t)
    return -1


@inside
def _choice(m: Machine, pc: int) -> int:
    """One of several ways."""
    code = m.code
    u = uniform(m.rng, code[pc + D])
    shares, k, last = code[pc + A], 0, code[pc + B] - 1
    while k < last and m.real[shares + k] <= u:
        k += 1
    return code[code[pc + C] + k]


@jit
def _times(m: Machine, t: int, pc: int) -> int:
    """How often the next steps are done."""
    code, s = m.code, m.code[pc + F]
    if code[pc + D] >= 0:
        wanted = m.real[code[pc + C]] * draw(m, code[pc + D], s)
        count = int(min(wanted, float(NUMBERS - 1)))
        count = times(m, count, wanted - count, s)
        batch = code[pc + G]
        if batch > 1:
            count = (count + batch - 1) // batch
    else:
        count = times(m, code[pc + B], m.real[code[pc + C]], s)
    m.tok[t + code[pc + A]] = count
    return code[pc + NEXT] if count > 0 else code[pc + E]


@jit
def _again(m: Machine, t: int, pc: int) -> int:
    code = m.code
    left = m.tok[t + code[pc + A]] - code[pc + C]
    m.tok[t + code[pc + A]] = left
    return code[pc + B] if left > 0 else code[pc + NEXT]


@jit
def _optional(m: Machine, t: int, pc: int) -> int:
    """A call that failed is not needed, or is a miss; what follows will know."""
    if m.code[pc + B]:
        m.tok[t + T_FLAGS] |= FLAG_DEGRADED
    if m.code[pc + A] >= 0:
        m.tok[t + T_MISS + (m.code[pc + A] >> 5)] |= 1 << (m.code[pc + A] & 31)
    return m.code[pc + NEXT]


@jit
def _fallback(m: Machine, t: int, pc: int) -> int:
    word, bit = t + T_MISS + (m.code[pc + A] >> 5), 1 << (m.code[pc + A] & 31)
    if m.tok[word] & bit:
        if not m.code[pc + C]:
            m.tok[word] &= ~bit
        return m.code[pc + B]
    return m.code[pc + NEXT]


@jit
def _rare(m: Machine, t: int, pc: int, op: int) -> int:
    """Steps that are done less often; the next one, or -1."""
    code = m.code
    if op == HEDGE:
        return hedge(m, t, pc)
    if op == HAND:
        return hand(m, t, pc)
    if op == OPTIONAL:
        return _optional(m, t, pc)
    if op == FALLBACK:
        return _fallback(m, t, pc)
    if op == SEND:
        return send(m, t, pc)
    if op == WAVE:
        return wave(m, t, pc)
    if op == ATTEMPT:
        return attempt(m, t, pc)
    if op == KEY:
        m.tok[t + code[pc + A]] = int(uniform(m.rng, code[pc + D]) / KEY_STEP)
        return code[pc + NEXT]
    if op == NOTED:
        noted(m, code[pc + A], m.tok[t + T_WHY])
        return code[pc + NEXT]
    if op == CHECK:
        return check(m, t, pc)
    if op == LOST:
        return lost(m, t, pc)
    if op == ROOM_FOR:
        return room_for(m, t, pc)
    if op == SPILLED:
        spilled(m, t)
        return -1
    gone(m, t)
    return -1


@jit
def run(m: Machine, t: int, pc: int) -> None:  # noqa: C901 - one line for each kind of step
    """Do the steps of a token until it has to wait, or is over."""
    code = m.code
    if m.tok[t + T_FLAGS] & FLAG_DEAD and pc >= 0:
        unwind(m, t, pc)
        return
    traced = m.tok[t + T_FLAGS] & FLAG_TRACED
    while pc >= 0:
        op = code[pc]
        if traced:
            tells(m, t, pc, 0, m.clk[C_NOW])
        if op == VISIT:
            pc = visit(m, t, pc)
        elif op == DELAY:
            pc = _delay(m, t, pc)
        elif op == DONE:
            finish(m, t, 1, m.clk[C_NOW])
            return
        elif op == CHOICE:
            pc = _choice(m, pc)
        elif op == CALL:
            m.ins[code[pc + A] + PR_CALLS] += 1
            pc = code[pc + NEXT]
        elif op == GUARD:
            pc = guard(m, t, pc)
        elif op == PASSED:
            pc = passed(m, t, pc)
        elif op == HOLD:
            pc = hold(m, t, pc)
        elif op == RELEASE:
            pc = release(m, t, pc)
        elif op == PURE:
            pc = pure(m, t, pc)
        elif op == CHILD:
            pc = ended(m, t, code[pc + A])
        elif op == FORK:
            pc = fork(m, t, pc)
        elif op == TIMES:
            pc = _times(m, t, pc)
        elif op == AGAIN:
            pc = _again(m, t, pc)
        elif op == LOOKUP:
            pc = lookup(m, t, pc)
        elif op == FILL:
            pc = fill(m, t, pc)
        elif op == MISSED:
            pc = missed(m, t, pc)
        elif op == FAILED:
            finish(m, t, 0, m.clk[C_NOW])
            return
        else:
            pc = _rare(m, t, pc, op)


@inside
def _go(m: Machine, t: int) -> int:
    """The action of a token is over; its next step."""
    pc = m.tok[t + T_PC]
    m.tok[t + T_NO] = -1
    op = m.code[pc]
    if op == VISIT:
        return worked(m, t)
    if op == PURE:
        return answered(m, t)
    return m.code[pc + NEXT]


@inside
def _happens(m: Machine, kind: int, row: int, number: int) -> int:
    """An event, unless it is void; the token that goes on with its step, or -1."""
    tok = m.tok
    if kind == E_GO:
        if tok[row + T_NO] == number:
            tok[row + T_PC] = _go(m, row)
            return row
    elif kind == E_ARRIVE:
        if m.ins[row + FL_NO] == number:
            return arrive(m, row)
    elif kind == E_TIMER:
        if tok[row + T_TIMER] == number:
            timed(m, row)
    elif kind == E_SHARED:
        if m.ins[row + I_NO] == number:
            return shared(m, row)
    elif kind == E_HEDGE:
        if tok[row + T_HEDGE] == number:
            hedged(m, row)
    else:
        _rarely(m, kind, row, number)
    return -1


@jit
def _rarely(m: Machine, kind: int, row: int, number: int) -> None:
    """Events that are rare."""
    if kind == E_THINK:
        t = call(m, row)
        ready(m, t, m.tok[t + T_PC])
    elif kind == E_CHANGE:
        change(m, row)
    elif kind == E_SCALE:
        look(m, row)
    elif kind == E_STARTS:
        starts(m, row)
    elif kind == E_LIST:
        if not m.ins[row + I_UP]:
            unlist(m, row)
    elif kind == E_BACK:
        comes_back(m, row)
    elif kind == E_BREAK:
        breaks(m, row, False)
    elif kind == E_OLD:
        too_old(m, row)
    elif kind == E_AROUND:
        if m.ins[row + B_NO] == number:
            goes_around(m, row)
    elif kind == E_LEAD:
        if m.ins[row + I_TAKES] == number:
            takes_over(m, row)
    else:
        tick(m)
        push(m, m.clk[C_NOW] + m.clk[C_INTERVAL], E_TICK, 0)


@inside
def _expect(m: Machine, size: int) -> None:
    """Read ahead what the event after this one is about, where there are many."""
    if size > _FEW:
        best = 1
        for k in range(2, 5):
            if m.at[k] < m.at[best]:
                best = k
        row = m.what[2 * best + 1] >> 4
        soon(m.tok, row)
        soon(m.tok, row + 16)
        soon(m.tkf, row // 2)


@entry
def start(arrays: Machine) -> None:
    """The first event of each flow, and of the series."""
    m = view(arrays)
    num, ins = m.num, m.ins
    for k in range(num[N_FLOWS]):
        fl = k * FLOW
        if ins[fl + FL_OPEN] and m.inf[fl // 2 + FF_RATE] > 0.0:
            next_call(m, fl)
        for _ in range(ins[fl + FL_USERS]):  # not all have begun to think just now
            thinks(m, fl, uniform(m.rng, ins[fl + FL_STREAM]))
    row = num[N_LATER]
    for _ in range(num[N_CHANGES]):
        push(m, m.inf[row // 2 + CHF_AT] + m.clk[C_FROM], E_CHANGE, row)
        row += CHANGE
    for _ in range(num[N_SCALES]):
        push(m, m.inf[row // 2 + SCF_EVERY], E_SCALE, row)
        row += SCALE
    for _ in range(num[N_BREAKS]):
        breaks(m, row, True)
        row += BREAK
    push(m, m.clk[C_NOW] + m.clk[C_INTERVAL], E_TICK, 0)


@entry
def advance(arrays: Machine, until: float) -> int:
    """Run up to a time, or until more room is needed; OK, ROOM or BUSY."""
    m = view(arrays)
    num, at, what, tok = m.num, m.at, m.what, m.tok
    room, events, done, status = num[N_ROOM], 0, 0, OK
    left = min(1 << 20, num[N_MOST] - num[N_EVENTS])
    at_once = min(num[N_MOST], _MOST_AT_ONCE)
    while True:
        t = num[N_HEAD]
        if t < 0:
            settle(m)
        if num[N_SPARE] < num[N_MARGIN] or num[N_HEAP] + num[N_MARGIN] > room:
            status = ROOM
            break
        if t >= 0:
            done += 1
            if done > at_once:  # they make each other ready, and no time passes
                status = BUSY
                break
            num[N_HEAD] = tok[t + T_NEXT]
            tok[t + T_NO] = -1
        else:
            done = 0
            if events >= left:
                num[N_EVENTS] += events
                events = 0
                left = min(1 << 20, num[N_MOST] - num[N_EVENTS])
                if left <= 0:
                    status = BUSY
                    break
            if num[N_HEAP] == 0 or at[0] > until:
                m.clk[C_NOW] = until
                break
            m.clk[C_NOW] = at[0]
            tail, number = what[1], what[0] & NUMBERS
            num[N_HOLE] = 1
            events += 1
            _expect(m, num[N_HEAP])
            t = _happens(m, tail & 15, tail >> 4, number)
        if t >= 0:
            run(m, t, tok[t + T_PC])
        if num[N_WANT] > 0:
            status = ROOM
            break
    num[N_EVENTS] += events
    return status
