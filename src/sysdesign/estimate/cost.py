"""What it costs: by component and its parts, by operation, by call; never a live price.

A price is the one of the file, else the cited one of the kind, else that of cores and memory. Bytes
kept are priced at the age `cost_at`, traffic and calls at the average load.
"""

from collections.abc import Callable, Mapping

from sysdesign import rates
from sysdesign.design import Component, LinkWords, PlaceLink, Trait, Visit
from sysdesign.design.component import Price as Prices
from sysdesign.estimate.instances import demands
from sysdesign.estimate.ledger import PER_CALL, Ledger, Made, maker
from sysdesign.estimate.load import calls, times
from sysdesign.estimate.prices import own_instance, priced
from sysdesign.estimate.storage import copies_of, held_entities
from sysdesign.figures import Term, constant, plus, product, quotient, total
from sysdesign.figures.term import named
from sysdesign.quantity import show

Weights = Mapping[str, Term]
"""What each operation brings of something: bytes or calls a second, busy cores."""
Part = Callable[[Ledger, str, Component, Prices | None], Made | None]


def money(ledger: Ledger) -> str:
    """The unit of what something costs."""
    return f"{ledger.units.currency}/month"


# -- parts of the cost of a component ------------------------------------------------------------


def _instances(ledger: Ledger, name: str, part: Component, prices: Prices | None) -> Made | None:
    count = ledger.term(f"{name}.instances")
    own = part.has_trait(Trait.HAS_INSTANCES) and not part.is_managed
    if prices is not None and prices.instance is not None:
        term = priced(ledger, prices.instance, count) if count else None
        return _made(ledger, term, f"instances of {name}")
    if not own or part.price is not None:
        return _made(ledger, None, "", free=True)
    each = own_instance(ledger, name, part)
    if each is None or count is None:
        return None
    return _made(ledger, product(count, each[0]), f"instances of {name}", defaults=each[1])


def _stored(ledger: Ledger, name: str, part: Component, prices: Prices | None) -> Made | None:
    if prices is None or prices.stored is None:
        return _made(ledger, None, "", free=True)
    kept = ledger.term(f"{name}.stored_priced")
    if kept is None:
        return _made(ledger, None, "", free=not held_entities(ledger, name))
    if part.is_managed:  # providers count logical bytes
        copies = copies_of(ledger, part, name)
        kept = quotient(kept, copies[0]) if copies and copies[0].formula != "1" else kept
    return _made(ledger, priced(ledger, prices.stored, kept), f"bytes that {name} keeps")


def _calls(ledger: Ledger, name: str, part: Component, prices: Prices | None) -> Made | None:
    if prices is None or not prices.call:
        return _made(ledger, None, "", free=True)
    terms = []
    for do, price in prices.call.items():
        asked = calls_of(ledger, name, prices, do)
        if asked is None:
            return None
        if asked:
            terms.append(priced(ledger, price, total(list(asked.values()))))
    if not all(terms):
        return None
    return _made(ledger, total([t for t in terms if t]) if terms else None,
                 f"calls of {name}", free=not terms)  # fmt: skip


def _in(ledger: Ledger, name: str, part: Component, prices: Prices | None) -> Made | None:
    if prices is None or prices.in_ is None:
        return _made(ledger, None, "", free=True)
    brought = bytes_in(ledger, name)
    if not brought:
        return _made(ledger, None, "", free=brought is not None)
    return _made(ledger, priced(ledger, prices.in_, total(list(brought.values()))),
                 f"bytes into {name}")  # fmt: skip


def _out(ledger: Ledger, name: str, part: Component, prices: Prices | None) -> Made | None:
    if prices is None or prices.out is None:
        return _made(ledger, None, "", free=True)
    sent = bytes_out(ledger, name)
    if not sent:
        return _made(ledger, None, "", free=sent is not None)
    return _made(ledger, priced(ledger, prices.out, total(list(sent.values()))),
                 f"bytes from {name} to actors")  # fmt: skip


PARTS: Mapping[str, Part] = {
    "instances": _instances, "stored": _stored, "calls": _calls, "in": _in, "out": _out,
}  # fmt: skip
"""What a component is paid for."""


def _made(
    ledger: Ledger, term: Term | None, title: str, *, free: bool = False,
    defaults: tuple[str, ...] = (),
) -> Made | None:  # fmt: skip
    unit = ledger.units.parse(money(ledger))
    if term is None:
        return Made(constant(0.0, f"0 {unit.text}", unit), "not priced", unit) if free else None
    return Made(term.within(unit), title, unit, defaults=defaults)


