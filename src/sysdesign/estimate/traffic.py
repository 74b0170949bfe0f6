"""Bytes over the outer edge, calls and connections in flight."""

from sysdesign.design import Given, Operation, Step
from sysdesign.design.graph import step_do
from sysdesign.estimate.ledger import Ledger, Made, maker
from sysdesign.estimate.load import (
    actor_operations,
    hit_of,
    load_factor,
    peak_factor,
    regional,
    times,
    whole,
)
from sysdesign.figures import Term, constant, plus, product, quotient, total
from sysdesign.quantity import Quantity, maximum

_RATE_OF = {"ingress": "rate", "egress": "rate", "peak_ingress": "peak_rate",
            "peak_egress": "peak_rate"}  # fmt: skip


@maker("operation", "request", "response")
def size(ledger: Ledger, name: str, measure: str) -> Made | None:
    """Bytes of a call over the outer edge; 0 B where the file is silent, which is said."""
    operation = ledger.design.operations[name]
    given: Given | None = getattr(operation, measure)
    title = f"{measure} of {name}"
    if given is None:
        return Made(constant(0.0, "0 B", ledger.units.parse("B")), title, "B", operation.span,
                    "not stated", defaults=(f"{name}.{measure} = 0 B: not stated",))  # fmt: skip
    term = regional(ledger, given, operation)
    source = "the design" if term is not None and not term.inputs else ""
    return Made(term, title, term.quantity.unit, given.span, source) if term else None


@maker("operation", "ingress", "egress", "peak_ingress", "peak_egress")
def edge_bytes(ledger: Ledger, name: str, measure: str) -> Made | None:
    """Bytes a second in or out over the outer edge; pushes to actors count as out."""
    rate = ledger.term(f"{name}.{_RATE_OF[measure]}")
    which = "request" if "ingress" in measure else "response"
    terms: list[Term] = []
    if rate is None:
        return None
    if name in actor_operations(ledger):
        each = ledger.term(f"{name}.{which}")
        if each is None:
            return None
        terms.append(product(rate, each))
    if which == "response":
        pushes = _pushes(ledger, name, rate)
        if pushes is None:
            return None
        terms.extend(pushes)
    if not terms:
        return None
    word = ("peak " if "peak" in measure else "") + ("bytes in" if "in" in measure else "bytes out")
    term = plus(*(t.within(ledger.units.parse("B/s")) for t in terms))
    return Made(term, f"{word} of {name}", None)


def _pushes(ledger: Ledger, name: str, rate: Term) -> list[Term] | None:
    terms: list[Term] = []
    for visit in ledger.visits.get(name, ()):
        given = visit.step.words.request
        if not visit.to_actor or given is None:
            continue
        count, each = times(ledger, visit), ledger.amount(given)
        if count is None or each is None:
            return None
        terms.append(product(rate, count, each))
    return terms


@maker("system", "ingress", "egress", "peak_ingress", "peak_egress")
def whole_edge(ledger: Ledger, _: str, measure: str) -> Made | None:
    """Bytes a second over the outer edge, of all operations."""
    names = [
        n
        for n, o in ledger.design.operations.items()
        if n in actor_operations(ledger) or any(v.to_actor for v in ledger.visits[n])
    ]
    figures = {n: ledger.term(f"{n}.{measure}") for n in names}
    known = [t for t in figures.values() if t is not None]
    if not names or any(t is None for n, t in figures.items() if n in actor_operations(ledger)):
        return None
    word = ("peak " if "peak" in measure else "") + (
        "bytes in" if "ingress" in measure else "bytes out"
    )
    silent = [n for n in actor_operations(ledger) if _silent(ledger.design.operations[n], measure)]
    defaults = (f"0 B a call, not stated: {', '.join(silent)}",) if silent else ()
    return Made(total(known), f"{word} over the outer edge", None, defaults=defaults)


def _silent(operation: Operation, measure: str) -> bool:
    return (operation.request if "ingress" in measure else operation.response) is None


# -- in flight -----------------------------------------------------------------------------------


@maker("operation", "own_time")
def own_time(ledger: Ledger, name: str, _: str) -> Made | None:
    """Mean time of a call on an idle system: own work along the path, no network, no waiting."""
    operation = ledger.design.operations[name]
    defaults: list[str] = []
    value = _steps_time(ledger, operation.path, defaults, 0)
    if value is None or not operation.path:
        return None
    # Its derivation is the path itself; the formula says how steps are put together.
    term = Term(value.quantity, "mean own work along the path", "mean own work along the path",
                value.inputs)  # fmt: skip
    return Made(
        term,
        f"own time of a call of {name}, idle",
        None,
        operation.at("path"),
        defaults=tuple(dict.fromkeys(defaults)),
        notes=("sequence adds, parallel takes the longest, a miss counts by its share",),
    )


def _steps_time(
    ledger: Ledger, steps: tuple[Step, ...], defaults: list[str], depth: int
) -> Term | None:
    terms: list[Term] = [constant(0.0, "0 s", ledger.units.parse("s"))]
    after_hit: Term | None = None
    for step in steps:
        term = _step_time(ledger, step, defaults, depth)
        if term is None:
            return None
        terms.append(product(after_hit, term) if after_hit else term)
        part = ledger.design.components.get(step.target)
        if part is not None and _answers_alone(part):
            hit = hit_of(ledger, step.target)
            if hit is None:
                return None
            after_hit = Term(Quantity(1.0 - hit[0].value), "miss", "miss", hit[0].inputs)
    return plus(*terms)


