"""The inside of a system in layers: its groups, or what its components are for."""

from collections.abc import Mapping

from sysdesign.design import Component, Trait
from sysdesign.study import Study
from sysdesign.views.folding import groups

_ENTRY = (Trait.FORWARDS, Trait.BALANCES, Trait.HOLDS_CONNECTIONS, Trait.ON_DEVICE)
_DATA = (Trait.STORES_DATA, Trait.CACHES)


def outside(study: Study) -> tuple[str, ...]:
    """Components that are not part of the system."""
    parts = study.design.components.items()
    return tuple(name for name, part in parts if part.has_trait(Trait.OUTSIDE))


def layers(study: Study) -> Mapping[str, tuple[str, ...]]:
    """Components of the system by group; by what they are for where the file names no group.

    A component without a group in a design that has some is in none.
    """
    apart = frozenset(outside(study))
    given = {
        group: tuple(name for name in names if name not in apart)
        for group, names in groups(study).items()
    }
    if any(given.values()):
        return {group: names for group, names in given.items() if names}
    found: dict[str, list[str]] = {word: [] for word in ("entry", "services", "messages", "data")}
    for name, part in study.design.components.items():
        if name not in apart:
            found[_layer(part)].append(name)
    return {word: tuple(names) for word, names in found.items() if names}


def _layer(part: Component) -> str:
    """What a component is for, by its traits."""
    if part.has_trait(*_ENTRY):
        return "entry"
    if part.has_trait(Trait.ASYNCHRONOUS):
        return "messages"
    return "data" if part.has_trait(*_DATA) else "services"
