"""What is painted: safe, readable in both schemes, and the same bytes each time."""

import os
import re
import struct
import subprocess
import sys
import zlib
from dataclasses import replace
from itertools import product
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sysdesign
from sysdesign.draw import (
    Diagram,
    Frame,
    Link,
    LinkStyle,
    Node,
    Shape,
    Theme,
    layout,
    paint,
    png,
)
from sysdesign.draw.painting import raster
from sysdesign.draw.painting import theme as colours
from sysdesign.draw.painting.icons import ICONS, OF_SHAPE
from sysdesign.draw.painting.svg import number, safe_address
from tests.draw.samples import everything, platform, random_graph, shortener, timeline
from tests.quick import examples

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {"svg", "style", "rect", "g", "title", "path", "text", "a"}


def parsed(svg):
    return ET.fromstring(svg)


def tags(root):
    return {e.tag.removeprefix(SVG) for e in root.iter()}


def of_kind(root, kind):
    return [e for e in root.iter() if e.get("data-kind") == kind]


# Colours


def luminance(colour):
    """Relative luminance of sRGB; WCAG 2.2, definition of relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_known_colours():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [0, 1])
def test_every_ink_on_every_surface(scheme):
    """4.5 to 1: level AA of WCAG 2.2 for text of any size."""
    poor = {
        (ink, ground): round(contrast(ink_pair[scheme], ground_pair[scheme]), 2)
        for (ink, ink_pair), (ground, ground_pair) in product(
            colours.INKS.items(), colours.SURFACES.items()
        )
        if contrast(ink_pair[scheme], ground_pair[scheme]) < 4.5
    }
    assert not poor


@pytest.mark.parametrize("scheme", [0, 1])
def test_badges(scheme):
    for name, pair in colours.BADGES.items():
        assert contrast(*pair[scheme]) >= 4.5, name


@pytest.mark.parametrize("scheme", [0, 1])
def test_lines_and_signs_can_be_seen(scheme):
    """3 to 1 for what carries meaning (WCAG 2.2, 1.4.11), on the ground of the page."""
    strong = [n for n in colours.STROKES if n.startswith(("line", "frame-trust", "meter"))]
    strong += [f"edge-{tone}" for tone in ("accent", "good", "warning", "bad")]
    for name in strong:
        if name in ("meter0", "meter2"):  # the length of the bar and the text say the same
            continue
        assert contrast(colours.STROKES[name][scheme], colours.SURFACES["canvas"][scheme]) >= 3, (
            name
        )


def test_texts_have_only_tested_colours():
    for made in (shortener(), timeline(), everything()):
        for text in parsed(paint(layout(made))).iter(f"{SVG}text"):
            name = text.get("class")
            assert name.removeprefix("t-") in colours.INKS or name.startswith(
                ("badge-ink-", "h-")
            ), name


def test_classes_are_declared():
    svg = paint(layout(everything()))
    sheet = svg.partition("<style>")[2].partition("</style>")[0]
    for e in parsed(svg).iter():
        for name in (e.get("class") or "").split():
            assert name == "sd" or f".sd .{name}{{" in sheet, name
    for used in set(re.findall(r"var\(--(sd-[\w-]+)\)", sheet)):
        assert sheet.count(f"--{used}:") == 4, used  # light, dark, and a page that fixes either


# Structure


@pytest.mark.parametrize(
    "made", [shortener(), timeline(), everything(), random_graph(4, 20), Diagram("", ())]
)
@pytest.mark.parametrize("theme", list(Theme))
def test_well_formed_and_plain(made, theme):
    svg = paint(layout(made), theme)
    root = parsed(svg)
    assert tags(root) <= ALLOWED
    assert "nan" not in svg.lower().replace("finance", "")
    assert ("prefers-color-scheme" in svg) == (theme is Theme.AUTO)
    for name in re.findall(r"(?:href|src|url)\b", svg):
        assert name == "href"


def test_every_shape_carries_its_id_and_line():
    made = everything()
    root = parsed(paint(layout(made)))
    assert [(e.get("data-id"), e.get("data-line")) for e in of_kind(root, "node")] == [
        (n.id, str(n.line)) for n in made.nodes
    ]
    assert {(e.get("data-id"), e.get("data-line")) for e in of_kind(root, "frame")} == {
        (f.id, str(f.line)) for f in made.frames
    }
    assert [
        (e.get("data-id"), e.get("data-source"), e.get("data-target"))
        for e in of_kind(root, "link")
    ] == [(k.id, k.source, k.target) for k in made.links]
    assert all(
        e.find(f"{SVG}title") is not None
        for kind in ("node", "frame", "link")
        for e in of_kind(root, kind)
    )


def test_signs():
    """Stacks, shards, meters, badges, dashes and heads say what they should."""
    made = Diagram(
        "Signs",
        (Node("a", "A", replicas=5, shards=3, heat=0.9, badge="hot"), Node("b", "B", external=True), Node("c", "C")),
        (), (Link("a", "b", style=LinkStyle.ASYNC), Link("b", "c"), Link("c", "a", style=LinkStyle.REPLICATION, both_ways=True)),
    )  # fmt: skip
    root = parsed(paint(layout(made)))
    a, b, _ = of_kind(root, "node")
    classes = [e.get("class") for e in a.iter()]
    assert classes.count("back-heat3") == 2
    assert classes.count("heat-3") == 1
    assert classes.count("cell-neutral") == 3
    assert classes.count("meter-3") == 1
    assert "×5" in [e.text for e in a.iter(f"{SVG}text")]
    assert [e for e in b.iter(f"{SVG}path") if e.get("stroke-dasharray")]
    waits, no_wait, copies = (
        of_kind(root, "link")[1],
        of_kind(root, "link")[0],
        of_kind(root, "link")[2],
    )
    assert [e.get("class") for e in waits.iter(f"{SVG}path")] == ["line-neutral", "head-neutral"]
    assert [bool(e.get("stroke-dasharray")) for e in no_wait.iter(f"{SVG}path")] == [True, False]
    assert len(list(copies.iter(f"{SVG}path"))) == 3


def test_meter_is_as_long_as_the_load():
    for heat in (0.0, 0.25, 1.0, 7.0):
        root = parsed(paint(layout(Diagram("x", (Node("a", "A", heat=heat),), legend=False))))
        rects = {e.get("class"): float(e.get("width")) for e in root.iter(f"{SVG}rect")}
        meter = next((w for name, w in rects.items() if name.startswith("meter")), 0.0)
        assert meter == pytest.approx(rects["track"] * min(heat, 1), abs=0.01)


def test_legend_names_what_occurs_and_nothing_else():
    def said(made):
        (legend,) = of_kind(parsed(paint(layout(made))), "legend")
        return [e.text for e in legend.iter(f"{SVG}text")]

    two = (Node("a", "A", shape=Shape.SERVICE), Node("b", "B", shape=Shape.CYLINDER))
    assert said(Diagram("x", two, (), (Link("a", "b"),))) == [
        "service",
        "data store",
        "call, waits for the answer",
    ]
    assert len(said(everything())) > 30
    assert not of_kind(parsed(paint(layout(Diagram("x", two, legend=False)))), "legend")


def test_numbered_labels_are_listed():
    nodes = tuple(Node(f"n{i}", f"N{i}") for i in range(2))
    links = tuple(Link("n0", "n1", f"the label number {i} of many") for i in range(30))
    placed = layout(Diagram("Many", nodes, (), links))
    numbered = [k for k in placed.links if k.number is not None]
    root = parsed(paint(placed))
    if numbered:
        (listed,) = of_kind(root, "labels")
        texts = " ".join(e.text for e in listed.iter(f"{SVG}text"))
        for k in numbered:
            assert f"N0 → N1: {k.link.label}" in texts


def test_pictures_of_two_themes_on_one_page():
    """A style sheet is for its own picture only."""
    made = layout(shortener())
    for theme, name in ((Theme.LIGHT, "sd-light"), (Theme.DARK, "sd-dark")):
        svg = paint(made, theme)
        assert parsed(svg).get("class") == name
        sheet = svg.partition("<style>")[2].partition("</style>")[0]
        assert all(rule.startswith(f".{name} .") for rule in sheet.split("}") if rule)


def test_links_can_be_reached():
    """What is inside an image is hidden from screen readers, so a picture with links is none."""
    assert parsed(paint(layout(shortener()))).get("role") == "img"
    assert parsed(paint(layout(timeline()))).get("role") == "group"


# Safety

HOSTILE = (
    "<script>alert(1)</script>", "</text></svg><script>alert(1)</script>", "]]><script>", "<!-- --><!DOCTYPE x>",
    '" onload="alert(1)', "' onclick='x", "javascript:alert(1)", "&lt;&amp;&#0;&x;", "\"]; n1 -> n0 [URL=\"x\"] //",
    "\\n\\l\\G\\N", "\x00\x01\x1b[31m", "\u202egnp.exe", "\ud800", "a\uffffb", "{{7*7}} ${x}", "%s%n", "🙂" * 500,
    "e" + "\u0301" * 300, "x" * 5000, "</style><style>@import url(http://x)", "url(http://evil/x.png)", "\u2028\u2029\r\n\t",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("theme", [Theme.AUTO, Theme.DARK])
@pytest.mark.mostly_slow(5)
def test_hostile_names(name, theme):
    """Whatever a thing is called, the picture is plain SVG in which nothing runs or is fetched."""
    made = Diagram(
        name, (Node(name, name, name, Shape.CYLINDER, icon=name, lines=(name,) * 9, badge=name, frame=name, link=name, external=True),
               Node("b", name, link="javascript:x")),
        (Frame(name, name, name, link=name), Frame("g", "", name)), (Link(name, "b", name, id=name), Link("b", name, name)),
        name, notes=(name, name),
    )  # fmt: skip
    svg = paint(layout(made), theme)
    root = parsed(svg)
    svg.encode()
    assert tags(root) <= ALLOWED
    plain = {"class", "data-kind", "data-id", "data-line", "data-style", "data-shape", "data-external", "data-source", "data-target",
             "x", "y", "rx", "d", "width", "height", "viewBox", "role", "aria-label", "font-family", "font-size", "font-weight",
             "textLength", "lengthAdjust", "transform", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray", "href"}  # fmt: skip
    for e in root.iter():
        assert set(e.attrib) <= plain
        assert not (e.get("href") or "").lower().startswith(("javascript", "data", "//"))
    (style,) = root.iter(f"{SVG}style")
    assert "url(" not in style.text
    assert "@import" not in style.text
    assert svg.count("<style>") == 1
    assert png(svg, 0.2)[:4] == b"\x89PNG"


@settings(max_examples=examples(40), deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=40), st.text(max_size=40))
def test_any_name(name, other):
    made = Diagram(
        name,
        (Node(name, name, other), Node(name + "2", other)),
        (),
        (Link(name, name + "2", other),),
    )
    root = parsed(paint(layout(made)))
    assert tags(root) <= ALLOWED


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("#n1", True), ("page.html?x=1#y", True), ("../a/b.svg", True), ("https://example.org/x", True), ("http://x", True),
        ("javascript:alert(1)", False), ("JaVaScRiPt:alert(1)", False), (" javascript:x", False), ("java\nscript:x", False),
        ("data:text/html,x", False), ("vbscript:x", False), ("file:///etc/passwd", False), ("//evil.org/x", False),
        ("\\\\evil\\x", False), ("/\\evil", False), ("x:y", False), ("http://[", False), ("", False),
    ],
)  # fmt: skip
def test_addresses(address, kept):
    assert bool(safe_address(address)) == kept


# Bytes


def test_numbers():
    assert [number(v) for v in (1.0, -0.0, -0.001, 0.125, 1e6, 12.3456)] == [
        "1",
        "0",
        "0",
        "0.12",
        "1000000",
        "12.35",
    ]


_PRINT = """
import hashlib
from sysdesign.draw import layout, paint
from tests.draw.samples import timeline, random_graph
for made in (timeline(), random_graph(9, 30)):
    print(hashlib.sha256(paint(layout(made)).encode()).hexdigest())
