"""Groups (`part_of`), and how a large design is folded into them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sysdesign.records import dataclass
from sysdesign.study import Study
from sysdesign.views.boxes import group_id
from sysdesign.views.wires import Wire, wires

MOST_BOXES = 60
"""More actors and components than these are not shown at once: groups are folded."""


def groups(study: Study) -> Mapping[str, tuple[str, ...]]:
    """Components of each group, in the order of the file."""
    found: dict[str, list[str]] = {}
    for name, part in study.design.components.items():
        if part.part_of:
            found.setdefault(str(part.part_of), []).append(name)
    return {group: tuple(names) for group, names in found.items()}


def actors(study: Study, some: Iterable[Wire]) -> tuple[str, ...]:
    """Actors that call or are called, in the order of the file; others have nothing to point at."""
    ends = {end for wire in some for end in (wire.source, wire.target)}
    return tuple(name for name in study.design.problem.actors if name in ends)


@dataclass(frozen=True, slots=True)
class Folded:
    """What is shown: components as they are, groups as one box, and the calls between them.

    `inside` is the group that is open alone, or empty.
    """

    components: tuple[str, ...]
    folded: Mapping[str, tuple[str, ...]]
    actors: tuple[str, ...]
    wires: tuple[Wire, ...]
    inside: str = ""


def fold(study: Study, group: str = "", *, always: bool = False) -> Folded:
    """Everything, with groups folded where there is too much or always; or one group, open.

    With a group all else is folded, and what has nothing to do with it is left out.
    """
    known, all_wires = groups(study), wires(study)
    people = actors(study, all_wires)
    names = tuple(study.design.components)
    if group:
        mine = known[group]
        closed = {g: some for g, some in known.items() if g != group}
        found = _folded(all_wires, names, closed, people)
        near = _near(found.wires, mine)
        return Folded(
            tuple(n for n in found.components if n in near),
            {g: some for g, some in closed.items() if group_id(g) in near},
            tuple(n for n in people if n in near),
            tuple(w for w in found.wires if w.source in mine or w.target in mine),
            group,
        )
    if always or len(names) + len(people) > MOST_BOXES:
        return _folded(all_wires, names, known, people)
    return _folded(all_wires, names, {}, people)


def _near(some: Iterable[Wire], mine: tuple[str, ...]) -> frozenset[str]:
    """The components of a group, and whatever they call or are called by."""
    ends = [(w.source, w.target) for w in some if w.source in mine or w.target in mine]
    return frozenset((*mine, *(end for pair in ends for end in pair)))


def _folded(
    some: Iterable[Wire], names: tuple[str, ...], closed: Mapping[str, tuple[str, ...]],
    people: tuple[str, ...],
) -> Folded:  # fmt: skip
    box = {name: group_id(group) for group, members in closed.items() for name in members}
    open_ = tuple(name for name in names if name not in box)
    return Folded(open_, closed, people, joined(some, box))


def joined(some: Iterable[Wire], box: Mapping[str, str]) -> tuple[Wire, ...]:
    """Calls between boxes: those of one pair added up, those within a box left out."""
    found: dict[tuple[str, str], Wire] = {}
    for wire in some:
        ends = box.get(wire.source, wire.source), box.get(wire.target, wire.target)
        if ends[0] == ends[1]:
            continue
        before = found.get(ends)
        found[ends] = replace(wire, source=ends[0], target=ends[1]) if before is None else (
            _added(before, wire))  # fmt: skip
    return tuple(found.values())


def _added(one: Wire, other: Wire) -> Wire:
    """Calls of the one and the other; what only stands by gives way."""
    if other.what != "call":
        return one
    if one.what != "call":
        return replace(other, source=one.source, target=one.target)
    known = one.per_s is not None and other.per_s is not None
    return replace(
        one,
        operations=tuple(dict.fromkeys((*one.operations, *other.operations))),
        per_s=(one.per_s or 0.0) + (other.per_s or 0.0) if known else None,
        waits=one.waits or other.waits,
    )
