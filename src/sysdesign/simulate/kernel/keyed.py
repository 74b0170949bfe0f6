"""Caches by key: what is held, what goes first when there is no room, who fetches what lacks.

A call draws its key: a class of keys that are asked for alike (Walker's alias method), then an
entry of the class. Where there are more keys than entries, an entry stands for several alike; then
a call is about the very key that stands for them only now and then, with a chance of one in so
many. Each key is thus asked for, put in and forgotten at its own pace; an entry takes as much room
as the keys it stands for. Source of the idea: Waldspurger et al., Efficient MRC Construction with
SHARDS (FAST 2015), which looks at a sample of the keys.

Order of going: lru and fifo are lists, lfu a heap by (times asked, last asked), random an array.
With a lifetime, those put in first are the first to be forgotten: a second list.
"""

from math import inf

from sysdesign.simulate.compiling import jit
from sysdesign.simulate.kernel.draws import uniform
from sysdesign.simulate.kernel.layout import (
    C_NOW,
    CA_CLASSES,
    CA_COALESCE,
    CA_COUNT,
    CA_EVICT,
    CA_FIRST,
    CA_HITS,
    CA_JOINED,
    CA_KEYS,
    CA_MISSES,
    CA_OTHER,
    CA_PART,
    CA_SET,
    CA_SETS,
    CA_STATION_COUNT,
    CA_STATIONS,
    CA_STREAM,
    CA_WEIGHT,
    CAF_ROOM,
    CAF_TTL,
    ENTRY,
    EV_FIFO,
    EV_LFU,
    EV_LRU,
    EV_RANDOM,
    FAIL,
    GROUP,
    I_GROUP,
    I_STATION,
    I_UP,
    INSTANCE,
    K_LIST,
    NEXT,
    Q_AFTER,
    Q_ASKED,
    Q_BEFORE,
    Q_CLASS,
    Q_FLIGHT,
    Q_HELD,
    Q_LAST,
    Q_NEWER,
    Q_OLDER,
    S_FIRST,
    S_GROUP_SIZE,
    S_GROUPS,
    S_KEPT,
    S_KEPTS,
    SET,
    T_INST,
    T_NEXT,
    T_NO,
    T_PC,
    T_WHY,
    WHY_ERROR,
    X_BASE,
    X_CACHE,
    X_CLOCK,
    X_COUNT,
    X_HEAD,
    X_NEW,
    X_OLD,
    X_TAIL,
    XF_USED,
    A,
    B,
    E,
)
from sysdesign.simulate.kernel.timers import arm
from sysdesign.simulate.kernel.tokens import ready
from sysdesign.simulate.machine import Machine

# -- the order in which entries go ---------------------------------------------------------------


@jit
def _join(m: Machine, x: int, q: int, first: int, last: int, before: int, after: int) -> None:
    """An entry becomes the last of a list whose ends and links lie in these fields."""
    kept, ins = m.kept, m.ins
    end = ins[x + last]
    kept[q + before] = end
    kept[q + after] = -1
    if end < 0:
        ins[x + first] = q
    else:
        kept[end + after] = q
    ins[x + last] = q


@jit
def _leave(m: Machine, x: int, q: int, first: int, last: int, before: int, after: int) -> None:
    """An entry is no more in such a list."""
    kept, ins = m.kept, m.ins
    earlier, later = kept[q + before], kept[q + after]
    if earlier < 0:
        ins[x + first] = later
    else:
        kept[earlier + after] = later
    if later < 0:
        ins[x + last] = earlier
    else:
        kept[later + before] = earlier


@jit
def _append(m: Machine, x: int, q: int) -> None:
    """An entry becomes the last to go."""
    _join(m, x, q, X_HEAD, X_TAIL, Q_BEFORE, Q_AFTER)


@jit
def _unlink(m: Machine, x: int, q: int) -> None:
    _leave(m, x, q, X_HEAD, X_TAIL, Q_BEFORE, Q_AFTER)


@jit
def _at(m: Machine, x: int, k: int) -> int:
    """The entry at a place of the array."""
    return m.kept[m.ins[x + X_BASE] + k * ENTRY + Q_BEFORE]


