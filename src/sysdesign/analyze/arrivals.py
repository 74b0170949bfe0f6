"""How irregularly calls come to each station: what leaves one of them goes on to others.

All is linear in the irregularity of what comes, the excess of its scv over that of Poisson calls:
the trees are followed once, and numbers alone go around until they stand.
Source: Whitt, "The Queueing Network Analyzer", Bell System Technical Journal 62(9), 1983.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import inf
from typing import NamedTuple

from sysdesign.analyze.loads import Load, Spaced, load_of, whole
from sysdesign.analyze.traffic import Fate, Stream, Traffic, traffic
from sysdesign.analyze.waiting import is_one_queue
from sysdesign.formulas.arrivals import departing, kept_when_merged
from sysdesign.formulas.laws import CONSTANT
from sysdesign.network import Flow, Network, Station

_PASSES = 8
_PRECISION, _SCV_PRECISION = 1e-9, 5e-3
_LITTLE = 0.01  # use of a station


def loads_of(
    stations: Mapping[str, Station], flows: Iterable[Flow], fates: Mapping[int, Fate]
) -> tuple[Traffic, dict[str, Load]]:
    """Solve the traffic equations: how many calls come to each station, and how irregularly."""
    flows = tuple(flows)
    found, loads = rates_of(stations, flows, fates, traffic(flows, fates))
    return found, with_irregularity(found, loads)


def rates_of(
    stations: Mapping[str, Station],
    flows: Sequence[Flow],
    fates: Mapping[int, Fate],
    found: Traffic,
) -> tuple[Traffic, dict[str, Load]]:
    """What comes to each station as if all arrivals were Poisson; what is refused goes no further.

    This is enough to know how busy stations are. `found` is what comes where nothing is refused.
    """
    answered: dict[str, float] = {}
    for turn in range(_PASSES):
        if turn:
            found = traffic(flows, fates, answered)
        loads = busy(stations, found)
        before, answered = (
            answered,
            {n: 1 - lost for n, one in loads.items() if (lost := one.refused)},
        )
        both = before.keys() | answered.keys()
        if all(abs(before.get(n, 1.0) - answered.get(n, 1.0)) <= _PRECISION for n in both):
            break
    return found, loads


def busy(stations: Mapping[str, Station], found: Traffic) -> dict[str, Load]:
    """How busy stations are, as if all arrivals were Poisson."""
    return {name: load_of(one, found.streams.get(name, ())) for name, one in stations.items()}


def waits_tell_from(network: Network) -> float:
    """Factor on the peak from which on it tells that users wait for an answer; inf if never.

    Such users bring less the longer calls take, which takes a search; where all of them together
    use less than a hundredth of each station, as they do at most, that changes nothing to speak of.
    """
    flows = [flow for flow in network.flows if flow.users is not None]
    loads = busy(network.stations, traffic(flows, {})) if flows else {}
    most = max((one.utilisation_at_most for one in loads.values() if one.queues), default=0.0)
    return _LITTLE / most if most > 0 else inf


def with_irregularity(found: Traffic, loads: Mapping[str, Load]) -> dict[str, Load]:
    """The same loads, with arrivals as irregular as the stations before make them."""
    lines = {name: _leaving(load) for name, load in loads.items()}
    ways = {
        name: _ways(loads[name], streams, loads)
        for name, streams in found.streams.items()
        if any(stream.gaps for stream in streams)
    }
    came: dict[str, float] = {}
    left: dict[str, float] = {}
    for _ in range(_PASSES - 1):
        before, left = (
            left,
            {n: one.start + one.slope * came.get(n, 0.0) for n, one in lines.items()},
        )
        if all(_alike(gap, before.get(name, 0.0)) for name, gap in left.items()):
            break
        came = {name: sum(part * left[n] for n, part in way) for name, way in ways.items()}
    return {
        name: _arriving(load, came.get(name, 0.0), _promised(found.streams.get(name, ()), loads))
        for name, load in loads.items()
    }


class _Line(NamedTuple):
    """Irregularity of what leaves a station, straight in that of what comes."""

    start: float
    slope: float


def _leaving(load: Load) -> _Line:
    """What a station does to the irregularity of a stream that passes it."""
    if not load.queues or load.accepted_per_s <= 0:
        return _Line(0.0, 1.0)
    rho = min(load.utilisation, 1.0)
    queue = load.queue
    after = float(departing(queue.arrival_scv, load.shape.scv, rho, queue.servers))
    parts = load.accepted_per_s / queue.arrival_per_s
    # streams of many queues meet: the less each is used, the more they look Poisson
    weight = 1 / (1 + 4 * (1 - rho) ** 2 * (parts - 1))
    return _Line(weight * (after - 1), weight * (1 - rho * rho) / parts)


def _ways(
    load: Load, streams: Sequence[Stream], loads: Mapping[str, Load]
) -> list[tuple[str, float]]:
    """Stations whose calls come to this one, with what is left here of their irregularity."""
    if load.arrival_per_s <= 0:
        return []
    rates = [float(stream.arrival_per_s) for stream in streams]
    kept = float(kept_when_merged(rates, load.utilisation)) / load.arrival_per_s
    found: dict[str, float] = {}
    for rate, stream in zip(rates, streams, strict=True):
        for name, passed in stream.gaps.items():
            if passed > 0:
                part = kept * rate * passed / loads[name].arrival_per_s
                found[name] = found.get(name, 0.0) + part
    return list(found.items())


def _promised(streams: Sequence[Stream], loads: Mapping[str, Load]) -> Spaced | None:
    """How evenly calls come: one queue of constant work spaces them, each server ends one then."""
    behind = loads.get(streams[0].behind) if len(streams) == 1 else None
    if behind is None or not behind.queues or behind.accepted_per_s <= 0:
        return None
    even = behind.shape == CONSTANT and is_one_queue(behind)
    return Spaced(whole(behind.servers), behind.work_s) if even else None


def _arriving(load: Load, gap: float, spaced: Spaced | None) -> Load:
    if not gap and spaced is None:
        return load
    return load.with_arrivals(1 + gap, spaced)


def _alike(one: float, other: float) -> bool:
    return abs(one - other) <= _SCV_PRECISION * (1 + abs(1 + other))
