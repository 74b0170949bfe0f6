"""How much of the time operations are up: the availability engine on a study.

How many instances have to be up comes from the analysis at peak: as many as carry it without being
fuller than `conventions.full`.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sysdesign.analyze import Analysis
from sysdesign.analyze.arrivals import busy
from sysdesign.analyze.traffic import traffic
from sysdesign.availability import (
    Cut,
    Importance,
    Model,
    OperationUp,
    Pools,
    Used,
    fixed_shares,
    pools_of,
)
from sysdesign.availability.breaking import manned
from sysdesign.lower.lower import lower
from sysdesign.network import Network, Spread
from sysdesign.quantity import show
from sysdesign.study.numbers import Medians
from sysdesign.study.study import Study

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Levels of what is not known at which availability is worked out."""

ENDS = (0.05, 0.95)
"""Levels that tell whether a verdict hangs on what is not known."""

_DRAWS = 40
_RARE = 1e-12  # what its provider never lets down can be broken all the same
_YEAR_S = 31_536_000.0


def uptime(study: Study, operation: str) -> OperationUp | None:
    """How much of the time an operation is up at the medians; None where it has no flow."""
    if operation not in study.network.operations():
        return None
    return study.once(("uptime", operation), lambda: model_of(study).up(operation))


def model_of(study: Study) -> Model:
    """The engine at the medians of all ranges."""
    return study.once("model", lambda: new_model(study))


def bare_model(study: Study) -> Model:
    """The engine by structure alone: one instance is enough where only capacity asks for more."""

    def pools(network: Network) -> Pools:
        found = pools_of(at_peak(study, network), {})
        outside = [one.name for one in network.stations.values() if not one.queues]
        return replace(found, alone={name: found.alone.get(name) or _RARE for name in outside})

    def without(lost: frozenset[str]) -> Pools:
        return pools(network_without(study, lost))

    return study.once("bare", lambda: Model(pools(study.network), without))


def at_peak(study: Study, network: Network) -> Network:
    """A network of this study with the instances that its load at peak has called for."""
    return manned(network, {n: one.instances for n, one in study.analysis.stations.items()})


def best_model(study: Study, *, component: str = "", place: str = "") -> Model:
    """The engine as if a component, or the zones of a place, never failed and were never full."""
    fixed = fixed_shares(study.network)

    def pools(network: Network, loads: Mapping[str, Any]) -> Pools:
        stations = {
            name: replace(one, queues=False, fails=None) if one.component == component else one
            for name, one in network.stations.items()
        }  # fmt: skip
        places = {name: replace(one, zone_fails=None) if name == place else one
                  for name, one in network.places.items()}  # fmt: skip
        used = uses(network, study.analysis, fixed, {}, loads)
        return pools_of(replace(network, stations=stations, places=places), used)

    def without(lost: frozenset[str]) -> Pools:
        return pools(network_without(study, lost), _loads_without(study, lost))

    return Model(pools(study.network, {}), without)


def new_model(study: Study, level: float | None = None) -> Model:
    """The engine; with everything that is not known at a level, 0 good and 1 bad for all of it."""
    fixed = study.once("fixed", lambda: fixed_shares(study.network))
    heavier = _heavier(study, level) if level is not None else {}

    def pools(network: Network, loads: Mapping[str, Any]) -> Pools:
        used = uses(network, study.analysis, fixed, heavier, loads)
        if level is not None:
            network = _at(study, network, level)
        return pools_of(network, used)

    def without(lost: frozenset[str]) -> Pools:
        return pools(network_without(study, lost), _loads_without(study, lost))

    return Model(pools(study.network, {}), without)


def network_without(study: Study, lost: frozenset[str]) -> Network:
    """The network at the medians where regions are lost."""

    def make() -> Network:
        return lower(study.design, Medians(study.estimate), lost, study.network)

    return study.once(("network", lost), make)


def _loads_without(study: Study, lost: frozenset[str]) -> Mapping[str, Any]:
    """Loads by first attempts where regions are lost."""

    def make() -> Mapping[str, Any]:
        network = network_without(study, lost)
        return busy(network.stations, traffic(network.flows, {}))

    return study.once(("loads", lost), make)


def uses(
    network: Network,
    analysis: Analysis,
    fixed: Mapping[str, float],
    heavier: Mapping[str, float],
    loads: Mapping[str, Any],
) -> dict[str, Used]:
    """How full stations are at peak, over what counts as full; by other `loads` where given."""
    full, found = analysis.full, dict[str, Used]()
    for name, one in analysis.stations.items():
        if name not in network.stations:
            continue
        instances, use, slots = one.instances, one.mean_utilisation or 0.0, one.slots_used or 0.0
        if loads:
            load = loads[name]
            before = one.arrival_per_s / one.instances
            slots *= load.arrival_per_s / load.instances / before if before > 0 else 0.0
            instances, use = load.instances, load.mean_utilisation if load.queues else 0.0
        more = heavier.get(name, 1.0)
        found[name] = Used(instances, more * max(use, slots) / full, fixed.get(name, 0.0))
    return found


# -- ranges ----------------------------------------------------------------------------------------


def spread_of(study: Study, operation: str, levels: tuple[float, ...] = LEVELS) -> Any:
    """Draws of the availability of an operation; None where nothing of it hangs on a range.

    Everything that is not known is taken to be good together and bad together, which spreads the
    draws at least as wide as they are: availability falls with every load and every failure.
    """
    if study.drawn is None or uptime(study, operation) is None:
        return None
    key = ("draws", operation, levels)
    return study.once(key, lambda: _spread_of(study, operation, levels))


