"""What an export is: a format with its views, one file each in `formats/`."""

from collections.abc import Callable

from sysdesign.export.model import Model
from sysdesign.records import dataclass

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


def statement(model: Model, lost: tuple[str, ...], prefix: str) -> list[str]:
    """Lines of comment at the top of a text: what it is of, and what it does not carry."""
    lines = [f"Written by sysdesign from: {model.name}. Rates are medians {model.rates}."]
    if lost:
        lines += ["Not carried over:", *(f"- {one}" for one in lost)]
    return [f"{prefix} {line}" for line in lines]
