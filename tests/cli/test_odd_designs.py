"""Odd designs through the command line: an answer or a message at the line, and never a NaN."""

import json
import re

import pytest

from sysdesign.cli.main import run

HEAD = "sysdesign: 1\nproblem: {name: Odd, actors: {u: {primary: true}}}\n"
WEB = "components:\n  web: {kind: service, replicas: 2, cores: 2, work: 5 ms}\n"
PLAIN = f"{HEAD}operations:\n  a: {{actor: u, rate: 5 req/s, path: [web]}}\n{WEB}"
LOOP = """\
  b: {trigger: q, path: [web: [q: {times: TIMES}]]}
components:
  web: {kind: service, replicas: 2, cores: 2, work: 5 ms}
  q: {kind: queue}
"""
STARTS_LOOP = f"{HEAD}operations:\n  a: {{actor: u, rate: 5 req/s, path: [web: [q]]}}\n"

ANSWERED = {
    "no calls": PLAIN.replace("5 req/s", "0 req/s"),
    "overload": PLAIN.replace("5 req/s", "100k req/s"),
    "beyond counting": PLAIN.replace("5 req/s", "1e15 req/s"),
    "hardly any": PLAIN.replace("5 req/s", "1e-12 req/s").replace("5 ms", "1e-12 s"),
    "very wide": PLAIN.replace("5 req/s", "1e-9 .. 1e9 req/s"),
    "in no time": PLAIN.replace("[web]", "[web: {times: 0}]"),
    "nothing at once": PLAIN.replace("[web]", "[web: [parallel: []]]"),
    "calls itself": PLAIN.replace("[web]", "[web: [web: [web]]]").replace("cores: 2", "slots: 1"),
    "tries for ever": PLAIN.replace("[web]", "[web: {timeout: 6 ms, retries: 1000000}]"),
    "never the same": PLAIN.replace("work: 5 ms", "work: {mean: 5 ms, scv: 1000}"),
    "dies out": STARTS_LOOP + LOOP.replace("TIMES", "0.5"),
    "no operation": f"{HEAD}operations: {{}}\n{WEB}",
    "set off by nobody": f"{HEAD}operations:\n" + LOOP.replace("q: {times: TIMES}", "web"),
    "named as numbers": PLAIN.replace("  a:", "  p99:").replace("web", "mean"),
}
REFUSED = {
    "from nothing": (PLAIN.replace("5 req/s", "0 .. 5 req/s"), "a range runs from a number"),
    "without end": (STARTS_LOOP + LOOP.replace("TIMES", "1"), "one more or more than one, without"),
    "negative": (PLAIN.replace("5 req/s", "-5 req/s"), "at least 0 is wanted here"),
    "upside down": (PLAIN.replace("5 req/s", "9 .. 5 req/s"), "the range runs downwards"),
    "no wait at all": (PLAIN.replace("[web]", "[web: {timeout: 0 s}]"), "more than 0 is wanted"),
    "lets none in": (PLAIN.replace("cores: 2", "limit: 0 req/s"), "more than 0 is wanted"),
    "a way that is shut": (
        f"{PLAIN}links: {{any -> web: {{limit: 0 req/s, when_over: wait}}}}\n",
        "more than 0 is wanted",
    ),
    "too many tries": (
        PLAIN.replace("[web]", "[web: {retries: 1e300}]"),
        "the result is too large",
    ),
    "no text": ("", ""),
}
COMMANDS = (
    ("check",), ("analyze", "--all"), ("analyze", "--load", "100x"),
    ("explain", "a.p99"), ("explain", "carries"), ("explain", "bottleneck"), ("explain", "web"),
    ("analyze", "--format", "json"), ("explain", "a.p99", "--format", "json"),
)  # fmt: skip


def told(capsys):
    found = capsys.readouterr()
    return found.out + found.err


SLOW = ("tries for ever", "beyond counting", "named as numbers")


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.slow if n in SLOW else ()) for n in ANSWERED]
)
def test_an_odd_design_is_answered(name, tmp_path, capsys):
    path = tmp_path / "odd.yaml"
    path.write_text(ANSWERED[name], encoding="utf-8")
    for command, *words in COMMANDS:
        code = run([command, str(path), *words])
        out = told(capsys)
        assert code in ((0, 1) if command != "explain" else (0, 2)), (words, out)
        assert "error:" not in out, (words, out)
        assert out.strip(), words
        assert not re.search(r"\bnan\b|\binf\b|Traceback|Warning", out), (words, out)
        if "json" in words and code == 0:
            json.loads(out, parse_constant=pytest.fail)


@pytest.mark.parametrize("name", REFUSED)
def test_an_impossible_design_is_refused_at_the_line(name, tmp_path, capsys):
    text, said = REFUSED[name]
    path = tmp_path / "odd.yaml"
    path.write_text(text, encoding="utf-8")
    for command in ("check", "analyze"):
        assert run([command, str(path)]) == 2
        out = told(capsys)
        assert re.search(r"odd\.yaml:\d+:\d+: error: ", out), out
        assert said in out


def test_a_lost_only_copy_loses_all_of_it(tmp_path, capsys):
    path = tmp_path / "design.yaml"
    data = "data: {o: {store: db, key: id, size: 1 kB, written_by: a}}\n"
    text = PLAIN.replace("[web]", "[web: [db: {do: write}]]") + "  db: {kind: sql_database}\n"
    path.write_text(text + data)
    assert run(["availability", str(path)]) == 0
    rows = [one.split() for one in capsys.readouterr().out.splitlines()]
    (row, *_) = [one for one in rows if one[:2] == ["o", "db"]]
    assert row[2:7] == ["1", "all", "of", "it", "never"]
