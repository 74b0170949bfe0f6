"""The events: a heap with four below each entry, ordered by (time, number).

An entry that is taken out leaves a hole at the top, which the next event fills: most events bring
another one, so that most of the time one way down does for both.
"""

from sysdesign.simulate.compiling import inside, jit
from sysdesign.simulate.kernel.layout import N_HEAP, N_HOLE, N_NUMBER, NUMBERS
from sysdesign.simulate.machine import Floats, Ints, Machine


@jit
def _down(at: Floats, what: Ints, size: int, time: float, number: int, tail: int) -> None:
    """Put an entry at the top, and let it sink."""
    i = 0
    while True:
        child = 4 * i + 1
        if child >= size:
            break
        best = child
        least = at[child]
        last = min(child + 4, size)
        for k in range(child + 1, last):
            if at[k] < least or (at[k] == least and what[2 * k] < what[2 * best]):
                best = k
                least = at[k]
        if least > time or (least == time and what[2 * best] > number):
            break
        at[i] = least
        what[2 * i] = what[2 * best]
        what[2 * i + 1] = what[2 * best + 1]
        i = best
    at[i] = time
    what[2 * i] = number
    what[2 * i + 1] = tail


@jit
def _up(at: Floats, what: Ints, i: int, time: float, number: int, tail: int) -> None:
    """Put an entry at the end, and let it rise."""
    while i > 0:
        up = (i - 1) // 4
        if at[up] <= time:  # an older one has the smaller number
            break
        at[i] = at[up]
        what[2 * i] = what[2 * up]
        what[2 * i + 1] = what[2 * up + 1]
        i = up
    at[i] = time
    what[2 * i] = number
    what[2 * i + 1] = tail


@inside
def push(m: Machine, time: float, kind: int, row: int) -> int:
    """Something happens at a time; the number of the event, as a token holds it."""
    num = m.num
    number = num[N_NUMBER] + 1
    num[N_NUMBER] = number
    size = num[N_HEAP]
    if num[N_HOLE] == 1:
        num[N_HOLE] = 0
        _down(m.at, m.what, size, time, number, row * 16 + kind)
    else:
        num[N_HEAP] = size + 1
        _up(m.at, m.what, size, time, number, row * 16 + kind)
    return number & NUMBERS


@inside
def settle(m: Machine) -> None:
    """Fill the hole with the last entry."""
    num = m.num
    if num[N_HOLE] == 1:
        num[N_HOLE] = 0
        last = num[N_HEAP] - 1
        num[N_HEAP] = last
        if last > 0:
            _down(m.at, m.what, last, m.at[last], m.what[2 * last], m.what[2 * last + 1])
