"""Works out every amount of a design once, whoever may need it, so that no wrong unit hides."""

import math
from collections.abc import Iterator, Mapping

from sysdesign.design import Given, Record, Statement
from sysdesign.estimate.ledger import Ledger


def sweep(ledger: Ledger) -> None:
    """Evaluate every amount; problems are added to the ledger."""
    for given in amounts(ledger.design):
        for part in (given, *given.by_place.values()):
            ledger.amount(part)
    _shares(ledger)


def amounts(value: object) -> Iterator[Given]:
    """Every amount in a record and in all that it holds."""
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, Given):
            yield one
        elif isinstance(one, Statement):
            yield one.bound
        elif isinstance(one, Record):
            fields = one.__dataclass_fields__
            skipped = ("span", "marks", "others", "defaults", "traits", "managed_kind", "ids")
            stack.extend(getattr(one, name) for name in reversed(fields) if name not in skipped)
        elif isinstance(one, tuple):
            stack.extend(reversed(one))
        elif isinstance(one, Mapping):
            stack.extend(reversed(list(one.values())))


def _shares(ledger: Ledger) -> None:
    """Shares by place must make 100%; those of a choose at most that."""
    for name, actor in ledger.design.problem.actors.items():
        source = actor.from_
        if not isinstance(source, Given) or not source.by_place:
            continue
        terms = ledger.all_amounts(list(source.by_place.values()))
        if terms is None:
            continue
        whole = math.fsum(t.value.median for t in terms)
        if abs(whole - 1) > 1e-6 and all(t.value.is_exact for t in terms):
            ledger.problem("shares", f"the shares of '{name}' by place make {whole:.4g}, not 100%",
                           source.span)  # fmt: skip
