"""What changed between two designs, in words, and what it did to the numbers."""

from hypothesis import given
from hypothesis import strategies as st

from sysdesign.compare import changes
from sysdesign.read import parse
from sysdesign.source import Source
from sysdesign.workbench import open_text
from sysdesign.workbench.comparing import difference
from tests.compare.test_decisions import DESIGN

TEXT = DESIGN.format(change="{components.web.replicas: 8}", because="cheap", own="")


def words(before: str, after: str) -> list[str]:
    old, new = (parse(Source("x.yaml", text), []) for text in (before, after))
    return [change.words for change in changes(old, new)]


def test_values_keys_and_lists() -> None:
    assert words("a: {b: 1, c: [1, 2]}", "a: {b: 2, c: [1, 2]}") == ["a.b: 1 → 2"]
    assert words("a: {b: 1}", "a: {b: 1, c: {d: 2}}") == ["a.c is new: {d: 2}"]
    assert words("a: {b: 1, c: 3}", "a: {b: 1}") == ["a.c is gone: it was 3"]
    assert words("a: [1, 2]", "a: [2, 1]") == ["a: [1, 2] → [2, 1]"]
    assert words("a: {b: 1, c: 2}", "a:\n  c: 2\n  b: 1   # moved") == []


@given(st.recursive(st.integers(0, 9), lambda inner: st.dictionaries(
    st.sampled_from("abc"), inner, max_size=3), max_leaves=8))  # fmt: skip
def test_nothing_differs_from_itself(value: object) -> None:
    text = f"x: {value}".replace("'", "")
    assert words(text, text) == []


def test_numbers_and_verdicts_that_moved() -> None:
    before = open_text(TEXT)
    after = open_text(TEXT.replace("replicas: 4", "replicas: 8"))
    found = difference(before, after)
    assert [c.words for c in found.changes] == ["components.web.replicas: 4 → 8"]
    moved = {s.name: s for s in found.shifts}
    assert (moved["cost"].before, moved["cost"].after) == ("600 USD/month", "1000 USD/month")
    assert moved["cost"].sign == -1
    assert moved["web.utilisation"].sign == 1
    assert "get.p99" not in moved  # it reads the same
    assert moved["requirement cheap"].sign == -1
    assert (moved["requirement cheap"].before, moved["requirement cheap"].after) == (
        "holds",
        "fails",
    )


def test_the_same_design_differs_in_nothing() -> None:
    found = difference(open_text(TEXT), open_text(TEXT))
    assert not found.changes
    assert not found.shifts
