"""What changed between two designs, in words, and what it did to the numbers."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given
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


@example("a" * 80, "x", "u", "")
@given(st.text("ab ", max_size=90), st.sampled_from("xyz"), st.sampled_from("uvw"), st.text("ab "))
def test_of_two_values_what_differs_is_shown(same: str, one: str, other: str, rest: str) -> None:
    before, after = (f"{same}{word}{rest}" for word in (one, other))
    (said,) = words(f'a: "{before}"', f'a: "{after}"')
    assert one in said
    assert other in said


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


SHOP = """\
sysdesign: 1
problem: {actors: {buyer: {primary: true, from: eu}}}
operations:
  buy: {actor: buyer, api: POST /x, rate: 20 req/s, request: 2 kB, response: 300 B,
        path: [web: [hot: {miss: [db: {do: read}]}, db: {do: write}, line]]}
  send: {trigger: line, path: [sender]}
places: {eu: {zones: [eu-a, eu-b, eu-c]}}
estimates: {paper: 3 * buy.rate -> req/day}
data:
  order: {store: db, key: id, size: 1 kB, written_by: buy, keep: 1 year}
  goods: {store: db, key: id, size: 2 kB, count: 50k}
components:
  web: {kind: service, replicas: 6, cores: 1, work: 5 ms, price: 100 USD/month}
  hot: {kind: cache, hit: 90%, work: 0.1 ms, replicas: 2}
  db: {kind: sql_database, cores: 8, disk: 1 TB, work: 4 ms, backup: {every: 1 day, restore: 4 h},
       copies: {count: 3, mode: leader, wait: 1, failover: 20 s}}
  line: {kind: queue, managed: true, backlog: 100k msg}
  sender: {kind: worker, replicas: 2, cores: 1, work: 10 ms, fails: {every: 60 day, repair: 5 min}}
"""


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ("request: 2 kB", "request: 3 kB", "system.peak_ingress"),
        ("response: 300 B", "response: 400 B", "system.peak_egress"),
        ("3 * buy.rate", "4 * buy.rate", "paper"),
        ("count: 50k", "count: 60k", "goods.stored"),
        ("disk: 1 TB", "disk: 2 TB", "db.disk_used"),
        ("hit: 90%", "hit: 80%", "hot.hit"),
        ("failover: 20 s", "failover: 40 s", "order.rto"),
        ("repair: 5 min", "repair: 5 day", "send.availability"),
        ("price: 100", "price: 110", "buy.cost"),
        ("work: 10 ms", "work: 11 ms", "send.mean"),
    ],
)
def test_a_number_of_every_engine_that_moves_is_told(before: str, after: str, moved: str) -> None:
    assert SHOP.count(before) == 1
    found = difference(open_text(SHOP), open_text(SHOP.replace(before, after)))
    assert len(found.changes) == 1
    assert moved in {shift.name for shift in found.shifts}


def test_where_no_number_moves_the_page_says_what_may_differ_in_a_simulation(
    tmp_path: Path,
) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text(SHOP)
    second.write_text(SHOP.replace("backlog: 100k", "backlog: 200k"))
    _, told = answer("diff", str(first), str(second))
    text = " ".join(told.split())
    assert "components.line.backlog: 100k msg → 200k msg" in text
    assert "Nothing: load, times, availability, cost and storage read as they did." in text
    assert "only a simulation tells may differ" in text


def test_findings_that_came_and_went_are_told() -> None:
    """A second instance ends one finding, and begins another; a new name does neither."""
    one = (
        "sysdesign: 1\nproblem: {level: B}\n"
        "requirements: {functional: {look: {priority: must, accept: A page is shown., by: go}}}\n"
        "operations: {go: {rate: 20 req/s, peak: 2, path: [web]}}\n"
        "components: {web: {kind: service, does: Shows pages., replicas: 1, cores: 4, work: 5 ms}}\n"
    )
    two = one.replace("replicas: 1", "replicas: 2")
    found = difference(open_text(one), open_text(two))
    assert ("BOT-04", "web") in {(f.rule, f.element.partition("@")[0]) for f in found.went}
    assert "HLD-02" in {f.rule for f in found.came}
    back = difference(open_text(two), open_text(one))
    assert (back.came, back.went) == (found.went, found.came) or {f.id for f in back.came} == {
        f.id for f in found.went
    }
    same = difference(open_text(one), open_text(one.replace("web", "site")))
    assert not same.came
    assert not same.went
