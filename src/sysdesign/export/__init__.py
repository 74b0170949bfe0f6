"""Exports: the architecture of a design as text for other tools, with its computed rates.

Each says what it did not carry over.
"""

from sysdesign.export.format import Format, View
from sysdesign.export.registry import all_formats, get, names
from sysdesign.records import dataclass
from sysdesign.source import nearest
from sysdesign.study import Study

__all__ = ["SEQUENCE", "Exported", "Format", "UnknownViewError", "View", "all_formats", "export",
           "get", "names"]  # fmt: skip

SEQUENCE = "sequence"
"""The view that is of one operation."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A text for another tool, and what of the design it does not carry over."""

    text: str
    lost: tuple[str, ...]


class UnknownViewError(ValueError):
    """A format, a view or an operation that is not there; the message names what is."""


def export(study: Study, format_name: str, view: str = "") -> Exported:
    """Write a design in the words of another tool.

    Parameters
    ----------
    study
        of a design that reads without errors; rates are medians at its load.
    format_name
        one of `names()`.
    view
        "components", "data", "sequence:OPERATION", as far as the format has them; the usual view of
        the format where empty.

    Raises
    ------
    UnknownViewError
        where the format does not have the view, or the design not the operation.
    """
    found = get(format_name)
    if found is None:
        raise UnknownViewError(_unknown("format", format_name, names()))
    wanted, operation = _wanted(study, found, view)
    # Wanted only here: it brings the network with it.
    from sysdesign.export.gather import gather
    from sysdesign.export.lost import lost

    told = lost(study, wanted.carries)
    return Exported(wanted.write(gather(study), told, operation), told)


def _wanted(study: Study, found: Format, view: str) -> tuple[View, str]:
    name, colon, operation = view.partition(":")
    wanted = found.view(name) if name else found.views[0]
    if wanted is None or (colon and name != SEQUENCE):
        have = [v.name if v.name != SEQUENCE else f"{SEQUENCE}:OPERATION" for v in found.views]
        raise UnknownViewError(_unknown("view", view, have, f" of {found.name}"))
    operations = study.design.operations
    if wanted.name == SEQUENCE and operation not in operations:
        if not operation:
            hint = f", e.g. {SEQUENCE}:{next(iter(operations))}" if operations else ""
            raise UnknownViewError(f"a sequence is of one operation: name it{hint}")
        raise UnknownViewError(_unknown("operation", operation, tuple(operations)))
    return wanted, operation


def _unknown(what: str, word: str, known: tuple[str, ...] | list[str], of: str = "") -> str:
    meant = nearest(word, known)
    if meant:
        return f"no such {what}{of}: '{word}'; did you mean '{meant}'?"
    there = f"; there are: {', '.join(known)}" if known else "; there is none"
    return f"no such {what}{of}: '{word}'{there if len(known) != 1 else f'; there is: {known[0]}'}"
