"""`compare` on options that cannot be run: the line, the rest, and exit code 2."""

import json
from pathlib import Path

import pytest

from sysdesign.workbench import open_text
from tests.running import answer

TEXT = """\
sysdesign: 1
operations: {get: {rate: 100 req/s, path: [web: [db]]}}
components:
  web: {kind: service, replicas: 4, price: 100 USD/month}
  db: {kind: sql_database, price: 200 USD/month}
decisions:
  size:
    question: How many servers are there?
    criteria: [get.p99, cost]
    options:
      four: {pros: [Cheap.], cons: [Slow.]}
      more: {pros: [Quick.], cons: [Dear.], change: {components.web.replicas: 8}}
      other:
        change:
          CHANGE
    chosen: four
    because: 100 requests a second are few.
"""


def run(change: str, where: Path, *more: str) -> tuple[int, str]:
    (where / "x.yaml").write_text(TEXT.replace("CHANGE", change), encoding="utf-8")
    return answer("compare", "x.yaml", *more, cwd=where)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("components.db: null", "x.yaml:15:11: error: with this change 'db' is not a component"),
        ("components.web.replicas: lots", "x.yaml:15:"),  # does not read
        ("components.web.cores: -1", "x.yaml:15:"),  # cannot be
        ("components.web.size: 8", "x.yaml:15:"),  # no such key
        ("components.web: {replicas: 9, in: mars}", "x.yaml:15:"),
    ],
)
def test_an_option_that_does_not_fit_is_said_at_its_line_and_the_rest_answered(
    change: str, said: str, tmp_path: Path
) -> None:
    code, out = run(change, tmp_path)
    assert code == 2
    assert said in out
    assert "other: it does not fit the file and is left out" in out
    assert "four *" in out
    assert "more" in out
    assert "800 USD/month" not in out.partition("cost a month")[0]
    assert "Traceback" not in out


@pytest.mark.parametrize(
    "change", ["components.db: null", "components.web.replicas: lots", "components.web.size: 8"]
)
def test_check_says_of_an_option_what_compare_does(change: str, tmp_path: Path) -> None:
    _, compared = run(change, tmp_path)
    code, checked = answer("check", "x.yaml", cwd=tmp_path)
    assert code == 2
    last = "option other of size was left out; all else was answered"
    told = compared[compared.index("x.yaml:15:") : compared.index(last)]  # before the rest or after
    assert told + last in checked


def test_check_says_it_of_a_scenario_too(tmp_path: Path) -> None:
    text = TEXT.replace("CHANGE", "components.web.cores: 2")
    text += "scenarios: {bare: {change: {components.db: null}}}\n"
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    code, out = answer("check", "x.yaml", cwd=tmp_path)
    assert code == 2
    assert ": error: with this change 'db' is not a component" in out
    assert "change line 2, too" in out
    assert "scenarios: {bare:" in out


def test_as_data_the_broken_option_has_its_place(tmp_path: Path) -> None:
    code, out = run("components.db: null", tmp_path, "--format", "json")
    assert code == 2
    (one,) = json.loads(out)["decisions"].values()
    assert list(one["options"]) == ["four", "more"]
    ((problem, *_),) = one["broken"].values()
    assert problem["line"] == 15


def test_options_that_fit_end_well(tmp_path: Path) -> None:
    code, out = run("components.db.cores: 32", tmp_path)
    assert code == 0
    assert "other" in out


def test_an_option_may_take_away_what_its_decision_is_about(tmp_path: Path) -> None:
    """And what a scenario breaks: what is said of it falls away with it."""
    text = (
        TEXT.replace("question:", "about: [db]\n    question:") + "scenarios: {lost: {fail: db}}\n"
    )
    change = "{components.db: null, operations.get.path: [web]}"
    (tmp_path / "x.yaml").write_text(text.replace("CHANGE", change), encoding="utf-8")
    code, out = answer("compare", "x.yaml", cwd=tmp_path)
    assert code == 0, out
    assert "left out" not in out
    other = next(line for line in out.splitlines() if line.strip().startswith("other "))
    assert "400 USD/month" in other


def test_a_decision_that_is_not_there_is_named(tmp_path: Path) -> None:
    code, out = run("components.db.cores: 32", tmp_path, "--decision", "none")
    assert code == 2
    assert "no such decision: 'none'" in out


EVENTS = (
    "fail: nothing", "slow: {nothing: 2x}", "cold: nothing", "stop: nothing", "load: {nothing: 2x}",
    "fail: web -> nothing", "deploy: nothing", "lose: nothing", "hot: {nothing.key: 5%}",
)  # fmt: skip


@pytest.mark.parametrize("event", EVENTS)
def test_a_scenario_that_names_nothing_is_said_at_its_line(event: str) -> None:
    text = TEXT.replace("CHANGE", "components.db.cores: 32") + f"scenarios:\n  it: {{{event}}}\n"
    (one,) = open_text(text).study.left_out
    assert one.name == "scenario it"
    assert [problem.span.line for problem in one.problems] == [19]
    assert "nothing" in one.problems[0].message


def test_a_scenario_that_names_nothing_ends_with_two(tmp_path: Path) -> None:
    text = TEXT.replace("CHANGE", "components.db.cores: 32") + "scenarios: {it: {fail: nothing}}\n"
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    code, out = answer("failures", "x.yaml", cwd=tmp_path)
    assert code == 2
    assert "x.yaml:18:" in out
    assert "get is down" in out
    assert "Traceback" not in out
