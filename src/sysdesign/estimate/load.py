"""Load: average and peak rate of each operation, of its origins, of each component."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sysdesign.design import Component, Factor, Given, Operation, Trait, Trigger, Visit
from sysdesign.design.graph import once_a_call
from sysdesign.estimate import in_batches
from sysdesign.estimate.ledger import Ledger, Made, maker
from sysdesign.estimate.loops import solve_loop
from sysdesign.figures import Term, constant, plus, product, quotient, total, written
from sysdesign.figures.term import minus, named


def as_rate(ledger: Ledger, term: Term) -> Term:
    """A rate of calls: whatever was counted, it is calls now."""
    return term.within(ledger.units.parse("req/s"))


@maker("operation", "rate", "peak_rate")
def operation_rate(ledger: Ledger, name: str, measure: str) -> Made | None:
    """Calls of an operation, on average or at peak; rate.PLACE are those from one place."""
    which, _, place = measure.partition(".")
    if place:
        return _from_place(ledger, name, which, place)
    return _average(ledger, name) if which == "rate" else _peak(ledger, name)


def _average(ledger: Ledger, name: str) -> Made | None:
    operation = ledger.design.operations[name]
    made = _rate(ledger, name, operation, "rate")
    if made is None:
        return None
    return Made(as_rate(ledger, made.term), f"average rate of {name}", "req/s",
                operation.at("rate" if operation.rate else "trigger"), defaults=made.defaults,
                notes=made.notes)  # fmt: skip


def _peak(ledger: Ledger, name: str) -> Made | None:
    operation = ledger.design.operations[name]
    title = f"peak rate of {name}"
    if operation.trigger and not operation.peak:
        made = _rate(ledger, name, operation, "peak_rate")
        if made is None:
            return None
        term = as_rate(ledger, made.term)
        return Made(term, title, "req/s", operation.at("trigger"), notes=made.notes)
    average = ledger.term(f"{name}.rate")
    peak, defaults = peak_factor(ledger, operation)
    if average is None or peak is None:
        return None
    if peak.quantity.dimension.without_counts().is_dimensionless:
        if operation.peak and peak.value.low < 1:
            ledger.problem("peak", "a peak is at least the average: 1x", operation.peak.span)
        peak = product(average, peak)
    elif operation.peak and peak.value.median < average.value.median * (1 - 1e-9):
        said = f"a peak of {peak.shown} is below the average of {average.shown}"
        ledger.problem("peak", said, operation.peak.span)
    term = as_rate(ledger, product(peak, load_factor(ledger)))
    return Made(term, title, "req/s", operation.at("peak" if operation.peak else "rate"),
                defaults=defaults)  # fmt: skip


def _from_place(ledger: Ledger, name: str, which: str, place: str) -> Made | None:
    operation = ledger.design.operations[name]
    word = "average" if which == "rate" else "peak"
    title = f"{word} rate of {name} from {place}"
    stated = operation.rate.by_place.get(place) if operation.rate else None
    if stated is not None and which == "rate":
        term = ledger.amount(stated)
        return Made(as_rate(ledger, term), title, "req/s", stated.span) if term else None
    whole = ledger.term(f"{name}.{which}")
    share = origins(ledger, operation).get(place)
    if share is None or whole is None:
        return None
    return Made(as_rate(ledger, product(whole, share)), title, "req/s", operation.at("actor"))


def load_factor(ledger: Ledger) -> Term:
    """What `--load` multiplies the peak by."""
    if ledger.load == 1:
        return constant(1.0, "1")
    return written(constant(ledger.load, "").quantity, "load", f"{ledger.load:g}x")


def peak_factor(ledger: Ledger, operation: Operation) -> tuple[Term | None, tuple[str, ...]]:
    """Peak of an operation: its own, that of the conventions, or 1x, which is said."""
    given = operation.peak or ledger.design.conventions.peak
    if given is None:
        return written(constant(1.0, "1").quantity, "peak", "1x"), (
            "peak = 1x: neither `peak` nor `conventions.peak` is stated",
        )
    term = ledger.amount(given)
    if term is not None and not operation.peak:
        term = named(term, "conventions.peak")
    elif term is not None and not term.inputs:
        term = named(term, "peak")
    return term, ()


def _rate(ledger: Ledger, name: str, operation: Operation, measure: str) -> Made | None:
    """Rate by whatever brings the load: a rate, connections, closed users, a trigger."""
    if operation.rate:
        term = ledger.amount(operation.rate)
        return _grown(ledger, Made(term, "")) if term else None
    if operation.opens:
        return _grown(ledger, _opened(ledger, operation.opens))
    if operation.users:
        return _grown(ledger, _closed(ledger, operation))
    if operation.trigger:
        return _triggered(ledger, name, operation.trigger, measure)
    return None


def _grown(ledger: Ledger, made: Made | None) -> Made | None:
    """The same at so many times the average load."""
    if made is None or ledger.grown == 1:
        return made
    grown = written(constant(ledger.grown, "").quantity, "growth", f"{ledger.grown:g}x")
    return replace(made, term=product(made.term, grown))


def _opened(ledger: Ledger, gateway: str) -> Made | None:
    part = ledger.design.components.get(gateway)
    connections = part.connections if part else None
    if connections is None or connections.open is None or connections.lifetime is None:
        return None
    count = ledger.amount(connections.open)
    lifetime = ledger.amount(connections.lifetime)
    if count is None or lifetime is None:
        return None
    if not count.inputs:
        count = named(count, f"{gateway}.connections.open")
    if not lifetime.inputs:
        lifetime = named(lifetime, f"{gateway}.connections.lifetime")
    return Made(
        quotient(count, lifetime), "", notes=("connections opened: open / lifetime (Little)",)
    )


def _closed(ledger: Ledger, operation: Operation) -> Made | None:
    users = operation.users
    if users is None:
        return None
    count, think = ledger.amount(users.count), ledger.amount(users.think)
    if count is None or think is None or think.value.median <= 0:
        return None
    return Made(
        quotient(count, think), "", notes=("at most: the time of the answer is not counted",)
    )


# -- triggered operations ----------------------------------------------------------------------


def _triggered(ledger: Ledger, name: str, trigger: Trigger, measure: str) -> Made | None:
    if trigger.every:
        every = ledger.amount(trigger.every)
        return Made(quotient(constant(1.0, "1"), every), "") if every else None
    if trigger.join:
        if trigger.from_ and not sources_of(ledger, name, of_join=True):
            return None
        term = ledger.term(f"{trigger.join}.{measure}")
        return Made(term, "", notes=(f"once a call of {trigger.join}",)) if term else None
    gains = gains_of(ledger, name)
    if gains is None:
        return None
    if name in _loop(ledger, name):
        return solve_loop(ledger, name, _loop(ledger, name), measure, gains_of)
    terms = []
    for source, gain in gains.items():
        term = ledger.term(f"{source}.{measure}")
        if term is None:
            return None
        terms.append(product(term, gain))
    return Made(total(terms), "") if terms else None


def sources_of(ledger: Ledger, name: str, *, of_join: bool = False) -> dict[str, list[Visit]]:
    """Operations whose messages or written records start an operation, with the visits that do."""
    trigger = ledger.design.operations[name].trigger
    if trigger is None or trigger.every or (trigger.join and not of_join):
        return {}
    target = trigger.from_ or trigger.changes
    found: dict[str, list[Visit]] = {}
    for source, visits in ledger.visits.items():
        if trigger.changes and trigger.by and source not in trigger.by:
            continue
        hits = [v for v in visits if v.target == target and _feeds(trigger, v)]
        if hits or (trigger.changes and source in trigger.by):
            found[source] = hits
    return found


def _feeds(trigger: Trigger, visit: Visit) -> bool:
    if not trigger.changes:
        return visit.do.split("_")[0] != "read"
    wanted = trigger.of is None or visit.step.words.of in (None, trigger.of)
    return visit.do.split("_")[0] == "write" and wanted


def gains_of(ledger: Ledger, name: str) -> dict[str, Term] | None:
    """Calls of a triggered operation for each call of an operation that feeds it."""
    trigger = ledger.design.operations[name].trigger
    if trigger is None:
        return {}
    share = _share(ledger, name, trigger)
    if share is None:
        return None
    found: dict[str, Term] = {}
    for source, visits in sources_of(ledger, name).items():
        terms = [times(ledger, v) for v in visits] or [_records(ledger, source, trigger)]
        known = [t for t in terms if t is not None]
        if len(known) < len(terms):
            return None
        found[source] = product(plus(*known), share)
    return found


def _records(ledger: Ledger, source: str, trigger: Trigger) -> Term | None:
    """Records an operation writes by `written_by`, where its path does not show the write."""
    entity = ledger.design.data.get(trigger.of or "")
    if entity is None or source not in entity.written_by:
        return constant(0.0, "0")
    given = entity.written_by[source]
    return ledger.amount(given) if given else constant(1.0, "1")


def _share(ledger: Ledger, name: str, trigger: Trigger) -> Term | None:
    if trigger.share:
        return ledger.amount(trigger.share)
    queue = ledger.design.components.get(trigger.from_ or "")
    if queue is None or not _each_message_once(queue):
        return constant(1.0, "1")
    takers = [o.trigger for o in ledger.design.operations.values()
              if o.trigger and o.trigger.from_ == trigger.from_ and not o.trigger.join]  # fmt: skip
    silent = [t for t in takers if not t.share]
    if len(takers) == 1:
        return constant(1.0, "1")
    given = ledger.all_amounts([t.share for t in takers if t.share])
    if given is None:
        return None
    rest = minus(constant(1.0, "1"), plus(*given)) if given else constant(1.0, "1")
    return (
        quotient(rest, constant(float(len(silent)), str(len(silent)))) if len(silent) > 1 else rest
    )


def _each_message_once(queue: Component) -> bool:
    return not queue.has_trait(Trait.KEEPS_LOG)


def _loop(ledger: Ledger, name: str) -> tuple[str, ...]:
    """Triggered operations that feed each other and this one; empty where none comes back."""
    if name not in ledger.loops:
        forward: dict[str, list[str]] = {}
        for target, operation in ledger.design.operations.items():
            if operation.trigger:
                for source in sources_of(ledger, target):
                    forward.setdefault(source, []).append(target)

        def reached(start: str) -> set[str]:
            seen: set[str] = set()
            stack = list(forward.get(start, ()))
            while stack:
                one = stack.pop()
                if one not in seen:
                    seen.add(one)
                    stack.extend(forward.get(one, ()))
            return seen

        reach = {one: reached(one) for one in ledger.design.operations if one in forward}
        for one in ledger.design.operations:
            mine = reach.get(one, set())
            ledger.loops[one] = tuple(
                o for o in ledger.design.operations if one in mine and o in mine
                and one in reach.get(o, set())
            )  # fmt: skip
    return ledger.loops[name]


# -- visits ------------------------------------------------------------------------------------


def times(ledger: Ledger, visit: Visit) -> Term | None:
    """Items a component gets for each call of the operation."""
    return _product(ledger, visit.factors)


def calls(ledger: Ledger, visit: Visit) -> Term | None:
    """Calls a component gets for each call of the operation; a batch of items is one."""
    return _product(ledger, once_a_call(visit))


def _product(ledger: Ledger, factors: Sequence[Factor]) -> Term | None:
    terms: list[Term] = []
    for factor in factors:
        term = _factor(ledger, factor)
        if term is None:
            return None
        terms.append(term)
    return product(constant(1.0, "1"), *terms)


def _factor(ledger: Ledger, factor: Factor) -> Term | None:
    one = constant(1.0, "1")
    match factor.sort:
        case "never":
            return constant(0.0, "0")
        case "times" | "share":
            return ledger.amount(factor.given)
        case "calls":
            return in_batches.calls(ledger, factor.given, factor.batch)
        case "rest":
            shares = ledger.all_amounts(factor.others)
            return (minus(one, plus(*shares)) if shares else one) if shares is not None else None
        case _:
            hit = hit_of(ledger, factor.component, factor)
            return minus(one, hit[0]) if hit else None


def hit_of(ledger: Ledger, component: str, factor: Factor | None = None) -> tuple[Term, str] | None:
    """Hit ratio of a cache: here, of the component, or the default of its kind (then said)."""
    part = ledger.design.components.get(component)
    given = factor.given if factor else None
    if part is None:
        return None
    stated = given or part.hit
    if stated is not None:
        term = ledger.amount(stated)
        if term is None:
            return None
        return (term if given or term.inputs else named(term, f"{component}.hit")), ""
    if part.memory is not None and (computed := ledger.term(f"{component}.hit")) is not None:
        return computed, ""
    default = part.defaults.get("hit")
    term = ledger.amount(default.value) if default else None
    if default is None or term is None:
        return None
    said = f"{component}.hit = {default.text} ({default.source})"
    return named(term, f"{component}.hit"), said


@maker("component", "rate", "peak_rate")
def component_rate(ledger: Ledger, name: str, measure: str) -> Made | None:
    """Items a component is asked for, of all operations together."""
    terms: list[Term] = []
    defaults: list[str] = []
    for visit in ledger.visits_to.get(name, ()):
        rate, count = ledger.term(f"{visit.operation}.{measure}"), times(ledger, visit)
        if rate is None or count is None:
            return None
        terms.append(product(rate, count))
        hits = (hit_of(ledger, f.component, f) for f in visit.factors if f.sort == "miss")
        defaults.extend(h[1] for h in hits if h and h[1])
    if not terms:
        return None
    word = "average" if measure == "rate" else "peak"
    return Made(as_rate(ledger, total(terms)), f"{word} rate of calls (items) to {name}", "req/s",
                ledger.span_of(name), defaults=tuple(dict.fromkeys(defaults)))  # fmt: skip


# -- origins -----------------------------------------------------------------------------------


def origins(ledger: Ledger, operation: Operation) -> Mapping[str, Term]:
    """Share of the calls that comes from each place; empty where nothing is said."""
    if operation.rate and operation.rate.by_place:
        parts = {p: ledger.amount(g) for p, g in operation.rate.by_place.items()}
        whole = ledger.amount(operation.rate)
        if whole is None or whole.value.median <= 0:
            return {}
        return {p: quotient(t, whole) for p, t in parts.items() if t is not None}
    actor = ledger.design.problem.actors.get(operation.actor or "")
    source = actor.from_ if actor else None
    if source is None:
        return {}
    if isinstance(source, str):
        return {source: constant(1.0, "100%")}
    terms = {p: ledger.amount(g) for p, g in source.by_place.items()}
    return {p: t for p, t in terms.items() if t is not None}


def regional(ledger: Ledger, given: Given | None, operation: Operation | None) -> Term | None:
    """A size given by origin region, weighted with the calls from each; or the one size."""
    if given is None:
        return None
    if not given.by_place:
        return ledger.amount(given)
    shares = origins(ledger, operation) if operation else {}
    left_out = [place for place in shares if place not in given.by_place]
    if left_out:
        said = f"calls come from {', '.join(left_out)}, too; no amount is given for it"
        ledger.problem("place", said, given.span)
        return None
    terms = []
    for place, part in given.by_place.items():
        size = ledger.amount(part)
        share = shares.get(place)
        if size is None:
            return None
        if share is None and not shares:
            share = constant(1 / len(given.by_place), f"1/{len(given.by_place)}")
        if share is not None:
            terms.append(product(share, size))
    return plus(*terms) if terms else None


@maker("system", "rate", "peak_rate")
def whole_rate(ledger: Ledger, _: str, measure: str) -> Made | None:
    """Calls of all actors together."""
    word = "average" if measure == "rate" else "peak"
    return whole(ledger, measure, f"{word} rate of all calls of actors", "req/s")


def whole(ledger: Ledger, measure: str, title: str, unit: str | None) -> Made | None:
    """A measure of all operations that actors call, together."""
    terms = [ledger.term(f"{name}.{measure}") for name in ledger.called_by_actors]
    known = [t for t in terms if t is not None]
    if not known or len(known) < len(terms):
        return None
    notes = ("peaks of all operations at the same time",) if "peak" in measure else ()
    return Made(total(known), title, unit, notes=notes)


@maker("system", "read_write")
def read_write(ledger: Ledger, _: str, measure: str) -> Made | None:
    """Reads over writes, as the ratio of the rates of operations that actors call."""
    sorts = {name: reads_or_writes(ledger, name) for name in ledger.called_by_actors}
    parts: dict[str, list[Term]] = {"read": [], "write": []}
    for name, sort in sorts.items():
        term = ledger.term(f"{name}.rate")
        if sort and term is None:
            return None
        if sort and term is not None:
            parts[sort].append(term)
    if not parts["read"] or not any(term.value.median > 0 for term in parts["write"]):
        return None
    left_out = [n for n, sort in sorts.items() if not sort]
    notes = (f"neither read nor write: {', '.join(left_out)}",) if left_out else ()
    term = quotient(total(parts["read"]), total(parts["write"])).within(ledger.units.parse("x"))
    return Made(term, "reads over writes (rates of operations)", "x", notes=notes)


def reads_or_writes(ledger: Ledger, name: str) -> str:
    """Whether an operation reads or writes: by its path, else by the method of its api."""
    entities = ledger.design.data.values()
    if any(name in (*e.written_by, *e.updated_by, *e.deleted_by) for e in entities):
        return "write"
    dos = {
        v.do.split("_")[0]
        for v in ledger.visits.get(name, ())
        if v.target in ledger.design.components
        and ledger.design.components[v.target].has_trait(Trait.STORES_DATA)
    }
    if "write" in dos:
        return "write"
    method = str(ledger.design.operations[name].api or "").partition(" ")[0].upper()
    if method in ("POST", "PUT", "PATCH", "DELETE"):
        return "write"
    return "read" if "read" in dos or method in ("GET", "HEAD") else ""
