"""The system as a black box between its actors and what is outside, opened level by level."""

from collections.abc import Mapping
from dataclasses import replace

from sysdesign.draw import Diagram, Direction, Frame, FrameStyle, Node
from sysdesign.study import Study
from sysdesign.views.boxes import actor_node, component_node, group_id, group_node
from sysdesign.views.each.context import SYSTEM, system_node
from sysdesign.views.folding import actors, groups, joined
from sysdesign.views.layers import layers, outside
from sysdesign.views.view import View, Wanted
from sysdesign.views.wires import Wire, wires
from sysdesign.views.wiring import at_load, link_of, title_of

LEVELS = {
    "system": "The system as a black box: what actors may ask of it",
    "groups": "One level in: the parts of the system",
    "components": "Two levels in: the components of each part",
}
_ACTORS, _OUTSIDE = "layer:actors", "layer:outside"
_MOST_LINES = 6


def draw(study: Study, wanted: Wanted) -> Diagram:
    """Three layers from left to right: actors, the system, what is outside."""
    level = wanted.id or "system"
    parts = layers(study)
    inside, box = _inside(study, level, parts, wanted)
    apart = outside(study)
    calls = [wire for wire in wires(study) if wire.what != "backup"]
    nodes = (
        *(replace(actor_node(study, name), frame=_ACTORS) for name in actors(study, calls)),
        *inside,
        *(replace(_plain(study, name), frame=_OUTSIDE) for name in apart),
    )
    rates = f", calls a second {at_load(study)}" if level != "components" else ""
    return Diagram(
        title_of(study), nodes, _frames(study, level, parts, nodes),
        tuple(link_of(wire) for wire in _shown(joined(calls, box), level)),
        LEVELS[level] + rates, legend=level != "system", direction=Direction.RIGHT,
    )  # fmt: skip


def _shown(some: tuple[Wire, ...], level: str) -> tuple[Wire, ...]:
    """At the last level without rates: what is connected, not how much; `components` tells that."""
    return some if level != "components" else tuple(replace(w, per_s=None) for w in some)


def _inside(
    study: Study, level: str, parts: Mapping[str, tuple[str, ...]], wanted: Wanted
) -> tuple[list[Node], dict[str, str]]:
    """The boxes of the system at a level, and the box of each component."""
    apart = frozenset(outside(study))
    mine = [name for name in study.design.components if name not in apart]
    if level == "system":
        opened = wanted.address("blackbox", "groups", "")
        return [system_node(study, _interface(study), opened)], dict.fromkeys(mine, SYSTEM)
    home = {name: group_id(part) for part, names in parts.items() for name in names}
    if level == "components":
        return [replace(_plain(study, n), frame=home.get(n, SYSTEM)) for n in mine], {}
    boxes = [_part(study, part, names, wanted) for part, names in parts.items()]
    alone = [replace(_plain(study, name), frame=SYSTEM) for name in mine if name not in home]
    return [*boxes, *alone], home


def _part(study: Study, part: str, names: tuple[str, ...], wanted: Wanted) -> Node:
    known = part in groups(study)
    opened = wanted.address("components", "", part) if known else ""
    opened = opened or wanted.address("blackbox", "components", "")
    return replace(group_node(study, part, names, opened), lines=_some(names), frame=SYSTEM)


def _plain(study: Study, name: str) -> Node:
    """A component without numbers: what stands where."""
    return replace(component_node(study, name), lines=(), replicas=1, shards=1)


def _interface(study: Study) -> tuple[str, ...]:
    """What actors may ask for, the most asked for first."""
    found = []
    for name, operation in study.design.operations.items():
        if operation.actor:
            peak = study.figure(f"{name}.peak_rate")
            found.append((-(peak.quantity.value.median if peak else 0.0), name))
    return _some(tuple(name for _, name in sorted(found)))


def _some(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(names) <= _MOST_LINES:
        return names
    return (*names[: _MOST_LINES - 1], f"and {len(names) - _MOST_LINES + 1} more")


def _frames(
    study: Study, level: str, parts: Mapping[str, tuple[str, ...]], nodes: tuple[Node, ...]
) -> tuple[Frame, ...]:
    frames = [Frame(_ACTORS, "Actors"), Frame(_OUTSIDE, "Outside")]
    if level != "system":
        frames.append(Frame(SYSTEM, title_of(study), style=FrameStyle.SYSTEM))
    if level == "components":
        frames += [Frame(group_id(part), part, parent=SYSTEM) for part in parts]
    used = {node.frame for node in nodes}
    kept = [f for f in frames if f.id in used or f.id == SYSTEM]
    return tuple(kept)


VIEW = View(
    name="blackbox",
    summary="actors, the system, what is outside, opened level by level",
    rank=20,
    draw=draw,
    ids=lambda _: tuple(LEVELS),
)
