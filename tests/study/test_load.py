"""What a study says of load and time, where theory says it exactly: one M/M/1 server."""

from datetime import date
from math import log

import pytest
from scipy import stats

from sysdesign.quantity import Uncertain
from sysdesign.study import Measured, judged, measured, primary_operation, shown_measure, told_range
from sysdesign.study.future import limits, years
from sysdesign.study.plans import changes, too_busy
from sysdesign.workbench import Workbench, open_text
from sysdesign.workbench.analysis import analyze_answer, base_day, carried_probability, dated

SERVICE = 100.0  # calls a second that one server does
DESIGN = """\
sysdesign: 1
problem:
  name: One server
  reviewed: 2026-01-01
  growth: {a_year: 1.5x}
  actors: {caller: {primary: true}}
conventions: {network: none}
assumptions: {load: {value: RATE, source: plan}}
operations:
  ask: {actor: caller, rate: load, peak: 1, path: [web]}
requirements:
  quality:
    fast: {class: performance, expect: TEST}
components:
  web: {kind: service, replicas: 1, cores: 1, slots: 1000000, work: {mean: 10 ms, distribution: exponential}}
"""


def design(test: str, rate: str = "50 req/s", load: str = "1x", *words: str) -> Workbench:
    return open_text(DESIGN.replace("RATE", rate).replace("TEST", test), load=load, set=words)


def statement(bench: Workbench):
    return next(f for f in bench.review.statements if f.element == "fast")


def asked(bench: Workbench) -> tuple[Measured, Uncertain]:
    """What the requirement measures, and its bound."""
    test = bench.study.design.requirements.quality["fast"].expect[0]
    found = measured(bench.study, test.measure, solve=True)
    bound = bench.study.estimate.ledger.amount(test.bound)
    assert found is not None
    assert bound is not None
    return found, bound.value


def share_below(rate: float) -> float:
    """Probability of a rate below one, of the range 40 .. 60: lognormal."""
    mean, width = (log(40) + log(60)) / 2, (log(60) - log(40)) / 2 / stats.norm.ppf(0.95)
    return float(stats.norm.cdf((log(rate) - mean) / width))


@pytest.mark.parametrize("most", [0.08, 0.09, 0.1, 0.12])
def test_probability_of_a_percentile(most):
    """The 99th percentile of M/M/1 is ln 100 over what is left: met where the load is low enough."""
    bench = design(f"ask.p99 < {most} s", "40 .. 60 req/s")
    found, bound = asked(bench)
    exact = share_below(SERVICE - log(100) / most)
    assert found.probability("<", bound) == pytest.approx(exact, abs=0.01)


@pytest.mark.parametrize("times", [1.6, 1.9, 2.2])
def test_probability_of_the_load_carried(times):
    bench = design(f"carries >= {times}x", "40 .. 60 req/s")
    found, bound = asked(bench)
    exact = share_below(0.95 * SERVICE / times)
    assert found.probability(">=", bound) == pytest.approx(exact, abs=0.002)


def test_probability_of_utilisation_and_of_the_peak():
    bench = design("web.utilisation < 50%", "40 .. 60 req/s")
    found, bound = asked(bench)
    assert found.probability("<", bound) == pytest.approx(share_below(50), abs=0.002)
    assert found.between() == pytest.approx((0.4, 0.6), rel=1e-3)
    assert carried_probability(bench.study) == 1.0
    assert carried_probability(design("ask.p99 < 1 s", "80 .. 120 req/s").study) == pytest.approx(
        float(stats.norm.cdf((log(95) - log(9600) / 2) / ((log(120) - log(80)) / 2 / 1.6448536))),
        abs=0.002,
    )


def test_draws_beyond_capacity_have_no_end():
    bench = design("ask.p99 < 10 min", "80 .. 120 req/s")
    found, bound = asked(bench)
    width = (log(120) - log(80)) / 2 / stats.norm.ppf(0.95)
    exact = stats.norm.cdf((log(100) - (log(80) + log(120)) / 2) / width)
    assert found.probability("<", bound) == pytest.approx(exact, abs=0.01)
    assert told_range(bench.study, found).endswith(".. without end")


