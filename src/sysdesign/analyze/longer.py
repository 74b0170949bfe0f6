"""Times of a call if something were otherwise: a component slower, no waits, nothing missed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sysdesign.analyze.outcome import AT_ONCE, NOTHING, Outcome, by_chance
from sysdesign.analyze.pools import PoolUse
from sysdesign.analyze.times import Clock
from sysdesign.formulas.delays import Delay
from sysdesign.formulas.inversion import Grid
from sysdesign.network import Attempts, Call, Choice, Node, Visit
from sysdesign.network import Delay as Pause

if TYPE_CHECKING:
    from sysdesign.formulas.inversion import Complex


def lengthened(delay: Delay, factor: float) -> Delay:
    """The same delay, so many times as long."""

    def rest(grid: Grid) -> Complex:
        return delay.rest(Grid(grid.span_s / factor, grid.steps))

    atoms = tuple((at * factor, mass) for at, mass in delay.atoms)
    edges = tuple(at * factor for at in delay.edges)
    return Delay(delay.mean_s * factor, rest, delay.shift_s * factor, atoms, edges)


class Longer(Clock):
    """A clock by which all that one component causes takes `factor` times as long.

    That is its work, the wait for it and for its slots, and the time after which calls of it are
    given up; "" is the network. Loads stay as they are: it tells what times are made of.
    """

    def __init__(self, known: Clock, component: str, factor: float) -> None:
        super().__init__(known.loads, known.traffic)
        self.known, self.component, self.factor = known, component, factor

    def _visit(self, node: Visit, wait: Delay) -> Outcome:
        found = super()._visit(node, wait)
        mine = self.loads[node.station].station.component == self.component
        return self._longer(found) if mine else found

    def _of(self, node: Node) -> Outcome:
        found = super()._of(node)
        mine = isinstance(node, Pause) and node.component == self.component
        return self._longer(found) if mine else found

    def _call(self, node: Call, inner: Outcome) -> Outcome:
        if node.target == self.component and self.component:
            node = replace(node, guard=_slower(node.guard, self.factor))
        return super()._call(node, inner)

    def pool(self, station: str) -> PoolUse:
        """Slots as they are, the wait for one so many times as long."""
        found = self.known.pool(station)
        if self.loads[station].station.component != self.component or found.extra is AT_ONCE:
            return found
        return replace(found, extra=lengthened(found.extra, self.factor))

    def _longer(self, found: Outcome) -> Outcome:
        factor, square = self.factor, self.factor**2
        waits = {
            name: one._replace(
                wait=lengthened(one.wait, factor), variance=one.variance * square
            )
            for name, one in found.waits.items()
        }  # fmt: skip
        return found._replace(
            answered=lengthened(found.answered, factor),
            parts={name: seconds * factor for name, seconds in found.parts.items()},
            variance=found.variance * square,
            waits=waits,
            rest=found.rest and lengthened(found.rest, factor),
        )


def _slower(guard: Attempts, factor: float) -> Attempts:
    def times(seconds: float | None) -> float | None:
        return None if seconds is None else float(seconds) * factor

    hedge, retry = guard.hedge, guard.retry
    return replace(
        guard,
        timeout_s=times(guard.timeout_s),
        deadline_s=times(guard.deadline_s),
        hedge=hedge and replace(hedge, after_s=times(hedge.after_s)),
        retry=retry and replace(retry, backoff_s=float(retry.backoff_s) * factor,
                                most_s=times(retry.most_s)),
    )  # fmt: skip


class Unhindered(Clock):
    """A clock by which nobody waits for a turn."""

    def __init__(self, known: Clock) -> None:
        super().__init__(known.loads, known.traffic)

    def wait(self, station: str) -> Delay:  # noqa: ARG002
        """None."""
        return AT_ONCE

    def pool(self, station: str) -> PoolUse:  # noqa: ARG002
        """A slot at once."""
        return PoolUse()


class Hitting(Clock):
    """A clock by which caches hold all that is asked for."""

    def __init__(self, known: Clock) -> None:
        super().__init__(known.loads, known.traffic)
        self.known = known
        self.missed = False

    def pool(self, station: str) -> PoolUse:
        """As it is."""
        return self.known.pool(station)

    def _choice(self, node: Choice, missing: float) -> Outcome:
        if node.why != "miss" or len(node.branches) < 2:
            return super()._choice(node, missing)
        self.missed = True
        others = [(float(b.share), b.inner) for b in node.branches[1:]]
        whole = sum(share for share, _ in others)
        if whole <= 0:
            return NOTHING
        return by_chance([s / whole for s, _ in others], [self.of(inner) for _, inner in others])
