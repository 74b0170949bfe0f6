"""Every component keeps up with the peak, and still does when an instance or a zone is lost.

Why
---
What is nearly full does not get slower bit by bit: the queue before it grows without end. And a
spare that was counted as capacity is no spare.

Flawed
------
    sysdesign: 1
    problem: {level: B}
    operations: {go: {rate: 350 req/s, path: [web]}}
    components: {web: {kind: service, replicas: 2, cores: 1, work: 5 ms}}

Sound
-----
    sysdesign: 1
    problem: {level: B}
    operations: {go: {rate: 350 req/s, path: [web]}}
    components: {web: {kind: service, replicas: 4, cores: 1, work: 5 ms}}

False alarms
------------
The limit at peak is `conventions.full` (95% unless stated) of cores and of slots, and all of a
documented limit; passed with a probability of 10% it counts as passed. Level A asks what is left
after the loss of the fullest zone, level B after that of one instance, level C after neither; what
is left may be busy up to the same limit. New instances that scaling would start count for nothing,
since they come minutes later. What has one instance alone, or stands in one zone, has nothing
left: that is a matter of single points of failure, and not told here. Shards count as equally
busy; the hottest is looked at by DIV-07.

Few servers queue long before they are full: where callers wait, on average, longer than the work
takes, and that is 5% or more of the mean time of their operation, it is a minor finding. By
Erlang's formula one server is that busy at 50%, two at 71%, four at 84%, eight at 91%. What takes
messages may let them wait.

Source
------
ten steps: "Is there a bottleneck in the design?"
A. K. Erlang (1917); L. Kleinrock, Queueing Systems I (1975), section 3.5, for waits of M/M/c.
"""

from collections.abc import Iterator

from sysdesign.analyze import StationResult
from sysdesign.design import Trait
from sysdesign.network.turns import is_partitions
from sysdesign.quantity import show
from sysdesign.review.lacks import component_gap, open_for
from sysdesign.review.room import element_of, more
from sysdesign.review.rule import Outcome, Outcomes, defined, fails, holds, rule, unknown
from sysdesign.review.statements import percent
from sysdesign.source import Severity, Span
from sysdesign.study import UNLIKELY, Study
from sysdesign.study.load import Pressure, long_wait, pressure, probability_full
from sysdesign.study.losses import Left, after_instance, after_zone, zones_of
from sysdesign.study.plans import too_busy as needs_more
from sysdesign.study.words import shown_time

_WORDS = {"cores": "busy", "slots": "of its slots used", "limit": "of its documented limit used"}


@rule("BOT-01", needs=("components", "operations"), nothing="nothing that can fill up is called")
def too_busy(study: Study) -> Outcomes:
    """Look at each component at peak, and after the loss that its level has to outlive."""
    stations: dict[str, list[StationResult]] = {}
    for one in study.analysis.stations.values():
        stations.setdefault(one.component, []).append(one)
    for name in dict.fromkeys((*study.design.components, *stations)):
        lacking = component_gap(study, name)
        if lacking:
            yield open_for(name, lacking)
            continue
        found = [(p, s) for s in stations.get(name, ()) if (p := pressure(study, s)).share > 0]
        if found:
            yield next(_flaws(study, name, found), None) or _sound(study, name, found)


def _flaws(study: Study, name: str, found: list[tuple[Pressure, StationResult]]
           ) -> Iterator[Outcome]:  # fmt: skip
    """What is wrong with a component, the worst first."""
    where = _where(study, name)
    for used, station in sorted(found, key=lambda one: -one[0].of_limit):
        chance = probability_full(study, station)
        if chance >= UNLIKELY:
            yield _full(study, name, used, station, chance)
    if name in study.design.components:
        yield from _losses(study, name, where)
    for _, station in found:
        slow = long_wait(study, station)
        if slow is not None:
            seconds = study.units.parse("s").dimension
            wait, work = (
                show(t, seconds, digits=2) for t in (station.wait_s or 0.0, station.work_s)
            )
            yield fails(
                element_of(name),
                f"calls wait {wait} at {station.station}, {station.utilisation:.0%} busy at peak, "
                f"longer than its work of {work}; {slow:.0%} of the time of an operation",
                where,
                f"give {name} more instances or cores, or one queue for all its instances",
                Severity.MINOR,
            )


