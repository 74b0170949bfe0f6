"""Works out every amount of a design once, whoever may need it, so that no wrong unit hides."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, cast

from sysdesign.design import Given, Record, Statement, Step, Trait
from sysdesign.estimate.ledger import Ledger
from sysdesign.quantity import total
from sysdesign.source import Span

_ROUNDING = 1e-6
# What of a record does not come from the file, or holds no amount.
_ASIDE = frozenset({"span", "marks", "others", "defaults", "traits", "managed_kind", "ids"})


def sweep(ledger: Ledger) -> None:
    """Evaluate every amount; problems are added to the ledger."""
    for given in amounts(ledger.design):
        for part in (given, *given.by_place.values()):
            ledger.amount(part)
    _shares(ledger)


def amounts(value: object) -> Iterator[Given]:
    """Every amount in a record and in all that it holds."""
    return (part for part in _parts(value) if isinstance(part, Given))


def _parts(value: object) -> Iterator[Given | Record]:
    """Every amount and every record in a value, in the order of the text."""
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, Given):
            yield one
        elif isinstance(one, Statement):
            yield one.bound
        elif isinstance(one, Record):
            yield one
            state, kind = vars(one), cast("Any", type(one))
            stack.extend([state[name] for name in _names(kind) if state[name]])
        elif isinstance(one, tuple):
            stack.extend(reversed(one))
        elif isinstance(one, Mapping):
            stack.extend(reversed(list(one.values())))


@cache
def _names(record: Any) -> tuple[str, ...]:
    """Attributes of a record that may hold amounts, last first."""
    return tuple(n for n in reversed(record.__dataclass_fields__) if n not in _ASIDE)


def _shares(ledger: Ledger) -> None:
    """Shares by place must make 100%; those of a choose, or of one queue, at most that."""
    design = ledger.design
    for name, actor in design.problem.actors.items():
        if isinstance(actor.from_, Given) and actor.from_.by_place:
            shares = list(actor.from_.by_place.values())
            _hold(ledger, shares, actor.from_.span, f"'{name}' by place", exactly=True)
    for step in _parts(design):
        if isinstance(step, Step) and step.form == "choose":
            _hold(ledger, [b.share for b in step.branches if b.share], step.span, "this choice")
    queues: dict[str, list[Given]] = {}
    for operation in design.operations.values():
        source = operation.trigger.from_ if operation.trigger else None
        if operation.trigger and operation.trigger.share and source:
            if design.components[source].has_trait(Trait.KEEPS_LOG):
                continue  # each group of a stream takes every message
            queues.setdefault(source, []).append(operation.trigger.share)
    for queue, shares in queues.items():
        _hold(ledger, shares, shares[-1].span, f"the messages of '{queue}'")


def _hold(
    ledger: Ledger, shares: Sequence[Given], span: Span, of: str, *, exactly: bool = False
) -> None:
    terms = ledger.all_amounts(shares)
    if not terms:
        return
    whole = total(term.value for term in terms)
    below = exactly and whole.is_exact and whole.median < 1 - _ROUNDING
    if below or whole.high > 1 + _ROUNDING:
        most = whole.median if below or whole.median > 1 + _ROUNDING else whole.high
        word = "" if most == whole.median else "up to "
        ledger.problem("shares", f"the shares of {of} make {word}{100 * most:.4g}%, not 100%", span)
