"""The kept pictures: the same bytes on every machine and Python.

If one changes on purpose: `python -m tools.gallery FOLDER`, look at the page, then `--keep`.
"""

import pytest
from tools.gallery import KEPT, PICTURES, kept, page

from sysdesign.draw import paint
from tests.draw.truths import assert_true


@pytest.mark.parametrize("name", PICTURES)
def test_kept(name):
    placed = PICTURES[name]()
    assert_true(placed)
    assert paint(placed) == kept(name).read_text("utf-8"), "see the docstring of this file"


def test_no_picture_is_left_over():
    assert sorted(p.stem for p in KEPT.iterdir()) == sorted(PICTURES)


def test_page_says_what_changed(tmp_path):
    svg = kept("shortener").read_text("utf-8")
    text = page(tmp_path, {"shortener": svg, "timeline": "<svg/>", "fresh": "<svg/>"})
    assert "shortener <small>the same" in text
    assert "timeline <small>changed" in text
    assert "fresh <small>new" in text
    assert (tmp_path / "timeline.after.svg").read_text("utf-8") == "<svg/>"
    assert (tmp_path / "timeline.before.svg").read_text("utf-8") == kept("timeline").read_text(
        "utf-8"
    )
