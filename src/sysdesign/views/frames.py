"""Frames: groups, and trust boundaries where they nest with them."""

from collections.abc import Mapping

from sysdesign.draw import Frame, FrameStyle
from sysdesign.records import dataclass
from sysdesign.study import Study
from sysdesign.views.boxes import group_id, group_line
from sysdesign.views.folding import Folded, groups
from sysdesign.views.view import Wanted
from sysdesign.views.wires import line_of


@dataclass(frozen=True, slots=True)
class Framed:
    """Frames, the one in which each box is, and the boundaries that fit into no nesting."""

    frames: tuple[Frame, ...]
    home: Mapping[str, str]
    crossing: tuple[str, ...] = ()


def framed(study: Study, shown: Folded, view: str, wanted: Wanted) -> Framed:
    """Groups that are open, and trust boundaries that lie within or around them."""
    open_ = {
        group_id(group): frozenset(names)
        for group, names in groups(study).items()
        if group not in shown.folded and (not shown.inside or group == shown.inside)
    }
    # A folded group is one thing: inside a boundary with all that it has, or not at all.
    units: dict[str, frozenset[str]] = {name: frozenset((name,)) for name in shown.components}
    units |= {group_id(group): frozenset(names) for group, names in shown.folded.items()}
    taken: dict[str, frozenset[str]] = dict(open_)
    crossing: list[str] = []
    for name, parts in study.design.security.boundaries.items():
        inside = frozenset(map(str, parts))
        if shown.inside:  # around the group only its neighbours are known
            inside &= frozenset(groups(study)[shown.inside])
        if not inside or not any(unit <= inside for unit in units.values()):
            continue
        if all(_nests(inside, other) for other in (*taken.values(), *units.values())):
            taken[f"trust:{name}"] = inside
        else:
            crossing.append(str(name))
    frames = tuple(_frame(study, id_, taken, view, wanted) for id_ in _outer_first(taken))
    home = {box: _around(unit, taken) for box, unit in units.items()}
    return Framed(
        _used(frames, home), {b: f for b, f in home.items() if f is not None}, tuple(crossing)
    )


def _nests(one: frozenset[str], other: frozenset[str]) -> bool:
    return one.isdisjoint(other) or one <= other or other <= one


def _outer_first(taken: Mapping[str, frozenset[str]]) -> list[str]:
    return sorted(taken, key=lambda id_: -len(taken[id_]))


def _around(
    inside: frozenset[str], taken: Mapping[str, frozenset[str]], own: str = ""
) -> str | None:
    """The smallest frame around some components; of two alike a boundary is the outer one."""
    order = list(taken)
    able = [
        id_ for id_, names in taken.items()
        if id_ != own and inside <= names
        and (names != inside or not own or _outer(id_, own, order))
    ]  # fmt: skip
    return min(able, key=lambda i: (len(taken[i]), _rank(i, order)), default=None)


def _rank(id_: str, order: list[str]) -> tuple[bool, int]:
    return (id_.startswith("trust:"), order.index(id_))


def _outer(id_: str, own: str, order: list[str]) -> bool:
    return _rank(id_, order) > _rank(own, order)


def _frame(
    study: Study, id_: str, taken: Mapping[str, frozenset[str]], view: str, wanted: Wanted
) -> Frame:
    sort, _, name = id_.partition(":")
    parent = _around(taken[id_], taken, own=id_)
    if sort == "trust":
        boundaries = study.design.security.boundaries
        first = next(iter(boundaries[name]), None)
        line = line_of(study, first.span) if first is not None else None
        return Frame(id_, name, "trust boundary", parent, FrameStyle.TRUST, line=line)
    open_ = "" if wanted.group else wanted.address(view, "", name)
    line = group_line(study, name)
    return Frame(id_, name, "", parent, FrameStyle.GROUP, line=line, link=open_)


def _used(frames: tuple[Frame, ...], home: Mapping[str, str | None]) -> tuple[Frame, ...]:
    """Frames with something in them."""
    parents = {frame.id: frame.parent for frame in frames}
    keep: dict[str, None] = {}
    for name in home.values():
        while name is not None and name not in keep:
            keep[name] = None
            name = parents[name]
    return tuple(frame for frame in frames if frame.id in keep)
