"""The command `simulate` from the outside, on a stand-in for the engine; the engine has its own tests."""

import json

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from sysdesign.cli.main import run
from sysdesign.cli.simulation import _without_repeats
from sysdesign.simulate import runner, through
from sysdesign.study.words import told_once
from tests.simulate.fake import FakeWork

DESIGN = """\
sysdesign: 1
problem: {name: One queue, why: x., actors: {v: {primary: true}}}
operations:
  go: {actor: v, api: GET /, rate: 50 req/s, peak: 1, path: [web]}
components:
  web: {kind: service, replicas: 1, cores: 1, work: 10 ms}
requirements:
  quality:
    fast: {class: performance, expect: go.p95 < 500 ms, also_in: [outage]}
    bold: {class: performance, expect: go.p99 < 1 ms}
scenarios:
  outage: {fail: web, at: 100 s, for: 30 s}
  nothing: {}
"""


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "prepared", FakeWork)
    monkeypatch.setattr(through, "prepared", FakeWork)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "one.yaml"
    path.write_text(DESIGN, "utf-8")
    return str(path)


def called(capsys, *arguments):
    code = run(list(arguments))
    found = capsys.readouterr()
    return code, found.out, found.err


def test_the_steady_state_stands_beside_the_formulas(file, capsys):
    code, out, _ = called(capsys, "simulate", file, "--quick")
    assert code == 0
    assert "Operations, with 95% intervals beside what formulas say" in out
    assert "go  " in out
    assert "bold  fails" in out
    assert "Taken, since the file does not say" in out
    assert f"sysdesign simulate {file} --scenario outage" in out


def test_a_scenario_is_told_as_a_story(file, capsys):
    code, out, _ = called(capsys, "simulate", file, "--scenario", "outage", "--strict")
    assert code == 1
    assert "At 01:40 web is down." in out
    assert "The p99 of go rises from" in out
    assert "At 02:10 web is back." in out
    assert "fast  fails" in out


def test_the_data_has_what_the_page_says(file, capsys):
    code, out, _ = called(capsys, "simulate", file, "--quick", "--format", "json")
    assert code == 0
    (one,) = json.loads(out)["runs"]
    go = one["operations"]["go"]
    assert {"completed", "failed", "refused", "timed_out", "retried", "p50_s", "p999_s"} <= set(go)
    assert go["mean_s"]["low"] <= go["mean_s"]["value"] <= go["mean_s"]["high"]
    assert one["components"]["web"]["utilisation"]["value"] == pytest.approx(0.5, rel=0.1)
    assert len(one["series"]["at_s"]) == len(one["series"]["operations"]["go"]["p99_s"])
    assert {r["id"]: r["verdict"] for r in one["requirements"]} == {
        "fast": "holds",
        "bold": "fails",
    }


def test_failures_of_the_command_line_are_a_scenario(file, capsys):
    code, out, _ = called(capsys, "simulate", file, "--fail", "web@100s+30s", "--format", "json")
    assert code == 0
    (one,) = json.loads(out)["runs"]
    assert one["scenario"] == "asked"
    assert [event["at_s"] for event in one["events"]] == [100.0, 130.0]


def test_the_series_are_read_by_the_reader_of_prometheus(file, capsys):
    code, out, _ = called(capsys, "simulate", file, "--quick", "--format", "openmetrics")
    assert code == 0
    names = {family.name for family in text_string_to_metric_families(out)}
    assert {"sysdesign_calls", "sysdesign_station_utilisation_ratio"} <= names


@pytest.mark.parametrize(("arguments", "said"), [
    (["--scenario", "outge"], "did you mean 'outage'?"),
    (["--scenario", "nothing"], "nothing happens"),
    (["--fail", "wep@1min"], "did you mean 'web'?"),
    (["--fail", "web@soon"], "'soon' is not"),
    (["--fail", "web:9@1min"], "cannot fail"),
    (["--fail", ""], "does not say what fails"),
    (["--precision", "0%"], "write a share"),
    (["--precision", "much"], "write a share"),
    (["--trace", "gone"], "no such operation"),
    (["--load", "0x"], "is not a factor"),
    (["--set", "operations.go.rate=0 req/s"], "no operation has a load"),
])  # fmt: skip
def test_odd_input_is_told_in_a_sentence(file, capsys, arguments, said):
    code, out, err = called(capsys, "simulate", file, *arguments)
    assert said in err
    assert "Traceback" not in out + err
    assert code == 2


