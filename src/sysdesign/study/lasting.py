"""Figures of availability and of data at risk, each with what it is made of."""

from math import inf, isfinite

from sysdesign.figures import Figure, Text
from sysdesign.quantity import Quantity, exact, show
from sysdesign.records import dataclass
from sysdesign.study.kept import Kept, kept
from sysdesign.study.study import Study
from sysdesign.study.uptime import (
    LEVELS,
    cause_words,
    model_of,
    shown_down,
    shown_up,
    spread_of,
    unstated,
    uptime,
)
from sysdesign.study.words import degraded_words

MEASURES = ("availability", "rpo", "rto")

_MOST = 8
_NOTICED = 0.005
_NEVER = "never: nothing brings it back"


@dataclass(frozen=True, slots=True)
class UpFigure(Figure):
    """A share of the time, shown with all its nines."""

    @property
    def shown(self) -> str:
        """Rounded down, so that it never reads as more nines than it has."""
        return shown_up(self.quantity.value.median)


def lasting(study: Study, name: str) -> tuple[Figure, tuple[Figure, ...]] | None:
    """A figure of availability or data at risk, and its parts; None for any other name."""
    owner, _, measure = name.removeprefix("operations.").removeprefix("data.").rpartition(".")
    if measure == "availability":
        return _availability(study, owner)
    found = kept(study, owner) if measure in MEASURES else None
    value = getattr(found, f"{measure}_s") if found else None
    if found is None or value is None or not isfinite(value):
        return None
    return _kept(study, found, measure), ()


def lost_for_good(study: Study, name: str) -> tuple[str, str, tuple[str, ...]] | None:
    """What is said of data that is lost or away without end, or of what is not known of it.

    That is a word, what it is about, and why; None for any other name.
    """
    owner, _, measure = name.removeprefix("data.").rpartition(".")
    found = kept(study, owner) if measure in MEASURES[1:] else None
    value = getattr(found, f"{measure}_s") if found else None
    if found is None or (value is not None and isfinite(value)):
        return None
    after = f"after the worst loss of one instance, zone or region: {found.why} in {found.store}."
    if value is None:
        lines = (f"Not stated is {found.lacks}.",)
        return "not known", _title(found, measure), lines
    if measure == "rpo":
        return "all of it", _title(found, measure), (f"All of it is lost {after}",)
    return "never", _title(found, measure), (f"It does not come back {after}",)


def _title(found: Kept, measure: str) -> str:
    what = (f"newest data of {found.entity} lost in" if measure == "rpo"
            else f"time until {found.entity} is back after")  # fmt: skip
    return f"{what} the worst loss of one instance, zone or region"


def _availability(study: Study, operation: str) -> tuple[Figure, tuple[Figure, ...]] | None:
    found = uptime(study, operation)
    if found is None:
        return None
    share = study.units.parse("%")
    span = study.design.ids.spaces["operation"][operation]
    whole = UpFigure(
        f"{operation}.availability", "operations", f"share of the time that {operation} is up",
        Quantity(exact(found.up.low), share.dimension, share), share,
        Text(("1 - share of calls that fail, over all states of regions, zones and instances",
              f"1 - {shown_down(study, found.down)} / 1 year")), span=span,
        defaults=unstated(study, operation), notes=tuple(_notes(study, operation)),
    )  # fmt: skip
    return whole, tuple(_causes(study, operation))


def _notes(study: Study, operation: str) -> list[str]:
    found = uptime(study, operation)
    assert found is not None
    notes = ["by an exact sum, up means able to carry the peak"]
    if not found.up.is_exact:
        notes = [f"bounds: between {shown_up(found.up.low)} and {shown_up(found.up.high)}"]
    notes.append(f"if nothing were shared it would be {shown_up(found.apart)}")
    if found.moving > 0:
        late = shown_down(study, found.moving)
        notes.append(f"{late} a year while calls are moved away from a lost region")
    draws = spread_of(study, operation, LEVELS)
    if draws is not None and shown_up(float(min(draws))) != shown_up(float(max(draws))):
        ends = f"{shown_up(float(min(draws)))} and {shown_up(float(max(draws)))}"
        notes.append(f"over the ranges it lies between {ends}")
    lacks = found.up.low - model_of(study).complete(operation).low
    if lacks > 0 and shown_down(study, lacks) != "0 s":
        poor = degraded_words(study, operation)
        notes.append(f"{shown_down(study, lacks)} a year answers {poor}")
    return notes


def _causes(study: Study, operation: str) -> list[Figure]:
    """What is a cause of the failures, each with how it fails by itself."""
    share, causes = study.units.parse("%"), list[Figure]()
    whole = model_of(study).up(operation).down
    for one in model_of(study).importance(operation)[:_MOST]:
        if one.critical < _NOTICED:
            break
        down = f"{shown_down(study, one.down)} a year{' each' if one.number > 1 else ''}"
        causes.append(Figure(
            cause_words(study, one), "", "",
            Quantity(exact(one.critical), share.dimension, share), share,
            Text((f"time down that would not be if it never failed ({down}) / all of it",
                  f"{shown_down(study, one.critical * whole)} / {shown_down(study, whole)}")),
        ))  # fmt: skip
    return causes


def _kept(study: Study, found: Kept, measure: str) -> Figure:
    seconds = study.units.parse("s")
    gone = found.deleted_rpo_s if measure == "rpo" else found.deleted_rto_s
    span = study.design.ids.spaces["entity"][found.entity]
    after = _NEVER if gone == inf else None if gone is None else show(
        gone, seconds.dimension, digits=2
    )  # fmt: skip
    return Figure(
        f"{found.entity}.{measure}", "data", _title(found, measure),
        Quantity(exact(getattr(found, f"{measure}_s")), seconds.dimension, seconds), seconds,
        Text((found.rpo_from if measure == "rpo" else found.rto_from,
              f"{found.why} in {found.store}")), span=span, defaults=found.defaults,
        notes=() if after is None else (f"after somebody deletes it: {after}",),
    )  # fmt: skip
