"""Plots: what is drawn lies where its numbers say, and no label ever overlaps another."""

import re
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sysdesign.draw.text import width
from sysdesign.report.document import Axis, Bars, Curve, Guide, Plot, Row, Span, Spot
from sysdesign.report.html.axes import SIZE, exact, laid, marks_of, shown
from sysdesign.report.html.plot import plot_svg
from tests.quick import examples
from tests.report.pages import Element, parsed

LOAD, TIME = Axis("Load", "factor"), Axis("p99", "seconds")
MONEY = Axis("Cost", "number", unit="USD/month")


def drawn(plot: Plot | Bars) -> list[Element]:
    """The wide and the narrow drawing."""
    return parsed(plot_svg(plot, "x")).all("svg")


def number(element: Element, name: str) -> float:
    return float(element.attributes[name])


def of(svg: Element, tag: str, class_: str) -> list[Element]:
    return [e for e in svg.all(tag) if class_ in e.attributes.get("class", "").split()]


def points(text: str) -> list[tuple[float, float]]:
    found = [tuple(map(float, p.split(","))) for p in re.split(r"[ML ]", text) if p]
    return [(x, y) for x, y in found]


# -- labels ----------------------------------------------------------------------------------------


def boxes(svg: Element) -> list[tuple[float, float, float, float, str]]:
    """Left, top, right, bottom of every text, as our font has it."""
    found = []
    for one in svg.all("text"):
        wide = width(one.text, SIZE, strong="strong" in one.attributes.get("class", ""))
        start = {"start": 0.0, "middle": 0.5, "end": 1.0}[
            one.attributes.get("text-anchor", "start")
        ]
        x, y = number(one, "x") - start * wide, number(one, "y")
        found.append((x, y - 0.72 * SIZE, x + wide, y + 0.2 * SIZE, one.text))
    return found


def check_labels(plot: Plot | Bars) -> None:
    for svg in drawn(plot):
        _, _, wide, high = map(float, svg.attributes["viewbox"].split())
        found = boxes(svg)
        for left, top, right, bottom, text in found:
            assert left >= -1, text
            assert top >= -1, text
            assert right <= wide + 1, text
            assert bottom <= high + 1, text
        for a, b in combinations(found, 2):
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, (a, b)


NAMES = st.sampled_from(
    ["a", "timeline_service", "fast: < 200 ms", "a name that is much longer than any place for it can be",
     "api_gateway@eu full at 2.21x", "中文", "WWWWWWWWWWWWWW"]
)  # fmt: skip
SHARE = st.floats(0, 1)
CURVES = st.lists(
    st.builds(
        lambda name, ys: Curve(name, tuple((1 + i / 4, y) for i, y in enumerate(ys))),
        NAMES, st.lists(SHARE, min_size=1, max_size=8),
    ), min_size=1, max_size=6,
).map(tuple)  # fmt: skip
GUIDES = st.lists(st.builds(Guide, SHARE, NAMES), max_size=4).map(tuple)
STOPS = st.lists(st.builds(Guide, st.floats(1, 3), NAMES), max_size=4).map(tuple)
SPOTS = st.lists(st.builds(Spot, NAMES, st.floats(1, 3), SHARE, st.booleans()), max_size=12)
SPANS = st.lists(
    st.builds(lambda a, d, n: Span(a, a + d, n), st.floats(1, 2), SHARE, NAMES), max_size=3
).map(tuple)


@settings(max_examples=examples(60))
@given(CURVES, SPOTS.map(tuple), GUIDES, STOPS, SPANS, st.floats(0.001, 1000))
def test_labels_never_overlap(
    curves: tuple[Curve, ...],
    spots: tuple[Spot, ...],
    levels: tuple[Guide, ...],
    stops: tuple[Guide, ...],
    spans: tuple[Span, ...],
    scale: float,
) -> None:
    def times(share: float) -> float:
        return share * scale

    curves = tuple(Curve(c.name, tuple((x, times(y)) for x, y in c.points)) for c in curves)
    spots = tuple(Spot(s.name, s.x, times(s.y), s.chosen) for s in spots)
    levels = tuple(Guide(times(g.at), g.name) for g in levels)
    check_labels(Plot("t", LOAD, TIME, curves, spots, levels, stops, spans))


