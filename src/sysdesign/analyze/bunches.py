"""Calls that one call makes at the same moment: which queues they meet, and how many of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sysdesign.formulas.number import is_one
from sysdesign.network import Call, Choice, Hold, Node, Parallel, Repeat, Send, Sequence, Visit


class Bunch(NamedTuple):
    """Mean number of calls at each station they meet first; a share `passes` meets none."""

    met: Mapping[str, float]
    passes: float


NONE: Mapping[str, float] = {}
_THROUGH = Bunch(NONE, 1.0)


class Bunches:
    """Bunches of nodes, each worked out once, by the id() of the node: nodes have to stay."""

    def __init__(self) -> None:
        self._known: dict[int, Bunch] = {}

    def of_all(self, nodes: Iterable[Node]) -> Bunch:
        """What calls that begin at one moment meet before they wait anywhere.

        Times on the way count as alike for all. For arrays of draws bunches are not followed.
        """
        met: Mapping[str, float] = NONE
        passes = 1.0
        for node in nodes:
            one = self.of(node)
            met = added(met, one.met, passes)
            passes *= one.passes
            if passes <= 0:
                break
        return Bunch(met, passes)

    def of(self, node: Node) -> Bunch:
        """What one call of a node meets."""
        found = self._known.get(id(node))
        if found is None:
            found = self._known[id(node)] = self._of(node)
        return found

    def _of(self, node: Node) -> Bunch:
        match node:
            case Visit():
                return Bunch({node.station: 1.0}, 0.0)
            case Sequence():
                return self.of_all(node.parts)
            case Call() | Hold():
                return self.of(node.inner)
            case Send():
                return Bunch(self.of(node.inner).met, 1.0)
            case Parallel():
                return self._together(node.parts)
            case Choice() if all(is_one(branch.share) for branch in node.branches):
                ways = [(float(b.share), self.of(b.inner)) for b in node.branches]
                met: Mapping[str, float] = NONE
                for share, way in ways:
                    met = added(met, way.met, share)
                return Bunch(met, sum(share * way.passes for share, way in ways))
            case Repeat() if is_one(node.times) and is_one(node.at_once):
                side_by_side = min(float(node.times), max(float(node.at_once), 1.0))
                one = self.of(node.inner)
                begun = min(float(node.times), 1.0)
                met = added(NONE, one.met, side_by_side)
                return Bunch(met, 1 - begun * (1 - one.passes))
        return _THROUGH

    def left(self, node: Node) -> Mapping[str, float]:
        """Mean number of calls that still run, at the stations that they met first, when it ends.

        Of a quorum those that it does not wait for. Inside a join some of them end before the
        others do: in all, of calls alike, one of a pair with the chance 2 / (n + 1), n parts.
        """
        match node:
            case Parallel() if node.parts:
                count = len(node.parts)
                missing = count - (count if node.wait is None else min(node.wait, count))
                found: Mapping[str, float] = NONE
                for part in node.parts:
                    if missing:
                        found = added(found, self.of(part).met, missing / count)
                    found = added(found, self.left(part), 2 / (count + 1))
                return found
            case Sequence() if node.parts:
                return self.left(node.parts[-1])
            case Call() | Hold():
                return self.left(node.inner)
        return NONE

    def _together(self, parts: Iterable[Node]) -> Bunch:
        met: Mapping[str, float] = NONE
        passes = 1.0
        for part in parts:
            one = self.of(part)
            met = added(met, one.met, 1.0)
            passes *= one.passes
        return Bunch(met, passes)


def added(
    one: Mapping[str, float], other: Mapping[str, float], times: float
) -> Mapping[str, float]:
    """One, and the other so many times."""
    if not other or times <= 0:
        return one
    both = dict(one)
    for station, count in other.items():
        both[station] = both.get(station, 0.0) + times * count
    return both
