"""A study to the model of an export: who is there, what it is, where it stands."""

from sysdesign.design import Actor, Component, Design, FieldKind, Trait
from sysdesign.design import Entity as Stored
from sysdesign.export.model import (
    Attribute,
    Entity,
    Form,
    Model,
    Part,
    Person,
    Region,
    Standing,
)
from sysdesign.export.relations import relations
from sysdesign.export.steps import sequences
from sysdesign.export.text import plain
from sysdesign.lower.geography import Geography
from sysdesign.study import Study
from sysdesign.study.numbers import Medians

_FORMS = (
    (Trait.OUTSIDE, Form.OUTSIDE), (Trait.ON_DEVICE, Form.DEVICE), (Trait.KEEPS_LOG, Form.STREAM),
    (Trait.ASYNCHRONOUS, Form.QUEUE), (Trait.STARTS_WORK, Form.CLOCK),
    (Trait.STORES_DATA, Form.STORE), (Trait.FORWARDS, Form.GATEWAY),
    (Trait.CONSUMES, Form.WORKER),
)  # fmt: skip
"""The first trait that a part has decides; caches stand before stores."""


def gather(study: Study) -> Model:
    """The model of a design; rates are medians at the load of the study."""
    design = study.design
    geography = Geography(design, Medians(study.estimate))
    return Model(
        plain(design.problem.name) or plain(study.source.name),
        plain(design.problem.why),
        "at peak" if study.load == 1 else f"at {study.load:g} times the peak",
        tuple(_person(study, name, actor) for name, actor in design.problem.actors.items()),
        tuple(_part(study, geography, name) for name in design.components),
        relations(study),
        sequences(study),
        tuple(_entity(study, name, entity) for name, entity in design.data.items()),
        tuple(_region(design, name) for name in geography.regions if name),
    )


def _person(study: Study, name: str, actor: Actor) -> Person:
    """An actor with the peak of all his operations together; "" where one is not known."""
    mine = [op for op, said in study.design.operations.items() if said.actor == name]
    terms = [study.estimate.ledger.term(f"{op}.peak_rate") for op in mine]
    known = [term for term in terms if term is not None]
    if not known or len(known) < len(terms):
        return Person(name, plain(actor.wants))
    from sysdesign.export.rates import total_rate

    return Person(name, plain(actor.wants), total_rate(study, known))


def form_of(part: Component) -> Form:
    """What a component is to whoever draws it."""
    if part.has_trait(Trait.CACHES) and not part.has_trait(Trait.FORWARDS):
        return Form.CACHE
    return next((form for trait, form in _FORMS if part.has_trait(trait)), Form.SERVICE)


def _part(study: Study, geography: Geography, name: str) -> Part:
    part = study.design.components[name]
    peak = study.figure(f"{name}.peak_rate")
    return Part(
        name,
        form_of(part),
        _technology(study, name),
        plain(part.does),
        plain(part.part_of),
        peak.shown if peak else "",
        tuple(_standing(study, geography, name, place) for place in geography.places_of(part)),
    )


def _technology(study: Study, name: str) -> str:
    """Kind and size: "sql database, 8 shards of 5"; "managed" where nobody counts."""
    part = study.design.components[name]
    kind = plain(part.kind).replace("_", " ")
    counted = [s for s in study.network.stations.values() if s.component == name and s.queues]
    each = sum(float(s.instances) for s in counted)
    shards = max((float(s.shards) for s in counted), default=1.0)
    if part.has_trait(Trait.OUTSIDE, Trait.ON_DEVICE):
        return kind
    if part.is_managed:
        return f"{kind}, managed"
    if not counted:
        return kind
    if shards > 1:
        return f"{kind}, {_count(shards)} shards of {_count(each)}"
    scaled = ", autoscaled" if part.scale else ""
    return f"{kind}, {_count(each)} instance{'' if each == 1 else 's'}{scaled}"


def _count(number: float) -> str:
    return f"{round(number):,}"


def _standing(study: Study, geography: Geography, name: str, place: str) -> Standing:
    part = study.design.components[name]
    instances = sum(
        float(s.instances) * float(s.shards)
        for s in study.network.stations.values()
        if s.component == name and s.queues and s.place in (place, "")
    )
    every = study.design.places[place].zones if place in study.design.places else ()
    zones = tuple(z for z in geography.zones_of(part, place) if len(every) > 1)
    some = tuple(map(plain, zones)) if len(zones) < len(every) else ()
    return Standing(place, some, round(instances))


def _region(design: Design, name: str) -> Region:
    place = design.places.get(name)
    return Region(name, tuple(plain(zone) for zone in place.zones) if place else ())


# -- data ----------------------------------------------------------------------------------------


def _entity(study: Study, name: str, entity: Stored) -> Entity:
    stored = study.figure(f"{name}.stored")
    return Entity(
        name,
        str(entity.store or ""),
        stored.shown if stored else "",
        tuple(_attribute(study, entity, f, kind) for f, kind in entity.fields.items()),
        tuple(map(str, entity.derived_from)),
    )


def _attribute(study: Study, entity: Stored, name: str, kind: FieldKind) -> Attribute:
    inner = kind.of or kind
    refers = inner.entity if inner.entity in study.design.data else ""
    return Attribute(
        plain(name), plain(kind.text), name in entity.key_, refers, many=kind.of is not None
    )
