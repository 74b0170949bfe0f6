"""Trees of failures: what has to break for something to break; solved exactly, else in bounds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from math import prod

from sysdesign.availability.bdd import FALSE, MOST_NODES, TRUE, Bdd, TooLargeError
from sysdesign.availability.cuts import CutSets
from sysdesign.records import cached_property, dataclass


class Tree:
    """True where something has failed; parts may be shared."""


@dataclass(frozen=True)
class Fault(Tree):
    """One thing that fails by itself."""

    name: str


@dataclass(frozen=True, eq=False)
class AtLeast(Tree):
    """Fails where `k` of its parts have: 1 is or, all of them is and."""

    k: int
    parts: tuple[Tree, ...]


@dataclass(frozen=True, eq=False)
class Chosen(Tree):
    """One of two: `yes` where a chance came out so, else `no`."""

    chance: str
    yes: Tree
    no: Tree


NEVER = AtLeast(1, ())
"""What does not fail."""

ALWAYS = AtLeast(0, ())
"""What has failed."""


def any_of(*parts: Tree) -> Tree:
    """Fails with any of its parts; without those that never do."""
    some = tuple(dict.fromkeys(part for part in parts if part is not NEVER))
    if any(part is ALWAYS for part in some):
        return ALWAYS
    return some[0] if len(some) == 1 else AtLeast(1, some) if some else NEVER


def all_of(*parts: Tree) -> Tree:
    """Fails when all of its parts have."""
    some = tuple(dict.fromkeys(part for part in parts if part is not ALWAYS))
    if any(part is NEVER for part in some):
        return NEVER
    return some[0] if len(some) == 1 else AtLeast(len(some), some) if some else ALWAYS


def ordered(tree: Tree) -> list[str]:
    """Faults and chances, depth first, of each gate the smaller part first.

    As variables of a diagram in this order 41 of the 43 Aralia trees are solved; others do worse.
    """
    sizes: dict[int, int] = {}

    def size(one: Tree) -> int:
        key = id(one)
        if key not in sizes:
            sizes[key] = 1 if isinstance(one, Fault) else sum(map(size, _parts(one)))
        return sizes[key]

    found: dict[str, None] = {}
    seen: set[int] = set()

    def visit(one: Tree) -> None:
        if id(one) in seen:
            return
        seen.add(id(one))
        if isinstance(one, Fault):
            found[one.name] = None
            return
        if isinstance(one, Chosen):
            found[one.chance] = None
        for part in sorted(_parts(one), key=size):
            visit(part)

    size(tree)
    visit(tree)
    return list(found)


def _parts(tree: Tree) -> Sequence[Tree]:
    match tree:
        case AtLeast():
            return tree.parts
        case Chosen():
            return (tree.yes, tree.no)
    return ()


def replaced(tree: Tree, by: Callable[[Fault], Tree]) -> Tree:
    """A tree with others in place of its faults."""
    known: dict[int, Tree] = {}

    def look(one: Tree) -> Tree:
        key = id(one)
        if key not in known:
            match one:
                case AtLeast():
                    parts = tuple(map(look, one.parts))
                    same = all(a is b for a, b in zip(parts, one.parts, strict=True))
                    known[key] = one if same else AtLeast(one.k, parts)
                case Chosen():
                    known[key] = Chosen(one.chance, look(one.yes), look(one.no))
                case Fault():
                    known[key] = by(one)
                case _:
                    known[key] = one
        return known[key]

    return look(tree)


def faults_of(tree: Tree) -> list[Fault]:
    """Faults of a tree, each once, depth first."""
    found: dict[str, Fault] = {}
    seen: set[int] = set()

    def visit(one: Tree) -> None:
        if id(one) in seen:
            return
        seen.add(id(one))
        if isinstance(one, Fault):
            found.setdefault(one.name, one)
        for part in _parts(one):
            visit(part)

    visit(tree)
    return list(found.values())


class Diagram:
    """A tree as a diagram; `names` are its variables in their order.

    Raises: TooLargeError where it would need more than `most` nodes.
    """

    def __init__(self, tree: Tree, names: Sequence[str] = (), most: int = MOST_NODES) -> None:
        self.names = list(dict.fromkeys((*names, *ordered(tree))))
        self.number = {name: i for i, name in enumerate(self.names)}
        self.bdd = Bdd(most)
        self._known: dict[int, int] = {}
        _make_room(len(self.names))
        self.root = self._made(tree)

    def _made(self, tree: Tree) -> int:
        key = id(tree)
        if key not in self._known:
            self._known[key] = self._new(tree)
        return self._known[key]

    def _new(self, tree: Tree) -> int:
        bdd = self.bdd
        match tree:
            case Fault():
                return bdd.variable(self.number[tree.name])
            case Chosen():
                switch = bdd.variable(self.number[tree.chance])
                return bdd.choice(switch, self._made(tree.yes), self._made(tree.no))
            case AtLeast():
                # those that begin last first: what is put on top is walked through once
                parts = sorted(map(self._made, tree.parts), key=lambda f: -bdd.node[f][0])
                if tree.k == 1:
                    return _folded(bdd.either, parts, FALSE)
                if tree.k == len(parts):
                    return _folded(bdd.both, parts, TRUE)
                return bdd.at_least(tree.k, parts[::-1])
        raise TypeError(f"no tree: {tree!r}")

    def probability(self, of: Mapping[str, float]) -> float:
        """Probability of failure from that of each fault."""
        found = self.bdd.probability(self.root, [of[name] for name in self.names])
        return float(found)

    def derivatives(self, of: Mapping[str, float]) -> tuple[float, dict[str, float]]:
        """The same, and Birnbaum's importance of each fault that matters."""
        whole, each = self.bdd.derivatives(self.root, [of[name] for name in self.names])
        return float(whole), {self.names[i]: float(value) for i, value in sorted(each.items())}

    @cached_property
    def cut_sets(self) -> CutSets:
        """Minimal cut sets; of a tree without chances."""
        return CutSets(self.bdd, self.root)

    def smallest_cuts(self, most_size: int) -> Iterator[tuple[str, ...]]:
        """Minimal cut sets of at most so many faults, the smallest first."""
        for some in self.cut_sets.smallest(most_size):
            yield tuple(self.names[i] for i in some)


