"""Tables and pictures have the room they need: on a phone, on a wide page, on paper."""

import re

import pytest

from sysdesign.draw import Theme
from sysdesign.report.document import Code, Column, Picture, Table
from sysdesign.report.html.picture import LEAST, SHEETS, picture_html, sheet_for, size_of
from sysdesign.report.html.table import table_html
from sysdesign.report.html.theme import quoted, style
from sysdesign.study import primary_operation
from sysdesign.views import Wanted, svg_of, views
from tests.report.pages import example, page, parsed

STYLE = style("A title")


def table(*rows, heads=("Name", "What")):
    right = [Column(title, "right" if title.isupper() else "left") for title in heads]
    return parsed(table_html(Table("t", tuple(right), rows), "x")).all("table")[0]


def classes(element):
    return element.attributes["class"].split()


@pytest.mark.parametrize(("row", "heads", "cards"), [
    (("a", "short"), ("Name", "What"), False),
    (("a", "1", "2", "3"), ("Name", "A", "B", "C"), False),
    (("a", "a sentence of some length that wraps"), ("Name", "What"), False),
    (("a", "1400 req/s", "42k req/s", "170 Mbit/s", "14 Gbit/s"), ("Name", "A", "B", "C", "D"), True),
    ((Code("a_very_long_name_of_a_component@somewhere"), "x"), ("Name", "What"), True),
    (("a", "a sentence of some length", "another of some length", "and a third one of it"),
     ("Name", "One", "Two", "Three"), True),
])  # fmt: skip
def test_what_is_wider_than_a_phone_becomes_cards(row, heads, cards):
    found = table(tuple((cell,) if isinstance(cell, Code) else cell for cell in row), heads=heads)
    assert ("cards" in classes(found)) is cards


def test_cells_of_a_card_stand_side_by_side_where_they_are_short():
    long = "a sentence which is so long that it needs a line of its own"
    found = table(
        ("a", "12 ms", "about twenty letters", long),
        ("b", "–", "x", "y"),
        heads=("Name", "A", "Half", "Whole"),
    )
    first, second = found.all("tbody")[0].all("tr")
    spans = [
        {"third", "half"} & set(cell.attributes.get("class", "").split())
        for cell in first.all("td")
    ]
    assert spans == [{"third"}, {"half"}, set()]
    assert "none" in classes(second.all("td")[0])
    assert [cell.attributes["data-head"] for cell in first.all("td")] == ["A", "Half", "Whole"]


@pytest.mark.parametrize("name", ["start", "url_shortener"])
def test_every_cell_says_what_it_is(name):
    for one in page(name).all("table"):
        if "fall" in classes(one):
            continue
        heads = [th.text for th in one.all("thead")[0].all("th")]
        for row in one.all("tbody")[0].all("tr"):
            assert [cell.attributes["data-head"] for cell in row.all("td")] == heads[1:]


# -- pictures --------------------------------------------------------------------------------------


def svg(wide: float, high: float) -> str:
    return f'<svg role="img" aria-label="x" viewBox="0 0 1 1" width="{wide}" height="{high}"></svg>'


def test_the_size_of_a_picture_is_read_from_it():
    study = example("start").study
    view = views()["heat"]
    drawn = svg_of(view.draw(study, Wanted(str(primary_operation(study)))), Theme.AUTO)
    found = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', drawn)
    assert found is not None
    assert size_of(drawn) == (float(found[1]), float(found[2]))


@pytest.mark.parametrize(("size", "sheet"), [
    ((500, 400), "a4"), ((680, 880), "a4"), ((1300, 700), "a4-wide"), ((1054, 1070), "a4"),
    ((2041, 2173), "a3"), ((2532, 1535), "a3-wide"), ((9000, 300), "a3-wide"), ((300, 9000), "a3"),
])  # fmt: skip
def test_paper_fits_the_picture(size, sheet):
    assert sheet_for(*size) == sheet
    assert f"on-{sheet}" in picture_html(Picture("t", svg(*size)), "x")
    assert f"@page {sheet}{{size:" in STYLE or sheet == "a4"


def test_no_other_sheet_would_show_it_larger_unless_it_can_be_read():
    for wide in range(200, 4000, 310):
        for high in range(200, 4000, 290):
            scale = {name: min(1.0, w / wide, h / high) for name, w, h in SHEETS}
            chosen = scale[sheet_for(wide, high)]
            assert chosen >= 0.6 or chosen == max(scale.values())


def test_a_picture_opens_in_full_and_as_a_whole_and_closes_again():
    for figure in (f for f in page("start").all("figure") if "picture" in classes(f)):
        links = {link.text: link.attributes["href"][1:] for link in figure.all("a")}
        ids = {e.attributes["id"]: e for e in figure.all() if "id" in e.attributes}
        full, whole = ids[links["Full size"]], ids[links["Whole picture"]]
        assert "over" in classes(full)
        assert whole in full.all("div")
        assert len(whole.all("svg")) == 1
        assert ids[links["Close"]].tag == "figcaption"
        assert figure.attributes["style"] == f"--wide:{figure.all('svg')[0].attributes['width']}px"


def test_pictures_are_never_shown_too_small_to_be_read():
    rule = re.search(
        r"\.picture \.scroll>svg\{[^}]*width:clamp\(var\(--wide\)\*(\.\d+),100%,var\(--wide\)\)",
        STYLE,
    )
    assert rule is not None
    assert float(rule[1]) == LEAST
    assert LEAST * 11 >= 8  # pixels of the smallest letters


@pytest.mark.parametrize(
    "title", ["Plain", 'a"b', "</style><script>", "\\", "a\nb", "你好", "*/ }", "é"]
)
def test_the_title_at_the_foot_of_a_sheet_is_that_of_the_design(title):
    said = quoted(title)
    assert re.fullmatch(r'"[ A-Za-z0-9\\]*"', said)
    read = re.sub(r"\\([0-9a-f]{6})", lambda m: chr(int(m[1], 16)), said[1:-1])
    assert read == title