def prices_of(part: Component) -> tuple[Prices | None, str]:
    """Prices of a component and, where they are those of its kind, what to say of them."""
    if part.price is not None:
        return part.price, ""
    default = part.defaults.get("price")
    return (default.value, f"{default.text} ({default.source})") if default else (None, "")


@maker("component", "cost")
def component_cost(ledger: Ledger, name: str, measure: str) -> Made | None:
    """What a component costs, or a part of it: cost.instances, .stored, .calls, .in, .out."""
    part = ledger.design.components[name]
    prices, said = prices_of(part)
    defaults = (f"{name}.price = {said}",) if said else ()
    _, _, which = measure.partition(".")
    if which:
        make = PARTS.get(which)
        made = make(ledger, name, part, prices) if make else None
        if made is None:
            return None
        return Made(made.term, f"{made.title} a month", made.unit, ledger.span_of(name),
                    defaults=(*made.defaults, *defaults))  # fmt: skip
    figures = {one: ledger.figure(f"{name}.cost.{one}") for one in PARTS}
    if any(figure is None for figure in figures.values()):
        return None
    terms = [t for one, f in figures.items()
             if f and f.median and (t := ledger.term(f"{name}.cost.{one}"))]  # fmt: skip
    unit = ledger.units.parse(money(ledger))
    if not terms:
        free = f"{name} costs nothing: no price is stated, and none is cited"
        return Made(constant(0.0, f"0 {unit.text}", unit), f"cost of {name}", unit,
                    ledger.span_of(name), "no price", defaults=(free,))  # fmt: skip
    return Made(total(terms).within(unit), f"cost of {name} a month", unit, ledger.span_of(name))


# -- what operations bring -----------------------------------------------------------------------


def _visited(ledger: Ledger, visit: Visit) -> Term | None:
    """Calls a second that a visit makes; a batch is one."""
    rate, count = ledger.term(f"{visit.operation}.rate"), calls(ledger, visit)
    return product(rate, count) if rate is not None and count is not None else None


def _by_operation(
    ledger: Ledger, visits: list[tuple[Visit, Term | None]], unit: str
) -> Weights | None:
    """Sums by operation in a unit; None where one is not known."""
    found: dict[str, list[Term]] = {}
    for visit, term in visits:
        if term is None:
            return None
        found.setdefault(visit.operation, []).append(term.within(ledger.units.parse(unit)))
    return {operation: total(terms) for operation, terms in found.items()}


def calls_of(ledger: Ledger, name: str, prices: Prices, key: str) -> Weights | None:
    """Calls a second of each operation that are priced under a key: by `do`, or all others."""
    visits = [v for v in ledger.visits_to.get(name, ()) if _key_of(prices, v.do) == key]
    return _by_operation(ledger, [(v, _visited(ledger, v)) for v in visits], "req/s")


def _key_of(prices: Prices, do: str) -> str | None:
    return next((key for key in (do, do.partition("_")[0], "") if key in prices.call), None)


def _outermost(ledger: Ledger, name: str) -> list[Visit]:
    """One visit for each operation by which actors reach a component first."""
    found: dict[str, Visit] = {}
    for visit in ledger.visits_to.get(name, ()):
        if not visit.caller and visit.operation in ledger.called_by_actors:
            found.setdefault(visit.operation, visit)
    return list(found.values())


def bytes_out(ledger: Ledger, name: str) -> Weights | None:
    """Bytes a second to actors: answers of what they call first, and pushes."""
    parts = []
    for visit in _outermost(ledger, name):
        rate, share = ledger.term(f"{visit.operation}.rate"), times(ledger, visit)
        each = ledger.term(f"{visit.operation}.response")
        known = rate is not None and share is not None and each is not None
        parts.append((visit, product(rate, share, each) if known else None))  # type: ignore[arg-type]
    for visits in ledger.visits.values():
        for visit in visits:
            if visit.to_actor and visit.caller == name:
                each, calls = _sent(ledger, visit), _visited(ledger, visit)
                parts.append((visit, product(calls, each) if calls and each else None))
    return _by_operation(ledger, parts, "B/s")


