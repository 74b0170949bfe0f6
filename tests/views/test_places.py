"""Sequence and deployment set out by the views themselves: nothing lies on anything else."""

from itertools import combinations, pairwise

import pytest

from sysdesign.draw import Placed
from sysdesign.views import Wanted, groups, views
from sysdesign.views.chart import BAR
from sysdesign.views.each.sequence import Sequence
from tests.views.pages import EXAMPLES, bench

SEQUENCES = [(e, o) for e in EXAMPLES for o in bench(e).study.design.operations]


def charted(example, operation):
    picture = views()["sequence"].draw(bench(example).study, Wanted(operation))
    assert isinstance(picture, Sequence)
    return picture.chart


@pytest.mark.parametrize(("example", "operation"), SEQUENCES)
def test_a_sequence_goes_down_row_by_row(example, operation):
    made = charted(example, operation)
    heights = [arrow.y for arrow in made.arrows]
    assert heights == sorted(heights)
    assert all(b - a >= 20 for a, b in pairwise(heights))
    assert all(0 < y < made.foot for y in heights)
    xs = {head.node.id: head.x for head in made.heads}
    for left, right in pairwise(made.heads):
        assert left.box.right < right.box.x
    for arrow in made.arrows:
        assert abs(arrow.end - xs[arrow.message.target]) <= 2 * BAR
        source = arrow.message.source or made.heads[0].node.id
        assert abs(arrow.start - xs[source]) <= 2 * BAR


@pytest.mark.parametrize(("example", "operation"), SEQUENCES)
def test_fragments_nest_and_keep_inside(example, operation):
    made = charted(example, operation)
    for rim in made.rims:
        assert rim.box.x >= 0
        assert rim.box.right <= made.width + 0.01
        assert rim.box.bottom <= made.foot
    for one, other in combinations([rim.box for rim in made.rims], 2):
        assert one.holds(other) or other.holds(one) or not one.overlaps(other)
    for bar in made.bars:
        assert bar.bottom > bar.top
        assert bar.bottom <= made.foot


DEPLOYED = [(e, g) for e in EXAMPLES for g in ("", *groups(bench(e).study))]


@pytest.mark.parametrize(("example", "group"), DEPLOYED)
def test_in_a_deployment_everything_lies_in_its_frame_and_apart(example, group):
    placed = views()["deployment"].draw(bench(example).study, Wanted("", group))
    assert isinstance(placed, Placed)
    boxes = [node.box for node in placed.nodes]
    for one, other in combinations(boxes, 2):
        assert not one.overlaps(other)
    frames = {frame.frame.id: frame for frame in placed.frames}
    for frame in placed.frames:
        if frame.frame.parent is not None:
            assert frames[frame.frame.parent].box.holds(frame.box)
    for first, second in combinations(placed.frames, 2):
        a, b = first.box, second.box
        assert a.holds(b) or b.holds(a) or not a.overlaps(b)
    zones = {zone for place in bench(example).study.design.places.values() for zone in place.zones}
    for node in placed.nodes:
        spot = node.node.id.rpartition("@")[2]
        if spot in zones and f"zone:{spot}" in frames:
            assert frames[f"zone:{spot}"].box.holds(node.box)
        elif f"place:{spot}" in frames and not node.node.id.startswith("callers@"):
            assert frames[f"place:{spot}"].box.holds(node.box)
    assert max(b.right for b in boxes) <= placed.box.width + 0.01
    assert max(b.bottom for b in boxes) <= placed.box.height + 0.01
