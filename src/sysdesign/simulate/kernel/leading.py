"""Copies of a shard, one of which leads: when it is down, another takes over its work.

A machine does the work of an instance: the one that leads, or one of those that follow. To take
over, two machines change places. Source: Kleppmann, Designing Data-Intensive Applications (2017),
chapter 5, on failover: found out, another chosen, callers told; all of it is one time here.
"""

from sysdesign.simulate.compiling import jit
from sysdesign.simulate.kernel.failing import stretch, unlist, up
from sysdesign.simulate.kernel.layout import (
    I_LEAD,
    I_LISTED,
    I_STATION,
    I_UP,
    LD_COUNT,
    LD_LEADER,
    LD_MACHINES,
    M_INSTANCE,
    M_REASONS,
    S_UP,
)
from sysdesign.simulate.machine import Machine


@jit
def _place(m: Machine, first: int, i: int) -> int:
    """The machine that does the work of an instance."""
    k = first + LD_MACHINES
    while m.ins[m.code[k] + M_INSTANCE] != i:
        k += 1
    return m.code[k]


@jit
def _ready(m: Machine, first: int, leader: int) -> int:
    """A machine that follows and is up; -1 where there is none."""
    for k in range(m.code[first + LD_COUNT]):
        machine = m.code[first + LD_MACHINES + k]
        i = m.ins[machine + M_INSTANCE]
        if i != leader and m.ins[machine + M_REASONS] == 0 and m.ins[i + I_LISTED]:
            return machine
    return -1


@jit
def _change_places(m: Machine, a: int, b: int) -> None:
    ins = m.ins
    i = ins[a + M_INSTANCE]
    ins[a + M_INSTANCE] = ins[b + M_INSTANCE]
    ins[b + M_INSTANCE] = i


@jit
def takes_over(m: Machine, leader: int) -> None:
    """A copy that follows leads from now on; what it has in hand it finishes."""
    ins = m.ins
    first = ins[leader + I_LEAD]
    other = _ready(m, first, leader)
    if ins[leader + I_UP] or other < 0:
        return
    follower = ins[other + M_INSTANCE]
    _change_places(m, _place(m, first, leader), other)
    st = ins[follower + I_STATION]
    unlist(m, follower)
    ins[st + S_UP] -= 1
    stretch(m, st)
    up(m, leader)


@jit
def leaves(m: Machine, machine: int) -> None:
    """A machine gets no more calls, since it will stop; one that leads hands over before."""
    i = m.ins[machine + M_INSTANCE]
    first = m.ins[i + I_LEAD]
    if first >= 0 and m.code[first + LD_LEADER] == i:
        other = _ready(m, first, i)
        if other >= 0:
            _change_places(m, machine, other)
            i = m.ins[machine + M_INSTANCE]
    unlist(m, i)
