"""Whether places can be true: nodes in their frames and in no other, nothing on top of another."""

from collections.abc import Iterator, Sequence

from sysdesign.draw.geometry import Box
from sysdesign.draw.placing.plan import Places, Plan

_SLACK = 0.6  # points; Graphviz writes five digits


def faults(plan: Plan, places: Places) -> list[str]:
    """What is wrong with places; empty if nothing is."""
    return [
        *overlaps(places.nodes),
        *_strays(plan, places),
        *_clashes(plan, places),
        *_loose(plan, places),
    ]


def overlaps(boxes: Sequence[Box]) -> Iterator[str]:
    """Nodes on top of another."""
    shrunk = [box.grown(-_SLACK) for box in boxes]
    order = sorted(range(len(boxes)), key=lambda n: boxes[n].x)
    for i, first in enumerate(order):
        for second in order[i + 1 :]:
            if boxes[second].x >= boxes[first].right:
                break
            if shrunk[first].overlaps(shrunk[second]):
                yield f"nodes {first} and {second} overlap"


def _strays(plan: Plan, places: Places) -> Iterator[str]:
    """Nodes outside a frame of theirs, or inside one of others."""
    around = [frozenset(plan.above(home)) for home in plan.home]
    grown = [box.grown(_SLACK) for box in places.clusters]
    shrunk = [box.grown(-_SLACK) for box in places.clusters]
    for node, box in enumerate(places.nodes):
        for cluster in range(len(places.clusters)):
            if cluster in around[node]:
                if not grown[cluster].holds(box):
                    yield f"node {node} is outside frame {cluster}"
            elif shrunk[cluster].overlaps(box):
                yield f"node {node} is on frame {cluster}"


def _clashes(plan: Plan, places: Places) -> Iterator[str]:
    """Frames outside their parent, or across each other."""
    around = [frozenset(plan.above(number)) for number in range(len(plan.clusters))]
    for first, box in enumerate(places.clusters):
        parent = plan.clusters[first].parent
        if parent is not None and not places.clusters[parent].grown(_SLACK).holds(box):
            yield f"frame {first} is outside frame {parent}"
        for second in range(first):
            related = first in around[second] or second in around[first]
            if not related and box.grown(-_SLACK).overlaps(places.clusters[second]):
                yield f"frames {first} and {second} overlap"


def _loose(plan: Plan, places: Places) -> Iterator[str]:
    """Links that do not lead from their source to their target."""
    for number, (arc, curve) in enumerate(zip(plan.arcs, places.curves, strict=True)):
        if not curve:
            continue
        for end, point in ((arc.source, curve[0]), (arc.target, curve[-1])):
            if not places.nodes[end].grown(14).has(point):
                yield f"link {number} does not reach node {end}"
