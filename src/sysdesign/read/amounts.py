"""Amounts: an expression, a spread {mean, p99}, bounds {min, max}, or a map by place."""

import re
from dataclasses import replace
from typing import Any, Literal

from sysdesign.design.names import (
    COMPONENT_NAMES,
    ENTITY_NAMES,
    OPERATION_NAMES,
    SHARED,
    SYSTEM_NAMES,
)
from sysdesign.design.shape import Amount
from sysdesign.design.value import Given, Word
from sysdesign.quantity import Expression, QuantityError
from sysdesign.quantity import parse as parse_expression
from sysdesign.read.context import NAMED, word_of
from sysdesign.read.reads import Reads
from sysdesign.source import Node, Span, nearest, one_slip

_DATE_OR_CLOCK = re.compile(r"\s*(\d{4}-\d\d(-\d\d)?|\d\d:\d\d)\s*\Z", re.ASCII)
SPREAD_WORDS = ("mean", "p99", "scv", "distribution")
BOUND_WORDS = ("min", "max", "p5", "p10", "p25", "p75", "p90", "p95", "shape")
AMOUNT_WORDS = (*SPREAD_WORDS, *BOUND_WORDS)
DISTRIBUTIONS = ("constant", "exponential", "lognormal", "uniform", "gamma", "weibull", "pareto")
SHAPES: dict[str, Literal["lognormal", "normal", "uniform"]] = {
    "lognormal": "lognormal",
    "normal": "normal",
    "uniform": "uniform",
}
_WORD = re.compile(r"(?<![\w.])[A-Za-z]\w*(?![\w.])")
PAIRS = (("min", "max"), ("p5", "p95"), ("p10", "p90"), ("p25", "p75"))


def read_amount(reader: Reads, shape: Amount, node: Node, path: str) -> Given | Word | None:
    """The amount at a node, or a problem."""
    if node.text is not None:
        return _scalar(reader, shape, node, path)
    if node.pairs is None:
        reader.wrong(node, "one amount")
        return None
    names = [k.text or "" for k, _ in node.pairs]
    if shape.by_place and not any(n in AMOUNT_WORDS for n in names):
        return _by_place(reader, shape, node, path)
    return _map(reader, shape, node, path)


def _scalar(reader: Reads, shape: Amount, node: Node, path: str) -> Given | Word | None:
    text = node.text or ""
    if shape.words == ("PLACE",):
        found = reader.context.refer(text, node.span, ("place",))
        return Word(found, node.span) if found else None
    if text in shape.words:
        return word_of(node)
    formula = read_expression(reader, node, shape.wants)
    if formula is None:
        return None
    span = part_of(node, 0, len(text))  # without quotes, so that offsets in the text are right
    return Given(text, span, path, shape.wants, formula, **_limits(shape))


def _by_place(reader: Reads, shape: Amount, node: Node, path: str) -> Given:
    parts: dict[str, Given] = {}
    for key, value in node.pairs or ():
        place = reader.context.refer(key.text or "", key.span, ("place",))
        inner = replace(shape, by_place=False, words=(), low=0.0 if shape.whole else shape.low)
        amount = read_amount(reader, inner, value, f"{path}.{key.text}")
        if place and isinstance(amount, Given):
            parts[Word(place, key.span)] = amount
    text = ", ".join(f"{place} {part.text}" for place, part in parts.items())
    return Given(text, node.span, path, shape.wants, by_place=parts, **_limits(shape))


def _map(reader: Reads, shape: Amount, node: Node, path: str) -> Given | None:
    context = reader.context
    allowed = [w for w in AMOUNT_WORDS if shape.spread or w not in SPREAD_WORDS]
    amounts: dict[str, Expression] = {}
    words: dict[str, str] = {}
    refused = [key for key, _ in node.pairs or () if key.text in SPREAD_WORDS]
    if refused and not shape.spread:
        context.problem("spread", "this amount does not differ from call to call", node.span,
                        hint="write one amount or a range a .. b")  # fmt: skip
        return None
    for key, value in node.pairs or ():
        name: str | None = key.text or ""
        if name not in allowed:
            name = _unknown(reader, shape, key, allowed)
        if name in ("distribution", "shape") and value.text is not None:
            choices: tuple[str, ...] = DISTRIBUTIONS if name == "distribution" else tuple(SHAPES)
            words[name] = reader.choose(value.text, value, choices, f"a {name}") or ""
        elif name:
            formula = read_expression(reader, value, shape.wants)
            if formula is not None:
                amounts[name] = formula
    text = ", ".join(f"{k} {e.text}" for k, e in amounts.items())
    bounds = {n: e for n, e in amounts.items() if n in BOUND_WORDS}
    if not amounts:
        return None
    if bounds:
        if tuple(sorted(bounds)) not in {tuple(sorted(p)) for p in PAIRS} or "mean" in amounts:
            context.problem("range", "two bounds of one kind are wanted", node.span,
                            hint="{min, max}, {p5, p95}, {p10, p90} or {p25, p75}")  # fmt: skip
            return None
        return Given(
            text,
            node.span,
            path,
            shape.wants,
            bounds=bounds,
            shape=SHAPES.get(words.get("shape", ""), ""),
            **_limits(shape),
        )
    if "mean" not in amounts:
        context.problem("spread", "a spread lacks its mean", node.span, hint="{mean: …, p99: …}")
        return None
    return Given(text, node.span, path, shape.wants, amounts["mean"], amounts.get("p99"),
                 amounts.get("scv"), words.get("distribution", ""), **_limits(shape))  # fmt: skip


