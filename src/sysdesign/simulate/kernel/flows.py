"""Flows: calls that come by themselves, messages that start some, and how each ends."""

from sysdesign.simulate.compiling import inside, jit
from sysdesign.simulate.kernel.boxes import into_box, starts_boxed, wakes, watches
from sysdesign.simulate.kernel.calls import lacks
from sysdesign.simulate.kernel.chains import carries, ends_chains, starts_chain
from sysdesign.simulate.kernel.draws import draw, exponential, times, uniform
from sysdesign.simulate.kernel.heap import push
from sysdesign.simulate.kernel.layout import (
    BX_DUE,
    BX_HEAD,
    BXF_KEEP,
    C_FROM,
    C_NOW,
    E_ARRIVE,
    E_THINK,
    F_BEGAN,
    F_CAME,
    F_CHAIN,
    FF_BACKLOG,
    FF_EVERY,
    FF_NEXT,
    FF_RATE,
    FF_SQUARES,
    FF_SUM,
    FL_AT_ONCE,
    FL_ATTEMPTS,
    FL_BACKLOG,
    FL_BOX,
    FL_CAME,
    FL_CHAINED,
    FL_COMPLETED,
    FL_DEAD,
    FL_DEGRADED,
    FL_ENTRY,
    FL_FAILED,
    FL_HEAD,
    FL_HIST,
    FL_IN,
    FL_JOINS,
    FL_LOST,
    FL_NO,
    FL_OPEN,
    FL_PERIODIC,
    FL_REFUSED,
    FL_RETRIED,
    FL_ROUGH,
    FL_ROUTES,
    FL_RUNNING,
    FL_STARTED,
    FL_STOPPED,
    FL_STREAM,
    FL_TAIL,
    FL_THINK,
    FL_TIMED_OUT,
    FL_TRACE,
    FL_TRIGGERED,
    FL_USERS,
    FL_WENT,
    FLAG_DEGRADED,
    FLAG_TRACED,
    FLAG_UNTAKEN,
    FLAG_WAITS,
    N_LINKS,
    N_STARTS,
    NEXT,
    OUT,
    R_HELD,
    R_LEFT,
    R_STATE,
    ROUGH_SHIFT,
    SPILLED_STEP,
    T_FLAGS,
    T_FLOW,
    T_GROUP,
    T_KEY,
    T_NEXT,
    T_RECORD,
    T_TRIES,
    T_WHY,
    WHY_REFUSED,
    WHY_TIMEOUT,
    A,
    B,
    C,
    D,
    E,
    F,
)
from sysdesign.simulate.kernel.measure import bucket
from sysdesign.simulate.kernel.spilling import spills, takes_in
from sysdesign.simulate.kernel.stations import taken
from sysdesign.simulate.kernel.tokens import again, append, drop, let_go, ready, take
from sysdesign.simulate.kernel.tracing import follows, tells, traces
from sysdesign.simulate.machine import Machine


@inside
def next_call(m: Machine, fl: int) -> None:
    """Draw when the next call of an open flow comes."""
    f = fl // 2
    now = m.clk[C_NOW]
    if m.ins[fl + FL_PERIODIC]:
        gap = m.inf[f + FF_EVERY]
    else:
        gap = exponential(m.rng, m.zig, m.ins[fl + FL_STREAM]) / m.inf[f + FF_RATE]
    m.inf[f + FF_NEXT] = now + gap
    m.ins[fl + FL_NO] = push(m, now + gap, E_ARRIVE, fl)


@jit
def reload(m: Machine, fl: int, factor: float) -> None:
    """The rate of a flow changes; what is left to the next call becomes shorter or longer."""
    f = fl // 2
    was, now = m.inf[f + FF_RATE], m.clk[C_NOW]
    rate = was * factor
    m.inf[f + FF_RATE] = rate
    if m.ins[fl + FL_OPEN] and not m.ins[fl + FL_PERIODIC]:
        gap = (m.inf[f + FF_NEXT] - now) * was / rate
        m.inf[f + FF_NEXT] = now + gap
        m.ins[fl + FL_NO] = push(m, now + gap, E_ARRIVE, fl)


