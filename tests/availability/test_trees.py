"""Trees of failures: published results, laws of logic, every state of small ones."""

from itertools import product
from math import comb, isclose
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sysdesign.availability.bdd import FALSE, Bdd
from sysdesign.availability.trees import (
    ALWAYS,
    NEVER,
    AtLeast,
    Chosen,
    Diagram,
    Fault,
    Tree,
    all_of,
    any_of,
    failed,
    ordered,
    solved,
)
from tests.quick import examples

PUBLISHED = yaml.load(
    (Path(__file__).parents[1] / "data" / "fault-trees.yaml").read_text(encoding="utf-8"),
    Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),
)["fault_trees"]


def published(entry: dict[str, Any]) -> tuple[Tree, dict[str, float]]:
    """A tree of the file, and the probabilities of its faults."""
    known: dict[str, Tree] = {name: Fault(name) for name in entry["components"]}

    def made(word: Any) -> Tree:
        if isinstance(word, str):
            if word not in known:
                known[word] = gate(entry["gates"][word])
            return known[word]
        return gate(word)

    def gate(said: dict[str, Any]) -> Tree:
        ((kind, of),) = said.items()
        if kind == "atleast":
            some = next(v for v in of.values() if isinstance(v, list))
            return AtLeast(int(of["k"]), tuple(made(word) for word in some))
        parts = tuple(made(word) for word in of)
        return {"and": AtLeast(len(parts), parts), "or": AtLeast(1, parts)}[kind]

    return made(entry["top"]), {n: float(p) for n, p in entry["components"].items()}


@pytest.mark.parametrize("entry", PUBLISHED, ids=lambda e: f"{e['id']} {Path(e['model']).stem}")
def test_published_trees_are_solved(entry: dict[str, Any]) -> None:
    """All sixteen: our exact results, those of SCRAM, those that SCRAM's tests assert."""
    tree, of = published(entry)
    diagram, expect = Diagram(tree), entry["expect"]
    found = diagram.probability(of)
    assert found == pytest.approx(expect["unavailability"], rel=1e-6)
    assert found == pytest.approx(expect["scram_probability"], rel=1e-5)  # it prints six digits
    if expect["test_suite_value"] is not None:
        # rounded there after a method of its own: SCRAM's exact answer differs from it as ours does
        assert found == pytest.approx(expect["test_suite_value"], rel=1e-4)
    assert diagram.cut_sets.count() == expect["mcs_count"] == expect["scram_mcs"]


def test_there_are_sixteen() -> None:
    """None was lost on the way."""
    assert len(PUBLISHED) == 16


def test_a_billion_cut_sets_are_counted() -> None:
    """95 of 100: every set of 95 is one."""
    diagram = Diagram(AtLeast(95, tuple(Fault(f"p{i}") for i in range(100))))
    assert diagram.cut_sets.count() == comb(100, 95)
    assert diagram.cut_sets.by_size() == {95: comb(100, 95)}


def test_figures_of_textbooks() -> None:
    """Parallel, vote, bridge, consecutive parts."""
    half = Diagram(AtLeast(2, (Fault("a"), Fault("b"))))
    assert half.probability({"a": 0.01, "b": 0.01}) == pytest.approx(1 - 0.9999)
    vote = Diagram(AtLeast(2, tuple(map(Fault, "abc"))))
    assert 1 - vote.probability(dict.fromkeys("abc", 0.01)) == pytest.approx(0.999702)
    bridge = Diagram(any_of(
        all_of(Fault("a"), Fault("b")), all_of(Fault("d"), Fault("e")),
        all_of(Fault("a"), Fault("c"), Fault("e")), all_of(Fault("b"), Fault("c"), Fault("d")),
    ))  # fmt: skip
    assert 1 - bridge.probability(dict.fromkeys("abcde", 0.1)) == pytest.approx(0.97848)
    pairs = any_of(*(all_of(Fault(f"{i}"), Fault(f"{i + 1}")) for i in range(4)))
    of = {f"{i}": 0.1 for i in range(5)}
    assert 1 - Diagram(pairs).probability(of) == pytest.approx(0.96309, abs=5e-6)


# -- every state -------------------------------------------------------------------------------

NAMES = "abcdefghijklmnop"


