"""JSON Schema (draft-07) of the design file, from the same shapes that the reader reads.

It helps editors complete and colour; the reader judges. So it is never stricter than the reader,
and leaves out what a schema cannot say: references, units, expressions.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sysdesign import kinds
from sysdesign.design import Design
from sysdesign.design import shape as grammar
from sysdesign.design.calls import Branch, StepWords
from sysdesign.design.component import Component
from sysdesign.design.names import FIELD_TYPES
from sysdesign.design.shape import Key, Record, Shape, keys_of
from sysdesign.read.amounts import BOUND_WORDS, DISTRIBUTIONS, SHAPES

Json = dict[str, Any]
TEXT: Json = {"type": ["string", "number", "boolean"]}
AMOUNT: Json = {"$ref": "#/definitions/amount"}
ID = "^[a-z][a-z0-9_-]*$"
OWN_KEYS = "^x-"


def schema_text() -> str:
    """The schema as the file that is committed."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def schema() -> Json:
    """The schema as data."""
    writer = _Writer()
    body = writer.record(Design, keys_of(Design))
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "sysdesign: a system design",
        "description": "One text file holds a system design; see docs/reference/format.md.",
        **body,
        "definitions": {**_basics(), **dict(sorted(writer.definitions.items()))},
    }


def _basics() -> Json:
    bound = {word: AMOUNT for word in BOUND_WORDS if word != "shape"}
    return {
        "amount": {
            "description": "a quantity (40 kB), an expression (users * opens) or a range (4 .. 8)",
            "type": ["string", "number"],
        },
        "range": {
            "type": "object", "additionalProperties": False,
            "properties": {**bound, "shape": {"enum": list(SHAPES)}},
        },
        "spread": {
            "description": "differs from call to call", "type": "object",
            "additionalProperties": False, "required": ["mean"],
            "properties": {"mean": AMOUNT, "p99": AMOUNT, "scv": AMOUNT,
                           "distribution": {"enum": list(DISTRIBUTIONS)}},
        },
        "by_place": {"type": "object", "patternProperties": {ID: AMOUNT}},
        "patch": {"description": "a merge patch (RFC 7396), with dotted keys", "type": "object"},
        "type": {"type": "string", "pattern": f"^({'|'.join(FIELD_TYPES)})\\b"},
    }  # fmt: skip


