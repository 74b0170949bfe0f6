"""Utilisation as colour: what is busy at peak, what gives way first, how long calls take."""

from dataclasses import replace

from sysdesign.draw import Diagram, Link, Node
from sysdesign.study import Study
from sysdesign.views.folding import fold, groups
from sysdesign.views.pressure import Pressure, badge, pressures, verdict
from sysdesign.views.shown import listed, seconds
from sysdesign.views.view import View, Wanted
from sysdesign.views.wires import starter
from sysdesign.views.wiring import at_load, thickness, wired

_WORTH = 0.5  # of the limit of a link; less is not worth a word
_MOST_TIMES = 3  # operations of an entry whose times are told


def draw(study: Study, wanted: Wanted) -> Diagram:
    """The components, coloured by the share of their nearest limit that is used."""
    shown = fold(study, wanted.group)
    near = pressures(study)
    times = entry_times(study)
    fastest = max((wire.per_s or 0.0 for wire in shown.wires), default=0.0)
    rates = {(wire.source, wire.target): wire.per_s for wire in shown.wires}
    members = {f"group:{group}": names for group, names in groups(study).items()}

    def look(node: Node) -> Node:
        if node.id in members:
            return _group(study, node, members[node.id], near)
        lines = (*_line(near.get(node.id)), *times.get(node.id, ()))
        return _heated(study, replace(node, lines=lines), near.get(node.id))

    def link(one: Link) -> Link:
        thick = thickness(rates[one.source, one.target], fastest)
        return _limited(
            study, replace(one, thickness=thick), near.get(f"{one.source} -> {one.target}")
        )

    said = f"{wanted.group}: {verdict(study)}" if wanted.group else verdict(study)
    drawn = wired(study, shown, "heat", wanted, said, look, link)
    meant = f"Colour and bar: how much of its nearest limit a component uses {at_load(study)}."
    return replace(drawn, notes=(meant, *drawn.notes))


def entry_times(study: Study) -> dict[str, tuple[str, ...]]:
    """p99 of what actors call, by the component that they call: the busiest operations first."""
    found: dict[str, list[str]] = {}
    known = study.analysis.operations
    called = [
        name for name in known if study.design.operations[name].actor and starter(study, name)
    ]
    for name in sorted(called, key=lambda one: -known[one].rate_per_s):
        first = study.visits[name][0].target
        found.setdefault(str(first), []).append(name)
    return {part: tuple(_times(study, names)) for part, names in found.items()}


def _times(study: Study, names: list[str]) -> list[str]:
    told = [
        f"{name} p99 {seconds(study.analysis.operations[name].times.p99_s)}"
        for name in names[:_MOST_TIMES]
    ]
    more = len(names) - _MOST_TIMES
    return [*told, f"and {more} more"] if more > 0 else told


def _line(one: Pressure | None) -> tuple[str, ...]:
    return (one.words,) if one else ()


def _heated(study: Study, node: Node, one: Pressure | None) -> Node:
    if one is None:
        return node
    word, tone = badge(study, one)
    return replace(node, heat=one.used, badge=word, tone=tone)


def _group(study: Study, node: Node, names: tuple[str, ...], near: dict[str, Pressure]) -> Node:
    """A folded group: as hot as its hottest component."""
    known = {name: near[name] for name in names if name in near}
    if not known:
        return node
    name = max(known, key=lambda one: (known[one].first, known[one].used))
    return _heated(study, replace(node, lines=(f"{name}: {known[name].words}",)), known[name])


def _limited(study: Study, link: Link, one: Pressure | None) -> Link:
    """A link that has a limit of its own."""
    if one is None or (one.used < _WORTH and not one.first):
        return link
    word, tone = badge(study, one)
    label = listed([part for part in (link.label, one.words, word) if part], 3)
    return replace(link, label=label, tone=tone)


VIEW = View(
    name="heat",
    summary="utilisation as colour, the bottleneck marked, rates and p99 at peak",
    rank=40,
    draw=draw,
    grouped=True,
)
