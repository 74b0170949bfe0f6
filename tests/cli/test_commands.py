"""The command line as its users meet it: exit codes, forms of output, odd surroundings."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sysdesign.cli.main import COMMANDS, run

DESIGN = """\
sysdesign: 1
problem: {name: Bücher, why: People buy books and read them at once., actors: {reader: {primary: true}}}
assumptions: {readers: {value: 1M .. 4M user, source: plan 2026}}
operations:
  buy: {actor: reader, api: GET /b, rate: readers * 2 req/user/day, peak: 3, request: 1 kB, path: [web]}
components:
  web: {kind: service, replicas: 3}
"""
BROKEN = DESIGN.replace("replicas", "replcas")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.yaml").write_text(DESIGN, encoding="utf-8")
    return tmp_path


def called(*arguments, capsys):
    code = run(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def process(*arguments, stdin=None, **environment):
    env = {**os.environ, **environment}
    return subprocess.run(
        [sys.executable, "-m", "sysdesign", *arguments],
        input=stdin,
        capture_output=True,
        env=env,
        check=False,
    )


def test_without_arguments_ten_lines_and_the_next_command(capsys):
    code, out, _ = called(capsys=capsys)
    assert code == 0
    assert len(out.splitlines()) <= 11
    assert "sysdesign check" in out


@pytest.mark.parametrize("command", [[], *([c] for c in COMMANDS)])
def test_every_help_ends_in_an_example(command, capsys):
    code, out, _ = called(*command, "--help", capsys=capsys)
    assert code == 0
    assert out.strip().splitlines()[-1].strip().startswith("Example:  sysdesign")


@pytest.mark.parametrize("command", list(COMMANDS))
def test_the_example_of_each_help_runs(command, capsys, folder):
    (folder / "shop.yaml").rename(folder / "twitter.yaml")
    text = DESIGN.replace("buy:", "home_timeline:")
    (folder / "twitter.yaml").write_text(text, encoding="utf-8")
    _, out, _ = called(command, "--help", capsys=capsys)
    line = out.strip().splitlines()[-1].removeprefix("  Example:  sysdesign ").strip()
    words = line.replace("Example:  sysdesign ", "").partition(">")[0].split()
    code, _, err = called(*words, capsys=capsys)
    assert code in (0, 1), err


def test_version(capsys):
    code, out, _ = called("--version", capsys=capsys)
    assert (code, out.split()[0]) == (0, "sysdesign")


def test_check_takes_the_only_design_here(folder, capsys):
    code, out, _ = called("check", capsys=capsys)
    assert code == 1
    assert out.startswith("Bücher")


def test_check_says_what_it_looked_for(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.yaml").write_text("a: 1", encoding="utf-8")
    code, _, err = called("check", capsys=capsys)
    assert code == 2
    assert "looked for" in err
    for name in ("a.yaml", "b.yml"):
        (tmp_path / name).write_text(DESIGN, encoding="utf-8")
    code, _, err = called("check", capsys=capsys)
    assert code == 2
    assert "a.yaml, b.yml" in err


def test_exit_codes_follow_fail_on(folder, capsys):
    assert called("check", "--fail-on", "never", capsys=capsys)[0] == 0
    assert called("check", "--fail-on", "unknown", capsys=capsys)[0] == 1
    (folder / "shop.yaml").write_text(BROKEN, encoding="utf-8")
    assert called("check", "--fail-on", "never", capsys=capsys)[0] == 2


def test_an_unusable_file_is_told_on_standard_error(folder, capsys):
    (folder / "shop.yaml").write_text(BROKEN, encoding="utf-8")
    code, out, err = called("estimate", capsys=capsys)
    assert (code, out) == (2, "")
    assert "shop.yaml:7:24: error: unknown key 'replcas'; did you mean 'replicas'?" in err
    assert "^^^^^^^" in err


def test_json_has_a_version_and_floats(folder, capsys):
    code, out, _ = called("estimate", "--format", "json", capsys=capsys)
    body = json.loads(out)
    assert (code, body["version"]) == (0, 1)
    figure = body["figures"]["buy.peak_rate"]
    assert figure["value"] * figure["si"] == pytest.approx(2e6 * 2 / 86400 * 3, rel=1e-12)
    assert figure["low"] < figure["value"] < figure["high"]
    assert (figure["unit"], figure["shown"]) == ("req/s", "140 req/s")


def test_json_of_several_files_is_one_document(folder, capsys):
    (folder / "bad.yaml").write_text(BROKEN, encoding="utf-8")
    code, out, _ = called("check", "shop.yaml", "bad.yaml", "--format", "json", capsys=capsys)
    bodies = {body["file"]: body for body in json.loads(out)["files"]}
    assert code == 2
    assert bodies["bad.yaml"]["problems"][0]["line"] == 7
    assert bodies["shop.yaml"]["counts"]["fails"] > 0


def test_sarif_names_rule_place_and_fingerprint(folder, capsys):
    _, out, _ = called("check", "--format", "sarif", capsys=capsys)
    log = json.loads(out)
    assert log["version"] == "2.1.0"
    results = log["runs"][0]["results"]
    rules = {rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    assert results
    for result in results:
        assert result["ruleId"] in rules
        assert result["level"] in ("error", "warning", "note", "none")
        assert (result["kind"] == "fail") == (result["level"] != "none")
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] >= 1
        assert result["partialFingerprints"]
    prints = [tuple(r["partialFingerprints"].values()) for r in results]
    assert len(prints) == len(set(prints))


def test_github_lines_are_escaped(folder, capsys):
    (folder / "a,b.yaml").write_text(BROKEN, encoding="utf-8")
    code, out, _ = called("check", "a,b.yaml", "--format", "github", capsys=capsys)
    assert code == 2
    assert out.startswith("::error file=a%2Cb.yaml,line=7,col=24,title=unknown-key::unknown key")


def test_load_and_set_try_a_change(folder, capsys):
    def peak(*words):
        out = called("estimate", "--format", "json", *words, capsys=capsys)[1]
        return json.loads(out)["figures"]["buy.peak_rate"]["value"]

    assert peak("--load", "10x") == pytest.approx(10 * peak())
    assert peak("--set", "operations.buy.peak=6") == pytest.approx(2 * peak())
    assert peak("--set", "assumptions.readers=1M user") == pytest.approx(1e6 * 2 / 86400 * 3)


@pytest.mark.parametrize(
    "words",
    [["--load", "fast"], ["--load", "0x"], ["--load", "-1"], ["--set", "nonsense"], ["--set", "a.b=1"],
     ["--set", "components.web.replicas=many"], ["--set", "components.web={"], ["--set", "=1"]],
)  # fmt: skip
def test_a_change_that_cannot_be_is_told(words, folder, capsys):
    code, _, err = called("estimate", *words, capsys=capsys)
    assert code == 2
    assert "error" in err
    assert "Traceback" not in err


def test_explain_takes_file_and_name_in_either_order(folder, capsys):
    one = called("explain", "shop.yaml", "buy.peak_rate", capsys=capsys)
    assert one == called("explain", "buy.peak_rate", "shop.yaml", capsys=capsys)
    assert one == called("explain", "operations.buy.peak_rate", capsys=capsys)
    assert "readers × 2 req/user/day" in one[1]


def test_explain_suggests(folder, capsys):
    code, _, err = called("explain", "buy.peek_rate", capsys=capsys)
    assert code == 2
    assert "did you mean 'buy.peak_rate'?" in err


def test_new_writes_a_design_that_passes(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code, out, _ = called("new", "book shop", capsys=capsys)
    assert code == 0
    assert "book shop.yaml" in out
    text = (tmp_path / "book shop.yaml").read_text(encoding="utf-8")
    assert "Book shop" in text
    assert called("check", capsys=capsys)[0] == 0
    assert called("new", "book shop", capsys=capsys)[0] == 2
    assert (tmp_path / "book shop.yaml").read_text(encoding="utf-8") == text
    assert called("new", "book shop", "--force", capsys=capsys)[0] == 0
    assert [p.name for p in tmp_path.iterdir()] == ["book shop.yaml"]


def test_new_from_an_example(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert called("new", "--from", "twitter", capsys=capsys)[0] == 0
    assert (tmp_path / "twitter.yaml").exists()
    code, _, err = called("new", "--from", "twiter", capsys=capsys)
    assert code == 2
    assert "Did you mean 'twitter'?" in err


def test_new_into_a_folder_that_is_not_there(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code, _, err = called("new", "nowhere/shop", capsys=capsys)
    assert code == 2
    assert "cannot be written" in err


@pytest.mark.parametrize("name", ["1 shop", "#hash", "yes", "a: b", "Ünï"])
def test_new_with_odd_names_passes(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert called("new", name, capsys=capsys)[0] == 0
    assert called("check", capsys=capsys)[0] == 0


def test_near_commands_are_suggested(capsys):
    code, _, err = called("chek", capsys=capsys)
    assert code == 2
    assert "Did you mean 'check'?" in err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell, capsys):
    code, out, _ = called("completion", shell, capsys=capsys)
    assert code == 0
    assert "_SYSDESIGN_COMPLETE" in out


def test_kinds_and_rules(capsys):
    assert "wide_column_store" in called("kinds", capsys=capsys)[1]
    assert "What it models" in called("kinds", "cache", capsys=capsys)[1]
    assert "Did you mean 'cache'?" in called("kinds", "cahce", capsys=capsys)[2]
    code, out, _ = called("rules", "--format", "json", capsys=capsys)
    rules = json.loads(out)["rules"]
    assert (code, len(rules)) == (0, 113)
    assert sum(rule["built"] for rule in rules) >= 30
    assert "REQ-01" in called("rules", "req-01", capsys=capsys)[1]
    assert called("rules", "REQ-99", capsys=capsys)[0] == 2


def test_schema_is_the_committed_one(capsys):
    code, out, _ = called("schema", capsys=capsys)
    committed = Path(__file__).parents[2] / "sysdesign.schema.json"
    assert (code, out) == (0, committed.read_text(encoding="utf-8"))


# -- odd surroundings --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        DESIGN.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + DESIGN.encode(),
        DESIGN.encode("utf-16"),
    ],
)
def test_line_ends_and_byte_order_marks(data):
    done = process("explain", "-", "buy.rate", stdin=data, PYTHONIOENCODING="utf-8")
    assert done.returncode == 0, done.stderr
    assert b"line 5" in done.stdout


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "utf-8"])
@pytest.mark.mostly_slow(2)
def test_any_console_encoding(encoding):
    done = process(
        "check", "-", "--fail-on", "never", stdin=DESIGN.encode(), PYTHONIOENCODING=encoding
    )
    assert done.returncode == 0, done.stderr
    assert b"cher" in done.stdout


def test_colour_only_where_wanted():
    plain = process("check", "-", stdin=DESIGN.encode(), PYTHONIOENCODING="utf-8")
    always = process(
        "check", "-", "--color", "always", stdin=DESIGN.encode(), PYTHONIOENCODING="utf-8"
    )
    assert b"\x1b[" not in plain.stdout
    assert b"\x1b[" in always.stdout


def test_names_cannot_steer_the_terminal():
    text = DESIGN.replace("Bücher", '"\\e]0;owned\\a\\u202E"')
    done = process("check", "-", stdin=text.encode(), PYTHONIOENCODING="utf-8")
    assert b"\x1b" not in done.stdout
    assert "\u202e".encode() not in done.stdout


def test_bytes_that_are_no_text_are_placed():
    done = process(
        "check", "-", stdin=b"sysdesign: 1\nproblem: {name: caf\xe9}\n", PYTHONIOENCODING="utf-8"
    )
    assert done.returncode == 2
    assert b"(standard input):2:20: error: byte 0xe9 is not UTF-8" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end otherwise there")
def test_a_closed_pipe_ends_quietly(folder):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "sysdesign", "estimate", "--all", "--format", "json"],
            stdout=writer, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    finally:
        os.close(writer)
    assert done.stderr == b""


def test_no_such_file(folder, capsys):
    code, _, err = called("check", "nowhere.yaml", capsys=capsys)
    assert code == 2
    assert "nowhere.yaml" in err
    assert called("check", ".", capsys=capsys)[0] == 2


def test_the_python_call(folder):
    import sysdesign

    bench = sysdesign.open("shop.yaml", load="2x", set=["operations.buy.peak=5"])
    assert bench.figures["buy.peak_rate"].median == pytest.approx(2e6 * 2 / 86400 * 5 * 2)
    assert bench.explain("buy.rate").figure.formula == "readers × 2 req/user/day"
    assert bench.review.findings
    with pytest.raises(sysdesign.UnusableError) as trouble:
        sysdesign.open_text(BROKEN)
    assert trouble.value.problems[0].suggestion == "replicas"
