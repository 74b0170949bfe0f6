"""The report of the starting design, looked at and kept: `python -m tests.report.test_golden` writes it.

The page is kept without its pictures, which have tests of their own.
"""

import re
from pathlib import Path

import pytest

from sysdesign.report import html_of, markdown_of
from tests.report.pages import document

FOLDER = Path(__file__).parent / "golden"


def made() -> dict[str, str]:
    whole = document("start")
    page = re.sub(
        r"<svg xmlns=.*?</svg>\n", "<svg>picture</svg>\n", html_of(whole), flags=re.DOTALL
    )
    return {"start.html": page, "start.md": markdown_of(whole)}


@pytest.mark.parametrize("name", ["start.html", "start.md"])
def test_the_report_is_the_one_that_was_looked_at(name):
    assert made()[name] == (FOLDER / name).read_text("utf-8")


if __name__ == "__main__":
    for file, text in made().items():
        (FOLDER / file).write_text(text, encoding="utf-8", newline="\n")