ROWS = st.lists(
    st.builds(Row, NAMES, st.tuples(st.none() | st.floats(0.001, 1e6), st.floats(0.001, 1e6))),
    min_size=1, max_size=6,
).map(tuple)  # fmt: skip


@settings(max_examples=examples(60))
@given(
    ROWS, st.lists(st.builds(Guide, st.floats(1, 1e6), NAMES), max_size=3).map(tuple), st.booleans()
)
def test_labels_of_bars_never_overlap(rows, levels, marks):
    axis = Axis("Time", "seconds", log=True) if marks else MONEY
    check_labels(Bars("t", axis, ("one", "two"), rows, "marks" if marks else "stacked", levels))


def test_what_has_no_room_is_told_below():
    crowd = tuple(Spot(f"the variant with number {i}", 2.0, 0.5) for i in range(12))
    names = " ".join(drawn(Plot("t", LOAD, TIME, (), crowd))[0].text.split())
    assert all(spot.name in names for spot in crowd)


# -- where things lie ------------------------------------------------------------------------------


def ticks(svg: Element, across: bool) -> list[tuple[float, str]]:
    """Place and word of the numbers of an axis."""
    found = [
        t
        for t in svg.all("text")
        if t.attributes.get("text-anchor") == ("middle" if across else "end")
    ]
    return [(number(t, "x") if across else number(t, "y") - 4, t.text) for t in found]


def test_curves_bands_and_spots_lie_on_their_numbers():
    curve = Curve("a", ((1.0, 0.0), (2.0, 0.1), (3.0, 0.2)), ((1.0, 0.0, 0.1), (3.0, 0.1, 0.2)))
    plot = Plot("t", Axis("Load", "factor", 1.0, 3.0), Axis("p99", "seconds", last=0.2),
                (curve,), (Spot("s", 2.0, 0.15),), spans=(Span(1.5, 2.5, "down"),))  # fmt: skip
    for svg in drawn(plot):
        x = {word: place for place, word in ticks(svg, across=True)}
        y = {word: place for place, word in ticks(svg, across=False)}
        (path,) = of(svg, "path", "curve")
        drawn_at = points(path.attributes["d"])
        assert drawn_at[1][0] == pytest.approx(x["2x"], abs=0.02)
        assert [p[1] for p in drawn_at] == pytest.approx(
            [y["0"], y["100 ms"], y["200 ms"]], abs=0.02
        )
        (band,) = of(svg, "polygon", "band")
        corners = points(band.attributes["points"])
        assert [p[1] for p in corners] == pytest.approx(
            [y["100 ms"], y["200 ms"], y["100 ms"], y["0"]], abs=0.02
        )
        (spot,) = of(svg, "circle", "spot")
        assert number(spot, "cx") == pytest.approx(x["2x"], abs=0.02)
        assert number(spot, "cy") == pytest.approx((y["100 ms"] + y["200 ms"]) / 2, abs=0.02)
        (span,) = of(svg, "rect", "span")
        assert number(span, "width") == pytest.approx(
            (drawn_at[2][0] - drawn_at[0][0]) / 2, abs=0.02
        )
        assert number(span, "x") + number(span, "width") / 2 == pytest.approx(x["2x"], abs=0.02)


def test_a_line_stops_where_nothing_is_known():
    points = ((0.0, 1.0), (1.0, 2.0), (5.0, 2.0), (6.0, 1.0))
    bands = tuple((x, y - 0.5, y + 0.5) for x, y in points)

    def drawn(**more) -> str:
        axis = Axis("Time", "number")
        return plot_svg(Plot("p", axis, axis, (Curve("a", points, bands, **more),)), "p")

    def paths(svg: str) -> list[int]:
        return [d.count("M") for d in re.findall('class="curve c1" d="([^"]*)"', svg)]

    assert set(paths(drawn())) == {1}
    assert set(paths(drawn(anew=(5.0,)))) == {2}
    assert drawn(anew=(5.0,)).count("band") > drawn().count("band")


