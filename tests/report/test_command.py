"""`sysdesign report`, and writing files whole or not at all."""

import re
import sys
from pathlib import Path

import pytest

from sysdesign.cli.main import run
from sysdesign.workbench.files import write_atomic
from tests.report.pages import ROOT, SERVER
from tests.running import python


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "one.yaml"
    path.write_text(SERVER, encoding="utf-8")
    return path


@pytest.mark.parametrize(("name", "begins"), [
    ("out.html", "<!DOCTYPE html>"), ("out.HTM", "<!DOCTYPE html>"), ("out.md", "# One server"),
    ("out.markdown", "# One server"),
])  # fmt: skip
def test_the_ending_decides(file, name, begins):
    out = file.with_name(name)
    assert run(["report", str(file), "-o", str(out)]) == 0
    assert out.read_text("utf-8").startswith(begins)
    assert sorted(one.name for one in file.parent.iterdir()) == sorted([file.name, name])


def test_without_a_file_to_standard_output(file, capfd):
    assert run(["report", str(file), "--format", "md"]) == 0
    assert capfd.readouterr().out.startswith("# One server\n")
    assert run(["report", str(file), "-o", "-"]) == 0
    assert capfd.readouterr().out.endswith("</html>\n")


def test_the_format_may_be_named(file):
    out = file.with_name("out.txt")
    assert run(["report", str(file), "-o", str(out), "--format", "md"]) == 0
    assert out.read_text("utf-8").startswith("# One server")


def test_an_ending_that_says_nothing_is_asked_for(file, capsys):
    assert run(["report", str(file), "-o", str(file.with_name("out.pdf"))]) == 2
    assert "--format" in capsys.readouterr().err


def test_load_and_changes_are_tried(file, capfd):
    assert (
        run(
            [
                "report",
                str(file),
                "--format",
                "md",
                "--load",
                "4x",
                "--set",
                "components.web.replicas=9",
            ]
        )
        == 0
    )
    told = capfd.readouterr().out
    assert "Worked out at `4x` the peak" in told
    assert "9 × 1 core" in told


@pytest.mark.parametrize("out", ["no/such/folder/out.html", "folder.html"])
def test_what_cannot_be_written_is_said(file, capsys, out):
    (file.parent / "folder.html").mkdir()
    assert run(["report", str(file), "-o", str(file.parent / out)]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_the_design_itself_is_not_written_over(file, capsys):
    assert run(["report", str(file), "-o", str(file), "--format", "md"]) == 2
    assert file.read_text("utf-8") == SERVER
    assert "the design itself" in capsys.readouterr().err


def test_problems_of_the_file_are_told(file, capsys):
    file.write_text("sysdesign: 1\nproblm: {name: x}\n", encoding="utf-8")
    assert run(["report", str(file), "-o", str(file.with_name("out.html"))]) == 2
    assert "did you mean 'problem'" in capsys.readouterr().err
    assert not file.with_name("out.html").exists()


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "out.html"
    path.write_bytes(b"old")

    def broken(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(OSError, match="No space"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["out.html"]


def test_other_commands_do_not_load_it():
    code = (
        "import sys; from sysdesign.cli.main import run; run(['check', 'examples/start.yaml']); "
        "run(['--help']); print([m for m in sys.modules if 'report' in m or 'sysdesign.draw' in m])"
    )
    assert python("-c", code, cwd=ROOT, PYTHONPATH=":".join(sys.path))[1].splitlines()[-1] == "[]"


FAR = """\
sysdesign: 1
problem: {name: x, reviewed: 9999-12-31, growth: {a_year: 1.0001x}}
operations: {ask: {rate: 1 req/s, path: [web]}}
components: {web: {kind: service}}
"""


@pytest.mark.parametrize("text", [
    "sysdesign: 1\n", "sysdesign: 1\nproblem: {name: x}\n", FAR,
    SERVER.replace("50 req/s", "0 req/s"), SERVER.replace("path: [web]", "path: []"),
    SERVER.replace("rate: 50 req/s, ", ""), SERVER.replace("ask.p99 < 200 ms", "ask.p99 < 1 ns"),
    SERVER.replace("components:", "framework: {only: []}\ncomponents:"),
])  # fmt: skip
@pytest.mark.parametrize("form", ["html", "md"])
def test_a_design_that_says_little_has_a_report(file, text, form, capfd):
    file.write_text(text, encoding="utf-8")
    assert run(["report", str(file), "--format", form]) == 0
    told = capfd.readouterr().out
    assert "At a glance" in told
    assert "None" not in told
    assert not re.search(r"\b(nan|inf)\b", told)


def test_what_fails_is_told_with_the_load_that_is_then_carried(file, capfd):
    assert run(["report", str(file), "--format", "md", "--failures"]) == 0
    text = capfd.readouterr().out
    assert "single failures" in text
    assert re.search(r"\| (over )?[0-9.,]+x \|", text)
