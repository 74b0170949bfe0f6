"""A report says all that the design says, and its numbers are those of the study."""

import pytest

from sysdesign.report.lines import NONE
from sysdesign.review import AT_RISK
from sysdesign.source import Verdict
from sysdesign.study.dates import dated
from sysdesign.study.headline import headline
from sysdesign.study.words import shown_factor, shown_share, shown_time
from tests.report.pages import TODAY, example, page

FAST = ("start", "url_shortener")
EXAMPLES = (*FAST, "one_million_users", pytest.param("twitter", marks=pytest.mark.slow))


def firsts(rows: list[list[str]]) -> list[str]:
    return [row[0] for row in rows[1:]]


@pytest.mark.parametrize("name", EXAMPLES)
def test_everything_that_the_design_names_has_its_place(name):
    design, whole = example(name).study.design, page(name)
    assert firsts(whole.section("functional").table("What it must do")) == list(
        design.requirements.functional
    )
    assert firsts(whole.section("assumptions").table("Assumptions")) == list(design.assumptions)
    assert firsts(whole.section("components").table("Components")) == list(design.components)
    if design.data:
        assert firsts(whole.section("data").table("Entities")) == list(design.data)
    decisions = [
        one.text for one in whole.all("h4") if one.attributes["id"].startswith("decision-")
    ]
    assert decisions == list(design.decisions)
    called = [n for n, one in design.operations.items() if one.actor]
    table = whole.section("interface").table("Operations that actors call")
    assert set(called) <= set(firsts(table))
    for question in design.problem.questions:
        assert str(question.ask) in whole.section("questions").text
    for some, section in ((design.shortcomings, "shortcomings"), (design.parked, "parked"),
                          (design.accept, "accepted"), (design.scenarios, "scenarios")):  # fmt: skip
        for key in some:
            heads = [th.text for th in whole.section(section).all("th")]
            assert str(key) in heads


@pytest.mark.parametrize("name", EXAMPLES)
def test_options_of_decisions_are_told_with_the_pick(name):
    whole = page(name)
    for id_, decision in example(name).study.design.decisions.items():
        section = whole.section(f"decision-{id_}")
        rows = section.table("Options")[1:]
        chosen = [row[0] for row in rows if row[0].endswith("chosen")]
        assert chosen == [f"{decision.chosen} chosen"]
        assert [row[0].removesuffix(" chosen") for row in rows] == list(decision.options)
        assert str(decision.because) in section.text


@pytest.mark.parametrize("name", EXAMPLES)
def test_requirements_have_the_verdicts_of_the_review(name):
    review = example(name).review
    rows = page(name).section("quality").table("How well it must do it")[1:]
    expected = [
        "at risk" if f.evidence == AT_RISK and f.verdict is Verdict.UNKNOWN else f.verdict.value
        for f in review.statements
    ]
    assert [row[1] for row in rows] == expected
    for row, finding in zip(rows, review.statements, strict=True):
        assert row[0].split(" ")[0] == finding.element.partition("@")[0]
        assert row[2].replace(" ", "") == finding.message.replace("`", "").replace(" ", "")


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_summary_has_the_telling_numbers(name):
    bench = example(name)
    tiles = {
        tile.all("dt")[0].text: [one.text for one in tile.all("dd")]
        for tile in page(name).section("summary").all("dl")
    }
    for line in headline(bench.study):
        assert tiles[line.label][0] == line.figure.shown
        for end in line.between.split(" .. ") if line.between else ():
            assert end in tiles[line.label][1]
    assert tiles["findings"][0] == str(len(bench.review.failed))
    assert tiles["open questions"][0] == str(len(bench.review.questions))


@pytest.mark.parametrize("name", EXAMPLES)
def test_figures_are_those_of_the_estimate(name):
    study, section = example(name).study, page(name).section("envelope")
    heads, *rows = section.table("The whole")
    cells = {row[0]: dict(zip(heads, row, strict=True)) for row in rows}
    for figure in (f for f in study.figures.values() if f.section == "system"):
        cell = cells[f"{figure.name}{figure.title}"]
        assert cell["Value"] == figure.shown
        assert cell.get("90% between", NONE) == (figure.shown_range or NONE)
        made = cell["How it comes about"]
        assert made.startswith(figure.formula or NONE)
        assert figure.substituted in (figure.shown, made) or made.endswith(
            f"= {figure.substituted}"
        )
        for cause, share in figure.contributions[:3]:
            assert share < 0.01 or f"{cause} {share:.0%}" in cell["What its spread hangs on"]
    rates = {row[0]: row[1:3] for row in section.table("Load of the operations")[1:]}
    for operation in study.design.operations:
        figures = [study.figure(f"{operation}.{measure}") for measure in ("rate", "peak_rate")]
        if all(figures):
            assert rates[operation] == [one.shown for one in figures if one]


@pytest.mark.parametrize("name", EXAMPLES)
def test_times_and_use_are_those_of_the_analysis(name):
    study, whole = example(name).study, page(name)
    rows = whole.section("paths").table("Times of the operations")[1:]
    for row, result in zip(rows, study.analysis.operations.values(), strict=True):
        times = result.times
        read = (times.mean_s, times.p50_s, times.p95_s, times.p99_s, times.p999_s)
        assert row[0] == result.operation
        assert row[2:7] == [shown_time(one) for one in read]
    full_at = dict(study.curve.saturates)
    for row in whole.section("components").table("Use at peak, the busiest first")[1:]:
        station = study.analysis.stations[row[0]]
        assert row[1] == shown_share(station.utilisation)
        assert row[2] == (shown_factor(full_at[row[0]]) if row[0] in full_at else NONE)
    expected = [[one.limit.text, shown_factor(one.limit.factor)] for one in dated(study, TODAY)]
    limits = whole.section("limits").table("When limits are reached")[1:]
    assert [row[:2] for row in limits] == expected


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_operation_has_a_waterfall_those_of_actors_first(name):
    study, section = example(name).study, page(name).section("paths")
    told = [h.text for h in section.all("h4")]
    assert sorted(told) == sorted(study.analysis.operations)
    waited = [bool(study.design.operations[operation].actor) for operation in told]
    assert waited == sorted(waited, reverse=True)
    for operation in told:
        captions = page(name).section(f"path-{operation}").all("caption")
        assert captions[0].text == f"Where the time of {operation} goes, means"


@pytest.mark.parametrize("name", EXAMPLES)
def test_percentiles_are_drawn_for_each_operation(name):
    study, section = example(name).study, page(name).section("paths")
    results = study.analysis.operations
    plots = [s for s in section.all("svg") if "plot" in s.attributes.get("class", "")]
    assert bool(plots) is (len(results) > 1)
    for svg in plots:
        assert [t.text for t in svg.all("text") if t.attributes.get("class") == "name"] == list(
            results
        )
        signs = [e for e in svg.all() if "sign" in e.attributes.get("class", "").split()]
        assert len(signs) == 4 * (len(results) + 1)  # and a legend


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_finding_and_question_is_told(name):
    review, whole = example(name).review, page(name)
    for finding in review.failed:
        assert finding.id in whole.section("findings").text
    for question in review.questions:
        assert question.rule in whole.section("open-questions").text
