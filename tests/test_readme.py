"""What the pages show is what the program prints."""

import shlex
import shutil
from functools import cache
from pathlib import Path

import pytest

from sysdesign.workbench import Workbench, open_design
from tests.markdown import ROOT, Block, blocks
from tests.running import answer

PROMPT = "$ "
# The README may leave out lines of a long output; "..." stands for them.
ELLIPSIS = "..."


def consoles() -> list[Block]:
    """Blocks that show the program at work."""
    start = f"{PROMPT}sysdesign"
    shown = blocks(ROOT / "README.md")
    return [b for b in shown if b.language == "console" and b.text.startswith(start)]


def commands(text: str) -> list[tuple[str, list[str]]]:
    """Each command of a block with the lines it prints."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith(PROMPT):
            found.append((line.removeprefix(PROMPT), []))
        else:
            found[-1][1].append(line)
    return found


def trimmed(lines: list[str]) -> list[str]:
    """Lines without blanks at their ends, and without empty lines at either end."""
    return "\n".join(line.rstrip() for line in lines).strip("\n").splitlines()


def fits(shown: list[str], printed: list[str]) -> bool:
    """Whether the printed lines are those shown, an ellipsis standing for any number of them."""
    if not shown:
        return not printed
    if shown[0].strip() == ELLIPSIS:
        return any(fits(shown[1:], printed[i:]) for i in range(len(printed) + 1))
    return bool(printed) and shown[0] == printed[0] and fits(shown[1:], printed[1:])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the examples, and the design that the README shows."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for block in blocks(ROOT / "README.md"):
        if block.language == "yaml" and block.text.startswith("# "):
            name = block.text.splitlines()[0].removeprefix("# ")
            (tmp_path / name).write_text(block.text, encoding="utf-8")
    return tmp_path


def test_the_readme_shows_real_output() -> None:
    shown = " ".join(command for block in consoles() for command, _ in commands(block.text))
    assert "sysdesign check" in shown
    assert "sysdesign explain" in shown


def shown_consoles() -> list[object]:
    """The same; what is simulated takes seconds."""
    slow = pytest.mark.slow
    return [
        pytest.param(b, marks=slow) if "sysdesign simulate" in b.text else b for b in consoles()
    ]


@pytest.mark.parametrize(
    "block", shown_consoles(), ids=lambda block: f"line {getattr(block, 'line', '')}"
)
def test_a_command_of_the_readme_prints_what_it_shows(block: Block, folder: Path) -> None:
    for command, shown in commands(block.text):
        _, out = answer(*shlex.split(command)[1:], cwd=folder)
        assert fits(trimmed(shown), trimmed(out.splitlines())), f"{command}\n{out}"


TWELVE = ROOT / "docs" / "twelve-questions.md"


@pytest.mark.slow
def test_the_twelve_questions_are_answered_as_their_page_shows(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some thirty commands on one design, which is worked out once for all that say the same load."""

    @cache
    def once(path: str, **options: object) -> Workbench:
        return open_design(path, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("sysdesign.cli.options.open_design", once)
    known: dict[str, str] = {}
    text = TWELVE.read_text("utf-8")
    assert text.count("\n## ") == 12
    assert all("sysdesign explain" in part for part in text.split("\n## ")[1:])
    shown = [b for b in blocks(TWELVE) if b.language == "console"]
    assert len(shown) >= 24
    for block in shown:
        ((command, lines),) = commands(block.text)
        if command not in known:
            _, known[command] = answer(*shlex.split(command)[1:], cwd=folder)
        printed = trimmed(known[command].splitlines())
        assert fits(trimmed(lines), printed), f"{command}\n{known[command]}"


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        (["a", "..."], ["a", "b", "c"], True),
        (["...", "c"], ["a", "b", "c"], True),
        (["a", "...", "c"], ["a", "c"], True),
        (["a", "...", "b"], ["a", "c"], False),
        (["a"], ["a", "b"], False),
        ([], ["a"], False),
    ],
)
def test_an_ellipsis_stands_for_any_lines(shown: list[str], printed: list[str], same: bool) -> None:
    assert fits(shown, printed) is same
