"""The formats that there are, each found by the name of its file in `formats/`."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from sysdesign.export.format import Format


def names() -> tuple[str, ...]:
    """Names of all formats, sorted; loads none of them."""
    from pkgutil import iter_modules

    from sysdesign.export import formats

    return tuple(sorted(module.name for module in iter_modules(formats.__path__)))


@cache
def get(name: str) -> Format | None:
    """The format of a name, loaded when first asked for; None where there is none.

    Raises
    ------
    TypeError
        naming the module, where it holds no `FORMAT` of its name.
    """
    if name not in names():
        return None
    module = import_module(f"sysdesign.export.formats.{name}")
    found = getattr(module, "FORMAT", None)
    if not isinstance(found, Format) or found.name != name:
        raise TypeError(f"{module.__file__}: must hold FORMAT = Format(name={name!r}, …)")
    return found


def all_formats() -> Mapping[str, Format]:
    """Every format by name, sorted."""
    return {name: found for name in names() if (found := get(name))}