@jit
def _put(m: Machine, x: int, k: int, q: int) -> None:
    m.kept[m.ins[x + X_BASE] + k * ENTRY + Q_BEFORE] = q
    m.kept[q + Q_AFTER] = k


@jit
def _sooner(m: Machine, a: int, b: int) -> bool:
    """Whether an entry was asked for less often than another, or as often and longer ago."""
    kept = m.kept
    more = kept[a + Q_ASKED] - kept[b + Q_ASKED]
    return more < 0 or (more == 0 and kept[a + Q_LAST] < kept[b + Q_LAST])


@jit
def _sinks(m: Machine, x: int, k: int, count: int) -> None:
    """The entry at a place of the heap goes down as far as it has to."""
    q = _at(m, x, k)
    while True:
        child = 2 * k + 1
        if child >= count:
            break
        c = _at(m, x, child)
        if child + 1 < count and _sooner(m, _at(m, x, child + 1), c):
            child += 1
            c = _at(m, x, child)
        if _sooner(m, q, c):
            break
        _put(m, x, k, c)
        k = child
    _put(m, x, k, q)


@jit
def _rises(m: Machine, x: int, k: int) -> None:
    q = _at(m, x, k)
    while k > 0:
        up = (k - 1) // 2
        p = _at(m, x, up)
        if _sooner(m, p, q):
            break
        _put(m, x, k, p)
        k = up
    _put(m, x, k, q)


@jit
def _out_of_array(m: Machine, x: int, q: int, heap: bool) -> None:
    """The last one takes the place of an entry that goes; `X_COUNT` has been lowered."""
    last = m.ins[x + X_COUNT]
    k = m.kept[q + Q_AFTER]
    if k < last:
        moved = _at(m, x, last)
        _put(m, x, k, moved)
        if heap:
            _rises(m, x, k)
            _sinks(m, x, m.kept[moved + Q_AFTER], last)


@jit
def _renewed(m: Machine, x: int, q: int, evict: int) -> None:
    """An entry that is held was asked for."""
    if evict == EV_LRU:
        if m.ins[x + X_TAIL] != q:
            _unlink(m, x, q)
            _append(m, x, q)
    elif evict == EV_LFU:
        clock = m.ins[x + X_CLOCK] + 1
        m.ins[x + X_CLOCK] = clock
        m.kept[q + Q_ASKED] += 1
        m.kept[q + Q_LAST] = clock
        _sinks(m, x, m.kept[q + Q_AFTER], m.ins[x + X_COUNT])


# -- what is held --------------------------------------------------------------------------------


@jit
def _weight(m: Machine, x: int, q: int) -> float:
    """Keys that an entry stands for."""
    return m.real[m.ins[m.ins[x + X_CACHE] + CA_WEIGHT] + m.kept[q + Q_CLASS]]


@jit
def _younger(m: Machine, x: int, q: int) -> None:
    """An entry is the one put in last."""
    _join(m, x, q, X_OLD, X_NEW, Q_OLDER, Q_NEWER)


@jit
def _out_of_age(m: Machine, x: int, q: int) -> None:
    _leave(m, x, q, X_OLD, X_NEW, Q_OLDER, Q_NEWER)


