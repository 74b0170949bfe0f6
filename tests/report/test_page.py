"""The page can be read by all: order, names, contrast; and is the same each time."""

import hashlib
import os
import re
import sys
from itertools import pairwise

import pytest

from sysdesign.report import html_of, markdown_of
from sysdesign.report.html.axes import ticks_of
from sysdesign.report.html.theme import COLOURS, PAIRS
from tests.report.pages import ROOT, document, example, of, page
from tests.running import python

EXAMPLES = ("start", "url_shortener")


@pytest.mark.parametrize("name", EXAMPLES)
def test_headings_go_down_one_level_at_a_time(name):
    levels = [int(h.tag[1]) for h in page(name).all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_id_is_one_and_each_reference_leads_to_it(name):
    elements = page(name).all()
    ids = [one.attributes["id"] for one in elements if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    for one in elements:
        if one.attributes.get("href", "").startswith("#"):
            assert one.attributes["href"][1:] in ids
        for id_ in one.attributes.get("aria-labelledby", "").split():
            assert id_ in ids


@pytest.mark.parametrize("name", EXAMPLES)
def test_tables_and_figures_say_what_they_are(name):
    whole = page(name)
    for table in whole.all("table"):
        assert table.all("caption")[0].text
        width = len(table.all("thead")[0].all("th"))
        assert all(th.attributes["scope"] == "col" for th in table.all("thead")[0].all("th"))
        for row in table.all("tbody")[0].all("tr"):
            cells = row.all("th", "td")
            assert len(cells) == width
            assert [cells[0].tag, cells[0].attributes["scope"]] == ["th", "row"]
    for svg in whole.all("svg"):
        assert svg.attributes["role"] == "img"
        assert svg.attributes.get("aria-label") or svg.all("title")
    for plot in (one for one in whole.all("svg") if "plot" in one.attributes.get("class", "")):
        assert plot.all("desc")[0].text
    assert whole.all("html")[0].attributes["lang"] == "en"
    assert not whole.all("script")


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_contents_list_has_every_chapter_and_part(name):
    whole = page(name)
    links = [link.attributes["href"][1:] for link in whole.all("nav")[0].all("a")]
    heads = [h.attributes["id"] for h in whole.all("main")[0].all("h2", "h3")]
    assert links == heads


def luminance(colour: str) -> float:
    """Relative luminance (W3C, WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read_on_its_ground(text, ground, scheme):
    assert contrast(COLOURS[text][scheme], COLOURS[ground][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("drawn", ["curve1", "curve2", "curve3", "curve4", "bar"])
def test_what_is_drawn_can_be_seen(drawn, scheme):
    assert contrast(COLOURS[drawn][scheme], COLOURS["page"][scheme]) >= 3.0  # WCAG 1.4.11


def test_every_colour_of_the_style_is_defined():
    text = page("start").all("style")[0].text
    assert set(re.findall(r"var\(--([\w-]+)\)", text)) <= {*COLOURS, "wide"}  # of a picture


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_same_design_gives_the_same_bytes(name):
    bench = example(name)
    assert html_of(of(bench)) == html_of(document(name))
    assert markdown_of(of(bench)) == markdown_of(document(name))


def test_the_order_of_hashes_does_not_matter():
    code = (
        "from sysdesign.report import html_of, markdown_of; from tests.report.pages import document; "
        "d = document('start'); "
        "print(__import__('hashlib').sha256((html_of(d) + markdown_of(d)).encode()).hexdigest())"
    )
    here = html_of(document("start")) + markdown_of(document("start"))
    path = os.pathsep.join([*sys.path, str(ROOT)])
    _, told = python("-c", code, cwd=ROOT, PYTHONPATH=path, PYTHONHASHSEED="7")
    assert told.splitlines()[0] == hashlib.sha256(here.encode()).hexdigest()


@pytest.mark.parametrize(("first", "last", "most", "expected"), [
    (0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1.0]), (1, 2.3, 7, [1, 1.2, 1.4, 1.6, 1.8, 2.0, 2.2]),
    (0.3, 0.9, 3, [0.4, 0.6, 0.8]), (1, 100, 4, [25, 50, 75, 100]), (2, 2, 5, [2]),
])  # fmt: skip
def test_marks_of_an_axis_are_round(first, last, most, expected):
    assert ticks_of(first, last, most) == pytest.approx(expected)
