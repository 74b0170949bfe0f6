"""The guide is true: a kind is one file, and the one it shows works."""

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.markdown import ROOT, blocks
from tests.running import sysdesign


@pytest.fixture
def shown() -> dict[str, str]:
    """The kind and the design that the guide shows."""
    heading = "A new kind is one file"
    found = [b for b in blocks(ROOT / "CONTRIBUTING.md") if b.heading == heading]
    return {block.language: block.text for block in found}


@pytest.fixture
def name(shown: dict[str, str]) -> str:
    found = re.search(r'Kind\(\s*name="(\w+)"', shown["python"])
    assert found
    return found[1]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A folder with a copy of the package, to be changed."""
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src" / "sysdesign", tmp_path / "src" / "sysdesign", ignore=skip)
    return tmp_path / "src"


def test_a_new_kind_is_one_file(
    shown: dict[str, str], name: str, package: Path, tmp_path: Path
) -> None:
    design = tmp_path / "design.yaml"
    design.write_text(shown["yaml"], "utf-8")
    check = ("check", "--fail-on", "blocker", "--format", "json", str(design))

    code, out = sysdesign(*check, PYTHONPATH=str(package))
    assert code == 2, out
    (unknown,) = json.loads(out)["problems"]
    assert f"'{name}'" in unknown["message"]

    (package / "sysdesign" / "kinds" / f"{name}.py").write_text(shown["python"], "utf-8")
    code, out = sysdesign(*check, PYTHONPATH=str(package))
    assert code in (0, 1), out  # findings are welcome: the design is short
    assert not json.loads(out).get("problems")
    code, out = sysdesign("kinds", name, PYTHONPATH=str(package))
    assert code == 0, out
    assert "What it ignores" in out
