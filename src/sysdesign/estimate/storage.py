"""Stored bytes: a day, after a year, at the horizon; of entities, components and the whole."""

import math
from typing import TYPE_CHECKING

from sysdesign.design import Component, Design, Entity, FieldKind, Trait
from sysdesign.estimate.ledger import Ledger, Made, maker
from sysdesign.estimate.load import regional
from sysdesign.figures import Term, constant, plus, product, quotient, total, written
from sysdesign.figures.term import named
from sysdesign.quantity import Quantity, exact, pointwise
from sysdesign.quantity.draws import numpy_module

if TYPE_CHECKING:
    from sysdesign.quantity.draws import Samples

# Bytes of a field by its type; assumptions for what has no fixed length.
FIELD_BYTES = {
    "id": 8.0,
    "int": 8.0,
    "float": 8.0,
    "bool": 1.0,
    "money": 16.0,
    "timestamp": 8.0,
    "enum": 2.0,
    "ref": 8.0,
}
STRING_BYTES = 50.0
LIST_ITEMS = 10.0
_MOMENTS = {"stored_a_day": "a day", "stored_1y": "after a year", "stored": "at the horizon",
            "stored_priced": "when it is priced"}  # fmt: skip


# -- one record ----------------------------------------------------------------------------------


@maker("entity", "size", "record")
def size(ledger: Ledger, name: str, _: str) -> Made | None:
    """Bytes of one record: as stated, else the sum of its fields, which is said."""
    entity = ledger.design.data[name]
    title = f"size of one {name}"
    if entity.size is not None:
        writer = next((ledger.design.operations.get(w) for w in entity.written_by), None)
        term = regional(ledger, entity.size, writer)
        source = "the design" if term is not None and not term.inputs else ""
        return Made(term, title, term.quantity.unit, entity.size.span, source) if term else None
    sizes = {field: _field_bytes(kind) for field, kind in entity.fields.items()}
    unknown = [field for field, value in sizes.items() if value is None]
    if not sizes or unknown:
        return None
    whole = math.fsum(v for v in sizes.values() if v is not None)
    text = " + ".join(f"{field} {value:g} B" for field, value in sizes.items())
    term = constant(whole, text, ledger.units.parse("B"))
    return Made(
        term,
        title,
        "B",
        entity.at("fields"),
        "sum of fields",
        defaults=(f"{name}.size = {whole:g} B: the sum of its fields ({text})",),
    )


def _field_bytes(kind: FieldKind) -> float | None:
    if kind.name in FIELD_BYTES:
        return FIELD_BYTES[kind.name]
    if kind.name == "string":
        return float(kind.size) if kind.size else STRING_BYTES
    if kind.name == "list":
        each = _field_bytes(kind.of) if kind.of else 8.0
        return None if each is None else LIST_ITEMS * each
    return None


# -- records -------------------------------------------------------------------------------------


@maker("entity", "records_a_day")
def records_a_day(ledger: Ledger, name: str, _: str) -> Made | None:
    """Records added a day, by the operations that write them."""
    entity = ledger.design.data[name]
    terms: list[Term] = []
    for operation, given in entity.written_by.items():
        rate = ledger.term(f"{operation}.rate")
        each = ledger.amount(given) if given else constant(1.0, "1")
        if rate is None or each is None:
            return None
        terms.append(product(rate, each))
    if not terms:
        return None
    term = product(total(terms), constant(1.0, "1")).within(ledger.units.parse("item/day"))
    return Made(term, f"{name} records added a day", "item/day", entity.at("written_by"))


@maker("entity", "count")
def count(ledger: Ledger, name: str, _: str) -> Made | None:
    """Records there from the start."""
    given = ledger.design.data[name].count
    term = ledger.amount(given)
    if given is None or term is None:
        return None
    return Made(
        term.within(ledger.units.parse("item")),
        f"{name} records from the start",
        "item",
        given.span,
        "" if term.inputs else "the design",
    )


@maker("entity", "records")
def records(ledger: Ledger, name: str, _: str) -> Made | None:
    """Records at the horizon."""
    term = _records(ledger, name, "stored")
    if term is None:
        return None
    return Made(term.within(ledger.units.parse("item")), f"{name} records at the horizon", "item",
                ledger.span_of(name))  # fmt: skip


