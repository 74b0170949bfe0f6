"""Operations that feed each other: their rates solve a small linear system."""

from collections.abc import Callable

from sysdesign.estimate.ledger import Ledger, Made
from sysdesign.figures import NO_TEXT, Term, constant, product, quotient, total, written
from sysdesign.figures.term import minus
from sysdesign.quantity import Quantity, Uncertain, divide, maximum, multiply, subtract

UNLIKELY = 1e-3
"""Probability below which a loop that never ends is passed over."""
Gains = Callable[[Ledger, str], dict[str, Term] | None]


def solve_loop(
    ledger: Ledger, name: str, members: tuple[str, ...], measure: str, gains_of: Gains
) -> Made | None:
    """Rate of one operation of a loop: r = b + G r, by elimination with the other members last.

    G is nonnegative, so the loop dies out just where every pivot of I - G is positive (an
    M-matrix; Berman and Plemmons, Nonnegative Matrices in the Mathematical Sciences, 1994, ch. 6).
    A gain of 1 or more is a problem at the trigger, unless it is less likely than `UNLIKELY`.
    """
    system = _system(ledger, members, measure, gains_of)
    if system is None:
        return None
    matrix, base, inputs = system
    order = [m for m in members if m != name] + [name]
    for i, pivot_name in enumerate(order):
        pivot = matrix[pivot_name, pivot_name].value
        if pivot.probability_above(0.0) < 1 - UNLIKELY:
            _refuse(ledger, members, pivot)
            for member in members:
                ledger.figures[f"{member}.{measure}"] = None
            return None
        if not pivot.is_exact and pivot.samples().min() <= 0:
            matrix[pivot_name, pivot_name] = _kept_above_zero(matrix[pivot_name, pivot_name])
            pivot = matrix[pivot_name, pivot_name].value
        for row in order[i + 1 :]:
            ratio = divide(matrix[row, pivot_name].value, pivot)
            for column in order[i:]:
                matrix[row, column] = _less(matrix[row, column], ratio, matrix[pivot_name, column])
            base[row] = _less(base[row], ratio, base[pivot_name])
    term = quotient(base[name], matrix[name, name])
    if len(members) > 1:
        text = f"solution of the loop {_circle(members)}"
        term = written(term.quantity, text, text, inputs)
    return Made(term, "", notes=("with the messages that come back",))


def _kept_above_zero(term: Term) -> Term:
    """The same, the far end of the range cut off, which no percentile that is shown can feel."""
    return Term(Quantity(maximum([term.value, UNLIKELY])), term.text, term.inputs, term.level)


def _circle(members: tuple[str, ...]) -> str:
    return " → ".join([*members, members[0]])


def _refuse(ledger: Ledger, members: tuple[str, ...], pivot: Uncertain) -> None:
    endless = 1 - pivot.probability_above(0.0)
    often = "" if endless > 0.99 else f", with a probability of {endless:.2g}"
    ledger.problem("loop", f"{_circle(members)}: each call brings on one more or more than one, "
                   f"without end{often}", ledger.design.operations[members[0]].at("trigger"),
                   hint="less than 100% may come back")  # fmt: skip


def _less(term: Term, ratio: Uncertain, other: Term) -> Term:
    """A number of the system less a multiple of another."""
    return Term(Quantity(subtract(term.value, multiply(ratio, other.value))), NO_TEXT)


def _system(
    ledger: Ledger, members: tuple[str, ...], measure: str, gains_of: Gains
) -> tuple[dict[tuple[str, str], Term], dict[str, Term], tuple[str, ...]] | None:
    """The matrix I - G, the calls that come from outside the loop, and what they are made of."""
    zero, one = constant(0.0, "0"), constant(1.0, "1")
    matrix = {(a, b): one if a == b else zero for a in members for b in members}
    base: dict[str, list[Term]] = {member: [] for member in members}
    for member in members:
        gains = gains_of(ledger, member)
        if gains is None:
            return None
        for source, gain in gains.items():
            if source in members:
                matrix[member, source] = (
                    minus(one, gain) if member == source else product(constant(-1.0, "−1"), gain)
                )
                continue
            rate = ledger.term(f"{source}.{measure}")
            if rate is None:
                return None
            base[member].append(product(rate, gain))
    inputs = dict.fromkeys(i for terms in base.values() for t in terms for i in t.inputs)
    return matrix, {m: total(terms) if terms else zero for m, terms in base.items()}, tuple(inputs)
