"""A plain layout without any engine: ranks as columns, frames as boxes in boxes.

Nothing can overlap by construction: each frame is set out by itself, from the inside to the
outside, and then moved as a whole.
"""

from collections.abc import Sequence

from sysdesign.draw.geometry import Box
from sysdesign.draw.placing.plan import Places, Plan, Size
from sysdesign.draw.placing.ranks import ranks
from sysdesign.draw.placing.route import Router

_ACROSS, _ALONG, _MARGIN, _TITLE = 40.0, 90.0, 22.0, 24.0
_EMPTY = Size(60.0, 24.0)
_TALL = 9  # things in a column before another is begun


def on_a_grid(plan: Plan) -> Places:
    """Places for any plan, without labels."""
    inside = _inside(plan)
    order = _inner_first(plan)
    sizes: dict[int, Size] = {}
    offsets: dict[int, list[tuple[float, float]]] = {}
    for cluster in order:
        things = inside[cluster]
        rooms = [plan.nodes[n] if n >= 0 else sizes[~n] for n in things]
        offsets[cluster], extent = _columns(plan, things, rooms)
        if cluster >= 0:
            title = plan.clusters[cluster].title
            sizes[cluster] = Size(
                max(extent.width, title.width) + 2 * _MARGIN,
                extent.height + 2 * _MARGIN + _TITLE,
            )
    nodes, clusters = _moved(plan, order[::-1], inside, offsets, sizes)
    router = Router(nodes) if nodes else None
    curves = tuple(router.curve(arc.source, arc.target) for arc in plan.arcs) if router else ()
    return Places(tuple(nodes), tuple(clusters), curves, (None,) * len(plan.arcs))


_WHOLE = -1


def _inside(plan: Plan) -> dict[int, list[int]]:
    """What lies directly in each cluster and in the whole (-1): nodes, and clusters as ~number."""
    inside: dict[int, list[int]] = {_WHOLE: []}
    for number in range(len(plan.clusters)):
        inside[number] = []
    for node, home in enumerate(plan.home):
        inside[_WHOLE if home is None else home].append(node)
    for number, cluster in enumerate(plan.clusters):
        inside[_WHOLE if cluster.parent is None else cluster.parent].append(~number)
    return inside


def _inner_first(plan: Plan) -> list[int]:
    depth = [len(plan.above(number)) for number in range(len(plan.clusters))]
    return [*sorted(range(len(depth)), key=lambda n: -depth[n]), _WHOLE]


def _columns(
    plan: Plan, things: Sequence[int], rooms: Sequence[Size]
) -> tuple[list[tuple[float, float]], Size]:
    """Offsets of things set out in columns (rows, where links lead down), and their extent."""
    if not things:
        return [], _EMPTY
    columns: list[list[int]] = []
    for rank in ranks(len(things), _between(plan, things)):
        columns += [rank[i : i + _TALL] for i in range(0, len(rank), _TALL)]
    offsets = [(0.0, 0.0)] * len(things)
    down = plan.down
    along = [r.height if down else r.width for r in rooms]
    across = [r.width if down else r.height for r in rooms]
    longest = max(sum(across[i] + _ACROSS for i in column) - _ACROSS for column in columns)
    start = 0.0
    for column in columns:
        at = (longest - sum(across[i] + _ACROSS for i in column) + _ACROSS) / 2
        for i in column:
            offsets[i] = (at, start) if down else (start, at)
            at += across[i] + _ACROSS
        start += max(along[i] for i in column) + _ALONG
    extent = start - _ALONG
    return offsets, Size(longest, extent) if down else Size(extent, longest)


def _between(plan: Plan, things: Sequence[int]) -> list[tuple[int, int]]:
    """Links between things of one cluster, by their index."""
    index = {thing: i for i, thing in enumerate(things)}

    def at(node: int) -> int | None:
        if node in index:
            return index[node]
        return next((index[~c] for c in plan.above(plan.home[node]) if ~c in index), None)

    found = []
    for arc in plan.arcs:
        a, b = at(arc.source), at(arc.target)
        if a is not None and b is not None and a != b and arc.constraint:
            found.append((a, b))
    return found


def _moved(
    plan: Plan, order: Sequence[int], inside: dict[int, list[int]],
    offsets: dict[int, list[tuple[float, float]]], sizes: dict[int, Size],
) -> tuple[list[Box], list[Box]]:  # fmt: skip
    """Everything at its final place, from the outside to the inside."""
    nodes = [Box(0, 0, size.width, size.height) for size in plan.nodes]
    clusters = [Box(0, 0, 0, 0)] * len(plan.clusters)
    for cluster in order:
        x = y = 0.0
        if cluster >= 0:
            x, y = clusters[cluster].x + _MARGIN, clusters[cluster].y + _MARGIN + _TITLE
        for thing, (dx, dy) in zip(inside[cluster], offsets[cluster], strict=True):
            if thing >= 0:
                nodes[thing] = nodes[thing].moved(x + dx, y + dy)
            else:
                room = sizes[~thing]
                clusters[~thing] = Box(x + dx, y + dy, room.width, room.height)
    return nodes, clusters