def bytes_in(ledger: Ledger, name: str) -> Weights | None:
    """Bytes a second that come in: requests of actors, else what callers send or write."""
    outer = _outermost(ledger, name)
    parts = []
    for visit in outer:
        rate, share = ledger.term(f"{visit.operation}.rate"), times(ledger, visit)
        each = ledger.term(f"{visit.operation}.request")
        known = rate is not None and share is not None and each is not None
        parts.append((visit, product(rate, share, each) if known else None))  # type: ignore[arg-type]
    for visit in ledger.visits_to.get(name, ()):
        if visit.caller and visit.do.partition("_")[0] != "read":
            each, calls = _sent(ledger, visit), _visited(ledger, visit)
            parts.append((visit, product(calls, each) if calls and each else None))
    return _by_operation(ledger, parts, "B/s")


def _sent(ledger: Ledger, visit: Visit) -> Term | None:
    """Bytes that a call sends: as stated, else of the record, else none."""
    words = visit.step.words
    if words.request is not None:
        return ledger.amount(words.request)
    held = held_entities(ledger, visit.target) if visit.target in ledger.design.components else []
    entity = str(words.of or (held[0] if len(held) == 1 else ""))
    nothing = constant(0.0, "0 B", ledger.units.parse("B"))
    return ledger.term(f"{entity}.size") if entity else nothing


def _records(ledger: Ledger, name: str) -> Weights | None:
    """Bytes a second that each operation adds to what a component keeps."""
    found: dict[str, list[Term]] = {}
    for entity in held_entities(ledger, name):
        size = ledger.term(f"{entity}.size")
        for operation, given in ledger.design.data[entity].written_by.items():
            rate, each = ledger.term(f"{operation}.rate"), ledger.amount(given) if given else None
            if size is None or rate is None or (given and each is None):
                return None
            bytes_ = product(rate, each, size) if each else product(rate, size)
            found.setdefault(operation, []).append(bytes_.within(ledger.units.parse("B/s")))
    return {operation: total(terms) for operation, terms in found.items()}


def weights(ledger: Ledger, name: str, which: str) -> Weights:
    """What each operation brings of a part of the cost; empty where none can be named."""
    prices, _ = prices_of(ledger.design.components[name])
    match which:
        case "instances":
            return demands(ledger, name)
        case "stored":
            return _records(ledger, name) or {}
        case "in":
            return bytes_in(ledger, name) or {}
        case "out":
            return bytes_out(ledger, name) or {}
    found: dict[str, Term] = {}
    if prices is None:
        return found
    for key in prices.call:
        for operation, term in (calls_of(ledger, name, prices, key) or {}).items():
            found[operation] = plus(found[operation], term) if operation in found else term
    return found


# -- operations and the whole --------------------------------------------------------------------


@maker("operation", "cost")
def operation_cost(ledger: Ledger, name: str, _: str) -> Made | None:
    """What an operation causes: of each part of each component its share of what it is paid for.

    Instances are shared by busy time, stored bytes by records written, the rest by calls and bytes.
    """
    terms: list[Term] = []
    for part in ledger.design.components:
        for which in PARTS:
            figure = ledger.figure(f"{part}.cost.{which}")
            if figure is None:
                return None
            brought = weights(ledger, part, which) if figure.median else {}
            if name not in brought:
                continue
            term = ledger.term(f"{part}.cost.{which}")
            if len(brought) == 1 and term is not None:
                terms.append(term)
                continue
            whole = total(list(brought.values()))
            if term is not None and whole.value.median > 0:
                share = named(quotient(brought[name], whole), f"share of {name}")
                terms.append(product(term, share.within(ledger.units.parse("%"))))
    moved = ledger.figure(f"{name}.place_cost")
    if moved is not None and moved.median and (term := ledger.term(f"{name}.place_cost")):
        terms.append(term)
    unit = ledger.units.parse(money(ledger))
    term = total(terms) if terms else constant(0.0, f"0 {unit.text}", unit)
    return Made(term.within(unit), f"cost that {name} causes a month", unit, ledger.span_of(name),
                notes=("what no call or record brings is left to the whole",))  # fmt: skip


@maker("system", "cost")
def whole_cost(ledger: Ledger, _: str, __: str) -> Made | None:
    """What the whole design costs; not known where it has no parts yet."""
    if not ledger.design.components:
        return None
    moved = ("system.link_cost", "system.place_cost")
    names = [*(f"{part}.cost" for part in ledger.design.components), *moved]
    figures = {name: ledger.figure(name) for name in names}
    if any(figure is None for name, figure in figures.items() if name not in moved):
        return None
    terms = [t for n, f in figures.items() if f and f.median and (t := ledger.term(n))]
    unit = ledger.units.parse(money(ledger))
    whole = total(terms) if terms else constant(0.0, f"0 {unit.text}", unit)
    return Made(whole.within(unit), "cost of the whole a month", unit,
                notes=("prices are those of the file or cited ones, never live",))  # fmt: skip


