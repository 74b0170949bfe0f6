"""What is split is split by a key with many values, none too wanted, that its readers know.

Why
---
The key decides whether more machines help. Few values leave shards empty, one famous value fills a
shard alone, and who does not know the value has to ask all of them.

Flawed
------
    sysdesign: 1
    data:
      order: {store: orders, key: id, fields: {id: id, country: ref country}}
      country: {key: code, count: 30 item, keep: 1 year}
    operations: {make: {rate: 9000 req/s, path: [orders: {do: write, of: order}]}}
    components:
      orders: {kind: key_value_store, shards: {count: 16, by: order.country, hottest: 3%}}

Sound
-----
    sysdesign: 1
    data:
      order: {store: orders, key: id, fields: {id: id, buyer: ref buyer}}
      buyer: {key: id, count: 1M item, keep: 1 year}
    operations: {make: {rate: 9000 req/s, path: [orders: {do: write, of: order}]}}
    components:
      orders: {kind: key_value_store, shards: {count: 16, by: order.buyer, hottest: 1%}}

False alarms
------------
Below fifty values to a shard chance alone leaves the fullest a third above the mean: counts
scatter by their root. A wanted key counts only where, at twice the peak, it would fill a shard by
itself, so that no number of shards helps. A pattern that does not name the key counts only where
asking every shard would overload them; an index that is split by its own field, as some stores
keep one for each pattern, is said in `accept`. What one shard would carry alone may be split by
anything, and messages without a key are dealt out evenly.

Source
------
seven steps: "should we store all user data on same db + what issues can result"
M. Raab and A. Steger, Balls into Bins (1998), for how uneven chance is.
"""

from collections.abc import Iterator

from sysdesign.analyze import StationResult
from sysdesign.design import Component
from sysdesign.review.facts import number
from sysdesign.review.lacks import component_gap, open_for
from sysdesign.review.reading import reads_of
from sysdesign.review.rule import (
    Outcome,
    Outcomes,
    at,
    defined,
    fails,
    holds,
    listed,
    rule,
    unknown,
)
from sysdesign.study import Study
from sysdesign.study.keys import (
    asking_all,
    hottest_key,
    keys_of,
    split_by,
    split_stations,
    splits,
    uneven,
)

KEYS_A_SHARD = 50
_GROWN = 2.0


@rule("DAT-10", needs=("components", "operations"), nothing="nothing called is split by a key")
def poor_partition_key(study: Study) -> Outcomes:
    """Look at the key of each component that is split into shards or partitions."""
    for name, part in study.design.components.items():
        count = _parts(study, part)
        if part.is_managed or count <= 1 or name not in study.reached:
            continue
        lacking = component_gap(study, name)
        flaw = open_for(name, lacking) if lacking else next(_flaws(study, name, part, count), None)
        yield flaw or holds(name, _evidence(study, name, part, count), at(name))


def _parts(study: Study, part: Component) -> float:
    return number(study, part.shards.count if part.shards else part.partitions) or 1.0


def _flaws(study: Study, name: str, part: Component, count: float) -> Iterator[Outcome]:
    stations = split_stations(study, name)
    most = max((uneven(one, 1.0) for one in stations), default=0.0)
    if part.shards and most <= study.analysis.full:
        return  # one shard would carry all of it
    by, keys = split_by(part), keys_of(study, split_by(part))
    if not by and part.shards:
        yield unknown(
            name,
            f"by what {name} is split is not stated",
            defined(study, name),
            f"write {name}: {{shards: {{by: ENTITY.field}}}}, or hash",
            f"components.{name}.shards.by",
        )
    if not by:
        return
    if keys is not None and keys < KEYS_A_SHARD * count:
        yield fails(
            name,
            f"{name} is split {count:,g} ways by {by}, which has {_count(keys)} values: "
            f"{keys / count:.2g} to each",
            defined(study, name),
            f"split by something with at least {KEYS_A_SHARD} values to each",
        )
    for one in stations:
        yield from _share(study, name, one)
    yield from _scattered(study, name, by, count)


def _share(study: Study, name: str, station: StationResult) -> Iterator[Outcome]:
    share = hottest_key(study, station)
    if share is None:
        if uneven(station, 1.0) > study.analysis.full:
            yield unknown(
                name,
                f"what share of the calls of {name} the most wanted key gets is not stated",
                defined(study, name),
                f"write {name}: {{shards: {{hottest: 0.5%}}}}, or popularity of what it holds",
                f"components.{name}.shards.hottest",
            )
        return
    alone = uneven(station, share)
    if alone * _GROWN > study.analysis.full:
        yield fails(
            name,
            f"one key of {name} gets {_share_of(share)} of the calls, "
            f"{alone:.0%} of what a shard can do; at twice the load no number of shards helps",
            defined(study, name),
            "split by a finer key, or keep what is most wanted elsewhere",
        )


def _scattered(study: Study, name: str, by: str, count: float) -> Iterator[Outcome]:
    """Patterns that would have to ask every shard, where that is too much."""
    asked: dict[str, list[str]] = {}
    told: list[str] = []
    for entity, said in study.design.data.items():
        known = splits(study, by, entity) if said.store == name else ()
        for title, pattern in said.patterns.items() if known else ():
            if set(known) & {str(field) for field in pattern.index or said.key_}:
                continue
            for visit in reads_of(study, entity, name):
                if visit.operation in pattern.used_by:
                    asked.setdefault(visit.operation, []).append(visit.do)
                    told.append(f"{entity} '{title}'")
    use = asking_all(study, name, asked) if asked else 0.0
    if use > study.analysis.full:
        what = listed(list(dict.fromkeys(told)))
        yield fails(
            name,
            f"{name} is split by {by}, which {what} does not name: asking all {count:,g} would "
            f"keep each {use:.0%} busy",
            defined(study, name),
            "keep a copy split by what is asked for, or say in accept that its index is",
        )


def _evidence(study: Study, name: str, part: Component, count: float) -> str:
    by = split_by(part)
    keys = keys_of(study, by)
    shares = [
        s for one in split_stations(study, name) if (s := hottest_key(study, one)) is not None
    ]
    said = [f"{count:,g} parts by {by or 'a key'}"]
    if keys is not None:
        said.append(f"{_count(keys)} values")
    if shares:
        said.append(f"the most wanted gets {_share_of(max(shares))} of the calls")
    return ", ".join(said)


def _count(number: float) -> str:
    return f"{number / 1e6:,.3g}M" if number >= 1e6 else f"{number:,.0f}"


def _share_of(share: float) -> str:
    return f"{share:.2%}" if share >= 1e-4 else "under 0.01%"