def _spread_of(study: Study, operation: str, levels: tuple[float, ...]) -> Any:
    usual = _signature(model_of(study))
    models = [_model_at(study, level) for level in levels]
    if all(_signature(model) == usual for model in models):
        return None
    from sysdesign.formulas.number import numpy_module

    np = numpy_module()
    downs = [max(model.up(operation).down, 1e-15) for model in models]
    ranks = (np.arange(_DRAWS) + 0.5) / _DRAWS
    return 1 - np.exp(np.interp(ranks, levels, np.log(np.maximum.accumulate(downs))))


def _model_at(study: Study, level: float) -> Model:
    return study.once(("model", level), lambda: new_model(study, level))


def _signature(model: Model) -> tuple[Any, ...]:
    """What availability hangs on, with nothing lost: how many are enough, how often they fail."""
    pools = model.pools
    mine = [(p.name, p.count, p.enough, p.down, p.leads) for p in pools.by_place.values()]
    return (*mine, *pools.alone.items(), *model.regions.items())


def _heavier(study: Study, level: float) -> dict[str, float]:
    """How much fuller each station is at a level than at the medians."""
    if study.drawn is None:
        return {}
    from sysdesign.quantity.draws import quantile

    found = {}
    for name, use in study.drawn.utilisation.items():
        now = study.analysis.stations[name].utilisation
        if now:
            found[name] = quantile(use, level) / now
    return found


def _at(study: Study, network: Network, level: float) -> Network:
    """Failures at a level, of a network at the medians."""
    if study.drawn is None:
        return network
    from sysdesign.quantity.draws import quantile

    ranged = study.drawn.network

    def one(value: Any, at: float) -> Any:
        return value if isinstance(value, float | int | None) else quantile(value, at)

    def fails(said: Any) -> Any:
        if said is None:
            return None
        repair = said.repair
        if repair is not None:
            repair = Spread(one(repair.mean_s, level), repair.p99_over_mean, repair.scv,
                            repair.family)  # fmt: skip
        return replace(said, every_s=one(said.every_s, 1 - level), repair=repair,
                       together=one(said.together, level),
                       availability=one(said.availability, 1 - level))  # fmt: skip

    stations = {
        name: replace(station, fails=fails(ranged.stations[name].fails))
        if name in ranged.stations else station
        for name, station in network.stations.items()
    }  # fmt: skip
    places = {
        name: replace(place, fails=fails(ranged.places[name].fails),
                      zone_fails=fails(ranged.places[name].zone_fails))
        for name, place in network.places.items()
    }  # fmt: skip
    return replace(network, stations=stations, places=places)


def unstated(study: Study, operation: str) -> tuple[str, ...]:
    """What was taken of how parts of an operation fail, since the file is silent."""
    model, found = model_of(study), dict[str, None]()
    for _, flow in model.flows(operation):
        places, stations = model.met(operation, flow.origin)
        for name in stations:
            station = study.network.stations[name]
            if station.fails is not None and station.fails.default:
                found[f"{station.component}.{station.fails.default}"] = None
            elif station.component in model.pools.silent:
                found[f"{station.component}.fails = never, not stated"] = None
        for name in sorted(places):
            place = study.network.places[name]
            if place.fails is None:
                found[f"{name}.fails = never, not stated"] = None
            if place.zones and place.zone_fails is None:
                found[f"{name}.zone_fails = never, not stated"] = None
    return tuple(found)


def musts(study: Study) -> tuple[str, ...]:
    """Operations of must-have requirements; all that actors call where none is named."""
    functional = study.design.requirements.functional.values()
    named = {str(op) for one in functional if one.priority == "must" for op in one.by}
    operations = study.design.operations
    wanted = named or {n for n, op in operations.items() if op.actor} or set(operations)
    return tuple(name for name in study.network.operations() if name in wanted)


# -- words -----------------------------------------------------------------------------------------


def shown_up(share: float) -> str:
    """A share of the time for people: with as many nines as it has, and a digit more."""
    from math import ceil, floor, log10

    down = 1 - share
    if down <= 1e-14:
        return "100%"
    if share <= 0:
        return "0%"
    digits = min(max(ceil(-log10(100 * down)) + 1, 1), 12)
    shown = floor(share * 100 * 10**digits + 1e-6) / 10**digits  # never more nines than it has
    return f"{shown:.{digits}f}%"


def year_s(study: Study) -> float:
    """Seconds of a year, as the design counts them."""
    return float(study.units.year_s) or _YEAR_S


def shown_down(study: Study, share: float) -> str:
    """Time down a year for people."""
    seconds = share * year_s(study)
    return "0 s" if seconds < 1e-9 else show(seconds, study.units.parse("s").dimension, digits=2)


def part_words(study: Study, part: str) -> str:
    """A part as people call it."""
    kind, _, name = part.partition(" ")
    if kind == "instance":
        return f"an instance of {name}"
    if kind == "moment":
        return f"{name}, until another instance answers"
    if kind == "provider":
        return f"{study.network.stations[name].component} (as a whole)"
    if kind == "together":
        return f"all instances of {name} at once"
    if kind == "place":
        return f"region {name}"
    if kind == "way":
        return f"the way {name}"
    return part


def cause_words(study: Study, one: Importance) -> str:
    """What fails in a cause: of like instances the failures in which too few of them are left."""
    kind, _, name = one.part.partition(" ")
    if kind == "instance" and one.number > 1:
        return f"too few of {one.number:,} instances of {name}"
    return part_words(study, one.part)


def cut_words(study: Study, cut: Cut) -> str:
    """Parts that are down together, in words."""
    words = []
    for part, number in cut.parts:
        told = part_words(study, part)
        plain = told == part and not part.startswith("zone ") and not part[0].isdigit()
        words.append(f"{number} of {part}" if plain else told)
    return " and ".join(words)
