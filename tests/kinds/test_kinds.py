"""Promises that every component kind keeps: its page, its keys, its defaults, their sources."""

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from sysdesign import kinds, rates
from sysdesign.design import Component, Trait, keys_of
from sysdesign.design import shape as grammar
from sysdesign.kinds import Field, Kind
from sysdesign.kinds.fields import having
from sysdesign.kinds.kind import collect
from sysdesign.kinds.page import HEADINGS, index, page, sections
from sysdesign.quantity import Units, evaluate, parse

UNITS = Units()
Path = tuple[str | int, ...]
KINDS = kinds.all_kinds()
LARGEST_P99_OVER_MEAN = 14.97  # of a lognormal: exp(z² / 2) with z = 2.326
SPREAD = ("mean", "p99", "scv", "distribution")

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
every_default = pytest.mark.parametrize(
    ("kind", "field"),
    [(kind, f) for kind in KINDS.values() for f in kind.fields if f.default],
    ids=lambda x: f"{x.name}{x.when and '-' + x.when}" if isinstance(x, Field) else x.name,
)

# Keys that five worked designs use, by kind.
USED = {
    "api_gateway": "balance cores does failover fails in price replicas route slots work",
    "cache": "coalesce copies cores does evict fails hit in invalidate memory price replicas "
    "shards ttl when_down why work",
    "cdn": "availability does hit managed price ttl when_down work",
    "connection_gateway": "balance connections cores does fails memory price replicas slots work",
    "external_service": "availability does fails limit price work",
    "key_value_store": "availability backup copies cores disk does encrypted fails in managed "
    "price shards work",
    "load_balancer": "availability does in managed price route",
    "object_store": "availability copies does durability encrypted in managed price work",
    "queue": "availability backlog dead_letter does in keep managed price when_full",
    "scheduler": "availability does in managed",
    "service": "backlog balance bandwidth cores does fails in price replicas scale slots "
    "when_full work",
    "sql_database": "backup copies cores disk does encrypted fails in overhead price shards "
    "slots why work",
    "stream": "backlog copies dead_letter does keep key partitions price replicas when_full work",
    "wide_column_store": "backup copies cores disk does encrypted fails overhead price shards "
    "why work",
    "worker": "attempts cores does fails in memory price replicas scale slots work",
}


def amount(text: str) -> tuple[float, str]:
    """Value in base units, and what it measures apart from what it counts."""

    def unknown(name: str):
        raise KeyError(name)

    found = evaluate(parse(text, UNITS), unknown, UNITS, "test")
    return found.value.median, found.dimension.without_counts().describe()


def written(text: str) -> Any:
    """The tree of a value of the design file, every scalar as text."""
    return yaml.load(text, Loader=yaml.BaseLoader)


def leaves(
    shape: grammar.Shape, tree: Any, path: Path = ()
) -> Iterator[tuple[Path, grammar.Amount, str]]:
    """Amounts in a value with their shape and place; fails where the value is not of its shape."""
    match shape:
        case grammar.Nested() if isinstance(tree, dict):
            keys = keys_of(shape.record)
            for name, value in tree.items():
                yield from leaves(keys[name].shape, value, (*path, name))
        case grammar.Nested():
            yield from leaves(keys_of(shape.record)[shape.leading].shape, tree, path)
        case grammar.ByDo() if isinstance(tree, dict) and not set(tree) & set(SPREAD):
            for do, value in tree.items():
                yield from leaves(shape.item, value, (*path, do))
        case grammar.ByDo():
            yield from leaves(shape.item, tree, path)
        case grammar.Either():
            form = {"str": shape.scalar, "list": shape.list, "dict": shape.map}[type(tree).__name__]
            assert form is not None, tree
            yield from leaves(form, tree, path)
        case grammar.ListOf():
            for number, item in enumerate(tree):
                yield from leaves(shape.item, item, (*path, number))
        case grammar.Amount() if isinstance(tree, dict):
            assert shape.spread
            for name in tree:
                assert name in SPREAD
                yield (*path, name), shape, tree[name]
        case grammar.Amount():
            yield path, shape, tree
        case _:
            raise AssertionError(f"a default of {shape}")


def bound_at(tree: Any, path: Path) -> str | None:
    """Bound of a leaf: at its place, or of all that it is part of."""
    for step in path:
        if isinstance(tree, str):
            return tree
        tree = tree.get(step, {})
    return tree if isinstance(tree, str) else None


def physical(wants: str) -> str:
    return UNITS.parse(wants).dimension.without_counts().describe()


def default_of(kind: str, name: str, managed: bool) -> Field:
    return next(f for f in KINDS[kind].defaults(managed) if f.name == name)


def test_catalogue_is_complete():
    wanted = """client dns cdn load_balancer api_gateway service function worker scheduler
        connection_gateway cache sql_database document_store key_value_store wide_column_store
        graph_database search_index time_series_database object_store queue stream
        external_service"""
    assert set(re.findall(r"\w+", wanted)) <= set(KINDS)
    assert tuple(KINDS) == kinds.names() == tuple(sorted(kinds.names()))


