"""Every key of every record, in every form, is read; and the schema for editors agrees."""

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from sysdesign import kinds
from sysdesign.design import Design, Key, keys_of
from sysdesign.design.component import Component
from sysdesign.design.shape import Nested, Record, attribute
from sysdesign.read import parse, read
from sysdesign.read.reader import Reader
from sysdesign.read.schema import schema, schema_text
from sysdesign.source import Source
from tests.read.designs import NAMES, text_of
from tests.read.samples import samples, universe


def records(cls: type[Record] = Record) -> Iterator[type[Record]]:
    """Every class of records that has keys."""
    for sub in cls.__subclasses__():
        if keys_of(sub):
            yield sub
        yield from records(sub)


RECORDS = sorted(set(records()), key=lambda cls: cls.__name__)
KEYS = [(cls, name) for cls in RECORDS for name in keys_of(cls)]
LISTED = [f"{cls.__name__}.{name}" for cls, name in KEYS]


@cache
def written() -> dict[str, Any]:
    return schema()


@cache
def validator() -> Draft7Validator:
    return Draft7Validator(written())


def as_editors_see(text: str) -> Any:
    """A text as YAML 1.2 has it: dates are texts."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(key): plain(one) for key, one in value.items()}
        if isinstance(value, list):
            return [plain(one) for one in value]
        return str(value) if isinstance(value, date) else value

    return plain(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def wrong(text: str) -> list[str]:
    return [error.message[:200] for error in validator().iter_errors(as_editors_see(text))]


@pytest.mark.parametrize(("cls", "name"), KEYS, ids=LISTED)
def test_every_form_of_a_key_is_read(cls: type[Record], name: str) -> None:
    key = keys_of(cls)[name]
    for text in samples(key.shape):
        context = universe()
        node = parse(Source("sample", f"{name}: {text}"), context.problems)
        found = Reader(context).record(cls, {name: key}, node, "here")
        context.report_unknown()
        assert not context.problems, f"{text}: {context.problems[0].sentence}"
        assert getattr(found, attribute(cls, name)) not in (None, (), {}), text
        assert found.has(name)


@pytest.mark.parametrize("name", kinds.names())
def test_every_key_of_every_kind_is_read_and_stated(name: str) -> None:
    kind = kinds.get(name)
    assert kind is not None
    for key, one in kind.keys().items():
        value = name if key == "kind" else next(samples(one.shape))
        text = f"sysdesign: 1\ncomponents: {{it: {{kind: {name}, {key}: {value}}}}}"
        if key == "kind":
            text = f"sysdesign: 1\ncomponents: {{it: {name}}}"
        part = read(Source("sample", text)).design.components["it"]
        assert part.has(key)


@pytest.mark.parametrize("cls", RECORDS, ids=lambda cls: cls.__name__)
def test_a_key_that_is_unknown_is_said_and_the_rest_is_read(cls: type[Record]) -> None:
    context = universe()
    node = parse(Source("sample", "{qwertyuiop: 1, x-own: 2}"), context.problems)
    keys = {name: Key(k.shape, k.doc, k.engines) for name, k in keys_of(cls).items()}
    found = Reader(context).record(cls, keys, node, "here")
    assert [p.code for p in context.problems] == ["unknown-key"]
    assert dict(found.others) == {"x-own": "2"}


def as_read(text: str) -> str:
    """All that was read, with its places."""
    return re.sub(" at 0x[0-9a-f]+", "", repr(read(Source("design.yaml", text)).design))


@pytest.mark.parametrize("name", NAMES)
def test_reading_is_stable(name: str) -> None:
    assert not read(Source(name, text_of(name))).problems
    assert as_read(text_of(name)) == as_read(text_of(name))


@pytest.mark.parametrize("name", NAMES)
def test_line_ends_change_nothing_that_is_read(name: str) -> None:
    text = text_of(name)
    assert as_read(text.replace("\n", "\r\n")) == as_read(text)


# -- the schema ----------------------------------------------------------------------------------


def test_the_schema_is_draft_7_and_the_text_of_it() -> None:
    Draft7Validator.check_schema(schema())
    assert json.loads(schema_text()) == schema()


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_takes_every_design(name: str) -> None:
    assert wrong(text_of(name)) == []


@pytest.mark.parametrize("name", keys_of(Design))
def test_the_schema_takes_every_form_of_a_section(name: str) -> None:
    shape = keys_of(Design)[name].shape
    for text in samples(shape):
        assert wrong(f"sysdesign: 1\n{name}: {text}") == [], text


@pytest.mark.parametrize(("cls", "name"), KEYS, ids=LISTED)
def test_the_schema_takes_every_form_of_a_key(cls: type[Record], name: str) -> None:
    definition = written()["definitions"].get(_snake(cls))
    if cls in (Design, Component) or definition is None:
        return  # sections and kinds have tests of their own; a step is no record of the schema
    body = {**definition["properties"][name], "definitions": written()["definitions"]}
    check = Draft7Validator(body)
    for text in samples(keys_of(cls)[name].shape):
        value = as_editors_see(f"{name}: {text}")[name]
        assert [error.message[:200] for error in check.iter_errors(value)] == [], text


def _snake(cls: type[Record]) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in cls.__name__).strip("_")


@pytest.mark.parametrize("name", kinds.names())
def test_the_schema_takes_every_key_of_a_kind(name: str) -> None:
    kind = kinds.get(name)
    assert kind is not None
    for key, one in kind.keys().items():
        value = name if key == "kind" else next(samples(one.shape))
        text = f"sysdesign: 1\ncomponents: {{it: {{kind: {name}, {key}: {value}}}}}"
        if key != "kind":
            assert wrong(text) == [], text


@pytest.mark.parametrize(
    ("right", "slip"),
    [
        ("timeline_service:\n    kind", "timeline_service:\n    knid"),
        ("    page: 20", "    pgae: 20"),
        ("level: A", "level: D"),
        ("mode: quorum", "mode: quroum"),
        ("horizon: 5 year", "horizen: 5 year"),
        ("kind: stream", "kind: straem"),
        ("priority: must", "priority: most"),
        ("decisions:", "decision:"),
        ("balance: {policy", "balance: {polcy"),
        ("do: write_push, of:", "do: write_push, off:"),
    ],
)
@pytest.mark.mostly_slow(3)
def test_the_schema_refuses_a_slip(right: str, slip: str) -> None:
    text = text_of("twitter")
    assert right in text
    assert wrong(text.replace(right, slip, 1)) != []


def test_the_schema_says_what_each_key_means() -> None:
    for name, definition in schema()["definitions"].items():
        for key, body in definition.get("properties", {}).items():
            if name not in ("range", "spread") and key not in ("mean", "p99", "scv", "min", "max"):
                assert body.get("description") or "$ref" in body, f"{name}.{key}"


def test_short_forms_stand_for_their_leading_key() -> None:
    assert all(
        not shape.leading or shape.leading in keys_of(shape.record)
        for cls in RECORDS for key in keys_of(cls).values() if isinstance(shape := key.shape, Nested)
    )  # fmt: skip
