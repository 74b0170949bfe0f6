"""Layouts of any graph keep what they promise."""

from dataclasses import replace
from random import Random

import pytest

from sysdesign.draw import Diagram, DiagramError, Direction, Frame, Link, Node, layout
from tests.draw.samples import platform, random_graph, shortener, timeline
from tests.draw.truths import assert_true

SIZES = (5, 8, 12, 20, 30, 40)
LARGE = (60, 80, 120, 200, 300)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.mostly_slow(4)
def test_any_graph(seed):
    """Nodes in their frames, no overlap, all links led, no label on a node, within the time limit.

    Graphviz itself must have made it: past the time limit, or after a fault, it would be the grid.
    """
    placed = layout(random_graph(seed, Random(seed).choice(SIZES)))
    assert_true(placed)
    assert placed.engine == "graphviz"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1030))
def test_any_large_graph(seed):
    placed = layout(random_graph(seed, Random(seed).choice(LARGE)), time_limit_s=60)
    assert_true(placed)
    assert placed.engine == "graphviz"


@pytest.mark.parametrize("made", [shortener(), timeline(), platform(60), platform(200)])
def test_systems(made):
    placed = layout(made)
    assert_true(placed)
    assert placed.engine == "graphviz"
    assert not placed.remarks
    assert all(k.number is None for k in placed.links), "a realistic label found no place"


@pytest.mark.parametrize("made", [timeline(), platform(60), platform(200), platform(300)])
@pytest.mark.mostly_slow(4)
def test_shape_of_a_page(made):
    """Neither a strip nor a tower: such pictures cannot be read on a page."""
    box = layout(made).box
    assert 0.6 < box.width / box.height < 3.2


def unlinked(count):
    return Diagram("No links", tuple(Node(f"n{i}", f"Service {i}") for i in range(count)))


@pytest.mark.parametrize("count", [9, 40])
def test_what_is_not_linked_becomes_rows(count):
    placed = layout(unlinked(count))
    assert_true(placed)
    assert 0.5 < placed.box.width / placed.box.height < 4
    rows = {round(n.box.centre[1]) for n in placed.nodes}
    assert 1 < len(rows) < count


def test_direction():
    right = layout(replace(timeline(), direction=Direction.RIGHT))
    down = layout(replace(timeline(), direction=Direction.DOWN))
    for placed, axis in ((right, 0), (down, 1)):
        at = {n.node.id: n.box.centre for n in placed.nodes}
        assert at["reader"][axis] < at["phone"][axis] < at["gw"][axis] < at["lb"][axis]


@pytest.mark.parametrize(
    "made",
    [
        Diagram("", ()),
        Diagram("One", (Node("a", "A"),)),
        Diagram("Only frames", (), (Frame("f", "F"), Frame("g", "G", parent="f"))),
        Diagram("Itself", (Node("a", "A"),), (), (Link("a", "a", "retries"), Link("a", "a", "again"))),
        Diagram("Both", (Node("a", "A"), Node("b", "B")), (), (Link("a", "b", "x"), Link("b", "a", "y"), Link("a", "b", "z"))),
        Diagram("Empty frame", (Node("a", "A", frame="f"),), (Frame("f", "F"), Frame("g", "G"))),
        Diagram("Blank", (Node("a", ""), Node("", "")), (), (Link("a", "", "  "),)),
        Diagram("Circle", tuple(Node(f"n{i}", f"N{i}") for i in range(6)), (), tuple(Link(f"n{i}", f"n{(i + 1) % 6}", "next") for i in range(6))),
    ],
)  # fmt: skip
def test_odd_ones(made):
    assert_true(layout(made))


@pytest.mark.parametrize("depth", [40, 150])
@pytest.mark.mostly_slow(2)
def test_deep_frames(depth):
    frames = tuple(Frame(f"f{i}", f"F{i}", parent=f"f{i - 1}" if i else None) for i in range(depth))
    placed = layout(
        Diagram(
            "Deep",
            (Node("a", "A", frame=f"f{depth - 1}"), Node("b", "B")),
            frames,
            (Link("a", "b", "x"),),
        )
    )
    assert_true(placed)


def test_same_input_same_places():
    made = random_graph(5, 30)
    assert layout(made) == layout(made)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (Diagram("", (Node("a", "A"), Node("a", "B"))), "two nodes are called 'a'"),
        (Diagram("", (), (Frame("f", ""), Frame("f", ""))), "two frames are called 'f'"),
        (Diagram("", (Node("a", "A", frame="x"),)), "node 'a' names the frame 'x'"),
        (Diagram("", (Node("a", "A"),), (), (Link("a", "z"),)), "names the node 'z'"),
        (Diagram("", (), (Frame("f", "", parent="z"),)), "frame 'f' names the frame 'z'"),
        (Diagram("", (), (Frame("f", "", parent="g"), Frame("g", "", parent="f"))), "lies within itself"),
        (Diagram("", (), (Frame("f", "", parent="f"),)), "lies within itself"),
        (Diagram("", (Node("a", "A", replicas=0),)), "fewer than one replica"),
        (Diagram("", (Node("a", "A", heat=float("nan")),)), "has heat nan"),
        (Diagram("", (Node("a", "A", heat=-1.0),)), "has heat -1.0"),
        (Diagram("", (Node("a", "A"),), (), (Link("a", "a", thickness=float("inf")),)), "thickness"),
        (Diagram("", (Node("a", "A"),), (), (Link("a", "a", weight=0),)), "weight"),
    ],
)  # fmt: skip
def test_contradictions(made, said):
    with pytest.raises(DiagramError, match=said):
        layout(made)