def _full(study: Study, name: str, used: Pressure, station: StationResult, chance: float
          ) -> Outcome:  # fmt: skip
    sure = "" if chance == 1 else f", above the limit with a probability of {percent(chance)}"
    split = is_partitions(study.network.stations[station.station])
    need = next((n for n in needs_more(study, 1.0) if n.station == station.station), None)
    if used.of == "limit":
        action = "ask for less of it, or have the limit raised"
    elif used.of == "cores" and need is None:
        action = f"give {name} more instances or cores, or narrow the ranges of its load"
    elif split:
        action = f"give {name.partition(' -> ')[0]} more partitions, or shorten what a message does"
    elif used.of == "slots" or need is None:
        action = f"give {name} more slots or instances, or hold each for less long"
    else:
        action = f"give {name} room: {more(study, need)}"
    if used.of == "cores":
        message = f"{station.station} is {used.share:.0%} busy at peak{sure}"
    elif split:
        message = (
            f"{station.station} would need {used.share:.0%} of the messages in hand that they can "
            f"have at peak, since each is held for {shown_time(station.held_s)}{sure}"
        )
    else:
        message = f"{station.station} has {used.share:.0%} {_WORDS[used.of]} at peak{sure}"
    return fails(element_of(name), message, _where(study, name), action)


def _losses(study: Study, name: str, where: Span) -> Iterator[Outcome]:
    level = study.design.problem.level or "B"
    if level == "A" and after_instance(study, name) and 0 in zones_of(study, name).values():
        yield _no_zones(study, name, where)
        return
    for one in _left(study, name):
        if one.utilisation > study.analysis.full:
            lost = "one zone" if level == "A" else "one instance"
            rest = f"{one.count - one.lost:,g} of {one.count:,g}"
            part = study.design.components[name]
            what = "copies" if part.copies and not part.replicas else "instances"
            instead = f"{one.wanted:,} {what}" if one.wanted else "more copies, shards or cores"
            yield fails(
                element_of(name),
                f"with {lost} lost {rest} instances of {one.station} are left, "
                f"{one.utilisation:.0%} busy at peak",
                where,
                f"give {name} room for the loss: {instead}",
            )


def _no_zones(study: Study, name: str, where: Span) -> Outcome:
    places = study.design.places
    bare = next((p for p, count in zones_of(study, name).items() if count == 0), "")
    return unknown(
        name,
        f"how many instances of {name} a lost zone takes is not stated: no zones are named",
        where,
        "write places: {eu: {zones: [eu-a, eu-b, eu-c]}}",
        f"places.{bare}.zones" if places else "places",
    )


def _left(study: Study, name: str) -> tuple[Left, ...]:
    """The component after the loss that its level has to outlive."""
    level = study.design.problem.level or "B"
    if level == "C" or study.design.components[name].has_trait(Trait.EVERYWHERE):
        return ()
    return after_zone(study, name) if level == "A" else after_instance(study, name)


def _sound(study: Study, name: str, found: list[tuple[Pressure, StationResult]]) -> Outcome:
    used, _ = max(found, key=lambda one: one[0].of_limit)
    said = f"{used.share:.0%} {_WORDS[used.of]} at peak"
    left = _left(study, name) if name in study.design.components else ()
    worst = max(left, key=lambda one: one.utilisation, default=None)
    if worst is not None:
        lost = "zone" if study.design.problem.level == "A" else "instance"
        said += f", {worst.utilisation:.0%} busy with one {lost} lost"
    return holds(element_of(name), said, _where(study, name))


def _where(study: Study, name: str) -> Span:
    return defined(study, name if name in study.design.components else name.partition(" ")[0])