def _limits(shape: Amount) -> dict[str, Any]:
    """The bounds that a shape sets on its amount."""
    return {"low": shape.low, "high": shape.high, "positive": shape.positive,
            "whole": shape.whole, "instead": shape.instead}  # fmt: skip


def _unknown(reader: Reads, shape: Amount, key: Node, allowed: list[str]) -> str | None:
    text = key.text or ""
    places = reader.context.ids.known("place") if shape.by_place else []
    meant = nearest(text, [*allowed, *places])
    hint = None if meant else f"known: {', '.join([*allowed[:4], *places])}"
    reader.context.problem("unknown-key", f"unknown key '{text}'", key.span, meant, hint)
    return meant


def read_expression(reader: Reads, node: Node, wants: str = "") -> Expression | None:
    """The expression of a scalar, its names resolved; problems stand at the word."""
    context = reader.context
    if node.text is None:
        reader.wrong(node, "an amount")
        return None
    if node.is_null:
        return None
    try:
        expression = parse_expression(node.text, context.units)
    except QuantityError as trouble:
        if _DATE_OR_CLOCK.match(node.text):
            context.problem("amount", "a date or a time of the day is no amount", node.span)
        elif not _mistyped_unit(reader, node, trouble, wants):
            context.problem("amount", trouble.message, part_of(node, trouble.start, trouble.end),
                            trouble.suggestion, trouble.further_hint)  # fmt: skip
        return None
    for note in expression.notes:
        context.notes.append((node.span, note))
    known = [_name(reader, node, wants, *name) for name in expression.names()]
    return expression if all(known) else None


def _mistyped_unit(reader: Reads, node: Node, trouble: QuantityError, wants: str) -> bool:
    """Whether a word that is no unit, but nearly one, explains why a quantity cannot be read."""
    context = reader.context
    known_slip = (trouble.hint or "").startswith(("write", "attach"))
    for found in _WORD.finditer(node.text or ""):
        word = found[0]
        meant = None if context.ids.space_of(word) else unit_near(reader, word, wants)
        if meant and not (known_slip and found.span() == (trouble.start, trouble.end)):
            context.problem("unit", f"'{word}' is not a unit", part_of(node, *found.span()), meant)
            return True
    return False


def unit_near(reader: Reads, word: str, wants: str) -> str | None:
    """The unit of which one slip of the finger makes a word.

    Of several it is one of the dimension that is wanted, and of these the one used most.
    """
    units, text = reader.context.units, reader.context.text
    if units.is_unit(word):
        return None
    near = [u for u in units.words() if len(word) > 1 and one_slip(word, u)]
    if wants in ("s", "B"):
        sort = units.parse(wants).dimension
        near = [u for u in near if units.parse(u).dimension == sort] or near
    near = [u for u in near if u == re.sub(r"(.)\1", r"\1", word)] or near  # doubled by a slip
    used = re.findall(r"[A-Za-z]+", text) if len(near) > 1 else []
    return max(near, key=used.count, default=None)


def part_of(node: Node, start: int, end: int) -> Span:
    """The stretch of a scalar's text in the file; the whole scalar where it spans lines."""
    shift = 0 if node.plain else 1
    return node.span.part(start + shift, max(end, start + 1) + shift)


def _name(reader: Reads, node: Node, wants: str, name: str, start: int, end: int) -> bool:
    context = reader.context
    span = part_of(node, start, end)
    head, dot, rest = name.partition(".")
    if name == "read_write" or (head == "system" and rest in SYSTEM_NAMES):
        return True
    if head == "system" and dot:
        at = part_of(node, start + len(head) + 1, end)
        hint = f"the whole has {', '.join(SYSTEM_NAMES)}"
        context.problem("measure", f"'{name}' is not known", at, nearest(rest, SYSTEM_NAMES), hint)
        return False
    if not dot and context.ids.space_of(head) is None:
        advice, _ = context.units.advice(head)
        if (
            advice
            and advice.startswith("write ")
            and nearest(head, context.ids.known(*SHARED)) is None
        ):
            context.problem("unit", f"'{head}' is not a unit", span, None, advice)
            return False
    if not dot:
        known_name = context.ids.space_of(head) is not None
        unit = None if known_name or len(head) < 2 else unit_near(reader, head, wants)
        others = [unit] if unit else []
        return context.refer(head, span, ("assumption", "estimate"), others) is not None
    spaces = tuple(
        s for s in SHARED if s not in ("path", "actor", "assumption", "estimate", "place")
    )
    found = context.refer(head, part_of(node, start, start + len(head)), spaces)
    if found is None:
        return False
    space = context.ids.space_of(found)
    known = {
        "operation": OPERATION_NAMES,
        "entity": ENTITY_NAMES,
        "component": (*COMPONENT_NAMES, *context.amounts_of(found)),
    }.get(space or "", ())
    first, _, place = rest.partition(".")
    if rest in known or (first in known and place in context.ids.known("place")):
        return True
    context.problem(
        "measure", f"'{name}' is not known", part_of(node, start + len(head) + 1, end),
        nearest(rest, known), f"{NAMED[space or 'component']} has {', '.join(known[:9])}",
    )  # fmt: skip
    return False
