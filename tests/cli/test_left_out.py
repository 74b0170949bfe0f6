"""A scenario, a decision or an option with an error: told at its line, the rest still answered."""

import json
from pathlib import Path

import pytest

from sysdesign.source import UnusableError
from sysdesign.workbench import Workbench, open_text
from sysdesign.workbench.bench import change
from sysdesign.workbench.comparing import decisions
from sysdesign.workbench.failures import Failures
from tests.running import answer

TEXT = """\
sysdesign: 1
problem: {name: Shop}
requirements:
  quality:
    fast: {class: performance, expect: get.p99 < 900 ms, also_in: [one_down]}
    cheap: {class: cost, expect: cost < 500 USD/month}
operations: {get: {rate: 100 req/s, path: [web: [db]]}}
components:
  web: {kind: service, replicas: 4, work: 2 ms, price: 100 USD/month}
  db: {kind: sql_database, price: 200 USD/month}
decisions:
  size:
    about: [fast]
    options:
      four: {pros: [Cheap.]}
      more: {pros: [Quick.], change: {components.web.replicas: 8}}
      other: {pros: [Neat.], change: {components.web.replicas: 2}}
    chosen: four
scenarios:
  one_down: {fail: {web: 1}}
  busy: {load: 2x}
"""
WRONG = [
    ("fail: {web: 1}", "fail: {wep: 1}", "scenario one_down", 20),
    ("fail: {web: 1}", "fail: mars", "scenario one_down", 20),
    ("load: 2x", "load: {gett: 2x}", "scenario busy", 21),
    ("load: 2x", "load: 2 GB", "scenario busy", 21),
    ("load: 2x", "lode: 2x", "scenario busy", 21),
    ("about: [fast]", "about: [fats]", "decision size", 13),
    ("chosen: four", "chosen: fore", "decision size", 18),
    ("[Neat.], change: {", "[Neat.], chance: {", "option other of size", 17),
    ("{pros: [Neat.]", "{pros: {a: b}", "option other of size", 17),
]
COMMANDS = (
    ["check"], ["estimate"], ["analyze"], ["availability"], ["cost"], ["advise"], ["failures"],
    ["compare"], ["explain", "get.p99"], ["export", "--to", "mermaid"], ["report"],
)  # fmt: skip


def wrong(old: str, new: str) -> str:
    assert TEXT.count(old) == 1
    return TEXT.replace(old, new)


@pytest.mark.parametrize(("old", "new", "name", "line"), WRONG)
def test_what_has_an_error_is_left_out_and_nothing_else_changes(
    old: str, new: str, name: str, line: int
) -> None:
    whole, bench = open_text(TEXT), open_text(wrong(old, new))
    (one,) = bench.study.left_out
    assert one.name == name
    assert {p.span.line for p in one.problems} == {line}
    assert {n: f.shown for n, f in bench.figures.items()} == {
        n: f.shown for n, f in whole.figures.items()
    }
    scenarios = set(whole.study.design.scenarios) - {name.removeprefix("scenario ")}
    assert set(bench.study.design.scenarios) == scenarios


@pytest.mark.parametrize("section", ["", "operations", "requirements", "components"])
def test_the_same_word_used_elsewhere_makes_the_file_unusable(section: str) -> None:
    """A word that is wrong in a scenario and outside: the outside decides, wherever it stands."""
    text = TEXT.replace("fail: {web: 1}", "fail: {wep: 1}").replace("path: [web:", "path: [wep:")
    parts = text.split("\n")
    head = parts.index("scenarios:")
    moved = [parts[0], *parts[head:], *parts[1:head]] if section else parts
    with pytest.raises(UnusableError) as caught:
        open_text("\n".join(moved))
    assert any("wep" in p.message for p in caught.value.problems)


def test_a_patch_that_breaks_a_scenario_does_not_read() -> None:
    bench = open_text(TEXT)
    with pytest.raises(UnusableError) as caught:
        bench.changed(change("components.db=null"))
    assert "'db'" in str(caught.value)
    with pytest.raises(UnusableError, match="mars"):
        bench.changed(change("scenarios.one_down.fail=mars"))


