"""Steps as they are written: rows of numbers, with the lists, laws and parameters they point at.

Where counters, guards and keys lie in a token is known only once all steps are there; `settle`
puts that into them.
"""

from __future__ import annotations

from sysdesign.network import Call
from sysdesign.records import dataclass
from sysdesign.simulate.kernel import layout as at
from sysdesign.simulate.laws import Laws
from sysdesign.simulate.scope import Scope

_WITH_REGISTERS = frozenset(
    (
        at.TIMES,
        at.AGAIN,
        at.WAVE,
        at.GUARD,
        at.ATTEMPT,
        at.PASSED,
        at.MISSED,
        at.KEY,
        at.VISIT,
        at.PURE,
        at.HOLD,
        at.FORK,
    )
)

SLOWED = "\0"
"""Caller of the row that keeps how slow a component without a station is."""

WAY = "\1"
"""Caller of the row that keeps whether the way between two places is cut."""


@dataclass(frozen=True)
class Pair:
    """Calls of one component by another, from one place."""

    caller: str
    target: str
    from_place: str
    place: str = ""

    @property
    def is_call(self) -> bool:
        """Whether it stands for calls, not for what can be slow or cut."""
        return self.caller not in (SLOWED, WAY)


def way_pair(a: str, b: str) -> Pair:
    """The row of the way between two places."""
    return Pair(WAY, "", min(a, b), max(a, b))


class Steps:
    """All steps in `code`, their parameters in `real`; laws, random streams and pairs by name.

    Rows of pairs begin at `pairs_from`. Each program begins with two steps: the end
    of what nobody waits for, and that of a dropped message (`layout.SPILLED_STEP`).
    """

    def __init__(self, pairs_from: int) -> None:
        self.pairs_from = pairs_from
        self.code: list[int] = []
        self.real: list[float] = [0.0]
        self.laws = Laws(self.code, self.real)
        self.streams: dict[str, int] = {}
        self.pairs: dict[Pair, int] = {}
        self.most = [0, 0, 0, 0]  # registers of a token: holds, keys, counters, guards
        self._marked: list[int] = []  # steps that name a register whose place is not yet known
        self.step(at.GONE)
        self.step(at.SPILLED)

    def stream(self, name: str) -> int:
        """Place of a random stream."""
        return 4 * self.streams.setdefault(name, len(self.streams))

    def pair(self, call: Call) -> int:
        """Row of a pair, or -1 for the actor's guard of a whole operation."""
        return self.pair_row(Pair(call.caller, call.target, call.from_place, call.place))

    def pair_row(self, key: Pair) -> int:
        """Row of a pair."""
        return self.pairs_from + at.PAIR * self.pairs.setdefault(key, len(self.pairs))

    def step(self, kind: int, **fields: int) -> int:
        """A step, and its place."""
        place = len(self.code)
        self.code += [kind] + [0] * (at.STEP - 1)
        for name, value in fields.items():
            self.code[place + getattr(at, name)] = value
        if kind in _WITH_REGISTERS:
            self._marked.append(place)
        return place

    def numbers(self, *values: float) -> int:
        """Parameters, and their place."""
        place = len(self.real)
        self.real += values
        return place

    def list_of(self, values: list[int]) -> int:
        """A list in the code."""
        place = len(self.code)
        self.code += values
        return place

    def needs(self, scope: Scope) -> None:
        """A token has to have room for so many registers."""
        found = (scope.holds, scope.keys, scope.counters, scope.guards)
        self.most = [max(a, b) for a, b in zip(self.most, found, strict=True)]

    def settle(self) -> None:
        """Put keys, counters and guards after the registers of slots, now that all are known."""
        keys = at.T_REGS + at.HOLDS * self.most[0]
        counters = keys + self.most[1]
        guards = counters + self.most[2]
        code = self.code
        for place in self._marked:
            kind = code[place]
            if kind in (at.TIMES, at.AGAIN, at.WAVE):
                code[place + at.A] = counters - 1 - code[place + at.A]
            elif kind == at.KEY:
                code[place + at.A] += keys - 1
            elif kind in (at.VISIT, at.PURE, at.HOLD):
                code[place + at.F] += keys - 1 if code[place + at.F] else 0
            elif kind == at.FORK:
                code[place + at.D] += counters - 1 if code[place + at.D] else 0
                code[place + at.H] += counters - 1 if code[place + at.G] else 0
            else:
                code[place + at.B] = guards + 2 * code[place + at.A]