def _records(ledger: Ledger, name: str, measure: str) -> Term | None:
    """Records added a day, or kept after a year or at the horizon."""
    entity = ledger.design.data[name]
    added = ledger.term(f"{name}.records_a_day")
    start = ledger.term(f"{name}.count")
    if entity.written_by and added is None:
        return None
    if measure == "stored_a_day":
        return (
            product(added, constant(86400.0, "1 day", ledger.units.parse("s"))) if added else None
        )
    parts: list[Term] = []
    if added is not None:
        days = kept_days(ledger, entity, measure)
        if days is None:
            return None
        parts.append(product(added, days).within(ledger.units.parse("item")))
    if start is not None:
        parts.append(start.within(ledger.units.parse("item")))
    return plus(*parts) if parts else None


def kept_days(ledger: Ledger, entity: Entity, measure: str) -> Term | None:
    """Days of today's writes that are kept at a moment: growth makes it more, `keep` makes it less.

    With growth g a year the writes at age t are g**t of today's; what is kept at T is the integral
    of g**t over the last `keep` years: (g**T - g**(T-keep)) / ln g, or min(T, keep) for g = 1.
    """
    day, year = 86400.0, ledger.units.year_s
    moments = {"stored_1y": one_year, "stored_priced": priced_at}
    span = moments.get(measure, horizon)(ledger)
    if span is None:
        return None
    keep = ledger.amount(entity.keep) if entity.keep else None
    if entity.keep and keep is None:
        return None
    growth = ledger.design.problem.growth
    factor = ledger.amount(growth.a_year) if growth and growth.a_year else None

    def days(values: list[float]) -> float:
        end, kept, grows = values
        begin = max(0.0, end - kept)
        if abs(grows - 1) < 1e-12:
            return (end - begin) / day
        log = math.log(grows)
        return float((grows ** (end / year) - grows ** (begin / year)) / log * year / day)

    def all_days(values: "list[Samples]") -> "Samples":
        np = numpy_module()
        end, kept, grows = values
        begin = np.maximum(0.0, end - kept)
        flat = abs(grows - 1) < 1e-12
        log = np.where(flat, 1.0, np.log(grows))
        grown = (grows ** (end / year) - grows ** (begin / year)) / log * year / day
        return np.where(flat, (end - begin) / day, grown)  # type: ignore[no-any-return]

    forever = exact(span.value.high * 2)
    operands = [span.value, keep.value if keep else forever, factor.value if factor else exact(1.0)]
    if factor is not None and factor.value.low <= 0:
        return None
    value = pointwise(days, *operands, of_draws=all_days)
    text = _kept_text(span, keep)
    shown = f"{value.median:,.0f} days"
    if factor is not None and factor.value.median != 1:
        text = f"({text}, growing {factor.shown} a year)"
        shown += " of today's writes"
    inputs = tuple(dict.fromkeys([*span.inputs, *(keep.inputs if keep else ()),
                                  *(factor.inputs if factor else ())]))  # fmt: skip
    unit = ledger.units.parse("day")
    seconds = Quantity(value * day, unit.dimension, unit)
    return written(seconds, text, shown, inputs)


def _kept_text(span: Term, keep: Term | None) -> str:
    """Which of the two ends first: the time looked at, or the time that records are kept."""
    whole = span.formula if span.formula == span.shown else f"{span.formula} {span.shown}"
    if keep is None or keep.value.low >= span.value.high:
        return whole
    kept = f"keep {named(keep, 'keep').shown}"
    return kept if keep.value.high <= span.value.low else f"min({whole}, {kept})"


def one_year(ledger: Ledger) -> Term:
    """A year of the conventions."""
    return constant(ledger.units.year_s, "1 year", ledger.units.parse("year"))


def priced_at(ledger: Ledger) -> Term | None:
    """The age at which stored bytes are priced; a year where the file does not say."""
    given = ledger.design.conventions.cost_at
    term = ledger.amount(given) if given else one_year(ledger)
    return named(term, "cost_at") if term and given else term


def horizon(ledger: Ledger) -> Term | None:
    """How far ahead the design is sized; 5 years where it does not say."""
    given = ledger.design.problem.horizon
    if given is None:
        return written(Quantity(exact(5 * ledger.units.year_s), ledger.units.parse("s").dimension),
                    "horizon", "5 year")  # fmt: skip
    term = ledger.amount(given)
    return named(term, "horizon") if term else None


# -- bytes of an entity --------------------------------------------------------------------------


