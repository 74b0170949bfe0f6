"""What changed between two designs, in words, and what it did to the numbers."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysdesign.compare import differences
from sysdesign.quantity import Units
from sysdesign.read import parse
from sysdesign.source import Source
from sysdesign.workbench import open_text
from sysdesign.workbench.comparing import difference
from tests.compare.test_decisions import DESIGN
from tests.running import answer

TEXT = DESIGN.format(change="{components.web.replicas: 8}", because="cheap", own="")


def words(before: str, after: str) -> list[str]:
    old, new = (parse(Source("x.yaml", text), []) for text in (before, after))
    return [change.words for change in differences(old, new, Units())[0]]


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


LONG = "path: [web, {db: {do: read, of: thing}}, {cache: {do: write, timeout: 20 ms, of: page}}]"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (", of: thing", ", of: other", ["path.db.of: thing → other"]),
        ("[web, ", "[", ["path has web no more"]),
        ("[web, ", "[web, api, ", ["path has api, too"]),
        ("{db: {do: read, of: thing}}, ", "", ["path.db is gone: it was {do: read, of: thing}"]),
        ("[web, {db: {do: read, of: thing}}", "[{db: {do: read, of: thing}}, web",
         ["path.db stands at another place of its list"]),
    ],
)  # fmt: skip
def test_in_a_long_list_only_what_differs_is_told(before: str, after: str, said: list[str]) -> None:
    assert words(LONG, LONG.replace(before, after)) == said


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("500 ms", "0.5 s", True),
        ("a.p99 < 500 ms", "a.p99 < 0.5 s", True),
        ("a.p99 < 500 ms", "b.p99 < 0.5 s", False),
        ("a.p99 < 500 ms", "a.p99 <= 0.5 s", False),
        ("1 .. 2 kB", "1000 .. 2000 B", True),
        ("1 kB", "1 s", False),
        ("5 req", "5", False),
        ("one", "two", False),
    ],
)
def test_the_same_amount_written_otherwise(before: str, after: str, same: bool) -> None:
    (said,) = words(f"x: {before}", f"x: {after}")
    assert said == f"x: {before} → {after}" + ", which is the same" * same


def test_a_new_name_is_told_once() -> None:
    before = """
components: {web: {kind: service, cores: 2}, db: {kind: sql_database, disk: 1 TB, work: 1 ms}}
operations: {get: {path: [web: [db]]}}
links: {web -> db: {timeout: 1 s}}
"""
    after = before.replace("db", "store")
    assert words(before, after) == ["components.db is called store now"]
    assert words(before, after.replace("1 TB", "2 TB")) == [
        "components.db is called store now", "components.store.disk: 1 TB → 2 TB"]  # fmt: skip
    other = before.replace("db: {kind: sql_database, disk: 1 TB, work: 1 ms}", "q: {kind: queue}")
    assert "components.q is new: {kind: queue}" in words(before, other)


def test_one_amount_that_is_the_same_is_no_new_name() -> None:
    told = words("assumptions: {a: 5}\nestimates: {x: a * 2}", "assumptions: {b: 5}")
    assert "assumptions.b is new: 5" in told


def test_numbers_of_a_part_with_another_name_and_of_new_ones() -> None:
    before = open_text(TEXT)
    called = difference(before, open_text(re.sub(r"\bweb\b", "front", TEXT)))
    assert [s.name for s in called.shifts] == []
    assert not called.lost
    more = TEXT.replace("components:", "components:\n  spare: {kind: service, replicas: 2}", 1)
    moved = {s.name: (s.before, s.after) for s in difference(before, open_text(more)).shifts}
    assert moved["components"][0] != moved["components"][1]


def test_markdown_for_a_pull_request(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(TEXT.replace("replicas: 4", "replicas: 8"), encoding="utf-8")
    code, out = answer("diff", "a.yaml", "b.yaml", "--format", "markdown", cwd=tmp_path)
    assert code == 1
    assert out.startswith("**cheap held before, and fails now.**\n\n**Changed in the design**\n")
    assert "| cost | 600 USD/month | 1000 USD/month | +67% | **worse** |" in out