@pytest.mark.parametrize(
    ("test", "rate", "verdict", "said"),
    [
        ("ask.p99 < 100 ms", "50 req/s", "holds", "it is 92 ms"),
        ("ask.p99 < 90 ms", "50 req/s", "fails", "it is 92 ms"),
        ("ask.p99 < 90 ms", "40 .. 60 req/s", "not known", "at risk, true with a probability of 4"),
        ("ask.p99 < 1 s", "120 req/s", "fails", "it has no end: web cannot keep up"),
        ("carries >= 1.8x", "50 req/s", "holds", "it is 1.9x"),
        ("web.utilisation < 40%", "50 req/s", "fails", "it is 50%"),
        ("ask.p99 < 1 s", "97 req/s", "not known", "Simulate to be sure: web: 97.0% busy"),
    ],
)
def test_verdicts(test, rate, verdict, said):
    finding = statement(design(test, rate))
    assert finding.verdict.value == verdict
    assert said in finding.message


def test_what_is_not_stated_is_counted():
    assert "; rests on " in statement(design("ask.p99 < 1 s")).message


def test_a_statement_about_what_has_no_load_is_open():
    bench = design("ask.p99 < 1 s")
    changed = open_text(bench.study.source.text, set=["operations.ask.rate=null"])
    assert "cannot be worked out yet: rate of ask" in statement(changed).message


def test_limits_and_their_dates():
    """Full at 95 calls a second; the percentile is kept up to 100 - ln 100 / 0.2 s."""
    bench = design("ask.p99 < 200 ms")
    found = {one.limit.about: one for one in dated(bench)}
    full, slow = found["web"].limit, found["fast"].limit
    assert full.factor == pytest.approx(95 / 50 / 0.95 * 0.95, rel=1e-6)
    assert slow.factor == pytest.approx((100 - log(100) / 0.2) / 50, rel=0.011)
    assert full.years == pytest.approx(log(full.factor) / log(1.5))
    assert [one.about for one in limits(bench.study)] == ["fast", "web"]
    assert base_day(bench) == date(2026, 1, 1)
    assert found["web"].month == "2027-08"  # 1.58 years


@pytest.mark.parametrize(
    ("factor", "a_year", "after"),
    [(2.0, 2.0, 1.0), (8.0, 2.0, 3.0), (1.0, 2.0, 0.0), (0.5, 1.0, 0.0), (2.0, 1.0, None)],
)
def test_years_of_growth(factor, a_year, after):
    assert years(factor, a_year) == after


def test_without_growth_there_are_no_dates():
    text = DESIGN.replace("RATE", "50 req/s").replace("TEST", "ask.p99 < 200 ms")
    bench = open_text(text, set=["problem.growth=null"])
    assert {one.month for one in dated(bench)} == {""}


def test_what_a_larger_load_needs():
    """Five times 50 calls a second at 95% take 2.6 servers."""
    bench = design("carries >= 5x")
    (change,) = changes(bench.study)
    assert change.met
    assert [(n.component, n.instances) for n in change.needs] == [("web", 3)]
    assert (
        statement(
            open_text(bench.study.source.text, set=["components.web.replicas=3"])
        ).verdict.value
        == "holds"
    )
    assert (
        statement(
            open_text(bench.study.source.text, set=["components.web.replicas=2"])
        ).verdict.value
        == "fails"
    )


def test_what_a_shorter_time_needs():
    bench = design("ask.p99 < 60 ms")
    (change,) = changes(bench.study)
    (need,) = change.needs
    enough = open_text(bench.study.source.text, set=[f"components.web.replicas={need.instances}"])
    assert statement(enough).verdict.value == "holds"


def test_work_alone_that_takes_too_long():
    """Exponential work of 10 ms alone has its 99th percentile at 46 ms."""
    (change,) = changes(design("ask.p99 < 40 ms").study)
    assert not change.met
    assert change.limit == "work and network alone take longer"


def test_what_holds_needs_nothing():
    assert changes(design("ask.p99 < 1 s").study) == ()


def test_who_is_too_busy():
    study = design("ask.p99 < 1 s").study
    assert too_busy(study, 1.0) == ()
    assert [n.instances for n in too_busy(study, 2.0)] == [2]  # one server's work, 70% planned