@maker("entity", "stored", "stored_1y", "stored_priced", "stored_a_day")
def entity_stored(ledger: Ledger, name: str, measure: str) -> Made | None:
    """Bytes of an entity, without copies and overhead."""
    entity = ledger.design.data[name]
    kept, each = _records(ledger, name, measure), ledger.term(f"{name}.size")
    if kept is None or each is None:
        return None
    # The integral over growth reads best as a number of records.
    if measure == "stored":
        kept = ledger.term(f"{name}.records") or kept
    term = product(kept, each).within(ledger.units.parse("B"))
    defaults: list[str] = []
    if measure != "stored_a_day":
        if entity.keep is None and entity.written_by:
            defaults.append(f"{name}.keep: kept for ever, not stated")
        if measure == "stored" and ledger.design.problem.horizon is None:
            defaults.append("problem.horizon = 5 year: not stated")
    notes = (
        ("deletions are not taken off",) if entity.deleted_by and measure != "stored_a_day" else ()
    )
    return Made(
        term,
        f"{name} stored {_MOMENTS[measure]}, without copies",
        None,
        entity.at("size"),
        defaults=tuple(defaults),
        notes=notes,
    )


# -- bytes of a component ------------------------------------------------------------------------


def copies_of(ledger: Ledger, part: Component, name: str) -> tuple[Term, tuple[str, ...]] | None:
    """Stored bytes over logical bytes by copies; one where the file does not say."""
    copies = part.copies
    if copies is None or (copies.count is None and copies.mode != "erasure"):
        said = "" if part.is_managed else f"{name}.copies = 1: not stated"
        return constant(1.0, "1"), (said,) if said else ()
    if copies.mode == "erasure" and copies.data and copies.parity:
        data, parity = ledger.amount(copies.data), ledger.amount(copies.parity)
        if data is None or parity is None:
            return None
        return quotient(plus(data, parity), data), ()
    if copies.count is None:
        return constant(1.0, "1"), ()
    given, places = copies.count.by_place, ledger.design.places
    lost = [place for place in given if not places[place].zones]
    each = ledger.all_amounts([g for p, g in given.items() if p not in lost] or [copies.count])
    if each is None:
        return None
    term = plus(*each)
    if copies.across == "none":
        # Regions hold contents of their own: each byte lies in one of them.
        number = len(each) if given else max(1, len(regions_of(ledger.design, part)))
        term = quotient(term, constant(float(number), str(number))) if number > 1 else term
    words = f"{name}.copies in {', '.join(lost)} fall away: no zones there"
    return named(term, f"{name}.copies"), (words,) if lost else ()


def regions_of(design: Design, part: Component) -> list[str]:
    """Places with zones that a component is in; every one where it does not say."""
    zoned = {place: said.zones for place, said in design.places.items() if said.zones}
    if not part.in_:
        return list(zoned)
    return [p for p, zones in zoned.items() if p in part.in_ or set(part.in_) & set(zones)]


def _index_bytes(ledger: Ledger, entity: str) -> float:
    """Bytes of the indexes of one record: the fields of each pattern and the key they lead to."""
    said = ledger.design.data[entity]
    key = math.fsum(_named_bytes(said, field) for field in said.key_)
    indexes = {
        tuple(p.index) for p in said.patterns.values() if p.index and tuple(p.index) != said.key_
    }
    return math.fsum(math.fsum(_named_bytes(said, f) for f in index) + key for index in indexes)


def _named_bytes(entity: Entity, field: str) -> float:
    kind = entity.fields.get(field)
    return (_field_bytes(kind) if kind else None) or FIELD_BYTES["id"]


@maker("component", "stored", "stored_1y", "stored_priced", "stored_a_day")
def component_stored(ledger: Ledger, name: str, measure: str) -> Made | None:
    """Bytes a component holds, with overhead or indexes, and copies."""
    part = ledger.design.components[name]
    if not part.has_trait(Trait.STORES_DATA):
        return None
    terms: list[Term] = []
    defaults: list[str] = []
    for entity in held_entities(ledger, name):
        term = _held(ledger, part, name, entity, measure, defaults)
        if term is None and _is_expected(ledger.design.data[entity], measure):
            return None
        if term is not None:
            terms.append(term)
    terms.extend(_backups(ledger, name, measure))
    if not terms:
        return None
    copies = copies_of(ledger, part, name)
    if copies is None:
        return None
    term = product(total(terms), copies[0]).within(ledger.units.parse("B"))
    return Made(term, f"{name} stores {_MOMENTS[measure]}, with copies and overhead", None,
                ledger.span_of(name), defaults=(*dict.fromkeys(defaults), *copies[1]))  # fmt: skip


def _is_expected(entity: Entity, measure: str) -> bool:
    return measure != "stored_a_day" or bool(entity.written_by)


def held_entities(ledger: Ledger, component: str) -> list[str]:
    """Entities of which a component keeps all: as store of record, or as a lasting copy."""
    part = ledger.design.components[component]
    lasting = not part.has_trait(Trait.CACHES, Trait.VOLATILE)
    return [
        name for name, entity in ledger.design.data.items()
        if entity.store == component or (lasting and component in entity.copied_to)
    ]  # fmt: skip


