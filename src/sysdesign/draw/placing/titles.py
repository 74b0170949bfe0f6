"""Where the titles of frames stand: in the upper left corner, or farther right, off the links."""

from collections.abc import Sequence

from sysdesign.draw.geometry import Box, Point, flattened
from sysdesign.draw.placing.labels import Boxes, Lines
from sysdesign.draw.placing.plan import Plan, Size

LEFT, TOP = 10.0, 7.0
_STEP = 12.0
_MOST = 60  # places that are tried


def title_boxes(
    plan: Plan, nodes: Sequence[Box], frames: Sequence[Box], curves: Sequence[Sequence[Point]]
) -> list[Box]:
    """A place for each title: along the upper border, the first that the fewest links cross."""
    if not frames:
        return []
    lines = Lines(flattened(curve) for curve in curves)
    solid = Boxes(nodes)
    found = []
    for number, (frame, cluster) in enumerate(zip(frames, plan.clusters, strict=True)):
        inside = Boxes(box for k, box in enumerate(frames) if plan.clusters[k].parent == number)
        found.append(_best(frame, cluster.title, lines, solid, inside))
    return found


def _best(frame: Box, size: Size, lines: Lines, solid: Boxes, inside: Boxes) -> Box:
    wide = min(size.width, frame.width - 2 * LEFT)
    first = Box(frame.x + LEFT, frame.y + TOP, wide, size.height)
    best, least = first, lines.through(first)
    steps = int((frame.width - 2 * LEFT - wide) / _STEP)
    for step in range(1, min(steps, _MOST) + 1):
        if least == 0:
            break
        box = first.moved(step * _STEP, 0)
        if not (solid.free(box) and inside.free(box)):
            continue
        crossed = lines.through(box)
        if crossed < least:
            best, least = box, crossed
    return best
