"""What is lost of data, and how long it takes to have it back: copies, backups, durability.

`rpo` and `rto` are those of the worst single loss of an instance, a zone or a region, where copies
survive it; else those of a loss of the only copy. What an operator deletes is gone from all copies:
only a backup brings it back.
"""

from math import inf

from sysdesign.availability import time_to_loss
from sysdesign.design import Component, Given
from sysdesign.records import dataclass
from sysdesign.study.numbers import Medians
from sysdesign.study.study import Study
from sysdesign.study.uptime import model_of


@dataclass(frozen=True, slots=True)
class Kept:
    """What becomes of the data of an entity; times in seconds, inf: never, None: not known.

    `rpo_s` is how much of the newest is lost, `rto_s` how long it is away, after the loss of one
    part; `deleted_rpo_s` and `deleted_rto_s` after somebody deletes it. `loss_every_s` is the mean
    time to the loss of all copies of a shard if each failure destroyed a disk, which is the worst
    that the stated failures could mean; `durability` is what the file states instead. `lacks` is
    the fact for want of which a time is not known; `rpo_from` and `rto_from` say where the two come
    from.
    """

    entity: str
    store: str
    copies: int
    rpo_s: float | None
    rto_s: float | None
    deleted_rpo_s: float
    deleted_rto_s: float | None
    why: str
    loss_every_s: float | None
    durability: float | None
    defaults: tuple[str, ...] = ()
    lacks: str = ""
    rpo_from: str = ""
    rto_from: str = ""


def kept(study: Study, entity: str) -> Kept | None:
    """What becomes of the data of an entity; None where it has no store."""
    one = study.design.data.get(entity)
    part = study.design.components.get(str(one.store)) if one and one.store else None
    if one is None or part is None:
        return None
    return _kept(_Facts(study, str(one.store), part), entity)


class _Facts:
    """What the file says of a store."""

    def __init__(self, study: Study, name: str, part: Component) -> None:
        self.study, self.name, self.part = study, name, part
        self.numbers = Medians(study.estimate)
        copies = part.copies
        self.mode = str(copies.mode or "") if copies else ""
        self.places = self._places()
        self.count = self._count()
        self.defaults: list[str] = []

    def seconds(self, given: Given | None) -> float | None:
        """A time of the file, at its 99th percentile where it has one."""
        spread = self.numbers.spread(given)
        if spread is None:
            return None
        return float(spread.mean_s) * (spread.p99_over_mean or 1.0)

    def _places(self) -> int:
        pools = model_of(self.study).pools.by_place
        return sum(component == self.name for component, _ in pools) or 1

    def _count(self) -> int:
        copies = self.part.copies
        if copies is None or (copies.count is None and self.mode != "erasure"):
            return 1
        if self.mode == "erasure":
            value = self.numbers.value
            return round(1 + float(value(copies.parity) or 0.0))
        given = copies.count
        if given is not None and given.by_place:
            found = [self.numbers.value(one) for one in given.by_place.values()]
            return round(sum(float(x) for x in found if x is not None))
        return max(round(float(self.numbers.value(given) or 1.0)), 1)

    def behind(self) -> float | None:
        """Seconds of the newest data that the surviving copies lack; None where it is not said."""
        copies = self.part.copies
        if copies is None:
            return 0.0
        waits = self.numbers.value(copies.wait)
        late = self.mode == "peers" or (self.mode in ("leader", "") and not waits)
        if str(copies.across or "") == "none":
            self.defaults.append(f"{self.name}: a lost region keeps what it holds")
        if str(copies.across or "") != "async" and not late:
            return 0.0
        return self.seconds(copies.lag)

    @property
    def led_by(self) -> str:
        """The key that says how long it takes until other copies answer."""
        return "failover" if self.part.failover else "copies.failover"

    def failover(self) -> float:
        """Seconds until other copies answer."""
        copies = self.part.copies
        found = self.seconds(self.part.failover or (copies.failover if copies else None))
        leads = self.mode == "leader" or (self.mode == "" and copies is not None)
        if found is None and leads and not self.part.is_managed:
            self.defaults.append(f"{self.name}.failover = at once, not stated")
        return found or 0.0


def _kept(facts: _Facts, entity: str) -> Kept:
    part, backup = facts.part, facts.part.backup
    log, every = (facts.seconds(g) for g in (backup.log, backup.every)) if backup else (None, None)
    restored = facts.seconds(backup.restore) if backup else None
    lost: float = inf if backup is None else log if log is not None else every if every else inf
    back: float | None = inf if backup is None else restored
    durable = facts.numbers.value(part.durability)
    if facts.count > 1 or part.is_managed:
        why = f"{facts.count} copies" if facts.count > 1 else "copies of its provider"
        rpo: float | None = facts.behind()
        rto: float | None = facts.failover()
        what = "what the copies that are left lack" if rpo == 0 else (
            "the lag of the copies that are left")  # fmt: skip
        rpo_from = _named(what, facts.name, "copies.lag" if rpo else "")
        rto_from = _named("until other copies answer", facts.name, facts.led_by if rto else "")
    else:
        rpo, rto = lost, back
        why = "one copy and no backup" if backup is None else "one copy; the backup brings it back"
        which = "" if backup is None else "backup.log" if log is not None else "backup.every"
        rpo_from = _named("what came since the last backup", facts.name, which)
        which = "backup.restore" if backup else ""
        rto_from = _named("until it is restored", facts.name, which)
    lacks = ""
    if rpo is None:
        lacks = f"how far copies of {facts.name} lag, which writes do not wait for (copies.lag)"
    elif rto is None:
        lacks = f"how long it takes to restore {facts.name} (backup.restore)"
    return Kept(
        entity, facts.name, facts.count, rpo, rto, lost, back, why, _loss_every(facts),
        None if durable is None else float(durable), tuple(facts.defaults), lacks, rpo_from,
        rto_from,
    )  # fmt: skip


def _named(what: str, store: str, key: str) -> str:
    """What a time is, and the key of the file that states it."""
    return f"{what} ({store}.{key})" if key else what


def _loss_every(facts: _Facts) -> float | None:
    """Mean time to the loss of all copies of some shard, if each failure destroyed a disk."""
    pools = [p for (name, _), p in model_of(facts.study).pools.by_place.items()
             if name == facts.name]  # fmt: skip
    stations = facts.study.network.stations.values()
    fails = next((s.fails for s in stations if s.component == facts.name and s.fails), None)
    if not pools or fails is None or fails.every_s is None or fails.repair is None:
        return None
    count = max(facts.count, 1)
    return time_to_loss(count, float(fails.every_s), float(fails.repair.mean_s)) / pools[0].shards
