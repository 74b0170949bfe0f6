"""The catalogue of component kinds: one module each; a new kind is one new file."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from sysdesign.kinds.kind import COMMON, Field, Kind, collect

__all__ = ["COMMON", "Field", "Kind", "all_kinds", "get", "names"]

_NOT_KINDS = ("copies", "fields", "keys", "kind", "lowering", "page")


@cache
def names() -> tuple[str, ...]:
    """Names of all kinds, sorted; loads none of them."""
    from pkgutil import iter_modules

    found = (module.name for module in iter_modules(__path__))
    return tuple(sorted(name for name in found if name not in _NOT_KINDS))


@cache
def get(name: str) -> Kind | None:
    """The kind of a name, loaded when first asked for; None where there is none."""
    if name not in names():
        return None
    return collect({name: import_module(f"{__name__}.{name}")})[name]


@cache
def all_kinds() -> Mapping[str, Kind]:
    """Every kind by name, sorted."""
    return {name: kind for name in names() if (kind := get(name))}