def trees(names: str = NAMES, *, chances: bool = False) -> st.SearchStrategy[Tree]:
    """Random trees over some faults, parts shared by name."""

    def more(below: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        gates = st.builds(
            lambda parts, k: AtLeast(1 + k % len(parts), tuple(parts)),
            st.lists(below, min_size=1, max_size=5),
            st.integers(0, 9),
        )
        chosen = st.builds(Chosen, st.sampled_from(["x", "y"]), below, below)
        return gates | chosen if chances else gates

    return st.recursive(st.sampled_from(names).map(Fault), more, max_leaves=24)


def of(tree: Tree) -> dict[str, float]:
    """A probability for each name, none alike."""
    return {name: 0.03 + 0.06 * (ord(name[0]) - ord("a")) % 0.9 for name in ordered(tree)}


def by_states(tree: Tree, chances: dict[str, float]) -> float:
    """Probability of failure by looking at each state, all at once."""
    names = list(chances)
    numbers = np.arange(2 ** len(names))
    down = {name: (numbers >> i & 1).astype(bool) for i, name in enumerate(names)}
    weight = np.ones(len(numbers))
    for name, p in chances.items():
        weight *= np.where(down[name], p, 1 - p)

    def look(one: Tree) -> Any:
        match one:
            case Fault():
                return down[one.name]
            case Chosen():
                return np.where(down[one.chance], look(one.yes), look(one.no))
            case AtLeast():
                return sum((look(part).astype(int) for part in one.parts), 0 * numbers) >= one.k
        raise TypeError(one)

    return float(weight[look(tree)].sum())


@settings(max_examples=examples(60), deadline=None)
@given(trees(chances=True))
def test_random_trees_against_all_states(tree: Tree) -> None:
    """Up to sixteen faults and two chances: the diagram equals the sum over all states."""
    assert Diagram(tree).probability(of(tree)) == pytest.approx(by_states(tree, of(tree)))


@settings(max_examples=examples(20), deadline=None)
@given(st.permutations(NAMES), st.integers(1, 4), st.integers(1, 4), st.integers(1, 8))
def test_sixteen_faults_against_all_states(names: list[str], j: int, k: int, m: int) -> None:
    """Votes of votes over sixteen faults, one of them in each."""
    parts = [tuple(map(Fault, names[i : i + 4])) for i in range(0, 16, 4)]
    votes = tuple(AtLeast(j, (*part, parts[0][0])) for part in parts)
    tree = AtLeast(1, (AtLeast(k, votes), AtLeast(m, tuple(map(Fault, names[:8])))))
    assert Diagram(tree).probability(of(tree)) == pytest.approx(by_states(tree, of(tree)))


@settings(max_examples=examples(60), deadline=None)
@given(trees("abcdefg"))
def test_cut_sets_are_minimal_and_complete(tree: Tree) -> None:
    """Each fails the tree, none can spare a fault, and no state fails without one."""
    diagram, names = Diagram(tree), ordered(tree)
    cuts = [frozenset(cut) for cut in diagram.smallest_cuts(len(names))]
    assert len(cuts) == len(set(cuts)) == diagram.cut_sets.count()
    assert [len(c) for c in cuts] == sorted(len(c) for c in cuts)
    for state in product((False, True), repeat=len(names)):
        down = {n for n, is_down in zip(names, state, strict=True) if is_down}
        assert failed(tree, {n: n in down for n in names}) == any(c <= down for c in cuts)
    for cut in cuts:
        assert not any(failed(tree, {n: n in cut - {spare} for n in names}) for spare in cut)


@settings(max_examples=examples(40), deadline=None)
@given(trees("abcdefgh", chances=True))
def test_derivatives_are_differences(tree: Tree) -> None:
    """Birnbaum's importance: the probability with a fault sure, less that without it."""
    chances, diagram = of(tree), Diagram(tree)
    whole, each = diagram.derivatives(chances)
    assert whole == pytest.approx(diagram.probability(chances))
    for name in chances:
        sure, never = (diagram.probability({**chances, name: p}) for p in (1.0, 0.0))
        assert each.get(name, 0.0) == pytest.approx(sure - never, abs=1e-12)


@settings(max_examples=examples(40), deadline=None)
@given(trees("abcdefgh"), trees("abcdefgh"), trees("abcdefgh"))
def test_laws_of_logic(a: Tree, b: Tree, c: Tree) -> None:
    """What is equal is one diagram."""

    def same(one: Tree, other: Tree) -> bool:
        both = Diagram(AtLeast(2, (one, other)), names=list("abcdefgh"))
        first, second = (both._made(tree) for tree in (one, other))
        return first == second

    assert same(all_of(a, any_of(b, c)), any_of(all_of(a, b), all_of(a, c)))
    assert same(any_of(a, all_of(b, c)), all_of(any_of(a, b), any_of(a, c)))
    assert same(any_of(a, all_of(a, b)), a)
    assert same(AtLeast(2, (a, b, c)), any_of(all_of(a, b), all_of(b, c), all_of(a, c)))
    assert same(any_of(a, NEVER), a)
    assert same(all_of(a, ALWAYS), a)


@settings(max_examples=examples(40), deadline=None)
@given(trees("abcdefgh"))
def test_bounds_hold_what_is_exact(tree: Tree) -> None:
    """Too few nodes: bounds, closer the more faults are looked at, and the truth between them."""
    chances = {name: p / 5 for name, p in of(tree).items()}
    exact = Diagram(tree).probability(chances)
    wide, close = (solved(tree, chances, most=2, faults=n) for n in (1, 3))
    for one in (wide, close):
        assert one.low - 1e-12 <= exact <= one.high + 1e-12
    assert close.high - close.low <= wide.high - wide.low + 1e-12
    assert solved(tree, chances).is_exact


def test_nothing_and_everything() -> None:
    """The ends of a diagram."""
    assert Diagram(NEVER).probability({}) == 0
    assert Diagram(ALWAYS).probability({}) == 1
    assert Diagram(NEVER).cut_sets.count() == 0
    bdd = Bdd()
    assert bdd.below(FALSE) == []
    assert isclose(bdd.probability(bdd.variable(0), [0.25]), 0.25)
