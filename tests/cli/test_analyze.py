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
    assert "bottleneck    web, 50% busy at peak" in out
    assert "load carried  1.9 times the peak" in out


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
