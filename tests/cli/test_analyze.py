"""`analyze`, and what `explain` says of its numbers, against theory."""

import json
import math

import pytest

from sysdesign.cli.main import run
from sysdesign.study import UnknownNameError
from sysdesign.workbench import open_text

# One server of exponential work at half its capacity: M/M/1.
DESIGN = """\
sysdesign: 1
problem: {name: One server, actors: {caller: {primary: true}}}
conventions: {network: none}
operations:
  ask: {actor: caller, rate: 50 req/s, path: [web]}
components:
  web: {kind: service, replicas: 1, cores: 1, slots: 1000000, work: {mean: 10 ms, distribution: exponential}}
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "one.yaml"
    path.write_text(DESIGN, encoding="utf-8")
    return str(path)


def answer(capsys, *words):
    code = run(["analyze", *words, "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


def test_one_server_follows_theory(file, capsys):
    code, body = answer(capsys, file)
    ask = body["operations"]["ask"]
    assert code == 0
    assert ask["rate_per_s"] == ask["peak_per_s"] == 50
    assert ask["mean_s"] == pytest.approx(1 / (100 - 50), rel=1e-6)
    for key, share in (("p50_s", 0.5), ("p95_s", 0.95), ("p99_s", 0.99), ("p999_s", 0.999)):
        assert ask[key] == pytest.approx(-math.log(1 - share) / 50, rel=1e-3)
    assert body["components"]["web"]["utilisation"] == pytest.approx(0.5)
    assert body["bottleneck"] == "web"
    assert body["carries"] == pytest.approx(0.95 / 0.5, rel=1e-3)


def test_overload_is_an_answer(file, capsys):
    code, body = answer(capsys, file, "--load", "3x")
    assert code == 0
    assert body["operations"]["ask"]["p99_s"] is None
    assert body["operations"]["ask"]["overloaded"] == ["web"]
    assert body["carries"] < 1
    assert answer(capsys, file, "--load", "3x", "--strict")[0] == 1
    assert run(["analyze", file, "--load", "3x"]) == 0
    assert "overloaded: web" in capsys.readouterr().out


def test_the_text_names_bottleneck_and_load(file, capsys):
    assert run(["analyze", file]) == 0
    out = capsys.readouterr().out
    said = " ".join(out.split())
    assert "bottleneck web 50% web.utilisation load carried 1.9x carries" in said
    assert "the peak is carried probability 100%" in said


def test_an_unknown_origin_is_told(file, capsys):
    assert run(["analyze", file, "--origin", "mars"]) == 2
    assert "no such place: 'mars'" in capsys.readouterr().err


def test_explain_derives_times_use_and_load():
    bench = open_text(DESIGN)
    p99 = bench.explain("ask.p99")
    assert p99.figure.median == pytest.approx(math.log(100) / 50, rel=1e-3)
    assert [part.name for part in p99.parts] == ["ask.mean", "web.utilisation"]
    assert bench.explain("web.utilisation").figure.substituted == "50/s × 10 ms / (1 x 1 cores)"
    assert bench.explain("carries").figure.median == pytest.approx(1.9, rel=1e-3)


def test_a_time_without_end_is_told():
    with pytest.raises(UnknownNameError, match="overloaded: web"):
        open_text(DESIGN, load="3x").explain("ask.p99")


def test_floats_of_an_answer_have_no_stray_last_bits():
    from sysdesign.workbench.answers import rounded

    assert rounded({"a": [0.1 + 0.2, 1.1102230246251565e-16], "b": "x", "c": None}) == {
        "a": [0.3, 0.0], "b": "x", "c": None,
    }  # fmt: skip


def test_a_target_is_tried_as_a_requirement(file, capsys):
    assert run(["analyze", file, "--target", "carries >= 5x"]) == 0
    out = capsys.readouterr().out
    assert "target  fails      carries >= 5x: it is 1.9x" in out
    assert "carries >= 5x: web 3 instead of 1" in out


@pytest.mark.parametrize("target", ["carries", "ask.p98 < 1 s", "ask.p99 < 3 kg", '"', "a: [b"])
def test_a_target_that_is_no_test_is_told(file, capsys, target):
    assert run(["analyze", file, "--target", target]) == 2
    assert "error" in capsys.readouterr().err


def test_the_page_has_every_answer(file, capsys):
    assert run(["analyze", file]) == 0
    out = capsys.readouterr().out
    for title in ("Operations", "Where the time of ask goes", "Components, the busiest first",
                  "As the load grows", "Needed to stay below 70% busy",
                  "When limits are reached"):  # fmt: skip
        assert title in out
    assert "Full in this order: web 1.9x." in out


def test_the_budget_of_another_operation(file, capsys):
    words = ["--set", "operations.tell={actor: caller, rate: 1 req/s, path: [web]}"]
    assert run(["analyze", file, *words, "--operation", "tell"]) == 0
    assert "Where the time of tell goes" in capsys.readouterr().out
    assert run(["analyze", file, "--operation", "sell"]) == 2
    assert "no such operation: 'sell'" in capsys.readouterr().err


def test_a_design_without_load_is_told(tmp_path, capsys):
    path = tmp_path / "none.yaml"
    path.write_text("sysdesign: 1\nproblem: {name: Nothing yet}\n", encoding="utf-8")
    assert run(["analyze", str(path)]) == 0
    assert "there is no load to analyze" in capsys.readouterr().out
    assert answer(capsys, str(path))[0] == 0


def test_explain_tells_what_a_component_became(file, capsys):
    assert run(["explain", file, "web"]) == 0
    out = capsys.readouterr().out
    assert "web, a service, became 1 station" in out
    assert "at most 1,000,000 calls in hand at each" in out
    assert "50 calls/s at peak, 10 ms of work each: 50% busy, mean wait 10 ms" in out
    assert run(["explain", file, "web", "--format", "json"]) == 0
    body = json.loads(capsys.readouterr().out)
    (station,) = body["stations"]
    assert station["found"]["utilisation"] == 0.5
    assert station["uses"] == [
        {"operation": "ask", "visits_per_s": 50.0, "work_s": 0.01, "share": 1.0}
    ]


def test_explain_shows_where_the_time_goes(file, capsys):
    assert run(["explain", file, "ask.p99"]) == 0
    out = capsys.readouterr().out
    # M/M/1 at 50%: 10 ms of work, as long a wait, an exponential law of mean 20 ms
    assert "ask.p99 = 92.1 ms" in out
    assert "M/M/c = C × work / (servers × (1 - busy))" in out
    rows = [" ".join(line.split()) for line in out.splitlines()]
    assert "web 50 10 ms 1 50.0% 0.5 10 ms 1 1 10 ms" in rows
    assert "an exponential of this mean 92 ms (4.6 × mean)" in out
    assert "If nobody waited for a turn: 46 ms." in out
    assert "scv = (sd / mean)² = 1;" in out
    assert run(["explain", file, "ask.p99", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)["derivation"]
    assert told["parts"] == [
        {"component": "web", "mean_s": 0.02, "variance": 1.0, "tail_s": told["value_s"]}
    ]


def test_explain_shows_how_busy_a_part_is_and_who_makes_it_so(file, capsys):
    assert run(["explain", file, "web.utilisation"]) == 0
    out = capsys.readouterr().out
    assert "web.calls = ask.peak_rate × 1" in out
    assert run(["explain", file, "web"]) == 0
    out = capsys.readouterr().out
    assert "busy: 50/s × 10 ms = 50.0%" in out
    assert (
        "wait: M/M/1; Erlang C × work / (servers × free) = 0.5 × 10 ms / (1 × 50.0%) = 10 ms" in out
    )


def test_explain_of_limits_that_are_no_servers():
    bench = open_text(DESIGN, set=["components.web.limit=200 req/s", "components.web.slots=100"])
    assert bench.explain("web.limit_used").figure.median == pytest.approx(0.25)
    assert bench.explain("web.slots_used").figure.median > 0


def test_explain_of_a_chain():
    path = [
        "operations.ask.path=[web: [line]]",
        "operations.work={trigger: line, path: [worker]}",
        "components.line={kind: queue}",
        "components.worker={kind: worker, replicas: 4, work: 10 ms}",
    ]
    bench = open_text(DESIGN, set=path)
    chain = bench.explain("(ask -> work).p95")
    assert [part.name for part in chain.parts] == ["ask.mean", "work.mean"]
    assert chain.figure.median > bench.explain("ask.p50").figure.median
    with pytest.raises(UnknownNameError):
        bench.explain("(work -> ask).p95")
