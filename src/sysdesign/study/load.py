"""How full a station is: what of it is nearest to its limit, with what probability it passes it."""

from sysdesign.analyze import StationResult, visited
from sysdesign.records import dataclass
from sysdesign.study.study import Study

_NOTABLE = 0.05  # of the mean time of an operation
_FAR = 0.1  # of the limit at the medians: no range reaches it


@dataclass(frozen=True, slots=True)
class Pressure:
    """What of a station is nearest to its limit: cores, slots, or a documented limit.

    `share` is how much of it is used at peak, `of_limit` the same over what counts as full.
    Shards count as equally busy.
    """

    of: str
    share: float
    of_limit: float


def pressure(study: Study, station: StationResult) -> Pressure:
    """What of a station is nearest to its limit, at the medians."""
    full = study.analysis.full
    busy, slots = station.mean_utilisation or 0.0, station.slots_used or 0.0
    limit = station.cap_used or 0.0
    uses = (
        Pressure("cores", busy, busy / full),
        Pressure("slots", slots, slots / full),
        Pressure("limit", limit, limit),
    )
    return max(uses, key=lambda one: one.of_limit)


def probability_full(study: Study, station: StationResult, *, hottest: bool = False) -> float:
    """Probability that a station passes its limit at peak, under the ranges of the design.

    Only cores are drawn; of the rest the medians tell. With `hottest` its hottest shard is meant.
    """
    used = pressure(study, station)
    share = (station.utilisation or 0.0) if hottest else used.share
    if used.of != "cores" and not hottest:
        return float(used.of_limit > 1)
    full = study.analysis.full
    if share < _FAR * full or study.drawn is None or not station.utilisation:
        return float(share > full)
    draws = study.drawn.utilisation.get(station.station)
    if draws is None:
        return float(share > full)
    return float((draws * (share / station.utilisation) > full).mean())


def long_wait(study: Study, station: StationResult) -> float | None:
    """Part of the mean time of an operation that is waiting here, where calls wait for long.

    Long is longer than the work takes, and a notable part of the mean of an operation that
    somebody waits for; None where it is neither. Of what messages start nobody waits.
    """
    wait = station.wait_s
    if wait is None or wait <= station.work_s or station.work_s <= 0:
        return None
    parts = [
        wait / mean
        for name, operation in study.design.operations.items()
        if operation.trigger is None
        and (found := study.analysis.operations.get(name)) is not None
        and (mean := found.times.mean_s)
        and station.station in visited(study.network, name)
    ]
    most = max(parts, default=0.0)
    return min(most, 1.0) if most >= _NOTABLE else None
