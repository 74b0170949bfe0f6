"""Pins: nodes stay where a person put them, and a picture stays as it was when something is added."""

from dataclasses import replace

import pytest

from sysdesign.draw import Diagram, Frame, Link, Node, Shape, centres, layout
from sysdesign.draw.placing import laid_out
from tests.draw.samples import platform, shortener, timeline
from tests.draw.truths import assert_true


def at(placed):
    return {n.node.id: n.box.centre for n in placed.nodes}


def near(a, b):
    return abs(a[0] - b[0]) < 0.02 and abs(a[1] - b[1]) < 0.02


def test_a_pin_is_kept():
    before = layout(shortener())
    x, y = at(before)["stats"]
    placed = layout(shortener(), pins={"stats": (x - 300, y + 160)})
    assert_true(placed)
    assert near(at(placed)["stats"], (x - 300, y + 160))
    same = [i for i in at(before) if near(at(before)[i], at(placed)[i])]
    assert len(same) == len(before.nodes) - 1


def test_others_make_room():
    before = layout(shortener())
    placed = layout(shortener(), pins={"stats": at(before)["links"]})
    assert_true(placed)
    assert near(at(placed)["stats"], at(before)["links"])
    assert not near(at(placed)["links"], at(before)["links"])


def test_to_the_left_of_everything():
    placed = layout(shortener(), pins={"stats": (-500.0, -200.0)})
    assert_true(placed)
    assert near(at(placed)["stats"], (-500, -200))
    assert placed.box.x < -500


def test_frames_follow():
    before = layout(timeline())
    x, y = at(before)["media"]
    placed = layout(timeline(), pins={"media": (x, y - 6)})
    assert_true(placed)
    assert near(at(placed)["media"], (x, y - 6))


def test_pins_that_contradict_frames_are_given_up():
    """One node of Europe is put among those of America, all of which are pinned too."""
    before = at(layout(timeline()))
    placed = layout(timeline(), pins={**before, "profiles": before["uslb"]})
    assert_true(placed)
    lost = [i for i in before if f"the pin of {i} could not be kept" in placed.remarks]
    assert lost
    assert len(placed.remarks) == len(lost)
    for i in before:
        if i not in (*lost, "profiles"):
            assert near(at(placed)[i], before[i])


def test_two_pins_on_one_place():
    placed = layout(shortener(), pins={"stats": (0.0, 900.0), "links": (0.0, 900.0)})
    assert_true(placed)
    assert len(placed.remarks) == 1


@pytest.mark.parametrize("bad", [(float("nan"), 0.0), (float("inf"), 0.0), (1e30, 0.0)])
def test_impossible_pins(bad):
    placed = layout(shortener(), pins={"stats": bad, "nobody": (0.0, 0.0)})
    assert_true(placed)
    assert placed.remarks == ("the pin of stats could not be kept",)


def test_without_an_engine(monkeypatch):
    monkeypatch.setattr(laid_out, "ENGINES", ())
    before = layout(timeline())
    placed = layout(
        timeline(),
        pins={"reader": (-200.0, 0.0), **{i: p for i, p in at(before).items() if i != "reader"}},
    )
    assert_true(placed)
    assert near(at(placed)["reader"], (-200, 0))


def changes(before, after, least=20.0, far=40.0):
    """Share of pairs that swap their order along an axis, and of nodes that move far."""
    ids = [i for i in at(before) if i in at(after)]
    a, b = at(before), at(after)
    moved = [i for i in ids if max(abs(a[i][k] - b[i][k]) for k in (0, 1)) > far]
    pairs = swaps = 0
    for n, i in enumerate(ids):
        for j in ids[:n]:
            for k in (0, 1):
                was, now = a[i][k] - a[j][k], b[i][k] - b[j][k]
                if abs(was) > least:
                    pairs += 1
                    swaps += was * now < 0 and abs(now) > least
    return swaps / pairs, len(moved) / len(ids)


@pytest.mark.parametrize("made", [shortener(), timeline(), platform(20), platform(60)])
@pytest.mark.mostly_slow(2)
def test_one_node_more(made):
    """With the places of the last picture as pins, the rest stays: 2% of pairs, 10% of nodes at most."""
    before = layout(made)
    for node in made.nodes[::8]:
        new = Node("new", "New service", "Go", Shape.SERVICE, frame=node.frame)
        grown = replace(
            made, nodes=(*made.nodes, new), links=(*made.links, Link(node.id, "new", "calls"))
        )
        after = layout(grown, pins=centres(before))
        assert_true(after)
        swapped, moved = changes(before, after)
        assert swapped <= 0.02
        assert moved <= 0.10


@pytest.mark.slow
def test_one_node_more_without_pins():
    """Without them nodes move, but few change sides: the order of the input rules."""
    for made in (shortener(), platform(20), platform(60)):
        before = layout(made)
        found = []
        for node in made.nodes:
            new = Node("new", "New service", "Go", Shape.SERVICE, frame=node.frame)
            grown = replace(
                made, nodes=(*made.nodes, new), links=(*made.links, Link(node.id, "new", "calls"))
            )
            found.append(changes(before, layout(grown))[0])
        assert sum(found) / len(found) <= 0.02


def test_one_node_less():
    made = timeline()
    before = layout(made)
    rest = replace(
        made,
        nodes=tuple(n for n in made.nodes if n.id != "ids"),
        links=tuple(k for k in made.links if k.target != "ids"),
    )
    after = layout(rest, pins=centres(before))
    assert_true(after)
    assert changes(before, after) == (0, 0)


def test_a_new_node_comes_near_its_neighbours():
    made = Diagram(
        "x", (Node("a", "A", frame="f"), Node("b", "B")), (Frame("f", "F"),), (Link("a", "b"),)
    )
    before = layout(made)
    grown = replace(
        made, nodes=(*made.nodes, Node("c", "C", frame="f")), links=(*made.links, Link("a", "c"))
    )
    after = at(layout(grown, pins=centres(before)))
    assert abs(after["c"][0] - after["a"][0]) + abs(after["c"][1] - after["a"][1]) < 300