def test_check_decides_with_a_simulation_and_keeps_what_it_found(file, capsys, monkeypatch):
    _, out, _ = called(capsys, "check", file, "--simulate")
    assert "fast@outage  fails" in out
    assert "simulated, out of bounds for" in out

    def never(*_):
        raise AssertionError("simulated again")

    monkeypatch.setattr(through, "prepared", never)
    _, again, _ = called(capsys, "check", file, "--simulate")
    assert again == out
    with pytest.raises(AssertionError):
        called(capsys, "check", file, "--simulate", "--set", "components.web.work=9 ms")


@pytest.mark.parametrize("body", [None, b"", b"{}", b'{"verdicts": 3}', b"\xff" * 100], ids=str)
@pytest.mark.mostly_slow(5)
def test_what_lies_in_the_cache_does_no_harm(file, capsys, tmp_path, body):
    """Without a body: what was kept, torn off."""
    _, out, _ = called(capsys, "check", file, "--simulate")
    (kept,) = (tmp_path / "cache").glob("**/*.json")
    kept.write_bytes(kept.read_bytes()[:-9] if body is None else body)
    _, again, _ = called(capsys, "check", file, "--simulate")
    assert again == out


# -- failures by chance ----------------------------------------------------------------------------

FAILING = """\
sysdesign: 1
problem: {name: One server, why: It fails., actors: {v: {primary: true}}}
operations:
  go: {actor: v, api: GET /, rate: 2 req/s, peak: 1, path: [web]}
components:
  web: {kind: service, work: 10 ms, fails: {every: 10 day, repair: 2 h}}
requirements:
  quality:
    up: {class: reliability, expect: go.availability >= 90%}
"""


@pytest.fixture
def failing(tmp_path):
    path = tmp_path / "failing.yaml"
    path.write_text(FAILING, "utf-8")
    return str(path)


def test_failures_by_chance_stand_beside_availability(failing, capsys):
    code, out, _ = called(capsys, "simulate", failing, "--failures", "--precision", "5%")
    assert code == 0
    assert "failures by chance in" in out
    assert "Operations, with 95% intervals beside what `availability` works out" in out
    assert "up  holds  " in out
    assert "an instance of web" in out
    assert "web.slots = unlimited" in out


def test_failures_by_chance_are_data_as_well(failing, capsys):
    _, out, _ = called(
        capsys, "simulate", failing, "--failures", "--precision", "5%", "--format", "json"
    )
    answer = json.loads(out)
    found = answer["failures"]
    go, part = found["operations"]["go"], found["parts"]["instance web"]
    assert go["answered"]["low"] <= go["by_availability"]["up"] <= go["answered"]["high"]
    assert go["by_availability"]["up"] == pytest.approx(240 / 242)
    assert 1 - go["answered"]["low"] <= 2 * (1 - go["answered"]["value"])
    assert part["happened"] == pytest.approx(part["expected"], rel=0.4)
    assert found["run_s"] < 0.01 * found["story_s"]
    assert answer["requirements"][0]["verdict"] == "holds"


def test_what_never_fails_is_said_to(failing, tmp_path, capsys):
    path = tmp_path / "never.yaml"
    path.write_text(FAILING.replace("fails: {every: 10 day, repair: 2 h}", "availability: 100%"))
    code, out, _ = called(capsys, "simulate", str(path), "--failures")
    assert code == 0
    assert "Nothing can fail" in out


def test_failures_by_chance_are_a_run_by_itself(failing, capsys):
    code, _, err = called(capsys, "simulate", failing, "--failures", "--fail", "web@1s")
    assert code == 2
    assert "--failures is a run by itself: leave out --fail" in err


# -- what is the same is said once -----------------------------------------------------------------


def test_notes_on_several_components_are_told_once():
    entries = "40,000 entries stand for its {} keys, those asked for most each for itself"
    notes = [f"a: so full; {entries.format('1,000,000')}", f"b: {entries.format('20,000,000')}",
             "c: so full", "all of it is run"]  # fmt: skip
    assert told_once(notes) == [
        "so full (a, c)",
        f"{entries.format('').replace('its  keys', 'all of its keys')} (a, b)",
        "all of it is run",
    ]
    assert told_once(notes[1:2]) == notes[1:2]


def test_rows_that_say_the_same_as_both_neighbours_are_left_out():
    rows = [("", "fail"), ("1", "0%"), ("2", "9%"), ("3", "9%"), ("4", "9%"), ("5", "0%")]
    assert [row[0] for row in _without_repeats(rows)] == ["", "1", "2", "4", "5"]


def test_the_page_fits_a_narrow_terminal(file, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = called(capsys, "simulate", file, "--quick", "--scenario", "outage")
    *page, command = out.splitlines()
    assert command.startswith("Next:")  # which has to stay whole
    assert [line for line in page if len(line) > 80] == []
