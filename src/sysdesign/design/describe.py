"""Says in a few words what may stand at a place of the design file."""

from collections.abc import Callable
from typing import Any

from sysdesign.design import shape as grammar
from sysdesign.design.shape import Amount, Shape, keys_of

_AMOUNTS = {
    "": "number",
    "B": "bytes",
    "B/s": "bytes/time",
    "s": "time",
    "1/s": "count/time",
    "any": "quantity",
}
_PRICES = {
    "price 1/s": "price a time",
    "price 1/B/s": "price a byte and time",
    "price 1/B": "price a byte",
}
_MOST_NAMES = 5
_FIRST_NAMES = 3


def describe(shape: Shape) -> str:
    """Words for a shape: "bytes", "time, *spread*", "[text]", "a/b/c", "{count, backoff, …}"."""
    return _WORDS[type(shape)](shape)


def _amount(shape: Amount) -> str:
    is_share = shape.wants == "" and shape.high == 1.0
    words = "share" if is_share else {**_AMOUNTS, **_PRICES}.get(shape.wants, shape.wants)
    words += ", *spread*" if shape.spread else ""
    words += ", by place" if shape.by_place else ""
    names = (word.lower() for word in shape.words)
    return " or ".join([words, *(["/".join(names)] if shape.words else [])])


def _names(words: tuple[str, ...]) -> str:
    if len(words) > _MOST_NAMES:
        words = (*words[:_FIRST_NAMES], "…")
    return ", ".join(words)


def _ref(shape: grammar.Ref) -> str:
    spaces = "/".join(shape.spaces) if len(shape.spaces) <= _FIRST_NAMES else "id"
    return " or ".join([spaces, *shape.words])


def _nested(shape: grammar.Nested) -> str:
    return f"{{{_names(tuple(keys_of(shape.record)))}}}"


def _map_of(shape: grammar.MapOf) -> str:
    keys = describe(shape.keys) if shape.keys else "id"
    return f"{{{keys}: {describe(shape.item)}}}"


def _counts(shape: grammar.Counts) -> str:
    keys = describe(shape.keys)
    return f"{keys}, [{keys}] or {{{keys}: {describe(shape.amount)}}}"


def _either(shape: grammar.Either) -> str:
    forms = [describe(form) for form in (shape.scalar, shape.list, shape.map) if form]
    return " or ".join(dict.fromkeys(forms))


def _whole(shape: grammar.Whole) -> str:
    return str(shape.low) if shape.low == shape.high else f"whole number {shape.low}..{shape.high}"


_WORDS: dict[type[Shape], Callable[[Any], str]] = {
    grammar.Text: lambda _: "text",
    grammar.Flag: lambda _: "true/false",
    grammar.FlagOrText: lambda _: "true/false or text",
    grammar.Whole: _whole,
    grammar.Amount: _amount,
    grammar.Choice: lambda shape: "/".join(shape.words),
    grammar.Date: lambda shape: "date or text" if shape.or_text else "date",
    grammar.Clock: lambda _: "time of day",
    grammar.Ref: _ref,
    grammar.FieldRef: lambda shape: " or ".join(["entity.field", *shape.words]),
    grammar.FieldType: lambda _: "type of field",
    grammar.LinkRef: lambda _: "component, zone, place or link",
    grammar.Measure: lambda _: "measure",
    grammar.Test: lambda _: "test",
    grammar.ListOf: lambda shape: f"[{describe(shape.item)}]",
    grammar.MapOf: _map_of,
    grammar.Counts: _counts,
    grammar.Nested: _nested,
    grammar.Either: _either,
    grammar.ByDo: lambda shape: f"{describe(shape.item)}, or by `do`",
    grammar.Steps: lambda _: "steps",
    grammar.Links: lambda _: "{A -> B: {…}, P <-> Q: {…}}",
    grammar.Components: lambda _: "{id: {kind, …}}",
    grammar.Patch: lambda _: "merge patch",
}
