"""Memory a cache needs for its hit ratio, and the hit ratio that its memory makes."""

from math import inf
from typing import NamedTuple

from sysdesign.design import Component, Entity, Trait
from sysdesign.design.places import places_of
from sysdesign.estimate.ledger import Ledger, Made, maker
from sysdesign.estimate.load import hit_of, sources_of, times
from sysdesign.figures import Term, constant, product, total, written
from sysdesign.figures.term import named, shown
from sysdesign.formulas.caches import cache_hit
from sysdesign.formulas.popularity import Popularity, lru_keys, top, uniform, zipf


@maker("component", "memory_needed")
def memory_needed(ledger: Ledger, name: str, _: str) -> Made | None:
    """Bytes a cache must hold, all together, for its hit ratio (Che's approximation of LRU)."""
    part = ledger.design.components[name]
    hit = hit_of(ledger, name) if part.hit or "hit" in part.defaults else None
    entities = cached_entities(ledger, name)
    if hit is None or not entities or (part.hit is None and part.memory is not None):
        return None
    terms: list[Term] = []
    defaults = [hit[1]] if hit[1] else []
    for entity in entities:
        term = _entity_memory(ledger, entity, hit[0], defaults)
        if term is None:
            return None
        terms.append(term)
    return Made(
        total(terms),
        f"memory {name} needs for a hit ratio of {hit[0].shown}",
        None,
        part.at("hit"),
        defaults=tuple(defaults),
        notes=("one copy; least recently used goes first (Che, 2002)",),
    )


def cached_entities(ledger: Ledger, name: str) -> list[str]:
    """Entities read from a cache, in the order of the file."""
    asked = {str(v.step.words.of) for v in ledger.visits_to.get(name, ())
             if v.step.words.of and v.do.split("_")[0] == "read"}  # fmt: skip
    return [e for e, entity in ledger.design.data.items() if e in asked and entity.store != name]


def _entity_memory(ledger: Ledger, name: str, hit: Term, defaults: list[str]) -> Term | None:
    entity = ledger.design.data[name]
    size = ledger.term(f"{name}.size")
    keys = _keys_in_use(ledger, name, entity)
    if size is None or keys is None or keys.value.median < 1:
        return None
    popularity = popularity_of(ledger, entity, keys.value.median)
    if popularity is None:
        defaults.append(f"{name}.popularity: all records alike, not stated")
        popularity = uniform(keys.value.median)
    share = lru_keys(popularity, min(max(hit.value.median, 0.0), 1.0)) / popularity.count
    text = f"{100 * share:.3g}% of the keys ({_words(entity)}, hit {hit.shown})"
    return product(constant(share, text), keys, size).within(ledger.units.parse("B"))


def _words(entity: Entity) -> str:
    """How unevenly the keys are asked for, as the file says it."""
    said = entity.popularity
    if said and said.zipf:
        return f"zipf {said.zipf.text}"
    if said and said.top and said.gets:
        return f"{said.top.text} get {said.gets.text}"
    return f"hottest {said.hottest.text}" if said and said.hottest else "all alike"


def _keys_in_use(ledger: Ledger, name: str, entity: Entity) -> Term | None:
    if entity.popularity and entity.popularity.among:
        among = ledger.amount(entity.popularity.among)
        return named(among, f"{name}.popularity.among") if among and not among.inputs else among
    return ledger.term(f"{name}.records")


def popularity_of(ledger: Ledger, entity: Entity, keys: float) -> Popularity | None:
    """How unevenly the keys of an entity are asked for; None where the file does not say."""
    said = entity.popularity
    if said is None or keys < 1:
        return None
    exponent, share, gets = (ledger.amount(g) for g in (said.zipf, said.top, said.gets))
    if exponent is not None:
        return zipf(keys, exponent.value.median)
    if share is not None and gets is not None and 0 < share.value.median < 1:
        return top(keys, share.value.median, gets.value.median)
    hottest = ledger.amount(said.hottest)
    if hottest is not None and keys > 1:
        return top(keys, 1 / keys, hottest.value.median)
    return None


@maker("system", "cache_memory")
def whole_memory(ledger: Ledger, _: str, __: str) -> Made | None:
    """Memory of all caches for their hit ratios."""
    caches = [n for n, c in ledger.design.components.items() if c.has_trait(Trait.CACHES)]
    terms = {n: t for n in caches if (t := ledger.term(f"{n}.memory_needed"))}
    if not terms:
        return None
    unknown = [n for n in caches if n not in terms and cached_entities(ledger, n)]
    notes = (f"not counted, since not known: {', '.join(unknown)}",) if unknown else ()
    return Made(total(list(terms.values())), "memory of the caches for their hit ratios", None,
                notes=tuple(notes))  # fmt: skip


