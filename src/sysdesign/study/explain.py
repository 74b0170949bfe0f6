"""A figure as a derivation that a person could present at a whiteboard."""

from dataclasses import dataclass

from sysdesign.figures import Figure
from sysdesign.source import nearest
from sysdesign.study.study import Study

TOP = 5


@dataclass(frozen=True, slots=True)
class Explanation:
    """The figure, then what it is made of, each once, nearest first.

    `contributions` tells which input causes how much of the spread; `defaults` what was taken since
    the file is silent; `conventions` and `notes` how numbers are meant.
    """

    figure: Figure
    parts: tuple[Figure, ...]
    contributions: tuple[tuple[str, float], ...]
    defaults: tuple[str, ...]
    conventions: tuple[str, ...]
    notes: tuple[str, ...]


class UnknownNameError(LookupError):
    """A name that no figure has; `suggestion` is the nearest."""

    def __init__(self, name: str, suggestion: str | None, reason: str = "") -> None:
        self.name, self.suggestion, self.reason = name, suggestion, reason
        super().__init__(reason or f"'{name}' is no number of this design")


def explain(study: Study, name: str) -> Explanation:
    """Derivation of a figure.

    Raises
    ------
    UnknownNameError
        where the design has no such number, or does not say enough to work it out.
    """
    figure = study.figure(name)
    if figure is None:
        raise _unknown(study, name)
    parts = _parts(study, figure)
    chain = (figure, *parts)

    def of_all(attribute: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text for f in chain for text in getattr(f, attribute)))

    return Explanation(figure, parts, figure.contributions[:TOP], of_all("defaults"),
                       of_all("conventions"), of_all("notes"))  # fmt: skip


def _parts(study: Study, figure: Figure) -> tuple[Figure, ...]:
    """Figures below, breadth first, so that each stands after what it explains."""
    seen: dict[str, Figure] = {}
    queue = list(figure.inputs)
    while queue:
        name = queue.pop(0)
        part = study.figure(name) if name not in seen and name != figure.name else None
        if part is not None:
            seen[name] = part
            queue.extend(part.inputs)
    return tuple(seen.values())


def _unknown(study: Study, name: str) -> UnknownNameError:
    full = [f.full_name for f in study.figures.values()]
    known = [*study.figures, *full]
    head, _, measure = name.partition(".")
    space = study.design.ids.space_of(head)
    if space in ("assumption", "estimate"):
        return UnknownNameError(
            name, None, f"'{name}' cannot be worked out: something it needs is not stated"
        )
    if space is not None and measure:
        mine = [k for k in study.figures if k.startswith(f"{head}.")]
        meant = nearest(name, mine)
        if meant is None:
            said = (
                f"'{head}' has {', '.join(k.partition('.')[2] for k in mine)}"
                if mine
                else (f"nothing can be worked out of '{head}' yet: state its rate, size or work")
            )
            return UnknownNameError(name, None, f"'{name}' is not known; {said}")
        return UnknownNameError(name, meant)
    if space is not None:
        article = "an" if space[0] in "aeiou" else "a"
        mine = [k for k in study.figures if k.startswith(f"{head}.")]
        return UnknownNameError(
            name,
            mine[0] if mine else None,
            f"'{name}' is {article} {space}; name one of its numbers: "
            f"{', '.join(mine[:8]) or 'none can be worked out yet'}",
        )
    return UnknownNameError(name, nearest(name, known))
