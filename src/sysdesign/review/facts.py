"""Amounts of the file as numbers, and what keeps a figure from being worked out."""

from collections.abc import Iterator
from typing import NamedTuple

from sysdesign.design import Given
from sysdesign.quantity.expression import Name, Node, Number, Power, children
from sysdesign.review.flows import callers
from sysdesign.review.rule import defined
from sysdesign.source import Span
from sysdesign.study import Study


class Gap(NamedTuple):
    """A fact that the file does not state: its path, what to say of it, where it belongs."""

    fact: str
    message: str
    span: Span
    action: str


def number(study: Study, given: Given | None) -> float | None:
    """Median of an amount in base units; None where it is not stated or not known."""
    term = study.estimate.ledger.amount(given)
    return term.value.median if term else None


def shown(study: Study, name: str) -> str:
    """A figure as people read it."""
    figure = study.figure(name)
    return figure.shown if figure else "not known"


def names_of(given: Given) -> list[str]:
    """Names that an amount is made of."""
    names = (name for expression in given.expressions() for name, _, _ in expression.names())
    return list(dict.fromkeys(names))


def _first_gap(study: Study, *given: Given | None) -> Gap | None:
    return next((found for one in given if (found := gap(study, one))), None)


def gap(study: Study, given: Given | None) -> Gap | None:
    """The first fact that an amount waits for, however deep it lies."""
    seen: set[str] = set()
    waiting = [given]
    while waiting:
        one = waiting.pop()
        for name in names_of(one) if one else ():
            if name in seen or study.figure(name) is not None:
                continue
            seen.add(name)
            head = name.partition(".")[0]
            assumption = study.design.assumptions.get(head)
            estimate = study.design.estimates.get(head)
            below = assumption.value if assumption else estimate.formula if estimate else None
            if below is None or all(study.figure(n) for n in names_of(below)):
                return _named(study, name)
            waiting.append(below)
    return None


def _named(study: Study, name: str) -> Gap:
    head = name.partition(".")[0]
    span = defined(study, name)
    if head in study.design.assumptions:
        return Gap(
            f"assumptions.{head}.value",
            f"the assumption '{head}' has no value",
            span,
            f"write {head}: {{value: …, source: …}}, a range where it is not known",
        )
    return Gap(name, f"'{name}' cannot be worked out yet", span, f"state what {name} is made of")


def load_gap(study: Study, name: str) -> Gap | None:
    """Why the rate of an operation is not known; None where it is."""
    if study.figure(f"{name}.rate") is not None:
        return None
    for top in callers(study, name):
        if study.figure(f"{top}.rate") is None:
            return _called_gap(study, top)
    return Gap(
        f"operations.{name}.trigger",
        f"how often {name} runs cannot be worked out",
        defined(study, name),
        "state what starts it, and how often",
    )


def _called_gap(study: Study, name: str) -> Gap:
    operation, span = study.design.operations[name], defined(study, name)
    if operation.opens:
        said = study.design.components[operation.opens].connections
        given = (said.open, said.lifetime) if said else ()
        return _first_gap(study, *given) or Gap(
            f"components.{operation.opens}.connections",
            f"how often {name} is called is not stated",
            span,
            f"write {operation.opens}: {{connections: {{open: …, lifetime: …}}}}",
        )
    closed = (operation.users.count, operation.users.think) if operation.users else ()
    return _first_gap(study, operation.rate, *closed) or Gap(
        f"operations.{name}.rate",
        f"how often {name} is called is not stated",
        span,
        "write rate: users * calls a user, with both as assumptions",
    )


def storage_gap(study: Study, name: str) -> Gap | None:
    """Why the stored bytes of an entity are not known; None where they are."""
    entity, span = study.design.data[name], defined(study, name)
    if study.figure(f"{name}.stored") is not None:
        return None
    if not entity.written_by and not entity.count:
        return Gap(
            f"data.{name}.written_by",
            f"how many records of {name} there are is not stated",
            span,
            "write written_by: the operations that add one, or count: …",
        )
    for operation in entity.written_by:
        found = load_gap(study, operation)
        if found:
            return found
    if study.figure(f"{name}.size") is None:
        return gap(study, entity.size) or Gap(
            f"data.{name}.size", f"the size of one {name} is not stated", span, "write size: 1 kB"
        )
    growth = study.design.problem.growth
    horizon = (study.design.problem.horizon, growth.a_year if growth else None)
    given = (entity.count, entity.keep, *horizon, *entity.written_by.values())
    return _first_gap(study, *given) or Gap(
        f"data.{name}",
        f"what is stored of {name} cannot be worked out",
        span,
        "state its size, who writes it and how long it is kept",
    )


def literals(given: Given) -> list[str]:
    """Bare numbers in a formula, as written: neither named nor 1 nor an exponent."""
    found = []
    for expression in given.expressions():
        found += [expression.text[n.start : n.end].strip() for n in _numbers(expression.tree)]
    return found


def is_made(given: Given) -> bool:
    """Whether an amount is made of other named ones."""
    return bool(names_of(given))


def _numbers(node: Node) -> Iterator[Number]:
    if isinstance(node, Number):
        if node.value != 1:
            yield node
        return
    below = (node.base,) if isinstance(node, Power) else children(node)
    for child in below if not isinstance(node, Name) else ():
        yield from _numbers(child)
