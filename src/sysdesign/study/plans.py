"""What a requirement that does not hold would need: replicas, cores, shards."""

from collections.abc import Iterator

from sysdesign.analyze import Need, needs, needs_for, saturates
from sysdesign.design import Statement
from sysdesign.design.names import CHAIN_MEASURES
from sysdesign.records import dataclass
from sysdesign.study.measures import measured
from sysdesign.study.study import Study

_UPPER = ("<", "<=")
_ROUNDING = 1e-9
PLANNED = (1.0, 2.0, 10.0)
"""Factors on the peak for which it is said what is needed."""


@dataclass(frozen=True, slots=True)
class Change:
    """More of some stations, and what of a statement that brings about.

    `met` is False where no number of instances does; then `limit` says what is in the way.
    """

    requirement: str
    statement: Statement
    met: bool
    needs: tuple[Need, ...]
    limit: str = ""


def planned_use(study: Study) -> float:
    """Utilisation that is planned for: `conventions.utilisation`, else 70%."""
    given = study.estimate.ledger.amount(study.design.conventions.utilisation)
    return given.value.median if given else 0.7


def too_busy(study: Study, factor: float) -> tuple[Need, ...]:
    """Stations that need more to stay at the planned use at a factor on the peak."""
    found = needs(study.analysis, min(planned_use(study) / factor, 0.999))
    return tuple(need for need in found if not need.is_met)


def limits_needed(study: Study, factor: float) -> dict[str, float]:
    """Documented limits that are too low at a factor on the peak, and the calls a second wanted.

    These are all calls that are asked for, none refused on the way, at the hottest of its groups
    as its limit allows.
    """
    found: dict[str, float] = {}
    state = study.analysis.state
    for name, now in state.loads.items():
        cap, used = now.station.cap_per_s, now.cap_used
        if cap and used and now.arrival_per_s > 0:
            wanted = used * state.asked[name].arrival_per_s / now.arrival_per_s * factor
            if wanted > 1 + _ROUNDING:
                found[name] = float(cap) * wanted
    return found


def changes(study: Study) -> tuple[Change, ...]:
    """What each requirement on load and time needs that the medians do not meet."""
    return tuple(
        found
        for name, quality in study.design.requirements.quality.items()
        for test in quality.expect
        for found in _change(study, name, test)
    )


def _change(study: Study, name: str, test: Statement) -> Iterator[Change]:
    bound, measure = study.estimate.ledger.amount(test.bound), test.measure
    found = measured(study, measure) if bound else None
    if bound is None or found is None or bound.value.median <= 0:
        return
    limit = bound.value.median
    if found.at_medians(test.comparison, limit):
        return
    if measure.measure == "carries" and test.comparison not in _UPPER:
        yield _carrying(study, name, test, limit)
    elif measure.measure == "utilisation" and test.comparison in _UPPER and limit < 1:
        some = tuple(n for n in needs(study.analysis, limit) if n.component == measure.owner)
        yield Change(name, test, all(n.instances for n in some), _more(some))
    elif measure.measure in CHAIN_MEASURES and not measure.until and test.comparison in _UPPER:
        plan = needs_for(study.analysis, measure.owner, limit, f"{measure.measure}_s")
        said = "" if plan.reached else "work and network alone take longer"
        yield Change(name, test, plan.reached, plan.needs, said)


def _carrying(study: Study, name: str, test: Statement, factor: float) -> Change:
    full = study.analysis.full
    some = needs(study.analysis, min(full / factor, 0.999))
    capped = [
        one.station for one in study.analysis.stations.values()
        if one.cap_used is not None and one.cap_used * factor > 1
    ]  # fmt: skip
    said = f"the documented limit of {' and '.join(capped)} is lower" if capped else ""
    return Change(name, test, not capped and all(n.instances for n in some), _more(some), said)


def _more(some: tuple[Need, ...]) -> tuple[Need, ...]:
    return tuple(need for need in some if not need.is_met)


def walls(study: Study, factor: float) -> dict[str, float]:
    """Components that no number of instances carries to a factor on the peak.

    By documented limit, by that of a link, or since instances contend; each with the factor at
    which that is reached, the nearest first.
    """
    helpless = {need.station for need in too_busy(study, factor) if need.instances is None}
    helpless |= {
        name for name, one in study.network.stations.items()
        if one.component not in study.design.components and one.slots is None
    }  # fmt: skip
    found: dict[str, float] = {}
    for name, reached in saturates(study.analysis):
        station = study.analysis.stations[name]
        capped = 1 / station.cap_used if station.cap_used else factor
        ends = min(capped, reached if name in helpless else factor)
        if ends < factor:
            found[station.component] = min(ends, found.get(station.component, factor))
    return dict(sorted(found.items(), key=lambda one: one[1]))
