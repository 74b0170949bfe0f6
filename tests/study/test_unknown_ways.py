"""A round trip that nobody stated is not taken as none: what crosses it is at least so long."""

from __future__ import annotations

import json

import pytest

from sysdesign.cli.main import run
from sysdesign.review.statements import statements
from sysdesign.simulate.watch import Alone
from sysdesign.study import explain
from sysdesign.study.failures import Breaker
from sysdesign.study.matrix import region_lost
from sysdesign.study.unknown_ways import ways_of
from sysdesign.workbench import open_text
from sysdesign.workbench.simulation import Asked, simulate

FAR = """\
sysdesign: 1
problem: {actors: {fan: {primary: true, from: {eu: 70%, us: 30%}}}}
requirements:
  functional: {read: {priority: must, accept: A page is shown., by: get}}
  quality:
    fast: {class: performance, priority: must, expect: get.p99 < BAR}
    slow: {class: performance, expect: get.p99 > BAR}
    room: {class: scale, expect: carries > 1x}
operations:
  get: {actor: fan, rate: 100 req/s, path: [web: [db: {do: read, WORDS}]]}
  list: {actor: fan, rate: 10 req/s, path: [web]}
places:
  eu: {zones: [eu-a]}
  us: {zones: [us-a]}
links: {any -> any: {protocol: grpc}}
components:
  web: {kind: service, replicas: {eu: 4, us: 4}, work: 5 ms}
  db: {kind: sql_database, in: eu, work: 1 ms}
"""
WAY = "eu <-> us"


def _far(bar: str = "100 ms", words: str = "times: 1") -> str:
    return FAR.replace("BAR", bar).replace("WORDS", words)


def _verdicts(text: str) -> dict[str, str]:
    return {f.element: f.verdict.value for f in statements(open_text(text).study)}


@pytest.mark.parametrize(
    ("bar", "fast", "slow"),
    [("100 ms", "not known", "not known"), ("1 ms", "fails", "holds")],
)
def test_only_what_more_time_cannot_change_is_a_verdict(bar: str, fast: str, slow: str):
    found = _verdicts(_far(bar))
    assert (found["fast"], found["slow"], found["room"]) == (fast, slow, "holds")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("links: {", "links: {eu <-> us: {rtt: 20 ms}, "),
        ("places:", "conventions: {network: none}\nplaces:"),
        ("us: {zones: [us-a]}", "us: {zones: [us-a], like: east_us}"),
    ],
)
def test_stated_switched_off_or_cited_it_is_a_verdict(old: str, new: str):
    text = _far("1 s").replace(old, new)
    if "like" in new:
        text = text.replace("eu: {zones: [eu-a]}", "eu: {zones: [eu-a], like: west_europe}")
    assert _verdicts(text)["fast"] == "holds"


@pytest.mark.parametrize(("bar", "verdict"), [("100 ms", "not known"), ("1 ms", "fails")])
def test_it_is_no_better_known_in_a_scenario(bar: str, verdict: str):
    text = _far(bar).replace(f"get.p99 < {bar}", f"get.p99 < {bar}, also_in: [slower]")
    found = _verdicts(text + "scenarios: {slower: {slow: {db: 2x}}}\n")
    assert found["fast@slower"] == verdict


def test_only_calls_that_wait_for_the_way_lack_it():
    study = open_text(_far()).study
    assert ways_of(study, ("get",)) == ways_of(study, ("get",), "us") == (WAY,)
    assert ways_of(study, ("get",), "eu") == ways_of(study, ("list",)) == ()
    assert ways_of(open_text(_far(words="async: true")).study, ("get",)) == ()


def test_whoever_waits_for_slots_that_are_held_meanwhile_lacks_it_too():
    study = open_text(_far().replace("work: 5 ms}", "work: 5 ms, slots: 50}")).study
    assert ways_of(study, ("list",), "us") == (WAY,)
    found = {f.element: f.verdict.value for f in statements(study)}
    assert found["room"] == "not known"


def test_numbers_say_that_they_are_bounds():
    study = open_text(_far()).study
    assert explain(study, "get.p99").figure.shown.startswith("≥ ")
    assert explain(study, "get.p99.us").figure.shown.startswith("≥ ")
    assert "≥" not in explain(study, "get.p99.eu").figure.shown
    assert "≥" not in explain(study, "list.p99").figure.shown


def test_it_is_one_question():
    found = [q for q in open_text(_far()).review.questions if WAY in q.action]
    assert len(found) == 1
    assert f"links: {{{WAY}: {{rtt: 80 ms}}}}" in found[0].action


def test_commands_say_so(tmp_path, capsys):
    path = tmp_path / "far.yaml"
    path.write_text(_far(), "utf-8")
    run(["analyze", str(path)])
    assert "≥ get: eu <-> us takes no time in it" in capsys.readouterr().out
    run(["analyze", str(path), "--format", "json"])
    answer = json.loads(capsys.readouterr().out)
    assert answer["operations"]["get"]["lacks"] == [WAY]
    assert answer["operations"]["get"]["origins"]["eu"]["lacks"] == []


LOST = """
conventions: {measure: client}
scenarios: {gone: {fail: eu, at: 1 min, run: 3 min}}
"""


def _failover(bar: str) -> str:
    """Calls stay where their users are, until one place is lost."""
    text = _far(bar).replace("path: [web: [db: {do: read, times: 1}]]", "path: [web]")
    return text.replace("  db: {kind: sql_database, in: eu, work: 1 ms}\n", "") + LOST


def test_users_who_move_over_it_take_no_time_that_is_sure():
    study = open_text(_failover("100 ms")).study
    assert "holds" in {one.verdict.value for one in statements(study) if one.element == "fast"}
    effect = region_lost(Breaker(study), "eu")
    felt = {one.operation: one for one in effect.felt}
    assert felt["get"].lacks == (WAY,)
    assert effect.verdict == "not known"
    assert not effect.broken


@pytest.mark.slow
def test_a_simulation_of_a_lost_place_knows_no_better():
    bench = open_text(_failover("100 ms").replace("100 req/s", "5 req/s"))
    watch, asked = Alone(), Asked(scenarios=("gone",), precision=(0.2, 0.3))
    (found,) = simulate(bench, asked, watch).runs
    tests = {one.requirement: one for one in found.tests if one.statement.comparison == "<"}
    assert tests["fast"].holds is None
    assert WAY in tests["fast"].said
