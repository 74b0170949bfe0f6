"""The regions served are stated; more than one has a way to route calls and to copy data.

Why
---
Where people are decides latency, and often the law. Two regions without a stated way between them
are two systems that disagree.

Flawed
------
    sysdesign: 1
    problem: {actors: {reader: {from: {eu: 60%, us: 40%}}}}
    places: {eu: {zones: [eu-a]}, us: {zones: [us-a]}}
    operations: {get: {actor: reader, path: [web: [posts]]}}
    data: {post: {store: posts, key: id}}
    components: {web: service, posts: {kind: sql_database, copies: 2}}

Sound
-----
    sysdesign: 1
    problem: {actors: {reader: {from: {eu: 60%, us: 40%}}}}
    places: {eu: {zones: [eu-a]}, us: {zones: [us-a]}}
    operations: {get: {actor: reader, path: [web: [posts]]}}
    data: {post: {store: posts, key: id}}
    components:
      web: {kind: service, route: nearest}
      posts: {kind: sql_database, copies: {count: 2, mode: leader, leader: eu}}

False alarms
------------
Round trips are asked for only where calls cross them. A call over an open connection needs no
routing; the call that opened it did. A place without zones is one where users are; where no place
has any, all runs in the first. Where no number of instances is stated, one stands in each place.

Source
------
nine steps: "Are we designing this system for a global audience or a specific region?"
"""

from collections.abc import Iterator

from sysdesign.design import Component, Trait
from sysdesign.design.places import places_of, regions_of
from sysdesign.review.facts import number
from sysdesign.review.flows import is_called
from sysdesign.review.rule import Outcome, Outcomes, at, defined, fails, holds, rule, unknown
from sysdesign.study import Study


@rule("REQ-11", needs=("problem",))
def regions_without_plan(study: Study) -> Outcomes:
    """Look at the places, where each actor is, and what lies in more than one region."""
    places = study.design.places
    if not places:
        yield unknown(
            "places",
            "where the users are is not stated; one region is taken",
            study.design.at("sysdesign"),
            "write places: {eu: {zones: [eu-a, eu-b]}}",
            "places",
        )
        return
    yield from _origins(study)
    yield from _nowhere(study)
    yield from _how_far(study)
    regions = {name for name, place in places.items() if place.zones}
    yield holds(
        "places",
        f"served from {', '.join(sorted(regions)) or 'one region'}",
        study.design.at("places"),
    )
    if len(regions) > 1:
        yield from _routing(study, regions)
        yield from _copying(study, regions)


def _origins(study: Study) -> Iterator[Outcome]:
    for name, actor in study.design.problem.actors.items():
        if actor.from_ is None and len(study.design.places) > 1:
            yield unknown(
                name,
                f"where {name} is, is not stated; the first place is taken",
                at(name),
                f"write {name}: {{from: {{eu: 60%, us: 40%}}}}",
                f"problem.actors.{name}.from",
            )


def _how_far(study: Study) -> Iterator[Outcome]:
    """Ways that calls cross and whose round trip is not known."""
    ways = sorted(name for name in study.network.unknown if " <-> " in name)
    for way in ways:
        yield unknown(
            "round_trips",
            f"how long a round trip {way} takes is not stated, so times of calls across are not "
            "known",
            study.design.at("places"),
            f"write links: {{{way}: {{rtt: 80 ms}}}}, or like: of both places",
            f"links.{way}.rtt",
        )


def _nowhere(study: Study) -> Iterator[Outcome]:
    """Instances and copies that are counted for places where nothing runs, or too few for all."""
    running = regions_of(study.design)
    for name, part in study.design.components.items():
        counts = {"replicas": part.replicas, "copies": part.copies.count if part.copies else None}
        yield from _too_few(study, name, part)
        for key, given in counts.items():
            for place, count in given.by_place.items() if given is not None else ():
                if str(place) not in running:
                    yield fails(
                        f"{name}.{place}",
                        f"{name} has {key} in {place}, where nothing runs: {place} has no zones, "
                        "so they fall away",
                        count.span,
                        f"write places: {{{place}: {{zones: [{place}-a]}}}}, or leave them out",
                    )


def _too_few(study: Study, name: str, part: Component) -> Iterator[Outcome]:
    """A component that is in several places, and has less than one instance for each."""
    places, given = places_of(study.design, part), part.replicas
    count = number(study, given)
    if given is None or given.by_place or count is None or count >= len(places):
        return
    some = max(round(count), 1)
    served, bare = places[:some], places[some:]
    yield fails(
        f"{name}.{bare[0]}",
        f"{count:g} of {name} is too few for {' and '.join(places)}: none stands in "
        f"{' and '.join(bare)}, and calls go to {' and '.join(served)}",
        given.span,
        f"write {name}: {{replicas: {len(places)}}}, or in: [{', '.join(served)}]",
    )


def _routing(study: Study, regions: set[str]) -> Iterator[Outcome]:
    judged: set[str] = set()
    for name, operation in study.design.operations.items():
        if operation.over or not is_called(operation):
            continue
        outer = [v.target for v in study.visits[name] if not v.caller and not v.to_actor]
        routed = any(study.design.components[target].route for target in outer)
        for target in outer:
            part = study.design.components[target]
            if target in judged or not _is_spread(study, part, regions):
                continue
            judged.add(target)
            if routed:
                yield holds(target, f"calls to {target} are routed", at(target))
            else:
                yield fails(
                    target,
                    f"{target} is called from outside in more than one region, and "
                    "nothing says which",
                    defined(study, target),
                    f"write {target}: {{route: nearest}}, or weighted, active_passive",
                )


def _copying(study: Study, regions: set[str]) -> Iterator[Outcome]:
    for name in dict.fromkeys(str(e.store) for e in study.design.data.values() if e.store):
        part = study.design.components[name]
        if part.is_managed or not _is_spread(study, part, regions):
            continue
        where = defined(study, name)
        if part.copies and (part.copies.mode or part.copies.across):
            way = part.copies.mode or f"across: {part.copies.across}"
            yield holds(name, f"{name} is copied between regions: {way}", where)
        else:
            yield fails(
                name,
                f"{name} lies in more than one region, and nothing says how its copies agree",
                where,
                f"write {name}: {{copies: {{count: 3, mode: leader, quorum or peers}}}}",
            )


def _is_spread(study: Study, part: Component, regions: set[str]) -> bool:
    """Whether it runs in more than one region."""
    if part.has_trait(Trait.EVERYWHERE):
        return False
    zones = {str(zone): name for name, place in study.design.places.items() for zone in place.zones}
    return not part.in_ or len({zones.get(where, where) for where in part.in_} & regions) > 1