def test_what_lies_beyond_the_axis_is_cut_off():
    plot = Plot("t", LOAD, Axis("p99", "seconds", last=1.0), (Curve("a", ((1.0, 0.5), (2.0, 1e9))),),
                (Spot("far", 1.5, 7.0),), levels=(Guide(3.0, "too high"),))  # fmt: skip
    svg = drawn(plot)[0]
    clip = svg.all("clippath")[0]
    assert svg.all("g")[0].attributes["clip-path"] == f"url(#{clip.attributes['id']})"
    assert "too high" not in svg.all("text")[-1].text
    assert not of(svg, "circle", "spot")


def test_bars_are_as_long_as_their_numbers_and_end_at_the_sum():
    bars = Bars("t", MONEY, ("instances", "storage"), (
        Row("a", (100.0, 300.0), (350.0, 450.0)), Row("b", (200.0, None)), Row("c", (None, None)),
    ))  # fmt: skip
    for svg in drawn(bars):
        a, more, b = [
            r
            for r in of(svg, "rect", "stack")
            if number(r, "height") == 12 and number(r, "width") != 26
        ]
        assert number(more, "width") == pytest.approx(3 * number(a, "width"), abs=0.05)
        assert number(b, "width") == pytest.approx(2 * number(a, "width"), abs=0.05)
        assert number(more, "x") == pytest.approx(number(a, "x") + number(a, "width"), abs=0.02)
        low = min(number(w, "x1") for w in of(svg, "line", "whisker"))
        assert low - number(a, "x") == pytest.approx(3.5 * number(a, "width"), abs=0.05)
        words = [t.text for t in svg.all("text")]
        assert {"400", "200", "not known"} <= set(words)


def test_a_decade_is_as_wide_as_any_other():
    bars = Bars("t", Axis("Time", "seconds", log=True), ("p50", "p95", "p99"),
                (Row("a", (0.001, 0.01, 0.1)),), "marks")  # fmt: skip
    svg = drawn(bars)[0]
    disc, diamond, square = (
        of(svg, "circle", "sign")[-1],
        of(svg, "polygon", "s2")[-1],
        of(svg, "polygon", "s3")[-1],
    )
    xs = [number(disc, "cx")]
    xs += [sum(p[0] for p in points(s.attributes["points"])) / 4 for s in (diamond, square)]
    assert xs[1] - xs[0] == pytest.approx(xs[2] - xs[1], abs=0.05)


# -- numbers ---------------------------------------------------------------------------------------


def test_numbers_of_an_axis_are_exact_and_of_one_unit():
    assert exact(TIME, [0.0, 0.125, 0.25]) == ["0", "125 ms", "250 ms"]
    line = laid(TIME, [1500.0], 300, 0, zero=True)
    assert [word for _, word in marks_of(line, 5, across=False)] == ["0", "10 min", "20 min"]
    assert [shown(MONEY, v) for v in (0, 950, 1500, 2e6)] == ["0", "950", "1.5k", "2M"]
    assert shown(Axis("Use", "share"), 0.025) == "2.5%"


@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6), st.booleans())
def test_numbers_of_an_axis_rise_and_lie_on_it(a, b, log):
    line = laid(Axis("x", "number", log=log), sorted((a, a + b)), 60, 800, zero=False)
    marks = marks_of(line, 7, across=True)
    assert len(marks) <= 9
    assert all(59.9 <= x <= 800.1 for x, _ in marks)
    assert all(one[0] < other[0] for one, other in pairwise(marks))
    assert len({word for _, word in marks}) == len(marks) or b < 1e-3 * a
