"""A picture drawn again: what an earlier one remembers, held against what is to be drawn now.

Unchanged, everything stays to the point. Changed, nodes are pinned where they were, and links whose
ends did not move keep their curves, unless a node that is new stands in the way.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sysdesign.draw.geometry import Box, Point, around, crosses, flattened
from sysdesign.draw.memory import Earlier, KeptLink, ends_of
from sysdesign.draw.placing.check import faults
from sysdesign.draw.placing.labels import NUMBER, Boxes, Spot
from sysdesign.draw.placing.plan import Places, Plan, Size
from sysdesign.draw.records import Diagram

_FEW = 0.5  # of the nodes were there before: less is another picture
_LOST = 0.25  # of the pins may be given up: more is another layout
_SAME = 0.02  # points
Wishes = tuple[Spot | None, ...]


def as_it_was(plan: Plan, diagram: Diagram, earlier: Earlier) -> tuple[Places, Wishes] | None:
    """Places and labels of a picture of the same diagram; None if they cannot be true."""
    try:
        nodes = tuple(earlier.nodes[node.id] for node in diagram.nodes)
        frames = tuple(earlier.frames[frame.id] for frame in diagram.frames)
        links = [earlier.links[ends] for ends in _ends(diagram)]
    except KeyError:
        return None
    sizes = zip(nodes, plan.nodes, strict=True)
    if any(abs(b.width - s.width) > _SAME or abs(b.height - s.height) > _SAME for b, s in sizes):
        return None
    places = Places(nodes, frames, tuple(one.curve for one in links), (None,) * len(links))
    labels = tuple(map(_spot, links))
    if faults(plan, places) or not _apart(plan, places, labels):
        return None
    return places, labels


def _apart(plan: Plan, places: Places, labels: Wishes) -> bool:
    """Whether every text has its place, off the nodes and off the others."""
    taken = Boxes(places.nodes)
    for arc, spot in zip(plan.arcs, labels, strict=True):
        if (arc.label is None) != (spot is None):
            return False
        if arc.label is None or spot is None:
            continue
        box = _room(spot, arc.label)
        if not taken.free(box):
            return False
        taken.add(box)
    return True


def _room(spot: Spot, size: Size) -> Box:
    room = NUMBER if spot.numbered else size
    return around(spot.at, room.width, room.height)


def pins_of(diagram: Diagram, earlier: Earlier) -> dict[int, Point]:
    """Where nodes were, by number; empty where it was another picture altogether."""
    found = {
        n: earlier.nodes[node.id].centre
        for n, node in enumerate(diagram.nodes)
        if node.id in earlier.nodes
    }
    if len(found) < _FEW * max(len(diagram.nodes), len(earlier.nodes)):
        return {}
    return found


def frames_of(diagram: Diagram, earlier: Earlier) -> dict[int, Box]:
    """Where frames were, by number."""
    return {
        n: earlier.frames[frame.id]
        for n, frame in enumerate(diagram.frames)
        if frame.id in earlier.frames
    }


def too_many(given_up: int, pins: int) -> bool:
    """Whether so many pins were given up that a layout of its own is better."""
    return given_up > _LOST * pins


def with_old_links(plan: Plan, diagram: Diagram, places: Places, earlier: Earlier) -> Places:
    """The places with the old curves of links whose ends are where they were."""
    still = _still(diagram, places, earlier)
    others = [box for n, box in enumerate(places.nodes) if n not in still]
    curves = list(places.curves)
    for number, (arc, ends) in enumerate(zip(plan.arcs, _ends(diagram), strict=True)):
        old = earlier.links.get(ends)
        if old is not None and arc.source in still and arc.target in still:
            curves[number] = () if _blocked(old.curve, others) else old.curve
    found = replace(places, curves=tuple(curves))
    return found if not faults(plan, found) else places


def wishes(diagram: Diagram, places: Places, earlier: Earlier) -> Wishes:
    """Where labels were, of links that are led as they were."""
    return tuple(
        _spot(old) if (old := earlier.links.get(ends)) and old.curve == curve else None
        for ends, curve in zip(_ends(diagram), places.curves, strict=True)
    )


def _ends(diagram: Diagram) -> Sequence[tuple[str, str, int]]:
    return ends_of([(link.source, link.target) for link in diagram.links])


def _spot(link: KeptLink) -> Spot | None:
    return None if link.label_at is None else Spot(link.label_at, link.numbered)


def _still(diagram: Diagram, places: Places, earlier: Earlier) -> frozenset[int]:
    """Nodes that are where they were, and about as large."""
    old: Mapping[str, Box] = earlier.nodes
    return frozenset(
        n
        for n, (node, box) in enumerate(zip(diagram.nodes, places.nodes, strict=True))
        if node.id in old and _alike(box, old[node.id])
    )


def _alike(box: Box, other: Box) -> bool:
    (ax, ay), (bx, by) = box.centre, other.centre
    return (
        abs(ax - bx) <= _SAME
        and abs(ay - by) <= _SAME
        and abs(box.width - other.width) <= 24 + _SAME
        and abs(box.height - other.height) <= 24 + _SAME
    )


def _blocked(curve: Sequence[Point], boxes: Sequence[Box]) -> bool:
    points = flattened(curve)
    return any(crosses(a, b, box) for box in boxes for a, b in itertools.pairwise(points))
