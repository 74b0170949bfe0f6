"""When limits are reached if the load grows as the design says."""

from math import inf, isfinite, log

from sysdesign.design import Statement
from sysdesign.design.names import CHAIN_MEASURES
from sysdesign.records import dataclass
from sysdesign.study.measures import measured
from sysdesign.study.study import Study

_FIRST = 5
_UPPER = ("<", "<=")
FULL = " is {} busy, or at its limit"
ENDED = " holds no more"


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit and the factor on today's peak at which it is reached, 1 or less where it is now.

    `about` is a station or a requirement, `text` what then happens. `years` from now at the growth
    of the design, with the 90% interval of `soonest` and `latest`; None where it states none, or
    the load does not grow.
    """

    about: str
    text: str
    factor: float
    years: float | None
    soonest: float | None = None
    latest: float | None = None


def limits(study: Study) -> tuple[Limit, ...]:
    """The first stations to fill up, and the requirements that hold now; the nearest first."""
    found = [*_stations(study), *_requirements(study)]
    return tuple(sorted((_dated(study, *one) for one in found), key=lambda one: one.factor))


def _stations(study: Study) -> list[tuple[str, str, float]]:
    full = f"{study.analysis.full:.0%}"
    seen: dict[str, tuple[str, str, float]] = {}
    for name, factor in study.curve.saturates:
        component = study.network.stations[name].component
        seen.setdefault(component, (name, f"{name}{FULL.format(full)}", factor))
    return list(seen.values())[:_FIRST]


def _requirements(study: Study) -> list[tuple[str, str, float]]:
    found = []
    for name, quality in study.design.requirements.quality.items():
        for test in quality.expect:
            factor = _factor(study, test)
            if factor is not None and isfinite(factor):
                found.append((name, f"{test.text}{ENDED}", factor))
    return found


def _factor(study: Study, test: Statement) -> float | None:
    """Factor on the load up to which a statement holds; None where load does not decide it."""
    name, bound = test.measure, study.estimate.ledger.amount(test.bound)
    if bound is None:
        return None
    limit = bound.value.median
    if name.measure == "carries" and test.comparison not in _UPPER:
        carries = study.analysis.carries
        return None if carries is None or limit <= 0 else carries / limit
    if test.comparison not in _UPPER or limit <= 0:
        return None
    if name.measure in ("rate", "peak_rate"):
        figure = study.figure(f"{name.owner}.{name.measure}")
        return limit / figure.median if figure and figure.median > 0 else None
    found = measured(study, name)
    if found is None:
        return None
    if name.measure == "utilisation":
        return limit / found.value if found.value else inf
    if name.until or name.measure not in CHAIN_MEASURES:
        return None
    if name.owner not in study.analysis.operations:
        return None
    from sysdesign.analyze import load_for

    factor = load_for(study.curve, name.owner, f"{name.measure}_s", limit)
    last = study.curve.points[-1]
    at_last: float | None = getattr(last.times[name.owner], f"{name.measure}_s")
    if factor == last.load and at_last is not None and at_last <= limit:
        return inf  # what others wait for does not touch it, as far as was looked
    return factor


def _dated(study: Study, about: str, text: str, factor: float) -> Limit:
    growth = study.design.problem.growth
    term = study.estimate.ledger.amount(growth.a_year) if growth and growth.a_year else None
    if term is None:
        return Limit(about, text, factor, None)
    value = term.value
    soonest, latest = years(factor, value.high), years(factor, value.low)
    return Limit(about, text, factor, years(factor, value.median), soonest, latest)


def years(factor: float, a_year: float) -> float | None:
    """Years until a load that grows by so much a year is so many times as large."""
    if factor <= 1:
        return 0.0
    return log(factor) / log(a_year) if a_year > 1 else None
