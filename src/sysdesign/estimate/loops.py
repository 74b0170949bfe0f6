"""Operations that feed each other: their rates solve a small linear system."""

from collections.abc import Callable

from sysdesign.estimate.ledger import Ledger, Made
from sysdesign.figures import Term
from sysdesign.quantity import Quantity, Uncertain, exact, multiply

Gains = Callable[[Ledger, str], dict[str, Term] | None]


def solve_loop(
    ledger: Ledger, name: str, members: tuple[str, ...], measure: str, gains_of: Gains
) -> Made | None:
    """Rate of one operation of a loop: r = b + G r, by elimination with the other members last.

    G is nonnegative, so the loop dies out just where every pivot of I - G is positive (an
    M-matrix; Berman and Plemmons, Nonnegative Matrices in the Mathematical Sciences, 1994, ch. 6).
    A gain of 1 or more, at the median or in the upper tail, is a problem at the trigger.
    """
    system = _system(ledger, members, measure, gains_of)
    if system is None:
        return None
    matrix, base, inputs = system
    order = [m for m in members if m != name] + [name]
    for i, pivot_name in enumerate(order):
        pivot = matrix[pivot_name, pivot_name]
        if pivot.low <= 0:
            trigger = ledger.design.operations[name].at("trigger")
            ledger.problem("loop", f"{' → '.join([*members, members[0]])}: each call brings on one "
                           "more or more than one, without end", trigger,
                           hint="a share below 100% must come back")  # fmt: skip
            for member in members:
                ledger.figures[f"{member}.{measure}"] = None
            return None
        for row in order[i + 1 :]:
            ratio = matrix[row, pivot_name] / pivot
            for column in order[i:]:
                matrix[row, column] = matrix[row, column] - multiply(
                    ratio, matrix[pivot_name, column]
                )
            base[row] = base[row] - multiply(ratio, base[pivot_name])
    value = base[name] / matrix[name, name]
    text = f"solution of the loop {' → '.join([*members, members[0]])}"
    return Made(Term(Quantity(value), text, text, inputs), "", notes=("messages that come back",))


def _system(
    ledger: Ledger, members: tuple[str, ...], measure: str, gains_of: Gains
) -> tuple[dict[tuple[str, str], Uncertain], dict[str, Uncertain], tuple[str, ...]] | None:
    matrix = {(a, b): exact(1.0 if a == b else 0.0) for a in members for b in members}
    base = {member: exact(0.0) for member in members}
    inputs: list[str] = []
    for member in members:
        gains = gains_of(ledger, member)
        if gains is None:
            return None
        for source, gain in gains.items():
            if source in members:
                matrix[member, source] = matrix[member, source] - gain.value
                continue
            rate = ledger.term(f"{source}.{measure}")
            if rate is None:
                return None
            base[member] = base[member] + multiply(rate.value, gain.value)
            inputs.extend(rate.inputs)
    return matrix, base, tuple(dict.fromkeys(inputs))
