"""What the money buys: what is spare at peak, and what ten times the load would cost."""

from collections.abc import Mapping
from math import ceil

from sysdesign.analyze import Need, needs
from sysdesign.estimate.cost import PARTS
from sysdesign.estimate.ledger import Ledger
from sysdesign.kinds.copies import followers_of
from sysdesign.quantity import show
from sysdesign.records import dataclass
from sysdesign.study.losses import zones_of
from sysdesign.study.plans import planned_use
from sysdesign.study.study import Study

TWICE = 2.0
"""Growth that spare instances may be there for."""


@dataclass(frozen=True, slots=True)
class Spare:
    """Instances that the peak does not need, and the money a second that they cost.

    `now` and `needed` are instances all together; needed are those that keep the busiest shard
    below `conventions.full`. What is spare is there for failures, growth, or by mistake.
    """

    component: str
    now: float
    needed: float
    cost_per_s: float


def spare(study: Study) -> tuple[Spare, ...]:
    """Instances beyond what carries the peak, the dearest first."""
    found = []
    for part, asked in _by_component(needs(study.analysis, study.analysis.full)).items():
        paid, count = study.figure(f"{part}.cost.instances"), study.figure(f"{part}.instances")
        if paid is None or count is None or count.median <= 0:
            continue
        now = sum(map(_now, asked))
        needed = sum(min(_asked(need, shards=False), _now(need)) for need in asked)
        if needed < now and paid.median > 0:
            found.append(Spare(part, now, needed, paid.median * (1 - needed / now)))
    return tuple(sorted(found, key=lambda one: -one.cost_per_s))


def _by_component(found: tuple[Need, ...]) -> Mapping[str, list[Need]]:
    grouped: dict[str, list[Need]] = {}
    for need in found:
        # Lines, pools and locks are stations, too, but nobody pays for them by the instance.
        if need.station.partition("@")[0] in (need.component, followers_of(need.component)):
            grouped.setdefault(need.component, []).append(need)
    return grouped


def _now(need: Need) -> float:
    """Instances there are, shards included."""
    return need.now * need.groups_now


def _asked(need: Need, *, shards: bool) -> float:
    """Instances that are asked for, shards included; those of now where no number helps.

    With `shards` by more shards, where there are several: a shard cannot have more instances.
    """
    if shards and need.groups is not None and need.groups_now > 1:
        return need.now * need.groups
    return (need.now if need.instances is None else need.instances) * need.groups_now


def buys(study: Study, one: Spare) -> str:
    """What spare instances are there for; empty where nothing needs as many.

    Copies for the data; the loss that the level of the design has to outlive; a region that goes on
    for all; or twice the load at the planned use.
    """
    part = study.design.components[one.component]
    if part.copies is not None or "copies" in part.defaults:
        return "they are copies of data"
    high = _at_most(study, one.component)
    if one.now <= _after_loss(study, one, high):
        return "they carry what a loss leaves behind"
    twice = wanted_at(study, one.component, TWICE * high)
    if twice is None or one.now <= twice:
        return "they carry twice the load"
    return ""


def enough_of(study: Study, one: Spare) -> float:
    """Instances that the loss of one part and twice the load need, whichever is more."""
    high = _at_most(study, one.component)
    twice = wanted_at(study, one.component, TWICE * high)
    return max(_after_loss(study, one, high), twice or one.now)


def _at_most(study: Study, component: str) -> float:
    """How many times its median the load of a component may be: the 95th percentile."""
    if study.drawn is None:
        return 1.0
    from sysdesign.quantity.draws import quantile

    found = [1.0]
    for name, draws in study.drawn.utilisation.items():
        one = study.analysis.stations.get(name)
        if one is not None and one.component == component and one.utilisation:
            found.append(quantile(draws, 0.95) / one.utilisation)
    return max(found)


def _after_loss(study: Study, one: Spare, high: float) -> float:
    """Instances of which enough are left after the loss that the level has to outlive."""
    zones = zones_of(study, one.component)
    places = max(len(zones), 1)
    needed = one.needed * high
    least = each = max(ceil(needed / places), 1)
    level = study.design.problem.level or "B"
    if level == "A":
        most = max(zones.values(), default=0)
        while most > 1 and each - ceil(each / most) < least:
            each += 1
    elif level == "B":
        each += 1
    if places > 1:  # one region goes on for all
        each = max(each, ceil(needed / (places - 1)))
    return float(each * places)


def money_told(study: Study, per_s: float) -> str:
    """Money a second as people read it: by the month, in the currency of the file."""
    unit = study.units.parse(f"{study.units.currency}/month")
    return show(per_s, unit.dimension, unit=unit, digits=2)


def wanted_at(study: Study, component: str, factor: float) -> float | None:
    """Instances of a component that so many times the load asks for at the planned use.

    None where it has none that are counted.
    """
    asked = _by_component(needs(study.analysis, min(planned_use(study) / factor, 0.999)))
    known = asked.get(component)
    return sum(_asked(need, shards=True) for need in known) if known else None


def grown_cost(study: Study, factor: float) -> float | None:
    """Money a second at so many times the load: bytes, calls and traffic grow with it.

    Of each component there are as many instances as keep to the planned use, at least those of
    now. None where the cost is not known.
    """
    ledger = Ledger(study.design, study.units, study.load, grown=factor,
                    between=study.estimate.ledger.between)  # fmt: skip
    asked = _by_component(needs(study.analysis, min(planned_use(study) / factor, 0.999)))
    whole = 0.0
    for part in study.design.components:
        for which in PARTS:
            figure = (study if which == "instances" else ledger).figure(f"{part}.cost.{which}")
            if figure is None:
                return None
            more = 1.0
            if which == "instances" and part in asked:
                now = sum(map(_now, asked[part]))
                wanted = sum(max(_asked(need, shards=True), _now(need)) for need in asked[part])
                more = max(wanted / now, 1.0) if now > 0 else 1.0
            whole += figure.median * more
    moved = (ledger.figure(name) for name in ("system.link_cost", "system.place_cost"))
    return whole + sum(figure.median for figure in moved if figure)
