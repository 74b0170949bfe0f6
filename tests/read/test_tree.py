"""Characters to nodes: every scalar stays text, every place is right; and the nearest word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysdesign.read.yaml_tree import MAX_CHARACTERS, MAX_DEPTH, parse
from sysdesign.source import Node, Problem, Source, UnusableError, nearest, one_slip
from tests.read.designs import NAMES, text_of


def tree(text: str) -> Node:
    return parse(Source("text", text), [])


@pytest.mark.parametrize(
    "text", ["no", "010", "12:30", "1e6", "0x1F", "1_000", ".5", "=", "<<", "2027-06-30", "True"]
)
def test_a_scalar_is_its_text(text: str) -> None:
    assert [value.text for _, value in tree(f"a: {text}").pairs or ()] == [text]


@pytest.mark.parametrize(
    ("text", "is_null"),
    [("a:", True), ("a: ~", True), ("a: null", True), ("{a: , b: 1}", True), ("a: ''", False),
     ("a: 'null'", False), ('a: "~"', False), ("a: Null", False), ("a: none", False)],
)  # fmt: skip
def test_nothing_is_said_without_quotes_alone(text: str, is_null: bool) -> None:
    value = tree(text).get("a")
    assert value is not None
    assert value.is_null is is_null


@pytest.mark.parametrize("name", NAMES)
def test_every_plain_scalar_stands_where_its_place_says(name: str) -> None:
    source = Source(name, text_of(name))
    for node in parse(source, []).walk():
        span = node.span
        if node.text and node.plain and span.line == span.end_line:
            assert source.line(span.line)[span.column - 1 : span.end_column - 1] == node.text


def test_places_count_characters_not_bytes() -> None:
    node = tree("größe: {ä: 1, 𝄞: 2, b: 3}").get("größe")
    assert node is not None
    assert [key.span.column for key, _ in node.pairs or ()] == [9, 15, 21]


def test_a_key_that_stands_twice_is_said_and_the_first_holds() -> None:
    problems: list[Problem] = []
    node = parse(Source("text", "a: 1\nb: 2\na: 3\n"), problems)
    assert [(p.code, p.span.line) for p in problems] == [("duplicate", 3)]
    value = node.get("a")
    assert value is not None
    assert value.text == "1"


def test_depth_and_size_are_bounded() -> None:
    assert tree("[" * MAX_DEPTH + "]" * MAX_DEPTH).items
    with pytest.raises(UnusableError, match="nested deeper"):
        tree("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))
    with pytest.raises(UnusableError, match="characters"):
        tree("a" * (MAX_CHARACTERS + 1))


# -- words ---------------------------------------------------------------------------------------

WORDS = st.text("abcdefgh", min_size=1, max_size=7)


def distance(a: str, b: str) -> int:
    """Damerau's distance with neighbours swapped once, by the textbook table (Boytsov, 2011)."""
    table = {(i, 0): i for i in range(len(a) + 1)} | {(0, j): j for j in range(len(b) + 1)}
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1,
                              table[i - 1, j - 1] + (a[i - 1] != b[j - 1]))  # fmt: skip
            if i > 1 and j > 1 and a[i - 2 : i] == b[j - 1] + b[j - 2]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(a), len(b)]


@given(WORDS, WORDS)
def test_one_slip_is_a_distance_of_one(a: str, b: str) -> None:
    assert one_slip(a, b) is (distance(a, b) == 1)


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("ervice", ["service", "device"], "service"),
        ("Service", ["service"], "service"),
        ("time-out", ["time_out"], "time_out"),
        ("su", ["eu", "us"], "us"),
        ("rfe", ["ref", "id"], "ref"),
        ("performence", ["performance", "cost"], "performance"),
        ("zookeeper", ["web", "pages"], None),
        ("", ["web"], None),
        ("web", [], None),
    ],
)
def test_the_nearest_word(word: str, known: list[str], meant: str | None) -> None:
    assert nearest(word, known) == meant
