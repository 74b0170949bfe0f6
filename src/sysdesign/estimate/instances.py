"""How many instances a component has: as stated, or as autoscaling makes of the average load."""

from collections.abc import Mapping
from functools import reduce
from typing import TYPE_CHECKING

from sysdesign.design import Component, Given, Trait
from sysdesign.design.component import Copies
from sysdesign.design.places import places_of
from sysdesign.estimate.ledger import Ledger, Made, maker
from sysdesign.estimate.load import times
from sysdesign.figures import Term, constant, plus, product, quotient, total, written
from sysdesign.figures.term import named
from sysdesign.quantity import Quantity, pointwise
from sysdesign.quantity.draws import numpy_module

if TYPE_CHECKING:
    from sysdesign.quantity.draws import Samples


@maker("component", "instances")
def instances(ledger: Ledger, name: str, _: str) -> Made | None:
    """Instances that run on average, all together; those of a provider are one."""
    part = ledger.design.components[name]
    if part.is_managed or not part.has_trait(Trait.HAS_INSTANCES):
        return Made(constant(1.0, "1"), f"{name} counts as one: it is the provider's", "",
                    ledger.span_of(name), "the provider's")  # fmt: skip
    scaled = _scaled(ledger, name, part)
    if scaled is not None:
        return scaled
    defaults: tuple[str, ...] = ()
    if part.replicas is not None:
        term = standing(ledger, part.replicas, f"{name}.replicas")
    else:
        each = _copies(ledger, name, part)
        shards = ledger.amount(part.shards.count) if part.shards else constant(1.0, "1")
        term = product(named(shards, f"{name}.shards"), each) if shards and each else None
        if part.shards is None and _copied(part) is None:
            places = max(len(places_of(ledger.design, part)), 1)
            term = constant(float(places), "1")
            where = "" if places == 1 else f", one in each of {places} places"
            defaults = (f"{name}.replicas = {places}: not stated{where}",)
    if term is None:
        return None
    return Made(term, f"instances of {name}", "", ledger.span_of(name), defaults=defaults)


def standing(ledger: Ledger, given: Given, called: str) -> Term | None:
    """A count of all places together; those of places without zones fall away."""
    places = ledger.design.places
    kept = [g for place, g in given.by_place.items() if places[place].zones]
    terms = ledger.all_amounts(kept or [given])
    return named(plus(*terms), called) if terms else None


def _copied(part: Component) -> Copies | None:
    default = part.defaults.get("copies")
    return part.copies or (default.value if default else None)


def _copies(ledger: Ledger, name: str, part: Component) -> Term | None:
    """Copies of each shard, each on an instance of its own."""
    copies = _copied(part)
    if copies is None:
        return constant(1.0, "1")
    if copies.count is not None:
        return standing(ledger, copies.count, f"{name}.copies")
    parts = ledger.all_amounts([copies.data, copies.parity]) if copies.mode == "erasure" else None
    return plus(*parts) if parts else constant(1.0, "1")


_KEEPS_UP = 0.95  # as of the analysis

# -- autoscaling ---------------------------------------------------------------------------------


def _scaled(ledger: Ledger, name: str, part: Component) -> Made | None:
    """As many as the average load wants, within the bounds; None where that is not known.

    What follows a backlog or a lag grows until it keeps up.
    """
    scale = part.scale
    if scale is None or scale.by is None:
        return None
    brought = ledger.term(f"{name}.{'rate' if scale.by == 'rate' else 'demand'}")
    target, least = ledger.amount(scale.target), ledger.amount(scale.min) or constant(1.0, "1")
    most = ledger.amount(scale.max) if scale.max else None
    if brought is None or target is None or target.value.median <= 0:
        return None
    if scale.by in ("utilisation", "rate"):
        each = named(target, f"{name}.scale.target")
    else:
        each = constant(_KEEPS_UP, f"{_KEEPS_UP:.0%}")
    if scale.by != "rate" and part.cores is not None:
        cores = ledger.amount(part.cores)
        each = product(each, named(cores, f"{name}.cores")) if cores else each
    wanted = quotient(brought, each)

    def within(values: list[float]) -> float:
        asked, low, *high = values
        return max(low, min([float(-(-asked // 1)), *high]))

    def all_within(values: "list[Samples]") -> "Samples":
        np = numpy_module()
        asked, low, *high = values
        return np.maximum(low, reduce(np.minimum, high, -(-asked // 1)))  # type: ignore[no-any-return]

    bounded = [wanted.value, least.value, *([most.value] if most else [])]
    value = pointwise(within, *bounded, of_draws=all_within)
    high = f" .. {most.shown}" if most else ""
    bounds = f"whole, within {least.shown}{high}"
    term = written(
        Quantity(value, constant(1.0, "1").quantity.dimension),
        f"{wanted.formula}, {bounds}", f"{wanted.shown}, {bounds}", wanted.inputs, level=0,
    )  # fmt: skip
    return Made(term, f"instances of {name} at the average load", "", part.at("scale"))


@maker("component", "demand")
def demand(ledger: Ledger, name: str, _: str) -> Made | None:
    """Cores busy on average: calls a second times their own work (utilisation law)."""
    works = demands(ledger, name)
    if not works:
        return None
    return Made(total(list(works.values())), f"cores of {name} busy on average", "",
                ledger.span_of(name))  # fmt: skip


def demands(ledger: Ledger, name: str) -> Mapping[str, Term]:
    """Cores busy with the calls of each operation; empty where the file does not say enough."""
    part = ledger.design.components[name]
    found: dict[str, list[Term]] = {}
    for visit in ledger.visits_to.get(name, ()):
        here = visit.step.words.work
        given = here.get(visit.do) or here.get(visit.do.partition("_")[0]) or here.get("")
        work = ledger.amount(given or part.work_for(visit.do))
        rate, count = ledger.term(f"{visit.operation}.rate"), times(ledger, visit)
        if work is None or rate is None or count is None:
            return {}
        word = f"work of {name}{f' ({visit.do})' if visit.do else ''}"
        busy = product(rate, count, named(work, word)).within(None)
        bare = Quantity(busy.value, constant(1.0, "1").quantity.dimension)
        found.setdefault(visit.operation, []).append(Term(bare, busy.text, busy.inputs, busy.level))
    return {operation: total(terms) for operation, terms in found.items()}
