"""Minimal cut sets: the smallest sets of failures that bring a system down.

They are a diagram themselves, so that a billion of them are counted without being listed.

Source: Rauzy, New Algorithms for Fault Trees Analysis (1993), for `minsol` and `without`; Minato
(DAC 1993) for nodes that leave out what is not in a set.
"""

from collections.abc import Iterator

from sysdesign.availability.bdd import FALSE, TRUE, Bdd


class CutSets:
    """The minimal cut sets of a diagram that only grows with each of its variables."""

    def __init__(self, bdd: Bdd, root: int) -> None:
        self.bdd = bdd
        self._node: list[tuple[int, int, int]] = [bdd.node[FALSE], bdd.node[TRUE]]
        self._numbers: dict[tuple[int, int, int], int] = {}
        self._minimal: dict[int, int] = {}
        self._without: dict[tuple[int, int], int] = {}
        self.root = self._minsol(root)

    def _make(self, variable: int, low: int, high: int) -> int:
        """Sets of `low`, and those of `high` with a variable more."""
        if high == FALSE:
            return low
        key = (variable, low, high)
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self._node)
            self._node.append(key)
        return found

    def _minsol(self, f: int) -> int:
        if f <= TRUE:
            return f
        found = self._minimal.get(f)
        if found is None:
            variable, low, high = self.bdd.node[f]
            few = self._minsol(low)
            more = self._less(self._minsol(high), few)
            found = self._minimal[f] = self._make(variable, few, more)
        return found

    def _less(self, u: int, v: int) -> int:
        """Sets of u that hold none of v."""
        if u == FALSE or v in (TRUE, u):
            return FALSE
        if v == FALSE or u == TRUE:
            return u
        key = (u, v)
        found = self._without.get(key)
        if found is None:
            (x, u0, u1), (y, v0, v1) = self._node[u], self._node[v]
            if x < y:
                found = self._make(x, self._less(u0, v), self._less(u1, v))
            elif y < x:
                found = self._less(u, v0)
            else:
                found = self._make(x, self._less(u0, v0), self._less(self._less(u1, v1), v0))
            self._without[key] = found
        return found

    def by_size(self) -> dict[int, int]:
        """How many there are of each size."""
        known: dict[int, dict[int, int]] = {FALSE: {}, TRUE: {0: 1}}
        for one in self._below():
            _, low, high = self._node[one]
            counts = dict(known[low])
            for size, count in known[high].items():
                counts[size + 1] = counts.get(size + 1, 0) + count
            known[one] = counts
        return dict(sorted(known[self.root].items()))

    def count(self) -> int:
        """How many there are."""
        return sum(self.by_size().values())

    def smallest(self, most_size: int) -> Iterator[tuple[int, ...]]:
        """Those of at most so many variables, the smallest first."""
        least: dict[int, float] = {FALSE: float("inf"), TRUE: 0}
        for one in self._below():
            _, low, high = self._node[one]
            least[one] = min(least[low], least[high] + 1)
        for size in range(most_size + 1):
            yield from self._of_size(self.root, size, least)

    def _of_size(self, one: int, size: int, least: dict[int, float]) -> Iterator[tuple[int, ...]]:
        if one <= TRUE:
            if one == TRUE and size == 0:
                yield ()
            return
        variable, low, high = self._node[one]
        if size > 0 and least[high] < size:
            for rest in self._of_size(high, size - 1, least):
                yield (variable, *rest)
        if least[low] <= size:
            yield from self._of_size(low, size, least)

    def _below(self) -> list[int]:
        seen, waiting = set(), [self.root]
        while waiting:
            one = waiting.pop()
            if one > TRUE and one not in seen:
                seen.add(one)
                waiting.extend(self._node[one][1:])
        return sorted(seen)