def test_the_primary_operation_is_one_that_must_be():
    text = DESIGN.replace("RATE", "50 req/s").replace("TEST", "ask.p99 < 1 s")
    more = text.replace(
        "requirements:\n",
        "  tell: {actor: caller, rate: 1 req/s, path: [web]}\nrequirements:\n"
        "  functional: {told: {priority: must, by: tell}}\n",
    )
    assert primary_operation(open_text(text).study) == "ask"
    assert primary_operation(open_text(more).study) == "tell"


def test_numbers_for_people():
    study = design("ask.p99 < 1 s").study
    assert shown_measure(study, None, "ms") == "without end"
    assert shown_measure(study, 0.0921, "ms") == "92 ms"
    assert shown_measure(study, 0.345, "%") == "34%"
    assert shown_measure(study, 2.24, "x") == "2.2x"


def test_the_answer_as_data():
    body = analyze_answer(design("ask.p99 < 80 ms", "40 .. 60 req/s"), "one.yaml")
    (asked,) = body["requirements"]
    assert asked["verdict"] == "not known" or asked["probability"] < 0.1
    assert body["peak_is_carried"] == 1.0
    assert body["curve"]["saturates"][0]["station"] == "web"
    assert body["limits"][0]["about"] in ("web", "fast")
    assert body["budgets"]["ask"]["steps"][0]["component"] == "web"


@pytest.mark.parametrize(("most", "solved"), [(0.3, False), (0.1, True), (0.02, False)])
def test_draws_are_solved_where_the_verdict_needs_it(most, solved):
    bench = design(f"ask.p99 < {most} s", "40 .. 60 req/s")
    test = bench.study.design.requirements.quality["fast"].expect[0]
    found = judged(bench.study, test)
    assert found is not None
    assert found.rough is not solved
    assert (found.between() is None) is not solved


def test_calls_without_an_answer_do_not_make_a_time_good():
    """Nearly all calls give up at once: the few that are answered are no 99th percentile."""
    path = "operations.ask.path=[web: [far: {timeout: 1 ms}]]"
    far = "components.far={kind: external_service, work: {mean: 50 ms, distribution: exponential}}"
    text = design("ask.p99 < 1 s").study.source.text
    finding = statement(open_text(text, set=[path, far]))
    assert finding.verdict.value == "fails"
    assert "98.0% of the calls end without an answer" in finding.message


def test_what_is_carried_hangs_on_no_load_that_is_asked_for():
    """Slots that are held longer in overload once made the interval miss its own value."""
    slots = "components.web.slots=3"
    one, ten = (
        asked(design("carries >= 1x", "40 .. 60 req/s", load, slots))[0] for load in ("1x", "10x")
    )
    assert ten.value == pytest.approx(one.value / 10, rel=2e-3)
    assert ten.between() == pytest.approx([end / 10 for end in one.between()], rel=1e-6)
    low, high = ten.between()
    assert low < ten.value < high


def test_what_no_load_slows_has_no_date():
    """The provider's own answers wait for nobody, whatever else is overloaded."""
    outside = [
        "operations.see={actor: caller, rate: load, path: [maps]}",
        "components.maps={kind: external_service, work: 50 ms}",
    ]
    bench = design("see.p99 < 1 s", "50 req/s", "1x", *outside)
    assert [one.about for one in limits(bench.study)] == ["web"]


def test_a_statement_that_holds_at_the_medians_but_seldom_under_the_ranges_says_so():
    """Four parts, each the first to be full as likely as not: together they are seldom all well."""
    more = [f"components.web{i}={{kind: service, work: {{mean: w{i}, scv: 1}}}}" for i in range(4)]
    more += [f"assumptions.w{i}={{value: 8 .. 12.5 ms, source: guess}}" for i in range(4)]
    more += ["operations.ask.path=[web0, web1, web2, web3]", "components.web=null"]
    finding = statement(design("carries >= 1.8x", "50 req/s", "1x", *more))
    assert "at risk, true with a probability of" in finding.message
    assert (
        "(each range at its median would do; half of the draws give 1.7x or less)"
        in finding.message
    )
