"""Breaks a picture that is much longer than a page into rows, as text is broken into lines.

Frames without frames inside, and other nodes that hang together, are blocks. The blocks of one
frame are set out in rows by invisible links, which lead from the end of one to the start of the
next; links between blocks no longer order anything.
"""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from math import log

from sysdesign.draw.placing.plan import Guide, Plan
from sysdesign.draw.placing.ranks import components, ranks
from sysdesign.records import dataclass

_MOST_COLUMNS = 12
_FEW = 4  # fewer loose parts in a frame stay as they are
_TITLE = 60.0  # what a frame adds to its inside
_GAP = 24.0
_LINK = 90.0  # between ranks, a label included


@dataclass(frozen=True, slots=True)
class _Block:
    """Nodes that begin it, one that ends it, and about how big it is."""

    first: tuple[int, ...]
    last: int
    width: float
    height: float


def folded(plan: Plan, page: float) -> Plan | None:
    """The plan in rows, about `page` times as wide as high; None if there is nothing to break."""
    inside = _inside(plan)
    leaves = _leaves(plan)
    guides: list[Guide] = []
    groups: dict[int | None, list[list[int]]] = {}
    for home, nodes in inside.items():
        parts = _parts(plan, nodes)
        if home is None or home not in leaves:
            groups.setdefault(home, []).extend(parts)
            continue
        groups.setdefault(plan.clusters[home].parent, []).append(nodes)
        if len(parts) >= _FEW:
            guides += _in_rows([[_block(plan, part, ()) for part in parts]], page)
    blocks = [[_block(plan, nodes, guides) for nodes in group] for group in groups.values()]
    guides += _in_rows(blocks, page)
    if not guides:
        return None
    number = {n: i for i, nodes in enumerate(b for g in groups.values() for b in g) for n in nodes}
    arcs = tuple(
        arc if number[arc.source] == number[arc.target] else replace(arc, constraint=False)
        for arc in plan.arcs
    )
    return replace(plan, arcs=arcs, guides=tuple(guides))


def _inside(plan: Plan) -> dict[int | None, list[int]]:
    inside: dict[int | None, list[int]] = {}
    for node, home in enumerate(plan.home):
        inside.setdefault(home, []).append(node)
    return inside


def _leaves(plan: Plan) -> frozenset[int]:
    parents = frozenset(cluster.parent for cluster in plan.clusters)
    return frozenset(range(len(plan.clusters))) - parents


def _links(plan: Plan, nodes: Sequence[int], guides: Sequence[Guide]) -> list[tuple[int, int]]:
    """Links among some nodes, by their index there."""
    index = {node: i for i, node in enumerate(nodes)}
    pairs = [(arc.source, arc.target) for arc in plan.arcs if arc.constraint]
    return [
        (index[a], index[b]) for a, b in [*pairs, *guides] if a in index and b in index and a != b
    ]


def _parts(plan: Plan, nodes: Sequence[int]) -> list[list[int]]:
    return [[nodes[i] for i in part] for part in components(len(nodes), _links(plan, nodes, ()))]


def _block(plan: Plan, nodes: Sequence[int], guides: Sequence[Guide]) -> _Block:
    by_rank = ranks(len(nodes), _links(plan, nodes, guides))
    sizes = [plan.nodes[n] for n in nodes]
    wide = sum(max(sizes[i].width for i in rank) + _LINK for rank in by_rank) - _LINK
    high = max(sum(sizes[i].height + _GAP for i in rank) for rank in by_rank)
    framed = _TITLE if len(nodes) > 1 else 0.0
    first = tuple(nodes[i] for i in by_rank[0])
    return _Block(first, nodes[by_rank[-1][0]], wide + framed, high + framed)


def _in_rows(groups: Sequence[Sequence[_Block]], page: float) -> list[Guide]:
    columns = min(range(1, _MOST_COLUMNS + 1), key=lambda c: _unlike(groups, c, page))
    return [
        (before.last, first)
        for group in groups
        for i, (before, after) in enumerate(itertools.pairwise(group))
        if (i + 1) % columns
        for first in after.first
    ]


def _unlike(groups: Sequence[Sequence[_Block]], columns: int, page: float) -> float:
    """How far from the shape of a page so many columns are, as a logarithm."""
    widest, high = 1.0, 1.0
    for group in groups:
        for i in range(0, len(group), columns):
            row = group[i : i + columns]
            widest = max(widest, sum(block.width + _LINK for block in row))
            high += max(block.height for block in row) + _GAP
    return abs(log(widest / high / page))