@maker("system", "link_cost")
def link_cost(ledger: Ledger, _: str, __: str) -> Made | None:
    """Bytes carried over links that have a price."""
    links = [n for n in ledger.design.links.values() if isinstance(n, LinkWords) and n.price]
    terms: list[Term] = []
    for visits in ledger.visits.values():
        for visit in visits:
            link = next((n for n in links if (n.a, n.b) == (visit.caller, visit.target)), None)
            calls = _visited(ledger, visit) if link else None
            each = _carried(ledger, visit) if link else None
            price = ledger.amount(link.price) if link else None
            if calls is not None and each is not None and price is not None:
                terms.append(product(calls, each, price))
    unit = ledger.units.parse(money(ledger))
    if not terms:
        return None
    return Made(total(terms).within(unit), "bytes over links a month", unit)


@maker("operation", "place_cost")
def place_cost(ledger: Ledger, name: str, _: str) -> Made | None:
    """Bytes of an operation between zones and regions, at the price of the way, else as cited."""
    sizes = ledger.between().get(name) if ledger.between else None
    rate = ledger.term(f"{name}.rate")
    if not sizes or rate is None:
        return None
    terms, defaults = [], []
    for pair, size in sizes.items():
        price, said = _between(ledger, pair)
        if price is None:
            return None
        text = f"{show(size, ledger.units.parse('B/req').dimension, digits=3)} {' <-> '.join(pair)}"
        each = constant(size, text, ledger.units.parse("B/req"))
        terms.append(product(rate, each, price))
        defaults += [said] if said else []
    unit = ledger.units.parse(money(ledger))
    return Made(total(terms).within(unit), f"bytes of {name} between places a month", unit,
                ledger.span_of(name), defaults=tuple(defaults),
                notes=("at the medians; of services what the file states",))  # fmt: skip


def _between(ledger: Ledger, pair: tuple[str, str]) -> tuple[Term | None, str]:
    """The price of a byte between two places, and what to say of it where it is a cited one."""
    for link in ledger.design.links.values():
        if isinstance(link, PlaceLink) and {link.a, link.b} == set(pair) and link.price:
            return ledger.amount(link.price), ""
    rate = rates.get(INTER_ZONE if pair[0] == pair[1] else INTER_REGION)
    if rate is None or ledger.units.currency != "USD":
        return None, ""
    unit = ledger.units.parse(rate.unit)
    term = constant(rate.value * unit.factor, f"{rate.value:g} {rate.unit}", unit)
    return term, f"{' <-> '.join(pair)}.price = {rate.value:g} {rate.unit} ({rate.id}, {rate.year})"


@maker("system", "place_cost")
def places_cost(ledger: Ledger, _: str, __: str) -> Made | None:
    """Bytes between zones and regions, of all operations."""
    terms = [t for name in ledger.design.operations
             if (t := ledger.term(f"{name}.place_cost"))]  # fmt: skip
    if not terms:
        return None
    unit = ledger.units.parse(money(ledger))
    found = (ledger.figure(f"{name}.place_cost") for name in ledger.design.operations)
    said = dict.fromkeys(text for figure in found if figure for text in figure.defaults)
    return Made(total(terms).within(unit), "bytes between zones and regions a month", unit,
                defaults=tuple(said))  # fmt: skip


INTER_ZONE, INTER_REGION = "base.price.inter_zone", "base.price.inter_region"
"""Cited prices of a byte between zones of a region, and between regions."""


def _carried(ledger: Ledger, visit: Visit) -> Term | None:
    """Bytes there and back of a call."""
    back = visit.step.words.response
    there = _sent(ledger, visit)
    answer = ledger.amount(back) if back else None
    if there is None:
        return None
    return plus(there, answer) if answer else there


@maker("system", "cost_per_call")
def cost_per_call(ledger: Ledger, _: str, measure: str) -> Made | None:
    """What one call of an operation costs: cost over calls, both of the average."""
    name = measure.removeprefix(PER_CALL)
    if name not in ledger.design.operations:
        return None
    cost, rate = ledger.term(f"{name}.cost"), ledger.term(f"{name}.rate")
    if cost is None or rate is None or rate.value.median <= 0:
        return None
    unit = ledger.units.parse(f"{ledger.units.currency}/req")
    return Made(quotient(cost, rate).within(unit), f"cost of a call of {name}", None,
                ledger.span_of(name))  # fmt: skip