def _folded(join, parts: Sequence[int], empty: int) -> int:  # type: ignore[no-untyped-def]
    found = empty
    for part in parts:
        found = join(part, found)
    return found


def _make_room(variables: int) -> None:
    """Diagrams are walked down to their last variable."""
    if sys.getrecursionlimit() < 4 * variables + 500:
        sys.setrecursionlimit(4 * variables + 500)


@dataclass(frozen=True, slots=True)
class Between:
    """A probability that lies between two bounds; they are equal where it is exact."""

    low: float
    high: float

    @property
    def is_exact(self) -> bool:
        """Whether both are the same."""
        return self.low == self.high


def solved(tree: Tree, of: Mapping[str, float], most: int = MOST_NODES, faults: int = 2) -> Between:
    """Probability of a tree: exact where its diagram fits, else between bounds.

    The bounds look at every state with at most so many `faults` beyond the likelier value of each;
    what is left of the probability may be up or down.
    """
    try:
        exact = Diagram(tree, most=most).probability(of)
    except TooLargeError:
        return _bounded(tree, of, faults)
    return Between(exact, exact)


def _bounded(tree: Tree, of: Mapping[str, float], faults: int) -> Between:
    names = ordered(tree)
    usual = {name: of[name] > 0.5 for name in names}
    start = prod(max(of[name], 1 - of[name]) for name in names)
    odds = {name: min(of[name], 1 - of[name]) / max(of[name], 1 - of[name]) for name in names}
    down = seen = 0.0
    for count in range(faults + 1):
        for some in combinations(names, count):
            chance = start * prod(odds[name] for name in some)
            seen += chance
            if chance and failed(tree, {**usual, **{name: not usual[name] for name in some}}):
                down += chance
    return Between(down, min(down + max(1 - seen, 0.0), 1.0))


def failed(tree: Tree, state: Mapping[str, bool]) -> bool:
    """Whether a tree has failed where these faults and chances are as told."""
    known: dict[int, bool] = {}

    def look(one: Tree) -> bool:
        key = id(one)
        if key not in known:
            match one:
                case Fault():
                    known[key] = state[one.name]
                case Chosen():
                    known[key] = look(one.yes if state[one.chance] else one.no)
                case AtLeast():
                    known[key] = sum(map(look, one.parts)) >= one.k
        return known[key]

    return look(tree)
