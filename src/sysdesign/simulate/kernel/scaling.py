"""Autoscaling: a look now and then, instances that come late and go late."""

from math import ceil

from sysdesign.simulate.compiling import jit
from sysdesign.simulate.kernel.failing import enlist, members, stretch, unlist
from sysdesign.simulate.kernel.heap import push
from sysdesign.simulate.kernel.layout import (
    C_NOW,
    E_SCALE,
    E_STARTS,
    FL_BACKLOG,
    FL_IN,
    I_BUSY,
    I_HAND,
    I_MEMBERS,
    I_UP,
    I_USED,
    K_LIST,
    K_LISTED,
    S_ARRIVALS,
    S_BUSY,
    S_FIRST,
    S_GROUP_SIZE,
    S_LOOKED,
    S_SERVERS,
    S_SHARED,
    S_STARTING,
    S_UP,
    S_WAITING,
    SC_BY,
    SC_COUNT,
    SC_FLOWS,
    SC_STATION,
    SC_TAKEN,
    SC_WARM,
    SCF_EVERY,
    SCF_LEAST,
    SCF_MOST,
    SCF_TARGET,
    SF_BUSY,
    SF_LOW,
    SF_SEEN,
)
from sysdesign.simulate.kernel.stations import serve
from sysdesign.simulate.machine import Machine


@jit
def _backlog(m: Machine, sc: int) -> int:
    """Messages that are not taken yet; calls that wait where there are none."""
    ins = m.ins
    if ins[sc + SC_COUNT] == 0:
        return ins[ins[sc + SC_STATION] + S_WAITING]
    backlog = 0
    for k in range(ins[sc + SC_COUNT]):
        backlog += ins[m.code[ins[sc + SC_FLOWS] + k] + FL_BACKLOG]
    return backlog


@jit
def _lag(m: Machine, sc: int, every: float) -> float:
    """Seconds until what lies there is taken, at the pace since the last look (Little's law)."""
    ins = m.ins
    backlog = _backlog(m, sc)
    if ins[sc + SC_COUNT] == 0:
        taken = ins[ins[sc + SC_STATION] + S_ARRIVALS] - backlog
    else:
        taken = -backlog
        for k in range(ins[sc + SC_COUNT]):
            taken += ins[m.code[ins[sc + SC_FLOWS] + k] + FL_IN]
    since = max(taken - ins[sc + SC_TAKEN], 0)
    ins[sc + SC_TAKEN] = taken
    if since == 0:
        return every if backlog > 0 else 0.0
    return backlog * every / since


@jit
def look(m: Machine, sc: int) -> None:
    """Compare what one instance had to do since the last look with its target."""
    ins, inf = m.ins, m.inf
    st, f = ins[sc + SC_STATION], sc // 2
    s = st // 2
    now, every = m.clk[C_NOW], inf[f + SCF_EVERY]
    worked = inf[s + SF_BUSY] + ins[st + S_BUSY] * now
    came = ins[st + S_ARRIVALS]
    serving = max(ins[st + S_UP], 1)
    if ins[sc + SC_BY] == 0:
        measure = (worked - inf[s + SF_SEEN]) / every / ins[st + S_SERVERS]
    elif ins[sc + SC_BY] == 1:
        measure = (came - ins[st + S_LOOKED]) / every
    elif ins[sc + SC_BY] == 2:
        measure = float(_backlog(m, sc))
    else:
        measure = serving * _lag(m, sc, every)
    inf[s + SF_SEEN] = worked
    ins[st + S_LOOKED] = came
    wanted = float(ceil(measure / inf[f + SCF_TARGET] - 1e-9))
    wanted = max(min(wanted, inf[f + SCF_MOST]), max(inf[f + SCF_LEAST], 1.0))
    count = int(wanted + 0.5)
    if count >= serving:
        inf[s + SF_LOW] = -1.0
    elif inf[s + SF_LOW] < 0.0:
        inf[s + SF_LOW] = now
    place = ins[sc + SC_WARM]
    for _ in range(count - serving - ins[st + S_STARTING]):
        ins[st + S_STARTING] += 1
        push(m, now + m.real[place], E_STARTS, st)
    if inf[s + SF_LOW] >= 0.0 and now - inf[s + SF_LOW] >= m.real[place + 1]:
        for _ in range(serving - count):
            _retires(m, st)
    push(m, now + every, E_SCALE, sc)


@jit
def starts(m: Machine, st: int) -> None:
    """An instance more in the first group."""
    ins = m.ins
    ins[st + S_STARTING] -= 1
    g = ins[st + S_FIRST]
    first = ins[g + K_LIST] + ins[st + S_GROUP_SIZE]
    if ins[st + S_SHARED]:
        members(m, ins[first], 1)
        ins[st + S_UP] += 1
        stretch(m, st)
        serve(m, ins[first])
        return
    for k in range(ins[st + S_GROUP_SIZE]):
        i = ins[first + k]
        if not ins[i + I_USED] and ins[i + I_BUSY] == 0 and ins[i + I_HAND] == 0:
            ins[i + I_USED] = 1
            ins[i + I_UP] = 1
            ins[st + S_UP] += 1
            enlist(m, i)
            stretch(m, st)
            return


@jit
def _retires(m: Machine, st: int) -> None:
    """The newest instance takes no more calls; what it has in hand it finishes."""
    ins = m.ins
    g = ins[st + S_FIRST]
    first = ins[g + K_LIST] + ins[st + S_GROUP_SIZE]
    if ins[st + S_SHARED]:
        if ins[ins[first] + I_MEMBERS] > 1:
            members(m, ins[first], -1)
            ins[st + S_UP] -= 1
            stretch(m, st)
        return
    listed = ins[g + K_LISTED]
    if listed <= 1:
        return
    i = ins[ins[g + K_LIST] + listed - 1]
    ins[i + I_USED] = 0
    ins[st + S_UP] -= 1
    unlist(m, i)
    stretch(m, st)
