"""`sysdesign export`: what goes where, and what is said of a slip."""

import pytest

from sysdesign.cli.main import run
from sysdesign.export import all_formats, names
from tests.export.designs import PHOTOS


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos.yaml").write_text(PHOTOS, encoding="utf-8")
    return "photos.yaml"


def called(capsys, *words):
    code = run(["export", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_text_goes_out_and_what_is_lost_to_the_other_stream(file, capsys):
    code, out, err = called(capsys, file, "--to", "d2")
    assert code == 0
    assert out.startswith("# Written by sysdesign")
    assert err.startswith("Not carried over:\n")
    assert "  prices\n" in err


def test_a_file_is_written_and_its_ending_tells_the_format(file, capsys, tmp_path):
    for name in names():
        suffix = all_formats()[name].suffix
        code, out, _ = called(capsys, file, "-o", f"out{suffix}")
        assert (code, out) == (0, "")
        printed = called(capsys, file, "--to", name)[1]
        assert (tmp_path / f"out{suffix}").read_text("utf-8") == printed


def test_a_file_that_cannot_be_written_leaves_nothing(file, capsys, tmp_path):
    code, out, err = called(capsys, file, "--to", "d2", "-o", "no/such/x.d2")
    assert (code, out) == (2, "")
    assert "no/such/x.d2 cannot be written" in err
    (tmp_path / "folder.d2").mkdir()
    assert called(capsys, file, "-o", "folder.d2")[0] == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder.d2", "photos.yaml"]


def test_load_and_changes_are_tried(file, capsys):
    out = called(capsys, file, "--to", "mermaid", "--load", "2x")[1]
    assert '|"optional<br/>2000 req/s"| ads' in out
    assert "at 2 times the peak" in out
    out = called(capsys, file, "--to", "mermaid", "--set", "operations.view.rate=7 req/s")[1]
    assert '|"optional<br/>7 req/s"| ads' in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "say for which tool: --to d2, mermaid, plantuml, structurizr"),
        (["--to", "mermaids"], "did you mean 'mermaid'"),
        (["--to", "d2", "--view", "date"], "did you mean 'data'"),
        (["--to", "d2", "--view", "sequence"], "a sequence is of one operation: name it, e.g. sequence:view"),
        (["--to", "d2", "--view", "sequence:vew"], "did you mean 'view'"),
        (["--to", "d2", "--view", "components:view"], "no such view of d2"),
        (["--to", "structurizr", "--view", "data"], "there is: workspace"),
        (["--to", "plantuml", "--view", "data"], "there are: components, sequence:OPERATION"),
        (["-o", "x.png"], "say for which tool"),
        (["--to", "d2", "--view", ""], "--view names no view"),
        (["--to", "d2", "-o", "x.mmd"], "--to says d2 and 'x.mmd' ends like mermaid"),
    ],
)  # fmt: skip
def test_a_slip_is_named(file, capsys, words, said):
    code, out, err = called(capsys, file, *words)
    assert (code, out) == (2, "")
    assert said in err


def test_a_design_with_errors_is_not_exported(file, capsys, tmp_path):
    (tmp_path / "bad.yaml").write_text("sysdesign: 1\ncomponents: {a: {kind: servce}}\n", "utf-8")
    code, out, err = called(capsys, "bad.yaml", "--to", "d2", "-o", "x.d2")
    assert (code, out) == (2, "")
    assert "did you mean 'service'" in err
    assert not (tmp_path / "x.d2").exists()


def test_the_formats_are_listed(capsys):
    code, out, _ = called(capsys, "--list")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == list(names())
    assert "sequence:OPERATION" in out
