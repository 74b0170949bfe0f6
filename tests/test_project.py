"""Promises of the project as a whole: light imports, current pages, steps that cover the format."""

import re
import tomllib
from pathlib import Path

import pytest
from tools import generate

from sysdesign.design import Design
from sysdesign.design.design import PROFILES
from sysdesign.design.shape import keys_of
from tests.markdown import ROOT
from tests.running import python

# Each costs more than the whole budget of `--help` leaves for it.
HEAVY = {
    "numpy",
    "yaml",
    "difflib",
    "click",
    "inspect",
    "statistics",
    "asyncio",
    "importlib.metadata",
}


def loaded(code: str) -> set[str]:
    """Modules that are there once some code has run in a fresh interpreter."""
    _, out = python("-I", "-c", f"{code}\nimport sys\nprint('loaded', *sys.modules)")
    return set(out.rpartition("loaded ")[2].split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    bare, full = loaded("pass"), loaded("import sysdesign")
    assert "sysdesign" in full
    assert not (full - bare) & HEAVY


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["check", "--help"]])
def test_help_loads_neither_numpy_nor_yaml(arguments: list[str]) -> None:
    code = f"from sysdesign.cli.main import run\nrun({arguments!r})"
    found = loaded(code)
    assert "click" in found
    assert not found & {"numpy", "yaml", "difflib"}


def test_a_generated_page_that_changed_is_named(tmp_path: Path) -> None:
    files = {"docs/reference/kinds.md": "kinds\n", "docs/reference/kinds/cache.md": "cache\n"}
    assert generate.write(tmp_path, files) == sorted(files)
    assert generate.stale(tmp_path, files) == []
    (tmp_path / "docs/reference/kinds/cache.md").write_text("by hand\n", "utf-8")
    (tmp_path / "docs/reference/kinds/gone.md").write_text("a kind of old\n", "utf-8")
    assert generate.stale(tmp_path, files) == [
        "docs/reference/kinds/cache.md", "docs/reference/kinds/gone.md",
    ]  # fmt: skip
    generate.write(tmp_path, files)
    assert generate.stale(tmp_path, files) == []


def test_the_lock_satisfies_what_the_project_asks_for() -> None:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lines = (ROOT / "requirements-dev.lock").read_text("utf-8").splitlines()
    pinned = {}
    for requirement in (Requirement(line) for line in lines if not line.startswith("#")):
        (exact,) = requirement.specifier
        assert exact.operator == "=="
        pinned[canonicalize_name(requirement.name)] = exact.version
    for line in [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]:
        wanted = Requirement(line)
        assert pinned[canonicalize_name(wanted.name)] in wanted.specifier, line


def profiles() -> dict[str, list[str]]:
    """Sections that the framework page gives to the steps of each profile."""
    page = (ROOT / "docs/framework/sources.md").read_text("utf-8")
    found = {}
    for part in page.split("\n## ")[1:]:
        rows = [line for line in part.splitlines() if re.match(r"\| \d", line)]
        found[part.partition(":")[0]] = [
            word for row in rows for word in re.findall(r"`(.+?)`", row)
        ]
    return found


def test_the_framework_page_has_every_profile() -> None:
    assert set(profiles()) == set(PROFILES)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_places_every_section_once(profile: str) -> None:
    whole = [section for section in profiles()[profile] if "." not in section]
    assert sorted(whole) == sorted(set(keys_of(Design)) - {"sysdesign", "framework"})


PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