def _held(
    ledger: Ledger, part: Component, name: str, entity: str, measure: str, defaults: list[str]
) -> Term | None:
    logical = ledger.term(f"{entity}.{measure}")
    if logical is None:
        return None
    if part.overhead:
        overhead = ledger.amount(part.overhead)
        if overhead is None:
            return None
        return product(logical, named(overhead, f"{name}.overhead"))
    extra = _index_bytes(ledger, entity)
    each = ledger.term(f"{entity}.size")
    default = part.defaults.get("overhead")
    if default is not None and not extra:
        factor = ledger.amount(default.value)
        if factor is not None and factor.value.median != 1:
            defaults.append(f"{name}.overhead = {default.text} ({default.source})")
            return product(logical, named(factor, f"{name}.overhead"))
    if not extra or each is None or each.value.median <= 0:
        return logical
    index = constant(extra, f"{extra:g} B of indexes", ledger.units.parse("B"))
    defaults.append(f"{entity}: indexes of {extra:g} B a record, by the types of their fields")
    return product(logical, quotient(plus(each, index), each))


def _backups(ledger: Ledger, name: str, measure: str) -> list[Term]:
    """Backups that lie here: one full copy, and the changes of the time they are kept."""
    terms: list[Term] = []
    for source in ledger.backups_to.get(name, ()):
        part = ledger.design.components[source]
        copies = copies_of(ledger, part, source)
        stored = ledger.term(f"{source}.{measure}")
        daily = ledger.term(f"{source}.stored_a_day")
        if stored is None or copies is None:
            continue
        one = quotient(stored, copies[0]) if copies[0].formula != "1" else stored
        keep = ledger.amount(part.backup.keep) if part.backup else None
        if keep is not None and daily is not None and measure != "stored_a_day":
            day = constant(86400.0, "1 day", ledger.units.parse("s"))
            changes = product(quotient(daily, copies[0]), quotient(keep, day))
            one = plus(one.within(ledger.units.parse("B")), changes.within(ledger.units.parse("B")))
        terms.append(one.within(ledger.units.parse("B")))
    return terms


# -- the whole -----------------------------------------------------------------------------------


def lasting_stores(ledger: Ledger) -> list[str]:
    """Components whose bytes are on disk."""
    return [
        n
        for n, c in ledger.design.components.items()
        if c.has_trait(Trait.STORES_DATA) and not c.has_trait(Trait.VOLATILE, Trait.CACHES)
    ]


@maker("system", "stored", "stored_1y", "stored_a_day")
def whole_stored(ledger: Ledger, _: str, measure: str) -> Made | None:
    """Bytes on disk in all stores; without stores, of all entities."""
    design = ledger.design
    unknown = [e for e in design.data if _is_expected(design.data[e], measure)
               and ledger.figure(f"{e}.{measure}") is None]  # fmt: skip
    stores = lasting_stores(ledger)
    terms = [t for n in stores if (t := ledger.term(f"{n}.{measure}"))]
    loose = [e for e, entity in design.data.items() if entity.store is None]
    terms.extend(t for e in loose if (t := ledger.term(f"{e}.{measure}")))
    if not terms or (unknown and len(unknown) == len(design.data)):
        return None
    notes = (f"not counted, since not known: {', '.join(unknown)}",) if unknown else ()
    return Made(
        total(terms), f"stored {_MOMENTS[measure]}, with copies and indexes", None, notes=notes
    )


@maker("system", "media", "media_share")
def media(ledger: Ledger, _: str, measure: str) -> Made | None:
    """The part of the stored bytes that is photos, videos and files, with copies."""
    if measure == "media_share":
        part, all_of_it = ledger.term("system.media"), ledger.term("system.stored")
        if part is None or all_of_it is None:
            return None
        share = quotient(part, all_of_it).within(ledger.units.parse("%"))
        return Made(share, "share of the stored bytes that is media", "%")
    terms: list[Term] = []
    for name in lasting_stores(ledger):
        component = ledger.design.components[name]
        copies = copies_of(ledger, component, name)
        for entity in held_entities(ledger, name):
            held = _held(ledger, component, name, entity, "stored", [])
            if ledger.design.data[entity].media and held is not None and copies is not None:
                terms.append(product(held, copies[0]))
    for name, entity_ in ledger.design.data.items():
        if entity_.store is None and entity_.media and (t := ledger.term(f"{name}.stored")):
            terms.append(t)
    return Made(total(terms), "media stored at the horizon, with copies", None) if terms else None