class _Writer:
    def __init__(self) -> None:
        self.definitions: Json = {}
        self._by_shape: dict[type[Shape], Callable[[Any], Json]] = {
            grammar.Text: lambda s: {**TEXT, "examples": [s.example]} if s.example else TEXT,
            grammar.Flag: lambda _: {"type": "boolean"},
            grammar.FlagOrText: lambda _: TEXT,
            grammar.Whole: lambda s: {"type": "integer", "minimum": s.low, "maximum": s.high},
            grammar.Amount: self.amount,
            grammar.Choice: lambda s: {"enum": list(s.words)},
            grammar.Date: lambda _: TEXT,
            grammar.Clock: lambda _: {"type": "string", "examples": ["02:00"]},
            grammar.Ref: self.ref,
            grammar.FieldRef: lambda s: {"type": "string", "examples": ["tweet.author", *s.words]},
            grammar.FieldType: lambda _: {"$ref": "#/definitions/type"},
            grammar.LinkRef: lambda _: {"type": "string"},
            grammar.Measure: lambda _: {
                "type": "string",
                "examples": ["home_timeline.p99", "cost"],
            },
            grammar.Test: lambda _: {"type": "string", "examples": ["home_timeline.p99 < 200 ms"]},
            grammar.ListOf: self.list,
            grammar.MapOf: self.map,
            grammar.Counts: self.counts,
            grammar.Nested: self.nested,
            grammar.Either: self.either,
            grammar.ByDo: self.by_do,
            grammar.Steps: lambda _: self.steps(),
            grammar.Links: self.links,
            grammar.Components: lambda _: self.components(),
            grammar.Patch: lambda _: {"$ref": "#/definitions/patch"},
        }

    def of(self, shape: Shape) -> Json:
        """Schema of a shape."""
        return self._by_shape[type(shape)](shape)

    def amount(self, shape: grammar.Amount) -> Json:
        options = [AMOUNT, {"$ref": "#/definitions/range"}]
        if shape.spread:
            options.append({"$ref": "#/definitions/spread"})
        if shape.by_place:
            options.append({"$ref": "#/definitions/by_place"})
        return {"anyOf": options}

    def ref(self, shape: grammar.Ref) -> Json:
        if shape.spaces == ("kind",):
            return {"enum": list(kinds.names())}
        return {"type": "string"}

    def list(self, shape: grammar.ListOf) -> Json:
        item = self.of(shape.item)
        return {"anyOf": [{"type": "array", "items": item}, item]}

    def map(self, shape: grammar.MapOf) -> Json:
        return {"type": ["object", "null"], "additionalProperties": self.of(shape.item)}

    def counts(self, shape: grammar.Counts) -> Json:
        name = self.of(shape.keys)
        return {"anyOf": [name, {"type": "array", "items": name},
                          {"type": "object", "additionalProperties": AMOUNT}]}  # fmt: skip

    def either(self, shape: grammar.Either) -> Json:
        return {"anyOf": [self.of(s) for s in (shape.scalar, shape.list, shape.map) if s]}

    def by_do(self, shape: grammar.ByDo) -> Json:
        item = self.of(shape.item)
        return {"anyOf": [item, {"type": "object", "additionalProperties": item}]}

    def links(self, shape: grammar.Links) -> Json:
        return {
            "type": ["object", "null"],
            "patternProperties": {
                "<->": self.named(shape.places),
                "[^<]->": self.named(shape.calls),
            },
        }

    def nested(self, shape: grammar.Nested) -> Json:
        record = self.named(shape.record, shape.others)
        leading = keys_of(shape.record).get(shape.leading)
        if leading is None:
            return record
        return {"anyOf": [record, self.of(leading.shape)]}

    def named(self, record: type[Record], others: str = "") -> Json:
        """A reference to the definition of a record, written once."""
        name = _snake(record.__name__)
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self.record(record, keys_of(record), others)
        return {"$ref": f"#/definitions/{name}"}

    def record(self, record: type[Record], keys: Mapping[str, Key], others: str = "") -> Json:
        """An object with the keys of a record, each with its meaning."""
        gathers = any(
            isinstance(k.shape, grammar.Amount)
            and k.shape.wants == "any"
            and name in ("value", "formula")
            for name, k in keys.items()
        )
        properties = {name: self.documented(one) for name, one in keys.items()}
        if gathers:
            properties.update(dict.fromkeys(("mean", "p99", "scv", *BOUND_WORDS[:-1]), AMOUNT))
        patterns: Json = {OWN_KEYS: {}}
        if others:
            patterns[f"^{others}$"] = TEXT
        required = [n for n, one in keys.items() if one.required and not gathers]
        body: Json = {
            "description": (record.__doc__ or "").splitlines()[0],
            "type": "object", "properties": properties, "patternProperties": patterns,
            "additionalProperties": False,
        }  # fmt: skip
        return {**body, "required": required} if required else body

    def documented(self, one: Key) -> Json:
        """Schema of a key with its meaning and default in words."""
        doc = one.doc + (f" (default: {one.default})" if one.default else "")
        schema = self.of(one.shape)
        if "$ref" in schema:
            schema = {"allOf": [schema]}
        return {"description": doc, **schema}

    def steps(self) -> Json:
        """Steps of a path: ids, or ids with calls or words."""
        if "steps" not in self.definitions:
            self.definitions["steps"] = {}
            self.definitions["steps"] = self._steps()
        return {"$ref": "#/definitions/steps"}

    def _steps(self) -> Json:
        again = {"$ref": "#/definitions/steps"}
        wait = {
            "type": "object",
            "properties": {"wait": TEXT, "calls": again},
            "additionalProperties": False,
        }
        body = {"anyOf": [again, self.named(StepWords), {"type": "null"}]}
        step = {
            "type": "object", "minProperties": 1, "maxProperties": 1,
            "properties": {
                "parallel": {"anyOf": [again, wait]},
                "choose": {"type": "array", "items": {"anyOf": [self.named(Branch), again]}},
            },
            "additionalProperties": body,
        }  # fmt: skip
        one = {"anyOf": [{"type": "string"}, step]}
        return {"anyOf": [{"type": "array", "items": one}, one]}

    def components(self) -> Json:
        """Components: what keys one has depends on its kind."""
        every = keys_of(Component)
        by_kind = []
        for name in kinds.names():
            kind = kinds.get(name)
            if kind is None:
                continue
            self.definitions[f"kind_{name}"] = self.kind(kind)
            condition = {"properties": {"kind": {"const": name}}, "required": ["kind"]}
            by_kind.append({"if": condition, "then": {"$ref": f"#/definitions/kind_{name}"}})
        kind_key = {"description": every["kind"].doc, "enum": list(kinds.names())}
        one = {
            "type": "object",
            "properties": {"kind": kind_key},
            "required": ["kind"],
            "allOf": by_kind,
        }
        short = {"enum": list(kinds.names())}
        return {"type": ["object", "null"], "additionalProperties": {"anyOf": [short, one]}}

    def kind(self, kind: kinds.Kind) -> Json:
        """Keys of a kind; what it shares with others is written once."""
        every = keys_of(Component)
        properties: Json = {}
        for name, one in kind.keys().items():
            common = every.get(name)
            if common is None or one.shape != common.shape:
                properties[name] = self.documented(one)
                continue
            shared = f"key_{name}"
            if shared not in self.definitions:
                self.definitions[shared] = self.documented(replace(common, default=""))
            properties[name] = {"$ref": f"#/definitions/{shared}"}
        return {
            "description": kind.summary,
            "type": "object",
            "properties": properties,
            "patternProperties": {OWN_KEYS: {}},
            "additionalProperties": False,
        }


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).strip("_")
