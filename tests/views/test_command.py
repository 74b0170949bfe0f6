"""The command `draw`: where it writes, and what it says when it cannot."""

import json
import os
import re
import stat
from xml.etree import ElementTree

import pytest
import yaml

from sysdesign.cli.main import run
from sysdesign.draw import recalled
from sysdesign.draw.memory import element, in_svg
from sysdesign.workbench.files import write_atomic
from tests.markdown import ROOT
from tests.running import python

START = str(ROOT / "examples" / "start.yaml")
TWITTER = str(ROOT / "examples" / "twitter.yaml")


def test_without_a_file_to_write_svg_is_printed(capsys):
    assert run(["draw", START]) == 0
    assert ElementTree.fromstring(capsys.readouterr().out).tag.endswith("svg")


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_the_suffix_is_the_format(tmp_path, capsys, theme):
    svg, image = tmp_path / "a.svg", tmp_path / "a.PNG"
    for path in (svg, image):
        assert run(["draw", START, "--view", "heat", "--theme", theme, "-o", str(path)]) == 0
    assert capsys.readouterr().out == ""
    assert ("prefers-color-scheme" in svg.read_text()) is (theme == "auto")
    assert image.read_bytes().startswith(b"\x89PNG")
    assert stat.S_IMODE(svg.stat().st_mode) == 0o644
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.PNG", "a.svg"]


def test_scale_makes_a_png_larger(tmp_path):
    sizes = []
    for scale in ("1", "3"):
        path = tmp_path / f"{scale}.png"
        assert run(["draw", START, "--scale", scale, "-o", str(path)]) == 0
        sizes.append(int.from_bytes(path.read_bytes()[16:20], "big"))
    assert sizes[1] == pytest.approx(3 * sizes[0], abs=3)


def test_what_if_reaches_the_picture(capsys):
    assert run(["draw", START, "--load", "10x", "--set", "problem.name=Big shop"]) == 0
    text = capsys.readouterr().out
    assert "Big shop" in text
    assert "at 10x the peak" in text


def test_an_operation_is_named_in_two_ways(capsys):
    assert run(["draw", START, "--view", "sequence:order"]) == 0
    first = capsys.readouterr().out
    assert run(["draw", START, "--view", "sequence", "--operation", "order"]) == 0
    assert capsys.readouterr().out == first
    assert run(["draw", START, "--operation", "order"]) == 0
    assert "in the order" not in capsys.readouterr().out


def test_all_pictures_and_a_page_that_shows_them(tmp_path, capsys):
    folder = tmp_path / "out"
    assert run(["draw", START, "--all", str(folder)]) == 0
    assert "index.html" in capsys.readouterr().out
    page = (folder / "index.html").read_text(encoding="utf-8")
    names = {p.name for p in folder.iterdir()} - {"index.html"}
    assert {"components.svg", "sequence-look.svg", "blackbox-groups.svg", "data.svg"} <= names
    for name in names:
        assert page.count(f'src="{name}"') == 1
    opened = (folder / "context.svg").read_text(encoding="utf-8")
    assert 'href="blackbox-groups.svg"' in opened
    assert run(["draw", START, "--all", str(folder)]) == 0  # once more, over the first


def test_the_list_names_what_can_be_drawn(capsys):
    assert run(["draw", TWITTER, "--list"]) == 0
    text = capsys.readouterr().out
    for line in (
        "--view sequence:home_timeline",
        "--view heat --group people",
        "--view blackbox:groups",
    ):
        assert line in text
    assert run(["draw", "--list"]) == 0
    assert "deployment" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--view", "heet"], "did you mean 'heat'?"),
        (["--view", "nothing"], "there is context"),
        (["--view", "sequence:oder"], "did you mean 'order'?"),
        (["--view", "data:x"], "no picture of the view 'data'"),
        (["--group", "people"], "the design has no groups"),
        (["--view", "data", "--group", "people"], "has no groups to open"),
        (["--operation", "a", "--view", "sequence:b"], "--view names 'b'"),
        (["-o", "a.pdf"], "neither in .svg nor in .png"),
        (["-o", "no/such/folder/a.svg"], "cannot be written: No such file"),
        (["--all", "no/such/folder"], "cannot be made"),
        (["--all", "x", "--view", "heat"], "leave out"),
        (["--scale", "0"], "range"),
        (["--load", "much"], "not a factor"),
    ],
)
def test_what_cannot_be_drawn_is_said(words, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["draw", START, *words]) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_near_group_is_suggested(capsys):
    assert run(["draw", TWITTER, "--group", "peopel"]) == 2
    assert "did you mean 'people'?" in capsys.readouterr().err


def test_a_file_in_the_place_of_a_folder_is_said(tmp_path, capsys):
    (tmp_path / "file").write_text("x")
    assert run(["draw", START, "-o", str(tmp_path / "file" / "a.svg")]) == 2
    assert run(["draw", START, "--all", str(tmp_path / "file")]) == 2
    assert capsys.readouterr().err.count("cannot be") == 2