def _answers_alone(part: object) -> bool:
    from sysdesign.design import Component, Trait

    return (
        isinstance(part, Component)
        and Trait.CACHES in part.traits
        and Trait.FORWARDS in part.traits
    )


def _step_time(ledger: Ledger, step: Step, defaults: list[str], depth: int) -> Term | None:
    zero = constant(0.0, "0 s", ledger.units.parse("s"))
    if depth > 50 or step.form == "actor":
        return zero
    if step.form == "path":
        return _steps_time(ledger, ledger.design.paths.get(step.target, ()), defaults, depth + 1)
    if step.form == "parallel":
        parts = [_step_time(ledger, s, defaults, depth + 1) for s in step.calls]
        known = [p for p in parts if p is not None]
        if len(known) < len(parts) or not known:
            return zero if not parts else None
        longest = maximum([p.value for p in known])
        inputs = tuple(dict.fromkeys(i for p in known for i in p.inputs))
        return Term(Quantity(longest, zero.quantity.dimension), "longest", "longest", inputs)
    if step.form == "choose":
        return _choose_time(ledger, step, defaults, depth)
    if step.words.async_:
        return zero
    return _call_time(ledger, step, defaults, depth)


def _choose_time(ledger: Ledger, step: Step, defaults: list[str], depth: int) -> Term | None:
    terms: list[Term] = []
    shares = ledger.all_amounts([b.share for b in step.branches if b.share])
    if shares is None:
        return None
    rest = 1.0 - sum(s.value.median for s in shares)
    for branch in step.branches:
        time = _steps_time(ledger, branch.calls, defaults, depth + 1)
        share = ledger.amount(branch.share) if branch.share else constant(max(rest, 0.0), "rest")
        if time is None or share is None:
            return None
        terms.append(product(share, time))
    return plus(*terms) if terms else None


def _call_time(ledger: Ledger, step: Step, defaults: list[str], depth: int) -> Term | None:
    part = ledger.design.components.get(step.target)
    if part is None:
        return None
    do = step_do(ledger.design, step)
    own = step.words.work.get(do) or step.words.work.get("")
    given = own or part.work_for(do)
    work = ledger.amount(given)
    if work is None or given is None:
        return None
    if not own and not part.has("work"):
        defaults.append(
            f"{step.target}.work = {part.defaults['work'].text} ({part.defaults['work'].source})"
        )
    items = ledger.amount(step.words.times) or constant(1.0, "1")
    at_once = ledger.amount(step.words.at_once) or constant(1.0, "1")
    rounds = quotient(items, at_once) if step.words.times else items
    term = product(work, rounds).within(ledger.units.parse("s"))
    inner = _steps_time(ledger, step.words.calls, defaults, depth + 1)
    if inner is None:
        return None
    term = plus(term, inner)
    if step.words.miss:
        missed = _steps_time(ledger, step.words.miss, defaults, depth + 1)
        hit = hit_of(ledger, step.target)
        hit_given = ledger.amount(step.words.hit) if step.words.hit else hit[0] if hit else None
        if missed is None or hit_given is None:
            return None
        share = Term(Quantity(1.0 - hit_given.value), "miss", "miss", hit_given.inputs)
        term = plus(term, product(share, missed))
    return term


@maker("operation", "in_flight")
def in_flight(ledger: Ledger, name: str, _: str) -> Made | None:
    """Calls in hand at peak, at least: rate times own time (Little, 1961); waiting comes on top."""
    rate, time = ledger.term(f"{name}.peak_rate"), ledger.term(f"{name}.own_time")
    if rate is None or time is None:
        return None
    return Made(
        product(rate, time).within(ledger.units.parse("req")),
        f"calls of {name} in flight at peak",
        "req",
        notes=("at least: without network and waiting",),
    )


@maker("system", "in_flight")
def whole_in_flight(ledger: Ledger, _: str, __: str) -> Made | None:
    """Calls of actors in hand at peak."""
    return whole(ledger, "in_flight", "calls of actors in flight at peak", "req")


@maker("component", "connections", "peak_connections")
def connections(ledger: Ledger, name: str, measure: str) -> Made | None:
    """Lasting connections of a gateway, on average and at peak."""
    part = ledger.design.components[name]
    if part.connections is None:
        return None
    if measure.startswith("connections."):
        return ledger.stated(name, measure)
    term = ledger.amount(part.connections.open)
    if term is None:
        return None
    defaults: tuple[str, ...] = ()
    if measure == "peak_connections":
        opener = next((o for o in ledger.design.operations.values() if o.opens == name), None)
        peak, defaults = peak_factor(ledger, opener) if opener else (None, ())
        if peak is not None and peak.quantity.dimension.without_counts().is_dimensionless:
            term = product(ledger.term(f"{name}.connections") or term, peak)
        term = product(term, load_factor(ledger))
    word = "at peak" if measure == "peak_connections" else "on average"
    return Made(
        term.within(ledger.units.parse("conn")),
        f"connections open at {name}, {word}",
        "conn",
        part.connections.at("open"),
        defaults=defaults,
    )


@maker("system", "connections", "peak_connections")
def whole_connections(ledger: Ledger, _: str, measure: str) -> Made | None:
    """Lasting connections of all gateways."""
    names = [n for n, c in ledger.design.components.items() if c.connections]
    terms = [t for n in names if (t := ledger.term(f"{n}.{measure}"))]
    if not terms or len(terms) < len(names):
        return None
    word = "at peak" if measure == "peak_connections" else "on average"
    return Made(total(terms), f"connections open, {word}", "conn")
