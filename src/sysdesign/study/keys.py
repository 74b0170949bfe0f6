"""How a component is split by a key: how many keys there are, how much one of them brings."""

from collections.abc import Mapping, Sequence

from sysdesign.analyze import StationResult
from sysdesign.design import Component, Entity
from sysdesign.study.numbers import Medians
from sysdesign.study.study import Study

_FEW = {"bool": 2.0, "enum": 10.0}
"""Values of fields that have few; of an enum a guess on the high side."""


def split_stations(study: Study, component: str) -> tuple[StationResult, ...]:
    """Stations of a component that have several groups by key, and something to do."""
    return tuple(
        one
        for name, one in study.analysis.stations.items()
        if one.component == component
        and study.network.stations[name].shards > 1
        and (one.utilisation or one.slots_used)
    )


def uneven(station: StationResult, share: float) -> float:
    """Use of a shard that gets such a share of the calls of a station."""
    return (station.mean_utilisation or 0.0) * station.shards * share


def hottest_key(study: Study, station: StationResult) -> float | None:
    """Share of the calls on the most wanted key; None where it is not stated.

    The hottest shard gets that key and its part of all others.
    """
    share = study.network.stations[station.station].hottest
    if share is None or station.shards <= 1:
        return None
    even = 1 / station.shards
    return max((float(share) - even) / (1 - even), 0.0)


def split_by(part: Component) -> str:
    """ENTITY.field or hash by which it is split; empty where the file does not say."""
    return str((part.shards.by if part.shards else part.key_) or "")


def keys_of(study: Study, by: str) -> float | None:
    """How many keys ENTITY.field has; None where the file does not tell."""
    name, _, field = by.partition(".")
    entity = study.design.data.get(name)
    if entity is None:
        return None
    kind = entity.fields.get(field)
    if kind is not None and kind.name in _FEW:
        return _FEW[kind.name]
    if kind is not None and kind.name == "ref":
        return _records(study, kind.entity)
    return _records(study, name) if tuple(entity.key_) == (field,) else None


def _records(study: Study, name: str) -> float | None:
    entity = study.design.data.get(name)
    among = entity.popularity.among if entity and entity.popularity else None
    numbers = Medians(study.estimate)
    value = numbers.value(among) if among else numbers.figure(f"{name}.records")
    return None if value is None else float(value)


def splits(study: Study, by: str, name: str) -> tuple[str, ...]:
    """Fields of an entity that tell its shard, in a store split by ENTITY.field or hash.

    The field itself; in other entities the one of its name, or one that refers to the same.
    """
    entity: Entity = study.design.data[name]
    if by == "hash":
        return tuple(map(str, entity.key_[:1]))
    owner, _, field = by.partition(".")
    if owner == name:
        return (field,)
    keyed = study.design.data.get(owner)
    kind = keyed.fields.get(field) if keyed else None
    to = kind.entity if kind and kind.name == "ref" else owner
    return tuple(f for f, k in entity.fields.items() if f == field or (to and k.entity == to))


def asking_all(study: Study, component: str, asked: Mapping[str, Sequence[str]]) -> float:
    """Use of the busiest shard if some calls asked every shard instead of one.

    `asked` are the operations with what they do there; of several things the one that is the least
    work is meant, so that it is that busy at least.
    """
    worst = 0.0
    for station in split_stations(study, component):
        some = study.served.get(station.station, ())
        extra = 0.0
        for operation, dos in asked.items():
            found = [one.busy for one in some if one.operation == operation and one.do in dos]
            extra += min(found, default=0.0)
        servers = station.instances * float(study.network.stations[station.station].servers)
        more = extra * (1 - 1 / station.shards) / servers
        worst = max(worst, (station.utilisation or 0.0) + more)
    return worst
