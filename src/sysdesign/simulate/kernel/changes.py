"""What a scenario does, each thing at its time."""

from sysdesign.simulate.compiling import jit
from sysdesign.simulate.kernel.connecting import disconnects
from sysdesign.simulate.kernel.failing import reason, stretch
from sysdesign.simulate.kernel.flows import reload, take_up
from sysdesign.simulate.kernel.keyed import cold
from sysdesign.simulate.kernel.layout import (
    CH_COLD,
    CH_COUNT,
    CH_CUT,
    CH_DISCONNECT,
    CH_DOWN,
    CH_ERRORS,
    CH_ERRORS_CALL,
    CH_HOT,
    CH_KIND,
    CH_LIST,
    CH_LOAD,
    CH_MORE,
    CH_SLOW,
    CH_SLOW_CALL,
    CH_STOP,
    CH_UNLIST,
    CH_UP,
    CHF_VALUE,
    FL_ENTRY,
    FL_STOPPED,
    PF_ERRORS,
    PF_SLOW,
    PR_CUT,
    S_GROUPS,
    SF_ERRORS,
    SF_HOT,
    SF_SLOW,
)
from sysdesign.simulate.kernel.leading import leaves
from sysdesign.simulate.machine import Machine


@jit
def change(m: Machine, row: int) -> None:  # noqa: C901 - one line for each kind
    """One thing begins, or ends."""
    ins, inf, code = m.ins, m.inf, m.code
    kind, first, count = ins[row + CH_KIND], ins[row + CH_LIST], ins[row + CH_COUNT]
    value = inf[row // 2 + CHF_VALUE]
    if kind <= CH_UP:
        reason(m, first, count, 1 if kind == CH_DOWN else -1)
        return
    for k in range(count):
        at = code[first + k]
        f = at // 2
        if kind == CH_SLOW:
            inf[f + SF_SLOW] *= value
            stretch(m, at)
        elif kind == CH_SLOW_CALL:
            inf[f + PF_SLOW] *= value
        elif kind == CH_ERRORS:
            inf[f + SF_ERRORS] = value
        elif kind == CH_ERRORS_CALL:
            inf[f + PF_ERRORS] = value
        elif kind == CH_CUT:
            ins[at + PR_CUT] += ins[row + CH_MORE]
        elif kind == CH_HOT:
            inf[f + SF_HOT] = value if value >= 0.0 else 1.0 / ins[at + S_GROUPS]
        elif kind == CH_STOP:
            ins[at + FL_STOPPED] += ins[row + CH_MORE]
            take_up(m, at)
        elif kind == CH_LOAD:
            reload(m, at, value)
        elif kind == CH_UNLIST:
            leaves(m, at)
        elif kind == CH_COLD:
            cold(m, at)
        elif kind == CH_DISCONNECT:
            disconnects(m, at)
        elif k % 2 == 0:  # a detour: flow and first step
            ins[at + FL_ENTRY] = code[first + k + 1]
