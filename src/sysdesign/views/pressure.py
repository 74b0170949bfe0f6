"""How near to its limit a component or a link is, at the load of the study."""

from sysdesign.draw import Tone
from sysdesign.records import dataclass
from sysdesign.study import Study
from sysdesign.study.analysed import pressing
from sysdesign.views.shown import factor, share

_WORDS = {"utilisation": "busy", "limit_used": "of its limit", "slots_used": "of its slots"}
_FIELDS = {"utilisation": "utilisation", "limit_used": "cap_used", "slots_used": "slots_used"}


@dataclass(frozen=True, slots=True)
class Pressure:
    """The nearest limit of a component: how much of it is used (1 is all) and what it is.

    `station` is the one that has it; `first` tells whether it is the bottleneck of all.
    """

    used: float
    words: str
    station: str
    first: bool = False


def pressures(study: Study) -> dict[str, Pressure]:
    """The nearest limit of each component, and of each link as the file names it (`A -> B`)."""
    analysis = study.analysis
    found: dict[str, Pressure] = {}
    for name, station in analysis.stations.items():
        what = pressing(station)
        used = getattr(station, _FIELDS[what])
        if used is None:
            continue
        one = Pressure(
            used, f"{share(used)} {_WORDS[what]}", name, first=name == analysis.bottleneck
        )
        before = found.get(station.component)
        if before is None or one.first or (used > before.used and not before.first):
            found[station.component] = one
    return found


def badge(study: Study, one: Pressure) -> tuple[str, Tone]:
    """What is marked of a component: overloaded, the bottleneck, or nothing."""
    if one.used >= 1:
        return "overloaded", Tone.BAD
    if not one.first:
        return "", Tone.NEUTRAL
    return "bottleneck", Tone.WARNING if one.used > study.analysis.full else Tone.ACCENT


def verdict(study: Study) -> str:
    """A sentence on what gives way first, and at how many peaks."""
    analysis = study.analysis
    if analysis.bottleneck is None or analysis.carries is None:
        return "No limit of any component is known."
    what = "The peak" if study.load == 1 else f"{factor(study.load)} the peak"
    full = f"{analysis.bottleneck} is full first"
    if analysis.carries >= 1:
        more = f"{factor(analysis.carries * study.load)} the peak is carried"
        return f"{more}; {full}."
    return f"{what} is not carried, only {factor(analysis.carries)} of it; {full}."
