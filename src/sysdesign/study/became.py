"""What a component became in the network: its stations, and who brings them work."""

from collections.abc import Iterator

from sysdesign.analyze import StationResult
from sysdesign.analyze.queueing import Queueing, queueing
from sysdesign.network import Autoscale, Hold, Number, Policy, Station, Visit, expected
from sysdesign.network.turns import is_lock, is_partitions
from sysdesign.quantity import show
from sysdesign.records import dataclass
from sysdesign.study.study import Study

_THOUSAND = 1000
_POLICIES = {
    Policy.SHARED: "one queue in front of all",
    Policy.RANDOM: "a call goes to any of them at random",
    Policy.ROUND_ROBIN: "calls go to them in turn",
    Policy.LEAST_CONNECTIONS: "a call goes to the one with the fewest calls in hand",
    Policy.POWER_OF_TWO: "a call goes to the less loaded of two picked at random",
}


@dataclass(frozen=True, slots=True)
class Use:
    """Work that an operation brings at peak; `share` of all work at the station."""

    operation: str
    visits_per_s: float
    work_s: float
    share: float


@dataclass(frozen=True, slots=True)
class Became:
    """A station in words, its use at peak, the work that comes to it, what was taken unsaid."""

    station: str
    words: tuple[str, ...]
    found: StationResult
    queueing: Queueing
    uses: tuple[Use, ...]
    defaults: tuple[str, ...]
    notes: tuple[str, ...]


def component_of(study: Study, name: str) -> tuple[str, tuple[Became, ...]]:
    """A component or link with its stations; of the name of a station that one alone.

    None where a component could not be lowered.
    """
    stations = study.network.stations
    found = tuple(_became(study, one) for one in stations.values() if one.component == name)
    if found or name in study.design.components:
        return name, found
    return stations[name].component, (_became(study, stations[name]),)


def _became(study: Study, station: Station) -> Became:
    return Became(
        station.name,
        tuple(_words(study, station)),
        study.analysis.stations[station.name],
        queueing(study.analysis.state.clock, station.name),
        uses(study, station.name),
        station.defaults,
        station.notes,
    )


def _words(study: Study, station: Station) -> Iterator[str]:
    if is_lock(station):
        keys = _count(station.shards)
        yield f"one call at a time for each of {keys} keys, the others wait"
        if station.hottest:
            yield f"the hottest key gets {float(station.hottest):.2%} of the calls"
        return
    if is_partitions(station):
        yield f"{_count(station.slots or 0)} messages in hand at once, as there are partitions"
        return
    if " pool" in station.name and station.slots is not None:
        each = f", of {_count(station.instances)} callers each" if station.instances > 1 else ""
        yield f"{_count(station.slots)} connections{each}, held through a call"
        return
    if not station.queues:
        yield "answers in its own time, nobody waits for a turn"
    else:
        groups = f"{_count(station.shards)} shards × " if station.shards > 1 else ""
        count = f"{_count(station.instances)} × " if station.instances != 1 else ""
        cores = "core" if station.servers == 1 else "cores"
        yield f"{groups}{count}{_count(station.servers)} {cores}"
        if station.shards > 1 and station.hottest:
            yield f"the hottest shard gets {float(station.hottest):.2%} of the calls"
        if station.instances > 1:
            yield _POLICIES[station.policy]
        if station.order != "fifo":
            yield f"order: {station.order}"
    if station.slots is not None:
        calls = "call" if station.slots == 1 else "calls"
        yield f"at most {_count(station.slots)} {calls} in hand at each, held through nested calls"
    if station.waiting is not None:
        yield f"at most {_count(station.waiting)} wait at each; more are refused"
    if station.cap_per_s is not None:
        yield f"documented limit {_count(station.cap_per_s)}/s; more is refused"
    if station.autoscale is not None:
        yield _scale(study, station.autoscale)
    if station.sigma or station.kappa:
        yield f"instances contend: sigma {station.sigma:g}, kappa {station.kappa:g}"


def _count(number: Number) -> str:
    """A number of things: whole from 1,000 on."""
    value = float(number)
    return f"{value:,.0f}" if value >= _THOUSAND else f"{value:g}"


def _scale(study: Study, scale: Autoscale) -> str:
    target = (
        f"{float(scale.target):.0%}" if scale.by == "utilisation" else f"{float(scale.target):,g}"
    )
    warm = show(float(scale.warm_up_s), study.units.parse("s").dimension, digits=2)
    return (
        f"scales by {scale.by} to {target}, {_count(scale.least)} to {_count(scale.most)} "
        f"instances, warm after {warm}"
    )


def uses(study: Study, station: str) -> tuple[Use, ...]:
    """Work by operation, the most first."""
    rates: dict[str, float] = {}
    work: dict[str, float] = {}
    held: dict[str, float] = {}
    for flow in study.network.flows:
        for node, count in expected(flow.root):
            if isinstance(node, Visit | Hold) and node.station == station:
                rate = float(flow.rate_per_s) * float(count)
                if isinstance(node, Hold):
                    held[flow.operation] = held.get(flow.operation, 0.0) + rate
                    continue
                rates[flow.operation] = rates.get(flow.operation, 0.0) + rate
                seconds = rate * float(node.items) * float(node.work.mean_s)
                work[flow.operation] = work.get(flow.operation, 0.0) + seconds
    if not rates:  # nothing is done there; it is only held
        rates = held
        work = {name: rate * study.analysis.stations[station].held_s for name, rate in held.items()}
    whole = sum(work.values())
    found = [
        Use(name, rate, work[name] / rate, work[name] / whole if whole > 0 else 0.0)
        for name, rate in rates.items() if rate > 0
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda use: -use.share))
