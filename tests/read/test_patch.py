"""Changes tried without editing the file: the examples of RFC 7396, and what dotted paths add."""

import pytest

from sysdesign.read.patch import apply
from sysdesign.read.yaml_tree import parse
from sysdesign.source import Node, Problem, Source, UnusableError
from sysdesign.workbench import open_text
from tests.read.bad_inputs import GOOD


def tree(text: str) -> Node:
    return parse(Source("text", text), [])


def data(node: Node | None) -> object:
    if node is None or node.is_null:
        return None
    if node.pairs is not None:
        return {key.text: data(value) for key, value in node.pairs}
    return node.text if node.items is None else [data(item) for item in node.items]


def patched(design: str, patch: str) -> tuple[object, list[Problem]]:
    problems: list[Problem] = []
    return data(apply(tree(design), tree(patch), problems)), problems


# RFC 7396, appendix A; ours stand below a key of the user's own, where no shape is known.
RFC_7396 = [
    ('{"a":"b"}', '{"a":"c"}', '{"a":"c"}'),
    ('{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'),
    ('{"a":"b"}', '{"a":null}', "{}"),
    ('{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'),
    ('{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'),
    ('{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'),
    ('{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'),
    ('{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'),
    ('["a","b"]', '["c","d"]', '["c","d"]'),
    ('{"a":"b"}', '["c"]', '["c"]'),
    ('{"a":"foo"}', '"bar"', '"bar"'),
    ('{"e":null}', '{"a":1}', '{"e":null,"a":1}'),
    ("[1,2]", '{"a":"b","c":null}', '{"a":"b"}'),
    ("{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'),
]


@pytest.mark.parametrize(("original", "patch", "result"), RFC_7396)
def test_the_examples_of_the_rfc(original: str, patch: str, result: str) -> None:
    found, problems = patched(f"x-t: {original}", f"x-t: {patch}")
    assert found == data(tree(f"x-t: {result}"))
    assert not problems


def test_neither_argument_is_changed() -> None:
    design, patch = tree("x-t: {a: 1, b: {c: 2}}"), tree("x-t: {b: {c: 3, d: 4}}")
    before = data(design), data(patch)
    apply(design, patch, [])
    assert (data(design), data(patch)) == before


@pytest.mark.parametrize(
    ("design", "patch", "result"),
    [
        ("components: {a: {work: 2 ms}}", "components.a.replicas: 3",
         {"components": {"a": {"work": "2 ms", "replicas": "3"}}}),
        ("components: {a: {copies: 2}}", "components.a.copies.mode: quorum",
         {"components": {"a": {"copies": {"count": "2", "mode": "quorum"}}}}),
        ("components: {a: service}", "components.a.replicas: 3",
         {"components": {"a": {"kind": "service", "replicas": "3"}}}),
        ("assumptions: {users: 5 user}", "assumptions.users.source: plan",
         {"assumptions": {"users": {"value": "5 user", "source": "plan"}}}),
        ("operations: {a: {response: 4 kB}}", "operations.a.response: {p99: 9 kB}",
         {"operations": {"a": {"response": {"mean": "4 kB", "p99": "9 kB"}}}}),
        ("operations: {a: {trigger: q}}", "operations.a.trigger.batch: 9",
         {"operations": {"a": {"trigger": {"from": "q", "batch": "9"}}}}),
        ("places: {eu: {zones: [a, b]}}", "places.eu.zones: [c]", {"places": {"eu": {"zones": ["c"]}}}),
        ("places: {eu: [a, b]}", "places.eu.like: west_europe",
         {"places": {"eu": {"zones": ["a", "b"], "like": "west_europe"}}}),
        ("operations: {a: {path: [b]}, c: {}}", "operations.a: null", {"operations": {"c": {}}}),
        ("operations: {a: {rate: 1/s}}", "operations: {a: {rate: null, users: 9}}",
         {"operations": {"a": {"users": "9"}}}),
    ],
)  # fmt: skip
def test_short_forms_are_opened_before_they_are_merged(
    design: str, patch: str, result: object
) -> None:
    found, problems = patched(design, patch)
    assert found == result
    assert not problems


@pytest.mark.parametrize(
    ("patch", "message"),
    [
        ("operations.a.path.0: c", "a dotted path cannot lead through a list"),
        ("operations.a.path.b.calls: [c]", "a dotted path cannot lead through a list"),
        ("operations..rate: 1/s", "a dot too many in a dotted path"),
        ("operations.aa.rate: 1/s", "nothing is called 'aa' here"),
        ("[a, b]", "a change is a map from paths to values"),
    ],
)
def test_a_path_that_leads_nowhere_is_a_problem(patch: str, message: str) -> None:
    before = {"operations": {"a": {"path": ["b"]}}}
    found, (problem,) = patched("operations: {a: {path: [b]}}", patch)
    assert found == before
    assert problem.message == message


def test_a_change_of_the_command_line_changes_the_numbers_and_nothing_else() -> None:
    plain = open_text(GOOD).figures
    changed = open_text(GOOD, set=["operations.write_page.peak=6"]).figures
    differ = {n for n in plain if plain[n].median != changed[n].median}
    assert differ
    assert all("peak" in n or "in_flight" in n for n in differ)
    assert changed["write_page.peak_rate"].median == 2 * plain["write_page.peak_rate"].median


def test_changes_are_made_in_turn() -> None:
    changes = ["assumptions.opens=7 req/user/day", "assumptions.opens.value=9 req/user/day"]
    assert open_text(GOOD, set=changes).figures["opens"].shown == "9 req/user/day"


def test_what_a_change_breaks_is_said() -> None:
    with pytest.raises(UnusableError, match="'jobs' is not a component"):
        open_text(GOOD, set=["components.jobs=null"])


def test_a_change_of_kind_may_take_away_what_the_new_kind_does_not_have() -> None:
    cache = '{"kind": "cache", "hit": "90%", "work": "1 ms"}'
    change = '{"kind": "service", "hit": null}'
    bench = open_text(GOOD, set=[f"components.near={cache}", f"components.near={change}"])
    near = bench.study.design.components["near"]
    assert (near.kind, "hit" in near.extra, near.hit) == ("service", False, None)