"""


def test_same_bytes_whatever_the_hash_seed():
    root = Path(sysdesign.__file__).parents[2]
    found = [
        subprocess.run(
            [sys.executable, "-c", _PRINT], cwd=root, check=True, capture_output=True, text=True,
            env={**os.environ, "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}", "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert found[0] == found[1]
    assert len(found[0].split()) == 2


# PNG


def pixels(image):
    """Width, height and the RGB of one pixel, of an 8-bit PNG, read by its specification."""
    wide, high, depth, kind = struct.unpack(">IIBB", image[16:26])
    assert (depth, kind) == (8, 6)
    body, at = b"", 8
    while at < len(image):
        (size,) = struct.unpack(">I", image[at : at + 4])
        if image[at + 4 : at + 8] == b"IDAT":
            body += image[at + 8 : at + 8 + size]
        at += size + 12
    raw = zlib.decompress(body)
    first = raw[
        1:4
    ]  # filters change nothing at the first pixel of the first row but Paeth and Sub by 0
    return wide, high, "#" + first.hex()


@pytest.mark.parametrize(("theme", "which"), [(Theme.LIGHT, 0), (Theme.DARK, 1)])
@pytest.mark.mostly_slow(2)
def test_png_has_the_colours_of_its_scheme(theme, which):
    svg = paint(layout(shortener()))
    wide, high, corner = pixels(png(svg, 1.0, theme))
    assert corner == colours.SURFACES["canvas"][which]
    size = re.search(r' width="([\d.]+)" height="([\d.]+)"', svg)
    assert size is not None
    assert abs(wide - float(size[1])) <= 1
    assert abs(high - float(size[2])) <= 1
    assert png(paint(layout(shortener()), theme), 1.0) == png(svg, 1.0, theme)


@pytest.mark.parametrize("scale", [1000.0, float("inf")])
def test_png_is_bounded(scale, monkeypatch):
    monkeypatch.setattr(raster, "MOST_PIXELS", 1_000_000)
    wide, high, _ = pixels(png(paint(layout(shortener())), scale))
    assert 0.98e6 < wide * high < 1.02e6


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan")])
def test_png_of_no_size(scale):
    with pytest.raises(ValueError, match="makes no image"):
        png(paint(layout(shortener())), scale)


def test_png_of_what_is_no_picture():
    with pytest.raises(ValueError, match=r".+"):
        png("no picture")


def test_no_variable_is_left_in_png_source():
    for theme in (Theme.LIGHT, Theme.DARK):
        flat = raster.fixed(paint(layout(everything())), theme)
        assert "var(" not in flat
        assert "@media" not in flat
        parsed(flat)


def test_icons_exist_for_every_shape():
    assert set(OF_SHAPE) == set(Shape)
    assert set(OF_SHAPE.values()) <= set(ICONS)


@pytest.mark.slow
def test_large_pictures():
    for made in (platform(200), replace(platform(300), legend=False)):
        assert tags(parsed(paint(layout(made)))) <= ALLOWED
