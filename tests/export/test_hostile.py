"""Names and texts made to break a syntax stay text, in every format."""

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sysdesign.export import all_formats, export
from sysdesign.export.text import aliases, plain
from sysdesign.workbench import open_design
from tests.export import reading
from tests.export.hostile import TEXTS, model
from tests.export.structurizr_grammar import GrammarError, check
from tests.markdown import ROOT
from tests.quick import examples

VIEWS = [(name, view) for name, one in all_formats().items() for view in one.views]
IDS = [f"{name}-{view.name}" for name, view in VIEWS]
ANY = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("\"\\{}[]#;%$<>&|-=*_~/'`:@!() "),
    min_size=1,
)
FIELD = re.compile(r"    [A-Za-z][\w()]* [A-Za-z][\w()]*( (PK|FK|PK, FK))?")


def written(name, view, text):
    return reading.code(name, view.write(model(text), (), "order"))


def skeletons(name, view, lines):
    return [
        reading.skeleton(name, view.name, "a field" if FIELD.fullmatch(line) else line)
        for line in lines
    ]


def stays_text(name, view, text):
    """The same statements as with a harmless text, and the text itself in each of its places."""
    got, harmless = written(name, view, text), written(name, view, "harmless")
    assert skeletons(name, view, got) == skeletons(name, view, harmless)
    shown, expected = (reading.texts(name, view.name, lines) for lines in (got, harmless))
    places = 0
    for have, want in zip(shown, expected, strict=True):
        if "harmless" in want:
            places += 1
            signs = name == "structurizr" and have.startswith("“") and have.endswith("”")
            have = have[1:-1] if signs and not any(c.isalnum() for c in have) else have
            same = want.replace("harmless", text).translate(reading.SAME_WIDTH)
            assert have.translate(reading.SAME_WIDTH) == same
    assert places


@pytest.mark.parametrize(("name", "view"), VIEWS, ids=IDS)
@pytest.mark.parametrize("text", TEXTS)
def test_texts_that_have_a_meaning_have_none(name, view, text):
    stays_text(name, view, text)


@pytest.mark.parametrize(("name", "view"), VIEWS, ids=IDS)
@settings(max_examples=examples(60))
@given(ANY)
def test_any_text_stays_text(name, view, raw):
    text = plain(raw)
    assume(text)
    stays_text(name, view, text)


@given(st.text())
def test_a_plain_text_is_one_line_that_can_be_seen(raw):
    text = plain(raw)
    assert len(text.splitlines()) <= 1
    assert text == text.strip()
    assert plain(text) == text
    text.encode("utf-8")


@given(st.lists(st.text(min_size=1)), st.sets(st.sampled_from(["end", "class", "a", "a_"])))
def test_aliases_are_names_and_no_two_alike(words, reserved):
    found = aliases(words, reserved)
    assert set(found) == set(words)
    assert len(set(found.values())) == len(found)
    for alias in found.values():
        assert re.fullmatch(r"[A-Za-z_]\w*", alias, re.A)
        assert alias.lower() not in reserved


def test_a_good_name_is_its_own_alias():
    assert aliases(["end", "shop", "a b", "a_b"], {"end"}) == {
        "end": "end_",
        "shop": "shop",
        "a b": "a_b_",
        "a_b": "a_b",
    }


@pytest.mark.parametrize("text", TEXTS)
def test_the_workspace_follows_the_grammar_whatever_the_texts(text):
    (view,) = all_formats()["structurizr"].views
    found = check(view.write(model(text), (), ""))
    assert found["ids"] == ["buyer", "ads", "the_system", "shop", "db", "line"]
    assert len(found["relations"]) == 4
    assert found["views"] == ["context", "containers", "operation_order", "deployment"]


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda p: p.stem)
def test_the_workspace_of_an_example_follows_the_grammar(path):
    study = open_design(str(path)).study
    found = check(export(study, "structurizr").text)
    assert set(study.design.components) <= {one.rstrip("_") for one in found["ids"]}
    assert {f"operation_{name}" for name in study.design.operations} <= set(found["views"])


@pytest.mark.parametrize(
    "broken",
    [
        'workspace "a" "b" {', 'workspace "a" {\nmodel {\nx = person "a" "b" "c" "d"\n}\n}',
        'workspace "a" {\nmodel {\nx -> y "z"\n}\n}', 'workspace "a "b" {\n}',
        'workspace "a" {\nmodel {\nx = person "p"\ny = person "p"\n}\n}',
        'workspace "a" {\nmodel {\nx = container "p"\n}\n}', "}",
        'workspace "a" {\nmodel {\nx = person "->"\ngroup "=" {\n}\n}\n}',
    ],
)  # fmt: skip
def test_the_grammar_refuses(broken):
    with pytest.raises(GrammarError):
        check(broken)
