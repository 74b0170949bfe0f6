"""How many calls work, wait, and are in hand at stations, and their integrals over time.

Integrals (busy servers, calls waiting, calls in hand) are kept without a look at the clock of the
last change: `sum -= now` where a count rises, `sum += now` where it falls; then the integral up to
a time T is `sum + count * T`.
"""

from sysdesign.simulate.compiling import inside
from sysdesign.simulate.kernel.layout import (
    C_NOW,
    I_HAND,
    I_STATION,
    S_BUSY,
    S_DEEPEST,
    S_HAND,
    S_WAITING,
    SF_BUSY,
    SF_HAND,
    SF_WAITING,
)
from sysdesign.simulate.machine import Machine


@inside
def busy(m: Machine, st: int, more: int) -> None:
    """So many more servers of a station work."""
    m.ins[st + S_BUSY] += more
    m.inf[st // 2 + SF_BUSY] -= more * m.clk[C_NOW]


@inside
def waits(m: Machine, st: int, more: int) -> None:
    """So many more calls wait at a station."""
    count = m.ins[st + S_WAITING] + more
    m.ins[st + S_WAITING] = count
    m.inf[st // 2 + SF_WAITING] -= more * m.clk[C_NOW]
    if count > m.ins[st + S_DEEPEST]:
        m.ins[st + S_DEEPEST] = count


@inside
def in_hand(m: Machine, i: int, more: int) -> None:
    """So many more calls are at an instance, in any way."""
    st = m.ins[i + I_STATION]
    m.ins[i + I_HAND] += more
    m.ins[st + S_HAND] += more
    m.inf[st // 2 + SF_HAND] -= more * m.clk[C_NOW]


@inside
def present(m: Machine, st: int, more: int, held: bool) -> None:
    """So many more calls are with what never queues."""
    busy(m, st, more)
    if not held:
        m.ins[st + S_HAND] += more
        m.inf[st // 2 + SF_HAND] -= more * m.clk[C_NOW]