@maker("component", "hit")
def hit(ledger: Ledger, name: str, _: str) -> Made | None:
    """Hit ratio of a cache: stated, or what its memory makes of the popularity of its entity.

    An instance holds what its shard gets; instances without shards hold the same keys each.
    """
    part = ledger.design.components[name]
    if part.hit is not None:
        return ledger.stated(f"{name}.hit")
    entities, memory = cached_entities(ledger, name), ledger.amount(part.memory)
    if memory is None or len(entities) != 1 or not _keys_are_given(ledger, entities[0]):
        return None
    entity = ledger.design.data[entities[0]]
    keys, size = _keys_in_use(ledger, entities[0], entity), ledger.term(f"{entities[0]}.size")
    popularity = popularity_of(ledger, entity, keys.value.median) if keys else None
    if size is None or popularity is None or size.value.median <= 0:
        return None
    shards = ledger.amount(part.shards.count) if part.shards else None
    default = part.defaults.get("overhead")
    overhead = ledger.amount(part.overhead or (default.value if default else None))
    each = size.value.median * (overhead.value.median if overhead else 1.0)
    held = memory.value.median * (shards.value.median if shards else 1.0) / each
    lifetime = _lifetime(ledger, name, part)
    share = cache_hit(str(part.evict or "lru"), popularity, held, lifetime.value)
    room = f"room for {held / popularity.count:.3g}x the keys in use ({_words(entity)})"
    text = room + lifetime.words
    unit = ledger.units.parse("%")
    term = written(constant(share, text, unit).quantity, text, text, size.inputs)
    notes = ["by Che's approximation (2002), at the medians", *lifetime.notes]
    return Made(term, f"hit ratio of {name}, by its memory", "%", part.at("memory"),
                notes=tuple(notes))  # fmt: skip


class _Lifetime(NamedTuple):
    """How long entries live, in calls of all keys for one set of contents; infinite if for ever."""

    value: float = inf
    words: str = ""
    notes: tuple[str, ...] = ()


def _lifetime(ledger: Ledger, name: str, part: Component) -> _Lifetime:
    ttl = ledger.amount(part.ttl)
    if ttl is None:
        return _Lifetime()
    rate = None if _asks_itself(ledger, name) else _reads(ledger, name)
    sets = _sets(ledger, name, part)
    if rate is None or sets is None:
        said = f"the ttl of {name} is not counted: it can only lower the hit ratio"
        return _Lifetime(notes=(said,))
    calls = rate / sets * ttl.value.median
    each = "" if sets <= 1 else f" of each of {sets:.3g} sets of contents"
    note = f"a key is forgotten {ttl.shown} after it was put in, counted at peak"
    reads = shown(constant(calls, "").quantity)
    return _Lifetime(calls, f", {reads} reads{each} in a ttl of {ttl.shown}", (note,))


def _reads(ledger: Ledger, name: str) -> float | None:
    """Items read from a cache a second at the peak that is stated; None where that is not known.

    More load would be answered better; that is left out, as for all that is worked out once.
    """
    found = 0.0
    for visit in ledger.visits_to.get(name, ()):
        if visit.do.split("_")[0] != "read":
            continue
        rate, count = ledger.term(f"{visit.operation}.peak_rate"), times(ledger, visit)
        if rate is None or count is None:
            return None
        found += rate.value.median * count.value.median
    return found / (ledger.load * ledger.grown)


def _sets(ledger: Ledger, name: str, part: Component) -> float | None:
    """How many hold contents of their own: instances that calls are spread over, or places."""
    if part.is_managed or (part.shards and not part.copies):
        return 1.0
    if not part.copies:
        instances = ledger.term(f"{name}.instances")
        return max(instances.value.median, 1.0) if instances else None
    if part.copies.across != "none" and (part.copies.reads or "leader") in ("leader", "quorum"):
        return 1.0  # calls of all places go to the same
    return float(max(len(places_of(ledger.design, part)), 1))


def _asks_itself(ledger: Ledger, name: str) -> bool:
    """Whether the calls of a cache hang on its own hit ratio: by misses, or by what they send."""
    seen: set[str] = set()
    caches = [name]
    while caches:
        for one in _caches_before(ledger, caches.pop()):
            if one == name:
                return True
            if one not in seen:
                seen.add(one)
                caches.append(one)
    return False


def _caches_before(ledger: Ledger, name: str) -> set[str]:
    """Caches by whose misses calls come to a component, directly or by messages."""
    visits = list(ledger.visits_to.get(name, ()))
    found, operations = set[str](), set[str]()
    while visits:
        visit = visits.pop()
        found.update(f.component for f in visit.factors if f.sort == "miss")
        if visit.operation not in operations:
            operations.add(visit.operation)
            sources = sources_of(ledger, visit.operation, of_join=True)
            visits.extend(one for some in sources.values() for one in some)
    return found


def _keys_are_given(ledger: Ledger, name: str) -> bool:
    """Whether the keys in use do not hang on rates, which may hang on this hit ratio again."""
    entity = ledger.design.data[name]
    among = bool(entity.popularity and entity.popularity.among)
    return among or not any(ledger.design.operations[w].trigger for w in entity.written_by)
