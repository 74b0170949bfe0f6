"""What a view is, and all that there are: each a module of `each`, found by its name."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Protocol

from sysdesign.draw import Diagram, Placed, Theme, layout, paint, recalled, remembered
from sysdesign.records import dataclass
from sysdesign.study import Study

_EACH = Path(__file__).with_name("each")
Address = Callable[[str, str, str], str]


def nowhere(view: str, id_: str = "", group: str = "") -> str:  # noqa: ARG001
    """The address of another picture, where there is none."""
    return ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which picture of a view: `id` is one of its ids, `group` a `part_of` to open.

    `address` answers (view, id, group) with the address that a click on a box opens, "" for none.
    """

    id: str = ""
    group: str = ""
    address: Address = nowhere


class Painted(Protocol):
    """A picture that paints itself, for what is no graph."""

    def svg(self, theme: Theme) -> str:
        """One SVG document."""


Picture = Diagram | Placed | Painted


def _one_picture(study: Study) -> tuple[str, ...]:  # noqa: ARG001
    return ("",)


@dataclass(frozen=True, kw_only=True)
class View:
    """One way to look at a design.

    `summary` says what it shows. `ids` are the pictures it has of a design, the first of them meant
    where none is named; `("",)` where it has just one. `grouped` views open one group.
    `rank` is its place in lists.
    """

    name: str
    summary: str
    rank: int
    draw: Callable[[Study, Wanted], Picture]
    ids: Callable[[Study], tuple[str, ...]] = _one_picture
    grouped: bool = False


@cache
def views() -> Mapping[str, View]:
    """All views by name, in the order in which one would look at them.

    Raises
    ------
    TypeError
        naming the module that holds no `VIEW` of its own name.
    """
    found = []
    for name in sorted(module.name for module in iter_modules([str(_EACH)])):
        view = getattr(import_module(f"sysdesign.views.each.{name}"), "VIEW", None)
        if not isinstance(view, View) or view.name != name:
            raise TypeError(f"{_EACH / name}.py: must hold VIEW = View(name={name!r}, …)")
        found.append(view)
    return {view.name: view for view in sorted(found, key=lambda one: (one.rank, one.name))}


def svg_of(picture: Picture, theme: Theme = Theme.AUTO) -> str:
    """A picture as one SVG document: laid out and painted, the same bytes for the same picture."""
    if isinstance(picture, Diagram):
        picture = layout(picture)
    return paint(picture, theme) if isinstance(picture, Placed) else picture.svg(theme)


def redrawn(
    picture: Picture, theme: Theme, name: str, earlier: bytes = b""
) -> tuple[str, tuple[str, ...]]:
    """A picture that remembers its places, and keeps those of an earlier one.

    Parameters
    ----------
    picture : what to draw.
    name : of what it is a picture; only one of that name is kept to.
    earlier : the beginning of a file that may hold an earlier picture, SVG or PNG.

    Returns
    -------
    One SVG document, and what has to be said: places that could not be kept.
    """
    if not isinstance(picture, Diagram):
        return svg_of(picture, theme), ()
    placed = layout(picture, earlier=recalled(earlier, name) if earlier else None)
    return paint(placed, theme, remembered(placed, name)), placed.remarks
