"""A picture of components and the calls between them: what several views share."""

from collections.abc import Callable
from dataclasses import replace
from math import log10

from sysdesign.draw import Diagram, Link, LinkStyle, Node
from sysdesign.study import Study
from sysdesign.views import shown as say
from sysdesign.views.boxes import actor_node, component_node, group_node, text_lines
from sysdesign.views.folding import Folded
from sysdesign.views.frames import Framed, framed
from sysdesign.views.view import Wanted
from sysdesign.views.wires import Wire

_STYLES = {"dead letters": LinkStyle.ASYNC, "backup": LinkStyle.REPLICATION}
Look = Callable[[Node], Node]
Line = Callable[[Link], Link]
_THIN, _THICK, _DECADE = 1.2, 4.2, 1.0
_MOST_BACKUPS = 2  # arrows of stores to where their backups lie; more are told in words


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


def thickness(per_s: float | None, most: float) -> float:
    """Of a line in points: the busiest is the thickest, a tenth of its calls a point less."""
    if not per_s or most <= 0:
        return _THIN
    return max(_THIN, _THICK + _DECADE * log10(per_s / most))


def wired(
    study: Study, shown: Folded, view: str, wanted: Wanted, subtitle: str,
    look: Look = lambda node: node, line: Line = lambda link: link,
) -> Diagram:  # fmt: skip
    """Actors, components and folded groups with the calls between them.

    `look` finishes a node, `line` a link.
    """
    found = framed(study, shown, view, wanted)
    backups = _backups(shown)
    nodes = [
        *(actor_node(study, name) for name in shown.actors),
        *(component_node(study, name) for name in shown.components),
        *(group_box(study, shown, group, view, wanted) for group in shown.folded),
    ]
    nodes = [
        replace(node, frame=found.home.get(node.id), lines=(*node.lines, *_kept(backups, node.id)))
        for node in map(look, nodes)
    ]
    drawn = [wire for wire in shown.wires if wire.what != "backup" or wire.target not in backups]
    return Diagram(
        title_of(study), tuple(nodes), found.frames, tuple(line(link_of(wire)) for wire in drawn),
        subtitle, notes=notes(study, shown, found),
    )  # fmt: skip


def _backups(shown: Folded) -> dict[str, list[str]]:
    """What lies in a store of backups, where arrows to it would be too many."""
    found: dict[str, list[str]] = {}
    for wire in shown.wires:
        if wire.what == "backup":
            found.setdefault(wire.target, []).append(wire.source.removeprefix("group:"))
    return {to: some for to, some in found.items() if len(some) > _MOST_BACKUPS}


def _kept(backups: dict[str, list[str]], name: str) -> tuple[str, ...]:
    some = backups.get(name)
    return text_lines(f"backup of {', '.join(some)}") if some else ()


def group_box(study: Study, shown: Folded, group: str, view: str, wanted: Wanted) -> Node:
    """A folded group, which opens on a click."""
    return group_node(study, group, shown.folded[group], wanted.address(view, "", group))


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
