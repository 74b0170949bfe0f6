"""Where components stand, as the file says it: regions, and those of one component."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sysdesign.design.component import Component, Trait

if TYPE_CHECKING:
    from sysdesign.design.design import Design


def regions_of(design: Design) -> tuple[str, ...]:
    """Places where components can stand; just "" where the file names none.

    Places without zones are those of users, unless there are no others: then the first.
    """
    zoned = tuple(name for name, place in design.places.items() if place.zones)
    return zoned or tuple(design.places)[:1] or ("",)


def region_of(design: Design, word: str) -> str:
    """The region of a place or a zone."""
    for name, place in design.places.items():
        if word == name or word in place.zones:
            return name
    return word


def places_of(design: Design, part: Component) -> tuple[str, ...]:
    """Regions of a component in the order of the file; empty where it is near every caller."""
    if not part.in_:
        return () if part.has_trait(Trait.EVERYWHERE) else regions_of(design)
    return tuple(dict.fromkeys(region_of(design, word) for word in part.in_))
