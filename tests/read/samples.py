"""Values for every shape of the format, in each of the forms it may take, as YAML."""

from collections.abc import Callable, Iterator
from typing import Any

from sysdesign.design import keys_of
from sysdesign.design import shape as grammar
from sysdesign.design.names import FIELD_TYPES
from sysdesign.design.shape import Record, Shape
from sysdesign.read.context import Context
from sysdesign.read.yaml_tree import parse
from sysdesign.source import Source

UNIVERSE = """\
sysdesign: 1
problem: {actors: {person: {}}}
assumptions: {users: 5 user}
estimates: {more: users * 2}
requirements: {quality: {fast: call.p99 < 1 s}}
operations: {call: {path: [web]}}
paths: {way: [web]}
data: {thing: {fields: {id: id}}}
places: {eu: [eu-a], us: [us-a]}
components: {web: service, store: sql_database}
scenarios: {lost: {fail: eu}}
decisions: {pick: {}}
security: {roles: {person: {}}}
observability: {objectives: {quick: fast}}
"""
IDS = {
    "assumption": "users", "estimate": "more", "operation": "call", "path": "way", "actor": "person",
    "entity": "thing", "place": "eu", "component": "web", "requirement": "fast", "zone": "eu-a",
    "scenario": "lost", "decision": "pick", "objective": "quick", "role": "person",
    "kind": "service", "rate": "base.redis.ops", "location": "west_europe",
}  # fmt: skip
AMOUNTS = {
    "": "3", "B": "4 kB", "s": "2 ms", "1/s": "5 req/s", "B/s": "6 MB/s", "any": "7 item",
    "price": "8 USD/month", "factor or rate": "3 req/s", "price 1/s": "8 USD/month",
    "price 1/B/s": "8 USD/GB/month", "price 1/B": "8 USD/GB",
}  # fmt: skip
STEP = "[web, way, person, {web: {do: x}}, {parallel: [web]}, {choose: [{share: 5%, calls: web}, [web]]}]"


def universe() -> Context:
    """What a reader knows of a design that defines one of each."""
    context = Context(text=UNIVERSE)
    context.collect_ids(parse(Source("universe", UNIVERSE), []))
    return context


def samples(shape: Shape) -> Iterator[str]:
    """Each form that a shape may take."""
    yield from _FORMS[type(shape)](shape)


def first(shape: Shape) -> str:
    """The plainest form."""
    return next(samples(shape))


def record(cls: type[Record]) -> str:
    """A record with all its keys."""
    return _flow({name: first(key.shape) for name, key in keys_of(cls).items()})


def _flow(pairs: dict[str, str]) -> str:
    return f"{{{', '.join(f'{key}: {value}' for key, value in pairs.items())}}}"


def _amount(shape: grammar.Amount) -> Iterator[str]:
    if shape.words != ("PLACE",):
        yield (one := "50%" if shape.high == 1.0 else AMOUNTS[shape.wants])
    else:
        yield (one := "eu")
        one = "50%"
    yield f"{{min: {one}, max: {one}}}"
    yield f"{{p10: {one}, p90: {one}, shape: normal}}"
    if shape.spread:
        yield f"{{mean: {one}, p99: {one}, scv: 2, distribution: gamma}}"
    if shape.by_place:
        yield f"{{eu: {one}, us: {one}}}"
    if shape.words != ("PLACE",):
        yield from shape.words


def _ref(shape: grammar.Ref) -> Iterator[str]:
    yield from (IDS[space] for space in shape.spaces)
    yield from shape.words


def _listed(shape: grammar.ListOf) -> Iterator[str]:
    yield f"[{first(shape.item)}]"
    yield from samples(shape.item)


def _map_of(shape: grammar.MapOf) -> Iterator[str]:
    key = first(shape.keys) if shape.keys else "one"
    yield from (f"{{{key}: {value}}}" for value in samples(shape.item))


def _counts(shape: grammar.Counts) -> Iterator[str]:
    name = first(shape.keys)
    yield from (f"{{{name}: {first(shape.amount)}}}", f"[{name}]", *samples(shape.keys))


def _nested(shape: grammar.Nested) -> Iterator[str]:
    yield record(shape.record)
    if shape.leading:  # a map is the record itself
        short = samples(keys_of(shape.record)[shape.leading].shape)
        yield from (text for text in short if not text.startswith("{"))


def _either(shape: grammar.Either) -> Iterator[str]:
    for form, sign in ((shape.scalar, ""), (shape.list, "["), (shape.map, "{")):
        for text in samples(form) if form else ():
            if text[0] == sign or (not sign and text[0] not in "[{"):
                yield text


def _by_do(shape: grammar.ByDo) -> Iterator[str]:
    yield from samples(shape.item)
    yield f"{{read: {first(shape.item)}, write_more: {first(shape.item)}}}"


_FORMS: dict[type[Shape], Callable[[Any], Iterator[str]]] = {
    grammar.Text: lambda _: iter(("some words", "7", "true", "2027")),
    grammar.Flag: lambda _: iter(("true", "false")),
    grammar.FlagOrText: lambda _: iter(("true", "false", "with keys of ours")),
    grammar.Whole: lambda s: iter((str(s.low), str(s.high))),
    grammar.Amount: _amount,
    grammar.Choice: lambda s: iter(s.words),
    grammar.Date: lambda _: iter(("2027-06-30", "2027-06", "2027")),
    grammar.Clock: lambda _: iter(("02:00",)),
    grammar.Ref: _ref,
    grammar.FieldRef: lambda s: iter(("thing.id", *s.words)),
    grammar.FieldType: lambda _: iter((*FIELD_TYPES, "string(80)", "list(id)", "ref thing")),
    grammar.LinkRef: lambda _: iter(("web", "eu", "eu-a", "web -> store", "eu <-> us")),
    grammar.Measure: lambda _: iter(("call.p99", "web.utilisation", "cost", "(call -> call).p95")),
    grammar.Test: lambda _: iter(("call.p99 < 200 ms", "carries >= 2x", "(call -> call).p95 < 5 s")),
    grammar.ListOf: _listed,
    grammar.MapOf: _map_of,
    grammar.Counts: _counts,
    grammar.Nested: _nested,
    grammar.Either: _either,
    grammar.ByDo: _by_do,
    grammar.Steps: lambda _: iter((STEP, "web", "[{web: [store]}]", "[{parallel: {wait: 1, calls: [web]}}]")),
    grammar.Links: lambda s: iter((
        f"{{web -> store: {record(s.calls)}, any -> any: {{}}}}", f"{{eu <-> us: {record(s.places)}}}",
    )),
    grammar.Components: lambda _: iter(("{web: service}", "{web: {kind: service, work: 2 ms}}")),
    grammar.Patch: lambda _: iter(("{operations.call.rate: 3 req/s, paths.way: null}",)),
}  # fmt: skip