@inside
def begins(m: Machine, t: int, fl: int) -> None:
    """A call begins, or the first run of a message."""
    ins, now = m.ins, m.clk[C_NOW]
    m.tkf[t // 2 + F_BEGAN] = now
    m.tkf[t // 2 + F_CHAIN] = now
    ins[fl + FL_CAME] += 1
    if now >= m.clk[C_FROM]:
        ins[fl + FL_STARTED] += 1
        if ins[fl + FL_TRACE] > 0:
            traces(m, t, fl)
    if m.num[N_STARTS]:
        starts_chain(m, t, fl)
    if ins[fl + FL_JOINS]:
        record = take(m, fl, 0, -1, 0)
        carries(m, record, t)
        m.tok[record + R_LEFT] = 0
        m.tok[record + R_STATE] = 0
        m.tok[record + R_HELD] = 1
        follows(m, record, t)
        m.tok[t + T_RECORD] = record


@inside
def call(m: Machine, fl: int) -> int:
    """A call of a flow begins; its token."""
    t = take(m, fl, m.ins[fl + FL_ENTRY], -1, 0)
    carries(m, t, -1)
    begins(m, t, fl)
    return t


@inside
def arrive(m: Machine, fl: int) -> int:
    """A call comes by itself, and the next one is drawn; its token."""
    next_call(m, fl)
    return call(m, fl)


@jit
def thinks(m: Machine, fl: int, left: float) -> None:
    """A user thinks before the next call; a part of it is `left`, all of it where that is one."""
    pause = 0.0
    if m.ins[fl + FL_THINK] >= 0:
        pause = left * draw(m, m.ins[fl + FL_THINK], m.ins[fl + FL_STREAM])
    push(m, m.clk[C_NOW] + pause, E_THINK, fl)


# -- messages ------------------------------------------------------------------------------------


@jit
def hand(m: Machine, t: int, pc: int) -> int:
    """Messages of a call are handed over; the next step."""
    code = m.code
    routes = code[pc + A]
    if code[pc + C]:
        return _hand_to_one(m, t, pc)
    whole = 0
    for k in range(code[pc + B]):
        whole += code[routes + 3 * k + 1] + 1
    if lacks(m, 3 * whole):
        return again(m, t, pc)
    for k in range(code[pc + B]):
        r = routes + 3 * k
        for _ in range(times(m, code[r + 1], m.real[code[r + 2]], code[pc + D])):
            message(m, code[r], m.tok[t + T_RECORD], t)
    return code[pc + NEXT]


@jit
def _hand_to_one(m: Machine, t: int, pc: int) -> int:
    """Each message goes to one of several flows; the next step."""
    code = m.code
    flows, shares, count = code[pc + A], code[pc + C], code[pc + B]
    if lacks(m, 3 * (code[pc + E] + 1)):
        return again(m, t, pc)
    for _ in range(times(m, code[pc + E], m.real[code[pc + F]], code[pc + D])):
        u = uniform(m.rng, code[pc + D])
        k = 0
        while k < count - 1 and m.real[shares + k] <= u:
            k += 1
        message(m, code[flows + k], m.tok[t + T_RECORD], t)
    return code[pc + NEXT]


@jit
def message(m: Machine, fl: int, record: int, sender: int) -> None:
    """A message comes to a flow, from a call."""
    ins, tok = m.ins, m.tok
    box = ins[fl + FL_BOX]
    if box and not takes_in(m, box, fl):
        return
    t = take(m, fl, ins[fl + FL_ENTRY], -1, 0)
    carries(m, t, sender)
    if record >= 0:
        tok[record + R_LEFT] += 1
    tok[t + T_GROUP] = record
    m.tkf[t // 2 + F_CAME] = m.clk[C_NOW]
    if tok[sender + T_FLAGS] & FLAG_TRACED:
        follows(m, t, sender)
        tells(m, t, SPILLED_STEP, 0, m.clk[C_NOW])
        tells(m, t, ins[fl + FL_ENTRY], 0, m.clk[C_NOW])
    ins[fl + FL_IN] += 1
    waiting(m, fl, 1)
    if box:
        tok[t + T_FLAGS] |= FLAG_WAITS
        into_box(m, box, t)
    append(m, ins, fl + FL_HEAD, fl + FL_TAIL, t)
    take_up(m, fl)


@jit
def waiting(m: Machine, fl: int, more: int) -> None:
    """So many more messages wait for work to begin."""
    m.ins[fl + FL_BACKLOG] += more
    m.inf[fl // 2 + FF_BACKLOG] -= more * m.clk[C_NOW]


@jit
def take_up(m: Machine, fl: int) -> None:
    """Messages start runs, one each, as long as not too many are under way."""
    ins, tok = m.ins, m.tok
    while (
        ins[fl + FL_HEAD] >= 0
        and ins[fl + FL_RUNNING] < ins[fl + FL_AT_ONCE]
        and ins[fl + FL_STOPPED] == 0
    ):
        t = ins[fl + FL_HEAD]
        ins[fl + FL_HEAD] = tok[t + T_NEXT]
        ins[fl + FL_RUNNING] += 1
        begins(m, t, fl)
        if ins[fl + FL_BOX]:  # where it stays until work begins
            starts_boxed(m, fl)
            tok[t + T_FLAGS] &= ~FLAG_WAITS
        tok[t + T_FLAGS] |= FLAG_UNTAKEN
        ready(m, t, ins[fl + FL_ENTRY])


@jit
def _comes_back(m: Machine, t: int, fl: int) -> None:
    """A message whose run failed is delivered again: the same call, in a token of its own."""
    tok, tkf = m.tok, m.tkf
    n = take(m, fl, m.ins[fl + FL_ENTRY], -1, 0)
    tok[n + T_GROUP] = tok[t + T_GROUP]
    tok[n + T_TRIES] = tok[t + T_TRIES] + 1
    tok[n + T_RECORD] = tok[t + T_RECORD]
    if tok[n + T_RECORD] >= 0:
        tok[tok[n + T_RECORD] + R_HELD] += 1
    tkf[n // 2 + F_BEGAN] = m.clk[C_NOW]
    tkf[n // 2 + F_CAME] = tkf[t // 2 + F_CAME]
    tkf[n // 2 + F_CHAIN] = tkf[t // 2 + F_CHAIN]
    carries(m, n, t)
    follows(m, n, t)
    m.ins[fl + FL_RETRIED] += 1
    if m.ins[fl + FL_BOX]:
        tok[n + m.num[N_LINKS]] = OUT
    waiting(m, fl, 1)
    tok[n + T_FLAGS] |= FLAG_UNTAKEN
    ready(m, n, m.ins[fl + FL_ENTRY])


@jit
def settled(m: Machine, record: int) -> None:
    """One message less of those that a call set off; the last one lets others begin."""
    if record < 0:
        return
    m.tok[record + R_LEFT] -= 1
    if m.tok[record + R_LEFT] == 0:
        if m.tok[record + R_STATE] == 1:
            joined(m, record)
        let_go(m, record)


@jit
def spilled(m: Machine, t: int) -> None:
    """A message that was dropped: whoever waits for all of its call knows."""
    group = m.tok[t + T_GROUP]
    drop(m, t)
    settled(m, group)


@jit
def too_old(m: Machine, box: int) -> None:
    """The oldest message of a box is dropped if it has lain there for too long."""
    m.ins[box + BX_DUE] = 0
    t = m.ins[box + BX_HEAD]
    if t >= 0 and m.tkf[t // 2 + F_CAME] + m.inf[box // 2 + BXF_KEEP] <= m.clk[C_NOW]:
        fl = m.tok[t + T_FLOW]
        spills(m, box)
        wakes(m, box)
        take_up(m, fl)
    watches(m, box)


@jit
def joined(m: Machine, record: int) -> None:
    """All that a call set off is over: flows that wait for it begin."""
    code = m.code
    fl = m.tok[record + T_FLOW]
    m.tok[record + R_STATE] = 2
    routes = m.ins[fl + FL_ROUTES]
    for k in range(m.ins[fl + FL_JOINS]):
        r = routes + 3 * k
        for _ in range(times(m, code[r + 1], m.real[code[r + 2]], m.ins[fl + FL_STREAM])):
            message(m, code[r], -1, record)


@jit
def _message_ends(m: Machine, t: int, fl: int, ok: int) -> None:
    """A message is done with, or dead."""
    ins = m.ins
    ins[fl + FL_DEAD] += not ok
    settled(m, m.tok[t + T_GROUP])
    ins[fl + FL_RUNNING] -= 1
    take_up(m, fl)


@jit
def _taken_late(m: Machine, t: int) -> None:
    """A run that ended without any work takes its message now."""
    if m.tok[t + T_FLAGS] & FLAG_UNTAKEN:
        taken(m, t)


@jit
def finish(m: Machine, t: int, ok: int, when: float) -> None:
    """A call is over at a time; those that came in the warm-up do not count.

    A run that failed is not the end of its message as long as that may be delivered again.
    """
    ins = m.ins
    fl, f = m.tok[t + T_FLOW], t // 2
    triggered = ins[fl + FL_TRIGGERED] > 0
    if triggered:
        _taken_late(m, t)
        if not ok and m.tok[t + T_TRIES] < ins[fl + FL_ATTEMPTS]:
            _comes_back(m, t, fl)
            drop(m, t)
            return
    seconds = when - m.tkf[f + F_BEGAN]
    counts = m.tkf[f + F_CHAIN] >= m.clk[C_FROM]
    if ok:
        if ins[fl + FL_CHAINED]:
            ends_chains(m, t, when)
        k = bucket(seconds)
        ins[fl + FL_WENT] += 1
        m.hist[ins[fl + FL_ROUGH] + (k >> ROUGH_SHIFT)] += 1
        if counts:
            m.hist[ins[fl + FL_HIST] + k] += 1
            ins[fl + FL_COMPLETED] += 1
            ins[fl + FL_DEGRADED] += m.tok[t + T_FLAGS] & FLAG_DEGRADED
            m.inf[fl // 2 + FF_SUM] += seconds
            m.inf[fl // 2 + FF_SQUARES] += seconds * seconds
    else:
        ins[fl + FL_LOST] += 1
        if counts:
            why = m.tok[t + T_WHY]
            ins[fl + FL_FAILED] += 1
            ins[fl + FL_REFUSED] += why == WHY_REFUSED
            ins[fl + FL_TIMED_OUT] += why == WHY_TIMEOUT
    if triggered:
        _message_ends(m, t, fl, ok)
    elif ins[fl + FL_USERS]:
        thinks(m, fl, 1.0)
    record = m.tok[t + T_RECORD]
    drop(m, t)
    if record >= 0:
        m.tok[record + R_STATE] = 1
        if m.tok[record + R_LEFT] == 0:
            joined(m, record)
            let_go(m, record)


@jit
def gone(m: Machine, t: int) -> None:
    """What nobody waited for is over; it counts as one of the messages of its call."""
    record = m.tok[t + T_RECORD] if m.tok[t + T_KEY] == -1 else -1
    drop(m, t)
    settled(m, record)
