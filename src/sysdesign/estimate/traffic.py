"""Bytes over the outer edge, calls and connections in flight."""

from sysdesign.design import Given, Operation
from sysdesign.estimate.ledger import Ledger, Made, maker
from sysdesign.estimate.load import (
    load_factor,
    peak_factor,
    regional,
    times,
    whole,
)
from sysdesign.figures import Term, constant, plus, product, total

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
    if name in ledger.called_by_actors:
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
    nothing = constant(0.0, "0 B", ledger.units.parse("B"))
    for visit in ledger.visits.get(name, ()):
        if not visit.to_actor:
            continue
        words = visit.step.words
        count, each = times(ledger, visit), ledger.amount(words.request)
        if words.request is None:
            each = ledger.term(f"{words.of}.size") if words.of else nothing
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
        if n in ledger.called_by_actors or any(v.to_actor for v in ledger.visits[n])
    ]
    figures = {n: ledger.term(f"{n}.{measure}") for n in names}
    known = [t for t in figures.values() if t is not None]
    wanted = ledger.called_by_actors if "ingress" in measure else names
    if not known or any(figures[n] is None for n in wanted):
        return None
    word = ("peak " if "peak" in measure else "") + (
        "bytes in" if "ingress" in measure else "bytes out"
    )
    silent = [n for n in ledger.called_by_actors if _silent(ledger.design.operations[n], measure)]
    if "egress" in measure:
        silent += [f"push of {n}" for n in names if _silent_push(ledger, n)]
    defaults = (f"0 B a call, not stated: {', '.join(silent)}",) if silent else ()
    return Made(total(known), f"{word} over the outer edge", None, defaults=defaults)


def _silent(operation: Operation, measure: str) -> bool:
    return (operation.request if "ingress" in measure else operation.response) is None


def _silent_push(ledger: Ledger, name: str) -> bool:
    words = [v.step.words for v in ledger.visits[name] if v.to_actor]
    return any(w.request is None and w.of is None for w in words)


# -- in flight -----------------------------------------------------------------------------------


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
        return ledger.stated(f"{name}.{measure}")
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