def test_names_load_no_kind_and_one_kind_loads_no_other():
    code = (
        "import sys; from sysdesign import kinds; kinds.names(); kinds.get('queue')\n"
        "print(*(m.removeprefix('sysdesign.kinds.') for m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) & set(kinds.names()) == {"queue"}


@pytest.mark.parametrize("name", ["", "unicorn", "kind", "fields", "page", "lowering", "__init__"])
def test_what_is_no_kind_is_none(name: str):
    assert kinds.get(name) is None


@every_kind
def test_page_is_complete(kind: Kind):
    found = sections(kind)
    assert tuple(found) == HEADINGS
    assert all(len(text.split()) >= 4 for text in found.values())
    assert kind.summary.endswith(".")
    text = page(kind)
    assert text == page(kind)
    assert all(f"\n## {heading}\n" in text for heading in HEADINGS)
    assert all(f"\n| `{key}` | " in text for key in set(kind.keys()))
    assert re.search(r"\b(19|20)\d\d\b", found["Source"])
    assert kind.icon


def test_index_names_every_kind_with_its_claim():
    text = index(KINDS)
    assert text == index(dict(sorted(KINDS.items(), reverse=True)))
    assert all(
        f"[{kind.name}](kinds/{kind.name}.md) | {kind.summary} |" in text for kind in KINDS.values()
    )


@every_kind
def test_every_key_is_known_or_brings_its_shape(kind: Kind):
    for name, key in kind.keys().items():
        assert isinstance(key.shape, grammar.Shape)
        assert key.doc, name
    assert kind.keys()["kind"].required
    assert set(kinds.COMMON) <= set(kind.keys())
    assert kind.keys()["managed"].default == ("true" if kind.managed else "false")


@every_kind
def test_a_key_has_one_default_where_the_provider_runs_it_and_one_where_not(kind: Kind):
    for managed in (True, False):
        names = [f.name for f in kind.defaults(managed)]
        assert len(names) == len(set(names))
        assert "work" in names
    assert kind.defaults() == kind.defaults(kind.managed)


@every_default
def test_default_is_of_its_shape_and_plausible(kind: Kind, field: Field):
    shape = kind.keys()[field.name].shape
    low, high = written(field.low), written(field.high)
    found = list(leaves(shape, written(field.default)))
    assert found
    for path, leaf, text in found:
        value, dimension = amount(text)
        if leaf.wants.startswith("price"):
            assert dimension.startswith("money")
        elif leaf.wants != "any":
            assert dimension == physical(leaf.wants), path
        assert leaf.low is None or value >= leaf.low
        assert leaf.high is None or value <= leaf.high
        if path[-1:] == ("up_to",):
            continue  # ends a step of a price list; the prices of the steps are bounded
        least, most = (bound_at(tree, path) for tree in (low, high))
        assert least is not None, path
        assert most is not None, path
        assert amount(least)[1] == amount(most)[1] == dimension, path
        assert amount(least)[0] <= value <= amount(most)[0], path


@every_kind
def test_ranges_without_a_default_are_of_their_shape_too(kind: Kind):
    for field in kind.fields:
        assert bool(field.low) == bool(field.high), field.name
        if field.low:
            shape = kind.keys()[field.name].shape
            low = list(leaves(shape, written(field.low)))
            high = list(leaves(shape, written(field.high)))
            assert [path for path, *_ in low] == [path for path, *_ in high]
            for (_, _, least), (_, _, most) in zip(low, high, strict=True):
                assert amount(least)[1] == amount(most)[1]
                assert amount(least)[0] < amount(most)[0]


@every_kind
def test_a_spread_is_one_that_a_lognormal_can_have(kind: Kind):
    for field in (f for f in kind.fields if "p99" in f.default):
        spread = written(field.default)
        ratio = amount(spread["p99"])[0] / amount(spread["mean"])[0]
        assert 1 < ratio < LARGEST_P99_OVER_MEAN


@every_default
def test_source_is_a_cited_rate_a_document_with_its_year_or_an_assumption(kind: Kind, field: Field):
    assert field.source
    for source in field.source.split(", "):
        if source.startswith("base."):
            assert rates.get(source), source
        else:
            assert source == "assumption" or re.search(r"\b(19|20)\d\d\b", source)


@every_kind
def test_a_kind_that_a_provider_runs_has_an_availability_and_any_other_fails(kind: Kind):
    if kind.managed or Trait.HAS_INSTANCES in kind.traits:
        assert "availability" in [f.name for f in kind.defaults(managed=True)]
    if Trait.HAS_INSTANCES in kind.traits:
        own = [f.name for f in kind.defaults(managed=False)]
        assert "fails" in own
        assert "availability" not in own


@every_kind
def test_traits_and_keys_agree(kind: Kind):
    keys = set(kind.keys())
    for trait, key in (
        (Trait.HAS_INSTANCES, "replicas"),
        (Trait.STORES_DATA, "copies"),
        (Trait.STORE_OF_RECORD, "backup"),
        (Trait.CACHES, "hit"),
        (Trait.ASYNCHRONOUS, "dead_letter"),
        (Trait.HOLDS_CONNECTIONS, "connections"),
    ):
        assert kind.has(trait) <= (key in keys)
    assert ("hit" in keys) == kind.has(Trait.CACHES)
    assert not (kind.has(Trait.STORE_OF_RECORD) and kind.has(Trait.VOLATILE))
    assert kind.has(Trait.STORE_OF_RECORD) <= kind.has(Trait.STORES_DATA)
    assert kind.has(Trait.KEEPS_LOG) <= kind.has(Trait.ASYNCHRONOUS)
    assert not (kind.has(Trait.OUTSIDE) and kind.has(Trait.HAS_INSTANCES))


def test_every_trait_has_a_kind():
    assert {trait for kind in KINDS.values() for trait in kind.traits} == set(Trait)


def test_every_key_of_the_format_is_taken_by_a_kind():
    taken = set().union(*(kind.keys() for kind in KINDS.values()))
    assert set(keys_of(Component)) <= taken


@pytest.mark.parametrize(("kind", "keys"), USED.items(), ids=USED)
def test_keys_used_by_worked_designs_are_taken(kind: str, keys: str):
    assert set(keys.split()) <= set(KINDS[kind].keys())


@pytest.mark.parametrize(
    ("kind", "do", "rate"),
    [
        ("cache", "", "base.redis.ops"),
        ("sql_database", "read", "base.postgres.reads_per_vcpu"),
        ("sql_database", "write", "base.postgres.rw_tps_per_vcpu"),
        ("time_series_database", "write", "base.time_series.writes_per_core"),
    ],
)
def test_work_on_one_core_is_the_inverse_of_the_cited_throughput(kind: str, do: str, rate: str):
    work = written(default_of(kind, "work", managed=False).default)
    seconds, _ = amount(work[do] if do else work)
    cited = rates.get(rate)
    assert cited is not None
    assert 1 / seconds == pytest.approx(amount(cited.text)[0], rel=0.05)


def test_cassandra_work_is_that_of_one_copy_on_one_of_four_cores():
    cited = rates.get("base.cassandra.writes_per_node")
    assert cited is not None
    copies, cores = 3, 4
    seconds, _ = amount(
        written(default_of("wide_column_store", "work", managed=False).default)["write"]
    )
    assert cores / (copies * seconds) == pytest.approx(cited.value, rel=0.1)


@every_default
def test_a_default_with_one_cited_rate_of_its_dimension_equals_it(kind: Kind, field: Field):
    found = list(leaves(kind.keys()[field.name].shape, written(field.default)))
    amounts = [amount(text) for path, _, text in found if path[-1:] != ("up_to",)]
    for source in field.source.split(", "):
        rate = rates.get(source)
        if rate is None:
            continue
        value, dimension = amount(rate.text)
        of_kind = [v for v, d in amounts if d == dimension]
        if field.name in ("work", "overhead") and dimension != "time":
            continue  # worked out from the rate: see the tests above and the Source of the kind
        assert any(v == pytest.approx(value, rel=0.01) for v in of_kind), (source, of_kind)


def test_cdn_prices_fall_by_tier_and_end_at_the_cited_low():
    tiers = written(default_of("cdn", "price", managed=True).default)["out"]
    each = [amount(tier["each"])[0] for tier in tiers]
    ends = [amount(tier["up_to"])[0] for tier in tiers if "up_to" in tier]
    cited = rates.get("base.price.cdn_egress")
    assert cited is not None
    assert cited.low is not None
    assert each == sorted(each, reverse=True)
    assert ends == sorted(ends)
    assert len(ends) == len(each) - 1
    per_gb = [price * 1e9 for price in (each[0], each[-1])]
    assert per_gb == pytest.approx([cited.value, cited.low])


def test_cache_overhead_is_that_of_an_entry_of_300_bytes():
    cited = rates.get("base.redis.entry_overhead")
    assert cited is not None
    overhead, _ = amount(default_of("cache", "overhead", managed=False).default)
    assert overhead == pytest.approx((300 + cited.value) / 300, abs=0.05)


def test_having_replaces_by_name_and_keeps_what_is_left_empty():
    group = (Field("work", low="1 us", high="1 s"), Field("slots", "1"))
    made = having(group, Field("work", "2 ms", when="own"), Field("work", "5 ms", when="managed"))
    assert [(f.name, f.default, f.low, f.when) for f in made] == [
        ("work", "2 ms", "1 us", "own"),
        ("work", "5 ms", "1 us", "managed"),
        ("slots", "1", "", ""),
    ]


def test_a_file_without_its_kind_is_named():
    from sysdesign.kinds import fields

    with pytest.raises(TypeError, match=r"fields\.py: must hold KIND"):
        collect({"fields": fields})


def test_a_key_that_the_format_does_not_know_needs_a_shape():
    strange = Kind(name="x", icon="box", traits=frozenset(), fields=(Field("spin"),))
    with pytest.raises(TypeError, match="'spin'"):
        strange.keys()
    own = Field("spin", shape=grammar.Amount("1/s"), doc="turns a second")
    spinning = Kind(name="x", icon="box", traits=frozenset(), fields=(own,))
    assert spinning.keys()["spin"].doc == "turns a second"
