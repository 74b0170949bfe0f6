"""The part of a report that says what a simulation found; left out where none was run."""

from dataclasses import replace

import pytest

from sysdesign.report import Subject, html_of, markdown_of, report
from sysdesign.report.parts.simulation import _curve
from sysdesign.study import tested as held
from sysdesign.workbench import open_design
from tests.markdown import ROOT
from tests.simulate.samples import simulated


def subject(*scenarios):
    bench = open_design(str(ROOT / "examples" / "retry_storm.yaml"))
    runs = []
    for name in scenarios:
        one = simulated(name)
        if name:
            one = replace(one, events=((600.0, "articles takes 20 times as long"),))
        runs.append(held.Run(bench.study, one, held.tested(bench.study, one)))
    return Subject(bench.study, bench.review, bench.today, tuple(runs))


def test_nothing_is_said_where_nothing_was_run():
    assert "Simulated" not in markdown_of(report(subject())).split("# ")[1:]
    assert "Scenario hiccup" not in markdown_of(report(subject()))


def test_a_scenario_has_its_story_and_its_plots():
    page = html_of(report(subject("", "hiccup")))
    assert "Scenario hiccup" in page
    assert "At 10:00 articles takes 20 times as long." in page
    assert "Use of web" in page  # a single curve has no legend
    assert "Messages that lie in jobs" in page
    text = markdown_of(report(subject("", "hiccup")))
    assert "Operations by simulation and by formulas" in text
    assert "10 replications of 60 s" in text


def test_a_curve_is_broken_where_time_was_not_run():
    curve = _curve("p99", [0.0, 1.0, 2.0, 120.0, 121.0], [1.0, 1.0, None, 2.0, 2.0])
    assert [x for x, _ in curve.points] == pytest.approx([0.0, 1 / 60, 2.0, 121 / 60])
    assert curve.anew == (2.0,)
    assert _curve("p99", [0.0, 1.0, 2.0], [1.0, 1.0, 1.0]).anew == ()
