"""Amounts of a component that lie outside what parts of its kind can do."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import NamedTuple

from sysdesign import kinds
from sysdesign.design import Component, Given, Record
from sysdesign.design.shape import keys_of
from sysdesign.kinds import Field
from sysdesign.quantity import Quantity, Units, evaluate
from sysdesign.read.context import Context
from sysdesign.read.defaults import CURRENCY
from sysdesign.read.reader import Reader
from sysdesign.read.yaml_tree import parse_value
from sysdesign.review.facts import number
from sysdesign.source import Span
from sysdesign.study import Study

_UNITS = Units()


class Strange(NamedTuple):
    """An amount out of range: its key, its text, the bound it passes, its place."""

    key: str
    text: str
    bound: str
    span: Span


def implausible(study: Study, name: str) -> Iterator[Strange]:
    """Amounts of a component that lie outside the range its kind gives."""
    part = study.design.components[name]
    kind = kinds.get(part.kind or "")
    other = "own" if part.is_managed else "managed"
    for field in kind.fields if kind else ():
        foreign = field.name == "price" and study.units.currency != CURRENCY
        if part.has(field.name) and field.when != other and not foreign:
            yield from islice(_beyond(study, part, field), 1)


def _beyond(study: Study, part: Component, field: Field) -> Iterator[Strange]:
    """Amounts under one key that lie outside its range."""
    for word, text in (("at least", field.low), ("at most", field.high)):
        bound = _bound(str(part.kind), field.name, text) if text else None
        for given, limit in _pairs(part.stated(field.name), bound):
            value, end = number(study, given), _value(limit)
            if value is None or end is None:
                continue
            if value < end if word == "at least" else value > end:
                yield Strange(field.name, given.text, f"{word} {limit.text}", given.span)


@cache
def _bound(kind: str, key: str, text: str) -> object:
    """A bound of a kind, read as if it stood in the file."""
    known = kinds.get(kind)
    assert known is not None
    node = parse_value(f"kind {kind}", text)
    return _reader().read(known.keys()[key].shape, node, key)


@cache
def _reader() -> Reader:
    return Reader(Context())  # a bound knows no id of the file


def _value(given: Given) -> float | None:
    return evaluate(given.formula, _no_names, _UNITS, "").value.median if given.formula else None


def _no_names(name: str) -> Quantity:
    raise KeyError(name)


def _pairs(stated: object, bound: object) -> Iterator[tuple[Given, Given]]:
    """Each stated amount with the bound for it; one amount bounds every part of a map."""
    if isinstance(stated, Given) and isinstance(bound, Given):
        yield stated, bound
    elif isinstance(stated, Mapping) and isinstance(bound, Mapping):
        for key, value in stated.items():
            yield from _pairs(value, bound.get(key, bound.get("")))
    elif isinstance(stated, Record) and isinstance(bound, type(stated)):
        for key in keys_of(type(stated)):
            if stated.has(key) and hasattr(stated, key):
                yield from _pairs(getattr(stated, key), getattr(bound, key))
