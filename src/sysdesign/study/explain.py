"""A figure as a derivation that a person could present at a whiteboard."""

import re
from typing import TYPE_CHECKING

from sysdesign.design.names import (
    CHAIN_MEASURES,
    COMPONENT_MEASURES,
    ENTITY_MEASURES,
    OPERATION_MEASURES,
    WHOLE_MEASURES,
    engine_of,
)
from sysdesign.figures import Figure
from sysdesign.records import dataclass
from sysdesign.source import nearest
from sysdesign.study.study import Study

if TYPE_CHECKING:
    from sysdesign.analyze import Budget
    from sysdesign.analyze.derivation import Derivation

TOP = 5
_MEASURES = {
    "operation": OPERATION_MEASURES,
    "component": COMPONENT_MEASURES,
    "entity": ENTITY_MEASURES,
}
_CALENDAR = re.compile(r"\b(month|year|week|billing_month|day|GB|TB|PB|MB|kB)\b")


@dataclass(frozen=True, slots=True)
class Explanation:
    """The figure, then what it is made of, each once, nearest first.

    `contributions` tells which input causes how much of the spread; `defaults` what was taken since
    the file is silent; `conventions` and `notes` how numbers are meant. `budget` are the steps of
    an operation whose time it is, `derivation` all that the time is made of.
    """

    figure: Figure
    parts: tuple[Figure, ...]
    contributions: tuple[tuple[str, float], ...]
    defaults: tuple[str, ...]
    conventions: tuple[str, ...]
    notes: tuple[str, ...]
    budget: "Budget | None" = None
    derivation: "Derivation | None" = None


class UnknownNameError(LookupError):
    """A name that no figure has; `suggestion` is the nearest."""

    def __init__(self, name: str, suggestion: str | None, reason: str = "") -> None:
        self.name, self.suggestion, self.reason = name, suggestion, reason
        super().__init__(reason or f"'{name}' is no number of this design")


def explain(study: Study, name: str, *, derive: bool = False) -> Explanation:
    """Derivation of a figure; with `derive` also what the time of an operation is made of.

    Raises
    ------
    UnknownNameError
        where the design has no such number, or does not say enough to work it out.
    """
    figure, budget = study.figure(name), None
    if figure is not None:
        parts = _parts(study, figure)
    else:
        figure, parts, budget = _by_analysis(study, name)
    chain = (figure, *parts)

    def of_all(attribute: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text for f in chain for text in getattr(f, attribute)))

    conventions = tuple(dict.fromkeys((*of_all("conventions"), *_meant(study, chain))))
    derivation = None
    if derive and budget is not None:
        from sysdesign.study.analysed import derivation_of

        derivation = derivation_of(study, name)
    return Explanation(figure, parts, figure.contributions[:TOP], of_all("defaults"),
                       conventions, of_all("notes"), budget, derivation)  # fmt: skip


def _meant(study: Study, chain: tuple[Figure, ...]) -> list[str]:
    """What is usual but not fixed of the units in a derivation: the length of a month, of a GB."""
    texts = " ".join(f"{f.formula} {f.substituted} {f.shown} {f.stated}" for f in chain)
    words = set(_CALENDAR.findall(texts))
    units = study.units
    said = {
        "day": "1 day = 86,400 s",
        "week": "1 week = 7 days",
        "month": f"1 month = {units.month_s / 86400:g} days",
        "billing_month": "1 billing_month = 730 h",
        "year": f"1 year = {units.year_s / 86400:g} days",
    }
    found = [text for word, text in said.items() if word in words]
    return [*found, *(["1 GB = 10^9 B"] if words & {"kB", "MB", "GB", "TB", "PB"} else [])]


def _by_analysis(study: Study, name: str) -> "tuple[Figure, tuple[Figure, ...], Budget | None]":
    """A figure that formulas give; the engine is loaded only for a name that is one of its own."""
    measures = {*CHAIN_MEASURES, "utilisation", "carries", "limit_used", "slots_used"}
    if measures & set(name.split(".")[-2:]):  # of all origins, or of one: get.p99.eu
        from sysdesign.study.analysed import OverloadedError, analysed, budget_of

        try:
            found = analysed(study, name)
        except OverloadedError as trouble:
            raise UnknownNameError(name, None, f"'{name}' has no end; {trouble}") from None
        if found is not None:
            return *found, budget_of(study, name)
    if name.rpartition(".")[2] in ("availability", "rpo", "rto"):
        from sysdesign.study.lasting import lasting

        told = lasting(study, name)
        if told is not None:
            return *told, None
    raise _unknown(study, name)


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
    if measure in _MEASURES.get(space or "whole", ()) or name in WHOLE_MEASURES:
        engine = engine_of(measure or name)
        if engine not in ("analyze", "failures"):
            return UnknownNameError(name, None, f"'{name}' needs `{engine}`, not built yet")
    if space is not None and measure:
        mine = _measures_of(study, head, space)
        meant = nearest(measure, mine)
        if meant is not None:
            return UnknownNameError(name, f"{head}.{meant}")
        said = f"nothing can be worked out of '{head}' yet: state its rate, size or work"
        if mine:
            said = f"'{head}' has {', '.join(mine)}"
        return UnknownNameError(name, None, f"'{name}' is not known; {said}")
    if space is not None:
        article = "an" if space[0] in "aeiou" else "a"
        mine = [k for k in study.figures if k.startswith(f"{head}.")]
        return UnknownNameError(
            name,
            mine[0] if mine else None,
            f"'{name}' is {article} {space}; name one of its numbers: "
            f"{', '.join(mine[:8]) or 'none can be worked out yet'}",
        )
    return UnknownNameError(name, _mistyped(study, head, measure) or nearest(name, known))


def _measures_of(study: Study, head: str, space: str) -> list[str]:
    """What can be asked for of a name: estimates, then what formulas give."""
    mine = [k.partition(".")[2] for k in study.figures if k.startswith(f"{head}.")]
    if space == "operation" and head in study.network.operations():
        mine += [*CHAIN_MEASURES, "availability"]
    elif space == "component" and any(
        one.component == head for one in study.network.stations.values()
    ):
        mine.append("utilisation")
    elif space == "entity" and study.design.data[head].store:
        mine += ["rpo", "rto"]
    return mine


def _mistyped(study: Study, head: str, measure: str) -> str | None:
    """A name of which the part before the dot is not spelled right."""
    spaces = study.design.ids.spaces
    known = {
        name: space for space in ("operation", "component", "entity") for name in spaces[space]
    }
    meant = nearest(head, known) if measure else None
    if meant is None or measure not in _measures_of(study, meant, known[meant]):
        return None
    return f"{meant}.{measure}"
