"""Reduced ordered binary decision diagrams, of which everything else is read in one pass.

Source: Bryant, Graph-Based Algorithms for Boolean Function Manipulation (IEEE Trans. Computers,
1986); Rauzy, New Algorithms for Fault Trees Analysis (Reliability Engineering and System Safety,
1993), for at-least gates and derivatives.
"""

from collections.abc import Mapping, Sequence
from typing import Any

FALSE, TRUE = 0, 1
"""The two ends of every diagram."""

MOST_NODES = 2_000_000


class TooLargeError(Exception):
    """A diagram that does not fit; give bounds instead."""


class Bdd:
    """Diagrams over variables 0, 1, 2, ... that share their nodes.

    A diagram is the number of its root. Nodes are numbered so that both children of one come before
    it; `node[i]` is (variable, child where it is false, child where it is true).

    Raises: TooLargeError from every operation that would need more than `most` nodes.
    """

    def __init__(self, most: int = MOST_NODES) -> None:
        self.most = most
        end = 1 << 60  # later than every variable
        self.node: list[tuple[int, int, int]] = [(end, 0, 0), (end, 1, 1)]
        self._known: dict[tuple[int, int, int], int] = {}
        self._both: dict[tuple[int, int], int] = {}
        self._either: dict[tuple[int, int], int] = {}
        self._choice: dict[tuple[int, int, int], int] = {}

    def variable(self, i: int) -> int:
        """The diagram that is true where variable `i` is."""
        return self.make(i, FALSE, TRUE)

    def make(self, variable: int, low: int, high: int) -> int:
        """The one node with these children."""
        if low == high:
            return low
        key = (variable, low, high)
        found = self._known.get(key)
        if found is None:
            if len(self.node) >= self.most:
                raise TooLargeError(f"more than {self.most:,} nodes")
            found = self._known[key] = len(self.node)
            self.node.append(key)
        return found

    def both(self, f: int, g: int) -> int:
        """Both of them."""
        if f == g or g == TRUE:
            return f
        if f == TRUE:
            return g
        if f == FALSE or g == FALSE:
            return FALSE
        key = (f, g) if f < g else (g, f)
        found = self._both.get(key)
        if found is None:
            (v, f0, f1), (w, g0, g1) = self.node[f], self.node[g]
            if v < w:
                found = self.make(v, self.both(f0, g), self.both(f1, g))
            elif w < v:
                found = self.make(w, self.both(f, g0), self.both(f, g1))
            else:
                found = self.make(v, self.both(f0, g0), self.both(f1, g1))
            self._both[key] = found
        return found

    def either(self, f: int, g: int) -> int:
        """One of them, or both."""
        if f == g or g == FALSE:
            return f
        if f == FALSE:
            return g
        if f == TRUE or g == TRUE:
            return TRUE
        key = (f, g) if f < g else (g, f)
        found = self._either.get(key)
        if found is None:
            (v, f0, f1), (w, g0, g1) = self.node[f], self.node[g]
            if v < w:
                found = self.make(v, self.either(f0, g), self.either(f1, g))
            elif w < v:
                found = self.make(w, self.either(f, g0), self.either(f, g1))
            else:
                found = self.make(v, self.either(f0, g0), self.either(f1, g1))
            self._either[key] = found
        return found

    def choice(self, f: int, g: int, h: int) -> int:
        """Where f is true it is g, else h."""
        if f == TRUE or g == h:
            return g
        if f == FALSE:
            return h
        if g == TRUE and h == FALSE:
            return f
        key = (f, g, h)
        found = self._choice.get(key)
        if found is None:
            top = min(self.node[f][0], self.node[g][0], self.node[h][0])
            (f0, f1), (g0, g1), (h0, h1) = (self._split(one, top) for one in key)
            found = self.make(top, self.choice(f0, g0, h0), self.choice(f1, g1, h1))
            self._choice[key] = found
        return found

    def _split(self, f: int, variable: int) -> tuple[int, int]:
        """What is left of f where a variable, not below its own, is false and where it is true."""
        v, low, high = self.node[f]
        return (low, high) if v == variable else (f, f)

    def at_least(self, k: int, parts: Sequence[int]) -> int:
        """At least k of the parts."""
        known: dict[tuple[int, int], int] = {}

        def rest(i: int, k: int) -> int:
            """At least k of those from part i on."""
            if k <= 0:
                return TRUE
            if k > len(parts) - i:
                return FALSE
            key = (i, k)
            if key not in known:
                one_less, as_many = rest(i + 1, k - 1), rest(i + 1, k)
                known[key] = self.either(self.both(parts[i], one_less), as_many)
            return known[key]

        return rest(0, k)

    # -- reading -------------------------------------------------------------------------------

    def below(self, root: int) -> list[int]:
        """Numbers of the inner nodes of a diagram, each after its children."""
        seen, waiting = set(), [root]
        while waiting:
            one = waiting.pop()
            if one > TRUE and one not in seen:
                seen.add(one)
                waiting.extend(self.node[one][1:])
        return sorted(seen)

    def probability(self, root: int, of: Mapping[int, Any] | Sequence[Any]) -> Any:
        """Probability that a diagram is true, from that of each variable.

        Variables are independent; `of` may hold floats, or arrays of one shape for many at a time.
        """
        return self._up(self.below(root), of).get(root, float(root))

    def derivatives(
        self, root: int, of: Mapping[int, Any] | Sequence[Any]
    ) -> tuple[Any, dict[int, Any]]:
        """The probability, and how it follows that of each variable: Birnbaum's importance.

        One pass up and one down. Source: Birnbaum, On the Importance of Different Components in a
        Multicomponent System (1969).
        """
        nodes = self.below(root)
        up = self._up(nodes, of)
        reached: dict[int, Any] = dict.fromkeys(nodes, 0.0)
        found: dict[int, Any] = {}
        if root > TRUE:
            reached[root] = 1.0
        for one in reversed(nodes):
            variable, low, high = self.node[one]
            p, weight = of[variable], reached[one]
            more = weight * (up.get(high, float(high)) - up.get(low, float(low)))
            found[variable] = found.get(variable, 0.0) + more
            if low > TRUE:
                reached[low] = reached[low] + weight * (1 - p)
            if high > TRUE:
                reached[high] = reached[high] + weight * p
        return up.get(root, float(root)), found

    def _up(self, nodes: Sequence[int], of: Mapping[int, Any] | Sequence[Any]) -> dict[int, Any]:
        up: dict[int, Any] = {FALSE: 0.0, TRUE: 1.0}
        for one in nodes:
            variable, low, high = self.node[one]
            p, no = of[variable], up[low]
            up[one] = no + p * (up[high] - no)
        return up
