"""The shard with the most wanted key keeps up with its calls.

Why
---
Shards share what is spread evenly. One famous account sits on one of them, and the others do not
help.

Flawed
------
    sysdesign: 1
    operations: {read: {rate: 4000 req/s, path: [posts]}}
    components:
      posts: {kind: key_value_store, work: 1 ms, shards: {count: 8, by: hash, hottest: 20%}}

Sound
-----
    sysdesign: 1
    operations: {read: {rate: 4000 req/s, path: [posts]}}
    components:
      posts: {kind: key_value_store, work: 1 ms, shards: {count: 8, by: hash, hottest: 2%}}

False alarms
------------
The share is the one stated (`shards.hottest`), or that of the `popularity` of the entity; without
either it is a question, unless one shard would carry all calls. A passing rush on one key is tried
in a scenario (`hot`), not here. Locks count like shards: calls of one key go one after another. A
cache in front takes its part of the calls before they get here.

Source
------
seven steps: "how to handle hot users"
"""

from sysdesign.analyze import StationResult
from sysdesign.review.lacks import component_gap, open_for
from sysdesign.review.rule import Outcome, Outcomes, defined, fails, holds, rule, unknown
from sysdesign.review.statements import percent
from sysdesign.study import UNLIKELY, Study
from sysdesign.study.keys import split_stations, uneven
from sysdesign.study.load import probability_full


@rule("DIV-07", needs=("components", "operations"), nothing="nothing called is split by a key")
def hot_key_overloads(study: Study) -> Outcomes:
    """Look at the hottest shard of each component that is split."""
    for name in study.design.components:
        stations = split_stations(study, name)
        lacking = component_gap(study, name) if stations else None
        if lacking:
            yield open_for(name, lacking)
        elif stations:
            yield _judged(study, name, max(stations, key=_hot))


def _hot(station: StationResult) -> float:
    return max(station.utilisation or 0.0, station.slots_used or 0.0)


def _judged(study: Study, name: str, station: StationResult) -> Outcome:
    where, full = defined(study, name), study.analysis.full
    hot = _hot(station)
    if study.network.stations[station.station].hottest is None:
        return _unstated(study, name, station)
    if (station.slots_used or 0.0) >= (station.utilisation or 0.0):
        chance, what = float(hot > full), "of the slots of its hottest key used"
    else:
        chance = probability_full(study, station, hottest=True)
        what = "busy on the shard of its hottest key"
    mean = station.mean_utilisation or 0.0
    beside = f", {mean:.0%} on average" if mean else ""
    said = f"{station.station} is {hot:.0%} {what}{beside}"
    if chance < UNLIKELY:
        return holds(name, said, where)
    sure = "" if chance == 1 else f", too much with a probability of {percent(chance)}"
    return fails(
        name,
        f"{said}{sure}",
        where,
        f"split the hottest keys of {name} further, cache them, or let more copies answer for them",
    )


def _unstated(study: Study, name: str, station: StationResult) -> Outcome:
    where = defined(study, name)
    alone = uneven(station, 1.0)
    if alone <= study.analysis.full:
        return holds(name, f"one shard of {name} would carry all calls, {alone:.0%} busy", where)
    return unknown(
        name,
        f"what share of the calls of {name} the most wanted key gets is not stated",
        where,
        f"write {name}: {{shards: {{hottest: 0.5%}}}}, or popularity of what it holds",
        f"components.{name}.shards.hottest",
    )
