"""Tokens: taken from a free list, put into queues, made ready to run."""

from math import inf

from sysdesign.simulate.compiling import inside, jit
from sysdesign.simulate.kernel.layout import (
    F_ARMED,
    F_KEY,
    F_LIMIT,
    F_OUTER,
    FL_PRIORITY,
    IS_READY,
    N_FREE,
    N_HEAD,
    N_INSIDE,
    N_SEQ,
    N_SIZE,
    N_SPARE,
    N_TAIL,
    N_TOKENS,
    NUMBERS,
    R_HELD,
    R_LEFT,
    R_STATE,
    T_COPY,
    T_DEPTH,
    T_FLAGS,
    T_FLOW,
    T_HEDGE,
    T_JOIN,
    T_KEY,
    T_LINK,
    T_MISS,
    T_NEXT,
    T_NO,
    T_ORPHAN,
    T_OWN,
    T_PARENT,
    T_PC,
    T_PRIORITY,
    T_RECORD,
    T_SEQ,
    T_TIMER,
    T_TRIES,
    T_WHY,
)
from sysdesign.simulate.machine import Ints, Machine


@inside
def take(m: Machine, flow: int, pc: int, parent: int, key: int) -> int:
    """A new token of a flow at a step."""
    num, tok = m.num, m.tok
    t = num[N_FREE]
    if t >= 0:
        num[N_FREE] = tok[t + T_NEXT]
    else:  # one that was never used
        t = num[N_TOKENS]
        num[N_TOKENS] = t + num[N_SIZE]
    num[N_SPARE] -= 1
    num[N_INSIDE] += 1
    tok[t + T_PC] = pc
    tok[t + T_FLOW] = flow
    tok[t + T_PARENT] = parent
    tok[t + T_KEY] = key
    tok[t + T_JOIN] = 0
    tok[t + T_NO] = -1
    tok[t + T_TIMER] = -1
    tok[t + T_WHY] = 0
    tok[t + T_FLAGS] = 0
    tok[t + T_ORPHAN] = -1
    tok[t + T_DEPTH] = 0
    tok[t + T_MISS] = 0
    tok[t + T_MISS + 1] = 0
    tok[t + T_HEDGE] = -1
    tok[t + T_OWN] = 0
    tok[t + T_PRIORITY] = m.ins[flow + FL_PRIORITY]
    tok[t + T_RECORD] = -1
    tok[t + T_TRIES] = 1
    tok[t + T_COPY] = 0
    m.tkf[t // 2 + F_OUTER] = inf
    m.tkf[t // 2 + F_LIMIT] = inf
    m.tkf[t // 2 + F_ARMED] = inf
    return t


@inside
def drop(m: Machine, t: int) -> None:
    """A token is no more; what counts its messages is none, either, once nobody adds to it."""
    record = m.tok[t + T_RECORD]
    _free(m, t)
    if record >= 0:
        m.tok[record + R_HELD] -= 1
        let_go(m, record)


@jit
def let_go(m: Machine, record: int) -> None:
    """A record that nobody needs any more is free."""
    tok = m.tok
    if tok[record + R_HELD] == 0 and tok[record + R_LEFT] == 0 and tok[record + R_STATE] == 2:
        _free(m, record)


@jit
def _free(m: Machine, t: int) -> None:
    num, tok = m.num, m.tok
    tok[t + T_NO] = -1
    tok[t + T_TIMER] = -1
    tok[t + T_HEDGE] = -1
    tok[t + T_JOIN] = 0
    tok[t + T_FLOW] = -1
    tok[t + T_NEXT] = num[N_FREE]
    num[N_FREE] = t
    num[N_SPARE] += 1
    num[N_INSIDE] -= 1


@inside
def append(m: Machine, array: Ints, head: int, tail: int, t: int) -> None:
    """Put a token at the end of a list; its first and last one stand at `head` and `tail`."""
    tok = m.tok
    tok[t + T_NEXT] = -1
    if array[head] < 0:
        array[head] = t
    else:
        tok[array[tail] + T_NEXT] = t
    array[tail] = t


@jit
def ready(m: Machine, t: int, pc: int) -> None:
    """A token goes on with a step, after those that are ready already."""
    num, tok = m.num, m.tok
    tok[t + T_PC] = pc
    tok[t + T_NO] = IS_READY
    append(m, num, N_HEAD, N_TAIL, t)


@jit
def again(m: Machine, t: int, pc: int) -> int:
    """A token that lacks room tries its step again, before all others."""
    num, tok = m.num, m.tok
    tok[t + T_PC] = pc
    tok[t + T_NO] = IS_READY
    tok[t + T_NEXT] = num[N_HEAD]
    if num[N_HEAD] < 0:
        num[N_TAIL] = t
    num[N_HEAD] = t
    return -1


@jit
def _before(m: Machine, a: int, b: int) -> bool:
    x, y = m.tkf[a // 2 + F_KEY], m.tkf[b // 2 + F_KEY]
    return x < y or (x == y and (m.tok[b + T_SEQ] - m.tok[a + T_SEQ]) & NUMBERS <= NUMBERS // 2)


@jit
def meld(m: Machine, a: int, b: int) -> int:
    """The root of two skew heaps made one (Sleator and Tarjan, Self-adjusting heaps, 1986)."""
    tok = m.tok
    if a < 0:
        return b
    if b < 0:
        return a
    if _before(m, b, a):
        a, b = b, a
    root = a
    rest = tok[a + T_LINK]
    tok[a + T_LINK] = tok[a + T_NEXT]
    slot = a
    while rest >= 0:
        if _before(m, b, rest):
            rest, b = b, rest
        tok[slot + T_NEXT] = rest
        slot = rest
        following = tok[rest + T_LINK]
        tok[rest + T_LINK] = tok[rest + T_NEXT]
        rest = following
    tok[slot + T_NEXT] = b
    return root


@jit
def into_heap(m: Machine, root: int, t: int, key: float) -> int:
    """Add a token to a skew heap; its root."""
    seq = (m.num[N_SEQ] + 1) & NUMBERS
    m.num[N_SEQ] = seq
    m.tok[t + T_SEQ] = seq
    m.tok[t + T_NEXT] = -1
    m.tok[t + T_LINK] = -1
    m.tkf[t // 2 + F_KEY] = key
    return meld(m, root, t)


@jit
def copied(m: Machine, t: int) -> int:
    """A copy of a token that takes its place with its parent; what goes on stays with `t`."""
    num, tok, tkf = m.num, m.tok, m.tkf
    c = take(m, tok[t + T_FLOW], 0, tok[t + T_PARENT], tok[t + T_KEY])
    tok[c + T_FLAGS] = tok[t + T_FLAGS]
    tok[c + T_ORPHAN] = tok[t + T_ORPHAN]
    for k in range(T_DEPTH, num[N_SIZE]):
        tok[c + k] = tok[t + k]
    for k in range(num[N_SIZE] // 2):
        tkf[c // 2 + k] = tkf[t // 2 + k]
    tok[c + T_HEDGE] = -1
    tok[c + T_WHY] = 0
    tkf[c // 2 + F_ARMED] = inf
    if tok[t + T_RECORD] >= 0:
        tok[tok[t + T_RECORD] + R_HELD] += 1
    tok[t + T_KEY] = 0  # whoever waits for the end waits for the copy
    return c