@jit
def _goes(m: Machine, x: int, q: int) -> None:
    """An entry is held no more."""
    ins = m.ins
    ca = ins[x + X_CACHE]
    evict = ins[ca + CA_EVICT]
    ins[x + X_COUNT] -= 1
    if evict in (EV_LRU, EV_FIFO):
        _unlink(m, x, q)
    else:
        _out_of_array(m, x, q, evict == EV_LFU)
    if m.inf[ca // 2 + CAF_TTL] < inf:
        _out_of_age(m, x, q)
    m.kept[q + Q_HELD] = 0
    m.inf[x // 2 + XF_USED] -= _weight(m, x, q)
    if ins[x + X_COUNT] == 0:
        m.inf[x // 2 + XF_USED] = 0.0


@jit
def _victim(m: Machine, x: int, evict: int, s: int) -> int:
    """The entry that goes when room is short."""
    if evict == EV_RANDOM:
        return _at(m, x, int(uniform(m.rng, s) * m.ins[x + X_COUNT]))
    if evict == EV_LFU:
        return _at(m, x, 0)
    return m.ins[x + X_HEAD]


@jit
def _has_room(m: Machine, x: int, more: float) -> bool:
    """Make room for so many keys, to the nearest entry; False where there is none for any."""
    ins, ca = m.ins, m.ins[x + X_CACHE]
    room = m.inf[ca // 2 + CAF_ROOM]
    if m.inf[ca // 2 + CAF_TTL] < inf:
        while ins[x + X_OLD] >= 0 and m.due[ins[x + X_OLD] // ENTRY] <= m.clk[C_NOW]:
            _goes(m, x, ins[x + X_OLD])
    if more > 2.0 * room:
        return False
    while ins[x + X_COUNT] > 0:
        q = _victim(m, x, ins[ca + CA_EVICT], ins[ca + CA_STREAM])
        if m.inf[x // 2 + XF_USED] + more - room < 0.5 * _weight(m, x, q):
            break
        _goes(m, x, q)
    return True


@jit
def _comes(m: Machine, x: int, q: int) -> None:
    """A key that was fetched is put in."""
    ins, kept, ca = m.ins, m.kept, m.ins[x + X_CACHE]
    evict, ttl = ins[ca + CA_EVICT], m.inf[ca // 2 + CAF_TTL]
    if kept[q + Q_HELD]:
        _renewed(m, x, q, evict)
        if ttl < inf:
            _out_of_age(m, x, q)
            _younger(m, x, q)
            m.due[q // ENTRY] = m.clk[C_NOW] + ttl
        return
    weight = _weight(m, x, q)
    if not _has_room(m, x, weight):
        return
    kept[q + Q_HELD] = 1
    m.inf[x // 2 + XF_USED] += weight
    k = ins[x + X_COUNT]
    ins[x + X_COUNT] = k + 1
    if evict in (EV_LRU, EV_FIFO):
        _append(m, x, q)
    else:
        _put(m, x, k, q)
        if evict == EV_LFU:
            ins[x + X_CLOCK] += 1
            kept[q + Q_ASKED] = 1
            kept[q + Q_LAST] = ins[x + X_CLOCK]
            _rises(m, x, k)
    if ttl < inf:
        _younger(m, x, q)
        m.due[q // ENTRY] = m.clk[C_NOW] + ttl


# -- calls ---------------------------------------------------------------------------------------


@jit
def _set_of(m: Machine, t: int, ca: int, s: int) -> int:
    """The contents that a call is answered from: those of the instance that it went to."""
    ins = m.ins
    sets, first = ins[ca + CA_SETS], ins[ca + CA_SET]
    if sets == 1:
        return first
    i = m.tok[t + T_INST]
    st = m.code[ins[ca + CA_STATIONS]]
    if i > 0 and ins[i + I_STATION] == st:
        k = _place_of(m, st, i)
        if k < sets:
            return first + k * SET
    return first + int(uniform(m.rng, s) * sets) * SET


@jit
def _place_of(m: Machine, st: int, i: int) -> int:
    """The how-many-eth instance of its group one is."""
    ins = m.ins
    g = ins[i + I_GROUP]
    return (i - ins[ins[g + K_LIST] + ins[st + S_GROUP_SIZE]]) // INSTANCE


@jit
def lookup(m: Machine, t: int, pc: int) -> int:
    """A call asks for a key; the next step, or -1 while it waits for another that fetches it."""
    code, ins, kept, real = m.code, m.ins, m.kept, m.real
    ca = code[pc + A]
    s = ins[ca + CA_STREAM]
    u = uniform(m.rng, s) * ins[ca + CA_CLASSES]
    k = int(u)
    if u - k >= real[ins[ca + CA_PART] + k]:
        k = code[ins[ca + CA_OTHER] + k]
    count, entry = code[ins[ca + CA_COUNT] + k], code[ins[ca + CA_FIRST] + k]
    if count > 1:
        entry += int(uniform(m.rng, s) * count)
    x = _set_of(m, t, ca, s)
    q = ins[x + X_BASE] + entry * ENTRY
    weight = real[ins[ca + CA_WEIGHT] + k]
    itself = weight <= 1.0 or uniform(m.rng, s) * weight < 1.0
    fresh = m.inf[ca // 2 + CAF_TTL] == inf or m.due[q // ENTRY] > m.clk[C_NOW]
    if kept[q + Q_HELD] and fresh:
        ins[ca + CA_HITS] += 1
        if itself:
            _renewed(m, x, q, ins[ca + CA_EVICT])
        return code[pc + NEXT]
    ins[ca + CA_MISSES] += 1
    reg = t + code[pc + E]
    m.tok[reg] = -1 - x
    m.tok[reg + 2] = q if itself else -1
    if not itself or not ins[ca + CA_COALESCE]:
        return code[pc + B]
    flight = kept[q + Q_FLIGHT]
    if flight == 0:
        kept[q + Q_FLIGHT] = 1
        return code[pc + B]
    ins[ca + CA_JOINED] += 1
    m.tok[t + T_NEXT] = flight - 2
    kept[q + Q_FLIGHT] = t + 2
    m.tok[t + T_PC] = pc
    m.tok[t + T_NO] = -1
    arm(m, t)
    return -1


@jit
def landed(m: Machine, x: int, q: int, why: int) -> None:
    """A key was fetched, or could not be (`why`): those who wait for it go on, or fail as well."""
    if q < 0 or not m.ins[m.ins[x + X_CACHE] + CA_COALESCE]:
        return
    tok = m.tok
    t = m.kept[q + Q_FLIGHT] - 2
    m.kept[q + Q_FLIGHT] = 0
    first = -1
    while t >= 0:  # the one that came first goes on first
        following = tok[t + T_NEXT]
        tok[t + T_NEXT] = first
        first = t
        t = following
    while first >= 0:
        following = tok[first + T_NEXT]
        pc = tok[first + T_PC]
        tok[first + T_WHY] = why
        ready(m, first, m.code[pc + (NEXT if why == 0 else FAIL)])
        first = following


@jit
def fill(m: Machine, t: int, pc: int) -> int:
    """What a call fetched is put in; the next step."""
    reg = t + m.code[pc + E]
    x, q = -1 - m.tok[reg], m.tok[reg + 2]
    if q >= 0:
        _comes(m, x, q)
        landed(m, x, q, 0)
    return m.code[pc + NEXT]


@jit
def unfetched(m: Machine, x: int, q: int) -> None:
    """A call did not get what it was to fetch."""
    landed(m, x, q, WHY_ERROR)


# -- emptied -------------------------------------------------------------------------------------


@jit
def _empties(m: Machine, x: int, shard: int, shards: int) -> None:
    """One shard of contents is lost; keys lie on shards in turn."""
    base = m.ins[x + X_BASE]
    for k in range(shard, m.ins[m.ins[x + X_CACHE] + CA_KEYS], shards):
        if m.kept[base + k * ENTRY + Q_HELD]:
            _goes(m, x, base + k * ENTRY)


@jit
def cold(m: Machine, ca: int) -> None:
    """A cache is emptied, with all its copies."""
    for k in range(m.ins[ca + CA_SETS]):
        _empties(m, m.ins[ca + CA_SET] + k * SET, 0, 1)


@jit
def _shard_lives(m: Machine, ca: int, group: int) -> bool:
    """Whether any copy of a shard is up."""
    ins = m.ins
    for k in range(ins[ca + CA_STATION_COUNT]):
        st = m.code[ins[ca + CA_STATIONS] + k]
        if group < ins[st + S_GROUPS]:
            g = ins[st + S_FIRST] + group * GROUP
            size = ins[st + S_GROUP_SIZE]
            for j in range(size):
                if ins[ins[ins[g + K_LIST] + size + j] + I_UP]:
                    return True
    return False


@jit
def lost(m: Machine, i: int, st: int) -> None:
    """What an instance that died held is lost, unless other copies of it live."""
    ins = m.ins
    for k in range(ins[st + S_KEPTS]):
        ca = m.code[ins[st + S_KEPT] + k]
        if ins[ca + CA_SETS] > 1:
            place = _place_of(m, st, i)
            if place < ins[ca + CA_SETS]:
                _empties(m, ins[ca + CA_SET] + place * SET, 0, 1)
        else:
            group = (ins[i + I_GROUP] - ins[st + S_FIRST]) // GROUP
            if not _shard_lives(m, ca, group):
                _empties(m, ins[ca + CA_SET], group, ins[st + S_GROUPS])
