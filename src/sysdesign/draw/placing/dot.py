"""A plan in the DOT language, and Graphviz's answer as places.

Source: Graphviz, documentation of attributes, https://graphviz.org/doc/info/attrs.html.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from math import ceil, isfinite
from typing import Any

from sysdesign.draw.geometry import Box, Point
from sysdesign.draw.placing.host import EngineError
from sysdesign.draw.placing.plan import Arc, Places, Plan, Size

_INCH = 72.0
# Room for a text is reserved by rows of x in Courier: without fonts Graphviz takes 0.6 of the size
# for its width and 1.2 for its height, so at size 5 a letter is 3 by 6 points.
_LETTER = Size(3.0, 6.0)
MARGIN = 20.0  # between a frame and what is in it; frames side by side touch, so each gives back
GIVEN = 5.0
BETWEEN = 20.0  # between nodes side by side
RANKS = 46.0  # between one rank and the next


def _room(size: Size) -> str:
    row = "x" * max(1, ceil(size.width / _LETTER.width))
    return "\\n".join([row] * max(1, ceil(size.height / _LETTER.height)))


def to_dot(plan: Plan, labelled: Sequence[bool]) -> str:
    """The graph; only arcs that are `labelled` keep room for their label."""
    large = len(plan.nodes) > 80 or len(plan.arcs) > 160
    lines = [
        "digraph g {",
        f"graph [rankdir={'TB' if plan.down else 'LR'} nodesep={BETWEEN / _INCH:.3f} "
        f"ranksep={RANKS / _INCH:.3f} splines=true margin=0 pad=0 fontname=Courier fontsize=5 "
        + ("nslimit=1 nslimit1=1 mclimit=0.4" if large else "nslimit=8 nslimit1=8 mclimit=2")
        + "]",
        'node [shape=box fixedsize=true label=""]',
        "edge [fontname=Courier fontsize=5 arrowhead=none arrowtail=none]",
    ]
    children: list[list[int]] = [[] for _ in plan.clusters]
    for number, cluster in enumerate(plan.clusters):
        if cluster.parent is not None:
            children[cluster.parent].append(number)
    roots = [n for n, cluster in enumerate(plan.clusters) if cluster.parent is None]
    lines += [
        _node(n, plan.nodes[n])
        for n in _listed(plan, range(len(plan.nodes)))
        if plan.home[n] is None
    ]
    lines += _clusters(plan, roots, children)
    lines += [
        _arc(number, arc, keep)
        for number, (arc, keep) in enumerate(zip(plan.arcs, labelled, strict=True))
    ]
    lines += [f"n{a} -> n{b} [style=invis weight=4]" for a, b in plan.guides[::-1]]
    return "\n".join([*lines, "}"])


def _clusters(plan: Plan, roots: list[int], children: list[list[int]]) -> list[str]:
    """All clusters, nested; frames may be nested deeper than functions may call each other."""
    lines: list[str] = []
    stack: list[int | None] = list(reversed(roots))
    while stack:
        number = stack.pop()
        if number is None:
            lines.append("}")
            continue
        cluster = plan.clusters[number]
        lines.append(
            f"subgraph cluster_{number} {{ graph [margin={MARGIN:g} labeljust=l "
            f'label="{_room(Size(cluster.title.width + 2 * GIVEN, cluster.title.height))}"]'
        )
        if not cluster.nodes and not children[number]:
            lines.append(f"e{number} [width=0.6 height=0.3 style=invis]")
        lines += [_node(n, plan.nodes[n]) for n in _listed(plan, cluster.nodes)]
        stack += [None, *_listed(plan, children[number])[::-1]]
    return lines


def _listed(plan: Plan, things: Sequence[int]) -> list[int]:
    """The order in which Graphviz is told of things: what it hears first of rows ends up lowest."""
    return list(things[::-1]) if plan.guides else list(things)


def _node(number: int, size: Size) -> str:
    return f"n{number} [width={size.width / _INCH:.4f} height={size.height / _INCH:.4f}]"


def _arc(number: int, arc: Arc, labelled: bool) -> str:
    said = [f"id={number}"]
    if labelled and arc.label is not None:
        said.append(f'label="{_room(arc.label)}"')
    if arc.weight != 1:
        said.append(f"weight={arc.weight}")
    if not arc.constraint:
        said.append("constraint=false")
    return f"n{arc.source} -> n{arc.target} [{' '.join(said)}]"


def to_routes(plan: Plan, nodes: Sequence[Box]) -> str:
    """The graph with nodes where they are, for links to be led around them."""
    lines = ["digraph g {", 'graph [splines=true sep="+9" esep="+5"]',
             'node [shape=box fixedsize=true label=""]', "edge [arrowhead=none]"]  # fmt: skip
    for n, (size, box) in enumerate(zip(plan.nodes, nodes, strict=True)):
        x, y = box.centre
        lines.append(f'{_node(n, size)[:-1]} pos="{x:.2f},{-y:.2f}"]')
    lines += [f"n{arc.source} -> n{arc.target} [id={i}]" for i, arc in enumerate(plan.arcs)]
    return "\n".join([*lines, "}"])


def routes_from_json(plan: Plan, nodes: Sequence[Box], answer: str) -> list[tuple[Point, ...]]:
    """The curves of `to_routes`, in the places that the nodes had; raises `EngineError`."""
    bare = replace(plan, clusters=(), home=(None,) * len(plan.nodes))
    found = from_json(bare, answer)
    if not found.nodes:
        return []
    dx, dy = nodes[0].x - found.nodes[0].x, nodes[0].y - found.nodes[0].y
    if any(abs(b.x + dx - a.x) + abs(b.y + dy - a.y) > 1
           for a, b in zip(nodes, found.nodes, strict=True)):  # fmt: skip
        raise EngineError("Graphviz moved nodes while it led links around them")
    return [tuple((x + dx, y + dy) for x, y in curve) for curve in found.curves]


def from_json(plan: Plan, answer: str) -> Places:
    """Places from Graphviz's `json0`; raises `EngineError` if anything is missing or no number."""
    try:
        graph = json.loads(answer)
        height = _numbers(graph["bb"])[3]
        objects = {item["name"]: item for item in graph.get("objects", ())}
        arcs = {int(item["id"]): item for item in graph.get("edges", ()) if "id" in item}
        return Places(
            tuple(_box(objects[f"n{n}"], s, height) for n, s in enumerate(plan.nodes)),
            tuple(_frame(objects[f"cluster_{n}"], height) for n in range(len(plan.clusters))),
            tuple(_curve(arcs[n], height) for n in range(len(plan.arcs))),
            tuple(_label(arcs[n], height) for n in range(len(plan.arcs))),
        )
    except (KeyError, ValueError, IndexError, TypeError, AttributeError) as error:
        raise EngineError(f"Graphviz's answer lacks something: {error!r}") from error


def _numbers(text: str) -> list[float]:
    found = [float(word) for word in text.split(",")]
    if not all(isfinite(x) and abs(x) < 1e7 for x in found):
        raise ValueError(f"no place: {text}")
    return found


def _box(item: Any, size: Size, height: float) -> Box:
    x, y = _numbers(item["pos"])
    return Box(x - size.width / 2, height - y - size.height / 2, size.width, size.height)


def _frame(item: Any, height: float) -> Box:
    x, low, right, high = _numbers(item["bb"])
    return Box(x, height - high, right - x, high - low).grown(-GIVEN)


def _point(text: str, height: float) -> Point:
    x, y = _numbers(text)
    return (x, height - y)


def _curve(item: Any, height: float) -> tuple[Point, ...]:
    """The curve of an arc; in large graphs Graphviz sometimes gives up on one, and says nothing."""
    if "pos" not in item:
        return ()
    words = [w for w in item["pos"].split() if not w.startswith(("s,", "e,"))]
    points = tuple(_point(word, height) for word in words)
    if len(points) < 4 or len(points) % 3 != 1:
        raise ValueError(f"no curve: {item['pos']}")
    return points


def _label(item: Any, height: float) -> Point | None:
    return _point(item["lp"], height) if item.get("lp") else None
