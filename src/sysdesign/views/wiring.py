"""A picture of components and the calls between them: what several views share."""

from collections.abc import Callable
from dataclasses import replace

from sysdesign.draw import Diagram, Frame, Link, LinkStyle, Node
from sysdesign.study import Study
from sysdesign.views import shown as say
from sysdesign.views.boxes import actor_node, component_node, group_node
from sysdesign.views.folding import Folded
from sysdesign.views.frames import Framed, framed
from sysdesign.views.view import Wanted
from sysdesign.views.wires import Wire

_STYLES = {"dead letters": LinkStyle.ASYNC, "backup": LinkStyle.REPLICATION}
Look = Callable[[Node], Node]


def title_of(study: Study) -> str:
    """What the system is called."""
    name = study.design.problem.name
    return str(name) if name else study.source.name.rpartition("/")[2]


def at_load(study: Study) -> str:
    """`at peak`, or `at 10x the peak`."""
    return "at peak" if study.load == 1 else f"at {say.factor(study.load)} the peak"


def link_of(wire: Wire) -> Link:
    """A link with its rate."""
    style = _STYLES.get(wire.what, LinkStyle.SYNC if wire.waits else LinkStyle.ASYNC)
    label = say.rate(wire.per_s) if wire.what == "call" else wire.what
    return Link(
        wire.source, wire.target, label, style, id=f"{wire.source} -> {wire.target}",
        line=wire.line, constraint=wire.what == "call",
    )  # fmt: skip


def wired(
    study: Study, shown: Folded, view: str, wanted: Wanted, subtitle: str,
    look: Look = lambda node: node,
) -> Diagram:  # fmt: skip
    """Actors, components and folded groups with the calls between them; `look` finishes a node."""
    found = framed(study, shown, view, wanted)
    nodes = [
        *(actor_node(study, name) for name in shown.actors),
        *(component_node(study, name, found.home.get(name)) for name in shown.components),
        *(group_box(study, shown, group, view, wanted) for group in shown.folded),
    ]
    nodes = [replace(node, frame=found.home.get(node.id, node.frame)) for node in nodes]
    return Diagram(
        title_of(study), tuple(look(node) for node in nodes), _titled(found.frames),
        tuple(link_of(wire) for wire in shown.wires), subtitle, notes=notes(study, shown, found),
    )  # fmt: skip


def group_box(study: Study, shown: Folded, group: str, view: str, wanted: Wanted) -> Node:
    """A folded group, which opens on a click."""
    return group_node(study, group, shown.folded[group], wanted.address(view, "", group))


def _titled(frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    return frames


def notes(study: Study, shown: Folded, found: Framed) -> tuple[str, ...]:
    """What the reader has to know of the numbers, and what is not shown."""
    said = [f"On a link: calls a second {at_load(study)}, first attempts alone."]
    unknown = [
        name for name in study.design.operations
        if name not in study.network.operations()
    ]  # fmt: skip
    if unknown:
        said.append(f"No rates of {say.listed(unknown, 4)}: the file does not say enough.")
    if shown.folded and not shown.inside:
        said.append("Groups are folded; each has a picture of its own: --group NAME.")
    if found.crossing:
        names = say.listed(found.crossing, 6)
        said.append(f"Trust boundaries that cross the groups are not drawn: {names}.")
    return tuple(said)
