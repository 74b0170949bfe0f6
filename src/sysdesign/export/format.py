"""What an export is: a format with its views; found by the name of its file in `formats/`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from sysdesign.export.model import Model

Write = Callable[[Model, tuple[str, ...], str], str]


@dataclass(frozen=True, slots=True)
class View:
    """One text that a format gives: what of a design it carries (topics of `lost`).

    `write` takes the model, what is lost, and the operation for a view of one operation (else "").
    """

    name: str
    carries: frozenset[str]
    write: Write


@dataclass(frozen=True, slots=True)
class Format:
    """A format of another tool; one file each. The first of its views is the usual one.

    `summary` says what it gives, in one line, `suffix` how its files end.
    """

    name: str
    summary: str
    suffix: str
    views: tuple[View, ...]

    def view(self, name: str) -> View | None:
        """The view of a name, if the format has it."""
        return next((view for view in self.views if view.name == name), None)


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


def statement(model: Model, lost: tuple[str, ...], prefix: str) -> list[str]:
    """Lines of comment at the top of a text: what it is of, and what it does not carry."""
    lines = [f"Written by sysdesign from the design of {model.name}; rates are medians "
             f"{model.rates}."]  # fmt: skip
    if lost:
        lines += ["Not carried over:", *(f"- {one}" for one in lost)]
    return [f"{prefix} {line}" for line in lines]