def test_a_change_is_judged_by_its_own_errors_where_the_file_has_some() -> None:
    bench = open_text(wrong("fail: {web: 1}", "fail: {wep: 1}"))
    assert bench.changed(change("components.web.replicas=5")).study.left_out == bench.study.left_out
    (found,) = decisions(bench)
    assert list(found.rows) == ["four", "more", "other"]
    assert not found.broken


def test_an_option_with_an_error_is_not_run_and_the_others_are() -> None:
    (found,) = decisions(open_text(wrong("[Neat.], change: {", "[Neat.], chance: {")))
    assert list(found.rows) == ["four", "more"]
    assert [p.suggestion for p in found.broken["other"]] == ["change"]


def test_a_requirement_in_a_scenario_with_an_error_is_not_known() -> None:
    bench = open_text(wrong("fail: {web: 1}", "fail: {wep: 1}"))
    (said,) = [f for f in bench.review.statements if "one_down" in f.message]
    assert "error in the scenario" in said.message


def tried(bench: Workbench) -> tuple[dict[str, str], Failures]:
    found = Failures(bench)
    return {one.event: one.words for one in found.scenarios()}, found


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("{fail: {web: 9}}", "9 of 4 instances cannot fail"),
        ("{}", "nothing happens"),
        ("{change: {components.webb.replicas: 9}}", "nothing is called 'webb'"),
        ("{change: {components.db: null}}", "'db' is not"),
        ("{slow: {web: 0x}}", "web cannot be 0x as slow"),
    ],
)
def test_a_scenario_that_cannot_happen_is_left_out_of_the_failures(said: str, message: str) -> None:
    words, found = tried(open_text(TEXT.replace("{load: 2x}", said)))
    assert list(words) == ["one_down"]
    (problem,) = found.left_out["scenario busy"]
    assert message in problem.message


def test_a_scenario_that_changes_the_design_is_tried_on_the_changed_design() -> None:
    said = "{change: {components.web: {replicas: 1, work: 8 ms}}, load: 2x}"
    found = Failures(open_text(TEXT.replace("{load: 2x}", said)))
    busy = {one.event: one for one in found.scenarios()}["busy"]
    assert busy.words == "with components.web: {replicas: 1, work: 8 ms}; 2 times the load"
    assert busy.verdict == "die"
    assert ("fast", "get is overloaded") in busy.broken


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_answers_the_rest_and_ends_with_2(command: list[str], tmp_path: Path) -> None:
    for name, text in (("whole.yaml", TEXT), ("part.yaml", wrong("load: 2x", "load: {gett: 2x}"))):
        (tmp_path / name).write_text(text, encoding="utf-8")
    first, *more = command
    _, whole = answer(first, "whole.yaml", *more, cwd=tmp_path)
    code, part = answer(first, "part.yaml", *more, cwd=tmp_path)
    assert code == 2
    assert "part.yaml:21:17: error: 'gett' is not an operation" in part
    assert "did you mean 'get'?" in part
    assert "^^^^" in part
    assert "scenario busy was left out; all else was answered" in part
    if first not in ("failures", "report"):  # these show scenarios
        lines = [line.replace("whole.yaml", "part.yaml") for line in whole.splitlines()]
        assert [line for line in part.splitlines() if line in lines] == lines


def test_data_say_what_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(wrong("load: 2x", "load: {gett: 2x}"), encoding="utf-8")
    for command in ("check", "failures", "cost"):
        code, out = answer(command, "x.yaml", "--format", "json", cwd=tmp_path)
        assert code == 2
        (problem,) = json.loads(out)["left_out"]["scenario busy"]
        assert (problem["line"], problem["suggestion"]) == (21, "get")
    code, out = answer("check", "x.yaml", "--format", "sarif", cwd=tmp_path)
    assert code == 2
    assert "unknown-id" in {one["ruleId"] for one in json.loads(out)["runs"][0]["results"]}
    code, out = answer("check", "x.yaml", "--format", "github", cwd=tmp_path)
    assert code == 2
    assert "::error file=x.yaml,line=21,col=17" in out
