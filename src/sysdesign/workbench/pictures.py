"""Pictures of an opened design: one by its name, all of them, and a page that shows them."""

import re
from collections.abc import Callable, Iterator

from sysdesign.records import dataclass
from sysdesign.source import nearest
from sysdesign.views import Picture, View, Wanted, groups, redrawn, svg_of, views
from sysdesign.views.view import Address, nowhere
from sysdesign.workbench.bench import Workbench
from sysdesign.workbench.gallery import Name, page

VIEW = "components"
"""The view that is drawn where none is named."""
THEMES = ("auto", "light", "dark")


class PictureError(LookupError):
    """A view, an operation or a group that there is not; `suggestion` is the nearest."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        self.suggestion = suggestion
        super().__init__(message)


def draw(
    bench: Workbench, view: str = VIEW, *, id_: str = "", group: str = "", theme: str = "auto",
    address: Address = nowhere,
) -> str:  # fmt: skip
    """One picture as SVG.

    Parameters
    ----------
    view : one of `view_names()`.
    id_ : which of its pictures, e.g. an operation; "" for the first.
    group : a `part_of` to open, in the views that have groups.
    theme : auto (follows the reader), light, dark.
    address : answers (view, id, group) with what a click on a box opens.

    Raises
    ------
    PictureError
        naming what there is instead.
    """
    from sysdesign.draw import Theme

    return svg_of(_picture(bench, view, id_, group, address), Theme(theme))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as SVG; `remarks` say what could not stay where it was."""

    svg: str
    remarks: tuple[str, ...] = ()


def redraw(
    bench: Workbench, view: str = VIEW, *, id_: str = "", group: str = "", theme: str = "auto",
    address: Address = nowhere, earlier: bytes = b"",
) -> Drawn:  # fmt: skip
    """One picture that remembers its places, and keeps those of an earlier one.

    Parameters
    ----------
    view, id_, group, theme, address : as of `draw`, which raises alike.
    earlier : the beginning of the SVG or PNG that is drawn again; what is no picture of this view
        counts as none.
    """
    from sysdesign.draw import Theme

    picture = _picture(bench, view, id_, group, address)
    ids = views()[view].ids(bench.study)
    name = "/".join((view, id_ or ids[0], group))
    return Drawn(*redrawn(picture, Theme(theme), name, earlier))


def _picture(bench: Workbench, view: str, id_: str, group: str, address: Address) -> Picture:
    chosen = _view(view)
    ids = chosen.ids(bench.study)
    if not ids:
        raise PictureError(f"the design has nothing for the view '{view}': {chosen.summary}")
    if id_ and id_ not in ids:
        raise _unknown(f"'{id_}' is no picture of the view '{view}'", id_, [i for i in ids if i])
    if group:
        _check_group(bench, chosen, group)
    return chosen.draw(bench.study, Wanted(id_ or ids[0], group, address))


def draw_png(svg: str, *, scale: float = 2.0, theme: str = "light") -> bytes:
    """A drawn SVG as PNG, `scale` pixels a point; "auto" is light, since paper is.

    Raises
    ------
    ImportError
        without resvg-py.
    """
    from sysdesign.draw import Theme, png

    return png(svg, scale, Theme.DARK if theme == "dark" else Theme.LIGHT)


def view_names() -> tuple[tuple[str, str], ...]:
    """Each view with what it shows."""
    return tuple((view.name, view.summary) for view in views().values())


def pictures(bench: Workbench) -> tuple[Name, ...]:
    """Every picture that a design has: each view with all its ids and groups."""
    taken: set[str] = set()
    return tuple(
        Name(view.name, id_, group, view.summary, _file(taken, view.name, id_ or group))
        for view, id_, group in _all(bench)
    )


def _none(file: str) -> bytes:  # noqa: ARG001
    """The earlier picture of a file, where there is none."""
    return b""


def draw_all(
    bench: Workbench, theme: str = "auto", earlier: Callable[[str], bytes] = _none
) -> Iterator[tuple[str, Drawn]]:
    """Every picture by the name of its file, which lead to each other; last a page of them all.

    `earlier` answers the name of a file with the beginning of what it holds already.
    """
    names = pictures(bench)
    files = {(one.view, one.id, one.group): one.file for one in names}

    def address(view: str, id_: str, group: str) -> str:
        return files.get((view, id_, group), "")

    for one in names:
        yield one.file, redraw(
            bench, one.view, id_=one.id, group=one.group, theme=theme, address=address,
            earlier=earlier(one.file),
        )  # fmt: skip
    yield "index.html", Drawn(page(bench.study, names, theme))


def _all(bench: Workbench) -> Iterator[tuple[View, str, str]]:
    for view in views().values():
        for id_ in view.ids(bench.study):
            yield view, id_, ""
        if view.grouped:
            for group in groups(bench.study):
                yield view, "", group


def _file(taken: set[str], view: str, part: str) -> str:
    """A file name of plain letters that no other picture has, on any file system."""
    plain = re.sub(r"[^a-z0-9_]+", "-", part.lower()).strip("-")[:60]
    stem = f"{view}-{plain}" if part else view
    number, name = 1, stem
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    taken.add(name)
    return f"{name}.svg"


def _view(name: str) -> View:
    found = views().get(name)
    if found is None:
        raise _unknown(f"no such view: '{name}'", name, list(views()))
    return found


def _check_group(bench: Workbench, view: View, group: str) -> None:
    if not view.grouped:
        able = ", ".join(one.name for one in views().values() if one.grouped)
        raise PictureError(f"the view '{view.name}' has no groups to open; {able} have")
    known = groups(bench.study)
    if not known:
        raise PictureError("the design has no groups: give components a `part_of`")
    if group not in known:
        raise _unknown(f"no such group: '{group}'", group, list(known))


def _unknown(message: str, word: str, known: list[str]) -> PictureError:
    meant = nearest(word, known)
    if not known:
        return PictureError(f"{message}; it is one picture, name it alone")
    if meant is None:
        return PictureError(f"{message}; there is {', '.join(known[:12])}")
    return PictureError(f"{message}; did you mean '{meant}'?", meant)
