"""Links end on the outline that is drawn, titles stand off links, what is loose lies in rows."""

import itertools
import re
from dataclasses import replace
from math import cos, hypot, pi, sin

import pytest

from sysdesign.draw import Diagram, Frame, Link, Node, Shape, layout, paint
from sysdesign.draw.geometry import Box, crosses, flattened
from sysdesign.draw.painting.ends import ended, rings
from sysdesign.draw.painting.outlines import outline
from tests.draw.samples import everything, platform, timeline
from tests.draw.truths import assert_true


def away(p, a, b):
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    t = max(0, min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square)) if square else 0
    return hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy)


def from_outline(point, node):
    """The distance to the nearest outline of the cards, by the paths that are painted."""
    found = []
    for behind in range(node.face.cards):
        card = node.face.card.moved(node.box.x + 4 * behind, node.box.y + 4 * behind)
        for ring in rings(outline(node.node.shape, card).filled):
            found += [away(point, a, b) for a, b in itertools.pairwise(ring)]
    return min(found)


@pytest.mark.parametrize("made", [timeline, everything, lambda: platform(60)])
def test_every_end_is_on_an_outline(made):
    placed = layout(made())
    nodes = {item.node.id: item for item in placed.nodes}
    for item in placed.links:
        source, target = nodes[item.link.source], nodes[item.link.target]
        curve = ended(item.curve, source, target)
        assert len(curve) == len(item.curve)
        assert from_outline(curve[0], source) < 0.1
        assert from_outline(curve[-1], target) < 0.1


@pytest.mark.parametrize("shape", Shape)
def test_from_all_sides(shape):
    """A straight line towards each shape from 24 sides ends on it, and comes no nearer before."""
    made = Diagram(
        "x", (Node("a", "A"), Node("b", "B", shape=shape, replicas=3)), (), (Link("a", "b"),)
    )
    node = layout(made).nodes[1]
    box = node.box
    for side in range(24):
        way = (cos(side * pi / 12), sin(side * pi / 12))
        (x, y), far = box.centre, box.width + box.height
        start = (x + way[0] * far, y + way[1] * far)
        share = min(box.width / 2 / abs(way[0]) if abs(way[0]) > 1e-9 else far,
                    box.height / 2 / abs(way[1]) if abs(way[1]) > 1e-9 else far)  # fmt: skip
        tip = (x + way[0] * share, y + way[1] * share)
        curve = (start, start, tip, tip)
        end = ended(curve, None, node)[-1]
        assert from_outline(end, node) < 0.1
        assert box.grown(0.1).has(end)


def test_an_arc_is_an_ellipse():
    """A cylinder's rim, against the equation of its ellipse."""
    box = Box(10, 20, 120, 90)
    (ring,) = rings(outline(Shape.CYLINDER, box).filled)
    rim = [p for p in ring if p[1] < 29 - 1e-6]
    assert len(rim) > 10
    for x, y in rim:
        assert ((x - 70) / 60) ** 2 + ((y - 29) / 9) ** 2 == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("shape", Shape)
def test_outlines_fill_their_box(shape):
    box = Box(0, 0, 144, 80)
    points = [p for ring in rings(outline(shape, box).filled) for p in ring]
    assert all(box.grown(0.5).has(p) for p in points)
    assert max(p[0] for p in points) == pytest.approx(144, abs=0.5)


def test_a_title_stands_off_the_links():
    """One node above calls one in a frame of a long name below it, on its left."""
    placed = layout(timeline())
    assert_true(placed)
    lines = [flattened(k.curve) for k in placed.links]
    for frame in placed.frames:
        wide = 60.0
        box = Box(frame.box.x + frame.title_x, frame.box.y + 7, wide, 20)
        first = Box(frame.box.x + 10, frame.box.y + 7, wide, 20)

        def through(b):
            return sum(any(crosses(p, q, b) for p, q in itertools.pairwise(w)) for w in lines)

        assert through(box) <= through(first)
        assert box.right <= frame.box.right


def test_frames_side_by_side_have_air_between_them():
    nodes = tuple(Node(f"n{i}", f"N{i}", frame=f"f{i}") for i in range(4))
    frames = tuple(Frame(f"f{i}", f"F{i}") for i in range(4))
    links = tuple(Link("n0", f"n{i}") for i in range(1, 4))
    boxes = [f.box.grown(4) for f in layout(Diagram("x", nodes, frames, links)).frames]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_what_is_linked_to_nothing_lies_below_in_rows():
    made = timeline()
    more = tuple(Node(f"alone{i}", f"Alone {i}") for i in range(9))
    placed = layout(replace(made, nodes=(*more[:4], *made.nodes, *more[4:])))
    assert_true(placed)
    rows = {n.box.y for n in placed.nodes if n.node.id.startswith("alone")}
    assert 1 <= len(rows) <= 3


def test_only_loose_nodes_make_a_page():
    placed = layout(Diagram("x", tuple(Node(f"n{i}", f"N{i}") for i in range(40))))
    assert_true(placed)
    assert 0.8 < placed.box.width / placed.box.height < 3.2


def test_a_title_has_the_line_of_its_frame():
    made = Diagram(
        "x", (Node("a", "A", frame="f"),), (Frame("f", "F", line=12),), (Link("a", "a"),)
    )
    svg = paint(layout(made))
    assert re.search('data-kind="title" data-id="f" data-line="12"', svg)
    assert re.search('data-kind="frame" data-id="f" data-line="12"', svg)
