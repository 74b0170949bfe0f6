"""Waterfalls and curves of designs whose answers are known from theory."""

import math

import pytest

from sysdesign.analyze.result import LoadPoint
from sysdesign.report import html_of
from sysdesign.report.document import Plot, Waterfall
from sysdesign.report.parts.load import _served
from tests.report.pages import SERVER, bench_of, of, parsed

# Two calls one after the other, 10 ms and 30 ms, both far from busy, nothing on the network.
ROW = """\
sysdesign: 1
problem: {name: In a row, actors: {caller: {primary: true}}}
conventions: {network: none}
operations:
  ask: {actor: caller, rate: 1 req/day, path: [first, second]}
components:
  first: {kind: service, work: 10 ms}
  second: {kind: service, work: 30 ms}
"""


def blocks(document, kind):
    waiting, found = list(document.sections), []
    while waiting:
        section = waiting.pop(0)
        found += [block for block in section.blocks if isinstance(block, kind)]
        waiting += section.sections
    return found


def test_a_bar_stands_where_its_call_stands_in_time():
    document = of(bench_of(ROW))
    (fall,) = blocks(document, Waterfall)
    assert fall.total_s == pytest.approx(0.040)
    assert [(bar.label, bar.start_s, bar.takes_s) for bar in fall.bars] == [
        ("first", 0.0, pytest.approx(0.010)), ("second", pytest.approx(0.010), pytest.approx(0.030)),
    ]  # fmt: skip
    rows = parsed(html_of(document)).section("path-ask").all("tbody")[0].all("tr")
    drawn = [
        [
            (r.attributes["class"], float(r.attributes["x"]), float(r.attributes["width"]))
            for r in row.all("rect")
        ]
        for row in rows
    ]
    assert drawn == [
        [("rest", 0.0, 250.0), ("own", 0.0, 250.0)], [("rest", 250.0, 750.0), ("own", 250.0, 750.0)],
    ]  # fmt: skip


def test_the_curves_of_one_server_are_those_of_theory():
    use, times = blocks(of(bench_of(SERVER)), Plot)
    assert [curve.name for curve in use.curves] == ["web"]
    for load, share in use.curves[0].points:
        assert share == pytest.approx(0.5 * load)
    assert use.stops[0].at == pytest.approx(1.9, rel=1e-3)  # 95% busy
    assert len(times.curves[0].points) > 5
    for load, seconds in times.curves[0].points:  # M/M/1: exponential with rate mu - lambda
        assert seconds == pytest.approx(math.log(100) / (100 - 50 * load), rel=0.02)
    assert [(guide.name, guide.at) for guide in times.levels] == [("fast: < 200 ms", 0.2)]


def test_loads_run_from_the_peak_to_saturation():
    use, _ = blocks(of(bench_of(SERVER)), Plot)
    xs = [x for x, _ in use.curves[0].points]
    assert xs[0] == 1.0
    assert 1.9 < xs[-1] < 2.0  # all capacity is used at 2x
    assert xs == sorted(xs)


def test_what_is_full_at_the_peak_is_drawn_up_to_where_it_was_not():
    bench = bench_of(SERVER, load="4x")
    document = of(bench)
    use, _ = blocks(document, Plot)
    xs = [x for x, _ in use.curves[0].points]
    assert 0 < xs[0] < xs[-1] < 0.5
    text = parsed(html_of(document)).text
    assert "Calls pile up without end" in text
    assert "Overloaded at the peak: web" in text
    assert "4 times the peak" in text


def test_a_month_follows_from_growth():
    rows = parsed(html_of(of(bench_of(SERVER)))).section("limits").table("When limits are reached")
    when = {row[0]: row[2] for row in rows[1:]}
    # 1.9 times at twice a year: 0.926 years, 338 days after 2026-01-01.
    assert when["web is 95% busy, or at its limit"] == "2026-12"


def test_a_curve_is_drawn_where_its_points_are():
    page = parsed(html_of(of(bench_of(SERVER)))).section("load")
    (path,) = [one for one in page.all("svg")[0].all("path") if "c1" in one.attributes["class"]]
    points = [tuple(map(float, p.split(","))) for p in path.attributes["d"][1:].split("L")]
    ticks = {
        one.text: float(one.attributes["y"]) - 4
        for one in page.all("svg")[0].all("text") if one.text.endswith("%") and one.text[0].isdigit()
    }  # fmt: skip
    assert points[0][1] == pytest.approx(
        (ticks["40%"] + ticks["60%"]) / 2, abs=0.02
    )  # half busy at 1x
    assert points[-1][1] == pytest.approx(ticks["100%"], abs=2)


SCALED = """\
sysdesign: 1
problem: {name: Grows, actors: {caller: {primary: true}}}
conventions: {network: none}
operations:
  ask: {actor: caller, rate: 50 req/s, path: [web: [db]]}
components:
  web:
    kind: service
    replicas: 2
    cores: 1
    work: 10 ms
    scale: {by: utilisation, target: 50%, min: 1, max: 50}
  db: {kind: sql_database, work: 4 ms, cores: 1}
"""


def test_why_the_use_of_what_scales_falls_is_told():
    text = parsed(html_of(of(bench_of(SCALED)))).section("load").text
    assert "web scales by itself: its use falls where instances are added." in text
    assert "scales by itself" not in parsed(html_of(of(bench_of(SERVER)))).section("load").text


def points(*pairs: tuple[float, float]) -> tuple[LoadPoint, ...]:
    return tuple(LoadPoint(load, {"db": use}, {}, ()) for load, use in pairs)


def test_curves_end_where_calls_give_up():
    rising = points((1, 0.4), (2, 0.8), (2.4, 0.96))
    assert _served(rising) == rising
    assert _served((*rising, *points((2.5, 0.4)))) == rising
    scaling = points((1, 0.49), (2, 0.35), (3, 0.48))
    assert _served(scaling) == scaling