def test_writing_is_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "a.svg"
    write_atomic(path, b"old")
    path.chmod(0o600)
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def broken(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", broken)
    with pytest.raises(OSError, match="No space"):
        write_atomic(path, b"newer")
    assert path.read_bytes() == b"new"
    assert [p.name for p in tmp_path.iterdir()] == ["a.svg"]


def test_a_link_keeps_leading_to_its_file(tmp_path):
    (tmp_path / "there").mkdir()
    link = tmp_path / "link.svg"
    link.symlink_to(tmp_path / "there" / "a.svg")
    write_atomic(link, b"1")
    assert link.is_symlink()
    assert (tmp_path / "there" / "a.svg").read_bytes() == b"1"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_what_is_no_file_is_written_to(tmp_path):
    pipe = tmp_path / "pipe.svg"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_atomic(pipe, b"through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_other_commands_load_nothing_of_it():
    code = "from sysdesign.cli.main import run; import sys; run(sys.argv[1:]); print('loaded', *sys.modules)"
    for words in (["check", START], ["draw", "--help"]):
        _, out = python("-c", code, *words)
        loaded = out.rpartition("loaded ")[2].split()
        assert not [
            m for m in loaded if m.startswith(("sysdesign.views", "sysdesign.draw", "wasmtime"))
        ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", ["heat", "sequence", "deployment", "data"])
def test_a_fixed_theme_styles_the_whole_picture(capsys, view, theme):
    """Rules are told of the class that the root has, so that two pictures can share a page."""
    assert run(["draw", START, "--view", view, "--theme", theme]) == 0
    whole = ElementTree.fromstring(capsys.readouterr().out)
    style = next(part.text for part in whole.iter() if part.tag.endswith("style"))
    assert f".{whole.get('class')} " in (style or "")


@pytest.mark.parametrize("words", [["--view", "heat:foo"], ["--view", "data:x"]])
def test_a_view_of_one_picture_says_so(capsys, words):
    assert run(["draw", START, *words]) == 2
    assert "it is one picture, name it alone" in capsys.readouterr().err


def grown_start(folder):
    """The start design with one component more, called in a path."""
    text = (ROOT / "examples" / "start.yaml").read_text()
    made = yaml.safe_load(text)
    first = next(iter(made["operations"]))
    made["operations"][first]["path"].append("audit_log")
    made["components"]["audit_log"] = {"kind": "service", "work": "1 ms"}
    path = folder / "start.yaml"
    path.write_text(yaml.safe_dump(made, sort_keys=False))
    return str(path)


def centres_in(data, name):
    kept = recalled(data, name)
    assert kept is not None
    return {node: box.centre for node, box in kept.nodes.items()}


@pytest.mark.parametrize("suffix", [".svg", ".png"])
@pytest.mark.parametrize("view", ["components", "heat"])
@pytest.mark.mostly_slow(4)
def test_a_picture_drawn_over_an_earlier_one_keeps_its_places(tmp_path, capsys, view, suffix):
    path = tmp_path / f"a{suffix}"
    words = ["--view", view, "-o", str(path)]
    assert run(["draw", START, *words]) == 0
    first = path.read_bytes()
    assert run(["draw", START, *words]) == 0
    assert path.read_bytes() == first  # unchanged: the same bytes
    edited = grown_start(tmp_path)
    assert run(["draw", edited, *words]) == 0
    second = path.read_bytes()
    before, after = (centres_in(data, f"{view}//") for data in (first, second))
    assert set(after) - set(before) == {"audit_log"}
    assert all(after[node] == pytest.approx(at, abs=0.1) for node, at in before.items())
    assert run(["draw", edited, *words]) == 0
    assert path.read_bytes() == second
    assert run(["draw", START, *words, "--fresh"]) == 0
    assert path.read_bytes() == first
    assert capsys.readouterr() == ("", "")


def test_all_pictures_keep_their_places(tmp_path, capsys):
    folder = tmp_path / "all"
    assert run(["draw", START, "--all", str(folder)]) == 0
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert run(["draw", START, "--all", str(folder)]) == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
    edited = grown_start(tmp_path)
    assert run(["draw", edited, "--all", str(folder)]) == 0
    data = (folder / "components.svg").read_bytes()
    before, after = (centres_in(d, "components//") for d in (first["components.svg"], data))
    assert all(after[node] == pytest.approx(at, abs=0.1) for node, at in before.items())
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"\x89PNG\r\n\x1a\n",
        b'<svg><metadata data-kind="places">{"version":1}</metadata>',
    ],
)
def test_a_file_that_is_no_picture_of_ours_is_written_over(tmp_path, capsys, data):
    path = tmp_path / "a.svg"
    path.write_bytes(data)
    assert run(["draw", START, "-o", str(path)]) == 0
    fresh = path.read_bytes()
    assert run(["draw", START, "-o", str(path), "--fresh"]) == 0
    assert path.read_bytes() == fresh
    assert capsys.readouterr() == ("", "")


def test_places_that_cannot_be_kept_are_said(tmp_path, capsys):
    """Every node of the earlier picture lies on the same spot."""
    path = tmp_path / "a.svg"
    assert run(["draw", START, "-o", str(path)]) == 0
    text = path.read_text()
    kept = json.loads(in_svg(text))
    kept["nodes"] = [[name, 0, 0, *size] for name, _, _, *size in kept["nodes"]]
    path.write_text(re.sub("<metadata.*</metadata>", lambda _: element(json.dumps(kept)), text))
    assert run(["draw", START, "-o", str(path)]) == 0
    assert path.read_text() == text
    assert "laid out anew" in capsys.readouterr().err


@pytest.mark.parametrize("view", ["", " ", ":order"])
def test_a_view_without_a_name_is_an_error(capsys, view):
    assert run(["draw", START, "--view", view]) == 2
    assert "--view names no view; there is context, " in capsys.readouterr().err


def test_letters_that_no_font_has_are_said(tmp_path, capsys):
    """A letter for private use stands for a script that this machine has no font of."""
    path = tmp_path / "a.png"
    assert run(["draw", START, "--set", "problem.name=Shop \ue123", "-o", str(path)]) == 0
    said = capsys.readouterr().err
    assert f"{path}: no font of this machine has \ue123" in said
    assert "or write an .svg" in said
    assert run(["draw", START, "--set", "problem.name=Läden", "-o", str(path)]) == 0
    assert capsys.readouterr().err == ""
