"""What the money buys: what is spare at peak, and what ten times the load would cost."""

from collections.abc import Mapping

from sysdesign.analyze import Need, needs
from sysdesign.estimate.cost import PARTS
from sysdesign.estimate.ledger import Ledger
from sysdesign.kinds.copies import followers_of
from sysdesign.records import dataclass
from sysdesign.study.plans import planned_use
from sysdesign.study.study import Study


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
        now, needed = _counted(asked)
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


def _counted(asked: list[Need]) -> tuple[float, float]:
    """Instances now and needed, shards included; where no number helps all are needed."""
    now = sum(need.now * need.groups_now for need in asked)
    needed = sum(
        (need.now if need.instances is None else min(need.instances, need.now)) * need.groups_now
        for need in asked
    )
    return now, needed


def grown_cost(study: Study, factor: float) -> float | None:
    """Money a second at so many times the load: bytes, calls and traffic grow with it.

    Of each component there are as many instances as keep to the planned use, at least those of
    now. None where the cost is not known.
    """
    ledger = Ledger(study.design, study.units, study.load, grown=factor)
    asked = _by_component(needs(study.analysis, min(planned_use(study) / factor, 0.999)))
    whole = 0.0
    for part in study.design.components:
        for which in PARTS:
            figure = (study if which == "instances" else ledger).figure(f"{part}.cost.{which}")
            if figure is None:
                return None
            more = 1.0
            if which == "instances" and part in asked:
                now, wanted = _wanted(asked[part])
                more = max(wanted / now, 1.0) if now > 0 else 1.0
            whole += figure.median * more
    links = ledger.figure("system.link_cost")
    return whole + (links.median if links else 0.0)


def _wanted(asked: list[Need]) -> tuple[float, float]:
    """Instances now and wanted; by more shards where a shard cannot have more instances."""
    now = sum(need.now * need.groups_now for need in asked)
    wanted = 0.0
    for need in asked:
        if need.groups is not None and need.groups_now > 1:
            wanted += need.now * max(need.groups, need.groups_now)
        else:
            wanted += max(need.instances or need.now, need.now) * need.groups_now
    return now, wanted
