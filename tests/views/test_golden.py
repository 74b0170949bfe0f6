"""Pictures that somebody looked at, byte for byte; `make docs` writes them anew."""

import shlex

import pytest
from tools.generate import PICTURES, pictures

from tests.markdown import ROOT, blocks
from tests.running import answer


@pytest.fixture(scope="module")
def drawn():
    return pictures()


@pytest.mark.parametrize("path", PICTURES)
def test_a_picture_is_what_it_was(path, drawn):
    assert (ROOT / path).read_text(encoding="utf-8") == drawn[path]


def test_the_picture_of_the_readme_is_made_by_its_command(tmp_path, drawn):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = "docs/pictures/twitter-heat.svg"
    assert f"]({shown})" in text
    commands = [
        line for block in blocks(ROOT / "README.md") for line in block.text.splitlines()
        if line.startswith("sysdesign draw ") and shown in line
    ]  # fmt: skip
    assert len(commands) == 1
    (tmp_path / "docs/pictures").mkdir(parents=True)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    code, said = answer(*shlex.split(commands[0])[1:], cwd=tmp_path)
    assert (code, said) == (0, "")
    assert (tmp_path / shown).read_text(encoding="utf-8") == drawn[shown]
